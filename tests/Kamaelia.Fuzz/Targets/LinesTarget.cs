using Kamaelia.Fuzz.Engine;
using Kamaelia.Utilities;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Lines out of bytes: none is lost or too long, none holds a line feed, and cuts do not matter.</summary>
internal sealed class LinesTarget : FuzzTarget
{
    public override string Name => "lines";

    public override IEnumerable<byte[]> Seeds =>
        TextSeeds.Of("\u0000\u0003one\r\ntwo\n\nthree", "\u0005\u0001long enough to be cut\r\n",
            "\u0003\u0002\u00e9\u6f22\n");

    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. TextSeeds.Of("\n", "\r\n", "\r", "\r\r\n"), [0xff], [0xc3]];

    public override void Run(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        int lineBytesMax = 1 + given.Below(40);
        int seed = given.Byte();
        byte[] bytes = given.Rest.ToArray();
        var cut = Lines(FuzzInput.Cut(bytes, seed), lineBytesMax);
        Expect(cut.TrueForAll(line => !line.Contains('\n') && line.Length <= lineBytesMax), "a line is no line");
        Expect(cut.SequenceEqual(Lines([bytes], lineBytesMax)), "it matters where the input is cut");
        Expect(cut.Count >= bytes.Count(value => value == '\n'), "a line is lost");
    }

    private static List<string> Lines(List<byte[]> pieces, int lineBytesMax)
    {
        var keeper = new Keeper<string, string>(line => line);
        Expect(!ManualPipe.RunToEnd(new PieceFeeder(pieces), new LineSplitter { LineBytesMax = lineBytesMax }, keeper),
            "it faulted");
        return keeper.Kept;
    }
}
