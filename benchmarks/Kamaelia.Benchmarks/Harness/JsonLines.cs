using System.Text.Json;

namespace Kamaelia.Benchmarks.Harness;

/// <summary>One JSON object a result, one result a line.</summary>
internal sealed class JsonLines(string path) : IDisposable
{
    private readonly StreamWriter _file = new(path);

    public void Write(Result result)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("suite", result.Group.Suite);
            json.WriteString("name", result.Group.Name);
            json.WriteString("variant", result.Variant.Name);
            json.WriteString("operation", result.Group.Operation);
            json.WriteNumber("ns_per_op", Rounded(result.NsPerOperation));
            json.WriteNumber("ns_per_op_min", Rounded(result.NsMin));
            json.WriteNumber("ns_per_op_max", Rounded(result.NsMax));
            json.WriteNumber("cpu_ns_per_op", Rounded(result.CpuNsPerOperation));
            json.WriteNumber("allocated_bytes_per_op", Rounded(result.AllocatedBytesPerOperation));
            json.WriteNumber("repetitions", result.Samples.Count);
            if (result.RatioTo is not null)
            {
                json.WriteString("ratio_to", result.RatioTo);
                json.WriteNumber("ratio", Rounded(result.Ratio));
                json.WriteNumber("cpu_ratio", Rounded(result.CpuRatio));
            }
            foreach ((string name, double value) in result.Extras)
                json.WriteNumber(name, Rounded(value));
            json.WriteEndObject();
        }
        _file.WriteLine(System.Text.Encoding.UTF8.GetString(line.ToArray()));
        _file.Flush(); // A long bench that is broken off leaves what it had.
    }

    // Four significant digits: the rest is noise, and JSON has no infinity.
    private static decimal Rounded(double value)
    {
        if (!double.IsFinite(value) || value == 0)
            return 0;
        int digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6);
        return Math.Round((decimal)value, digits);
    }

    public void Dispose() => _file.Dispose();
}
