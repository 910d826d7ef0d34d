// A plugin from another age: nothing but its version function may run.
#include <cstdlib>

#include <kamaelia/component.h>

extern "C" KAM_API uint32_t kam_plugin_abi_version(void) {
    return ((KAM_ABI_MAJOR + 1) << 16) | 7;
}
extern "C" KAM_API kam_status kam_plugin_register(const kam_host *, kam_error *) {
    std::abort();
}
