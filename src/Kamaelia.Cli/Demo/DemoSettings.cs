using Kamaelia.Notation;

namespace Kamaelia.Cli.Demo;

/// <summary>What is sent, where to, how fast.</summary>
internal sealed record DemoSettings
{
    /// <summary>A transport stream.</summary>
    public required string Path { get; init; }

    /// <summary>Group and port.</summary>
    public required string Group { get; init; }

    /// <summary>Interface by name or address; the loopback's unless told otherwise.</summary>
    public required string Interface { get; init; }

    /// <summary>Times as fast as the stream's own clock.</summary>
    public required string Speed { get; init; }

    /// <summary>Values with spaces or signs of the notation in them stay one value.</summary>
    public static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The sending graph.</summary>
    public ParsedGraph Sender(Twin twin) => GraphText.Parse(
        $"file.read {Quote(Path)} | pace pcr speed={Speed} @pace "
        + $"| udp.send {Quote(Group)} iface={Quote(Interface)} ttl=1 @tx",
        "the demo's sender", preferred: twin);

    /// <summary>The receiving graph. It ends by itself when nothing comes any more.</summary>
    public static ParsedGraph Receiver(string group, string iface, string path, Twin twin) => GraphText.Parse(
        $"udp.recv {Quote(group)} iface={Quote(iface)} idle_timeout=1500ms @rx "
        + $"|[4096] ts.check @check | file.write {Quote(path)}",
        "the demo's receiver", preferred: twin);
}
