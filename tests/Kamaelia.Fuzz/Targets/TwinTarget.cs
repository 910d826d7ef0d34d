using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>A framing reader, managed and native: the same bytes give the same, and where the input is a stream it may
/// be cut anywhere.</summary>
internal sealed class TwinTarget(string component) : FuzzTarget
{
    private static readonly string[] s_syncs = ["SYNC", "XYX", "SSS", "\n", "SYSYN"];

    public override string Name => component;

    public override IEnumerable<byte[]> Seeds => TextSeeds.Of("\u0000\u00005 3\nabc", "\u0001\u0007XYXabXYX%58cXYX",
        "\u0000\u0003SYNCaSYNSYNC%4eb", "\u0002\u0005SSSSSaSSS", "\u0001\u0002\0\0\0\u0003abc\0\0\0\0\0\0\0\u0001",
        "\u0000\u00014294967296 1\na", "\u0004\u0011 5\t 99999999999999999999\r\n");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of("SYNC", "XYX", "SSS", "SYSYN", "%58", "%25",
        "%4e", "%a", "\n", " ", "0", "4294967295", "\0\0\0\u0001", "\0\0\0\0", "\0\0\u0003", "1 1\nx");

    public override int InputBytesMax => 1000;

    // A graph of its own each time, twice or thrice, and the hexadecimal of what comes out.
    public override (long Fixed, long PerByte) AllocatedBytesMax => (4 << 20, 16 << 10);

    public override void Run(ReadOnlySpan<byte> input)
    {
        var given = new FuzzInput(input);
        var options = Options(given.Below(s_syncs.Length));
        int seed = given.Byte();
        byte[] whole = given.Rest.ToArray();
        var pieces = FuzzInput.Cut(whole, seed);
        bool isStream = component != "deframer";
        bool isCutAlike = component != "ts.filter"; // A message out for each in: only their bytes are the same.
        var managed = ManualPipe.Run(new PieceFeeder(pieces, true), ManualPipe.Make(component, false, options));
        var native = ManualPipe.Run(new PieceFeeder(pieces, true), ManualPipe.Make(component, true, options));
        Expect(managed.Out.SequenceEqual(native.Out), "the twins differ in what they send");
        Expect(managed.IsFaulted == native.IsFaulted, "one twin faults and the other does not");
        if (!isStream)
            return;
        var uncut = ManualPipe.Run(new PieceFeeder([whole]), ManualPipe.Make(component, false, options));
        Expect(isCutAlike
            ? uncut.Out.Select(item => item.Hex).SequenceEqual(managed.Out.Select(item => item.Hex))
            : string.Concat(uncut.Out.Select(item => item.Hex)) == string.Concat(managed.Out.Select(item => item.Hex)),
            "it matters where the input is cut");
    }

    private (string, string)[] Options(int sync) => component switch
    {
        "dechunker" => [("sync", s_syncs[sync]), ("chunk_max", "40")],
        "length.deframe" => [("length_max", "1000")],
        "ts.filter" => [("pids", "0-4095")],
        _ => [],
    };
}
