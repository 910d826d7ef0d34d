// Holds the headers, as this compiler lays them out, against the C# mirror: at compile time by the generated
// assertions, and at run time through kam_layout_get, which the C# layout test reads.
#include "generated/kam_layout_check.h"

#include <cstddef>
#include <utility>

namespace {

// Converts to whatever a field wants, so that T{anything, anything} asks how many values T's initializer takes.
struct anything {
    std::size_t index;
    template <typename T>
    operator T() const noexcept;
};

template <typename T, std::size_t... index>
constexpr bool takes(std::index_sequence<index...>) {
    return requires { T{anything{index}...}; };
}

// Sizes and offsets do not notice a field added where there was padding; the number of fields does.
template <typename T, std::size_t members>
constexpr uint32_t member_count() {
    static_assert(takes<T>(std::make_index_sequence<members>{}), "the C# mirror has a field too many");
    static_assert(!takes<T>(std::make_index_sequence<members + 1>{}), "the C# mirror lacks a field");
    return static_cast<uint32_t>(members);
}

#define KAM_LAYOUT_STRUCT(type, members) static_cast<uint32_t>(sizeof(type)), member_count<type, members>(),
#define KAM_LAYOUT_FIELD(type, field) static_cast<uint32_t>(offsetof(type, field)),
constexpr uint32_t layout[] = {KAM_LAYOUT_TABLE(KAM_LAYOUT_STRUCT, KAM_LAYOUT_FIELD)};

} // namespace

// No fence: it neither allocates nor throws.
extern "C" uint32_t kam_layout_get(uint32_t *values, uint32_t capacity) {
    constexpr uint32_t count = sizeof(layout) / sizeof(layout[0]);
    for (uint32_t i = 0; values && i < count && i < capacity; i++)
        values[i] = layout[i];
    return count;
}
