// Bytes for tests: literals with zeros in them, spans of strings, and seeded random data.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kam::test {

inline std::span<const uint8_t> span_of(std::string_view text) {
    return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}
inline std::string string_of(std::span<const uint8_t> bytes) {
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

/// "58 0a" as bytes.
inline std::string hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size();) {
        if (digits[i] == ' ') {
            ++i;
            continue;
        }
        bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
        i += 2;
    }
    return bytes;
}

/// Seeded: a failure can be run again.
class dice {
public:
    explicit dice(uint32_t seed) : engine_(seed) {}
    /// From 0 to most.
    uint32_t upto(uint32_t most) { return std::uniform_int_distribution<uint32_t>(0, most)(engine_); }
    std::string bytes(std::size_t count) {
        std::string text;
        for (; count; --count) text += static_cast<char>(upto(255));
        return text;
    }
    std::string bytes_of(std::string_view alphabet, std::size_t count) {
        std::string text;
        for (; count; --count) text += alphabet[upto(static_cast<uint32_t>(alphabet.size() - 1))];
        return text;
    }
    /// The text in pieces of 1 to `most` bytes.
    std::vector<std::string> cut(std::string_view text, uint32_t most) {
        std::vector<std::string> pieces;
        while (!text.empty()) {
            const std::string_view piece = text.substr(0, 1 + upto(most - 1));
            pieces.emplace_back(piece);
            text.remove_prefix(piece.size());
        }
        return pieces;
    }

private:
    std::mt19937 engine_;
};

} // namespace kam::test
