// CRC-32 by polynomial multiplication on arm64: crc32_x86.cpp's 128-bit form, with NEON's words.
#include "simd/crc32_polynomial.hpp"

#if KAM_SIMD_ARM64
#include <arm_neon.h>

namespace kam::simd::crc {
namespace {

KAM_TARGET_INLINE(KAM_ISA_ARM64_CRYPTO) uint64x2_t product(uint64_t a, uint64_t b) noexcept {
    return vreinterpretq_u64_p128(vmull_p64(a, b));
}

/// The message's next 16 bytes as the arithmetic wants them.
template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_ARM64_CRYPTO)
uint64x2_t load(const uint8_t *at) noexcept {
    const uint8x16_t bytes = vld1q_u8(at);
    if constexpr (polynomial<kind>::is_reflected) return vreinterpretq_u64_u8(bytes);
    const uint8x16_t halves = vrev64q_u8(bytes);
    return vreinterpretq_u64_u8(vextq_u8(halves, halves, 8));
}

KAM_TARGET_INLINE(KAM_ISA_ARM64_CRYPTO) uint64x2_t folded(uint64x2_t value, factors by, uint64x2_t onto) noexcept {
    return veorq_u64(veorq_u64(product(vgetq_lane_u64(value, 0), by.low), product(vgetq_lane_u64(value, 1), by.high)),
                     onto);
}

/// Whole registers are folded; what is left of them and the odd end go through the tables.
template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_ARM64_CRYPTO)
uint32_t by_pmull(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    using poly = polynomial<kind>;
    if (count < 64) return by_tables<kind>(state, bytes, count);
    constexpr factors by1 = poly::fold(128), by4 = poly::fold(512);
    const uint8_t *end = bytes + count;
    uint64x2_t a = load<kind>(bytes), b = load<kind>(bytes + 16), c = load<kind>(bytes + 32),
               d = load<kind>(bytes + 48);
    const uint64x2_t old = poly::is_reflected ? vcombine_u64(vcreate_u64(state), vcreate_u64(0))
                                              : vcombine_u64(vcreate_u64(0), vcreate_u64(uint64_t{state} << 32));
    a = veorq_u64(a, old);
    for (bytes += 64; end - bytes >= 64; bytes += 64) {
        a = folded(a, by4, load<kind>(bytes));
        b = folded(b, by4, load<kind>(bytes + 16));
        c = folded(c, by4, load<kind>(bytes + 32));
        d = folded(d, by4, load<kind>(bytes + 48));
    }
    a = folded(folded(folded(a, by1, b), by1, c), by1, d);
    for (; end - bytes >= 16; bytes += 16) a = folded(a, by1, load<kind>(bytes));
    uint8x16_t left = vreinterpretq_u8_u64(a);
    if constexpr (!poly::is_reflected) {
        left = vrev64q_u8(left);
        left = vextq_u8(left, left, 8);
    }
    uint8_t rest[16];
    vst1q_u8(rest, left);
    return by_tables<kind>(by_tables<kind>(0, rest, 16), bytes, static_cast<std::size_t>(end - bytes));
}

} // namespace

KAM_TARGET(KAM_ISA_ARM64_CRYPTO)
uint32_t pmull_mpeg2(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_pmull<crc32_kind::mpeg2>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_ARM64_CRYPTO) uint32_t pmull_ieee(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_pmull<crc32_kind::ieee>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_ARM64_CRYPTO)
uint32_t pmull_castagnoli(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_pmull<crc32_kind::castagnoli>(state, bytes, count);
}

} // namespace kam::simd::crc
#endif
