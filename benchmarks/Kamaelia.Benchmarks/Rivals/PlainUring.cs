using System.Globalization;
using System.Text.Json;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Processes;

namespace Kamaelia.Benchmarks.Rivals;

/// <summary>benchmarks/native/uring_plain.c: the same loops by system calls and by io_uring.</summary>
internal static class PlainUring
{
    private const string ProgramName = "uring_plain";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Where it was built (cmake -DKAM_BENCH=ON); null: nowhere.</summary>
    public static string? Program { get; } = NativeProgram.Find(ProgramName);

    /// <summary>Null: it runs and the system lets it have a ring; else why not.</summary>
    public static string? Refusal()
    {
        if (Program is null)
            return "uring_plain is not built (cmake -DKAM_BENCH=ON)";
        try
        {
            using JsonDocument? nothing = Run("probe").GetAwaiter().GetResult();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>Runs it and reads its one line.</summary>
    public static async Task<Sample> Measure(params string[] arguments)
    {
        using JsonDocument line = (await Run(arguments))!;
        double count = line.RootElement.GetProperty("packets").GetDouble();
        double seconds = line.RootElement.GetProperty("seconds").GetDouble();
        double cpuNs = line.RootElement.GetProperty("cpu_ns_per_packet").GetDouble() * count;
        return new Sample(count, seconds * 1e9, cpuNs, 0);
    }

    private static async Task<JsonDocument?> Run(params string[] arguments)
    {
        await using Child program = Child.Start(Program!, arguments);
        using var bound = new CancellationTokenSource(s_patience);
        string text = await program.FinishAsync(bound.Token);
        return text.Length > 0 ? JsonDocument.Parse(text) : null;
    }

    public static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
