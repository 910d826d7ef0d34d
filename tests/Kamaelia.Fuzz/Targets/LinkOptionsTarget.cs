using System.Text;

namespace Kamaelia.Fuzz.Targets;

/// <summary>What stands between the brackets of a linkage, in a text that is sound otherwise.</summary>
internal sealed class LinkOptionsTarget : NotationTarget
{
    public override string Name => "link-options";

    public override IEnumerable<byte[]> Seeds =>
        TextSeeds.Of("256,drop-oldest", "4KiB", " 1 , keep-latest ", "unbounded", "-9223372036854775808B", "64k,1GB");

    public override IReadOnlyList<byte[]> Tokens { get; } = TextSeeds.Of(",", " ", "B", "kB", "MB", "GB", "KiB", "MiB",
        "GiB", "k", "M", "G", "Ki", "wait", "drop-oldest", "drop-newest", "keep-latest", "unbounded", "-", "0");

    public override int InputBytesMax => 200;

    public override void Run(ReadOnlySpan<byte> input) =>
        base.Run([.. Encoding.ASCII.GetBytes("file.read x |["), .. input, .. Encoding.ASCII.GetBytes("] null")]);
}
