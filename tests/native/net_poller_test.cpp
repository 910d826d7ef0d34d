// The poller on its own: descriptors, other threads, time, and what it answers to nonsense.
#if defined(__linux__)

#include "host.hpp"

#include <array>
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kamaelia/poller.h>

namespace {

constexpr int32_t component = 3;
constexpr int64_t second_ns = 1'000'000'000;

// The slots are plain tables here: only waking is looked at.
class Poller : public testing::Test {
protected:
    Poller() {
        EXPECT_EQ(kam_poller_create(&host_.sched, nullptr, &poller_), KAM_OK);
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair_.data()), 0);
    }
    ~Poller() override {
        kam_poller_destroy(poller_);
        for (const int each : pair_)
            if (each >= 0) close(each);
    }
    void send_one() { ASSERT_EQ(write(pair_[1], "x", 1), 1); }
    void receive_one() {
        char byte;
        ASSERT_EQ(read(pair_[0], &byte, 1), 1);
    }
    void park(int32_t id = component) { host_.sched.slots[id].state = KAM_PARKED; }
    uint8_t state(int32_t id = component) { return host_.sched.slots[id].state; }

    kam::test::host host_;
    kam_poller *poller_ = nullptr;
    std::array<int, 2> pair_{-1, -1};
};

TEST_F(Poller, Destroy_Null_IsHarmless) {
    kam_poller_destroy(nullptr);
}

TEST_F(Poller, Create_NullArguments_NamesThem) {
    std::array<char, 128> words{};
    kam_error error{words.data(), words.size(), 0};
    EXPECT_EQ(kam_poller_create(&host_.sched, &error, nullptr), KAM_E_INVALID);
    EXPECT_EQ(std::string(words.data(), error.bytes_out), "kam_poller_create: poller_out is NULL");
    kam_poller *none = poller_;
    EXPECT_EQ(kam_poller_create(nullptr, &error, &none), KAM_E_INVALID);
    EXPECT_EQ(std::string(words.data(), error.bytes_out), "kam_poller_create: sched is NULL");
    EXPECT_EQ(none, nullptr);
}

TEST_F(Poller, Wait_NothingHappens_EndsByItself) {
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0);
    EXPECT_EQ(kam_poller_wait(poller_, 1), 0);
    EXPECT_EQ(kam_poller_wait(poller_, 1'500'000), 0);
}

TEST_F(Poller, Watch_BecomesReadable_WakesTheComponentOncePerEdge) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_READ), KAM_OK);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0);
    send_one();
    EXPECT_EQ(kam_poller_wait(poller_, second_ns), 1);
    EXPECT_EQ(state(), KAM_READY);
    park();
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0) << "not read, but nothing new either";
    send_one();
    EXPECT_EQ(kam_poller_wait(poller_, second_ns), 1);
}

TEST_F(Poller, Watch_AlreadyReadable_WakesAtOnce) {
    send_one();
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_READ), KAM_OK);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 1);
}

TEST_F(Poller, Watch_Writable_WakesAtOnce) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_WRITE), KAM_OK);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 1);
}

TEST_F(Poller, Watch_SecondTime_ReplacesComponentAndEvents) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_WRITE), KAM_OK);
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component + 1, KAM_POLL_READ), KAM_OK);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0);
    send_one();
    EXPECT_EQ(kam_poller_wait(poller_, second_ns), 1);
    EXPECT_EQ(state(component), KAM_PARKED);
    EXPECT_EQ(state(component + 1), KAM_READY);
}

TEST_F(Poller, Watch_PeerCloses_WakesTheComponent) {
    std::array<int, 2> stream{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, stream.data()), 0);
    ASSERT_EQ(kam_poller_watch(poller_, stream[0], component, KAM_POLL_READ), KAM_OK);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0);
    close(stream[1]);
    EXPECT_EQ(kam_poller_wait(poller_, second_ns), 1);
    close(stream[0]);
}

TEST_F(Poller, Unwatch_BecomesReadable_WakesNobody) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_READ), KAM_OK);
    kam_poller_unwatch(poller_, pair_[0]);
    send_one();
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0);
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_READ), KAM_OK) << "it can be watched again";
    EXPECT_EQ(kam_poller_wait(poller_, 0), 1);
}

