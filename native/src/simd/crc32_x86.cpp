// CRC-32 by carry-less multiplication: see crc32_polynomial.hpp for the arithmetic.
//
// Nothing but zeros may be put before a message, for they change no remainder; so every message is padded in front to
// whole registers, and there is no rest at its end. The register's old value is added to the message's first four
// bytes, wherever these have come to stand.
#include "simd/crc32_polynomial.hpp"

#if KAM_SIMD_X86
#include "simd/x86.hpp"

#define KAM_ISA_CRC KAM_ISA_V2_PCLMUL
#define KAM_ISA_CRC_WIDE KAM_ISA_AVX512_VBMI2 ",pclmul,vpclmulqdq"

namespace kam::simd::crc {
namespace {

KAM_TARGET_INLINE(KAM_ISA_CRC) __m128i load(const void *at) noexcept {
    return _mm_loadu_si128(static_cast<const __m128i *>(at));
}

/// As the arithmetic wants it: the byte with the highest powers at the end that its bits have them.
template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC)
__m128i in_order(__m128i bytes) noexcept {
    if constexpr (polynomial<kind>::is_reflected) return bytes;
    return _mm_shuffle_epi8(bytes, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

KAM_TARGET_INLINE(KAM_ISA_CRC) __m128i folded(__m128i value, __m128i factors, __m128i onto) noexcept {
    return _mm_xor_si128(
        _mm_xor_si128(_mm_clmulepi64_si128(value, factors, 0x00), _mm_clmulepi64_si128(value, factors, 0x11)), onto);
}

template <crc32_kind kind, unsigned distance>
KAM_TARGET_INLINE(KAM_ISA_CRC)
__m128i factors_of() noexcept {
    constexpr factors made = polynomial<kind>::fold(distance);
    return _mm_set_epi64x(static_cast<int64_t>(made.high), static_cast<int64_t>(made.low));
}

/// 128 bits times x^32, mod P. First to 96 bits, then to 64, then by Barrett to 32.
template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC)
uint32_t reduced(__m128i value) noexcept {
    using poly = polynomial<kind>;
    constexpr uint64_t x96 = poly::factor(96), x64 = poly::factor(64);
    constexpr factors barrett = poly::barrett();
    const __m128i by = _mm_set_epi64x(static_cast<int64_t>(x64), static_cast<int64_t>(x96));
    const __m128i divide =
        _mm_set_epi64x(static_cast<int64_t>(barrett.high), static_cast<int64_t>(barrett.low)); // P, then the quotient.
    if constexpr (poly::is_reflected) {
        const __m128i later = _mm_slli_si128(_mm_srli_si128(value, 8), 4);
        const __m128i bits96 = _mm_xor_si128(_mm_clmulepi64_si128(value, by, 0x00), later);
        const __m128i bits64 = _mm_xor_si128(_mm_clmulepi64_si128(bits96, by, 0x10), bits96);
        const __m128i rest = _mm_srli_si128(bits64, 8);
        const __m128i low = _mm_set_epi32(0, 0, 0, -1);
        const __m128i quotient = _mm_and_si128(_mm_clmulepi64_si128(_mm_and_si128(rest, low), divide, 0x10), low);
        return static_cast<uint32_t>(
            _mm_extract_epi32(_mm_xor_si128(_mm_clmulepi64_si128(quotient, divide, 0x00), rest), 1));
    } else {
        const __m128i later = _mm_srli_si128(_mm_slli_si128(value, 8), 4);
        const __m128i bits96 = _mm_xor_si128(_mm_clmulepi64_si128(value, by, 0x01), later);
        // Its upper half holds the 32 highest bits.
        const __m128i rest = _mm_xor_si128(_mm_clmulepi64_si128(bits96, by, 0x11), bits96);
        const __m128i high = _mm_srli_epi64(rest, 32);
        const __m128i quotient = _mm_srli_epi64(_mm_clmulepi64_si128(high, divide, 0x10), 32);
        return static_cast<uint32_t>(
            _mm_cvtsi128_si32(_mm_xor_si128(_mm_clmulepi64_si128(quotient, divide, 0x00), rest)));
    }
}

/// The register's value as the four bytes that it is added to, lowest first.
template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC)
uint32_t as_bytes(uint32_t state) noexcept {
    return polynomial<kind>::is_reflected ? state : __builtin_bswap32(state);
}

template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC)
uint32_t by_pclmul(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    if (count < 16) return by_tables<kind>(state, bytes, count);
    // Shuffles: 16 that give zero, then the bytes in their order, then 16 that give zero.
    alignas(16) static constexpr int8_t moves[48] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                                     0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                                     -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    const __m128i old = _mm_cvtsi32_si128(static_cast<int>(as_bytes<kind>(state)));
    const std::size_t odd = count % 16;
    __m128i a = _mm_xor_si128(load(bytes), old);
    if (odd) { // The first odd bytes at the end of a register of zeros; what was not added yet falls to the next.
        a = _mm_shuffle_epi8(a, load(moves + odd));
        const __m128i next = _mm_xor_si128(load(bytes + odd), _mm_shuffle_epi8(old, load(moves + 16 + odd)));
        a = folded(in_order<kind>(a), factors_of<kind, 128>(), in_order<kind>(next));
    } else {
        a = in_order<kind>(a);
    }
    const uint8_t *at = bytes + odd + 16;
    const uint8_t *end = bytes + count;
    const __m128i by1 = factors_of<kind, 128>();
    if (end - at >= 112) {
        const __m128i by4 = factors_of<kind, 512>();
        __m128i b = in_order<kind>(load(at)), c = in_order<kind>(load(at + 16)), d = in_order<kind>(load(at + 32));
        for (at += 48; end - at >= 64; at += 64) {
            a = folded(a, by4, in_order<kind>(load(at)));
            b = folded(b, by4, in_order<kind>(load(at + 16)));
            c = folded(c, by4, in_order<kind>(load(at + 32)));
            d = folded(d, by4, in_order<kind>(load(at + 48)));
        }
        b = folded(a, by1, b);
        c = folded(b, by1, c);
        a = folded(c, by1, d);
    }
    for (; at != end; at += 16) a = folded(a, by1, in_order<kind>(load(at)));
    return reduced<kind>(a);
}

