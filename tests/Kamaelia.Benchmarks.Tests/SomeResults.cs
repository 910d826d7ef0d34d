using Kamaelia.Benchmarks.Results;

namespace Kamaelia.Benchmarks.Tests;

/// <summary>Results that nobody measured.</summary>
internal static class SomeResults
{
    public static ResultEntry Entry(string variant = "async", double ns = 10, double allocated = 0,
        string role = "ours", string suite = "pipeline", string name = "10 stages, batch 64") => new()
    {
        Suite = suite, Case = name, Variant = variant, Role = role, Operation = "message-hop", Rounds = 3,
        NsPerOp = ns, NsPerOpMin = ns * 0.9, NsPerOpMax = ns * 1.2, SpreadPercent = 30, CpuNsPerOp = ns,
        AllocatedBytesPerOp = allocated,
    };

    public static ResultEntry Point(string variant, double x, double ns) =>
        Entry(variant, ns, suite: "growth", name: $"hops by stages: {x}")
            with { Curve = new CurveEntry("hops by stages", "stages", x) };

    public static ResultsFile File(params ResultEntry[] entries) => new(ResultsFile.CurrentSchema,
        new Fingerprint
        {
            CpuModel = "A Processor", Os = "An OS", Kernel = "6.0", Dotnet = ".NET 10", LibraryVersion = "0.1.0",
            LogicalProcessors = 2, MemoryMib = 1024,
        },
        new RunInfo("2026-01-02T03:04:05Z", 61, "quick",
            [.. entries.Select(e => e.Suite).Distinct().Select(s => new SuiteInfo(s, $"what {s} is"))], true),
        entries, []);
}
