// Options as text: how each kind is read, and the reader a component's constructor is given. Header-only, C++20.
#ifndef KAMAELIA_OPTION_HPP
#define KAMAELIA_OPTION_HPP

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "kamaelia/component.h"
#include "kamaelia/failure.hpp"

namespace kam {

struct address {
    std::string host; ///< Without the brackets of an IPv6 address; empty: any.
    uint16_t port;
};

namespace detail {

struct unit {
    std::string_view suffix;
    int64_t factor;
};

inline constexpr unit count_units[] = {{"", 1},
                                       {"k", 1'000},
                                       {"K", 1'000},
                                       {"M", 1'000'000},
                                       {"G", 1'000'000'000},
                                       {"Ki", 1 << 10},
                                       {"Mi", 1 << 20},
                                       {"Gi", 1ll << 30}};
inline constexpr unit rate_units[] = {{"", 1}, {"k", 1'000}, {"K", 1'000}, {"M", 1'000'000}, {"G", 1'000'000'000}};
inline constexpr unit time_units[] = {{"ns", 1}, {"us", 1'000}, {"ms", 1'000'000}, {"s", 1'000'000'000}};

/// Decimal digits from the front of `text`; they are removed from it. Empty when there are none or they overflow.
inline std::optional<int64_t> digits_take(std::string_view &text) {
    int64_t value = 0;
    std::size_t n = 0;
    for (; n < text.size() && text[n] >= '0' && text[n] <= '9'; ++n) {
        const int digit = text[n] - '0';
        if (value > (std::numeric_limits<int64_t>::max() - digit) / 10) return {};
        value = value * 10 + digit;
    }
    text.remove_prefix(n);
    return n ? std::optional<int64_t>(value) : std::nullopt;
}

/// number[.fraction]suffix in whole units; a fraction of up to nine digits is cut to a whole unit.
template <std::size_t N>
std::optional<int64_t> quantity_parse(std::string_view text, const unit (&units)[N], bool fractions) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::optional<int64_t> whole = digits_take(text);
    if (!whole) return {};
    int64_t fraction = 0;
    int64_t fraction_of = 1;
    if (fractions && !text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        const std::size_t before = text.size();
        const std::optional<int64_t> digits = digits_take(text);
        if (!digits || before - text.size() > 9) return {};
        fraction = *digits;
        for (std::size_t n = before - text.size(); n; --n) fraction_of *= 10;
    }
    for (const unit &unit : units) {
        if (unit.suffix != text) continue;
        const int64_t rest = fraction * unit.factor / fraction_of; // Below 10^18: both factors are at most 10^9.
        if (*whole > (std::numeric_limits<int64_t>::max() - rest) / unit.factor) return {};
        const int64_t value = *whole * unit.factor + rest;
        return negative ? -value : value;
    }
    return {};
}

} // namespace detail

/// KAM_OPTION_INT: -12, 64k (1000), 16Mi (1024 * 1024).
inline std::optional<int64_t> int_parse(std::string_view text) {
    return detail::quantity_parse(text, detail::count_units, false);
}

/// KAM_OPTION_BOOL.
inline std::optional<bool> bool_parse(std::string_view text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
    if (text == "false" || text == "no" || text == "off" || text == "0") return false;
    return {};
}

/// KAM_OPTION_DURATION in nanoseconds: 250us, 1.5s; a bare 0 is 0.
inline std::optional<int64_t> duration_parse(std::string_view text) {
    if (text == "0") return 0;
    return text.starts_with('-') ? std::nullopt : detail::quantity_parse(text, detail::time_units, true);
}

/// KAM_OPTION_RATE in bits per second: 128k, 2.5M.
inline std::optional<int64_t> rate_parse(std::string_view text) {
    return text.starts_with('-') ? std::nullopt : detail::quantity_parse(text, detail::rate_units, true);
}

/// KAM_OPTION_ADDRESS: host:port, [IPv6]:port, :port for any host. Names are not looked up here.
inline std::optional<address> address_parse(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return {};
    std::string_view host = text.substr(0, colon);
    std::string_view digits = text.substr(colon + 1);
    const std::optional<int64_t> port = detail::digits_take(digits);
    if (!port || !digits.empty() || *port > 65535) return {};
    if (!host.empty() && host.front() == '[') {
        if (host.size() < 3 || host.back() != ']') return {};
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return {}; // An IPv6 address without brackets: which colon is the port's cannot be told.
    }
    if (host.find_first_of("[] \t") != std::string_view::npos) return {};
    return address{std::string(host), static_cast<uint16_t>(*port)};
}

/// What a value of that kind looks like, for error texts.
constexpr std::string_view option_kind_text(uint32_t kind) {
    switch (kind) {
    case KAM_OPTION_INT:
        return "a whole number, if need be with k M G (1000) or Ki Mi Gi (1024)";
    case KAM_OPTION_BOOL:
        return "true false yes no on off 1 or 0";
    case KAM_OPTION_DURATION:
        return "a number with ns us ms or s";
    case KAM_OPTION_RATE:
        return "bits per second, if need be with k M or G";
    case KAM_OPTION_ADDRESS:
        return "host:port or [IPv6]:port";
    default:
        return "text";
    }
}

inline bool option_fits(uint32_t kind, std::string_view value) {
    switch (kind) {
    case KAM_OPTION_INT:
        return int_parse(value).has_value();
    case KAM_OPTION_BOOL:
        return bool_parse(value).has_value();
    case KAM_OPTION_DURATION:
        return duration_parse(value).has_value();
    case KAM_OPTION_RATE:
        return rate_parse(value).has_value();
    case KAM_OPTION_ADDRESS:
        return address_parse(value).has_value();
    default:
        return true;
    }
}

inline failure option_failure(std::string_view name, std::string_view value, std::string_view wanted) {
    return {KAM_E_INVALID,
            "option " + std::string(name) + "='" + std::string(value) + "': wanted " + std::string(wanted)};
}

/// The options of a component that is being created: checked against its table, defaults filled in.
/// Asking for one that is neither given nor has a default is a failure, except through has() and text_or().
class options {
    const kam_option *find(std::string_view name) const {
        for (uint32_t i = 0; i < args_.option_count; ++i)
            if (kam::view(args_.options[i].name) == name) return &args_.options[i];
        return nullptr;
    }
    const kam_option &need(std::string_view name) const {
        const kam_option *option = find(name);
        if (!option) throw failure(KAM_E_INVALID, "option " + std::string(name) + " is missing");
        return *option;
    }
    template <class Parse>
    auto read(std::string_view name, uint32_t kind, Parse parse) const {
        auto value = parse(text(name));
        if (!value) throw option_failure(name, text(name), option_kind_text(kind));
        return *value;
    }

public:
    explicit options(const kam_create_args &args) : args_(args) {}

    bool has(std::string_view name) const { return find(name) != nullptr; }
    std::string_view text(std::string_view name) const { return kam::view(need(name).value); }
    std::string_view text_or(std::string_view name, std::string_view otherwise) const {
        const kam_option *option = find(name);
        return option ? kam::view(option->value) : otherwise;
    }
    bool flag(std::string_view name) const { return read(name, KAM_OPTION_BOOL, bool_parse); }
    int64_t duration_ns(std::string_view name) const { return read(name, KAM_OPTION_DURATION, duration_parse); }
    int64_t rate_bps(std::string_view name) const { return read(name, KAM_OPTION_RATE, rate_parse); }
    kam::address address(std::string_view name) const { return read(name, KAM_OPTION_ADDRESS, address_parse); }

    /// A whole number from `least` to `most`, both included.
    int64_t integer(std::string_view name, int64_t least, int64_t most) const {
        const int64_t value = read(name, KAM_OPTION_INT, int_parse);
        if (value < least || value > most)
            throw option_failure(name, text(name), std::to_string(least) + " to " + std::to_string(most));
        return value;
    }

private:
    const kam_create_args &args_;
};

} // namespace kam
#endif
