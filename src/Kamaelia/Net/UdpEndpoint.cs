using System.Net;
using System.Net.Sockets;
using Kamaelia.Catalogue;

namespace Kamaelia.Net;

/// <summary>Finds the addresses and interfaces that options name, and says in a sentence why one cannot be
/// found.</summary>
internal static class UdpEndpoint
{
    /// <summary>Looks a host up once. An empty host is every IPv4 address, or every address of the family asked
    /// for.</summary>
    public static async Task<IPEndPoint> ResolveAsync(Network network, string option, HostPort address,
        AddressFamily family, CancellationToken stop)
    {
        if (address.Host.Length == 0)
        {
            var every = family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
            return new IPEndPoint(every, address.Port);
        }
        if (IPAddress.TryParse(address.Host, out var parsed)
            && (family == AddressFamily.Unspecified || parsed.AddressFamily == family))
            return new IPEndPoint(parsed, address.Port);
        try
        {
            var found = await network.ResolveAsync(address.Host, family, stop);
            return new IPEndPoint(found[0], address.Port);
        }
        catch (SocketException e)
        {
            string kind = family switch
            {
                AddressFamily.InterNetwork => " as IPv4",
                AddressFamily.InterNetworkV6 => " as IPv6",
                _ => "",
            };
            throw new ResourceUnavailableException(option,
                $"{option}: cannot look up '{address.Host}'{kind}: {e.Message}", e);
        }
    }

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public static bool IsGroup(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? address.IsIPv6Multicast
        : address.GetAddressBytes()[0] is >= 224 and < 240;

    /// <summary>The index of the interface of that name, or with that address.</summary>
    public static (int Index, string Name) FindInterface(Network network, string nameOrAddress)
    {
        var all = network.ListInterfaces();
        bool isAddress = IPAddress.TryParse(nameOrAddress, out var address);
        foreach (var each in all)
        {
            if (each.Name == nameOrAddress || (isAddress && each.Addresses.Any(own => SameBytes(own, address!))))
                return (each.Index, each.Name);
        }
        string names = string.Join(", ", all.Select(each => each.Name));
        throw new ResourceUnavailableException("iface", isAddress
            ? $"iface: no interface has the address {nameOrAddress}; there are {names}"
            : $"iface: there is no interface '{nameOrAddress}'; there are {names}");
    }

    // Without the scope: fe80::1 is asked for, fe80::1%2 is what the interface says.
    private static bool SameBytes(IPAddress a, IPAddress b) =>
        a.GetAddressBytes().AsSpan().SequenceEqual(b.GetAddressBytes());
}
