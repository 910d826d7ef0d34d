// Where there are no batched sockets: managed twins do the work.
#if !defined(__linux__)

#include "net/udp_socket.hpp"
#include <kamaelia/failure.hpp>

namespace kam::net {

std::unique_ptr<udp_sender_plan> plan_udp_sender(const sender_setup &) {
    throw failure(KAM_E_UNSUPPORTED, "native udp.send runs on Linux only: use managed:udp.send");
}

std::unique_ptr<udp_receiver_plan> plan_udp_receiver(const receiver_setup &) {
    throw failure(KAM_E_UNSUPPORTED, "native udp.recv runs on Linux only: use managed:udp.recv");
}

} // namespace kam::net

#endif
