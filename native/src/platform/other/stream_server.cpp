// Where there is no epoll: the managed twin does the work.
#if !defined(__linux__)

#include "net/stream_server.hpp"
#include <kamaelia/failure.hpp>

namespace kam::net {

std::unique_ptr<stream_server_plan> plan_stream_server(const server_setup &) {
    throw failure(KAM_E_UNSUPPORTED, "native tcp.serve and tcp.listen run on Linux only: use the managed twins");
}

} // namespace kam::net

#endif
