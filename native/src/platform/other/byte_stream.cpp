// Where there is no epoll: the managed twin does the work.
#if !defined(__linux__)

#include "net/byte_stream.hpp"
#include <kamaelia/failure.hpp>

namespace kam::net {

std::unique_ptr<byte_stream> adopt_stream(int) {
    throw failure(KAM_E_UNSUPPORTED, "native TCP runs on Linux only");
}

std::unique_ptr<host_lookup> plan_host_lookup(const std::string &, uint16_t) {
    throw failure(KAM_E_UNSUPPORTED, "native tcp.connect runs on Linux only: use managed:tcp.connect");
}

} // namespace kam::net

#endif
