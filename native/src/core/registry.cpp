#include "core/registry.hpp"

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

    registry() {
        for (const kam_component_type *type : builtin_types()) types.push_back(type);
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

bool name_is_good(std::string_view name) {
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               std::string_view::npos;
}

template <class Item>
void check_names(const kam_component_type *type, const char *what, const Item *items, uint32_t count) {
    if (count && !items) refuse(type, std::string("its ") + what + "s are missing");
    for (uint32_t i = 0; i < count; ++i) {
        if (!name_is_good(view(items[i].name)))
            refuse(type, std::string(what) + " " + std::to_string(i) + " has no proper name");
        for (uint32_t k = 0; k < i; ++k)
            if (view(items[k].name) == view(items[i].name))
                refuse(type, std::string(what) + " '" + std::string(view(items[i].name)) + "' is there twice");
    }
}

void check(const kam_component_type *type) {
    // Every field of ABI 1.0; later fields are tested against struct_bytes where they are read.
    if (type->struct_bytes < sizeof(kam_component_type))
        throw failure(KAM_E_ABI, "a component type of " + std::to_string(type->struct_bytes) +
                                     " bytes; this library's has " + std::to_string(sizeof(kam_component_type)));
    if (!name_is_good(view(type->name))) refuse(type, "a name is letters, digits, '.', '_' and '-'");
    if (!type->create || !type->step || !type->destroy) refuse(type, "create, step and destroy must all be there");
    check_names(type, "port", type->ports, type->port_count);
    check_names(type, "option", type->options, type->option_count);
    for (uint32_t i = 0; i < type->port_count; ++i)
        if (type->ports[i].direction > KAM_PORT_OUT)
            refuse(type, "port '" + std::string(view(type->ports[i].name)) + "' goes neither in nor out");
}

} // namespace

uint32_t type_count() {
    registry &all = the_registry();
    const std::lock_guard lock(all.mutex);
    return static_cast<uint32_t>(all.types.size());
}

const kam_component_type *type_get(uint32_t index) {
    registry &all = the_registry();
    const std::lock_guard lock(all.mutex);
    return index < all.types.size() ? all.types[index] : nullptr;
}

void type_register(const kam_component_type *type) {
    check(type);
    registry &all = the_registry();
    const std::lock_guard lock(all.mutex);
    for (const kam_component_type *other : all.types)
        if (view(other->name) == view(type->name))
            throw failure(KAM_E_EXISTS, "component type '" + std::string(view(type->name)) + "' exists already");
    all.types.push_back(type);
}

} // namespace kam::core
