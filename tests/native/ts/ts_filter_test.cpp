// ts.filter by hand: what passes, how it is cut, its stamps, and that nothing is copied without need.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "../host.hpp"

namespace {

using kam::test::message;
using kam::test::rig;

/// A packet with payload only, ISO/IEC 13818-1 2.4.3.2.
std::string packet(unsigned pid, unsigned counter, char fill = '\x11') {
    std::string made(188, fill);
    made[0] = 0x47;
    made[1] = static_cast<char>(pid >> 8);
    made[2] = static_cast<char>(pid);
    made[3] = static_cast<char>(0x10 | (counter & 15));
    return made;
}

std::string joined(const std::vector<message> &messages) {
    std::string all;
    for (const message &m : messages) all += m.bytes;
    return all;
}

TEST(TsFilter, PacketsCutAtRandom_PassThosePids) {
    std::mt19937 random(7);
    const unsigned pids[] = {0, 256, 257, 8191, 300};
    for (int round = 0; round < 60; ++round) {
        std::string stream, expected;
        for (unsigned i = 0; i < 90; ++i) {
            const unsigned pid = pids[random() % 5];
            stream += packet(pid, i, static_cast<char>(i));
            if (pid == 256 || pid == 300) expected += packet(pid, i, static_cast<char>(i));
        }
        rig rig("ts.filter", {{"pids", "256,300-310"}});
        const std::size_t piece_max = 1 + random() % 3000;
        for (std::size_t at = 0; at < stream.size();) {
            const std::size_t count = std::min<std::size_t>(1 + random() % piece_max, stream.size() - at);
            rig.put(stream.substr(at, count));
            at += count;
        }
        const std::vector<message> output = rig.finish();
        ASSERT_EQ(joined(output), expected) << "pieces of up to " << piece_max;
        for (const message &m : output) ASSERT_EQ(m.bytes.size() % 188, 0u);
        EXPECT_EQ(rig.counter("packets"), expected.size() / 188);
        EXPECT_EQ(rig.counter("removed"), 90 - expected.size() / 188);
        EXPECT_EQ(rig.counter("junk_bytes"), 0u);
        ASSERT_EQ(rig.leaked(), 0);
    }
}

TEST(TsFilter, RemoveMode_WithNulls_LeavesTheOthers) {
    rig rig("ts.filter", {{"pids", "256"}, {"mode", "remove"}, {"drop_null", "true"}});
    rig.put(packet(256, 0) + packet(8191, 0) + packet(17, 0), 5, 6, KAM_CHUNK_HAS_PTS);
    EXPECT_EQ(rig.finish(), (std::vector<message>{{packet(17, 0), 5, 6, KAM_CHUNK_HAS_PTS}}));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(TsFilter, JunkBeforePackets_IsLeftOutAndCounted) {
    std::string stream(77, '\0');
    for (unsigned i = 0; i < 8; ++i) stream += packet(256, i);
    rig rig("ts.filter", {{"pids", "256"}});
    rig.put(stream);
    EXPECT_EQ(joined(rig.finish()), stream.substr(77));
    EXPECT_EQ(rig.counter("junk_bytes"), 77u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(TsFilter, ARunInsideAMessage_IsSentWithoutACopy) {
    kam::test::host host;
    kam::test::node &filter = host.add("ts.filter", {{"pids", "256"}});
    kam_ring *sink = host.sink(filter.outs[0]);
    std::string bytes;
    for (unsigned i = 0; i < 8; ++i) bytes += packet(i == 0 || i == 7 ? 17 : 256, i);
    host.put(filter.ins[0], {bytes});
    host.end(filter.ins[0]);
    host.run();
    // The only block that was ever rented is that of the message.
    EXPECT_EQ(host.pool.raw.rented, 1u);
    EXPECT_EQ(joined(host.take_all(sink)), bytes.substr(188, 6 * 188));
}

TEST(TsFilter, BadPids_AreRefused) {
    for (const char *text : {"8192", "1,", "5-3", "-1", "video", ""})
        EXPECT_THROW(rig("ts.filter", {{"pids", text}}), kam::failure) << text;
}

} // namespace
