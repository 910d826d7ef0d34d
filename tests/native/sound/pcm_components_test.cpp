// pcm.mix, pcm.gain and pcm.convert by hand; what they answer in full stands in the suites that both twins pass.
#include <gtest/gtest.h>

#include "../framing/bytes.hpp"
#include "../host.hpp"

namespace {

using kam::test::hex;
using kam::test::host;
using kam::test::message;
using kam::test::rig;

TEST(PcmMix, TwoStreamsCutDifferently_GiveOneMessageForEachOfTheFirst) {
    host host;
    auto &mix = host.add("pcm.mix", {}, 2);
    kam_ring *sink = host.sink(mix.outs[0]);
    host.put(mix.ins[0], {hex("01 00 02 00"), 5, 9, KAM_CHUNK_HAS_PTS});
    host.put(mix.ins[1], {hex("10 00 20"), 0, 0, 0});
    host.run();
    EXPECT_EQ(kam_ring_count(sink), 0u) << "the second has not as much yet";
    host.put(mix.ins[1], {hex("00 ff 7f"), 0, 0, 0});
    host.run();
    EXPECT_EQ(host.take_all(sink), (std::vector<message>{{hex("11 00 22 00"), 5, 9, KAM_CHUNK_HAS_PTS}}));
    host.end(mix.ins[0]);
    host.run();
    EXPECT_EQ(host.take_all(sink), (std::vector<message>{{hex("ff 7f"), 0, 0, 0}}));
    host.end(mix.ins[1]);
    host.run();
    EXPECT_EQ(host.state(mix), KAM_DONE);
    host.close();
    EXPECT_EQ(host.pool.outstanding(), 0);
}

TEST(PcmMix, OneStreamLeft_PassesWithoutACopy) {
    host host;
    auto &mix = host.add("pcm.mix", {}, 1);
    kam_ring *sink = host.sink(mix.outs[0]);
    host.put(mix.ins[0], {hex("01 00 02 00"), 0, 0, 0});
    host.run();
    EXPECT_EQ(host.pool.raw.rented, 1u);
    EXPECT_EQ(host.take_all(sink), (std::vector<message>{{hex("01 00 02 00"), 0, 0, 0}}));
}

TEST(PcmMix, MemoryRefused_EndsWithNoMemoryAndLosesNothing) {
    host host;
    auto &mix = host.add("pcm.mix", {}, 2);
    host.sink(mix.outs[0]);
    host.put(mix.ins[0], {hex("01 00"), 0, 0, 0});
    host.put(mix.ins[1], {hex("01 00"), 0, 0, 0});
    host.pool.grows_left = 0;
    host.run();
    EXPECT_EQ(mix.instance->last_answer, KAM_E_NO_MEMORY);
    host.close();
    EXPECT_EQ(host.pool.outstanding(), 0);
}

TEST(PcmGain, MessageThatNobodyElseHolds_IsChangedWhereItLies) {
    rig rig("pcm.gain", {{"factor", "2"}});
    rig.put(hex("01 00 ff ff 00 40 00 60"), 3, 7, KAM_CHUNK_KEY);
    rig.host().run();
    EXPECT_EQ(rig.host().pool.raw.rented, 1u);
    EXPECT_EQ(rig.run(), (std::vector<message>{{hex("02 00 fe ff ff 7f ff 7f"), 3, 7, KAM_CHUNK_KEY}}));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(PcmConvert, SampleCutInTwo_GoesWithTheRest) {
    rig rig("pcm.convert", {{"from", "s24le"}, {"to", "s16le"}});
    rig.put(hex("00 01"), 1, 1, 0);
    rig.put(hex("00 7f ff 7f 00"), 2, 2, 0);
    EXPECT_EQ(rig.finish(), (std::vector<message>{{hex("01 00 ff 7f"), 2, 2, 0}}));
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
