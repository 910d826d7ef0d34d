using Kamaelia.Benchmarks;
using Kamaelia.Benchmarks.Harness;
using Kamaelia.Benchmarks.Rivals;

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
