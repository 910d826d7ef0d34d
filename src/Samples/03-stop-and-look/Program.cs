// A graph that would never end by itself: read from it, look into it, stop it. See README.md.
using Kamaelia.Axon;

await using var graph = new Graph("clock");
var ticker = graph.Add(new Ticker { Name = "ticker" });
GraphOutput<int> ticks = graph.Output(ticker.Outbox, capacity: 4);
using IDisposable watch = graph.Subscribe(e =>
{
    if (e is ComponentEnded { Path: "/clock/ticker" } ended)
        Console.WriteLine($"{ended.Path}: {ended.Reason}");
});

graph.Start();
Console.WriteLine(await ticks.ReadAsync());
Console.WriteLine(await ticks.ReadAsync());

GraphSnapshot look = graph.Snapshot();
foreach (LinkageSnapshot link in look.Linkages)
    Console.WriteLine($"{link.From} -> {link.To[..link.To.LastIndexOf('/')]}/...");

ValueTask stopping = graph.StopAsync(); // drain, then cancel, then abandon by name: each with a deadline
await foreach (int _ in ticks.ReadAllAsync())
{
    // What was under way when the drain began still arrives.
}
await stopping;
Console.WriteLine($"chunks held: {ChunkPool.TotalOutstanding()}");

/// <summary>Counts, a hundred times a second.</summary>
internal sealed partial class Ticker : Component
{
    [Port("1, 2, 3 and so on.")]
    public partial Outbox<int> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (int n = 1; !stop.IsCancellationRequested; n++)
        {
            await Outbox.SendAsync(n, stop);
            await DelayAsync(TimeSpan.FromMilliseconds(10), stop);
        }
    }
}
