using System.Diagnostics;
using System.Security.Cryptography;
using Kamaelia.Axon;
using Kamaelia.Notation;

namespace Kamaelia.Cli.Demo;

/// <summary>Sends a file by multicast to a second process, one way: native or managed.</summary>
internal sealed class DemoRun(DemoSettings settings, bool isNative)
{
    private readonly string _way = isNative ? "native" : "managed";

    /// <summary>The result; null with an exit code when it could not be tried, which has been said.</summary>
    public async Task<(DemoResult? Result, int ExitCode)> RunAsync(byte[] digest)
    {
        var parsed = settings.Sender(isNative ? Twin.Native : Twin.Managed);
        if (NotationInput.Report(parsed) is var code and not ExitCodes.Done)
            return (null, code);
        var folder = Directory.CreateTempSubdirectory("kamaelia-demo-");
        string received = Path.Combine(folder.FullName, "received.ts");
        try
        {
            await using var receiver = await ReceiverProcess.StartAsync(settings, received, isNative);
            if (receiver is null)
            {
                Terminal.SayError($"{_way}: the receiving process did not start");
                return (null, ExitCodes.ResourceUnavailable);
            }
            return await SendAsync(parsed, receiver, received, digest);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<(DemoResult? Result, int ExitCode)> SendAsync(ParsedGraph parsed, ReceiverProcess receiver,
        string received, byte[] digest)
    {
        long chunksBefore = ChunkPool.TotalOutstanding();
        var clock = Stopwatch.StartNew();
        var graph = parsed.Build();
        var paced = graph.Components.First(component => component.Name == "pace").FindOutbox("outbox");
        await using (graph)
        {
            using var signals = new StopSignals(signal => graph.StopAsync(new StopOptions(TimeSpan.Zero)).AsTask());
            graph.Start();
            using (var progress = new DemoProgress(_way, new FileInfo(settings.Path).Length))
            {
                while (!graph.Completion.IsCompleted)
                {
                    await Task.WhenAny(graph.Completion, Task.Delay(DemoProgress.Interval));
                    progress.Show(paced.Sent, receiver.Latest);
                }
            }
            try
            {
                await graph.Completion;
            }
            catch (GraphFaultedException fault)
            {
                return (null, FaultReport.Show(parsed, fault));
            }
        }
        var time = clock.Elapsed;
        bool hasEnded = await receiver.EndAsync(TimeSpan.FromSeconds(10));
        var report = receiver.Latest;
        return (new DemoResult
        {
            Way = _way,
            PacketsSent = paced.Sent,
            PacketsReceived = report.Packets,
            IsIdentical = hasEnded && await IsSameAsync(received, digest),
            ContinuityErrors = report.ContinuityErrors,
            ChunksLeaked = ChunkPool.TotalOutstanding() - chunksBefore + report.ChunksOutstanding,
            Seconds = time.TotalSeconds,
        }, ExitCodes.Done);
    }

    private static async Task<bool> IsSameAsync(string path, byte[] digest)
    {
        await using var file = File.OpenRead(path);
        return (await SHA256.HashDataAsync(file)).AsSpan().SequenceEqual(digest);
    }
}
