// What kam_sched_run makes of each answer of a step.
#include <functional>

#include <gtest/gtest.h>

#include "host.hpp"

namespace {

/// Two ins and two outs, and whatever a test wants done in a step.
struct scripted {
    static constexpr kam::port ports[] = {kam::in("a", "One."), kam::in("b", "Another."), kam::out("x", "One."),
                                          kam::out("y", "Another.")};
    std::function<int32_t(kam::context &)> script;
    int steps = 0;

    kam::step step(kam::context &context) {
        ++steps;
        return static_cast<kam::step>(script(context));
    }
};

} // namespace

KAM_COMPONENT("test.scripted", "Does what a test says.", scripted)

namespace {

using kam::test::host;
using kam::test::node;

scripted &script(node &node, std::function<int32_t(kam::context &)> body) {
    auto &self = *static_cast<scripted *>(node.instance->self);
    self.script = std::move(body);
    return self;
}

void take_one(kam::context &context, uint32_t in) {
    kam::chunk message;
    context.in(in).pop(message);
}

class Run : public testing::Test {
protected:
    host host_;
    node &node_ = host_.add(kam::type_of<scripted>);
};

TEST_F(Run, WaitIn_NothingThere_ParksUntilAMessageComes) {
    scripted &self = script(node_, [](kam::context &context) {
        take_one(context, 0);
        take_one(context, 1);
        return KAM_STEP_WAIT_IN;
    });
    EXPECT_EQ(host_.run(), 1u);
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    EXPECT_EQ(node_.ins[0]->wait & KAM_WAIT_READER, KAM_WAIT_READER);
    EXPECT_EQ(host_.run(), 0u);
    host_.put(node_.ins[1], {"m"});
    EXPECT_EQ(host_.state(node_), KAM_READY);
    EXPECT_EQ(node_.ins[1]->wait, 0u);
    host_.run();
    EXPECT_EQ(self.steps, 2);
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    EXPECT_EQ(kam_ring_count(node_.ins[1]), 0u);
}

TEST_F(Run, WaitIn_TookSomeAndLeftSome_IsCalledAgain) {
    script(node_, [](kam::context &context) {
        take_one(context, 0);
        return KAM_STEP_WAIT_IN;
    });
    for (int i = 0; i < 5; ++i) host_.put(node_.ins[0], {"m"});
    host_.run();
    EXPECT_EQ(kam_ring_count(node_.ins[0]), 0u);
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
}

TEST_F(Run, WaitIn_MessagesItDoesNotTake_DoesNotSpinAndWakesForTheNext) {
    scripted &self = script(node_, [](kam::context &context) {
        if (context.in(1).count()) {
            take_one(context, 0);
            take_one(context, 1);
        }
        return KAM_STEP_WAIT_IN;
    });
    host_.put(node_.ins[0], {"half of a pair"});
    EXPECT_LE(host_.run(1000), 3u);
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    host_.put(node_.ins[1], {"the other half"});
    host_.run();
    EXPECT_EQ(kam_ring_count(node_.ins[0]), 0u);
    EXPECT_LE(self.steps, 5);
}

TEST_F(Run, WaitIn_FirstStepOnlyPrepares_IsCalledAgainForWhatIsThere) {
    bool prepared = false;
    script(node_, [&](kam::context &context) {
        if (std::exchange(prepared, true)) take_one(context, 0);
        return KAM_STEP_WAIT_IN;
    });
    host_.put(node_.ins[0], {"m"});
    host_.run();
    EXPECT_EQ(kam_ring_count(node_.ins[0]), 0u);
}

TEST_F(Run, WaitIn_AllEnded_IsToldOnceMoreAndThenEnded) {
    scripted &self = script(node_, [](kam::context &) { return KAM_STEP_WAIT_IN; });
    host_.run();
    host_.end(node_.ins[0]);
    host_.run();
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    const int before = self.steps;
    host_.end(node_.ins[1]);
    EXPECT_LE(host_.run(1000), 2u);
    EXPECT_GT(self.steps, before);
    EXPECT_EQ(host_.state(node_), KAM_DONE);
    EXPECT_EQ(host_.managed_take(), std::vector<int32_t>{node_.id});
}

TEST_F(Run, WaitTime_AllEnded_IsLeftToItsTimer) {
    script(node_, [](kam::context &context) {
        context.wait_until(500);
        return KAM_STEP_WAIT_IN | KAM_STEP_WAIT_TIME;
    });
    host_.end(node_.ins[0]);
    host_.end(node_.ins[1]);
    host_.run();
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    ASSERT_EQ(host_.timers.size(), 1u);
    EXPECT_EQ(host_.timers[0], std::make_pair(node_.id, int64_t{500}));
}

TEST_F(Run, WaitTime_AlreadyPast_IsCalledAgainWithoutATimer) {
    host_.sched.now_ns = 1000;
    scripted &self = script(node_, [&](kam::context &context) {
        context.wait_until(host_.sched.now_ns == 1000 ? 1000 : 5000);
        host_.sched.now_ns++;
        return KAM_STEP_WAIT_TIME;
    });
    host_.run();
    EXPECT_EQ(self.steps, 2);
    ASSERT_EQ(host_.timers.size(), 1u);
    EXPECT_EQ(host_.timers[0].second, 5000);
}

TEST_F(Run, WaitRoom_Full_ParksUntilOneLeaves) {
    kam_ring *sink = host_.sink(node_.outs[0], 2);
    script(node_, [](kam::context &context) {
        while (context.out(0).room()) context.out(0).push(context.rent(1));
        return KAM_STEP_WAIT_ROOM;
    });
    host_.run();
    EXPECT_EQ(kam_ring_count(sink), 2u);
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    host_.take(sink);
    EXPECT_EQ(host_.state(node_), KAM_READY);
    host_.run();
    EXPECT_EQ(kam_ring_count(sink), 2u);
}

TEST_F(Run, WaitRoom_ThereIsRoom_IsCalledAgain) {
    host_.sink(node_.outs[0]);
    host_.sink(node_.outs[1]);
    scripted *self =
        &script(node_, [&](kam::context &) { return self->steps < 3 ? KAM_STEP_WAIT_ROOM : KAM_STEP_DONE; });
    host_.run();
    EXPECT_EQ(self->steps, 3);
}

TEST_F(Run, WaitRoom_ReaderEnded_IsCalledAgainAndThePushEndsIt) {
    kam_ring *sink = host_.sink(node_.outs[0], 1);
    script(node_, [](kam::context &context) {
        while (context.out(0).room()) context.out(0).push(context.rent(1));
        return KAM_STEP_WAIT_ROOM;
    });
    host_.run();
    sink->flags |= KAM_RING_CLOSED;
    kam_room_made(sink, 1); // As whoever closes it does.
    host_.run();
    EXPECT_EQ(host_.state(node_), KAM_DONE);
    EXPECT_FALSE(node_.failed());
}

TEST_F(Run, WaitRoom_Unlinked_ParksAndIsWokenByTheLinker) {
    scripted &self =
        script(node_, [](kam::context &context) { return context.out(0).room() ? KAM_STEP_DONE : KAM_STEP_WAIT_ROOM; });
    host_.run();
    EXPECT_EQ(host_.state(node_), KAM_PARKED);
    host_.sink(node_.outs[0]);
    kam_wake(&host_.sched, node_.id);
    host_.run();
    EXPECT_EQ(self.steps, 2);
    EXPECT_EQ(host_.state(node_), KAM_DONE);
}

TEST_F(Run, More_LetsOthersRunFirst) {
    std::string order;
    node &other = host_.add(kam::type_of<scripted>);
    scripted *first = &script(node_, [&](kam::context &) {
        order += 'a';
        return first->steps < 3 ? KAM_STEP_MORE : KAM_STEP_DONE;
    });
    scripted *second = &script(other, [&](kam::context &) {
        order += 'b';
        return second->steps < 3 ? KAM_STEP_MORE : KAM_STEP_DONE;
    });
    EXPECT_EQ(host_.run(), 6u);
    EXPECT_EQ(order, "ababab");
}

TEST_F(Run, ActivationsMax_EndlessComponent_ComesBack) {
    script(node_, [](kam::context &) { return KAM_STEP_MORE; });
    EXPECT_EQ(host_.run(10), 10u);
    EXPECT_EQ(host_.state(node_), KAM_READY);
    EXPECT_EQ(host_.sched.native_activations, 10u);
    EXPECT_EQ(host_.sched.slots[node_.id].activations, 10u);
    EXPECT_EQ(host_.run(0), 0u);
}

TEST_F(Run, Done_GoesToTheManagedQueueOnce) {
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    host_.run();
    kam_wake(&host_.sched, node_.id);
    kam_instance_stop(node_.instance, KAM_STOP_CANCEL);
    host_.run();
    EXPECT_EQ(host_.managed_take(), std::vector<int32_t>{node_.id});
    EXPECT_EQ(node_.instance->last_answer, KAM_STEP_DONE);
}

TEST_F(Run, Failure_KeepsStatusAndSentence) {
    script(node_, [](kam::context &) -> int32_t { throw kam::failure(KAM_E_IO, "the disk is gone"); });
    host_.run();
    EXPECT_EQ(host_.state(node_), KAM_DONE);
    EXPECT_EQ(node_.instance->last_answer, KAM_E_IO);
    EXPECT_EQ(node_.error(), "the disk is gone");
}

TEST_F(Run, Exception_BecomesInternalAndNoMemory) {
    script(node_, [](kam::context &) -> int32_t { throw std::runtime_error("why not"); });
    node &other = host_.add(kam::type_of<scripted>);
    script(other, [](kam::context &) -> int32_t { throw std::bad_alloc(); });
    host_.run();
    EXPECT_EQ(node_.instance->last_answer, KAM_E_INTERNAL);
    EXPECT_EQ(node_.error(), "why not");
    EXPECT_EQ(other.instance->last_answer, KAM_E_NO_MEMORY);
}

TEST_F(Run, Exception_ThroughATableWithoutFence_StopsAtTheRun) {
    static constexpr kam_component_type bare = [] {
        kam_component_type type = kam::type_of<scripted>;
        type.step = [](void *, kam_context *) -> int32_t { throw 42; };
        return type;
    }();
    node &other = host_.add(bare);
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    host_.run();
    EXPECT_EQ(other.instance->last_answer, KAM_E_INTERNAL);
    EXPECT_EQ(other.error(), "an unknown C++ exception");
}

TEST_F(Run, Answer_ThatMeansNothing_IsAFailureWithASentence) {
    for (const int32_t answer : {0, 64, KAM_STEP_WAIT_IN | 1024}) {
        node &node = host_.add(kam::type_of<scripted>);
        script(node, [=](kam::context &) { return answer; });
        script(node_, [](kam::context &) { return KAM_STEP_WAIT_IN; });
        host_.run();
        EXPECT_EQ(node.instance->last_answer, KAM_E_INTERNAL) << answer;
        EXPECT_FALSE(node.error().empty());
    }
}

TEST_F(Run, Cancel_EndsAComponentThatGoesOn) {
    kam_component_type stubborn = kam::type_of<scripted>;
    stubborn.step = [](void *, kam_context *) -> int32_t { return KAM_STEP_MORE; };
    node &node = host_.add(stubborn);
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    host_.run(50);
    kam_instance_stop(node.instance, KAM_STOP_DRAIN);
    host_.run(50);
    EXPECT_EQ(host_.state(node), KAM_READY);
    kam_instance_stop(node.instance, KAM_STOP_CANCEL);
    kam_instance_stop(node.instance, KAM_STOP_DRAIN);
    EXPECT_LE(host_.run(50), 1u);
    EXPECT_EQ(host_.state(node), KAM_DONE);
    host_.close();
}

TEST_F(Run, Room_WokenByInputInstead_LeavesTheListToTheOthers) {
    // Two senders wait for one place in a ring. The first is then woken by input and wants the room no more: the place
    // must go to the second, or it would wait for ever.
    node &other = host_.add(kam::type_of<scripted>);
    kam_ring *sink = host_.sink(node_.outs[0], 1);
    host_.sink(node_.outs[1]);
    host_.sink(other.outs[1]);
    host::link(other.outs[0], sink);
    bool wants = true;
    script(node_, [&](kam::context &context) {
        take_one(context, 0);
        if (!wants) return static_cast<int32_t>(KAM_STEP_WAIT_IN);
        context.out(0).push(context.rent(1));
        return KAM_STEP_WAIT_IN | KAM_STEP_WAIT_ROOM;
    });
    script(other, [&](kam::context &context) {
        return context.out(0).push(context.rent(2)) ? KAM_STEP_DONE : KAM_STEP_WAIT_ROOM;
    });
    host_.run();
    ASSERT_EQ(host_.state(other), KAM_PARKED);
    ASSERT_EQ(node_.outs[0]->next != nullptr, true);
    wants = false;
    host_.put(node_.ins[0], {"m"});
    host_.run();
    EXPECT_EQ(node_.outs[0]->next, nullptr);
    EXPECT_EQ(host_.take(sink).bytes.size(), 1u);
    host_.run();
    EXPECT_EQ(host_.state(other), KAM_DONE);
    EXPECT_EQ(host_.take(sink).bytes.size(), 2u);
}

TEST_F(Run, Room_GivenToOneThatNoLongerWantsIt_IsPassedOn) {
    node &other = host_.add(kam::type_of<scripted>);
    kam_ring *sink = host_.sink(node_.outs[0], 1);
    host_.sink(node_.outs[1]);
    host_.sink(other.outs[1]);
    host::link(other.outs[0], sink);
    host_.put(sink, {"full"});
    script(node_, [](kam::context &context) {
        return context.out(0).room() ? KAM_STEP_DONE : KAM_STEP_WAIT_ROOM; // Changes its mind once it could.
    });
    script(other, [](kam::context &context) {
        return context.out(0).push(context.rent(2)) ? KAM_STEP_DONE : KAM_STEP_WAIT_ROOM;
    });
    host_.run();
    host_.take(sink);
    host_.run();
    EXPECT_EQ(host_.state(other), KAM_DONE);
    EXPECT_EQ(host_.take(sink).bytes.size(), 2u);
}

TEST_F(Run, WaitIn_EmptiedWhileSomebodyStillWaitsForRoom_WakesIt) {
    node &passed_over = host_.add(kam::type_of<scripted>);
    script(passed_over, [](kam::context &) { return KAM_STEP_WAIT_IO; });
    script(node_, [](kam::context &context) {
        take_one(context, 0);
        return KAM_STEP_WAIT_IN;
    });
    host_.run();
    host::link(passed_over.outs[0], node_.ins[0]);
    kam_room_wait(node_.ins[0], passed_over.outs[0]); // Room was made for another, which ended and never used it.
    kam_wake(&host_.sched, node_.id);

    EXPECT_EQ(host_.run(1), 1u);
    EXPECT_EQ(host_.state(passed_over), KAM_READY) << "it would wait for ever";
    EXPECT_EQ(node_.ins[0]->room_last, nullptr);
}

TEST_F(Run, Chain_OfPasses_KeepsOrderUnderBackPressure) {
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    node &source = host_.add("counter.source", {{"n", "1000"}, {"bytes", "10"}});
    kam_outlet *last = source.outs[0];
    for (int i = 0; i < 10; ++i) {
        node &pass = host_.add("pass");
        pass.ins[0]->capacity = 3;
        host::link(last, pass.ins[0]);
        last = pass.outs[0];
    }
    kam_ring *sink = host_.sink(last, 5);
    uint32_t next = 0;
    while (next < 1000) {
        host_.run();
        const std::vector<kam::test::message> got = host_.take_all(sink);
        ASSERT_FALSE(got.empty()) << "stuck after " << next;
        for (const kam::test::message &m : got) ASSERT_EQ(m.tag, next++);
    }
    EXPECT_EQ(host_.pool.outstanding(), 0);
}

TEST_F(Run, Rent_WhenMemoryIsRefused_FailsWithNoMemory) {
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    node &source = host_.add("counter.source");
    host_.sink(source.outs[0]);
    host_.pool.grows_left = 5;
    host_.run();
    EXPECT_EQ(source.instance->last_answer, KAM_E_NO_MEMORY);
    EXPECT_EQ(source.error(), "out of memory");
    host_.close();
    EXPECT_EQ(host_.pool.outstanding(), 0);
}

TEST_F(Run, Push_WhenTheRingCannotGrow_FailsWithNoMemoryAndLosesNoChunk) {
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    node &source = host_.add("counter.source");
    host_.sink(source.outs[0]);
    host_.ring_grows_left = 1;
    host_.run();
    EXPECT_EQ(source.instance->last_answer, KAM_E_NO_MEMORY);
    host_.close();
    EXPECT_EQ(host_.pool.outstanding(), 0);
}

TEST_F(Run, Source_ToldToDrain_EndsQuietly) {
    script(node_, [](kam::context &) { return KAM_STEP_DONE; });
    node &source = host_.add("counter.source", {{"n", "0"}});
    kam_ring *sink = host_.sink(source.outs[0], 8);
    host_.run();
    EXPECT_EQ(host_.state(source), KAM_PARKED);
    kam_instance_stop(source.instance, KAM_STOP_DRAIN);
    host_.run();
    EXPECT_EQ(host_.state(source), KAM_DONE);
    EXPECT_EQ(host_.take_all(sink).size(), 8u);
}

} // namespace
