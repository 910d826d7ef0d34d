// How what the kernel wrote becomes datagrams: every way in which a read may fall across the two blocks of a slot.
#include "host.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/receive_buffers.hpp"

namespace {

using kam::net::receive_buffers;
using kam::net::receive_slot;

class ReceiveBuffers : public testing::Test {
protected:
    // Does to a slot what the kernel does.
    static void deliver(receive_slot &slot, const std::string &bytes, uint32_t segment_bytes) {
        const size_t in_head = std::min<size_t>(bytes.size(), slot.head_bytes);
        const size_t in_rest = std::min<size_t>(bytes.size() - in_head, slot.rest_bytes);
        if (in_head > 0) std::memcpy(slot.head, bytes.data(), in_head);
        if (in_rest > 0) std::memcpy(slot.rest, bytes.data() + in_head, in_rest);
        slot.bytes = static_cast<uint32_t>(in_head + in_rest);
        slot.truncated = in_head + in_rest < bytes.size();
        slot.segment_bytes = segment_bytes == 0 ? slot.bytes : segment_bytes;
        slot.kernel_drops = 0;
        slot.time_ns = 0;
    }
    uint64_t read(receive_buffers &buffers, const std::string &bytes, uint32_t segment_bytes = 0) {
        const auto slots = buffers.prepare(&pool_.raw, 64);
        deliver(slots[0], bytes, segment_bytes);
        return buffers.accept(1);
    }
    std::vector<std::string> take_all(receive_buffers &buffers) {
        std::vector<std::string> all;
        while (kam_chunk *front = buffers.front()) {
            kam_chunk mine = *front;
            buffers.pop();
            all.emplace_back(reinterpret_cast<const char *>(kam_chunk_data(&mine)), mine.length_bytes);
            kam_chunk_drop(&mine, &pool_.raw);
        }
        return all;
    }
    static std::string text(size_t bytes) {
        std::string made(bytes, '\0');
        for (size_t i = 0; i < bytes; i++) made[i] = static_cast<char>(i * 31 + i / 251);
        return made;
    }
    static std::vector<std::string> cut(const std::string &bytes, size_t segment_bytes) {
        std::vector<std::string> parts;
        for (size_t at = 0; at < bytes.size(); at += segment_bytes) parts.push_back(bytes.substr(at, segment_bytes));
        return parts;
    }

    kam::test::heap_pool pool_;
};

TEST_F(ReceiveBuffers, RunsOfEveryLengthAfterRunsOfEveryLength_AreCutRight) {
    for (const uint32_t first : {1u, 100u, 188u, 1316u, 1472u, 2048u, 2049u, 9000u, 32'000u})
        for (const uint32_t second : {1u, 99u, 100u, 101u, 188u, 1316u, 1472u, 2048u, 2049u, 9000u, 32'000u}) {
            receive_buffers buffers(65'535, true);
            for (const uint32_t segment : {first, second, first}) {
                for (const size_t total : {size_t{segment}, size_t{segment} * 2, size_t{segment} * 7 + segment / 2}) {
                    const std::string bytes = text(std::min<size_t>({total, size_t{segment} * 64, 65'507}));
                    EXPECT_EQ(read(buffers, bytes, segment), 0u);
                    ASSERT_EQ(take_all(buffers), cut(bytes, segment)) << first << " " << second << " " << total;
                }
            }
        }
    EXPECT_EQ(pool_.outstanding(), 0);
}

TEST_F(ReceiveBuffers, SmallHeads_EveryWayAcrossTheBlocks) {
    receive_buffers buffers(2048, true);
    for (const size_t single : {0u, 1u, 1315u, 1316u, 1317u, 2047u, 2048u}) {
        const std::string run = text(40 * 1316 + 5);
        read(buffers, run, 1316); // The head is cut to 1316 now.
        EXPECT_EQ(take_all(buffers), cut(run, 1316));
        read(buffers, run, 1316);
        EXPECT_EQ(take_all(buffers), cut(run, 1316));
        EXPECT_EQ(read(buffers, text(single)), 0u);
        EXPECT_EQ(take_all(buffers), std::vector<std::string>{text(single)});
        const std::string other = text(30 * 700);
        read(buffers, other, 700);
        EXPECT_EQ(take_all(buffers), cut(other, 700));
    }
}

TEST_F(ReceiveBuffers, RunOfTooLongDatagrams_OnlyAShorterLastIsKept) {
    receive_buffers buffers(1000, true);
    const std::string run = text(5 * 1200 + 300);
    EXPECT_EQ(read(buffers, run, 1200), 5u);
    EXPECT_EQ(take_all(buffers), std::vector<std::string>{run.substr(6000)});
    const std::string two = text(1001 + 999); // The second lies across the cut at 2048 or before it.
    EXPECT_EQ(read(buffers, two, 1001), 1u);
    EXPECT_EQ(take_all(buffers), std::vector<std::string>{two.substr(1001)});
    EXPECT_EQ(read(buffers, text(3 * 1001), 1001), 3u);
    EXPECT_EQ(buffers.front(), nullptr);
}

TEST_F(ReceiveBuffers, WithoutGro_LongerThanTheSlotIsDropped) {
    receive_buffers buffers(1000, false);
    EXPECT_EQ(read(buffers, text(1000)), 0u);
    EXPECT_EQ(take_all(buffers).size(), 1u);
    EXPECT_EQ(read(buffers, text(1001)), 1u);
    EXPECT_EQ(buffers.front(), nullptr);
}

TEST_F(ReceiveBuffers, LossBefore_MarksOnlyTheNextDatagram) {
    receive_buffers buffers(2048, false);
    const auto flags_of = [&](uint32_t drops) {
        deliver(buffers.prepare(&pool_.raw, 1)[0], "x", 0);
        buffers.prepare(&pool_.raw, 1)[0].kernel_drops = drops;
        buffers.accept(1);
        kam_chunk mine = *buffers.front();
        buffers.pop();
        const uint32_t flags = mine.flags;
        kam_chunk_drop(&mine, &pool_.raw);
        return flags;
    };
    EXPECT_EQ(flags_of(0), 0u);
    EXPECT_EQ(flags_of(5), KAM_CHUNK_DISCONTINUITY);
    EXPECT_EQ(flags_of(5), 0u);
    EXPECT_EQ(flags_of(6), KAM_CHUNK_DISCONTINUITY);
}

TEST_F(ReceiveBuffers, DestroyedInTheMiddleOfARun_GivesAllBack) {
    {
        receive_buffers buffers(2048, true);
        read(buffers, text(20 * 1316), 1316);
        for (int i = 0; i < 3; i++) {
            kam_chunk mine = *buffers.front();
            buffers.pop();
            kam_chunk_drop(&mine, &pool_.raw);
        }
    }
    EXPECT_EQ(pool_.outstanding(), 0);
}

TEST_F(ReceiveBuffers, MemoryRefused_ThrowsAndLeaksNothing) {
    pool_.grows_left = 5;
    {
        receive_buffers buffers(2048, true);
        EXPECT_THROW(buffers.prepare(&pool_.raw, 64), std::bad_alloc);
    }
    EXPECT_EQ(pool_.outstanding(), 0);
}

} // namespace
