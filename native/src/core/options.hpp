// Options as they come from outside, checked against a component type's table.
#pragma once

#include <vector>

#include <kamaelia/component.h>

namespace kam::core {

/// The given options and the defaults of the others, in the table's order. Borrows the texts of both.
/// Throws kam::failure that names the option, the value, what is allowed and, for a wrong name, the nearest one.
std::vector<kam_option> options_resolve(const kam_component_type &type, const kam_option *given, uint32_t count);

} // namespace kam::core
