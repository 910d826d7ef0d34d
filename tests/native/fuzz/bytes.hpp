// Choices read off the front of a fuzzer's input, so that what it changes is structure and not only bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kam::fuzz {

class input {
public:
    input(const uint8_t *data, std::size_t bytes) : left_(data, bytes) {}

    bool empty() const { return left_.empty(); }
    /// 0 when nothing is left.
    uint8_t byte() {
        if (left_.empty()) return 0;
        const uint8_t first = left_.front();
        left_ = left_.subspan(1);
        return first;
    }
    uint32_t below(uint32_t n) { return byte() % n; }
    uint64_t number(uint32_t bytes) {
        uint64_t made = 0;
        for (uint32_t i = 0; i < bytes; ++i) made = made << 8 | byte();
        return made;
    }
    /// So many bytes, or what is left.
    std::string_view take(std::size_t bytes) {
        const std::size_t count = bytes < left_.size() ? bytes : left_.size();
        const std::string_view made(reinterpret_cast<const char *>(left_.data()), count);
        left_ = left_.subspan(count);
        return made;
    }
    std::string_view rest() { return take(left_.size()); }
    /// All up to a zero byte, which is taken too.
    std::string_view word() {
        const std::string_view all(reinterpret_cast<const char *>(left_.data()), left_.size());
        const std::string_view found = take(all.find('\0'));
        byte();
        return found;
    }

private:
    std::span<const uint8_t> left_;
};

} // namespace kam::fuzz
