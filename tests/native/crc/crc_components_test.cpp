#include <gtest/gtest.h>

#include "../framing/bytes.hpp"
#include "../host.hpp"

namespace {

using kam::test::hex;
using kam::test::message;
using kam::test::rig;

TEST(CrcAppend, Kinds_OfTheUsualCheck_PutTheirBytesInTheirOrder) {
    const std::pair<const char *, std::string> kinds[] = {
        {"mpeg2", hex("03 76 e6 e7")}, {"ieee", hex("26 39 f4 cb")}, {"castagnoli", hex("83 92 06 e3")}};
    for (const auto &[kind, crc] : kinds) {
        rig rig("crc.append", {{"kind", kind}});
        rig.put("123456789", 4, 6, KAM_CHUNK_KEY);
        EXPECT_EQ(rig.run(), (std::vector<message>{{"123456789" + crc, 4, 6, KAM_CHUNK_KEY}})) << kind;
        EXPECT_EQ(rig.leaked(), 0);
    }
}

TEST(CrcCheck, GoodAndBad_AreToldApartAndCounted) {
    const std::string good = "123456789" + hex("03 76 e6 e7");
    const std::string bad = "123456780" + hex("03 76 e6 e7");
    rig drop("crc.check"), flag("crc.check", {{"bad", "flag"}, {"strip", "no"}});
    for (rig *rig : {&drop, &flag})
        for (const auto &text : {good, bad, std::string("abc"), hex("ff ff ff ff")}) rig->put(text, 7, 0, 0);
    EXPECT_EQ(drop.run(), (std::vector<message>{{"123456789", 7, 0, 0}, {"", 7, 0, 0}}));
    EXPECT_EQ(flag.run(), (std::vector<message>{{good, 7, 0, 0},
                                                {bad, 7, 0, KAM_CHUNK_DISCONTINUITY},
                                                {"abc", 7, 0, KAM_CHUNK_DISCONTINUITY},
                                                {hex("ff ff ff ff"), 7, 0, 0}}));
    for (rig *rig : {&drop, &flag}) {
        EXPECT_EQ(rig->counter("good"), 2u);
        EXPECT_EQ(rig->counter("bad"), 2u);
        EXPECT_EQ(rig->leaked(), 0);
    }
}

TEST(CrcCheck, BadWithFail_IsAFaultWithBothValues) {
    rig rig("crc.check", {{"bad", "fail"}});
    rig.put("123456780" + hex("03 76 e6 e7"));
    rig.run();
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_INVALID);
    EXPECT_EQ(rig.node().error(), "a chunk of 13 bytes says its CRC is 0376e6e7, but it is 21bf16e8");
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