TEST_F(Poller, Watch_ClosedWhileWatched_WakesNobodyAndUnwatchIsHarmless) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_READ), KAM_OK);
    send_one();
    const int closed = std::exchange(pair_[0], -1);
    close(closed);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0);
    kam_poller_unwatch(poller_, closed);
    EXPECT_EQ(kam_poller_watch(poller_, closed, component, KAM_POLL_READ), KAM_E_INVALID);
}

TEST_F(Poller, Watch_Nonsense_IsInvalid) {
    EXPECT_EQ(kam_poller_watch(poller_, -1, component, KAM_POLL_READ), KAM_E_INVALID);
    EXPECT_EQ(kam_poller_watch(poller_, pair_[0], component, 0), KAM_E_INVALID);
    EXPECT_EQ(kam_poller_watch(poller_, pair_[0], component, 4), KAM_E_INVALID);
    EXPECT_EQ(kam_poller_watch(nullptr, pair_[0], component, KAM_POLL_READ), KAM_E_INVALID);
    const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(file, 0);
    EXPECT_EQ(kam_poller_watch(poller_, file, component, KAM_POLL_READ), KAM_E_INVALID) << "a file is always ready";
    close(file);
}

TEST_F(Poller, Wait_ComponentIsReadyAlready_IsNotCounted) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], component, KAM_POLL_READ), KAM_OK);
    host_.sched.slots[component].state = KAM_DONE;
    send_one();
    EXPECT_EQ(kam_poller_wait(poller_, second_ns), 0);
    EXPECT_EQ(state(), KAM_DONE);
}

TEST_F(Poller, Wait_ComponentOutsideTheTable_IsPassedOver) {
    ASSERT_EQ(kam_poller_watch(poller_, pair_[0], 1'000'000, KAM_POLL_READ), KAM_OK);
    ASSERT_EQ(kam_poller_watch(poller_, pair_[1], -1, KAM_POLL_WRITE), KAM_OK);
    send_one();
    EXPECT_EQ(kam_poller_wait(poller_, second_ns), 0);
}

// The three that follow would wait for ever if a wake were lost: ctest ends them then, and says so.
TEST_F(Poller, Wake_BeforeTheWait_EndsIt) {
    kam_poller_wake(poller_);
    kam_poller_wake(poller_);
    EXPECT_EQ(kam_poller_wait(poller_, -1), 0);
    EXPECT_EQ(kam_poller_wait(poller_, 0), 0) << "two wakes ended one wait";
    kam_poller_wake(poller_);
    EXPECT_EQ(kam_poller_wait(poller_, -1), 0);
}

TEST_F(Poller, Wake_FromAnotherThread_EndsTheWaitAndShowsItsWrites) {
    int written = 0; // Plain on purpose: the thread sanitizer sees whether a wake orders it.
    std::thread other([&] {
        written = 42;
        kam_poller_wake(poller_);
    });
    kam_poller_wait(poller_, -1);
    EXPECT_EQ(written, 42);
    other.join();
}

TEST_F(Poller, Wake_ManyThreadsManyTimes_NoneIsLost) {
    constexpr int thread_count = 4;
    constexpr int round_count = 2'000;
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < thread_count; i++)
        threads.emplace_back([&] {
            for (int round = 0; round < round_count; round++) {
                done.fetch_add(1, std::memory_order_relaxed);
                kam_poller_wake(poller_);
            }
        });
    while (done.load(std::memory_order_relaxed) < thread_count * round_count)
        ASSERT_EQ(kam_poller_wait(poller_, -1), 0);
    for (std::thread &each : threads) each.join();
}

// Another thread waits for an answer to each wake, so that every single one has to get through.
TEST_F(Poller, Wake_PingPong_EachGetsThrough) {
    constexpr int rounds = 5'000;
    std::atomic<int> asked{0};
    std::atomic<int> answered{0};
    std::thread other([&] {
        for (int round = 1; round <= rounds; round++) {
            asked.store(round);
            kam_poller_wake(poller_);
            while (answered.load() != round) std::this_thread::yield();
        }
    });
    while (answered.load() < rounds) {
        ASSERT_EQ(kam_poller_wait(poller_, -1), 0);
        answered.store(asked.load());
    }
    other.join();
}

} // namespace

#endif
