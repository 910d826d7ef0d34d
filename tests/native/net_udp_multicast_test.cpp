// Multicast on this machine's loopback, and on an interface of the test's own for IPv6.
#if defined(__linux__)

#include "net_namespace.hpp"
#include "net_udp_rig.hpp"

#include <chrono>
#include <cstring>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using kam::test::given_options;
using kam::test::in_new_network;
using kam::test::message;
using kam::test::mixed_patterns;
using kam::test::node;
using kam::test::patterns;
using kam::test::same;
using kam::test::udp_rig;

// Tests run side by side, each in a process of its own: so each has groups of its own.
std::string group(int number, const char *first_byte = "239") {
    return std::string(first_byte) + ".255." + std::to_string(getpid() % 250 + 1) + "." + std::to_string(number);
}
std::string port() {
    return ":" + std::to_string(20'000 + getpid() % 20'000);
}

// One host with any number of senders and receivers.
class Multicast : public testing::Test {
protected:
    struct ear {
        node *component;
        kam_ring *sink;
        std::vector<message> got;
    };

    ear &listen(const std::string &address, given_options options = {{"iface", "lo"}}) {
        options.emplace_back("address", address);
        node &made = kam::test::start(host_, "udp.recv", options);
        return ears_.emplace_back(ear{&made, host_.sink(made.outs[0], 4096), {}});
    }
    node &speak(const std::string &address, given_options options = {{"iface", "lo"}}) {
        options.emplace_back("address", address);
        return kam::test::start(host_, "udp.send", options);
    }
    void say(const node &from, const std::string &bytes) { host_.put(from.ins[0], {bytes}); }
    // Runs until that ear has heard the word, after which whatever was said before it has been heard or never will be.
    testing::AssertionResult hears(ear &who, const std::string &word) {
        const bool heard = host_.until([&] {
            for (ear &each : ears_)
                for (message &m : host_.take_all(each.sink)) each.got.push_back(std::move(m));
            return !who.got.empty() && who.got.back().bytes == word;
        });
        return heard ? testing::AssertionSuccess() : testing::AssertionFailure() << who.got.size() << " heard";
    }

    kam::test::live_host host_;
    std::deque<ear> ears_;
};

