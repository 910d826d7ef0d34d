// Back-pressure, endings and errors of udp.send and udp.recv.
#if defined(__linux__)

#include "net_namespace.hpp"
#include "net_udp_rig.hpp"

namespace {

using kam::test::in_new_network;
using kam::test::message;
using kam::test::pattern;
using kam::test::patterns;
using kam::test::same;
using kam::test::udp_rig;

// ---- udp.recv ----

TEST(UdpRecv, OutboxFull_KeepsTheRestUntilThereIsRoom) {
    udp_rig rig("127.0.0.1:0", {}, {}, 3);
    const auto sent = patterns(100, 1316);
    for (const std::string &each : sent) rig.host().put(rig.sender().ins[0], {each});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 3; }));
    for (int i = 0; i < 5; i++) rig.host().round();
    EXPECT_EQ(kam_ring_count(rig.sink()), 3u) << "no more than fit";
    EXPECT_EQ(rig.host().state(rig.receiver()), KAM_PARKED) << "it waits and does not turn round";
    std::vector<message> got;
    ASSERT_TRUE(rig.host().until([&] {
        if (kam_ring_count(rig.sink()) > 0) got.push_back(rig.host().take(rig.sink()));
        return got.size() == sent.size();
    }));
    EXPECT_TRUE(same(sent, got));
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, Drain_DeliversWhatItHasReadThenEnds) {
    udp_rig rig("127.0.0.1:0", {}, {}, 3);
    rig.through(patterns(128, 1316)); // So that it has seen runs.
    for (const std::string &each : patterns(40, 1316)) rig.host().put(rig.sender().ins[0], {each});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 3; }));
    rig.host().stop(rig.receiver(), KAM_STOP_DRAIN);
    for (int i = 0; i < 5; i++) rig.host().round();
    EXPECT_FALSE(rig.host().done(rig.receiver())) << "there is no room for what it has read";
    std::vector<message> got;
    ASSERT_TRUE(rig.host().until([&] {
        for (message &each : rig.host().take_all(rig.sink())) got.push_back(each);
        return rig.host().done(rig.receiver());
    }));
    const auto sent = patterns(40, 1316);
    ASSERT_GE(got.size(), 3u);
    EXPECT_TRUE(same({sent.begin(), sent.begin() + static_cast<ptrdiff_t>(got.size())}, got));
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, DrainWhileIdle_EndsAtOnce) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.through({"one"});
    rig.host().stop(rig.receiver(), KAM_STOP_DRAIN);
    EXPECT_TRUE(rig.host().until([&] { return rig.host().done(rig.receiver()); }));
    EXPECT_FALSE(rig.receiver().failed());
}

TEST(UdpRecv, CancelWithUndeliveredRun_EndsAndLeaksNothing) {
    udp_rig rig("127.0.0.1:0", {}, {}, 3);
    rig.through(patterns(128, 1316));
    for (const std::string &each : patterns(40, 1316)) rig.host().put(rig.sender().ins[0], {each});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 3; }));
    rig.host().stop(rig.receiver(), KAM_STOP_CANCEL);
    EXPECT_TRUE(rig.host().until([&] { return rig.host().done(rig.receiver()); }));
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, ReaderEnds_EndsToo) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.through({"one"});
    rig.sink()->flags |= KAM_RING_CLOSED;
    rig.host().put(rig.sender().ins[0], {"two"});
    EXPECT_TRUE(rig.host().until([&] { return rig.host().done(rig.receiver()); }));
    EXPECT_FALSE(rig.receiver().failed());
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, PacketsMax_EndsAfterExactlySoMany) {
    for (const char *gro : {"auto", "off"}) {
        udp_rig rig("127.0.0.1:0", {}, {{"packets_max", "70"}, {"gro", gro}});
        const auto sent = patterns(100, 1000);
        for (const std::string &each : sent) rig.host().put(rig.sender().ins[0], {each});
        ASSERT_TRUE(rig.host().until([&] { return rig.host().done(rig.receiver()); }));
        EXPECT_TRUE(same({sent.begin(), sent.begin() + 70}, rig.host().take_all(rig.sink())));
        EXPECT_EQ(rig.received("packets"), 70u);
        EXPECT_EQ(rig.host().leaked(), 0);
    }
}

