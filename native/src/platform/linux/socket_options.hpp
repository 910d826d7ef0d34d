// Setting one socket option, with the words for when the system will not.
#pragma once

#include "platform/linux/descriptor.hpp"
#include "platform/linux/endpoint.hpp"

#include <cerrno>
#include <string_view>

namespace kam::platform {

// Throws kam::failure "what: Operation not permitted (EPERM)".
template <typename Value>
void set_option(const file_descriptor &socket, int level, int name, const Value &value, std::string_view what) {
    if (setsockopt(socket.get(), level, name, &value, sizeof value) != 0) refuse_with_errno(what, errno);
}

template <typename Value>
bool try_option(const file_descriptor &socket, int level, int name, const Value &value) {
    return setsockopt(socket.get(), level, name, &value, sizeof value) == 0;
}

// Asks for a buffer of that many bytes, with the right of the administrator where we have it, and answers what was
// granted: Linux reserves and reports twice that, the other half for its own books.
uint32_t ask_buffer(const file_descriptor &socket, int name, int force_name, uint32_t wanted_bytes);

file_descriptor open_datagram_socket(int family);
uint16_t bound_port(const file_descriptor &socket);
// Throws kam::failure that says what to do about it.
void bind_to(const file_descriptor &socket, const endpoint &local, std::string_view verb);

} // namespace kam::platform
