#include "simd/crc32.hpp"

#include "simd/crc32_polynomial.hpp"

#if KAM_SIMD_X86
#include "simd/x86.hpp"
#endif

namespace kam::simd {
namespace {

// The CRC32C instruction, for machines that cannot fold: one chain of it is slower.
#if KAM_SIMD_X86

KAM_TARGET(KAM_ISA_V2)
uint32_t castagnoli_by_instruction(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    uint64_t wide = state;
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t eight;
        std::memcpy(&eight, bytes, 8);
        wide = _mm_crc32_u64(wide, eight);
    }
    state = static_cast<uint32_t>(wide);
    for (; count; ++bytes, --count) state = _mm_crc32_u8(state, *bytes);
    return state;
}

#endif

constexpr variant<crc32_fn> mpeg2_variants[] = {
#if KAM_SIMD_X86
    {"vpclmul", fact::vpclmul | fact::vbmi2, crc::vpclmul_mpeg2},
    {"pclmul", fact::v2 | fact::pclmul, crc::pclmul_mpeg2},
#elif KAM_SIMD_ARM64
    {"pmull", fact::pmull, crc::pmull_mpeg2},
#endif
    {"plain", fact::none, crc::by_tables<crc32_kind::mpeg2>},
};

constexpr variant<crc32_fn> ieee_variants[] = {
#if KAM_SIMD_X86
    {"vpclmul", fact::vpclmul | fact::vbmi2, crc::vpclmul_ieee},
    {"pclmul", fact::v2 | fact::pclmul, crc::pclmul_ieee},
#elif KAM_SIMD_ARM64
    {"pmull", fact::pmull, crc::pmull_ieee},
#endif
    {"plain", fact::none, crc::by_tables<crc32_kind::ieee>},
};

constexpr variant<crc32_fn> castagnoli_variants[] = {
#if KAM_SIMD_X86
    {"vpclmul", fact::vpclmul | fact::vbmi2, crc::vpclmul_castagnoli},
    {"pclmul", fact::v2 | fact::pclmul, crc::pclmul_castagnoli},
    {"sse4.2", fact::v2, castagnoli_by_instruction},
#elif KAM_SIMD_ARM64
    {"pmull", fact::pmull, crc::pmull_castagnoli},
#endif
    {"plain", fact::none, crc::by_tables<crc32_kind::castagnoli>},
};

} // namespace

const kernel<crc32_fn> crc32_mpeg2(mpeg2_variants);
const kernel<crc32_fn> crc32_ieee(ieee_variants);
const kernel<crc32_fn> crc32_castagnoli(castagnoli_variants);

} // namespace kam::simd
