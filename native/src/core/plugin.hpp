// Libraries of one's own with component types in them.
#pragma once

#include <string>

#include <kamaelia/component.h>

namespace kam::core {

/// Loads the library and lets it register its types through `host`; a second time it does nothing. Any thread.
/// Throws kam::failure: KAM_E_NOT_FOUND no such file, KAM_E_IO it cannot be loaded, KAM_E_ABI it is no plugin or was
/// built for another ABI, and whatever its own registration answers. What was registered before that stays.
void plugin_load(const std::string &path, const kam_host &host);

} // namespace kam::core
