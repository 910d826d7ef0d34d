using Kamaelia.Axon;
using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Framing upon framing, written by one language and read by the other after any cut: what goes in comes
/// out.</summary>
internal sealed class RoundTripTarget : FuzzTarget
{
    public override string Name => "framing-round-trip";

    public override IEnumerable<byte[]> Seeds => TextSeeds.Of("\u0000\u0005some bytes", "\u003f\u0007XXXX%58%%XX");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of("XXXXXXXXXXXXXXXXXXXXXXXX", "%", "%58", "\n");

    public override int InputBytesMax => 600;

    public override void Run(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        int native = given.Byte();
        var pieces = FuzzInput.Cut(given.Rest[Math.Min(1, given.Rest.Length)..], given.Byte());
        Component Make(string name, int bit) => ManualPipe.Make(name, (native >> bit & 1) != 0);
        var (sent, isFaulted) = ManualPipe.Run(new PieceFeeder(pieces, true), Make("framer", 0), Make("chunker", 1),
            Make("length.frame", 2), ManualPipe.Make("rechunk", false, ("bytes", "7")), Make("length.deframe", 3),
            Make("dechunker", 4), Make("deframer", 5));
        Expect(!isFaulted, "it faulted");
        Expect(sent.Select(item => item.Hex).SequenceEqual(pieces.Select(Convert.ToHexString)), "something is lost");
        Expect(sent.Select(item => item.Tag).SequenceEqual(Enumerable.Range(1, pieces.Count).Select(i => (uint)i)),
            "a tag is lost");
    }
}
