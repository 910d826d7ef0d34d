using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kamaelia.Benchmarks.Results;

/// <summary>What one run of the bench measured, as it stands in results.json.</summary>
/// <param name="Schema">Grows when a reader of the last one would go wrong.</param>
/// <param name="Machine">On what.</param>
/// <param name="Run">When, how long, and what was asked for.</param>
/// <param name="Results">One a variant of a case, in the order of the run.</param>
/// <param name="Missing">What was left out or failed, and why.</param>
internal sealed record ResultsFile(int Schema, Fingerprint Machine, RunInfo Run, IReadOnlyList<ResultEntry> Results,
    IReadOnlyList<MissingEntry> Missing)
{
    public const int CurrentSchema = 1;
    public const string FileName = "results.json";

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FourDigits() },
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_options) + "\n";

    /// <exception cref="UsageException">It is not there, is no such file, or is of another schema.</exception>
    public static ResultsFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="UsageException">It is of another schema.</exception>
    /// <exception cref="JsonException">It is no such text.</exception>
    public static ResultsFile Parse(string json)
    {
        ResultsFile file = JsonSerializer.Deserialize<ResultsFile>(json, s_options)
            ?? throw new JsonException("there is nothing in it");
        return file.Schema == CurrentSchema && file.Results is not null
            ? file
            : throw new UsageException($"results of schema {file.Schema}; this bench reads {CurrentSchema}");
    }

    /// <summary>Written whole or not at all: a bench that is broken off leaves the last good one.</summary>
    public void Write(string path)
    {
        string beside = path + ".tmp";
        File.WriteAllText(beside, ToJson());
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Four significant digits: the rest is noise, and JSON has no infinity.</summary>
    private sealed class FourDigits : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (!double.IsFinite(value) || Math.Abs(value) is < 1e-6 or > 1e18)
            {
                writer.WriteNumberValue(0);
                return;
            }
            int digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 9);
            writer.WriteNumberValue(Math.Round((decimal)value, digits));
        }
    }
}

/// <summary>One run.</summary>
/// <param name="StartedAt">UTC, ISO 8601.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Scale">full, quick or smoke.</param>
/// <param name="Suites">Those that were run, with their sentences.</param>
/// <param name="IsComplete">False when it was broken off, or narrowed by a filter.</param>
internal sealed record RunInfo(
    string StartedAt, double Seconds, string Scale, IReadOnlyList<SuiteInfo> Suites, bool IsComplete);

/// <summary>A suite by name and sentence.</summary>
internal sealed record SuiteInfo(string Name, string Sentence);

/// <summary>A variant that has no result.</summary>
internal sealed record MissingEntry(string Suite, string Case, string Variant, string Reason, bool IsFailure);
