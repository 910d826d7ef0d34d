using System.Globalization;
using System.Text.Json;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Bench;

/// <summary>What the rounds of one graph came to: medians, with the fastest and the slowest.</summary>
internal sealed class BenchReport(string name, ParsedGraph parsed, IReadOnlyList<BenchRound> rounds)
{
    private double NsPerHop => Median(r => r.Seconds * 1e9 / Hops(r));
    private double NsMin => rounds.Min(r => r.Seconds * 1e9 / Hops(r));
    private double NsMax => rounds.Max(r => r.Seconds * 1e9 / Hops(r));
    private double CpuNsPerHop => Median(r => r.CpuSeconds * 1e9 / Hops(r));
    private double BytesPerHop => Median(r => r.AllocatedBytes / Hops(r));
    private double BytesPerSecond => Median(r => r.Bytes / r.Seconds);
    private double CpuSecondsPerGb => Median(r => r.CpuSeconds * 1e9 / Math.Max(1, r.Bytes));
    private double Seconds => Median(r => r.Seconds);
    private string CountedBy => rounds[0].CountedBy;

    /// <summary>For people: totals, then what each linkage carried.</summary>
    public void WriteText(TextWriter to)
    {
        to.WriteLine(name);
        to.WriteLine(Text($"  {NsPerHop:0.00} ns a message-hop, {CpuNsPerHop:0.00} ns CPU")
            + Text($", {BytesPerHop:0.00} B allocated ({NsMin:0.00} .. {NsMax:0.00} ns")
            + Text($" in {rounds.Count} rounds of {Seconds:0.00} s)"));
        if (CountedBy.Length > 0)
        {
            to.WriteLine(Text($"  {BytesPerSecond / 1e9:0.000} GB/s counted by {CountedBy}")
                + Text($", {CpuSecondsPerGb:0.000} CPU s/GB"));
        }
        if (Seconds < 0.05)
            to.WriteLine("  too short to tell: give it more to do, or a source without an end");
        foreach (var (links, from, to_, rate) in Linkages())
            to.WriteLine(Text($"    {from + " -> " + to_,-44} {rate,14:#,0} messages/s{Several(links)}"));
    }

    /// <summary>One object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("text", parsed.Source.Text);
        json.WriteNumber("rounds", rounds.Count);
        Number(json, "seconds", Seconds);
        Number(json, "ns_per_hop", NsPerHop);
        Number(json, "ns_per_hop_min", NsMin);
        Number(json, "ns_per_hop_max", NsMax);
        Number(json, "cpu_ns_per_hop", CpuNsPerHop);
        Number(json, "allocated_bytes_per_hop", BytesPerHop);
        if (CountedBy.Length > 0)
        {
            json.WriteString("bytes_counted_by", CountedBy);
            Number(json, "bytes_per_s", BytesPerSecond);
            Number(json, "cpu_s_per_gb", CpuSecondsPerGb);
        }
        json.WriteStartArray("linkages");
        for (int i = 0; i < parsed.Links.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("from", parsed.Links[i].From.ToString());
            json.WriteString("to", parsed.Links[i].To.ToString());
            Number(json, "messages_per_s", Rate(i));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // A tee of a hundred, or a chain of the same, is one line: all of them carry the same.
    private IEnumerable<(int Links, string From, string To, double Rate)> Linkages() =>
        from index in Enumerable.Range(0, parsed.Links.Count)
        let link = parsed.Links[index]
        group index by (link.From.Component.Twin, link.To.Component.Twin) into same
        let first = parsed.Links[same.First()]
        select (same.Count(), NameOf(first.From), NameOf(first.To), same.Average(Rate));

    private static string NameOf(PlannedBox box) =>
        box.BoxName is "inbox" or "outbox" ? box.Component.Name : box.ToString()[1..];

    private double Rate(int link) => Median(r => r.Messages[link] / r.Seconds);

    private double Median(Func<BenchRound, double> of)
    {
        double[] sorted = [.. rounds.Select(of).Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double Hops(BenchRound round) => Math.Max(1, round.Messages.Sum());

    private static string Several(int links) => links == 1 ? "" : $" each, {links} linkages";

    // Four digits: the rest is noise, and JSON has no infinity.
    private static void Number(Utf8JsonWriter json, string key, double value)
    {
        if (!double.IsFinite(value) || value == 0)
            json.WriteNumber(key, 0);
        else
            json.WriteNumber(key, Math.Round((decimal)value,
                Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 9)));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
