using Kamaelia.Axon;
using Kamaelia.Catalogue;
using Kamaelia.Framing;
using Kamaelia.Utilities;

namespace Kamaelia.Sound;

/// <summary>Mixes streams of 16-bit samples: the sum of all, clipped once.</summary>
/// <remarks>
/// The streams are of the same rate and channels, and are aligned as they arrive: sample by sample from the first of
/// each. The first stream that has not ended sets the pace: for each of its messages one goes out, as long and with its
/// time, once all the others have as much. So one that is behind holds up all, and the linkages' policies say what the
/// others do meanwhile; one that has ended is silence from there on, and when all have, the mixer ends. A stream
/// without sound that is meant to go on must send silence. A message that begins inside of one of the first stream's,
/// which happens where another takes over the pace, has no time. Streams may be cut anywhere, within a sample too.
/// </remarks>
public sealed partial class PcmMixer : JoiningComponent<Chunk>, INotated<PcmMixer>
{
    private const int SampleBytes = sizeof(short);
    private static readonly IReadOnlyList<PortInfo> s_arrays = InputsAs(
        "Streams to mix, cut anywhere, of the same rate and channels; the first sets the pace.", "pcm-s16le");

    private nint[] _parts = [];
    private long _blocks;

    [Port("Their sum, clipped: a message for each of the first stream's, with its time.", Format = "pcm-s16le")]
    public partial Outbox<Chunk> Outbox { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<PortInfo> BoxArrays => s_arrays;

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, long>> Counters => [new("blocks", Volatile.Read(ref _blocks))];

    /// <inheritdoc/>
    public static ComponentInfo Info { get; } = new("pcm.mix", "Mixes streams of 16-bit samples.");

    /// <inheritdoc/>
    public static PcmMixer Create(OptionValues options) => new();

    /// <inheritdoc/>
    protected override async Run RunAsync(CancellationToken stop)
    {
        MixInput[] inputs = [.. Inputs.Select(inbox => new MixInput(inbox))];
        _parts = new nint[inputs.Length];
        try
        {
            for (int leader = 0; leader < inputs.Length;)
            {
                var first = inputs[leader];
                if (!first.TryGather(SampleBytes))
                {
                    if (!await first.Inbox.WaitAsync(stop))
                        leader++;
                    continue;
                }
                int bytes = first.Bytes / SampleBytes * SampleBytes;
                for (int i = leader + 1; i < inputs.Length; i++)
                {
                    while (!inputs[i].TryGather(bytes) && await inputs[i].Inbox.WaitAsync(stop))
                    {
                        // Until it has as much, or has ended.
                    }
                }
                await Outbox.SendAsync(Mixed(inputs.AsSpan(leader), bytes), stop);
            }
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }

    private unsafe Chunk Mixed(ReadOnlySpan<MixInput> inputs, int bytes)
    {
        var first = inputs[0];
        var stamp = ChunkStamp.Of(first.Message);
        if (!first.IsAtStamp)
            stamp = stamp with { Flags = ChunkFlags.None }; // Its time is that of another byte.
        int count = 0;
        foreach (var input in inputs[1..])
        {
            if (input.Bytes > 0 && input.Take(bytes) is var part && part != null)
                _parts[count++] = (nint)part;
        }
        if (count > 0 || !first.TrySlice(bytes, out var block))
        {
            _parts[count++] = (nint)first.Take(bytes);
            block = Chunk.Rent(bytes);
            PcmKernels.Mix(_parts.AsSpan(0, count), MixInput.Address(block), bytes / SampleBytes);
        }
        Volatile.Write(ref _blocks, _blocks + 1);
        return stamp.On(block);
    }
}
