using Kamaelia.Axon;
using Kamaelia.Notation;
using Kamaelia.Ts;

namespace Kamaelia.Cli.Demo;

/// <summary>The demo's second process: receives, checks, writes a file, and reports on the standard output.</summary>
internal static class DemoReceiver
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    public static async Task<int> RunAsync(string group, string iface, string path, Twin twin)
    {
        var parsed = DemoSettings.Receiver(group, iface, path, twin);
        if (NotationInput.Report(parsed) is var code and not ExitCodes.Done)
            return code;
        var graph = parsed.Build();
        var receiver = graph.Components.First(component => component.Name == "rx");
        var checker = (TsChecker)graph.Components.First(component => component.Name == "check");
        await using (graph)
        {
            graph.Start();
            // Our input ends when the sender's process does, however it ends: then nobody waits for us any more.
            _ = Task.Run(async () =>
            {
                await Console.In.ReadToEndAsync();
                await graph.StopAsync(new StopOptions(TimeSpan.FromSeconds(2)));
            });
            await WaitUntilListeningAsync(receiver, graph.Completion);
            Say(new ReceiverReport("ready", 0, 0, 0, 0));
            while (!graph.Completion.IsCompleted)
            {
                await Task.WhenAny(graph.Completion, Task.Delay(s_interval));
                Say(ReportOf("running", receiver, checker, 0));
            }
            try
            {
                await graph.Completion;
            }
            catch (GraphFaultedException fault)
            {
                return FaultReport.Show(parsed, fault);
            }
        }
        Say(ReportOf("done", receiver, checker, ChunkPool.TotalOutstanding()));
        return ExitCodes.Done;
    }

    /// <summary>What is sent before the group is joined is lost, so the sender waits for this.</summary>
    private static async Task WaitUntilListeningAsync(Component receiver, Task completion)
    {
        for (int i = 0; i < 200 && !completion.IsCompleted; i++)
        {
            if (receiver.Counters.Any(item => item is { Key: "port", Value: > 0 }))
                return;
            await Task.Delay(10);
        }
    }

    private static ReceiverReport ReportOf(string state, Component receiver, TsChecker checker, long chunks)
    {
        long packets = receiver.FindOutbox("outbox").Sent;
        var result = checker.Result;
        return new(state, packets, result?.Bytes ?? 0, result?.ContinuityErrors ?? 0, chunks);
    }

    private static void Say(ReceiverReport report) => Console.Out.WriteLine(report.ToJson());
}
