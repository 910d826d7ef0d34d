// The frame of "framer" and "deframer": Kamaelia's Protocol/Framing SimpleFrame, on bytes.
//
// Wire: <tag> SP <length> LF <data>. Tag and length in decimal without leading zeros; length is that of the data.
//
// framer: every chunk becomes one frame. Tag: the chunk's `tag`, 0 to 4294967295. Time, flags and tag of the chunk go
// to the frame's chunk. An empty chunk becomes a frame of length 0. Counter: frames.
//
// deframer: every chunk is one frame (it puts no stream together: that is dechunker's job) and becomes one chunk: its
// data, without a copy, with the time and flags of the chunk it came in and `tag` as it says. Read so:
//   * The header is all before the first LF: exactly two numbers, each with white space around it or not (space, tab,
//     CR, VT, FF), parted by at least one. A number is one or more decimal digits, leading zeros allowed; a tag over
//     4294967295, a sign, or anything else makes the frame malformed, as does a missing LF.
//   * A length greater than the bytes behind the LF makes it short, however large the number is.
//   * Bytes behind the data are ignored.
// Malformed and short frames are dropped and counted. Counters: frames (sent), malformed, short.
// Where the original differs: it takes negative numbers, and one malformed frame ends the whole system.
//
// Both take and send one message at a time in order, end when their input has ended, and wait when there is no room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace kam::framing {

/// Room for "4294967295 4294967295\n".
inline constexpr std::size_t frame_header_bytes_max = 22;

/// Writes the header; returns its length.
std::size_t frame_header_put(uint32_t tag, uint32_t data_bytes, std::span<char, frame_header_bytes_max> out) noexcept;

enum class frame_state { good, malformed, cut };

struct frame_view {
    frame_state state;
    uint32_t tag;
    uint32_t data_offset; ///< From the first byte of the header.
    uint32_t data_bytes;
};

/// Reads one whole frame of less than 4 GiB. Tag, offset and length mean something only when it is good.
frame_view frame_parse(std::span<const uint8_t> bytes) noexcept;

} // namespace kam::framing
