using System.Text.Json;

namespace Kamaelia.Cli.Demo;

/// <summary>What the receiving process says, one line of JSON each time.</summary>
/// <param name="State"><c>ready</c>, <c>running</c> or <c>done</c>.</param>
/// <param name="Packets">Datagrams received so far.</param>
/// <param name="Bytes">Their payload bytes, as far as they were checked.</param>
/// <param name="ContinuityErrors">Transport packets missing or repeated, by their counters.</param>
/// <param name="ChunksOutstanding">At the end: chunks that nobody gave back.</param>
internal sealed record ReceiverReport(
    string State, long Packets, long Bytes, long ContinuityErrors, long ChunksOutstanding)
{
    public string ToJson() =>
        $$"""{"state":"{{State}}","packets":{{Packets}},"bytes":{{Bytes}},"""
        + $"\"continuity_errors\":{ContinuityErrors},\"chunks_outstanding\":{ChunksOutstanding}}}";

    public static ReceiverReport FromJson(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new(root.GetProperty("state").GetString()!, root.GetProperty("packets").GetInt64(),
            root.GetProperty("bytes").GetInt64(), root.GetProperty("continuity_errors").GetInt64(),
            root.GetProperty("chunks_outstanding").GetInt64());
    }
}
