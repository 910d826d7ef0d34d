// An option's text as a real number: digits, if need be with a sign and a point. The registry knows no such kind.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <kamaelia/option.hpp>

namespace kam::sound {

inline std::optional<double> number_parse(std::string_view text) {
    const std::string_view digits = text.substr(text.starts_with('-'));
    const std::size_t point = digits.find('.');
    const std::string_view whole = digits.substr(0, point);
    const std::string_view rest = point == std::string_view::npos ? "0" : digits.substr(point + 1);
    if (whole.empty() || rest.empty() || whole.find_first_not_of("0123456789") != std::string_view::npos ||
        rest.find_first_not_of("0123456789") != std::string_view::npos)
        return {};
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

/// Both bounds included; they are told in a refusal as they stand.
inline double number(const options &given, std::string_view name, double least, double most, std::string_view range) {
    const std::optional<double> value = number_parse(given.text(name));
    if (!value || *value < least || *value > most)
        throw option_failure(name, given.text(name), "a number from " + std::string(range));
    return *value;
}

} // namespace kam::sound