TEST(UdpRecv, IdleTimeout_EndsOnlyAfterTheFirstDatagram) {
    udp_rig rig("127.0.0.1:0", {}, {{"idle_timeout", "5ms"}});
    for (int i = 0; i < 20; i++) rig.host().round(); // About 40 ms with nothing at all.
    EXPECT_FALSE(rig.host().done(rig.receiver()));
    rig.through({"one"});
    EXPECT_TRUE(rig.host().until([&] { return rig.host().done(rig.receiver()); }));
    EXPECT_FALSE(rig.receiver().failed());
}

TEST(UdpRecv, IdleTimeoutOfCenturies_DoesNotRunOverTheClock) {
    udp_rig rig("127.0.0.1:0", {}, {{"idle_timeout", "9223372036854775807ns"}});
    rig.through({"one"});
    for (int i = 0; i < 3; i++) rig.host().round();
    EXPECT_FALSE(rig.host().done(rig.receiver()));
}

TEST(UdpRecv, Gather_TakesManyAtALookAndHearsOfTheNextAfterAQuietTime) {
    udp_rig rig("127.0.0.1:0", {{"gso", "off"}}, {{"gather", "2ms"}});
    const auto many = patterns(2'000, 700);
    EXPECT_TRUE(same(many, rig.through(many)));
    for (const std::string &each : patterns(5, 300)) {
        const int64_t quiet_until_ns = rig.host().sched.now_ns + 10'000'000; // Longer than it gathers.
        ASSERT_TRUE(rig.host().until([&] { return rig.host().sched.now_ns >= quiet_until_ns; }));
        EXPECT_TRUE(same({each}, rig.through({each})));
    }
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, SchedulerWithoutPoller_LooksByTimer) {
    kam::test::host host;
    kam::test::node &receiver =
        kam::test::start(host, "udp.recv", {{"address", "127.0.0.1:0"}, {"idle_timeout", "5ms"}});
    kam_ring *sink = host.sink(receiver.outs[0]);
    kam_wake(&host.sched, receiver.id); // It was not linked at its first step; whoever links a sender wakes it.
    const std::string to = "127.0.0.1:" + std::to_string(kam::test::live_host::counter(receiver, "port"));
    kam::test::node &sender = kam::test::start(host, "udp.send", {{"address", to}});
    host.run();
    ASSERT_EQ(host.timers.size(), 1u);
    EXPECT_EQ(host.timers.back(), std::make_pair(receiver.id, int64_t{1'000'000}));
    host.put(sender.ins[0], {"one"});
    host.run();
    for (int i = 0; i < 10'000 && kam_ring_count(sink) == 0; i++) { // Its clock is ours: it runs as fast as we turn it.
        host.sched.now_ns += 1'000'000;
        kam_wake(&host.sched, receiver.id);
        host.run();
    }
    ASSERT_EQ(kam_ring_count(sink), 1u);
    host.sched.now_ns += 5'000'000;
    kam_wake(&host.sched, receiver.id);
    host.run();
    EXPECT_EQ(host.state(receiver), KAM_DONE);
}

// ---- udp.send ----

TEST(UdpSend, InputEnds_SendsAllThenEnds) {
    udp_rig rig("127.0.0.1:0", {}, {});
    const auto sent = patterns(200, 700);
    for (const std::string &each : sent) rig.host().put(rig.sender().ins[0], {each});
    rig.host().end(rig.sender().ins[0]);
    ASSERT_TRUE(rig.host().until([&] { return rig.host().done(rig.sender()) && kam_ring_count(rig.sink()) == 200; }));
    EXPECT_TRUE(same(sent, rig.host().take_all(rig.sink())));
}

TEST(UdpSend, Drain_SendsWhatIsQueuedThenEnds) {
    udp_rig rig("127.0.0.1:0", {}, {});
    const auto sent = patterns(200, 700);
    for (const std::string &each : sent) rig.host().put(rig.sender().ins[0], {each});
    rig.host().stop(rig.sender(), KAM_STOP_DRAIN);
    ASSERT_TRUE(rig.host().until([&] { return rig.host().done(rig.sender()) && kam_ring_count(rig.sink()) == 200; }));
    EXPECT_TRUE(same(sent, rig.host().take_all(rig.sink())));
}

TEST(UdpSend, Cancel_LeavesTheQueueAndEnds) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.host().put(rig.sender().ins[0], {"never sent"});
    rig.host().stop(rig.sender(), KAM_STOP_CANCEL);
    ASSERT_TRUE(rig.host().until([&] { return rig.host().done(rig.sender()); }));
    EXPECT_EQ(rig.sent("packets"), 0u);
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpSend, DatagramOverTheLimit_FailsWithBothNumbersAfterThoseBeforeIt) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.host().put(rig.sender().ins[0], {"before"});
    rig.host().put(rig.sender().ins[0], {std::string(65508, 'x')});
    ASSERT_TRUE(rig.host().until([&] { return rig.host().done(rig.sender()); }));
    EXPECT_TRUE(rig.sender().failed());
    EXPECT_EQ(rig.sender().error(),
              "a datagram of 65508 bytes came in, and UDP carries 65507 at most: make shorter ones upstream");
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 1; }));
    EXPECT_EQ(rig.host().take(rig.sink()).bytes, "before");
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpSend, NobodyListens_IsCountedAndGoesOn) {
    kam::test::live_host host;
    std::string port;
    { // A port that was free a moment ago.
        kam::test::host scratch;
        port = std::to_string(
            kam::test::live_host::counter(kam::test::start(scratch, "udp.recv", {{"address", "127.0.0.1:0"}}), "port"));
    }
    kam::test::node &sender = kam::test::start(host, "udp.send", {{"address", "127.0.0.1:" + port}});
    for (uint64_t i = 1; i <= 5; i++) {
        host.put(sender.ins[0], {"to nobody"});
        ASSERT_TRUE(host.until([&] { return kam::test::live_host::counter(sender, "packets") == i; }))
            << sender.error();
    }
    EXPECT_GE(kam::test::live_host::counter(sender, "send_errors"), 1u);
    EXPECT_FALSE(sender.failed());
}

