// A plugin that cannot do its work here, and says why.
#include <kamaelia/component.h>
#include <kamaelia/failure.hpp>

extern "C" KAM_API uint32_t kam_plugin_abi_version(void) {
    return KAM_ABI_MAJOR << 16;
}
extern "C" KAM_API kam_status kam_plugin_register(const kam_host *host, kam_error *error) {
    if (host->struct_bytes < sizeof(kam_host) || host->abi_version >> 16 != KAM_ABI_MAJOR) return KAM_E_ABI;
    kam::error_set(error, "the card is not in its slot");
    return KAM_E_UNSUPPORTED;
}
