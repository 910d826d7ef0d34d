// A component that falls now and then, and a supervisor that starts it again. See README.md.
using Kamaelia.Axon;

await using var graph = new Graph("plant");
var group = graph.Add(new Supervisor(new SupervisionOptions
{
    RestartsMax = 3,
    Within = TimeSpan.FromSeconds(5),
    BackoffFirst = TimeSpan.FromMilliseconds(10),
    Jitter = 0,
}) { Name = "group" });
Supervised checker = group.Add("checker", () => new Checker()); // A factory: each restart makes a new one.

var passed = new List<int>();
graph.Link(graph.Add(Components.Source(Enumerable.Range(1, 8))), "outbox", checker, "inbox");
graph.Link(checker, "outbox", graph.Add(Components.Sink<int>(passed.Add)), "inbox");
using IDisposable watch = graph.Subscribe(happened =>
{
    if (happened is ComponentFaulted fault)
        Console.WriteLine($"{fault.Path} fell: {fault.Exception.Message}; {fault.Action}");
    else if (happened is ComponentRestarted restart)
        Console.WriteLine($"{restart.Path} runs again, after {restart.Delay.TotalMilliseconds} ms");
});

await graph.RunAsync(); // It does not throw: the faults were handled.
Console.WriteLine($"passed: {string.Join(' ', passed)}");

/// <summary>Passes numbers on, and cannot bear multiples of three.</summary>
internal sealed partial class Checker : Component
{
    [Port("Numbers.")]
    public partial Inbox<int> Inbox { get; }

    [Port("The same numbers.")]
    public partial Outbox<int> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out int number))
            {
                if (number % 3 == 0)
                    throw new InvalidDataException($"{number} is a multiple of three");
                await Outbox.SendAsync(number, stop);
            }
        }
    }
}
