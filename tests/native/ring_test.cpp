// Rings and outlets: order, policies, byte counts, and who is woken when room is made.
#include <gtest/gtest.h>

#include "host.hpp"

namespace {

using kam::chunk;
using kam::test::host;
using kam::test::message;

/// A ring between two managed slots.
class Ring : public testing::Test {
protected:
    explicit Ring(uint32_t capacity = 4) {
        origin_.writer = 0;
        ring_ = host_.sink(&origin_, capacity);
        outlet_ = host_.source(ring_);
    }
    ~Ring() override {
        host_.close();
        EXPECT_EQ(host_.pool.outstanding(), 0);
    }
    kam_status push(const std::string &bytes) {
        const kam::detail::pool_scope scope(&host_.pool.raw);
        chunk made = host_.make({bytes});
        const kam_status status = kam_push(&host_.sched, outlet_, &made.raw());
        EXPECT_EQ(made.raw().block == nullptr, status == KAM_OK);
        return status;
    }
    void policy(uint32_t policy) { ring_->flags = policy << KAM_RING_POLICY_SHIFT; }
    std::string content() {
        std::string all;
        for (const message &m : host_.take_all(ring_)) all += m.bytes;
        return all;
    }

    host host_;
    kam_outlet origin_{};
    kam_ring *ring_;
    kam_outlet *outlet_;
};

TEST_F(Ring, Push_UntilFull_KeepsOrderAndThenAnswersAgain) {
    for (const char *m : {"a", "b", "c", "d"}) EXPECT_EQ(push(m), KAM_OK);
    EXPECT_EQ(kam_outlet_room(outlet_), 0u);
    EXPECT_EQ(push("e"), KAM_AGAIN);
    EXPECT_EQ(outlet_->sent, 4u);
    EXPECT_EQ(content(), "abcd");
}

TEST_F(Ring, Counters_PastTheEndOfTheirRange_GoOn) {
    ring_->head = ring_->tail = UINT32_MAX - 1;
    EXPECT_EQ(push("a"), KAM_OK);
    EXPECT_EQ(push("b"), KAM_OK);
    EXPECT_EQ(push("c"), KAM_OK);
    EXPECT_EQ(kam_ring_count(ring_), 3u);
    EXPECT_EQ(content(), "abc");
}

TEST_F(Ring, Push_WakesAReaderThatWaits) {
    ring_->wait = KAM_WAIT_READER;
    push("a");
    EXPECT_EQ(ring_->wait, 0u);
    EXPECT_EQ(host_.managed_take(), std::vector<int32_t>{ring_->reader});
    push("b");
    EXPECT_TRUE(host_.managed_take().empty());
}

TEST_F(Ring, DropOldest_Full_KeepsTheNewest) {
    policy(KAM_POLICY_DROP_OLDEST);
    for (const char *m : {"a", "b", "c", "d", "e", "f"}) EXPECT_EQ(push(m), KAM_OK);
    EXPECT_EQ(outlet_->dropped, 2u);
    EXPECT_EQ(content(), "cdef");
}

TEST_F(Ring, DropNewest_Full_KeepsTheOldest) {
    policy(KAM_POLICY_DROP_NEWEST);
    for (const char *m : {"a", "b", "c", "d", "e", "f"}) EXPECT_EQ(push(m), KAM_OK);
    EXPECT_EQ(outlet_->dropped, 2u);
    EXPECT_EQ(content(), "abcd");
}

TEST_F(Ring, Unbounded_TakesMoreThanItsCapacity) {
    policy(KAM_POLICY_UNBOUNDED);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(push("x"), KAM_OK);
    EXPECT_EQ(kam_ring_count(ring_), 100u);
}

TEST_F(Ring, BytesMax_CountsWhatIsInside) {
    ring_->flags |= KAM_RING_COUNT_BYTES;
    ring_->bytes_max = 10;
    EXPECT_EQ(push("12345"), KAM_OK);
    EXPECT_EQ(push("6789"), KAM_OK);
    EXPECT_EQ(ring_->bytes, 9u);
    EXPECT_EQ(push("one over is allowed, not two"), KAM_OK);
    EXPECT_EQ(kam_outlet_room(outlet_), 0u);
    EXPECT_EQ(push("x"), KAM_AGAIN);
    host_.take_all(ring_);
    EXPECT_EQ(ring_->bytes, 0u);
}

TEST_F(Ring, Closed_RefusesAndLeavesTheChunk) {
    ring_->flags |= KAM_RING_CLOSED;
    EXPECT_EQ(push("a"), KAM_E_NOT_FOUND);
    EXPECT_NE(kam_outlet_room(outlet_), 0u);
}

TEST_F(Ring, Unlinked_RefusesUnlessItIsOptional) {
    outlet_->ring = nullptr;
    EXPECT_EQ(push("a"), KAM_AGAIN);
    EXPECT_EQ(kam_outlet_room(outlet_), 0u);
    outlet_->flags |= KAM_OUTLET_DISCARD;
    EXPECT_EQ(push("a"), KAM_OK);
    EXPECT_EQ(outlet_->dropped, 1u);
    EXPECT_EQ(kam_outlet_room(outlet_), UINT32_MAX);
}

TEST_F(Ring, SlotsCannotBeMade_NoMemory) {
    host_.ring_grows_left = 0;
    EXPECT_EQ(push("a"), KAM_E_NO_MEMORY);
}

TEST_F(Ring, RoomMade_WakesInTheOrderOfWaiting) {
    kam_outlet *second = host_.source(ring_);
    kam_outlet *third = host_.source(ring_);
    kam_room_wait(ring_, outlet_);
    kam_room_wait(ring_, second);
    kam_room_wait(ring_, third);
    kam_room_wait(ring_, second); // Twice is once.
    kam_room_made(ring_, 2);
    EXPECT_EQ(host_.managed_take(), (std::vector<int32_t>{outlet_->writer, second->writer}));
    EXPECT_EQ(outlet_->next, nullptr);
    kam_room_wait(ring_, outlet_);
    kam_room_made(ring_, 5);
    EXPECT_EQ(host_.managed_take(), (std::vector<int32_t>{third->writer, outlet_->writer}));
    EXPECT_EQ(ring_->room_last, nullptr);
}

class KeepLatest : public Ring {
protected:
    KeepLatest() : Ring(1) { policy(KAM_POLICY_KEEP_LATEST); }
};

TEST_F(KeepLatest, Push_LeavesOnlyTheLast) {
    for (const char *m : {"a", "b", "c"}) EXPECT_EQ(push(m), KAM_OK);
    EXPECT_EQ(outlet_->dropped, 2u);
    EXPECT_EQ(content(), "c");
}

TEST(MoveMessages, AnyShapeOfRings_LosesAndReordersNothing) {
    host host;
    kam_outlet origin{};
    kam_ring *from = host.sink(&origin, 64);
    kam_ring *to = host.sink(&origin, 8);
    kam_outlet *outlet = host.source(to);
    uint32_t put = 0;
    uint32_t got = 0;
    for (uint32_t turn = 0; turn < 500; ++turn) {
        for (uint32_t i = 0; i < turn % 7; ++i) host.put(from, {"m", put++});
        const kam::detail::pool_scope scope(&host.pool.raw);
        const uint32_t before = kam_ring_count(to);
        const uint32_t moved = kam::move_messages(kam::inlet(from), kam::outlet(&host.sched, outlet), turn % 5);
        ASSERT_EQ(kam_ring_count(to), before + moved);
        ASSERT_LE(kam_ring_count(to), 8u);
        for (uint32_t i = 0; i < turn % 4 && kam_ring_count(to); ++i) ASSERT_EQ(host.take(to).tag, got++);
    }
    EXPECT_GT(got, 300u);
    EXPECT_EQ(outlet->sent, got + kam_ring_count(to));
    host.close();
    EXPECT_EQ(host.pool.outstanding(), 0);
}

} // namespace
