// XOR of two runs of bytes: the parity of FEC (SMPTE ST 2022-1 rows and columns, RAID 5).
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/kernel.hpp"

namespace kam::simd {

using xor_into_fn = void(uint8_t *to, const uint8_t *from, std::size_t count) noexcept;

void xor_into_plain(uint8_t *to, const uint8_t *from, std::size_t count) noexcept;

/// to[i] ^= from[i] for `count` bytes, which do not overlap. Any alignment.
extern const kernel<xor_into_fn> xor_into;

} // namespace kam::simd
