// Addresses and interfaces by the words people use for them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace kam::platform {

// A union, because that is how the compiler allows to look at one address as each of its types.
struct endpoint {
    union {
        sockaddr_storage storage{};
        sockaddr any;
        sockaddr_in v4;
        sockaddr_in6 v6;
    };

    [[nodiscard]] int family() const { return any.sa_family; }
    [[nodiscard]] bool is_v6() const { return family() == AF_INET6; }
    [[nodiscard]] socklen_t bytes() const { return is_v6() ? sizeof v6 : sizeof v4; }
    [[nodiscard]] uint16_t port() const;
    [[nodiscard]] bool is_group() const;
    // "239.1.1.1:5004", "[ff15::1]:5004".
    [[nodiscard]] std::string text() const;
};

// "host:port", "[v6]:port" or ":port" (every IPv4 address). `family` AF_UNSPEC, or the one that it must be of. `option`
// is named in the refusal. Looks names up, so it may take the resolver's time.
endpoint resolve(std::string_view option, std::string_view address, int family);

// An address alone, of that family, without a port.
endpoint resolve_host(std::string_view option, std::string_view host, int family);

// The index of the interface of that name, or that has that address. Throws kam::failure that lists those there are.
unsigned find_interface(std::string_view name_or_address);

} // namespace kam::platform
