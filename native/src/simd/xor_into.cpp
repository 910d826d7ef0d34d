#include "simd/xor_into.hpp"

#include <cstring>

#if KAM_SIMD_X86
#include "simd/x86.hpp"
#elif KAM_SIMD_ARM64
#include <arm_neon.h>
#endif

namespace kam::simd {

void xor_into_plain(uint8_t *to, const uint8_t *from, std::size_t count) noexcept {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t a, b;
        std::memcpy(&a, to + i, 8);
        std::memcpy(&b, from + i, 8);
        a ^= b;
        std::memcpy(to + i, &a, 8);
    }
    for (; i < count; ++i) to[i] ^= from[i];
}

namespace {

#if KAM_SIMD_X86

KAM_TARGET_INLINE(KAM_ISA_AVX2) __m256i load(const uint8_t *at) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at));
}
KAM_TARGET_INLINE(KAM_ISA_AVX2) void store(uint8_t *at, __m256i value) noexcept {
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(at), value);
}

// Four registers a round hide the loads' latency. The rest of a run is never shorter than a register unless the run
// is: its last register overlaps what is done, so it is read before anything is written.
KAM_TARGET(KAM_ISA_AVX2)
void xor_into_avx2(uint8_t *to, const uint8_t *from, std::size_t count) noexcept {
    if (count < 32) return xor_into_plain(to, from, count);
    const __m256i last = _mm256_xor_si256(load(to + count - 32), load(from + count - 32));
    std::size_t i = 0;
    for (; i + 128 <= count; i += 128) {
        const __m256i a = _mm256_xor_si256(load(to + i), load(from + i));
        const __m256i b = _mm256_xor_si256(load(to + i + 32), load(from + i + 32));
        const __m256i c = _mm256_xor_si256(load(to + i + 64), load(from + i + 64));
        const __m256i d = _mm256_xor_si256(load(to + i + 96), load(from + i + 96));
        store(to + i, a);
        store(to + i + 32, b);
        store(to + i + 64, c);
        store(to + i + 96, d);
    }
    for (; i + 32 <= count; i += 32) store(to + i, _mm256_xor_si256(load(to + i), load(from + i)));
    store(to + count - 32, last);
}

KAM_TARGET(KAM_ISA_AVX512)
void xor_into_avx512(uint8_t *to, const uint8_t *from, std::size_t count) noexcept {
    std::size_t i = 0;
    for (; i + 256 <= count; i += 256) {
        const __m512i a = _mm512_xor_si512(_mm512_loadu_si512(to + i), _mm512_loadu_si512(from + i));
        const __m512i b = _mm512_xor_si512(_mm512_loadu_si512(to + i + 64), _mm512_loadu_si512(from + i + 64));
        const __m512i c = _mm512_xor_si512(_mm512_loadu_si512(to + i + 128), _mm512_loadu_si512(from + i + 128));
        const __m512i d = _mm512_xor_si512(_mm512_loadu_si512(to + i + 192), _mm512_loadu_si512(from + i + 192));
        _mm512_storeu_si512(to + i, a);
        _mm512_storeu_si512(to + i + 64, b);
        _mm512_storeu_si512(to + i + 128, c);
        _mm512_storeu_si512(to + i + 192, d);
    }
    for (; i + 64 <= count; i += 64)
        _mm512_storeu_si512(to + i, _mm512_xor_si512(_mm512_loadu_si512(to + i), _mm512_loadu_si512(from + i)));
    if (i == count) return;
    const __mmask64 rest = _bzhi_u64(~0ull, static_cast<unsigned>(count - i));
    const __m512i left = _mm512_maskz_loadu_epi8(rest, to + i);
    _mm512_mask_storeu_epi8(to + i, rest, _mm512_xor_si512(left, _mm512_maskz_loadu_epi8(rest, from + i)));
}

#elif KAM_SIMD_ARM64

void xor_into_neon(uint8_t *to, const uint8_t *from, std::size_t count) noexcept {
    std::size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        const uint8x16x4_t a = vld1q_u8_x4(to + i);
        const uint8x16x4_t b = vld1q_u8_x4(from + i);
        vst1q_u8(to + i, veorq_u8(a.val[0], b.val[0]));
        vst1q_u8(to + i + 16, veorq_u8(a.val[1], b.val[1]));
        vst1q_u8(to + i + 32, veorq_u8(a.val[2], b.val[2]));
        vst1q_u8(to + i + 48, veorq_u8(a.val[3], b.val[3]));
    }
    xor_into_plain(to + i, from + i, count - i);
}

#endif

constexpr variant<xor_into_fn> xor_into_variants[] = {
#if KAM_SIMD_X86
    {"avx512", fact::avx512, xor_into_avx512},
    {"avx2", fact::avx2, xor_into_avx2},
#elif KAM_SIMD_ARM64
    {"neon", fact::neon, xor_into_neon},
#endif
    {"plain", fact::none, xor_into_plain},
};

} // namespace

const kernel<xor_into_fn> xor_into(xor_into_variants);

} // namespace kam::simd
