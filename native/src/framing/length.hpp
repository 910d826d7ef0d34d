// The stream of "length.frame" and "length.deframe": each payload behind its length.
//
// Wire, for each frame: the payload's length in four bytes, the most significant first; then the payload.
//
// length.frame: every chunk becomes one frame, with its time, flags and tag. One longer than length_max is a fault
// (KAM_E_INVALID) that names length and limit: the other side would refuse it. Counter: frames.
//
// length.deframe: reads a stream of bytes that may be cut anywhere into chunks and sends each payload as one chunk,
// without a copy when the frame's payload lies within one input chunk. A payload has the time, flags and tag of the
// input chunk that held the first byte of its length. A frame of length 0 is an empty chunk. A length over length_max
// is a fault (KAM_E_INVALID) that names the stream offset of the length's first byte, the length and the limit: there
// is no way to find the next frame. What went before it has been sent. When the input has ended in the middle of a
// frame, what is there of it is dropped and counted. Counters: frames (sent), short (0 or 1).
//
// Option of both: length_max, 1 to 4294967295, default 16Mi.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "framing/stamp.hpp"

namespace kam::framing {

inline constexpr uint32_t length_header_bytes = 4;

constexpr void length_put(uint32_t length, uint8_t *to) noexcept {
    to[0] = static_cast<uint8_t>(length >> 24);
    to[1] = static_cast<uint8_t>(length >> 16);
    to[2] = static_cast<uint8_t>(length >> 8);
    to[3] = static_cast<uint8_t>(length);
}

constexpr uint32_t length_get(const uint8_t *from) noexcept {
    return static_cast<uint32_t>(from[0]) << 24 | static_cast<uint32_t>(from[1]) << 16 |
           static_cast<uint32_t>(from[2]) << 8 | from[3];
}

/// Cuts a stream at its lengths.
class length_splitter {
public:
    explicit length_splitter(uint32_t length_max) noexcept : length_max_(length_max) {}

    /// Some of a frame's payload; all of it when before_bytes is 0 and bytes has frame_bytes.
    struct piece {
        uint32_t frame_bytes;
        uint32_t before_bytes; ///< How many of the payload came in earlier pieces.
        std::span<const uint8_t> bytes;
        framing::stamp stamp;
        bool last() const noexcept { return before_bytes + bytes.size() == frame_bytes; }
    };

    /// The input is borrowed until next() has said false.
    void feed(std::span<const uint8_t> input, const stamp &stamp) noexcept;
    /// The next piece; false: more input is wanted. Throws kam::failure for a length over the limit.
    bool next(piece &out);
    /// Bytes of the input that have not been read yet.
    std::size_t rest_bytes() const noexcept { return input_.size(); }
    /// True in the middle of a frame.
    bool begun() const noexcept { return header_bytes_ != 0 || inside_; }

private:
    /// Reads what is missing of a length; false when the input is used up first.
    bool header();
    [[noreturn]] void refuse() const;

    uint32_t length_max_;
    uint64_t offset_ = 0; ///< Of the next byte in the stream.
    std::span<const uint8_t> input_;
    stamp input_stamp_;
    stamp stamp_;
    std::array<uint8_t, length_header_bytes> header_{};
    uint32_t header_bytes_ = 0;
    uint32_t frame_bytes_ = 0;
    uint32_t before_bytes_ = 0;
    bool inside_ = false;
};

// Inline: a call for each part of a frame costs as much as the rest.
inline void length_splitter::feed(std::span<const uint8_t> input, const stamp &stamp) noexcept {
    input_ = input;
    input_stamp_ = stamp;
}

inline bool length_splitter::header() {
    if (input_.empty()) return false;
    if (header_bytes_ == 0) stamp_ = input_stamp_;
    const auto count = static_cast<uint32_t>(std::min<std::size_t>(length_header_bytes - header_bytes_, input_.size()));
    std::memcpy(header_.data() + header_bytes_, input_.data(), count);
    header_bytes_ += count;
    offset_ += count;
    input_ = input_.subspan(count);
    if (header_bytes_ < length_header_bytes) return false;
    frame_bytes_ = length_get(header_.data());
    if (frame_bytes_ > length_max_) refuse();
    header_bytes_ = 0;
    before_bytes_ = 0;
    inside_ = true;
    return true;
}

inline bool length_splitter::next(piece &out) {
    if (!inside_ && !header()) return false;
    const std::size_t count = std::min<std::size_t>(frame_bytes_ - before_bytes_, input_.size());
    if (!count && frame_bytes_) return false;
    out = {frame_bytes_, before_bytes_, input_.first(count), stamp_};
    input_ = input_.subspan(count);
    offset_ += count;
    before_bytes_ += static_cast<uint32_t>(count);
    inside_ = before_bytes_ < frame_bytes_;
    return true;
}

} // namespace kam::framing
