#include <gtest/gtest.h>

#include <algorithm>

#include "../framing/bytes.hpp"
#include "../host.hpp"
#include "fec/parity.hpp"

namespace {

using kam::test::dice;
using kam::test::hex;
using kam::test::message;
using kam::test::rig;

std::vector<message> sent(const std::vector<std::string> &payloads, const char *group) {
    rig rig("fec.xor", {{"group", group}});
    for (std::size_t i = 0; i < payloads.size(); ++i)
        rig.put(payloads[i], static_cast<uint32_t>(i), static_cast<int64_t>(i) * 10, KAM_CHUNK_HAS_PTS);
    auto packets = rig.finish();
    EXPECT_EQ(rig.leaked(), 0);
    return packets;
}

std::vector<std::string> received(const std::vector<message> &packets) {
    rig rig("fec.xor.recover");
    for (const message &packet : packets) rig.put(packet.bytes);
    std::vector<std::string> payloads;
    for (const message &got : rig.finish()) payloads.push_back(got.bytes);
    EXPECT_TRUE(rig.done());
    EXPECT_EQ(rig.leaked(), 0);
    return payloads;
}

TEST(Parity, OfPacketsWithoutOne_IsThatOne) {
    dice dice(3);
    std::vector<std::string> packets;
    for (int i = 0; i < 9; ++i) packets.push_back(dice.bytes(dice.upto(400)));
    for (std::size_t missing = 0; missing < packets.size(); ++missing) {
        kam::fec::parity all, rest;
        for (const auto &packet : packets) all.add(kam::test::span_of(packet));
        rest.add(all.bytes(), all.length_xor());
        for (std::size_t i = 0; i < packets.size(); ++i)
            if (i != missing) rest.add(kam::test::span_of(packets[i]));
        ASSERT_EQ(rest.length_xor(), packets[missing].size());
        EXPECT_EQ(kam::test::string_of(rest.bytes().first(rest.length_xor())), packets[missing]);
    }
}

TEST(FecXor, Group_OfPackets_GoesOutAsTheHeaderSays) {
    EXPECT_EQ(sent({"ab", "", "c"}, "2"),
              (std::vector<message>{
                  {hex("01 00 02 00 00 00 00 00") + "ab", 0, 0, KAM_CHUNK_HAS_PTS},
                  {hex("01 01 02 00 00 00 00 00"), 1, 10, KAM_CHUNK_HAS_PTS},
                  {hex("02 02 02 00 00 00 00 00 00 00 00 02") + "ab", 1, 10, KAM_CHUNK_HAS_PTS},
                  {hex("01 00 02 00 00 00 00 01") + "c", 2, 20, KAM_CHUNK_HAS_PTS},
                  {hex("02 01 02 00 00 00 00 01 00 00 00 01") + "c", 2, 20, KAM_CHUNK_HAS_PTS},
              }));
}

TEST(FecXorRecover, AnyOnePacketOfEachGroupLost_AllComeBackInOrder) {
    dice dice(4);
    std::vector<std::string> payloads;
    for (int i = 0; i < 23; ++i) payloads.push_back(dice.bytes(dice.upto(300)));
    const auto packets = sent(payloads, "5");
    for (std::size_t lost = 0; lost < 6; ++lost) {
        std::vector<message> some;
        for (std::size_t i = 0; i < packets.size(); ++i)
            if (i % 6 != lost) some.push_back(packets[i]);
        EXPECT_EQ(received(some), payloads) << lost;
    }
}

TEST(FecXorRecover, TwoLost_OnlyThoseAreMissing) {
    std::vector<std::string> payloads = {"a", "b", "c", "d", "e", "f", "g", "h"};
    auto packets = sent(payloads, "4");
    packets.erase(packets.begin() + 1, packets.begin() + 3);
    rig rig("fec.xor.recover");
    for (const message &packet : packets) rig.put(packet.bytes);
    EXPECT_EQ(rig.finish().size(), 6u);
    EXPECT_EQ(rig.counter("lost"), 2u);
    EXPECT_EQ(rig.counter("received"), 6u);
    EXPECT_EQ(rig.counter("recovered"), 0u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(FecXorRecover, PacketsInAnyOrderWithinTheirGroup_ComeOutInOrder) {
    const std::vector<std::string> payloads = {"a", "bb", "ccc", "dddd", "e", "f"};
    auto packets = sent(payloads, "3");
    std::reverse(packets.begin(), packets.begin() + 4);
    std::swap(packets[4], packets[6]);
    EXPECT_EQ(received(packets), payloads);
}

TEST(FecXorRecover, WholeGroupsLost_AreCountedAndTheRestGoesOn) {
    std::vector<std::string> payloads(12, "x");
    auto packets = sent(payloads, "2");
    packets.erase(packets.begin() + 3, packets.begin() + 9);
    rig rig("fec.xor.recover");
    for (const message &packet : packets) rig.put(packet.bytes);
    EXPECT_EQ(rig.finish().size(), 8u);
    EXPECT_EQ(rig.counter("lost"), 4u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(FecXorRecover, LateAndTwice_AreDroppedAndCounted) {
    auto packets = sent({"a", "b", "c", "d"}, "2");
    packets.insert(packets.begin() + 1, packets[0]);
    packets.push_back(packets[0]);
    rig rig("fec.xor.recover");
    for (const message &packet : packets) rig.put(packet.bytes);
    EXPECT_EQ(rig.finish().size(), 4u);
    EXPECT_EQ(rig.counter("late"), 2u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(FecXorRecover, ASenderThatBeginsAgain_IsFollowed) {
    std::vector<std::string> payloads(60, "x");
    auto packets = sent(payloads, "2");
    const auto again = sent({"a", "b", "c", "d"}, "2");
    packets.insert(packets.end(), again.begin(), again.end());
    const auto got = received(packets);
    EXPECT_EQ(got.size(), 64u);
    EXPECT_EQ(got.back(), "d");
}

TEST(FecXorRecover, PacketsThatNoSenderMakes_AreDroppedAndCounted) {
    rig rig("fec.xor.recover");
    const std::vector<std::string> bad = {"",
                                          hex("01 00 02 00 00 00 00"),
                                          hex("00 00 02 00 00 00 00 00"),
                                          hex("03 00 02 00 00 00 00 00"),
                                          hex("01 02 02 00 00 00 00 00"),
                                          hex("01 00 01 00 00 00 00 00"),
                                          hex("01 00 02 01 00 00 00 00"),
                                          hex("02 00 02 00 00 00 00 00 00 00 00 00"),
                                          hex("02 03 02 00 00 00 00 00 00 00 00 00"),
                                          hex("02 02 02 00 00 00 00 00 00 00 00")};
    for (const auto &packet : bad) rig.put(packet);
    // A parity that says more bytes than it has, then one shorter than what has come.
    rig.put(hex("01 00 02 00 00 00 00 00") + "abc");
    rig.put(hex("02 02 02 00 00 00 00 00 00 00 00 77") + "xyz");
    rig.put(hex("02 02 02 00 00 00 00 00 00 00 00 00") + "x");
    EXPECT_EQ(rig.finish().size(), 1u);
    EXPECT_EQ(rig.counter("malformed"), bad.size() + 2);
    EXPECT_EQ(rig.counter("lost"), 1u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(FecXorRecover, MemoryRefused_EndsWithNoMemoryAndLosesNothing) {
    rig rig("fec.xor.recover");
    rig.put(hex("01 00 02 00 00 00 00 00") + "abc");
    rig.put(hex("02 02 02 00 00 00 00 00 00 00 00 02") + "xyz");
    rig.host().pool.grows_left = 0;
    rig.run();
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_NO_MEMORY);
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