template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC_WIDE)
__m512i wide_in_order(__m512i bytes) noexcept {
    if constexpr (polynomial<kind>::is_reflected) return bytes;
    return _mm512_shuffle_epi8(
        bytes, _mm512_broadcast_i32x4(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
}

template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC_WIDE)
__m512i wide_load(const uint8_t *at) noexcept {
    return wide_in_order<kind>(_mm512_loadu_si512(at));
}

KAM_TARGET_INLINE(KAM_ISA_CRC_WIDE) __m512i wide_folded(__m512i value, __m512i factors, __m512i onto) noexcept {
    constexpr int xor_of_three = 0x96;
    return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(value, factors, 0x00),
                                     _mm512_clmulepi64_epi128(value, factors, 0x11), onto, xor_of_three);
}

/// The four registers of 128 bits as one.
template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC_WIDE)
__m128i narrowed(__m512i value) noexcept {
    const __m128i by0 = factors_of<kind, 384>(), by1 = factors_of<kind, 256>(), by2 = factors_of<kind, 128>();
    __m512i by = _mm512_zextsi128_si512(by0);
    by = _mm512_inserti32x4(by, by1, 1);
    by = _mm512_inserti32x4(by, by2, 2);
    const __m512i last = _mm512_maskz_mov_epi64(0xC0, value); // Nothing is behind it.
    const __m512i moved = wide_folded(value, by, last);
    const __m256i half = _mm256_xor_si256(_mm512_castsi512_si256(moved), _mm512_extracti64x4_epi64(moved, 1));
    return _mm_xor_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

template <crc32_kind kind>
KAM_TARGET_INLINE(KAM_ISA_CRC_WIDE)
uint32_t by_vpclmul(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    if (count < 64) return by_pclmul<kind>(state, bytes, count);
    const uint32_t old = as_bytes<kind>(state);
    const std::size_t odd = count % 64;
    const uint8_t *end = bytes + count;
    const uint8_t *at = bytes;
    const __m512i old_first = _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(old)));
    const __m512i by1 = _mm512_broadcast_i32x4(factors_of<kind, 512>());
    __m512i a;
    if (odd) {
        // Loaded whole and moved up: a load that masks out what lies before the message takes a microcode assist of
        // hundreds of ns where the page before is not mapped.
        const __mmask64 mask = ~0ull << (64 - odd);
        const __m512i first = _mm512_xor_si512(_mm512_loadu_si512(bytes), old_first);
        a = wide_in_order<kind>(_mm512_maskz_expand_epi8(mask, first));
        // What of the old value did not find room goes to the next.
        const uint32_t left = odd < 4 ? old >> 8 * odd : 0;
        const __m512i next = _mm512_xor_si512(_mm512_loadu_si512(bytes + odd),
                                              _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(left))));
        a = wide_folded(a, by1, wide_in_order<kind>(next));
        at += odd + 64;
    } else {
        a = wide_in_order<kind>(_mm512_xor_si512(_mm512_loadu_si512(bytes), old_first));
        at += 64;
    }
    if (end - at >= 448) {
        const __m512i by4 = _mm512_broadcast_i32x4(factors_of<kind, 2048>());
        __m512i b = wide_load<kind>(at), c = wide_load<kind>(at + 64), d = wide_load<kind>(at + 128);
        for (at += 192; end - at >= 256; at += 256) {
            a = wide_folded(a, by4, wide_load<kind>(at));
            b = wide_folded(b, by4, wide_load<kind>(at + 64));
            c = wide_folded(c, by4, wide_load<kind>(at + 128));
            d = wide_folded(d, by4, wide_load<kind>(at + 192));
        }
        b = wide_folded(a, by1, b);
        c = wide_folded(b, by1, c);
        a = wide_folded(c, by1, d);
    }
    for (; at != end; at += 64) a = wide_folded(a, by1, wide_load<kind>(at));
    return reduced<kind>(narrowed<kind>(a));
}

} // namespace

KAM_TARGET(KAM_ISA_CRC) uint32_t pclmul_mpeg2(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_pclmul<crc32_kind::mpeg2>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_CRC) uint32_t pclmul_ieee(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_pclmul<crc32_kind::ieee>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_CRC) uint32_t pclmul_castagnoli(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_pclmul<crc32_kind::castagnoli>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_CRC_WIDE) uint32_t vpclmul_mpeg2(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_vpclmul<crc32_kind::mpeg2>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_CRC_WIDE) uint32_t vpclmul_ieee(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_vpclmul<crc32_kind::ieee>(state, bytes, count);
}
KAM_TARGET(KAM_ISA_CRC_WIDE)
uint32_t vpclmul_castagnoli(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    return by_vpclmul<crc32_kind::castagnoli>(state, bytes, count);
}

} // namespace kam::simd::crc
#endif
