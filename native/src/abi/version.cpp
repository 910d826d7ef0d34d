#include <kamaelia/abi.h>

extern "C" uint32_t kam_abi_version(void) {
    return (KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR;
}
