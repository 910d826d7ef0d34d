#include "core/registry.hpp"

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include <kamaelia/failure.hpp>

#include "core/builtin.hpp"

namespace kam::core {
namespace {

struct registry {
    std::mutex mutex;
    std::vector<const kam_component_type *> types;
    /// As many as types has: whoever only asks whether there are more takes no lock.
    std::atomic<uint32_t> count{0};

    registry() {
        for (const kam_component_type *type : builtin_types()) add(type);
    }
    void add(const kam_component_type *type) {
        types.push_back(type);
        // Release: partners the acquire in type_count.
        count.store(static_cast<uint32_t>(types.size()), std::memory_order_release);
    }
};

// Made at first use: nothing here depends on the order of static constructors.
registry &the_registry() {
    static registry instance;
    return instance;
}

[[noreturn]] void refuse(const kam_component_type *type, const std::string &why) {
    throw failure(KAM_E_INVALID, "component type '" + std::string(view(type->name)) + "': " + why);
}

/// A count of bytes without bytes is how a table that was never filled in looks.
bool text_is_good(const kam_text &text) {
    return text.utf8 || !text.bytes;
}

bool name_is_good(const kam_text &text) {
    if (!text_is_good(text)) return false;
    const std::string_view name = view(text);
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               std::string_view::npos;
}

template <class Item>
void check_names(const kam_component_type *type, const char *what, const Item *items, uint32_t count) {
    if (count && !items) refuse(type, std::string("its ") + what + "s are missing");
    for (uint32_t i = 0; i < count; ++i) {
        if (!name_is_good(items[i].name))
            refuse(type, std::string(what) + " " + std::to_string(i) + " has no proper name");
        for (uint32_t k = 0; k < i; ++k)
            if (view(items[k].name) == view(items[i].name))
                refuse(type, std::string(what) + " '" + std::string(view(items[i].name)) + "' is there twice");
    }
}

void check_texts(const kam_component_type *type) {
    bool good = text_is_good(type->sentence);
    for (uint32_t i = 0; i < type->port_count; ++i)
        good = good && text_is_good(type->ports[i].format) && text_is_good(type->ports[i].sentence);
    for (uint32_t i = 0; i < type->option_count; ++i)
        good = good && text_is_good(type->options[i].default_text) && text_is_good(type->options[i].sentence);
    if (!good) refuse(type, "a text has a count of bytes but no bytes");
}

} // namespace

void type_check(const kam_component_type *type) {
    // Every field of ABI 1.0; later fields are tested against struct_bytes where they are read.
    constexpr std::size_t bytes_of_v1 = offsetof(kam_component_type, counters) + sizeof(type->counters);
    if (type->struct_bytes < bytes_of_v1)
        throw failure(KAM_E_ABI, "a component type of " + std::to_string(type->struct_bytes) +
                                     " bytes; this library's has " + std::to_string(sizeof(kam_component_type)));
    if (!text_is_good(type->name)) throw failure(KAM_E_INVALID, "a component type has no name");
    if (!name_is_good(type->name)) refuse(type, "a name is letters, digits, '.', '_' and '-'");
    if (!type->create || !type->step || !type->destroy) refuse(type, "create, step and destroy must all be there");
    check_names(type, "port", type->ports, type->port_count);
    check_names(type, "option", type->options, type->option_count);
    check_texts(type);
    for (uint32_t i = 0; i < type->port_count; ++i)
        if (type->ports[i].direction > KAM_PORT_OUT)
            refuse(type, "port '" + std::string(view(type->ports[i].name)) + "' goes neither in nor out");
    for (uint32_t i = 0; i < type->port_count; ++i)
        for (uint32_t k = 0; k < i; ++k)
            if ((type->ports[k].flags & KAM_PORT_ARRAY) && type->ports[k].direction == type->ports[i].direction)
                refuse(type, "port '" + std::string(view(type->ports[i].name)) + "' stands behind the array '" +
                                 std::string(view(type->ports[k].name)) + "', which must be the last one that way");
}

uint32_t type_count() {
    return the_registry().count.load(std::memory_order_acquire);
}

const kam_component_type *type_get(uint32_t index) {
    registry &all = the_registry();
    const std::lock_guard lock(all.mutex);
    return index < all.types.size() ? all.types[index] : nullptr;
}

void type_register(const kam_component_type *type) {
    type_check(type);
    registry &all = the_registry();
    const std::lock_guard lock(all.mutex);
    for (const kam_component_type *other : all.types)
        if (view(other->name) == view(type->name))
            throw failure(KAM_E_EXISTS, "component type '" + std::string(view(type->name)) + "' exists already");
    all.add(type);
}

} // namespace kam::core
