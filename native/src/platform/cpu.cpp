#include "platform/cpu.hpp"

#if defined(__linux__)
#include <sys/auxv.h>
#endif

namespace kam::platform {

unsigned long cpu_hwcap() noexcept {
#if defined(__linux__)
    return getauxval(AT_HWCAP);
#else
    return 0;
#endif
}

} // namespace kam::platform
