// The inner loops of escape.cpp for machines with wide vectors. Each does whole blocks as long as there is enough ahead
// of it, and leaves the rest to the plain loops; so the plain kernel does nothing.
#pragma once

#include <array>
#include <cstdint>

#include "simd/kernel.hpp"

namespace kam::framing {

struct escape_progress {
    const uint8_t *in;
    uint8_t *out;
};

/// What the loops know of a sync, when it and '%' are at most four different bytes.
struct escape_tables {
    struct code {
        char text[4];
    };
    std::array<code, 256> codes{};         ///< What each byte is written as; itself if it is not special.
    std::array<uint8_t, 256> code_bytes{}; ///< How much of that counts.
    std::array<uint8_t, 4> special{};      ///< The sync's bytes and '%'; some may stand there twice.
    bool all_of_three = true;              ///< Every code has two digits.
};

/// Room that the kernel wants in front of it: a block of which every byte is escaped, and what it writes behind.
inline constexpr std::size_t escape_room_bytes = 3 * 64 + 80;

using escape_fn = escape_progress(const escape_tables &, escape_progress at, const uint8_t *in_end,
                                  const uint8_t *out_end) noexcept;
using unescape_fn = escape_progress(const escape_tables &, escape_progress at, const uint8_t *in_end) noexcept;

/// Escapes blocks of 64 bytes while 130 of the input and escape_room_bytes of the output are there.
extern const simd::kernel<escape_fn> escape_blocks;
/// Reads blocks of 64 bytes back while 66 of the input are there; the output has room for all of the input. Only for
/// tables whose codes are all of three bytes.
extern const simd::kernel<unescape_fn> unescape_blocks;

} // namespace kam::framing
