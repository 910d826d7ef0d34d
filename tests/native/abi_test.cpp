// What each export says to arguments that mean nothing.
#include <gtest/gtest.h>

#include <kamaelia/component.h>
#include <kamaelia/failure.hpp>
#include <kamaelia/poller.h>

namespace {

TEST(Abi, Version_CarriesMajorAndMinor) {
    EXPECT_EQ(kam_abi_version() >> 16, KAM_ABI_MAJOR);
    EXPECT_EQ(kam_abi_version() & 0xffffu, KAM_ABI_MINOR);
}

TEST(Abi, Layout_ShortBuffer_IsFilledAndTheCountIsWhole) {
    const uint32_t count = kam_layout_get(nullptr, 0);
    ASSERT_GT(count, 100u);
    uint32_t values[3] = {0, 0, 77};
    EXPECT_EQ(kam_layout_get(values, 2), count);
    EXPECT_EQ(values[0], sizeof(kam_text));
    EXPECT_EQ(values[2], 77u);
}

TEST(Abi, Null_IsRefusedWithItsName) {
    char words[64];
    kam_error error{words, sizeof words, 0};
    kam_instance *instance = nullptr;
    EXPECT_EQ(kam_type_register(nullptr, &error), KAM_E_INVALID);
    EXPECT_EQ(std::string(words, error.bytes_out), "type is NULL");
    EXPECT_EQ(kam_plugin_load(nullptr, 3, &error), KAM_E_INVALID);
    EXPECT_EQ(kam_plugin_load("", 0, nullptr), KAM_E_INVALID);
    EXPECT_EQ(kam_instance_create(nullptr, nullptr, 0, &error, &instance), KAM_E_INVALID);
    EXPECT_EQ(kam_instance_create(kam_type_get(0), nullptr, 0, &error, nullptr), KAM_E_INVALID);
    EXPECT_EQ(kam_instance_create(kam_type_get(0), nullptr, 1, &error, &instance), KAM_E_INVALID);
    EXPECT_EQ(instance, nullptr);
    EXPECT_EQ(kam_instance_bind(nullptr, nullptr, 0, nullptr, 0, nullptr, 0), KAM_E_INVALID);
    EXPECT_EQ(kam_instance_counters(nullptr, nullptr, 0), 0u);
    EXPECT_EQ(kam_sched_run(nullptr, 10), 0u);
    kam_instance_stop(nullptr, KAM_STOP_CANCEL);
    kam_instance_destroy(nullptr);
}

TEST(Abi, NullPoller_IsRefusedOrNothing) {
    EXPECT_EQ(kam_poller_wait(nullptr, 0), KAM_E_INVALID);
    EXPECT_EQ(kam_poller_watch(nullptr, 0, 0, KAM_POLL_READ), KAM_E_INVALID);
    kam_poller_wake(nullptr);
    kam_poller_unwatch(nullptr, 0);
    kam_poller_destroy(nullptr);
}

TEST(Abi, TypeThatIsNotRegistered_IsCheckedAtCreation) {
    kam_component_type type = *kam_type_get(0);
    type.step = nullptr;
    kam_instance *instance = nullptr;
    EXPECT_EQ(kam_instance_create(&type, nullptr, 0, nullptr, &instance), KAM_E_INVALID);
    type = *kam_type_get(0);
    type.struct_bytes = 8;
    EXPECT_EQ(kam_instance_create(&type, nullptr, 0, nullptr, &instance), KAM_E_ABI);
    type = *kam_type_get(0);
    type.name = {nullptr, 3, 0};
    EXPECT_EQ(kam_type_register(&type, nullptr), KAM_E_INVALID);
    EXPECT_EQ(instance, nullptr);
}

TEST(Abi, TableThatThrowsAndLies_IsContained) {
    kam_component_type type = *kam_type_get(0);
    type.create = [](const kam_create_args *args, void **self_out) -> kam_status {
        *self_out = args->error->utf8; // Left behind: it must not be destroyed.
        args->error->bytes_out = 100'000;
        return KAM_E_IO;
    };
    type.destroy = [](void *) { throw 1; };
    char words[64];
    kam_error error{words, sizeof words, 0};
    kam_instance *instance = nullptr;
    EXPECT_EQ(kam_instance_create(&type, nullptr, 0, &error, &instance), KAM_E_IO);
    EXPECT_EQ(instance, nullptr);
    type.create = [](const kam_create_args *, void **self_out) -> kam_status {
        *self_out = self_out;
        throw 1;
    };
    EXPECT_EQ(kam_instance_create(&type, nullptr, 0, &error, &instance), KAM_E_INTERNAL);
    type.create = [](const kam_create_args *, void **self_out) -> kam_status {
        *self_out = self_out;
        return KAM_OK;
    };
    ASSERT_EQ(kam_instance_create(&type, nullptr, 0, &error, &instance), KAM_OK);
    kam_instance_destroy(instance);
}

TEST(Error, NoBuffer_IsNoSentence) {
    kam_error error{nullptr, 64, 9};
    EXPECT_EQ(kam_type_register(nullptr, &error), KAM_E_INVALID);
    EXPECT_EQ(error.bytes_out, 0u);
}

TEST(Error, ShortBuffer_IsCutAtAWholeCharacter) {
    char words[4] = {'.', '.', '.', '.'};
    kam_error error{words, 3, 0};
    kam::error_set(&error, "a\xc3\xa9\xc3\xa9");
    EXPECT_EQ(std::string(words, error.bytes_out), "a\xc3\xa9");
    kam::error_set(&error, "ab\xe2\x82\xac");
    EXPECT_EQ(std::string(words, error.bytes_out), "ab");
    EXPECT_EQ(words[3], '.');
    kam::error_set(nullptr, "nobody listens");
}

TEST(Fence, WhateverIsThrown_BecomesAStatusAndASentence) {
    char words[64];
    kam_error error{words, sizeof words, 0};
    const auto said = [&] { return std::string(words, error.bytes_out); };
    EXPECT_EQ(kam::fence(&error, []() -> int32_t { throw std::bad_alloc(); }), KAM_E_NO_MEMORY);
    EXPECT_EQ(said(), "out of memory");
    EXPECT_EQ(kam::fence(&error, []() -> int32_t { throw std::runtime_error("odd"); }), KAM_E_INTERNAL);
    EXPECT_EQ(said(), "odd");
    EXPECT_EQ(kam::fence(&error, []() -> int32_t { throw 1; }), KAM_E_INTERNAL);
    EXPECT_EQ(kam::fence(&error, []() -> int32_t { throw kam::failure(KAM_E_IO, "gone"); }), KAM_E_IO);
    EXPECT_EQ(said(), "gone");
    EXPECT_EQ(kam::fence(nullptr, []() -> int32_t { return 5; }), 5);
}

} // namespace