TEST(UdpSend, SegmentsLongerThanTheMtu_GoWithoutGso) {
    const std::string why_not = in_new_network([] {
        ASSERT_TRUE(kam::test::configure("ip link set lo mtu 1000 up"));
        udp_rig rig("127.0.0.1:0", {}, {});
        const auto sent = patterns(1'000, 1316); // Each is two fragments.
        EXPECT_TRUE(same(sent, rig.through(sent)));
        const auto shorter = patterns(640, 900);
        const uint64_t before = rig.sent("syscalls");
        EXPECT_TRUE(same(shorter, rig.through(shorter)));
        EXPECT_LE(rig.sent("syscalls") - before, 20u) << "shorter ones still go in runs";
        EXPECT_EQ(rig.host().leaked(), 0);
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

TEST(UdpSend, SocketBufferFull_WaitsForThePollerAndLosesNothing) {
    const std::string why_not = in_new_network([] {
        ASSERT_TRUE(kam::test::configure("ip link set lo up"));
        // So slow that the receiver may be held up for 40 ms before its own buffer is full.
        if (!kam::test::configure("tc qdisc add dev lo root tbf rate 20mbit burst 20kb latency 60s"))
            GTEST_SKIP() << "because there is no tc, or no tbf in this kernel";
        udp_rig rig("127.0.0.1:0", {{"sndbuf", "8Ki"}}, {});
        const auto sent = patterns(500, 1316);
        EXPECT_TRUE(same(sent, rig.through(sent)));
        EXPECT_GT(rig.sent("would_block"), 0u);
        EXPECT_EQ(rig.host().leaked(), 0);
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

TEST(UdpSend, RouteGoesAway_FailsAndSaysWhatToDo) {
    const std::string why_not = in_new_network([] {
        ASSERT_TRUE(kam::test::configure("ip link set lo up"));
        ASSERT_TRUE(kam::test::configure("ip addr add 10.7.7.1/24 dev lo"));
        kam::test::live_host host;
        kam::test::node &sender = kam::test::start(host, "udp.send", {{"address", "10.7.7.2:5004"}});
        ASSERT_TRUE(kam::test::configure("ip addr del 10.7.7.1/24 dev lo"));
        host.put(sender.ins[0], {"nowhere"});
        ASSERT_TRUE(host.until([&] { return host.done(sender); }));
        EXPECT_EQ(sender.instance->last_answer, KAM_E_IO);
        EXPECT_EQ(sender.error(),
                  "cannot send to 10.7.7.2:5004: Network is unreachable (ENETUNREACH); no route leads there: "
                  "name an interface with iface=");
        EXPECT_EQ(host.leaked(), 0);
    });
    if (!why_not.empty()) GTEST_SKIP() << "because " << why_not;
}

} // namespace

#endif
