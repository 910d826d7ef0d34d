// Chunks and pools: classes, references, and the way back from other threads.
#include <thread>

#include <gtest/gtest.h>

#include "host.hpp"

namespace {

using kam::chunk;
using kam::detail::pool_scope;
using kam::test::heap_pool;

TEST(Pool, Rent_EachClass_HoldsWhatItSays) {
    heap_pool pool;
    for (const auto &[bytes, capacity] : {std::pair{0u, 2048u},
                                          {1u, 2048u},
                                          {2048u, 2048u},
                                          {2049u, 16384u},
                                          {16385u, 65536u},
                                          {65536u, 65536u},
                                          {65537u, 65537u}}) {
        chunk made = chunk::rent(&pool.raw, bytes);
        EXPECT_EQ(made.size(), bytes);
        EXPECT_EQ(made.raw().block->capacity_bytes, capacity);
        EXPECT_EQ(made.raw().block->refs, 1);
        made.reset(&pool.raw);
    }
    EXPECT_EQ(pool.outstanding(), 0);
}

TEST(Pool, Rent_AfterADrop_TakesTheSameBlock) {
    heap_pool pool;
    chunk first = chunk::rent(&pool.raw, 100);
    kam_block *block = first.raw().block;
    first.reset(&pool.raw);
    pool.grows_left = 0;
    chunk second = chunk::rent(&pool.raw, 2000);
    EXPECT_EQ(second.raw().block, block);
    second.reset(&pool.raw);
}

TEST(Pool, Rent_LastClass_LooksAtTheCapacity) {
    heap_pool pool;
    chunk small = chunk::rent(&pool.raw, 100'000);
    small.reset(&pool.raw);
    chunk large = chunk::rent(&pool.raw, 200'000);
    EXPECT_GE(large.raw().block->capacity_bytes, 200'000u);
    pool.grows_left = 0;
    chunk again = chunk::rent(&pool.raw, 90'000);
    EXPECT_EQ(again.raw().block->capacity_bytes, 100'000u);
    large.reset(&pool.raw);
    again.reset(&pool.raw);
    EXPECT_EQ(pool.outstanding(), 0);
}

TEST(Pool, Rent_MemoryRefused_IsAnEmptyChunkAndNotCounted) {
    heap_pool pool;
    pool.grows_left = 0;
    const kam_chunk raw = kam_chunk_rent(&pool.raw, 10);
    EXPECT_EQ(raw.block, nullptr);
    EXPECT_EQ(pool.raw.rented, 0u);
    EXPECT_THROW(chunk::rent(&pool.raw, 10), std::bad_alloc);
}

TEST(Pool, Rent_NothingFree_CollectsWhatOthersReturned) {
    heap_pool pool;
    chunk made = chunk::rent(&pool.raw, 10);
    kam_block *block = made.raw().block;
    made.reset(nullptr); // As on another thread.
    EXPECT_EQ(pool.raw.returned, 0u);
    pool.grows_left = 0;
    chunk again = chunk::rent(&pool.raw, 10);
    EXPECT_EQ(again.raw().block, block);
    EXPECT_EQ(pool.raw.returned, 1u);
    again.reset(&pool.raw);
}

TEST(Chunk, Slices_KeepTheBlockUntilTheLastIsGone) {
    heap_pool pool;
    const pool_scope scope(&pool.raw);
    chunk whole = chunk::rent(&pool.raw, 10);
    for (uint8_t i = 0; i < 10; ++i) whole.writable()[i] = i;
    EXPECT_TRUE(whole.sole());
    chunk part = whole.slice(3, 4);
    chunk partOfPart = part.slice(1, 2);
    EXPECT_FALSE(whole.sole());
    whole.reset();
    part.reset();
    EXPECT_EQ(partOfPart.bytes()[0], 4);
    EXPECT_EQ(partOfPart.bytes()[1], 5);
    EXPECT_EQ(pool.outstanding(), 1);
    partOfPart.reset();
    EXPECT_EQ(pool.outstanding(), 0);
}

TEST(Chunk, Moves_LeaveNothingBehind) {
    heap_pool pool;
    const pool_scope scope(&pool.raw);
    chunk a = chunk::rent(&pool.raw, 5);
    chunk b = std::move(a);
    EXPECT_EQ(a.size(), 0u); // NOLINT(bugprone-use-after-move): that is the question.
    chunk c = chunk::rent(&pool.raw, 7);
    c = std::move(b);
    EXPECT_EQ(c.size(), 5u);
    EXPECT_EQ(pool.outstanding(), 1);
    c.reset();
    c.reset();
    EXPECT_EQ(pool.outstanding(), 0);
    EXPECT_EQ(chunk().data(), nullptr);
}

TEST(Chunk, DropOutsideAStep_GoesTheRemoteWay) {
    heap_pool pool;
    { chunk made = chunk::rent(&pool.raw, 5); }
    EXPECT_EQ(pool.raw.returned, 0u);
    EXPECT_NE(pool.raw.remote, nullptr);
    EXPECT_EQ(pool.outstanding(), 0);
}

TEST(Pool, Remote_FromManyThreads_EveryBlockComesBackOnce) {
    constexpr int rounds = 200;
    constexpr int batch = 64;
    constexpr int threads = 4;
    heap_pool pool;
    const pool_scope scope(&pool.raw);
    for (int round = 0; round < rounds; ++round) {
        std::vector<std::vector<chunk>> shares(threads);
        for (int i = 0; i < batch; ++i) {
            chunk made = chunk::rent(&pool.raw, 100);
            made.writable()[0] = static_cast<uint8_t>(i);
            for (auto &share : shares) share.push_back(made.share());
        }
        std::vector<std::thread> workers;
        for (auto &share : shares)
            workers.emplace_back([&share] {
                for (int i = 0; i < batch; ++i)
                    if (share[static_cast<std::size_t>(i)].bytes()[0] != i)
                        std::abort(); // Rented again while this thread still held it.
                share.clear();
            });
        // The owner goes on renting and collecting meanwhile.
        for (int i = 0; i < batch; ++i) chunk::rent(&pool.raw, 100).reset(&pool.raw);
        for (std::thread &worker : workers) worker.join();
    }
    EXPECT_EQ(pool.outstanding(), 0);
    EXPECT_LE(INT64_MAX - pool.grows_left, int64_t{3} * batch) << "blocks were made anew instead of coming back";
}

} // namespace
