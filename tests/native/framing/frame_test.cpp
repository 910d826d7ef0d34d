#include <gtest/gtest.h>

#include "../host.hpp"
#include "bytes.hpp"
#include "framing/frame.hpp"

namespace {

using kam::framing::frame_parse;
using kam::framing::frame_state;
using kam::test::dice;
using kam::test::hex;
using kam::test::message;
using kam::test::rig;
using kam::test::span_of;

struct vector {
    uint32_t tag;
    std::string data;
    std::string wire;
};
const vector vectors[] = {
    {1, "1", hex("31 20 31 0a 31")},
    {1, "11", "1 2\n11"},
    {1, "1111", "1 4\n1111"},
    {50, "hello world", hex("35 30 20 31 31 0a 68 65 6c 6c 6f 20 77 6f 72 6c 64")},
    {7, "", hex("37 20 30 0a")},
    {3, "a\nb 4\nc", hex("33 20 37 0a 61 0a 62 20 34 0a 63")},
    {UINT32_MAX, "x", "4294967295 1\nx"},
};

TEST(Framer, Vectors_OfTheOriginal_AreGivenByteForByte) {
    rig rig("framer");
    for (const vector &v : vectors) rig.put(v.data, v.tag, 7, KAM_CHUNK_HAS_PTS | KAM_CHUNK_KEY);
    const std::vector<message> got = rig.run();
    ASSERT_EQ(got.size(), std::size(vectors));
    for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_EQ(got[i], (message{vectors[i].wire, vectors[i].tag, 7, KAM_CHUNK_HAS_PTS | KAM_CHUNK_KEY}));
    EXPECT_EQ(rig.counter("frames"), std::size(vectors));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Deframer, Vectors_OfTheOriginal_ComeBack) {
    rig rig("deframer");
    for (const vector &v : vectors) rig.put(v.wire, 99, 7, KAM_CHUNK_HAS_PTS);
    const std::vector<message> got = rig.finish();
    ASSERT_EQ(got.size(), std::size(vectors));
    for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_EQ(got[i], (message{vectors[i].data, vectors[i].tag, 7, KAM_CHUNK_HAS_PTS}));
    EXPECT_TRUE(rig.done());
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(FrameParse, Header_IsTwoNumbersInWhiteSpace) {
    for (const char *wire : {"  9   3 \nabc", "9 3\nabc", "\t9\v3\f\r\nabc", "0009 03\nabc", "9 3\nabcdef"}) {
        const auto view = frame_parse(span_of(wire));
        ASSERT_EQ(view.state, frame_state::good) << wire;
        EXPECT_EQ(view.tag, 9u);
        EXPECT_EQ(std::string(wire).substr(view.data_offset, view.data_bytes), "abc");
    }
}

TEST(FrameParse, AnythingElse_IsMalformed) {
    for (const char *wire :
         {"", "junk", "1 3", "a 3\nabc", "1 3 4\nabc", "1\nabc", "\n", " \n", "1 -1\nabc", "-1 1\nabc", "+1 1\nabc",
          "1 3x\nabc", "1x 3\nabc", "4294967296 1\na", "1,3\nabc", "0x1 3\nabc", "99999999999999999999999999 1\na"})
        EXPECT_EQ(frame_parse(span_of(wire)).state, frame_state::malformed) << wire;
    EXPECT_EQ(frame_parse(span_of(std::string_view("1\0 3\nabc", 8))).state, frame_state::malformed);
}

TEST(FrameParse, LengthBeyondTheBytes_IsCut) {
    for (const char *wire : {"1 5\nabc", "1 2\n", "1 4294967296\nabc", "1 18446744073709551617\nabc",
                             "1 99999999999999999999999999999999\nabc"})
        EXPECT_EQ(frame_parse(span_of(wire)).state, frame_state::cut) << wire;
}

TEST(Deframer, BadFrames_AreDroppedAndCountedAndTheOthersPass) {
    rig rig("deframer");
    for (const char *wire : {"1 2\nab", "1 5\nabc", "junk", "2 0\n", "1 3 4\nabc", "", "3 1\nxyz"}) rig.put(wire);
    const std::vector<message> got = rig.finish();
    EXPECT_EQ(got, (std::vector<message>{{"ab", 1, 0, 0}, {"", 2, 0, 0}, {"x", 3, 0, 0}}));
    EXPECT_EQ(rig.counter("frames"), 3u);
    EXPECT_EQ(rig.counter("malformed"), 3u);
    EXPECT_EQ(rig.counter("short"), 1u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Deframer, Data_IsNotCopied) {
    rig rig("deframer");
    rig.put("1 3\nabc");
    rig.host().run();
    EXPECT_EQ(rig.host().pool.raw.rented, 1u);
    EXPECT_EQ(rig.run(), (std::vector<message>{{"abc", 1, 0, 0}}));
}

TEST(FramerAndDeframer, RandomData_ComesBack) {
    dice dice(3);
    rig framer("framer");
    rig deframer("deframer");
    std::vector<message> sent;
    for (int i = 0; i < 300; ++i) {
        sent.push_back({dice.bytes(dice.upto(3000)), dice.upto(UINT32_MAX), i, KAM_CHUNK_HAS_PTS});
        framer.put(sent.back().bytes, sent.back().tag, i, KAM_CHUNK_HAS_PTS);
    }
    for (const message &m : framer.finish()) deframer.put(m.bytes, 0, m.pts_ns, m.flags);
    EXPECT_EQ(deframer.finish(), sent);
    EXPECT_EQ(framer.leaked(), 0);
    EXPECT_EQ(deframer.leaked(), 0);
}

TEST(Framer, MemoryRefused_EndsWithNoMemoryAndLosesNothing) {
    rig rig("framer");
    rig.put("abc");
    rig.host().pool.grows_left = 0;
    rig.run();
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_NO_MEMORY);
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
