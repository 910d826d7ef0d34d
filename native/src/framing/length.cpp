#include "framing/length.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <kamaelia/failure.hpp>

namespace kam::framing {

void length_splitter::feed(std::span<const uint8_t> input, const stamp &stamp) noexcept {
    input_ = input;
    input_stamp_ = stamp;
}

/// Reads what is missing of a length; false when the input is used up first.
bool length_splitter::header() {
    if (input_.empty()) return false;
    if (header_bytes_ == 0) stamp_ = input_stamp_;
    const auto count = static_cast<uint32_t>(std::min<std::size_t>(length_header_bytes - header_bytes_, input_.size()));
    std::memcpy(header_.data() + header_bytes_, input_.data(), count);
    header_bytes_ += count;
    offset_ += count;
    input_ = input_.subspan(count);
    if (header_bytes_ < length_header_bytes) return false;
    frame_bytes_ = length_get(header_.data());
    if (frame_bytes_ > length_max_)
        throw failure(KAM_E_INVALID, "at offset " + std::to_string(offset_ - length_header_bytes) +
                                         " of the stream a frame of " + std::to_string(frame_bytes_) +
                                         " bytes is announced, over length_max " + std::to_string(length_max_));
    header_bytes_ = 0;
    before_bytes_ = 0;
    inside_ = true;
    return true;
}

bool length_splitter::next(piece &out) {
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
