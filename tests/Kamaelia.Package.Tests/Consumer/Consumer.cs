// A stranger's program: it has the packages and nothing else of this repository. Its components need the generator
// that the package brings, and its last line the native library.
using System.Runtime.InteropServices;
using Kamaelia.Axon;
using Kamaelia.Testing;

var counter = new Counter();
var adder = new Adder();
await new Graph("sum").Pipe(counter, adder).RunAsync();
Console.WriteLine($"sum {adder.Sum}");
var benched = new Adder();
await using (var bench = ComponentBench.Of(benched))
{
    bench.Feed(benched.Inbox, [.. Enumerable.Range(1, 100)]);
    bench.EndInput(benched.Inbox);
    bench.ExpectEnd();
    Console.WriteLine($"bench {benched.Sum}");
}
Console.WriteLine($"abi {Library.Version() >> 16}");

/// <summary>Counts to a hundred.</summary>
public sealed partial class Counter : Component
{
    [Port("1, 2, … 100.")]
    public partial Outbox<int> Outbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (var i = 1; i <= 100; i++) { await Outbox.SendAsync(i, stop); }
    }
}

/// <summary>Adds up what comes.</summary>
public sealed partial class Adder : Component
{
    public int Sum { get; private set; }

    [Port("Numbers to add.")]
    public partial Inbox<int> Inbox { get; }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var number)) { Sum += number; }
        }
    }
}

internal static partial class Library
{
    [LibraryImport("libkamaelia", EntryPoint = "kam_abi_version")]
    internal static partial uint Version();
}
