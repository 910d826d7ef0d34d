#include "simd/xor_into.hpp"

#include <gtest/gtest.h>

#include "variants.hpp"

namespace kam::simd {
namespace {

TEST(XorInto, Variants_AnyLengthAndAlignment_GiveWhatByteByByteGives) {
    test::for_each_variant(xor_into, [](xor_into_fn *run) {
        std::mt19937_64 random(7);
        for (const std::size_t count : test::lengths()) {
            const std::size_t to_at = random() % 64, from_at = random() % 64;
            std::vector<uint8_t> to = test::random_bytes(random, to_at + count + 64);
            const std::vector<uint8_t> from = test::random_bytes(random, from_at + count);
            std::vector<uint8_t> expected = to;
            for (std::size_t i = 0; i < count; ++i)
                expected[to_at + i] = static_cast<uint8_t>(expected[to_at + i] ^ from[from_at + i]);
            run(to.data() + to_at, from.data() + from_at, count);
            ASSERT_EQ(to, expected) << count << " bytes at " << to_at << " and " << from_at;
        }
    });
}

} // namespace
} // namespace kam::simd
