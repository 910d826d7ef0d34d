#if defined(__linux__)

#include "platform/linux/socket_options.hpp"

#include <kamaelia/failure.hpp>

#include <algorithm>
#include <climits>

namespace kam::platform {

uint32_t ask_buffer(const file_descriptor &socket, int name, int force_name, uint32_t wanted_bytes) {
    const auto granted = [&]() -> uint32_t {
        int value = 0;
        socklen_t bytes = sizeof value;
        if (getsockopt(socket.get(), SOL_SOCKET, name, &value, &bytes) != 0) return 0;
        return static_cast<uint32_t>(value) / 2;
    };
    if (wanted_bytes == 0) return granted();
    const int wanted = static_cast<int>(std::min(wanted_bytes, static_cast<uint32_t>(INT_MAX / 2)));
    (void)try_option(socket, SOL_SOCKET, name, wanted); // Never refused: the system grants what its limit allows.
    if (granted() < wanted_bytes) (void)try_option(socket, SOL_SOCKET, force_name, wanted);
    return granted();
}

file_descriptor open_datagram_socket(int family) {
    file_descriptor socket{::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) refuse_with_errno("cannot open a UDP socket", errno);
    if (family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, "cannot keep IPv4 off an IPv6 socket");
    return socket;
}

uint16_t bound_port(const file_descriptor &socket) {
    endpoint local;
    socklen_t bytes = sizeof local.storage;
    return getsockname(socket.get(), &local.any, &bytes) == 0 ? local.port() : uint16_t{0};
}

void bind_to(const file_descriptor &socket, const endpoint &local, std::string_view verb) {
    if (bind(socket.get(), &local.any, local.bytes()) == 0) return;
    const int code = errno;
    std::string sentence = "cannot " + std::string(verb) + " " + local.text() + ": " + errno_words(code);
    if (code == EADDRINUSE)
        sentence += "; another socket has it: choose another port, or set reuse=true on both";
    else if (code == EADDRNOTAVAIL)
        sentence += "; no interface of this machine has that address";
    else if (code == EACCES)
        sentence += "; ports below 1024 are for privileged programs";
    throw failure(KAM_E_IO, sentence);
}

} // namespace kam::platform

#endif
