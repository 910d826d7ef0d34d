// G.711: the tables against the formulas, and the components by hand.
#include <gtest/gtest.h>

#include "../framing/bytes.hpp"
#include "../host.hpp"
#include "sound/g711.hpp"

namespace {

using kam::test::hex;
using kam::test::message;
using kam::test::rig;

TEST(G711, Tables_AreTheFormulas) {
    for (int sample = INT16_MIN; sample <= INT16_MAX; ++sample) {
        const auto s = static_cast<int16_t>(sample);
        ASSERT_EQ(kam::sound::alaw().encode(s), kam::sound::alaw_encode(s)) << sample;
        ASSERT_EQ(kam::sound::ulaw().encode(s), kam::sound::ulaw_encode(s)) << sample;
    }
}

TEST(G711, WellKnownCodes_AreThose) {
    // The recommendation's idle codes and ends of the range.
    EXPECT_EQ(kam::sound::alaw_encode(0), 0xd5);
    EXPECT_EQ(kam::sound::alaw_encode(-1), 0x55);
    EXPECT_EQ(kam::sound::alaw_decode(0xd5), 8);
    EXPECT_EQ(kam::sound::alaw_decode(0xaa), 32256);
    EXPECT_EQ(kam::sound::ulaw_encode(0), 0xff);
    EXPECT_EQ(kam::sound::ulaw_encode(-32768), 0x00);
    EXPECT_EQ(kam::sound::ulaw_decode(0xff), 0);
    EXPECT_EQ(kam::sound::ulaw_decode(0x80), 32124);
    EXPECT_EQ(kam::sound::ulaw_decode(0x00), -32124);
}

TEST(G711, Component_CutInsideASample_GivesAByteForEach) {
    rig rig("g711.encode", {{"law", "ulaw"}});
    rig.put(hex("00"), 1, 5, 0);
    rig.put(hex("00 00 80"), 2, 6, KAM_CHUNK_HAS_PTS);
    EXPECT_EQ(rig.finish(), (std::vector<message>{{hex("ff 00"), 2, 6, KAM_CHUNK_HAS_PTS}}));
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
