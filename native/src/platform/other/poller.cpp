// Where there is no native poller: managed code waits by its own means.
#if !defined(__linux__)

#include "platform/poller.hpp"
#include <kamaelia/failure.hpp>

namespace kam::platform {

std::unique_ptr<poller> make_poller(kam_sched *) {
    throw failure(KAM_E_UNSUPPORTED, "the native poller runs on Linux only");
}

} // namespace kam::platform

#endif
