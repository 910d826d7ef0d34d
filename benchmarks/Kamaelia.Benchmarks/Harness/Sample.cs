namespace Kamaelia.Benchmarks.Harness;

/// <summary>What one run of one variant measured.</summary>
/// <param name="Operations">Message-hops, deliveries, packets: what the group counts.</param>
/// <param name="WallNs">Time from the first counted operation to the last.</param>
/// <param name="CpuNs">What all threads of the process used meanwhile: rivals use both cores.</param>
/// <param name="AllocatedBytes">On the managed heap, meanwhile.</param>
internal sealed record Sample(double Operations, double WallNs, double CpuNs, double AllocatedBytes)
{
    /// <summary>Figures of the group's own, already per operation or absolute: gb_per_s, heap_bytes.</summary>
    public IReadOnlyDictionary<string, double> Extras { get; init; } = new Dictionary<string, double>();

    public double NsPerOperation => WallNs / Operations;

    public double CpuNsPerOperation => CpuNs / Operations;

    public double AllocatedBytesPerOperation => AllocatedBytes / Operations;
}
