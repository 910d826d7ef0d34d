#include "simd/facts.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "simd/kernel.hpp"

namespace kam::simd {
namespace {

constexpr uint32_t everything = fact::v2 | fact::pclmul | fact::avx2 | fact::avx512 | fact::vbmi2 | fact::vpclmul;

int plain() noexcept {
    return 0;
}
int wide() noexcept {
    return 1;
}
int widest() noexcept {
    return 2;
}
using number_fn = int() noexcept;
constexpr variant<number_fn> numbers[] = {
    {"widest", fact::avx512 | fact::vbmi2, widest},
    {"wide", fact::avx2, wide},
    {"plain", fact::none, plain},
};
int number_at(uint32_t facts) {
    return best_of<number_fn>(numbers, facts).run();
}

TEST(SimdFacts, Level_ByName_TakesTheBetterOnesAway) {
    EXPECT_EQ(facts_at("scalar", everything), fact::none);
    EXPECT_EQ(facts_at("v2", everything), fact::v2 | fact::pclmul);
    EXPECT_EQ(facts_at("avx2", everything), fact::v2 | fact::pclmul | fact::avx2);
    EXPECT_EQ(facts_at("avx512", everything), everything);
}

TEST(SimdFacts, Level_TheMachineLacks_GivesTheBestThatItHas) {
    EXPECT_EQ(facts_at("avx512", fact::v2), fact::v2);
    EXPECT_EQ(facts_at("neon", everything), fact::none);
    EXPECT_EQ(facts_at("neon", fact::neon | fact::pmull), fact::neon | fact::pmull);
}

TEST(SimdFacts, Level_OfAnotherWord_TakesNothingAway) {
    EXPECT_EQ(facts_at("", everything), everything);
    EXPECT_EQ(facts_at("AVX2", everything), everything);
}

TEST(SimdFacts, Facts_OfThisProcess_AreThoseOfTheMachineAtItsLevel) {
    const char *level = std::getenv("KAM_SIMD");
    EXPECT_EQ(facts(), facts_at(level ? level : "", machine_facts()));
    EXPECT_EQ(facts() & ~machine_facts(), 0u);
}

TEST(SimdFacts, Name_OfFacts_IsTheBestLevel) {
    EXPECT_EQ(level_name(everything), "avx512");
    EXPECT_EQ(level_name(fact::v2 | fact::avx2), "avx2");
    EXPECT_EQ(level_name(fact::v2), "v2");
    EXPECT_EQ(level_name(fact::neon), "neon");
    EXPECT_EQ(level_name(fact::none), "scalar");
}

TEST(SimdKernel, Best_OfItsVariants_IsTheFirstWhoseNeedsAreAllMet) {
    EXPECT_EQ(number_at(everything), 2);
    EXPECT_EQ(number_at(fact::avx2 | fact::avx512), 1);
    EXPECT_EQ(number_at(fact::v2), 0);
    EXPECT_EQ(number_at(fact::none), 0);
}

} // namespace
} // namespace kam::simd
