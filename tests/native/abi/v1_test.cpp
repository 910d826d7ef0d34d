// The first ABI for ever: today's headers still say all that 1.0 said, and what was built against 1.0 still runs.
#include <type_traits>

#include <gtest/gtest.h>

#include "../host.hpp"
#include "v1/layout.hpp"

namespace {

template <class Wanted, class Export>
constexpr bool is(Export) {
    return std::is_same_v<Wanted *, Export>;
}

// Each export of 1.0 and its type then. C does not check them at link time, so nothing else would.
static_assert(is<uint32_t()>(kam_abi_version));
static_assert(is<uint32_t(uint32_t *, uint32_t)>(kam_layout_get));
static_assert(is<uint32_t()>(kam_type_count));
static_assert(is<const kam_component_type *(uint32_t)>(kam_type_get));
static_assert(is<kam_status(const kam_component_type *, kam_error *)>(kam_type_register));
static_assert(is<kam_status(const char *, uint32_t, kam_error *)>(kam_plugin_load));
static_assert(is<kam_status(const kam_component_type *, const kam_option *, uint32_t, kam_error *, kam_instance **)>(
    kam_instance_create));
static_assert(is<kam_status(kam_instance *, kam_sched *, int32_t, kam_ring *const *, uint32_t, kam_outlet *const *,
                            uint32_t)>(kam_instance_bind));
static_assert(is<void(kam_instance *)>(kam_instance_destroy));
static_assert(is<uint32_t(kam_instance *, kam_counter *, uint32_t)>(kam_instance_counters));
static_assert(is<void(kam_instance *, uint32_t)>(kam_instance_stop));
static_assert(is<uint32_t(kam_sched *, uint32_t)>(kam_sched_run));
static_assert(is<kam_status(kam_sched *, kam_error *, kam_poller **)>(kam_poller_create));
static_assert(is<void(kam_poller *)>(kam_poller_destroy));
static_assert(is<int32_t(kam_poller *, int64_t)>(kam_poller_wait));
static_assert(is<void(kam_poller *)>(kam_poller_wake));
static_assert(is<kam_status(kam_poller *, int32_t, int32_t, uint32_t)>(kam_poller_watch));
static_assert(is<void(kam_poller *, int32_t)>(kam_poller_unwatch));

TEST(FirstAbi, PluginBuiltForIt_Runs) {
    const std::string path = std::string(KAM_TEST_PLUGIN_DIR) + "/v1_plugin.so";
    char words[300];
    kam_error error{words, sizeof words, 0};
    ASSERT_EQ(kam_plugin_load(path.data(), static_cast<uint32_t>(path.size()), &error), KAM_OK)
        << std::string(words, error.bytes_out);
    kam::test::rig doubler("v1.doubler", {{"times", "3"}});
    doubler.put("ab", 1, 2, KAM_CHUNK_HAS_PTS);
    EXPECT_EQ(doubler.finish(), (std::vector<kam::test::message>{{"ababab", 1, 2, KAM_CHUNK_HAS_PTS}}));
    EXPECT_EQ(doubler.counter("messages"), 1u);
    EXPECT_TRUE(doubler.done());
    EXPECT_EQ(doubler.leaked(), 0);
}

/// A table with fields that only a later age knows, and one that is cut short.
struct later_type {
    kam_component_type known;
    uint64_t unknown[4];
};

TEST(FirstAbi, TableOfALaterAge_IsTaken) {
    later_type type{*kam_type_get(0), {~0ull, ~0ull, ~0ull, ~0ull}};
    type.known.struct_bytes = sizeof type;
    kam_instance *instance = nullptr;
    EXPECT_EQ(kam_instance_create(&type.known, nullptr, 0, nullptr, &instance), KAM_OK);
    kam_instance_destroy(instance);
}

TEST(FirstAbi, TableOfNoAge_IsRefusedWithBothLengths) {
    kam_component_type type = *kam_type_get(0);
    type.struct_bytes = sizeof type - 1;
    char words[300];
    kam_error error{words, sizeof words, 0};
    EXPECT_EQ(kam_type_register(&type, &error), KAM_E_ABI);
    EXPECT_EQ(std::string(words, error.bytes_out), "a component type of " + std::to_string(sizeof type - 1) +
                                                       " bytes; this library's has " + std::to_string(sizeof type));
}

} // namespace
