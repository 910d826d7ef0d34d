// udp.send to udp.recv on this machine: what goes in comes out, whichever way the kernel is asked.
#if defined(__linux__)

#include "net_udp_rig.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using kam::test::given_options;
using kam::test::message;
using kam::test::mixed_patterns;
using kam::test::patterns;
using kam::test::same;
using kam::test::udp_rig;

struct way {
    const char *name;
    const char *gso;
    const char *gro;
};

void PrintTo(const way &way, std::ostream *out) {
    *out << way.name;
}

class UdpUnicast : public testing::TestWithParam<way> {
protected:
    given_options send_options() { return {{"gso", GetParam().gso}}; }
    given_options recv_options(std::string_view bytes_max = "2048") {
        return {{"gro", GetParam().gro}, {"datagram_bytes_max", bytes_max}};
    }
};

TEST_P(UdpUnicast, EqualLengths_CompleteAndInOrder) {
    udp_rig rig("127.0.0.1:0", send_options(), recv_options());
    const auto sent = patterns(5'000, 1316);
    EXPECT_TRUE(same(sent, rig.through(sent)));
    EXPECT_EQ(rig.sent("packets"), sent.size());
    EXPECT_EQ(rig.sent("bytes"), sent.size() * 1316);
    EXPECT_EQ(rig.received("packets"), sent.size());
    EXPECT_EQ(rig.received("bytes"), sent.size() * 1316);
    EXPECT_EQ(rig.received("kernel_drops"), 0u);
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST_P(UdpUnicast, AllLengthsToTwoKiB_CompleteAndInOrder) {
    udp_rig rig("127.0.0.1:0", send_options(), recv_options());
    const auto sent = mixed_patterns(5'000, 2048);
    EXPECT_TRUE(same(sent, rig.through(sent)));
    EXPECT_EQ(rig.received("truncated"), 0u);
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST_P(UdpUnicast, AllLengthsThatUdpCarries_CompleteAndInOrder) {
    udp_rig rig("127.0.0.1:0", send_options(), recv_options("65535"));
    auto sent = mixed_patterns(300, 65507);
    sent.push_back(kam::test::pattern(1, 65507));
    sent.emplace_back();
    // One at a time: the kernel's buffer holds few of this length.
    std::vector<message> got;
    for (const std::string &each : sent) got.push_back(rig.through({each}).at(0));
    EXPECT_TRUE(same(sent, got));
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST_P(UdpUnicast, Jumbo_CompleteAndInOrder) {
    udp_rig rig("127.0.0.1:0", send_options(), recv_options("9000"));
    const auto sent = mixed_patterns(2'000, 9000);
    EXPECT_TRUE(same(sent, rig.through(sent)));
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST_P(UdpUnicast, Ipv6_CompleteAndInOrder) {
    if (!kam::test::refusal("udp.recv", {{"address", "[::1]:0"}}).empty())
        GTEST_SKIP() << "because this machine has no IPv6 loopback";
    udp_rig rig("[::1]:0", send_options(), recv_options());
    const auto sent = mixed_patterns(2'000, 1452);
    EXPECT_TRUE(same(sent, rig.through(sent)));
    EXPECT_EQ(rig.host().leaked(), 0);
}

INSTANTIATE_TEST_SUITE_P(Ways, UdpUnicast,
                         testing::Values(way{"GsoToGro", "auto", "auto"}, way{"GsoToPlain", "auto", "off"},
                                         way{"Gso4ToGro", "4", "auto"}, way{"PlainToGro", "off", "auto"},
                                         way{"PlainToPlain", "off", "off"}),
                         [](const auto &each) { return each.param.name; });

TEST(UdpSend, NeighboursOfEqualLength_LeaveInFewCalls) {
    udp_rig batched("127.0.0.1:0", {}, {});
    const auto sent = patterns(640, 1000);
    batched.through(sent);
    EXPECT_LE(batched.sent("syscalls"), 20u) << "64 a step, one call each";
    EXPECT_LE(batched.received("syscalls"), 60u);
}

TEST(UdpSend, RunThatCouldGrow_WaitsForWhatComesNext) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.through(patterns(1, 1316));
    const uint64_t calls = rig.sent("syscalls");
    for (const std::string &each : patterns(64, 1316)) rig.host().put(rig.sender().ins[0], {each});
    rig.host().run(8);
    if (rig.sent("syscalls") - calls > 1) GTEST_SKIP() << "because this kernel takes no runs";
    EXPECT_EQ(rig.sent("packets"), 1u + 49u) << "the longest run of this length";
    for (const std::string &each : patterns(34, 1316)) rig.host().put(rig.sender().ins[0], {each});
    rig.host().run(8);
    EXPECT_EQ(rig.sent("packets"), 1u + 98u) << "15 that were left and 34 that came";
    EXPECT_EQ(rig.sent("syscalls") - calls, 2u);
}

TEST(UdpSend, FullBatchThatNothingFollows_LeavesAllTheSame) {
    udp_rig rig("127.0.0.1:0", {}, {});
    const auto sent = patterns(64, 1316);
    for (const std::string &each : sent) rig.host().put(rig.sender().ins[0], {each});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 64; }));
    EXPECT_TRUE(same(sent, rig.host().take_all(rig.sink())));
}

// The receiver must get a run's datagrams without a copy: then they are slices of few blocks.
TEST(UdpRecv, RunOfDatagrams_SharesBlocks) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.through(patterns(512, 1316)); // Learns the length.
    for (const std::string &each : patterns(40, 1316)) rig.host().put(rig.sender().ins[0], {each});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 40; }));
    std::vector<const kam_block *> blocks;
    for (uint32_t i = 0; i < 40; i++)
        blocks.push_back(
            static_cast<const kam_chunk *>(rig.sink()->slots)[(rig.sink()->head + i) & rig.sink()->mask].block);
    std::sort(blocks.begin(), blocks.end());
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
    if (blocks.size() == 40) GTEST_SKIP() << "because this kernel does not hand over runs";
    EXPECT_EQ(blocks.size(), 2u) << "the first alone, the others in one block";
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, SingleDatagrams_EachInASmallBlock) {
    udp_rig rig("127.0.0.1:0", {}, {});
    rig.through(patterns(512, 1316)); // Runs, before.
    const auto one = patterns(1, 500);
    for (int i = 0; i < 20; i++) ASSERT_TRUE(same(one, rig.through(one)));
    rig.host().put(rig.sender().ins[0], {one[0]});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 1; }));
    EXPECT_EQ(kam_ring_front(rig.sink())->block->capacity_bytes, 2048u);
}

