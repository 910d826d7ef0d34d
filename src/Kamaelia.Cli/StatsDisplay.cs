using System.Diagnostics;
using System.Text;
using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Cli;

/// <summary>Shows once a second what every linkage carries and what components count, on the standard error.</summary>
/// <remarks>Reads counters that are written anyway: whoever runs does not notice. On a terminal one block is redrawn;
/// else
/// it is a line for each, so that a log can be searched.</remarks>
internal sealed class StatsDisplay(Graph graph, IReadOnlyList<(PlannedLink Plan, Outbox From, Inbox To)> links)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> _before = [];

    // Read before the start: a box that ended has none.
    private readonly string[] _capacities = [.. links.Select(link => CapacityOf(link.To))];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double _lastSeconds;
    private int _linesDrawn;
    private int _linesSaid;

    /// <summary>Runs until the token is cancelled, and shows a last block then.</summary>
    public async Task RunAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(s_interval, ended).ContinueWith(static _ => { }, TaskScheduler.Default);
            Show();
        }
    }

    private void Show()
    {
        double seconds = _clock.Elapsed.TotalSeconds;
        double elapsed = Math.Max(0.001, seconds - _lastSeconds);
        _lastSeconds = seconds;
        var lines = links.Select((link, index) => LinkLine(link.Plan, link.From, link.To, _capacities[index], elapsed))
            .Concat(graph.Components.Select(component => CounterLine(component, elapsed)).OfType<string>()).ToList();
        var text = new StringBuilder();
        if (Terminal.IsErrorTerminal)
        {
            int width = Terminal.Width;
            // What was said meanwhile stands below the block: the next one goes below that.
            text.Append(_linesDrawn > 0 && _linesSaid == Terminal.LinesSaid ? $"\e[{_linesDrawn}A" : "");
            _linesSaid = Terminal.LinesSaid;
            foreach (string line in lines.Prepend($"{seconds:0.0} s"))
                text.Append($"\e[K{(line.Length < width ? line : line[..(width - 1)])}\n");
            _linesDrawn = lines.Count + 1;
        }
        else
        {
            foreach (string line in lines)
                text.Append($"stats {seconds:0.0} s{line}\n");
        }
        Console.Error.Write(text);
    }

    private static string CapacityOf(Inbox inbox) =>
        inbox.Policy == LinkPolicy.Unbounded ? "unbounded" : $"{inbox.Capacity}";

    private string LinkLine(PlannedLink plan, Outbox from, Inbox to, string capacity, double elapsed)
    {
        string name = $"{NameOf(plan.From)} -> {NameOf(plan.To)}";
        string dropped = from.Dropped > 0 ? $"  dropped {from.Dropped}" : "";
        return $"  {name,-36} {Rate(name, from.Sent, elapsed),10:0.0}/s  total {from.Sent}  "
            + $"depth {to.Count}/{capacity}{dropped}";
    }

    private string? CounterLine(Component component, double elapsed)
    {
        var counters = component.Counters;
        if (counters.Count == 0)
            return null;
        var text = new StringBuilder($"  {component.Name}:");
        foreach (var (name, value) in counters)
        {
            text.Append($"  {name} {value}");
            if (name == "bytes")
                text.Append($" ({Rate($"{component.Name}.{name}", value, elapsed) * 8 / 1e6:0.00} Mbit/s)");
        }
        return text.ToString();
    }

    private double Rate(string name, long value, double elapsed)
    {
        long before = _before.GetValueOrDefault(name);
        _before[name] = value;
        return (value - before) / elapsed;
    }

    private static string NameOf(PlannedBox box) => box.BoxName is "inbox" or "outbox"
        ? box.Component.Name
        : box.ToString()[1..];
}
