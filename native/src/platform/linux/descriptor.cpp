#if defined(__linux__)

#include "platform/linux/descriptor.hpp"

#include <kamaelia/failure.hpp>

#include <cerrno>
#include <cstring>

namespace kam::platform {

std::string errno_words(int code) {
#if defined(__GLIBC__)
    // The GNU calls: they need no buffer, and their texts live for ever.
    const char *words = strerrordesc_np(code);
    const char *name = strerrorname_np(code);
    if (words != nullptr && name != nullptr) return std::string(words) + " (" + name + ")";
#endif
    return "system error " + std::to_string(code);
}

void refuse_with_errno(std::string_view what, int code) {
    const kam_status status = code == ENOMEM || code == ENOBUFS ? KAM_E_NO_MEMORY : KAM_E_IO;
    throw failure(status, std::string(what) + ": " + errno_words(code));
}

} // namespace kam::platform

#endif