TEST(UdpRecv, LongerThanAllowed_IsDroppedCountedAndMarked) {
    for (const char *gro : {"auto", "off"}) {
        udp_rig rig("127.0.0.1:0", {}, {{"gro", gro}, {"datagram_bytes_max", "1000"}});
        rig.through({kam::test::pattern(1, 1000)});
        rig.host().put(rig.sender().ins[0], {kam::test::pattern(2, 1001)});
        rig.host().put(rig.sender().ins[0], {kam::test::pattern(3, 1001)});
        rig.host().put(rig.sender().ins[0], {kam::test::pattern(4, 999)});
        rig.host().put(rig.sender().ins[0], {kam::test::pattern(5, 999)});
        std::vector<message> got;
        ASSERT_TRUE(rig.host().until([&] {
            for (message &each : rig.host().take_all(rig.sink())) got.push_back(each);
            return got.size() == 2;
        }));
        EXPECT_EQ(got[0].bytes, kam::test::pattern(4, 999));
        EXPECT_EQ(got[0].flags & KAM_CHUNK_DISCONTINUITY, KAM_CHUNK_DISCONTINUITY);
        EXPECT_EQ(got[1].flags & KAM_CHUNK_DISCONTINUITY, 0u);
        EXPECT_EQ(rig.received("truncated"), 2u);
        EXPECT_EQ(rig.received("packets"), 3u);
        EXPECT_EQ(rig.host().leaked(), 0);
    }
}

TEST(UdpRecv, Timestamp_IsTheWallClockInNanoseconds) {
    udp_rig rig("127.0.0.1:0", {}, {{"timestamp", "true"}});
    const auto wall_ns = [] { return std::chrono::system_clock::now().time_since_epoch().count(); };
    const int64_t before_ns = wall_ns();
    const message got = rig.through({"hello"}).at(0);
    EXPECT_EQ(got.flags & KAM_CHUNK_HAS_PTS, KAM_CHUNK_HAS_PTS);
    // A second either way: the kernel's clock may be read a tick early, and people set clocks.
    EXPECT_GE(got.pts_ns, before_ns - 1'000'000'000);
    EXPECT_LE(got.pts_ns, wall_ns() + 1'000'000'000);
}

TEST(UdpRecv, NoTimestamp_HasNoTime) {
    udp_rig rig("127.0.0.1:0", {}, {});
    EXPECT_EQ(rig.through({"hello"}).at(0).flags & KAM_CHUNK_HAS_PTS, 0u);
}

TEST(UdpRecv, SmallRcvbufFlooded_CountsAndMarksWhatTheKernelDropped) {
    udp_rig rig("127.0.0.1:0", {{"gso", "off"}}, {{"rcvbuf", "4Ki"}, {"gro", "off"}});
    // All are sent before the receiver is stepped: it is held back by a stopped sink, of capacity 1.
    for (const std::string &each : patterns(400, 1316)) rig.host().put(rig.sender().ins[0], {each});
    rig.sink()->capacity = 1;
    rig.host().until([&] { return rig.sent("packets") == 400; });
    rig.sink()->capacity = 1u << 16;
    kam_room_made(rig.sink(), 1);
    std::vector<message> got;
    ASSERT_TRUE(rig.host().until([&] {
        for (message &each : rig.host().take_all(rig.sink())) got.push_back(each);
        return got.size() + rig.received("kernel_drops") >= 400;
    }));
    EXPECT_GT(rig.received("kernel_drops"), 0u);
    rig.host().put(rig.sender().ins[0], {"after"});
    ASSERT_TRUE(rig.host().until([&] { return kam_ring_count(rig.sink()) == 1; }));
    EXPECT_EQ(rig.host().take(rig.sink()).flags & KAM_CHUNK_DISCONTINUITY, KAM_CHUNK_DISCONTINUITY);
    EXPECT_EQ(rig.host().leaked(), 0);
}

TEST(UdpRecv, RcvbufAsked_CounterTellsWhatWasGranted) {
    udp_rig rig("127.0.0.1:0", {}, {{"rcvbuf", "64Ki"}});
    EXPECT_GE(rig.received("rcvbuf_bytes"), 64u << 10);
}

} // namespace

#endif
