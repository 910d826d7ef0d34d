using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Kamaelia.Benchmarks.Micro;

/// <summary>Single operations, by BenchmarkDotNet.</summary>
internal static class MicroBenchmarks
{
    public static int Run(string[] args)
    {
        // In this process: no project has to be generated, restored and built, and the native library is where it is.
        IConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithOptions(ConfigOptions.DisableOptimizationsValidator)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "kamaelia-benchmarks"));
        string[] chosen = args.Length > 0 ? args : ["--filter", "*"];
        return BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(chosen, config).Any() ? 0 : 1;
    }
}
