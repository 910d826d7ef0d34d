// The three CRCs of 32 bits that media and storage use.
//
//   mpeg2       ISO/IEC 13818-1 Annex A: 0x04C11DB7, most significant bit first, all ones at the start, nothing at the
//               end. Over a section with its CRC it is 0. "123456789" gives 0x0376E6E7.
//   ieee        IEEE 802.3, zlib, PNG: the same polynomial, least significant bit first, all ones at the start and
//               flipped at the end. "123456789" gives 0xCBF43926.
//   castagnoli  CRC32C of iSCSI, SCTP, ext4: 0x1EDC6F41, otherwise as ieee. "123456789" gives 0xE3069283.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "simd/kernel.hpp"

namespace kam::simd {

enum class crc32_kind : uint8_t { mpeg2, ieee, castagnoli };

/// The register after these bytes, from what it was before them. Begins as crc32_begin and ends with crc32_end.
using crc32_fn = uint32_t(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept;

extern const kernel<crc32_fn> crc32_mpeg2;
extern const kernel<crc32_fn> crc32_ieee;
extern const kernel<crc32_fn> crc32_castagnoli;

inline constexpr uint32_t crc32_begin = 0xFFFFFFFFu;

/// The CRC, from the register after the last byte.
constexpr uint32_t crc32_end(crc32_kind kind, uint32_t state) noexcept {
    return kind == crc32_kind::mpeg2 ? state : ~state;
}

/// The kernel of a kind.
inline const kernel<crc32_fn> &crc32_kernel(crc32_kind kind) noexcept {
    if (kind == crc32_kind::mpeg2) return crc32_mpeg2;
    return kind == crc32_kind::ieee ? crc32_ieee : crc32_castagnoli;
}

/// The CRC of these bytes.
inline uint32_t crc32(crc32_kind kind, std::span<const uint8_t> bytes) noexcept {
    return crc32_end(kind, crc32_kernel(kind)(crc32_begin, bytes.data(), bytes.size()));
}

} // namespace kam::simd
