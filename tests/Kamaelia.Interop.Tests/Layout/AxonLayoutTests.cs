using Kamaelia.Axon;
using Kamaelia.Interop.Native;

namespace Kamaelia.Interop.Tests;

/// <summary>Axon's own structs lie where the mirror's do: both are the memory that native code reads and
/// writes.</summary>
public sealed class AxonLayoutTests
{
    // Where Axon's name for a field is not the header's.
    private static readonly Dictionary<string, string> s_otherNames = new()
    {
        ["kam_ring.bytes"] = "queuedbytes",
        ["kam_chunk.offset_bytes"] = "offset",
        ["kam_chunk.length_bytes"] = "length",
    };

    [TestCase(typeof(kam_block), typeof(BlockHeader))]
    [TestCase(typeof(kam_chunk), typeof(Chunk))]
    [TestCase(typeof(kam_pool), typeof(PoolHeader))]
    [TestCase(typeof(kam_ring), typeof(RingHeader))]
    [TestCase(typeof(kam_outlet), typeof(OutletHeader))]
    [TestCase(typeof(kam_slot), typeof(SlotHeader))]
    [TestCase(typeof(kam_queue), typeof(QueueHeader))]
    [TestCase(typeof(kam_sched), typeof(SchedHeader))]
    public void Struct_OfAxon_LiesLikeItsMirror(Type mirror, Type axon)
    {
        var expected = Flatten(mirror);
        var actual = MeasuredLayout.Fields(axon)
            .Select(field => (Name: Plain(field.Name), Offset: MeasuredLayout.OffsetOf(field)));

        Assert.That(MeasuredLayout.SizeOf(axon), Is.EqualTo(MeasuredLayout.SizeOf(mirror)), "size");
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void Constants_OfAxon_AreTheHeaders() => Assert.Multiple(() =>
    {
        Assert.That(RingHeader.WaitReader, Is.EqualTo(NativeMethods.KAM_WAIT_READER));
        Assert.That(RingHeader.Ended, Is.EqualTo(NativeMethods.KAM_RING_ENDED));
        Assert.That(RingHeader.Closed, Is.EqualTo(NativeMethods.KAM_RING_CLOSED));
        Assert.That(RingHeader.CountBytes, Is.EqualTo(NativeMethods.KAM_RING_COUNT_BYTES));
        Assert.That(RingHeader.Native, Is.EqualTo(NativeMethods.KAM_RING_NATIVE));
        Assert.That(RingHeader.PolicyShift, Is.EqualTo(NativeMethods.KAM_RING_POLICY_SHIFT));
        Assert.That(RingHeader.PolicyMask, Is.EqualTo(NativeMethods.KAM_RING_POLICY_MASK));
        Assert.That(OutletHeader.Discard, Is.EqualTo(NativeMethods.KAM_OUTLET_DISCARD));
        Assert.That(SlotHeader.Parked, Is.EqualTo(NativeMethods.KAM_PARKED));
        Assert.That(SlotHeader.Ready, Is.EqualTo(NativeMethods.KAM_READY));
        Assert.That(SlotHeader.Running, Is.EqualTo(NativeMethods.KAM_RUNNING));
        Assert.That(SlotHeader.Done, Is.EqualTo(NativeMethods.KAM_DONE));
        Assert.That(PoolHeader.Classes, Is.EqualTo(NativeMethods.KAM_POOL_CLASSES));
        Assert.That(BlockHeader.Bytes, Is.EqualTo(NativeMethods.KAM_BLOCK_HEADER_BYTES));
        Assert.That((uint)LinkPolicy.Wait, Is.EqualTo(NativeMethods.KAM_POLICY_WAIT));
        Assert.That((uint)LinkPolicy.DropOldest, Is.EqualTo(NativeMethods.KAM_POLICY_DROP_OLDEST));
        Assert.That((uint)LinkPolicy.DropNewest, Is.EqualTo(NativeMethods.KAM_POLICY_DROP_NEWEST));
        Assert.That((uint)LinkPolicy.KeepLatest, Is.EqualTo(NativeMethods.KAM_POLICY_KEEP_LATEST));
        Assert.That((uint)LinkPolicy.Unbounded, Is.EqualTo(NativeMethods.KAM_POLICY_UNBOUNDED));
        Assert.That((uint)ChunkFlags.Key, Is.EqualTo(NativeMethods.KAM_CHUNK_KEY));
        Assert.That((uint)ChunkFlags.Discontinuity, Is.EqualTo(NativeMethods.KAM_CHUNK_DISCONTINUITY));
        Assert.That((uint)ChunkFlags.HasPts, Is.EqualTo(NativeMethods.KAM_CHUNK_HAS_PTS));
    });

    /// <summary>The mirror's fields with each array written out, as Axon writes them.</summary>
    private static List<(string Name, int Offset)> Flatten(Type mirror)
    {
        var flat = new List<(string, int)>();
        foreach (var field in MeasuredLayout.Fields(mirror))
        {
            var name = s_otherNames.GetValueOrDefault($"{mirror.Name}.{field.Name}", Plain(field.Name));
            var offset = MeasuredLayout.OffsetOf(field);
            var count = MeasuredLayout.ElementCount(field.FieldType);
            if (count == 1)
                flat.Add((name, offset));
            var elementBytes = MeasuredLayout.SizeOf(field.FieldType) / count;
            for (var i = 0; count > 1 && i < count; i++)
                flat.Add((name, offset + i * elementBytes));
        }
        return flat;
    }

    // "_offset", "SizeClass" and "size_class" compare as letters; the number that counts an array's elements does not
    // count.
    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant().TrimEnd("0123456789".ToCharArray());
}
