// Pacing, on a clock that the test turns: what is said about rates and bursts is exact.
#include "net_host.hpp"

#include <vector>

#include "net/pacer.hpp"

namespace {

using kam::net::datagram_view;
using kam::net::pacer;

constexpr int64_t second_ns = 1'000'000'000;

std::vector<datagram_view> datagrams(uint32_t count, uint32_t length) {
    return std::vector<datagram_view>(count, {nullptr, length});
}

// Sends as fast as the pacer lets it, woken `late_ns` after the time it asks for; the bytes that left until end_ns.
uint64_t bytes_until(pacer &paced, int64_t end_ns, uint32_t length, int64_t late_ns) {
    const auto queue = datagrams(256, length);
    uint64_t bytes = 0;
    for (int64_t now_ns = 0; now_ns < end_ns;) {
        const uint32_t count = paced.allow(now_ns, queue);
        bytes += uint64_t{count} * length;
        if (count > 0) paced.spend(uint64_t{count} * length);
        if (count < queue.size()) now_ns = std::max(now_ns + 1, paced.wake_at_ns() + late_ns);
    }
    return bytes;
}

TEST(Pacer, OneSecond_CarriesItsRateToWithinABurst) {
    for (const uint64_t rate_bps : {64'000ull, 3'000'000ull, 10'000'000ull, 155'520'000ull, 1'000'000'000ull}) {
        pacer paced(rate_bps, 0);
        const uint64_t bytes = bytes_until(paced, second_ns, 1316, 0);
        const uint64_t burst = std::max<uint64_t>(1316, rate_bps / 8 / 500);
        EXPECT_LE(bytes, rate_bps / 8 + burst + 1316) << rate_bps;
        EXPECT_GE(bytes + burst + 1316, rate_bps / 8) << rate_bps;
    }
}

TEST(Pacer, WokenAMillisecondLate_LosesNoRate) {
    pacer paced(100'000'000, 0);
    const uint64_t bytes = bytes_until(paced, second_ns, 1316, 1'000'000);
    EXPECT_GE(bytes + 50'000, 12'500'000u);
}

TEST(Pacer, AfterALongRest_LetsNoMoreThanABurstGo) {
    pacer paced(10'000'000, 13'160);
    const auto queue = datagrams(256, 1316);
    EXPECT_EQ(paced.allow(0, queue), 1u) << "it starts without credit";
    paced.spend(1316);
    EXPECT_EQ(paced.allow(60 * second_ns, queue), 10u);
}

TEST(Pacer, DatagramLongerThanTheBurst_GoesAlone) {
    pacer paced(1'000'000, 100);
    const auto queue = datagrams(4, 1316);
    EXPECT_EQ(paced.allow(0, queue), 1u);
    paced.spend(1316);
    EXPECT_EQ(paced.allow(1, queue), 0u);
    EXPECT_EQ(paced.allow(1316 * 8 * 1000, queue), 1u);
}

TEST(Pacer, RateThatDividesNothing_DoesNotDrift) {
    // 7 bit/s: a byte takes 1,142,857,142.857… ns. A million of them must be right to the nanosecond.
    pacer paced(7, 1);
    const auto queue = datagrams(1, 1);
    EXPECT_EQ(paced.allow(0, queue), 1u);
    for (int i = 0; i < 1'000'000; i++) paced.spend(1);
    EXPECT_EQ(paced.wake_at_ns() - pacer(7, 1).wake_at_ns(), 1'142'857'142'857'142);
}

TEST(Pacer, NothingQueued_AllowsNothingAndStartsNoClock) {
    pacer paced(1'000'000, 0);
    EXPECT_EQ(paced.allow(5 * second_ns, {}), 0u);
    EXPECT_EQ(paced.allow(9 * second_ns, datagrams(256, 100)), 1u);
}

// The component on a turned clock: it asks for the times at which the next may leave, and sleeps in between.
TEST(UdpSend, Paced_SendsByTheClock) {
    kam::test::host host;
    kam::test::node &receiver =
        kam::test::start(host, "udp.recv", {{"address", "127.0.0.1:0"}, {"idle_timeout", "1s"}});
    const std::string to = "127.0.0.1:" + std::to_string(kam::test::live_host::counter(receiver, "port"));
    kam::test::node &sender = kam::test::start(host, "udp.send", {{"address", to}, {"pace", "8M"}, {"burst", "2000"}});
    for (int i = 0; i < 50; i++) host.put(sender.ins[0], {kam::test::pattern(static_cast<uint32_t>(i), 1000)});
    host.end(sender.ins[0]);
    const auto sent = [&] { return kam::test::live_host::counter(sender, "packets"); };
    host.sched.now_ns = second_ns;
    host.run();
    EXPECT_EQ(sent(), 1u);
    while (host.state(sender) != KAM_DONE) {
        int64_t at_ns = 0;
        for (const auto &[id, time_ns] : host.timers)
            if (id == sender.id) at_ns = time_ns;
        ASSERT_GT(at_ns, host.sched.now_ns) << "it waits for a time to come";
        host.timers.clear();
        host.sched.now_ns = at_ns;
        kam_wake(&host.sched, sender.id);
        host.run();
        // 1000 bytes a millisecond, and at most a burst of two ahead.
        EXPECT_LE(sent(), static_cast<uint64_t>(host.sched.now_ns - second_ns) / 1'000'000 + 2);
    }
    EXPECT_EQ(sent(), 50u);
    EXPECT_GE(host.sched.now_ns - second_ns, 48'000'000);
    EXPECT_LE(host.sched.now_ns - second_ns, 51'000'000);
}

TEST(Pacer, HeldBackAndWokenLate_TellsHowLate) {
    pacer paced(8'000'000, 1); // A byte a microsecond.
    const std::vector<datagram_view> one{{nullptr, 1000}};
    int64_t now_ns = 0;
    ASSERT_EQ(paced.allow(now_ns, one), 1U);
    paced.spend(1000);
    EXPECT_EQ(paced.late_ns_max(), 0);
    ASSERT_EQ(paced.allow(now_ns, one), 0U);
    EXPECT_EQ(paced.late_ns_max(), 0); // Held back is not late.

    now_ns = 1'000'000 + 160'000;
    ASSERT_EQ(paced.allow(now_ns, one), 1U);

    EXPECT_EQ(paced.late_ns_max(), 160'000);
    EXPECT_EQ(paced.jitter_ns(), 10'000); // A sixteenth of the change from none.
}

} // namespace
