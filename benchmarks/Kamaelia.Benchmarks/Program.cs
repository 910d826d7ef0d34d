using Kamaelia.Benchmarks;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Rivals;

if (args is ["--udp-load", .. var load])
    return PlainUdp.Load(load); // Started by the udp suite itself.
try
{
    return await Bench.RunAsync(Options.Parse(args), Console.Out);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"bench: {e.Message} (--help)");
    return 2;
}
finally
{
    await AkkaRivals.StopAsync();
}