TEST_F(Multicast, GroupOnLoopback_CompleteAndInOrder) {
    for (const char *iface : {"lo", "127.0.0.1"}) {
        udp_rig rig(group(1) + port(), {{"iface", iface}, {"ttl", "0"}}, {{"iface", iface}});
        const auto sent = mixed_patterns(3'000, 1472);
        EXPECT_TRUE(same(sent, rig.through(sent)));
        EXPECT_EQ(rig.host().leaked(), 0);
    }
}

TEST_F(Multicast, TwoReceiversOfOneGroup_BothGetAll) {
    ear &one = listen(group(2) + port());
    ear &two = listen(group(2) + port(), {{"iface", "lo"}, {"gro", "off"}});
    node &from = speak(group(2) + port());
    const auto sent = patterns(64, 1316);
    for (const std::string &each : sent) say(from, each);
    EXPECT_TRUE(hears(one, sent.back()));
    EXPECT_TRUE(hears(two, sent.back()));
    EXPECT_TRUE(same(sent, one.got));
    EXPECT_TRUE(same(sent, two.got));
}

TEST_F(Multicast, OtherGroupAndUnicastOfTheSamePort_StayOut) {
    ear &one = listen(group(3) + port());
    ear &two = listen(group(4) + port());
    say(speak(group(4) + port()), "for two");
    EXPECT_TRUE(hears(two, "for two"));
    say(speak("127.0.0.1" + port()), "unicast");
    host_.until([&] { return host_.sched.native.head == host_.sched.native.tail; });
    say(speak(group(3) + port()), "for one");
    EXPECT_TRUE(hears(one, "for one"));
    EXPECT_EQ(one.got.size(), 1u);
    EXPECT_EQ(two.got.size(), 1u);
}

TEST_F(Multicast, SourceSpecific_OnlyThatSourceIsHeard) {
    ear &specific = listen(group(5, "232") + port(), {{"iface", "lo"}, {"source", "127.0.0.3,127.0.0.2"}});
    say(speak(group(5, "232") + port(), {{"iface", "lo"}, {"bind", "127.0.0.1:0"}}), "from 1");
    say(speak(group(5, "232") + port(), {{"iface", "lo"}, {"bind", "127.0.0.2:0"}}), "from 2");
    EXPECT_TRUE(hears(specific, "from 2"));
    say(speak(group(5, "232") + port(), {{"iface", "lo"}, {"bind", "127.0.0.3:0"}}), "from 3");
    EXPECT_TRUE(hears(specific, "from 3"));
    EXPECT_EQ(specific.got.size(), 2u);
}

TEST_F(Multicast, ExcludedSource_IsNotHeard) {
    ear &all_but_one = listen(group(6) + port(), {{"iface", "lo"}, {"exclude", "127.0.0.2"}});
    say(speak(group(6) + port(), {{"iface", "lo"}, {"bind", "127.0.0.2:0"}}), "from 2");
    say(speak(group(6) + port(), {{"iface", "lo"}, {"bind", "127.0.0.1:0"}}), "from 1");
    EXPECT_TRUE(hears(all_but_one, "from 1"));
    EXPECT_EQ(all_but_one.got.size(), 1u);
}

// A socket of the test's own, which can see what udp.recv does not tell.
uint8_t ttl_seen(const std::string &to_group, const given_options &extra) {
    const int plain = socket(AF_INET, SOCK_DGRAM, 0);
    const int on = 1;
    setsockopt(plain, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(plain, IPPROTO_IP, IP_RECVTTL, &on, sizeof on);
    const timeval bound{10, 0};
    setsockopt(plain, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<uint16_t>(std::stoi(port().substr(1))));
    inet_pton(AF_INET, to_group.c_str(), &at.sin_addr);
    EXPECT_EQ(bind(plain, reinterpret_cast<const sockaddr *>(&at), sizeof at), 0);
    ip_mreqn join{at.sin_addr, {htonl(INADDR_LOOPBACK)}, 0};
    setsockopt(plain, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join);

    kam::test::host host;
    given_options options = extra;
    const std::string address = to_group + port();
    options.emplace_back("address", address);
    host.put(kam::test::start(host, "udp.send", options).ins[0], {"x"});
    host.run();
    alignas(cmsghdr) std::array<char, 64> control{};
    char byte;
    iovec part{&byte, 1};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    EXPECT_EQ(recvmsg(plain, &header, 0), 1);
    close(plain);
    for (cmsghdr *each = CMSG_FIRSTHDR(&header); each != nullptr; each = CMSG_NXTHDR(&header, each))
        if (each->cmsg_type == IP_TTL) return *CMSG_DATA(each);
    ADD_FAILURE() << "the kernel told no TTL";
    return 255;
}

TEST_F(Multicast, Ttl_IsOneUnlessSaid) {
    EXPECT_EQ(ttl_seen(group(8), {{"iface", "lo"}}), 1);
    EXPECT_EQ(ttl_seen(group(8), {{"iface", "lo"}, {"ttl", "0"}}), 0);
    EXPECT_EQ(ttl_seen(group(8), {{"iface", "lo"}, {"ttl", "255"}}), 255);
    EXPECT_EQ(ttl_seen("127.0.0.1", {{"ttl", "7"}}), 7);
}

// A pair of interfaces that are each other's network: the groups of both kinds on something that is no loopback.
class MulticastPair : public testing::Test {
protected:
    static bool make_pair() {
        using kam::test::configure;
        return configure("ip link set lo up") && configure("ip link add a0 type veth peer name b0") &&
               configure("ip addr add 10.71.0.1/24 dev a0") && configure("ip addr add 10.71.1.1/24 dev b0") &&
               configure("ip -6 addr add fd71::1/64 dev a0 nodad") && configure("ip link set a0 up") &&
               configure("ip link set b0 up") && has_group_route();
    }

    // The kernel makes an interface's IPv6 routes a moment after it is up: until then a group is "unreachable".
    static bool has_group_route() {
        for (int tries = 0; tries < 200; tries++) {
            if (kam::test::configure("ip -6 route show table local | grep -q 'ff00::/8 dev a0'")) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
};

TEST_F(MulticastPair, Ipv6Groups_CompleteAndInOrder) {
    const std::string why_not = in_new_network([] {
        if (!make_pair()) GTEST_SKIP() << "because there is no ip command, no veth or no IPv6";
        // Interface-local, link-local, and admin-local: by name, by address, and with the interface in the address.
        const std::vector<std::pair<std::string, std::string>> ways = {
            {"[ff01::4b41]:5004", "a0"}, {"[ff02::4b41]:5004", "fd71::1"}, {"[ff14::4b41]:5004", "a0"}};
        for (const auto &[address, iface] : ways) {
            SCOPED_TRACE(address);
            udp_rig rig(address, {{"iface", iface}}, {{"iface", iface}});
            const auto sent = mixed_patterns(500, 1452);
            EXPECT_TRUE(same(sent, rig.through(sent)));
            EXPECT_EQ(rig.host().leaked(), 0);
        }
        udp_rig scoped("[ff02::4b42%a0]:5004", {}, {});
        EXPECT_TRUE(same({"scoped"}, scoped.through({"scoped"})));
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

TEST_F(MulticastPair, Ipv6SourceSpecific_OnlyThatSourceIsHeard) {
    const std::string why_not = in_new_network([] {
        if (!make_pair() || !kam::test::configure("ip -6 addr add fd71::2/64 dev a0 nodad"))
            GTEST_SKIP() << "because there is no ip command, no veth or no IPv6";
        kam::test::live_host host;
        node &ear = kam::test::start(host, "udp.recv",
                                     {{"address", "[ff34::4b41]:5004"}, {"iface", "a0"}, {"source", "fd71::2"}});
        kam_ring *sink = host.sink(ear.outs[0]);
        for (const char *bind : {"[fd71::1]:0", "[fd71::2]:0"}) {
            node &from =
                kam::test::start(host, "udp.send", {{"address", "[ff34::4b41]:5004"}, {"iface", "a0"}, {"bind", bind}});
            host.put(from.ins[0], {bind});
        }
        ASSERT_TRUE(host.until([&] { return kam_ring_count(sink) > 0; }));
        EXPECT_EQ(host.take(sink).bytes, "[fd71::2]:0");
        EXPECT_EQ(kam_ring_count(sink), 0u);
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

TEST_F(MulticastPair, LoopOffOrOtherInterface_IsNotHeard) {
    const std::string why_not = in_new_network([] {
        if (!make_pair()) GTEST_SKIP() << "because there is no ip command or no veth";
        kam::test::live_host host;
        const std::string to = "239.71.0.1:5004";
        node &ear = kam::test::start(host, "udp.recv", {{"address", to}, {"iface", "10.71.0.1"}});
        kam_ring *sink = host.sink(ear.outs[0]);
        node &silent = kam::test::start(host, "udp.send", {{"address", to}, {"iface", "a0"}, {"loop", "false"}});
        node &loud = kam::test::start(host, "udp.send", {{"address", to}, {"iface", "a0"}});
        host.put(silent.ins[0], {"not for here"});
        ASSERT_TRUE(host.until([&] { return kam::test::live_host::counter(silent, "packets") == 1; }));
        host.put(loud.ins[0], {"for here"});
        ASSERT_TRUE(host.until([&] { return kam_ring_count(sink) > 0; }));
        EXPECT_EQ(host.take(sink).bytes, "for here");
        EXPECT_EQ(kam_ring_count(sink), 0u);
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

TEST_F(MulticastPair, UnicastOfOneInterface_OnlyFromThere) {
    const std::string why_not = in_new_network([] {
        if (!make_pair()) GTEST_SKIP() << "because there is no ip command or no veth";
        kam::test::live_host host;
        node &all = kam::test::start(host, "udp.recv", {{"address", "127.0.0.1:5004"}, {"reuse", "true"}});
        kam_ring *heard_by_all = host.sink(all.outs[0]);
        node &elsewhere = kam::test::start(host, "udp.recv", {{"address", ":5005"}, {"iface", "a0"}});
        kam_ring *heard_elsewhere = host.sink(elsewhere.outs[0]);
        host.put(kam::test::start(host, "udp.send", {{"address", "127.0.0.1:5005"}}).ins[0], {"on lo"});
        host.put(kam::test::start(host, "udp.send", {{"address", "127.0.0.1:5004"}, {"iface", "lo"}}).ins[0],
                 {"on lo too"});
        ASSERT_TRUE(host.until([&] { return kam_ring_count(heard_by_all) == 1; }));
        EXPECT_EQ(kam_ring_count(heard_elsewhere), 0u);
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

} // namespace

#endif
