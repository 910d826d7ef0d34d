// Byte stuffing for chunker and dechunker: Kamaelia's Support/Data/Escape, on bytes.
//
// Wire. '%' (0x25) becomes "%25". Every byte that occurs in the sync becomes '%' and its value in lower-case hex
// without leading zeros: 'X' "%58", LF "%a". All other bytes stay. So nothing escaped ever holds a byte of the sync,
// and data grows to three times its length at worst.
//
// Reading back. At a '%': if the next byte is one hex digit that is the whole code of a byte below 16 of the sync, that
// byte; else if the next two are the code of a byte of the sync or "25", that byte; else the '%' stands for itself and
// reading goes on behind it. Upper-case hex is no code.
//
// A sync that would be read back wrongly is refused (KAM_E_INVALID): one that is empty or over 255 bytes; one that
// holds
// '%', a digit or a letter from a to f, for it would be found in codes; one that holds a byte below 16 whose code
// begins another code ("%2" begins "%25"; "%5" begins "%58").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "framing/byte_set.hpp"
#include "framing/escape_kernels.hpp"

namespace kam::framing {

/// The sync when none is given: 24 times 'X'.
inline constexpr std::string_view sync_default = "XXXXXXXXXXXXXXXXXXXXXXXX";

class escape_code {
public:
    /// What escape() may write, but not use, behind the last byte it gives.
    static constexpr std::size_t slack_bytes = 80;
    /// Room that escape() wants before it goes on: one block, all of it escaped, and the slack.
    static constexpr std::size_t room_bytes = escape_room_bytes;

    /// Throws kam::failure for a sync that cannot be used.
    explicit escape_code(std::string_view sync);

    using progress = escape_progress;
    /// Escapes until the input is used up or less than room_bytes of the output are left.
    progress escape(const uint8_t *in, const uint8_t *in_end, uint8_t *out, const uint8_t *out_end) const noexcept;
    /// Length of the input once escaped.
    std::size_t escaped_bytes(const uint8_t *in, std::size_t count) const noexcept;
    /// Needs room for `count` bytes, which must not be the input's own; returns the end of what it gave.
    uint8_t *unescape(const uint8_t *in, std::size_t count, uint8_t *out) const noexcept;

    /// The bytes of the sync.
    const byte_set &sync_bytes() const noexcept { return sync_; }

private:
    const uint8_t *unescape_one(const uint8_t *in, const uint8_t *end, uint8_t *&out) const noexcept;

    byte_set sync_;
    byte_set special_; // The sync's bytes and '%'.
    byte_set percent_;
    escape_tables tables_;
};

} // namespace kam::framing
