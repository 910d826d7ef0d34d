using Kamaelia.Axon;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Parts;
using Kamaelia.Catalogue;
using Kamaelia.Interop;

namespace Kamaelia.Benchmarks.Suites;

/// <summary>Every component of the catalogue that has both twins, on chunks of three sizes.</summary>
/// <remarks>Nothing names a component here: one that is added to the catalogue appears by itself. Left out, with the
/// reason: those that open a network (they have suites of their own), have no single inbox of chunks, or refuse what
/// this suite can feed them. Each lies between a source that sends a few chunks over and over by reference and sinks
/// that give them back.</remarks>
internal sealed class TwinsSuite : ISuite
{
    private const int BytesPerRound = 1 << 20; // Of input: in the second cache, as data just received would be.
    private const string CopyName = "memcpy";

    public string Name => "twins";

    public string Sentence => "every component with both twins, on chunks of 188 B, 1,316 B and 64 KiB";

    public IEnumerable<Group> Groups(Scale scale)
    {
        if (!NativeLibraryInfo.IsAvailable)
            yield break;
        foreach (ComponentEntry entry in ComponentCatalogue.Default.Entries)
        {
            if (entry.Managed is null || entry.Native is null || OpensSomething(entry.Managed.Info))
                continue;
            foreach (int bytes in scale.Pick<int[]>([188, 1316, 65536], [188, 1316, 65536], [1316]))
                yield return GroupOf(entry, bytes);
        }
    }

    private static bool OpensSomething(ComponentInfo info) =>
        info.IsSource || info.Options.Any(o => o.Kind == OptionKind.Address || o.Name == "path");

    private Group GroupOf(ComponentEntry entry, int bytes)
    {
        var group = new Group(Name, $"{entry.Name}, {bytes:#,0} B", "chunk", [])
        {
            Baseline = "managed",
            Limit = CopyName,
            PayloadBytes = bytes,
            IsBrief = true,
            Curve = new CurvePoint(entry.Name, "bytes a chunk", bytes),
            Parameters = new Dictionary<string, string> { ["component"] = entry.Name },
        };
        string? problem = Problem(entry, bytes, out byte[][] input);
        if (problem is not null)
            return group with { Missing = [new Missing("both twins", $"left out: {problem}")] };
        return group with
        {
            // What comes in may be more than asked for, when it is what another component made of that.
            PayloadBytes = (int)input.Average(i => i.Length),
            Variants =
            [
                new("native", n => Run(entry.Native!, input, n)),
                new("managed", n => Run(entry.Managed!, input, n)),
                Variant.Limit(CopyName, n => Task.FromResult(FramingSuite.Copy(input, n))),
            ],
        };
    }

    private static string? Problem(ComponentEntry entry, int bytes, out byte[][] input)
    {
        input = [];
        PortInfo[] inboxes =
            [.. entry.Managed!.Ports.Where(p => p is { Direction: PortDirection.In, Name: not "control" })];
        if (inboxes is not [{ Name: "inbox" } inbox] || inbox.MessageType != typeof(Chunk))
            return "it has not one inbox of chunks";
        if (entry.Managed.ArrayBoxes.Count > 0)
            return "it has arrays of boxes";
        try
        {
            int count = Math.Clamp(BytesPerRound / bytes, 16, 1024);
            input = TwinInput.Of(inbox.Format, bytes, count) ?? [];
            if (input.Length == 0)
                return $"nothing here makes '{inbox.Format}'";
            foreach (ComponentTwin twin in (ComponentTwin[])[entry.Managed, entry.Native!])
                Try(twin, input);
            return null;
        }
        catch (Exception e) when (e is GraphFaultedException or OptionException or ArgumentException
            or InvalidOperationException or NativeException)
        {
            return e.GetBaseException().Message;
        }
    }

    private static void Try(ComponentTwin twin, byte[][] input)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        RunAsync(twin, input, input.Length, new FlowProbe(input.Length)).WaitAsync(patience.Token)
            .GetAwaiter().GetResult();
    }

    private static async Task<Sample> Run(ComponentTwin twin, byte[][] input, long chunks)
    {
        var probe = new FlowProbe(chunks, skip: 256);
        await RunAsync(twin, input, probe.Total, probe);
        return await probe.Done;
    }

    // Counted at the source: not every component sends a chunk for each that it takes.
    private static async Task RunAsync(ComponentTwin twin, byte[][] input, long total, FlowProbe probe)
    {
        await using var graph = new Graph("bench");
        Component component = graph.Add(twin.Create(OptionValues.Examples(twin.Info)));
        Component source = graph.Add(new SharingSource(input, total) { Probe = probe });
        graph.Link(source, "outbox", component, "inbox");
        foreach (PortInfo port in twin.Ports)
        {
            if (port is { Direction: PortDirection.Out, IsOptional: false } && port.MessageType == typeof(Chunk))
                graph.Link(component, port.Name, graph.Add(new Utilities.NullSink<Chunk>()), "inbox");
        }
        await graph.RunAsync();
    }
}
