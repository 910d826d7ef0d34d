using System.Globalization;
using System.Net;

namespace Kamaelia.Catalogue;

/// <summary>Where to send to or listen at: a name or an address, and a port.</summary>
/// <param name="Host">A name, an IPv4 or an IPv6 address (without brackets); empty: every address of the
/// machine.</param>
/// <param name="Port">0 to 65535.</param>
public readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, <c>[v6]:port</c> or <c>:port</c>. False if it is none of them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out HostPort value)
    {
        value = default;
        int colon = text.LastIndexOf(':');
        var digits = text[(colon + 1)..];
        if (colon < 0 || !ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return false;
        var host = text[..colon];
        if (host.StartsWith("[") && host.EndsWith("]"))
        {
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out var address) || !host.Contains(':') || address.AddressFamily
                != System.Net.Sockets.AddressFamily.InterNetworkV6)
                return false;
        }
        else if (host.ContainsAny(":[]/ ")) // A bare v6 address is refused: whose port would the last group be?
            return false;
        value = new HostPort(host.ToString(), port);
        return true;
    }

    /// <summary>As it is written in the notation; reads back to the same value.</summary>
    public override string ToString() =>
        Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
