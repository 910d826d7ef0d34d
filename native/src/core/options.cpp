#include "core/options.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include <kamaelia/option.hpp>

namespace kam::core {
namespace {

/// How many letters must be added, removed or changed to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t k = 0; k < b.size(); ++k) {
            const std::size_t change = diagonal + (a[i] == b[k] ? 0 : 1);
            diagonal = row[k + 1];
            row[k + 1] = std::min({change, row[k] + 1, diagonal + 1});
        }
    }
    return row[b.size()];
}

[[noreturn]] void refuse_unknown(const kam_component_type &type, std::string_view name) {
    std::string text = "there is no option '" + std::string(name.substr(0, 64)) + "'";
    if (!type.option_count) throw failure(KAM_E_INVALID, text + "; it takes none");
    std::string_view nearest;
    std::size_t nearest_distance = name.size() > 64 ? 0 : std::max<std::size_t>(name.size() / 2, 1) + 1;
    std::string all;
    for (uint32_t i = 0; i < type.option_count; ++i) {
        const std::string_view known = view(type.options[i].name);
        all += (i ? ", " : "") + std::string(known);
        if (nearest_distance == 0) continue;
        const std::size_t distance = edit_distance(name, known);
        if (distance < nearest_distance) {
            nearest = known;
            nearest_distance = distance;
        }
    }
    text += nearest.empty() ? "." : "; did you mean '" + std::string(nearest) + "'?";
    throw failure(KAM_E_INVALID, text + " It takes: " + all);
}

void check_given(const kam_component_type &type, const kam_option *given, uint32_t count) {
    if (count && !given) throw failure(KAM_E_INVALID, "the options are missing");
    for (uint32_t i = 0; i < count; ++i) {
        if ((given[i].name.bytes && !given[i].name.utf8) || (given[i].value.bytes && !given[i].value.utf8))
            throw failure(KAM_E_INVALID, "option " + std::to_string(i) + " has a count of bytes but no text");
        const std::string_view name = view(given[i].name);
        const auto *end = type.options + type.option_count;
        if (std::find_if(type.options, end, [&](const kam_option_info &o) { return view(o.name) == name; }) == end)
            refuse_unknown(type, name);
        for (uint32_t k = 0; k < i; ++k)
            if (view(given[k].name) == name)
                throw failure(KAM_E_INVALID, "option '" + std::string(name) + "' is given twice");
    }
}

} // namespace

std::vector<kam_option> options_resolve(const kam_component_type &type, const kam_option *given, uint32_t count) {
    check_given(type, given, count);
    std::vector<kam_option> resolved;
    resolved.reserve(type.option_count);
    for (uint32_t i = 0; i < type.option_count; ++i) {
        const kam_option_info &info = type.options[i];
        const kam_option *end = given + count;
        const kam_option *found =
            std::find_if(given, end, [&](const kam_option &o) { return view(o.name) == view(info.name); });
        if (found == end && info.default_text.bytes == 0) {
            if (info.flags & KAM_OPTION_REQUIRED)
                throw failure(KAM_E_INVALID, "option '" + std::string(view(info.name)) + "' is required (" +
                                                 std::string(view(info.sentence)) + ")");
            continue;
        }
        const kam_option option{info.name, found == end ? info.default_text : found->value};
        if (!option_fits(info.kind, view(option.value)))
            throw option_failure(view(info.name), view(option.value), option_kind_text(info.kind));
        resolved.push_back(option);
    }
    return resolved;
}

} // namespace kam::core
