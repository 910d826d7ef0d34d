// Instances: creation, binding, counters and destruction.
#include <gtest/gtest.h>

#include "host.hpp"

namespace {

int alive = 0;

struct counted {
    static constexpr kam::port ports[] = {kam::in("inbox", "Anything."), kam::out("outbox", "The same.")};
    static constexpr kam::option options[] = {kam::opt(KAM_OPTION_BOOL, "fail", "false", "Whether it refuses.")};
    kam::counter eggs;
    kam::counter ham;

    explicit counted(const kam::options &given) {
        if (given.flag("fail")) throw std::runtime_error("not today");
        ++alive;
        eggs.add(3);
        ham.add();
    }
    counted(const counted &) = delete;
    counted &operator=(const counted &) = delete;
    ~counted() { --alive; }
    kam::step step(kam::context &) { return kam::step::done; }
    void counters(kam::counter_list &list) const {
        list.add("eggs", eggs);
        list.add("ham", ham);
    }
};

} // namespace

KAM_COMPONENT("test.counted", "Counts itself.", counted)

namespace {

using kam::test::host;

TEST(Instance, CreateAndDestroy_CallTheTypeOnce) {
    kam_instance *instance = nullptr;
    ASSERT_EQ(kam_instance_create(&kam::type_of<counted>, nullptr, 0, nullptr, &instance), KAM_OK);
    EXPECT_EQ(alive, 1);
    EXPECT_EQ(instance->struct_bytes, sizeof(kam_instance));
    EXPECT_EQ(instance->type, &kam::type_of<counted>);
    kam_instance_destroy(instance);
    EXPECT_EQ(alive, 0);
}

TEST(Instance, ConstructorThrows_TheTypeIsNamedAndNothingIsLeft) {
    char words[100];
    kam_error error{words, sizeof words, 0};
    kam_instance *instance = nullptr;
    const kam_option fail{kam::text("fail"), kam::text("true")};
    EXPECT_EQ(kam_instance_create(&kam::type_of<counted>, &fail, 1, &error, &instance), KAM_E_INTERNAL);
    EXPECT_EQ(std::string(words, error.bytes_out), "test.counted: not today");
    EXPECT_EQ(instance, nullptr);
    EXPECT_EQ(alive, 0);
}

TEST(Instance, CreateThatFailsWithoutAWord_StillSaysWhich) {
    kam_component_type type = kam::type_of<counted>;
    type.create = [](const kam_create_args *, void **) -> kam_status { return KAM_E_IO; };
    char words[100];
    kam_error error{words, sizeof words, 0};
    kam_instance *instance = nullptr;
    EXPECT_EQ(kam_instance_create(&type, nullptr, 0, &error, &instance), KAM_E_IO);
    EXPECT_EQ(std::string(words, error.bytes_out), "test.counted: it could not be created");
}

TEST(Instance, Counters_ShortBuffer_IsFilledAndTheCountIsWhole) {
    host host;
    kam::test::node &node = host.add(kam::type_of<counted>);
    kam_counter one[1];
    EXPECT_EQ(kam_instance_counters(node.instance, one, 1), 2u);
    EXPECT_EQ(kam::view(one[0].name), "eggs");
    EXPECT_EQ(one[0].value, 3u);
    EXPECT_EQ(kam_instance_counters(node.instance, nullptr, 5), 2u);
    EXPECT_EQ(kam_instance_counters(host.add("pass").instance, one, 1), 0u);
}

TEST(Instance, Bind_WrongBoxes_IsRefusedWithTheCounts) {
    kam_instance *instance = nullptr;
    ASSERT_EQ(kam_instance_create(&kam::type_of<counted>, nullptr, 0, nullptr, &instance), KAM_OK);
    const auto said = [&] { return std::string(instance->error_text, instance->error.bytes_out); };
    host host;
    kam_ring ring{};
    kam_outlet outlet{};
    kam_ring *rings[] = {&ring, nullptr};
    kam_outlet *outlets[] = {&outlet};
    EXPECT_EQ(kam_instance_bind(instance, &host.sched, 0, rings, 2, outlets, 1), KAM_E_INVALID);
    EXPECT_EQ(said(), "test.counted has 1 ins and was given 2");
    EXPECT_EQ(kam_instance_bind(instance, &host.sched, 0, rings, 1, outlets, 0), KAM_E_INVALID);
    EXPECT_EQ(said(), "test.counted has 1 outs and was given 0");
    EXPECT_EQ(kam_instance_bind(instance, &host.sched, 0, rings + 1, 1, outlets, 1), KAM_E_INVALID);
    EXPECT_EQ(said(), "test.counted: box 0 is missing");
    EXPECT_EQ(kam_instance_bind(instance, &host.sched, 64, rings, 1, outlets, 1), KAM_E_INVALID);
    EXPECT_EQ(kam_instance_bind(instance, &host.sched, -1, rings, 1, outlets, 1), KAM_E_INVALID);
    EXPECT_EQ(kam_instance_bind(instance, nullptr, 0, rings, 1, outlets, 1), KAM_E_INVALID);
    EXPECT_EQ(host.sched.slots[0].instance, nullptr);
    EXPECT_EQ(kam_instance_bind(instance, &host.sched, 0, rings, 1, outlets, 1), KAM_OK);
    EXPECT_EQ(host.sched.slots[0].instance, instance);
    EXPECT_EQ(host.sched.slots[0].native, 1);
    kam_instance_destroy(instance);
}

TEST(Instance, StopBeforeItIsBound_IsRemembered) {
    kam_instance *instance = nullptr;
    ASSERT_EQ(kam_instance_create(&kam::type_of<counted>, nullptr, 0, nullptr, &instance), KAM_OK);
    kam_instance_stop(instance, KAM_STOP_DRAIN);
    kam_instance_stop(instance, 17);
    EXPECT_EQ(instance->context.stop, KAM_STOP_DRAIN);
    kam_instance_destroy(instance);
}

TEST(Instance, Rent_WritesTheRenterIntoTheLedger) {
    host host;
    host.add("pass");
    kam::test::node &source = host.add("counter.source", {{"n", "1"}});
    kam_ring *sink = host.sink(source.outs[0]);
    host.run();
    ASSERT_EQ(kam_ring_count(sink), 1u);
    EXPECT_EQ(kam_ring_front(sink)->block->ledger, static_cast<uint64_t>(source.id) + 1);
}

TEST(CounterSource, Fill_IsTheNumberPlusTheIndex) {
    host host;
    kam::test::node &source = host.add("counter.source", {{"n", "3"}, {"bytes", "300"}});
    kam_ring *sink = host.sink(source.outs[0]);
    host.run();
    const std::vector<kam::test::message> got = host.take_all(sink);
    ASSERT_EQ(got.size(), 3u);
    for (uint32_t k = 0; k < 3; ++k) {
        EXPECT_EQ(got[k].tag, k);
        ASSERT_EQ(got[k].bytes.size(), 300u);
        for (uint32_t i = 0; i < 300; ++i)
            ASSERT_EQ(static_cast<uint8_t>(got[k].bytes[i]), static_cast<uint8_t>(k + i));
    }
    EXPECT_EQ(host.state(source), KAM_DONE);
    host.close();
    EXPECT_EQ(host.pool.outstanding(), 0);
}

struct many {
    static constexpr kam::port ports[] = {kam::in("first", "One."), kam::in("in", "Any number.", {}, KAM_PORT_ARRAY),
                                          kam::out("outbox", "Nothing.")};
    kam::step step(kam::context &context) { return context.in_count() == 4 ? kam::step::done : kam::step::wait_in; }
};

} // namespace

KAM_COMPONENT("test.many", "Has an array of ins.", many)

namespace {

TEST(Instance, BindOfAnArray_TakesAnyNumberBehindTheSingleOnes) {
    for (const uint32_t count : {0u, 3u}) {
        host host;
        auto &node = host.add(kam::type_of<many>, {}, count);
        host.run();
        EXPECT_EQ(node.instance->context.in_count, 1 + count);
        EXPECT_EQ(host.state(node) == KAM_DONE, count == 3);
    }
}

TEST(Instance, BindOfAnArrayWithoutTheSingleOnes_IsRefused) {
    host host;
    auto &node = host.add(kam::type_of<many>);
    EXPECT_EQ(kam_instance_bind(node.instance, &host.sched, node.id, nullptr, 0, node.outs.data(), 1), KAM_E_INVALID);
    EXPECT_EQ(node.error(), "test.many has 1 ins and was given 0");
}

} // namespace
