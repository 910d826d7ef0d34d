#include <gtest/gtest.h>

#include <kamaelia/failure.hpp>

#include "../host.hpp"
#include "bytes.hpp"
#include "framing/length.hpp"

namespace {

using kam::test::dice;
using kam::test::hex;
using kam::test::message;
using kam::test::rig;

TEST(LengthFrame, Payload_GoesBehindItsLengthBigEndian) {
    rig rig("length.frame");
    rig.put("abc", 4, 6, KAM_CHUNK_KEY);
    rig.put("");
    rig.put(std::string(1400, 'x'));
    EXPECT_EQ(rig.run(), (std::vector<message>{{hex("00 00 00 03") + "abc", 4, 6, KAM_CHUNK_KEY},
                                               {hex("00 00 00 00"), 0, 0, 0},
                                               {hex("00 00 05 78") + std::string(1400, 'x'), 0, 0, 0}}));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(LengthFrame, PayloadOverTheLimit_IsAFaultWithBothNumbers) {
    rig rig("length.frame", {{"length_max", "10"}});
    rig.put(std::string(10, 'x'));
    rig.put(std::string(11, 'x'));
    EXPECT_EQ(rig.run().size(), 1u);
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_INVALID);
    EXPECT_EQ(rig.node().error(), "a payload of 11 bytes is over length_max 10");
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(LengthDeframe, LengthOverTheLimit_IsAFaultWithOffsetLengthAndLimit) {
    rig rig("length.deframe", {{"length_max", "1Ki"}});
    rig.put(hex("00 00 00 02") + "ab" + hex("00 00"));
    rig.put(hex("04 01 00 00"));
    EXPECT_EQ(rig.run(), (std::vector<message>{{"ab", 0, 0, 0}}));
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_INVALID);
    EXPECT_EQ(rig.node().error(), "at offset 6 of the stream a frame of 1025 bytes is announced, over length_max 1024");
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(LengthDeframe, FramesInOneInput_AreNotCopied) {
    rig rig("length.deframe");
    rig.put(hex("00 00 00 02") + "ab" + hex("00 00 00 00") + hex("00 00 00 01") + "c", 8, 5, KAM_CHUNK_HAS_PTS);
    rig.host().run();
    EXPECT_EQ(rig.host().pool.raw.rented, 1u);
    EXPECT_EQ(rig.run(),
              (std::vector<message>{
                  {"ab", 8, 5, KAM_CHUNK_HAS_PTS}, {"", 8, 5, KAM_CHUNK_HAS_PTS}, {"c", 8, 5, KAM_CHUNK_HAS_PTS}}));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(LengthDeframe, FrameAcrossInputs_HasTheStampOfItsFirstByte) {
    rig rig("length.deframe");
    rig.put(hex("00"), 1, 10, KAM_CHUNK_HAS_PTS);
    rig.put(hex("00 00 03") + "a", 2, 20, 0);
    rig.put("bc" + hex("00 00 00 01") + "d", 3, 30, KAM_CHUNK_KEY);
    EXPECT_EQ(rig.finish(), (std::vector<message>{{"abc", 1, 10, KAM_CHUNK_HAS_PTS}, {"d", 3, 30, KAM_CHUNK_KEY}}));
    EXPECT_EQ(rig.counter("short"), 0u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(LengthDeframe, EndInTheMiddle_DropsAndCounts) {
    for (const std::string &rest : {hex("00"), hex("00 00 00 05"), hex("00 00 00 05") + "abc"}) {
        rig rig("length.deframe");
        rig.put(hex("00 00 00 01") + "a" + rest);
        EXPECT_EQ(rig.finish(), (std::vector<message>{{"a", 0, 0, 0}}));
        EXPECT_TRUE(rig.done());
        EXPECT_FALSE(rig.node().failed());
        EXPECT_EQ(rig.counter("short"), 1u);
        EXPECT_EQ(rig.leaked(), 0);
    }
}

TEST(LengthFrameAndDeframe, RandomDataCutAnywhere_ComesBack) {
    dice dice(6);
    rig frame("length.frame");
    std::vector<message> sent;
    for (int i = 0; i < 300; ++i) {
        sent.push_back({dice.bytes(dice.upto(i % 10 ? 200 : 20'000)), 0, 0, 0});
        frame.put(sent.back().bytes);
    }
    std::string stream;
    for (const message &m : frame.finish()) stream += m.bytes;
    for (const uint32_t most : {1u, 5u, 300u, 10'000u, 10'000'000u}) {
        rig deframe("length.deframe");
        for (const std::string &piece : dice.cut(stream, most)) deframe.put(piece);
        ASSERT_EQ(deframe.finish(), sent) << most;
        EXPECT_EQ(deframe.leaked(), 0);
    }
    EXPECT_EQ(frame.leaked(), 0);
}

TEST(LengthDeframe, MemoryRefused_EndsWithNoMemoryAndLosesNothing) {
    rig rig("length.deframe");
    rig.put(hex("00 00 00 05") + "ab");
    rig.host().pool.grows_left = 0;
    rig.run();
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_NO_MEMORY);
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
