#if defined(__linux__)

#include "platform/linux/endpoint.hpp"

#include <kamaelia/option.hpp>

#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>

namespace kam::platform {
namespace {

endpoint look_up(std::string_view option, const std::string &host, uint16_t port, int family) {
    addrinfo hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICSERV;
    if (host.empty()) { // Every address of the machine.
        hints.ai_flags |= AI_PASSIVE;
        if (family == AF_UNSPEC) hints.ai_family = AF_INET;
    }
    addrinfo *found = nullptr;
    const std::string service = std::to_string(port);
    const int code = getaddrinfo(host.empty() ? nullptr : host.c_str(), service.c_str(), &hints, &found);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
    if (code != 0) {
        const std::string of_family = family == AF_INET ? " as IPv4" : family == AF_INET6 ? " as IPv6" : "";
        throw failure(KAM_E_NOT_FOUND,
                      std::string(option) + ": cannot look up '" + host + "'" + of_family + ": " + gai_strerror(code));
    }
    endpoint result;
    std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
    return result;
}

bool same_address(const sockaddr *a, const endpoint &b) {
    if (a == nullptr || a->sa_family != b.family()) return false;
    if (b.is_v6()) return std::memcmp(&reinterpret_cast<const sockaddr_in6 *>(a)->sin6_addr, &b.v6.sin6_addr, 16) == 0;
    return reinterpret_cast<const sockaddr_in *>(a)->sin_addr.s_addr == b.v4.sin_addr.s_addr;
}

bool parse_numeric(const std::string &text, endpoint &out) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(text.c_str(), nullptr, &hints, &found) != 0) return false;
    std::memcpy(&out.storage, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

std::string interface_names() {
    std::string names;
    const std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)> all(if_nameindex(), if_freenameindex);
    for (const auto *each = all.get(); each != nullptr && each->if_index != 0; each++)
        names += (names.empty() ? "" : ", ") + std::string(each->if_name);
    return names;
}

} // namespace

uint16_t endpoint::port() const {
    return ntohs(is_v6() ? v6.sin6_port : v4.sin_port);
}

bool endpoint::is_group() const {
    return is_v6() ? IN6_IS_ADDR_MULTICAST(&v6.sin6_addr) : IN_MULTICAST(ntohl(v4.sin_addr.s_addr));
}

std::string endpoint::text() const {
    std::array<char, NI_MAXHOST> host{};
    if (getnameinfo(&any, bytes(), host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0) return "?";
    const std::string numbers = host.data();
    return (is_v6() ? "[" + numbers + "]:" : numbers + ":") + std::to_string(port());
}

endpoint resolve(std::string_view option, std::string_view address, int family) {
    const std::optional<kam::address> parts = kam::address_parse(address);
    if (!parts) throw kam::option_failure(option, address, kam::option_kind_text(KAM_OPTION_ADDRESS));
    return look_up(option, parts->host, parts->port, family);
}

endpoint resolve_host(std::string_view option, std::string_view host, int family) {
    if (host.empty()) throw failure(KAM_E_INVALID, std::string(option) + ": an address is missing between the commas");
    return look_up(option, std::string(host), 0, family);
}

unsigned find_interface(std::string_view name_or_address) {
    const std::string wanted(name_or_address);
    if (const unsigned index = if_nametoindex(wanted.c_str())) return index;
    endpoint address;
    const bool is_address = parse_numeric(wanted, address);
    if (is_address) {
        ifaddrs *all = nullptr;
        if (getifaddrs(&all) != 0) throw failure(KAM_E_IO, "iface: cannot list this machine's addresses");
        const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(all, freeifaddrs);
        for (const ifaddrs *each = all; each != nullptr; each = each->ifa_next)
            if (same_address(each->ifa_addr, address)) return if_nametoindex(each->ifa_name);
    }
    throw failure(KAM_E_NOT_FOUND,
                  is_address ? "iface: no interface has the address " + wanted + "; there are " + interface_names()
                             : "iface: there is no interface '" + wanted + "'; there are " + interface_names());
}

} // namespace kam::platform

#endif
