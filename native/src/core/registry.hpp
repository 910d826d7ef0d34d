// The component types there are: the built-in ones first, then what plugins add. Any thread.
#pragma once

#include <kamaelia/component.h>

namespace kam::core {

uint32_t type_count();
/// NULL past the last. Tables are never removed, so a pointer stays good.
const kam_component_type *type_get(uint32_t index);
/// Throws kam::failure that says what is wrong with the table.
void type_check(const kam_component_type *type);
/// Throws kam::failure when the table is wrong or its name is taken.
void type_register(const kam_component_type *type);

} // namespace kam::core
