using Kamaelia.Framing;
using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>Byte stuffing: a sync is refused with a sentence or works, and then any data survives, grows as foretold
/// and holds no byte of the sync; and any bytes at all can be read back without running over.</summary>
internal sealed class SyncEscapeTarget : FuzzTarget
{
    public override string Name => "sync-escape";

    public override IEnumerable<byte[]> Seeds =>
        TextSeeds.Of("\u0003XYXab%58cXYX", "\u0001\nline\n%a%0a", "\u0002\u0001Sx%1%53");

    public override IReadOnlyList<byte[]> Tokens { get; } =
        TextSeeds.Of("%", "%25", "%5", "%58", "%a", "XYX", "\u0002");

    public override void Run(ReadOnlySpan<byte> input)
    {
        int length = Math.Min(input.IsEmpty ? 0 : input[0] % 8, Math.Max(0, input.Length - 1));
        var sync = input.IsEmpty ? input : input.Slice(1, length);
        var data = input[Math.Min(input.Length, 1 + length)..];
        if (SyncEscape.Problem(sync) is { } problem)
        {
            Expect(problem.Length > 0, "a refusal without words");
            return;
        }
        var code = new SyncEscape(sync);
        byte[] escaped = new byte[code.EscapedBytes(data)];
        code.Escape(data, escaped);
        Expect(escaped.AsSpan().IndexOfAny(sync) < 0, "a byte of the sync is left");
        byte[] back = new byte[escaped.Length];
        int bytes = code.Unescape(escaped, back);
        Expect(back.AsSpan(0, bytes).SequenceEqual(data), "the data is not what it was");
        byte[] read = new byte[data.Length];
        Expect(code.Unescape(data, read) <= data.Length, "unescaping grew");
    }
}
