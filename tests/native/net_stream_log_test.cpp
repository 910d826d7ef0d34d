// What a server keeps of its stream: entries, keys, and small chunks joined until somebody reads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "host.hpp"
#include "net/stream_log.hpp"

namespace {

using kam::net::stream_log;
using kam::test::heap_pool;

class StreamLog : public testing::Test {
protected:
    void add(const std::string &bytes, uint32_t flags = 0) {
        kam::chunk made = kam::chunk::rent(&pool_.raw, static_cast<uint32_t>(bytes.size()));
        std::copy(bytes.begin(), bytes.end(), made.writable().begin());
        made.raw().flags = flags;
        try {
            log_->add(made, [&](uint32_t room) { return kam::chunk::rent(&pool_.raw, room); });
        } catch (...) {
            made.reset(&pool_.raw);
            throw;
        }
    }

    std::vector<std::string> entries() const {
        std::vector<std::string> all;
        for (uint64_t number = log_->first_number(); number < log_->end_number(); number++) {
            const kam_chunk &one = log_->chunk(number);
            all.emplace_back(reinterpret_cast<const char *>(kam_chunk_data(&one)), one.length_bytes);
        }
        return all;
    }

    void TearDown() override {
        log_->drop(log_->end_number(), &pool_.raw);
        EXPECT_EQ(pool_.outstanding(), 0);
    }

    heap_pool pool_;
    kam::detail::pool_scope scope_{&pool_.raw};
    std::unique_ptr<stream_log> log_ = std::make_unique<stream_log>();
};

TEST_F(StreamLog, SmallOnes_AreJoinedUntilSealed) {
    add("a");
    add("bc");
    add("def");
    log_->seal();
    add("g");
    add("");
    add("h");
    EXPECT_EQ(entries(), (std::vector<std::string>{"abcdef", "gh"}));
    EXPECT_EQ(log_->end(), 8u);
    EXPECT_EQ(log_->start(1), 6u);
}

TEST_F(StreamLog, KeyPoint_BeginsAnEntryAndStaysOne) {
    add("a");
    add("K", KAM_CHUNK_KEY);
    add("b");
    add("L", KAM_CHUNK_KEY);
    EXPECT_EQ(entries(), (std::vector<std::string>{"a", "Kb", "L"}));
    EXPECT_EQ(log_->first_key(0), 1u);
    EXPECT_EQ(log_->latest_key(), 2u);
}

TEST_F(StreamLog, LongOnes_AreKeptAsTheyAre) {
    const std::string large(20'000, 'x');
    add("a");
    add(large);
    add("b");
    const std::string half(9'000, 'y');
    add(half);
    add(half); // Over 16 KiB with the one before.
    EXPECT_EQ(entries(), (std::vector<std::string>{"a", large, "b" + half, half}));
}

TEST_F(StreamLog, SharedChunk_IsNeverWrittenTo) {
    add("abc");
    kam::chunk other(kam_chunk_slice(&log_->chunk(0), 0, 3)); // Somebody else's, of the same block.
    add("def");
    EXPECT_EQ(entries(), std::vector<std::string>{"abcdef"});
    EXPECT_EQ(other.bytes().size(), 3u);
    EXPECT_EQ(std::string(other.bytes().begin(), other.bytes().end()), "abc");
    EXPECT_NE(other.raw().block, log_->chunk(0).block);
    other.reset(&pool_.raw);
}

TEST_F(StreamLog, MemoryRefused_LeavesTheLogAndTheMessage) {
    add("abc");
    kam::chunk second = kam::chunk::rent(&pool_.raw, 1);
    pool_.grows_left = 0;
    const auto refuse = [&](uint32_t room) { return kam::chunk::rent(&pool_.raw, room); };
    EXPECT_THROW(log_->add(second, refuse), std::bad_alloc);
    EXPECT_EQ(entries(), std::vector<std::string>{"abc"});
    EXPECT_EQ(second.size(), 1u);
    second.reset(&pool_.raw);
}

TEST_F(StreamLog, ManyOfEverySize_GiveTheSameBytes) {
    std::string all;
    std::mt19937 dice(7);
    for (int i = 0; i < 2'000; i++) {
        const std::string bytes(dice() % 700, static_cast<char>('a' + i % 26));
        add(bytes, dice() % 20 == 0 ? KAM_CHUNK_KEY : 0);
        all += bytes;
        if (dice() % 15 == 0) log_->seal();
    }
    std::string joined;
    for (const std::string &one : entries()) joined += one;
    EXPECT_EQ(joined, all);
    EXPECT_EQ(log_->end(), all.size());
}

} // namespace
