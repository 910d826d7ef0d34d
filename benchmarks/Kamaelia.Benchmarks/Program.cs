using System.Runtime.InteropServices;
using Kamaelia.Benchmarks;
using Kamaelia.Benchmarks.Processes;
using Kamaelia.Benchmarks.Rivals;

if (args is ["--udp-load", .. var load])
    return PlainUdp.Load(load); // Started by the udp suite itself.
using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, BreakOff);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, BreakOff);
try
{
    return await Bench.RunAsync(Options.Parse(args), Console.Out, stop.Token);
}
catch (UsageException e)
{
    Console.Error.WriteLine($"bench: {e.Message} (--help)");
    return 2;
}
finally
{
    Child.EndAll();
    MediaFile.RemoveAll();
    await AkkaRivals.StopAsync();
}

void BreakOff(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested; // The second one ends it here and now.
    stop.Cancel();
}
