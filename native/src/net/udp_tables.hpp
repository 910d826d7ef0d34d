// The tables of udp.send and udp.recv as data: ports and options with their sentences. The managed twins have the same.
#pragma once

#include <kamaelia/component.h>

#include <span>
#include <string_view>

namespace kam::net {

constexpr kam_text text(std::string_view literal) {
    return {literal.data(), static_cast<uint32_t>(literal.size()), 0};
}

extern const std::span<const kam_port> udp_send_ports;
extern const std::span<const kam_option_info> udp_send_options;
extern const std::span<const kam_port> udp_recv_ports;
extern const std::span<const kam_option_info> udp_recv_options;

} // namespace kam::net
