// A set of PIDs and its text: "256,0x1ffb,100-200".
#pragma once

#include <bitset>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <kamaelia/failure.hpp>

#include "ts/aligner.hpp"

namespace kam::ts {

using pid_set = std::bitset<pid_count>;

namespace detail {
/// Decimal digits, or 0x and hexadecimal ones; the whole text.
inline std::optional<uint32_t> pid_parse(std::string_view text) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex) text.remove_prefix(2);
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    if (error != std::errc{} || end != text.data() + text.size() || value >= pid_count) return {};
    return value;
}
} // namespace detail

/// Throws kam::failure for what is no list of PIDs.
inline pid_set pids_parse(std::string_view text) {
    pid_set pids;
    std::string_view rest = text;
    while (true) {
        const std::size_t comma = rest.find(',');
        const std::string_view word = rest.substr(0, comma);
        const std::size_t dash = word.find('-');
        const auto first = detail::pid_parse(word.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : detail::pid_parse(word.substr(dash + 1));
        if (!first || !last || *first > *last)
            throw failure(KAM_E_INVALID, "option pids='" + std::string(text) + "': '" + std::string(word) +
                                             "' is no PID, 0 to 8191 or 0x1fff, and no range of them");
        for (uint32_t pid = *first; pid <= *last; ++pid) pids.set(pid);
        if (comma == std::string_view::npos) return pids;
        rest.remove_prefix(comma + 1);
    }
}

} // namespace kam::ts
