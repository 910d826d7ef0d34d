#include "net/udp_tables.hpp"

#include <array>

namespace kam::net {
namespace {

constexpr uint32_t required_word = KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL;

constexpr std::array send_ports{
    kam_port{text("inbox"), text("datagram"), text("Datagrams to send: each chunk is the payload of one."), KAM_PORT_IN,
             0},
};

constexpr std::array send_options{
    kam_option_info{text("address"), text(""),
                    text("Where to send to: host:port, an IPv6 host in brackets; a name is looked up once, when the "
                         "component is made."),
                    KAM_OPTION_ADDRESS, required_word},
    kam_option_info{text("iface"), text(""),
                    text("Interface to send through: its name (eth0) or one of its addresses (10.0.0.5); unset: as the "
                         "routing table says."),
                    KAM_OPTION_TEXT, 0},
    kam_option_info{text("ttl"), text(""),
                    text("Routers a datagram may pass, plus one (IPv6: hop limit), 0 to 255; 0 stays on this host; "
                         "unset: 1 for a multicast group, so that it stays on this network, and the system's own "
                         "(mostly 64) for any other address."),
                    KAM_OPTION_INT, 0},
    kam_option_info{text("loop"), text("true"), text("Whether receivers on this host get multicast datagrams too."),
                    KAM_OPTION_BOOL, 0},
    kam_option_info{text("bind"), text(""),
                    text("Local address and port to send from, port 0 for any free one; unset: the system's choice. "
                         "Source-specific receivers ask for this address."),
                    KAM_OPTION_ADDRESS, 0},
    kam_option_info{text("reuse"), text("false"), text("Whether other sockets may be bound to the same local port."),
                    KAM_OPTION_BOOL, 0},
    kam_option_info{text("sndbuf"), text("0"),
                    text("Bytes of kernel send buffer to ask for, 0 to 1Gi; 0: the system's own."), KAM_OPTION_INT, 0},
    kam_option_info{text("gso"), text("auto"),
                    text("Neighbouring datagrams of equal length handed to the kernel as one: auto (up to 64, where "
                         "the system can), off, or a number 2 to 64. A receiver without GRO loses datagrams of large "
                         "unpaced bursts: pace, or choose a small number."),
                    KAM_OPTION_TEXT, 0},
    kam_option_info{text("pace"), text("0"),
                    text("Payload bits per second that are not exceeded; 0: as fast as datagrams come."),
                    KAM_OPTION_RATE, 0},
    kam_option_info{text("burst"), text("0"),
                    text("With pace: payload bytes that may leave at once, 0 to 16Mi; 0: what the rate gives in 1 ms, "
                         "at most 64Ki. One datagram may always leave."),
                    KAM_OPTION_INT, 0},
};

constexpr std::array recv_ports{
    kam_port{text("outbox"), text("datagram"), text("Datagrams in order of arrival: each chunk is the payload of one."),
             KAM_PORT_OUT, 0},
};

constexpr std::array recv_options{
    kam_option_info{
        text("address"), text(""),
        text("What to receive: group:port joins the multicast group, any other host:port is a local "
             "address to listen at, :port is every IPv4 address, [::]:port every IPv6 address; port 0 takes "
             "a free one (counter `port`)."),
        KAM_OPTION_ADDRESS, required_word},
    kam_option_info{text("iface"), text(""),
                    text("Interface to receive on: its name (eth0) or one of its addresses (10.0.0.5); unset: a group "
                         "is joined where the routing table says, a local address takes from all."),
                    KAM_OPTION_TEXT, 0},
    kam_option_info{text("source"), text(""),
                    text("Source-specific multicast: only datagrams from these addresses, separated by commas."),
                    KAM_OPTION_TEXT, 0},
    kam_option_info{text("exclude"), text(""),
                    text("Multicast from everyone except these addresses, separated by commas; not with source."),
                    KAM_OPTION_TEXT, 0},
    kam_option_info{text("rcvbuf"), text("4Mi"),
                    text("Bytes of kernel receive buffer to ask for, 0 to 1Gi; 0: the system's own. The system may "
                         "grant less (counter `rcvbuf_bytes`)."),
                    KAM_OPTION_INT, 0},
    kam_option_info{text("gro"), text("auto"),
                    text("Whether the kernel may hand over runs of datagrams as one: auto (where the system can) or "
                         "off. The datagrams come out one by one either way."),
                    KAM_OPTION_TEXT, 0},
    kam_option_info{text("timestamp"), text("false"),
                    text("Whether pts_ns of each chunk is the time at which the kernel received it, in ns since 1970 "
                         "UTC; datagrams of one GRO run share one time."),
                    KAM_OPTION_BOOL, 0},
    kam_option_info{text("packets_max"), text("0"), text("Ends Completed after so many datagrams; 0: never."),
                    KAM_OPTION_INT, 0},
    kam_option_info{text("idle_timeout"), text("0s"),
                    text("Ends Completed when nothing has come for so long after the first datagram; 0s: never."),
                    KAM_OPTION_DURATION, 0},
    kam_option_info{text("datagram_bytes_max"), text("2048"),
                    text("Longest payload that is taken, 1 to 65535 bytes; longer ones are dropped and counted in "
                         "`truncated`."),
                    KAM_OPTION_INT, 0},
    kam_option_info{text("reuse"), text(""),
                    text("Whether other sockets may be bound to the same address and port; unset: true for a multicast "
                         "group, false for any other address."),
                    KAM_OPTION_BOOL, 0},
};

} // namespace

const std::span<const kam_port> udp_send_ports{send_ports};
const std::span<const kam_option_info> udp_send_options{send_options};
const std::span<const kam_port> udp_recv_ports{recv_ports};
const std::span<const kam_option_info> udp_recv_options{recv_options};

} // namespace kam::net
