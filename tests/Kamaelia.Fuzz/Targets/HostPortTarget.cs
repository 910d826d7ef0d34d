using Kamaelia.Catalogue;
using Kamaelia.Fuzz.Engine;

namespace Kamaelia.Fuzz.Targets;

/// <summary>host:port, [v6]:port, :port: read or refused; what is read is written back to the same.</summary>
internal sealed class HostPortTarget : FuzzTarget
{
    public override string Name => "host-port";

    public override IEnumerable<byte[]> Seeds =>
        TextSeeds.Of("239.1.1.1:5004", "[ff15::1]:5004", ":8080", "radio.example:0", "[fe80::1%2]:1", "[]:1");

    public override IReadOnlyList<byte[]> Tokens { get; } =
        TextSeeds.Of(":", "[", "]", "::", "%", ".", "/", "[::1]", "127.0.0.1", ":0", ":65535", ":65536", "ffff");

    public override int InputBytesMax => 128;

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (!HostPort.TryParse(new FuzzInput(input).Text(), out var value))
            return;
        Expect(value.Port is >= 0 and <= 65535, "a port out of range");
        Expect(HostPort.TryParse(value.ToString(), out var again) && again == value, "it does not read back");
    }
}
