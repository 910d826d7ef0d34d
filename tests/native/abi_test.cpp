// What each export says to arguments that mean nothing.
#include <gtest/gtest.h>

#include <kamaelia/component.h>
#include <kamaelia/failure.hpp>

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
