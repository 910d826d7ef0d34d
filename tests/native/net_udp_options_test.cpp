// What udp.send and udp.recv refuse, and the whole sentence with which they do.
#if defined(__linux__)

#include "net_namespace.hpp"
#include "net_udp_rig.hpp"

#include <gmock/gmock.h>

namespace {

using kam::test::given_options;
using kam::test::refusal;
using testing::StartsWith;

std::string of_send(const given_options &given) {
    return refusal("udp.send", given);
}
std::string of_recv(const given_options &given) {
    return refusal("udp.recv", given);
}

TEST(UdpOptions, AddressMissingOrMalformed_IsRefused) {
    EXPECT_THAT(of_send({}), testing::HasSubstr("address"));
    EXPECT_EQ(of_send({{"address", "239.1.1.1"}}),
              "udp.send: option address='239.1.1.1': wanted host:port or [IPv6]:port");
    EXPECT_EQ(of_recv({{"address", "ff15::1:5004"}}),
              "udp.recv: option address='ff15::1:5004': wanted host:port or [IPv6]:port");
    EXPECT_EQ(of_send({{"address", ":5004"}}), "udp.send: address: a host is missing before ':5004'");
    EXPECT_EQ(of_send({{"address", "127.0.0.1:0"}}),
              "udp.send: address: 127.0.0.1:0 has port 0, to which nobody listens");
    EXPECT_EQ(of_recv({{"address", "239.1.1.1:0"}}), "udp.recv: address: a group needs a port, 239.1.1.1:0 has 0");
}

TEST(UdpOptions, NameThatCannotBeLookedUp_IsNotFound) {
    kam_status status = KAM_OK;
    // RFC 2606: .invalid never resolves; whether the resolver says "unknown" or "not now" is the machine's affair.
    EXPECT_THAT(refusal("udp.send", {{"address", "no-such-host.invalid:5004"}}, &status),
                StartsWith("udp.send: address: cannot look up 'no-such-host.invalid': "));
    EXPECT_EQ(status, KAM_E_NOT_FOUND);
}

TEST(UdpOptions, InterfaceThatIsNotThere_IsNotFoundAndThoseThereAreNamed) {
    kam_status status = KAM_OK;
    EXPECT_THAT(refusal("udp.recv", {{"address", "239.1.1.1:5004"}, {"iface", "nope0"}}, &status),
                StartsWith("udp.recv: iface: there is no interface 'nope0'; there are lo"));
    EXPECT_EQ(status, KAM_E_NOT_FOUND);
    EXPECT_THAT(of_send({{"address", "239.1.1.1:5004"}, {"iface", "192.0.2.77"}}),
                StartsWith("udp.send: iface: no interface has the address 192.0.2.77; there are lo"));
}

TEST(UdpOptions, NumbersOutOfRange_AreRefusedWithTheRange) {
    EXPECT_EQ(of_send({{"address", "239.1.1.1:5004"}, {"ttl", "256"}}), "udp.send: option ttl='256': wanted 0 to 255");
    EXPECT_EQ(of_send({{"address", "127.0.0.1:5004"}, {"ttl", "0"}}),
              "udp.send: ttl: 0 is for multicast groups, 127.0.0.1:5004 is none");
    EXPECT_EQ(of_send({{"address", "127.0.0.1:5004"}, {"sndbuf", "2Gi"}}),
              "udp.send: option sndbuf='2Gi': wanted 0 to 1073741824");
    EXPECT_EQ(of_send({{"address", "127.0.0.1:5004"}, {"pace", "2000G"}}),
              "udp.send: option pace='2000G': wanted at most 1000G");
    EXPECT_EQ(of_recv({{"address", "127.0.0.1:0"}, {"datagram_bytes_max", "0"}}),
              "udp.recv: option datagram_bytes_max='0': wanted 1 to 65535");
    EXPECT_EQ(of_recv({{"address", "127.0.0.1:0"}, {"gather", "2s"}}),
              "udp.recv: option gather='2s': wanted 0s to 1s");
    EXPECT_EQ(of_recv({{"address", "127.0.0.1:0"}, {"packets_max", "-1"}}),
              "udp.recv: option packets_max='-1': wanted 0 to 9223372036854775807");
}

TEST(UdpOptions, WordsThatMeanNothing_AreRefusedWithThoseThatDo) {
    for (const char *bad : {"on", "1", "65", "-2", "8x", ""})
        EXPECT_EQ(of_send({{"address", "127.0.0.1:5004"}, {"gso", bad}}),
                  "udp.send: option gso='" + std::string(bad) + "': wanted auto, off or a number 2 to 64");
    EXPECT_EQ(of_recv({{"address", "127.0.0.1:0"}, {"gro", "4"}}), "udp.recv: option gro='4': wanted auto or off");
}

TEST(UdpOptions, SourcesThatDoNotFit_AreRefused) {
    EXPECT_EQ(of_recv({{"address", "127.0.0.1:0"}, {"source", "127.0.0.1"}}),
              "udp.recv: source: only a multicast group has sources, 127.0.0.1:0 is none");
    EXPECT_EQ(of_recv({{"address", "127.0.0.1:0"}, {"exclude", "127.0.0.1"}}),
              "udp.recv: exclude: only a multicast group has sources, 127.0.0.1:0 is none");
    EXPECT_EQ(of_recv({{"address", "232.1.1.1:5004"}, {"source", "10.0.0.1"}, {"exclude", "10.0.0.2"}}),
              "udp.recv: exclude: not together with source, which already names all that are wanted");
    EXPECT_EQ(of_recv({{"address", "232.1.1.1:5004"}, {"source", "10.0.0.1,"}, {"iface", "lo"}}),
              "udp.recv: source: an address is missing between the commas");
    EXPECT_THAT(of_recv({{"address", "232.1.1.1:5004"}, {"source", "::1"}, {"iface", "lo"}}),
                StartsWith("udp.recv: source: cannot look up '::1' as IPv4: "));
}

TEST(UdpOptions, PortInUse_SaysSoAndWhatToDo) {
    kam::test::host first;
    kam::test::node &receiver = kam::test::start(first, "udp.recv", {{"address", "127.0.0.1:0"}});
    const std::string at = "127.0.0.1:" + std::to_string(kam::test::live_host::counter(receiver, "port"));
    kam_status status = KAM_OK;
    EXPECT_EQ(refusal("udp.recv", {{"address", at}}, &status),
              "udp.recv: cannot listen at " + at +
                  ": Address already in use (EADDRINUSE); another socket has it: choose another port, or set "
                  "reuse=true on both");
    EXPECT_EQ(status, KAM_E_IO);
    EXPECT_THAT(of_send({{"address", "127.0.0.1:5004"}, {"bind", at}}), StartsWith("udp.send: cannot send from " + at));
}

TEST(UdpOptions, MadeButNotStarted_TakesNoPort) {
    kam::test::host first;
    kam::test::node &receiver = kam::test::start(first, "udp.recv", {{"address", "127.0.0.1:0"}});
    const std::string at = "127.0.0.1:" + std::to_string(kam::test::live_host::counter(receiver, "port"));
    kam::test::host only_checked;
    EXPECT_NO_THROW(only_checked.add("udp.recv", {{"address", at}}));
    EXPECT_NO_THROW(only_checked.add("udp.send", {{"address", at}, {"bind", at}}));
}

TEST(UdpOptions, ReuseOnBoth_ShareAPort) {
    kam::test::host host;
    kam::test::node &receiver = kam::test::start(host, "udp.recv", {{"address", "127.0.0.1:0"}, {"reuse", "true"}});
    const std::string at = "127.0.0.1:" + std::to_string(kam::test::live_host::counter(receiver, "port"));
    EXPECT_EQ(of_recv({{"address", at}, {"reuse", "true"}}), "");
    EXPECT_EQ(of_send({{"address", "127.0.0.1:5004"}, {"bind", at}, {"reuse", "true"}}), "");
}

TEST(UdpOptions, LocalAddressOfAnotherMachine_IsRefused) {
    EXPECT_EQ(of_recv({{"address", "192.0.2.77:0"}}),
              "udp.recv: cannot listen at 192.0.2.77:0: Cannot assign requested address (EADDRNOTAVAIL); no interface "
              "of this machine has that address");
}

TEST(UdpOptions, NoRouteAtAll_SaysWhatToDo) {
    const std::string why_not = kam::test::in_new_network([] {
        EXPECT_EQ(of_send({{"address", "239.1.1.1:5004"}}),
                  "udp.send: cannot send to 239.1.1.1:5004: Network is unreachable (ENETUNREACH); no route leads "
                  "there: name an interface with iface=");
        EXPECT_EQ(of_recv({{"address", "239.1.1.1:5004"}}),
                  "udp.recv: cannot join 239.1.1.1:5004: No such device (ENODEV); no route tells which interface: "
                  "name one with iface=");
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

TEST(UdpOptions, EveryOptionAndPort_HasASentence) {
    for (uint32_t i = 0; const kam_component_type *type = kam_type_get(i); i++) {
        if (!kam::view(type->name).starts_with("udp.")) continue;
        for (uint32_t n = 0; n < type->option_count; n++)
            EXPECT_TRUE(kam::view(type->options[n].sentence).ends_with('.')) << kam::view(type->options[n].name);
        for (uint32_t n = 0; n < type->port_count; n++) {
            const bool is_text = kam::view(type->ports[n].name) == "senders";
            EXPECT_EQ(kam::view(type->ports[n].format), is_text ? "lines" : "datagram");
        }
    }
}

} // namespace

#endif
