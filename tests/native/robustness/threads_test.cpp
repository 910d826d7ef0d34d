// What several threads may touch at once, hard and long enough for the thread sanitizer to see: references and returns
// of blocks, chunks handed from scheduler to scheduler, the poller's wake, counters, the registry.
#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "../net_host.hpp"

namespace {

using kam::test::host;

/// A linkage between two threads, as managed code builds it: one writes, one reads, slots in between.
class handover {
public:
    bool push(const kam_chunk &chunk) {
        const uint32_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) == slots_.size()) return false;
        slots_[tail % slots_.size()] = chunk;
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }
    bool pop(kam_chunk &chunk) {
        const uint32_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) return false;
        chunk = slots_[head % slots_.size()];
        head_.store(head + 1, std::memory_order_release);
        return true;
    }

private:
    std::array<kam_chunk, 32> slots_{};
    std::atomic<uint32_t> head_{0};
    std::atomic<uint32_t> tail_{0};
};

void push_all(handover &to, const kam_chunk &chunk) {
    while (!to.push(chunk)) std::this_thread::yield();
}

TEST(Threads, BlocksDroppedByOthersWhileTheOwnerRents_ComeBackWhole) {
    constexpr uint32_t threads = 3;
    constexpr uint32_t rounds = 20'000;
    kam::test::heap_pool pool;
    std::array<handover, threads> to;
    std::atomic<uint64_t> wrong{0};
    std::vector<std::thread> readers;
    for (uint32_t t = 0; t < threads; ++t) {
        readers.emplace_back([&, t] {
            for (uint32_t i = 0; i < rounds;) {
                kam_chunk chunk;
                if (!to[t].pop(chunk)) {
                    std::this_thread::yield();
                    continue;
                }
                const uint8_t *bytes = kam_chunk_data(&chunk);
                for (uint32_t k = 0; k < chunk.length_bytes; ++k) wrong += bytes[k] != static_cast<uint8_t>(chunk.tag);
                kam_chunk_drop(&chunk, nullptr);
                ++i;
            }
        });
    }
    for (uint32_t i = 0; i < rounds; ++i) {
        kam_chunk chunk = kam_chunk_rent(&pool.raw, i % 100 ? 64 : 70'000 + i % 7);
        std::memset(kam_chunk_data(&chunk), static_cast<int>(i & 0xff), 64);
        chunk.length_bytes = 64;
        chunk.tag = i;
        for (handover &each : to) push_all(each, kam_chunk_share(&chunk));
        kam_chunk_drop(&chunk, &pool.raw);
    }
    for (std::thread &reader : readers) reader.join();
    EXPECT_EQ(wrong, 0u);
    EXPECT_EQ(pool.outstanding(), 0);
    EXPECT_EQ(pool.raw.rented, rounds);
}

/// One scheduler's thread: what comes is put through two native components and handed on.
void relay(handover &from, handover &to, uint32_t count, std::atomic<int64_t> &leaked) {
    host graph;
    kam::test::node &first = graph.add("length.frame");
    kam::test::node &second = graph.add("length.deframe");
    host::link(first.outs[0], second.ins[0]);
    kam_ring *sink = graph.sink(second.outs[0]);
    for (uint32_t sent = 0; sent < count;) {
        kam_chunk chunk;
        kam_outlet outlet{};
        outlet.ring = first.ins[0];
        while (kam_ring_count(first.ins[0]) < 16 && from.pop(chunk)) kam_push(&graph.sched, &outlet, &chunk);
        graph.run(100);
        graph.managed_take();
        for (; kam_ring_pop(sink, &chunk); ++sent) push_all(to, chunk);
        std::this_thread::yield();
    }
    // Blocks of its own may still be out: whoever has them gives them back, and the pool must outlive that.
    for (int i = 0; i < 20'000 && graph.pool.outstanding() != 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    graph.close();
    leaked += graph.pool.outstanding();
}

TEST(Threads, ChunksThroughThreeSchedulers_ArriveInOrderAndGoHome) {
    constexpr uint32_t count = 10'000;
    handover in;
    handover middle;
    handover out;
    std::atomic<int64_t> leaked{0};
    std::thread one([&] { relay(in, middle, count, leaked); });
    std::thread two([&] { relay(middle, out, count, leaked); });
    kam::test::heap_pool pool;
    uint32_t received = 0;
    const auto receive = [&] {
        kam_chunk chunk;
        while (out.pop(chunk)) {
            EXPECT_EQ(chunk.tag, received);
            EXPECT_EQ(chunk.length_bytes, received % 50);
            kam_chunk_drop(&chunk, &pool.raw);
            ++received;
        }
    };
    for (uint32_t i = 0; i < count; ++i) {
        kam_chunk chunk = kam_chunk_rent(&pool.raw, i % 50);
        std::memset(kam_chunk_data(&chunk), 1, i % 50);
        chunk.tag = i;
        while (!in.push(chunk)) receive();
        receive();
    }
    while (received < count) {
        receive();
        std::this_thread::yield();
    }
    one.join();
    two.join();
    EXPECT_EQ(leaked, 0);
    EXPECT_EQ(pool.outstanding(), 0);
}

TEST(Threads, PollerWokenByMany_LosesNoWake) {
    constexpr uint32_t threads = 4;
    constexpr uint32_t wakes = 3'000;
    kam::test::live_host host;
    std::atomic<uint32_t> sent{0};
    std::vector<std::thread> wakers;
    for (uint32_t t = 0; t < threads; ++t) {
        wakers.emplace_back([&] {
            for (uint32_t i = 0; i < wakes; ++i) {
                sent.fetch_add(1, std::memory_order_release);
                kam_poller_wake(host.poller());
            }
        });
    }
    // A lost wake would leave the wait to its end: half a minute, and then the test fails.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (sent.load(std::memory_order_acquire) < threads * wakes) {
        ASSERT_LT(std::chrono::steady_clock::now(), end);
        EXPECT_GE(kam_poller_wait(host.poller(), 30'000'000'000), 0);
    }
    for (std::thread &waker : wakers) waker.join();
}

TEST(Threads, CountersAndRegistry_AreReadWhileAComponentRuns) {
    host graph;
    kam::test::node &source = graph.add("counter.source", {{"n", "20000"}, {"bytes", "8"}});
    kam_ring *sink = graph.sink(source.outs[0]);
    std::atomic<bool> over{false};
    std::thread looker([&] {
        uint64_t last = 0;
        while (!over.load(std::memory_order_relaxed)) {
            kam_counter counter;
            EXPECT_EQ(kam_instance_counters(source.instance, &counter, 1), 1u);
            EXPECT_GE(counter.value, last);
            last = counter.value;
            EXPECT_NE(kam_type_get(kam_type_count() - 1), nullptr);
        }
    });
    while (graph.state(source) != KAM_DONE) {
        graph.run(10);
        graph.take_all(sink);
    }
    over = true;
    looker.join();
    graph.close();
    EXPECT_EQ(graph.pool.outstanding(), 0);
}

} // namespace
