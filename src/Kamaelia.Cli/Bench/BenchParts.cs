using Kamaelia.Axon;
using Kamaelia.Catalogue;

namespace Kamaelia.Cli.Bench;

/// <summary>Sends one chunk over and over, by reference: its making is not what is measured.</summary>
internal sealed partial class BenchSource(int bytes, long count) : Component, INotated<BenchSource>
{
    private readonly Chunk[] _batch = new Chunk[LinkOptions.DefaultCapacity];

    [Port("Chunks of random bytes, all the same.")]
    public partial Outbox<Chunk> Outbox { get; }

    static ComponentInfo INotated<BenchSource>.Info { get; } = new("bench.source",
        "Sends one chunk of random bytes over and over, without a copy; only `kamaelia bench` has it.")
    {
        IsSource = true,
        Options =
        [
            OptionInfo.Optional("bytes", OptionKind.Int, "Length of the chunk, 0 to 16Mi.", "1316", 0, 16 << 20),
            OptionInfo.Optional("n", OptionKind.Int, "How many; 0: until it is told to stop.", "0", 0),
        ],
    };

    static BenchSource INotated<BenchSource>.Create(OptionValues options) =>
        new(options.Int("bytes"), options.Long("n"));

    protected override async Run RunAsync(CancellationToken stop)
    {
        byte[] random = new byte[bytes];
        new Random(1).NextBytes(random);
        using var chunk = Chunk.CopyOf(random);
        long left = count == 0 ? long.MaxValue : count;
        int ready = 0;
        try
        {
            // A wait that is over at once hears of no stop, and a fast receiver makes all of them so.
            while ((left > 0 || ready > 0) && !stop.IsCancellationRequested)
            {
                for (; ready < _batch.Length && left > 0; left--)
                    _batch[ready++] = chunk.Share();
                int sent = Outbox.TrySendBatch(_batch.AsSpan(0, ready));
                ready -= sent;
                _batch.AsSpan(sent, ready).CopyTo(_batch);
                if (sent == 0 && !await Outbox.WaitForRoomAsync(stop))
                    return;
            }
        }
        finally
        {
            for (int i = 0; i < ready; i++)
                _batch[i].Dispose();
        }
    }
}

/// <summary>Passes chunks on: a hop in managed code, as <c>pass</c> is one in native code.</summary>
internal sealed class BenchPass : StepComponent<Chunk, Chunk>, INotated<BenchPass>
{
    static ComponentInfo INotated<BenchPass>.Info { get; } = new("bench.pass",
        "Passes every chunk on as it is, in managed code; only `kamaelia bench` has it.");

    static BenchPass INotated<BenchPass>.Create(OptionValues options) => new();

    protected override StepResult Step(ReadOnlySpan<Chunk> input, Span<Chunk> output)
    {
        int count = Math.Min(input.Length, output.Length);
        input[..count].CopyTo(output);
        return new StepResult(count, count);
    }
}
