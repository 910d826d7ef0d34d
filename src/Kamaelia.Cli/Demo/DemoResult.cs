namespace Kamaelia.Cli.Demo;

/// <summary>What came of sending a file one way.</summary>
internal sealed record DemoResult
{
    public required string Way { get; init; }
    public long PacketsSent { get; init; }
    public long PacketsReceived { get; init; }
    public bool IsIdentical { get; init; }
    public long ContinuityErrors { get; init; }
    public long ChunksLeaked { get; init; }
    public double Seconds { get; init; }

    /// <summary>What was expected was found.</summary>
    public bool IsGood => PacketsSent > 0 && PacketsReceived == PacketsSent && IsIdentical && ContinuityErrors == 0
        && ChunksLeaked == 0;

    /// <summary>The table that ends a demo; its numbers are data, so it goes to the standard output.</summary>
    public static void Write(TextWriter output, IReadOnlyList<DemoResult> results, string digest)
    {
        Row("", result => result.Way);
        Row("packets sent", result => $"{result.PacketsSent}");
        Row("packets received", result => $"{result.PacketsReceived}");
        Row("bytes identical", result => result.IsIdentical ? "yes" : "NO");
        Row("continuity errors", result => $"{result.ContinuityErrors}");
        Row("chunks leaked", result => $"{result.ChunksLeaked}");
        Row("seconds", result => $"{result.Seconds:0.0}");
        Row("", result => result.IsGood ? "ok" : "FAILED");
        output.WriteLine($"sha-256 {digest}");

        void Row(string name, Func<DemoResult, string> value) =>
            output.WriteLine($"{name,-20}{string.Concat(results.Select(result => $"{value(result),12}"))}");
    }
}
