#include "framing/frame.hpp"

#include <charconv>
#include <cstring>

namespace kam::framing {
namespace {

constexpr bool is_space(uint8_t c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

const uint8_t *skip_space(const uint8_t *at, const uint8_t *end) {
    while (at != end && is_space(*at)) ++at;
    return at;
}

/// Digits from `at` on; stays at UINT64_MAX when they are too many. NULL when there is not one.
const uint8_t *number(const uint8_t *at, const uint8_t *end, uint64_t &value) {
    const uint8_t *first = at;
    value = 0;
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
        const unsigned digit = *at - static_cast<unsigned>('0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    return at == first ? nullptr : at;
}

} // namespace

std::size_t frame_header_put(uint32_t tag, uint32_t data_bytes, std::span<char, frame_header_bytes_max> out) noexcept {
    char *end = out.data() + out.size();
    char *at = std::to_chars(out.data(), end, tag).ptr;
    *at++ = ' ';
    at = std::to_chars(at, end, data_bytes).ptr;
    *at++ = '\n';
    return static_cast<std::size_t>(at - out.data());
}

frame_view frame_parse(std::span<const uint8_t> bytes) noexcept {
    constexpr frame_view malformed{frame_state::malformed, 0, 0, 0};
    const uint8_t *at = bytes.data();
    const auto *lf = bytes.empty() ? nullptr : static_cast<const uint8_t *>(std::memchr(at, '\n', bytes.size()));
    if (!lf) return malformed;
    uint64_t tag;
    uint64_t length;
    const uint8_t *tag_end = number(skip_space(at, lf), lf, tag);
    if (!tag_end || tag > UINT32_MAX) return malformed;
    const uint8_t *length_first = skip_space(tag_end, lf);
    const uint8_t *length_end = length_first == tag_end ? nullptr : number(length_first, lf, length);
    if (!length_end || skip_space(length_end, lf) != lf) return malformed;
    const auto offset = static_cast<uint32_t>(lf + 1 - at);
    if (length > bytes.size() - offset) return {frame_state::cut, 0, 0, 0};
    return {frame_state::good, static_cast<uint32_t>(tag), offset, static_cast<uint32_t>(length)};
}

} // namespace kam::framing
