#include "simd/crc32.hpp"

#include <gtest/gtest.h>

#include "variants.hpp"

namespace kam::simd {
namespace {

struct known {
    crc32_kind kind;
    uint32_t value; ///< 0x04C11DB7 and so on, highest power first.
    bool is_reflected;
    uint32_t check; ///< Of "123456789".
};
constexpr known kinds[] = {
    {crc32_kind::mpeg2, 0x04C11DB7u, false, 0x0376E6E7u},
    {crc32_kind::ieee, 0x04C11DB7u, true, 0xCBF43926u},
    {crc32_kind::castagnoli, 0x1EDC6F41u, true, 0xE3069283u},
};

/// Bit by bit, as the standards put it.
uint32_t bit_by_bit(const known &kind, uint32_t state, const uint8_t *bytes, std::size_t count) {
    const auto turned = [](uint32_t value) {
        uint32_t made = 0;
        for (int i = 0; i < 32; ++i) made |= (value >> i & 1u) << (31 - i);
        return made;
    };
    if (kind.is_reflected) state = turned(state);
    for (std::size_t i = 0; i < count; ++i)
        for (int bit = 0; bit < 8; ++bit) {
            const uint32_t in = bytes[i] >> (kind.is_reflected ? bit : 7 - bit) & 1u;
            const uint32_t out = state >> 31 ^ in;
            state = state << 1 ^ (out ? kind.value : 0);
        }
    return kind.is_reflected ? turned(state) : state;
}

TEST(Crc32, Variants_OfTheUsualCheck_GiveThePublishedValue) {
    const uint8_t text[] = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};
    for (const auto &kind : kinds) {
        EXPECT_EQ(crc32(kind.kind, text), kind.check);
        test::for_each_variant(crc32_kernel(kind.kind), [&](crc32_fn *run) {
            EXPECT_EQ(crc32_end(kind.kind, run(crc32_begin, text, sizeof text)), kind.check);
        });
    }
}

TEST(Crc32, Variants_AnyLengthAlignmentAndState_GiveWhatBitByBitGives) {
    for (const auto &kind : kinds)
        test::for_each_variant(crc32_kernel(kind.kind), [&](crc32_fn *run) {
            std::mt19937_64 random(5);
            for (const std::size_t count : test::lengths()) {
                // Exactly as long as said: the sanitizers see a byte read before or behind it.
                const std::vector<uint8_t> bytes = test::random_bytes(random, count);
                const auto state = static_cast<uint32_t>(random());
                ASSERT_EQ(run(state, bytes.data(), count), bit_by_bit(kind, state, bytes.data(), count)) << count;
                const std::size_t at = count ? random() % std::min<std::size_t>(count, 64) : 0;
                ASSERT_EQ(run(state, bytes.data() + at, count - at),
                          bit_by_bit(kind, state, bytes.data() + at, count - at))
                    << count << " from " << at;
            }
        });
}

TEST(Crc32, Variants_OfAStreamInPieces_GiveWhatTheWholeGives) {
    for (const auto &kind : kinds)
        test::for_each_variant(crc32_kernel(kind.kind), [&](crc32_fn *run) {
            std::mt19937_64 random(6);
            const std::vector<uint8_t> bytes = test::random_bytes(random, 20000);
            uint32_t state = crc32_begin;
            for (std::size_t at = 0; at < bytes.size();) {
                const std::size_t count = std::min<std::size_t>(random() % 700, bytes.size() - at);
                state = run(state, bytes.data() + at, count);
                at += count;
            }
            EXPECT_EQ(state, run(crc32_begin, bytes.data(), bytes.size()));
        });
}

TEST(Crc32, Mpeg2_OfASectionWithItsCrc_IsZero) {
    std::mt19937_64 random(9);
    std::vector<uint8_t> section = test::random_bytes(random, 183);
    const uint32_t crc = crc32(crc32_kind::mpeg2, section);
    for (int shift = 24; shift >= 0; shift -= 8) section.push_back(static_cast<uint8_t>(crc >> shift));
    EXPECT_EQ(crc32(crc32_kind::mpeg2, section), 0u);
}

} // namespace
} // namespace kam::simd
