using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Tests.Notation;

/// <summary>A catalogue that does not change with the library, so that what is expected of it stays what it
/// is.</summary>
internal static class TestCatalogue
{
    public static ComponentCatalogue Make()
    {
        var catalogue = new ComponentCatalogue();
        catalogue.Add<TestSource>();
        catalogue.Add<TestPass>();
        catalogue.Add<TestSink<int>>();
        catalogue.AddVariant<TestSink<string>>();
        catalogue.Add<TestFan>();
        catalogue.Add(new ComponentInfo("mpeg.sink", "Takes one format only."), _ => new TestFormatSink());
        catalogue.AddNative(new ComponentInfo("native.only", "Has no managed twin."),
            [new PortInfo("inbox", PortDirection.In, typeof(int), "Numbers.")], [], _ => new TestSink<int>());
        return catalogue;
    }
}

internal sealed partial class TestSource(int count) : Component, INotated<TestSource>
{
    [Port("Numbers from 1.", Format = "numbers")] public partial Outbox<int> Outbox { get; }

    public static ComponentInfo Info { get; } = new("number.source", "Counts.")
    {
        IsSource = true,
        Options =
        [
            OptionInfo.Positional("count", OptionKind.Int, "How many, 1 to 1k.", "10") with { Min = 1, Max = 1000 },
            OptionInfo.Choice("mode", "How.", "fast", "slow"),
            OptionInfo.Optional("pause", OptionKind.Duration, "Between two.", "0s"),
        ],
    };

    public static TestSource Create(OptionValues options) =>
        options.Text("mode") == "slow" && options.Int("count") > 100
            ? throw options.Bad("mode", "So many are not sent slowly.")
            : new(options.Int("count"));

    protected override async Run RunAsync(CancellationToken stop)
    {
        for (int i = 1; i <= count; i++)
            await Outbox.SendAsync(i, stop);
    }
}

internal sealed partial class TestPass : Component, INotated<TestPass>
{
    [Port("Numbers.")] public partial Inbox<int> Inbox { get; }
    [Port("The same numbers.")] public partial Outbox<int> Outbox { get; }
    [Port("What there is to say.", Optional = true)] public partial Outbox<string> Remarks { get; }

    public static ComponentInfo Info { get; } = new("number.pass", "Passes numbers on.");

    public static TestPass Create(OptionValues options) => new();

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out int number))
                await Outbox.SendAsync(number, stop);
        }
        await Remarks.SendAsync("passed", stop);
    }
}

internal sealed partial class TestSink<T> : Component, INotated<TestSink<T>>
{
    public List<T> Received { get; } = [];

    [Port("Anything.")] public partial Inbox<T> Inbox { get; }

    public static ComponentInfo Info { get; } = new("keep", "Keeps what comes.");

    public static TestSink<T> Create(OptionValues options) => new();

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out var message))
                Received.Add(message);
        }
    }
}

internal sealed partial class TestFan : Component, INotated<TestFan>, IBoxArrays
{
    private readonly List<Outbox<int>> _branches = [];

    [Port("Numbers.")] public partial Inbox<int> Inbox { get; }

    public IReadOnlyList<PortInfo> BoxArrays { get; } = [new("out", PortDirection.Out, typeof(int), "A branch.")];

    public static ComponentInfo Info { get; } = new("fan", "Sends to each branch.");

    public static TestFan Create(OptionValues options) => new();

    public Box GetBox(string arrayName, int index)
    {
        while (_branches.Count <= index)
            _branches.Add(AddOutbox<int>($"out#{_branches.Count}"));
        return _branches[index];
    }

    protected override async Run RunAsync(CancellationToken stop)
    {
        while (await Inbox.WaitAsync(stop))
        {
            while (Inbox.TryReceive(out int number))
            {
                foreach (var branch in _branches.Where(branch => branch.IsLinked))
                    await branch.SendAsync(number, stop);
            }
        }
    }
}

internal sealed partial class TestFormatSink : Component
{
    [Port("A transport stream.", Format = "mpegts")] public partial Inbox<int> Inbox { get; }

    protected override Run RunAsync(CancellationToken stop) => Run.Completed;
}
