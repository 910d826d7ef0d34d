// "crc.append" and "crc.check": a CRC of 32 bits behind each chunk. Option of both: kind.
//
//   kind        CRC (simd/crc32.hpp)                      its four bytes
//   mpeg2       ISO/IEC 13818-1 Annex A                   most significant first, as in a section
//   ieee        IEEE 802.3                                least significant first, as in an Ethernet frame
//   castagnoli  CRC32C                                    least significant first, as in iSCSI
//
// crc.append: every chunk goes out with its CRC behind it, with its time, flags and tag.
//
// crc.check: a chunk whose last four bytes are the CRC of those before is good: it goes out with its time, flags and
// tag, without a copy, and without the CRC unless strip is no. All others, those under four bytes too, are bad. Option
// bad says what becomes of them: drop; flag (goes out as it came, its CRC too, with KAM_CHUNK_DISCONTINUITY set); fail
// (KAM_E_INVALID, a sentence with both values). Counters: good, bad.
#pragma once

#include <string>
#include <string_view>

#include <kamaelia/failure.hpp>

#include "simd/crc32.hpp"

namespace kam::crc {

inline constexpr uint32_t value_bytes = 4;
inline constexpr std::string_view kind_sentence =
    "mpeg2 (ISO 13818-1, most significant byte first), ieee (802.3) or castagnoli (CRC32C), least first.";

inline simd::crc32_kind kind_of(std::string_view text) {
    if (text == "mpeg2") return simd::crc32_kind::mpeg2;
    if (text == "ieee") return simd::crc32_kind::ieee;
    if (text == "castagnoli") return simd::crc32_kind::castagnoli;
    throw failure(KAM_E_INVALID, "kind '" + std::string(text) + "' is none of mpeg2, ieee, castagnoli");
}

inline void value_put(simd::crc32_kind kind, uint32_t value, uint8_t *to) noexcept {
    for (unsigned i = 0; i < value_bytes; ++i)
        to[i] = static_cast<uint8_t>(value >> 8 * (kind == simd::crc32_kind::mpeg2 ? 3 - i : i));
}

inline uint32_t value_get(simd::crc32_kind kind, const uint8_t *from) noexcept {
    uint32_t value = 0;
    for (unsigned i = 0; i < value_bytes; ++i)
        value |= static_cast<uint32_t>(from[i]) << 8 * (kind == simd::crc32_kind::mpeg2 ? 3 - i : i);
    return value;
}

} // namespace kam::crc
