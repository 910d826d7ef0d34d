// Receiving batches: one recvmmsg for many messages, each of which may be a run of datagrams (GRO).
#if defined(__linux__)

#include "net/udp_socket.hpp"
#include "platform/linux/socket_options.hpp"
#include <kamaelia/failure.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/udp.h>

#if !defined(UDP_GRO)
#define UDP_GRO 104
#endif

namespace kam::net {
namespace {

using platform::endpoint;
using platform::file_descriptor;

class linux_udp_receiver final : public udp_receiver {
public:
    linux_udp_receiver(file_descriptor socket, const endpoint &at, bool has_gro, uint32_t rcvbuf_bytes)
        : socket_(std::move(socket)), at_(at), port_(platform::bound_port(socket_)), has_gro_(has_gro),
          rcvbuf_bytes_(rcvbuf_bytes) {}

    receive_report receive(std::span<receive_slot> slots) override;
    [[nodiscard]] int descriptor() const override { return socket_.get(); }
    [[nodiscard]] uint16_t local_port() const override { return port_; }
    [[nodiscard]] bool has_gro() const override { return has_gro_; }
    [[nodiscard]] uint32_t rcvbuf_bytes() const override { return rcvbuf_bytes_; }
    [[nodiscard]] uint64_t kernel_drops() const override;
    [[nodiscard]] std::string explain(int error) const override;

private:
    struct alignas(cmsghdr) control {
        std::array<std::byte, CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(timespec))>
            bytes;
    };
    void read_controls(msghdr &message, receive_slot &slot) const;

    platform::file_descriptor socket_;
    endpoint at_;
    uint16_t port_;
    bool has_gro_;
    uint32_t rcvbuf_bytes_;
    std::array<mmsghdr, batch_max> messages_{};
    std::array<std::array<iovec, 2>, batch_max> parts_{};
    std::array<control, batch_max> controls_{};
};

void linux_udp_receiver::read_controls(msghdr &message, receive_slot &slot) const {
    for (cmsghdr *each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level == SOL_UDP && each->cmsg_type == UDP_GRO) {
            int segment = 0;
            std::memcpy(&segment, CMSG_DATA(each), sizeof segment);
            if (segment > 0) slot.segment_bytes = static_cast<uint32_t>(segment);
        } else if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SO_RXQ_OVFL) {
            std::memcpy(&slot.kernel_drops, CMSG_DATA(each), sizeof slot.kernel_drops);
        } else if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) {
            timespec time{};
            std::memcpy(&time, CMSG_DATA(each), sizeof time);
            slot.time_ns = static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
        }
    }
}

receive_report linux_udp_receiver::receive(std::span<receive_slot> slots) {
    const size_t wanted = std::min<size_t>(slots.size(), batch_max);
    for (size_t i = 0; i < wanted; i++) {
        const receive_slot &slot = slots[i];
        parts_[i] = {iovec{slot.head, slot.head_bytes}, iovec{slot.rest, slot.rest_bytes}};
        msghdr &message = messages_[i].msg_hdr;
        message.msg_iov = parts_[i].data();
        message.msg_iovlen = slot.rest_bytes > 0 ? 2 : 1;
        message.msg_control = &controls_[i];
        message.msg_controllen = sizeof(control);
    }
    int count;
    do count = recvmmsg(socket_.get(), messages_.data(), static_cast<unsigned>(wanted), MSG_DONTWAIT, nullptr);
    while (count < 0 && errno == EINTR);
    receive_report report;
    if (count < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK) report.error = errno;
        return report;
    }
    report.count = static_cast<uint32_t>(count);
    for (size_t i = 0; i < report.count; i++) {
        receive_slot &slot = slots[i];
        msghdr &message = messages_[i].msg_hdr;
        slot.bytes = messages_[i].msg_len;
        slot.segment_bytes = slot.bytes;
        slot.truncated = (message.msg_flags & MSG_TRUNC) != 0;
        slot.kernel_drops = 0;
        slot.time_ns = 0;
        if (message.msg_controllen > 0) read_controls(message, slot);
    }
    return report;
}

uint64_t linux_udp_receiver::kernel_drops() const {
    // The count that SO_RXQ_OVFL attaches to datagrams, asked for, so that it is known when none come any more.
    std::array<uint32_t, SK_MEMINFO_VARS> values{};
    socklen_t bytes = sizeof values;
    if (getsockopt(socket_.get(), SOL_SOCKET, SO_MEMINFO, values.data(), &bytes) != 0) return 0;
    return values[SK_MEMINFO_DROPS];
}

std::string linux_udp_receiver::explain(int error) const {
    std::string sentence = "cannot receive at " + at_.text() + ": " + platform::errno_words(error);
    if (error == ENETDOWN) sentence += "; the interface is down";
    return sentence;
}

[[noreturn]] void refuse_join(const endpoint &group, const std::string &iface, int error) {
    std::string sentence = "cannot join " + group.text();
    if (!iface.empty()) sentence += " on '" + iface + "'";
    sentence += ": " + platform::errno_words(error);
    if (error == ENODEV)
        sentence += "; no route tells which interface: name one with iface=";
    else if (error == ENOBUFS)
        sentence += "; more groups or sources than net.ipv4.igmp_max_memberships or igmp_max_msf allow";
    throw failure(KAM_E_IO, sentence);
}

void join(const file_descriptor &socket, const endpoint &group, unsigned index, const receiver_setup &setup) {
    const int level = group.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP;
    const auto with_source = [&](int name, std::string_view option, const std::string &source) {
        group_source_req request{};
        request.gsr_interface = index;
        request.gsr_group = group.storage;
        request.gsr_source = platform::resolve_host(option, source, group.family()).storage;
        if (setsockopt(socket.get(), level, name, &request, sizeof request) != 0)
            refuse_join(group, setup.iface, errno);
    };
    if (setup.sources.empty()) {
        group_req request{};
        request.gr_interface = index;
        request.gr_group = group.storage;
        if (setsockopt(socket.get(), level, MCAST_JOIN_GROUP, &request, sizeof request) != 0)
            refuse_join(group, setup.iface, errno);
    }
    for (const std::string &source : setup.sources) with_source(MCAST_JOIN_SOURCE_GROUP, "source", source);
    for (const std::string &source : setup.excluded) with_source(MCAST_BLOCK_SOURCE, "exclude", source);
}

void listen_to_group(const file_descriptor &socket, endpoint &group, const receiver_setup &setup) {
    if (group.port() == 0) throw failure(KAM_E_INVALID, "address: a group needs a port, " + group.text() + " has 0");
    unsigned index = setup.iface.empty() ? 0 : platform::find_interface(setup.iface);
    if (group.is_v6()) {
        if (index == 0) index = group.v6.sin6_scope_id; // [ff02::1%eth0]:5004
        group.v6.sin6_scope_id = index;
    }
    // Else a socket also gets what any other program on this machine has joined.
    (void)try_option(socket, group.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP,
                     group.is_v6() ? IPV6_MULTICAST_ALL : IP_MULTICAST_ALL, 0);
    // To the group, not to every address: other groups and unicast with the same port stay out.
    platform::bind_to(socket, group, "listen at");
    join(socket, group, index, setup);
}

void listen_locally(const file_descriptor &socket, const endpoint &local, const receiver_setup &setup) {
    if (!setup.sources.empty() || !setup.excluded.empty())
        throw failure(KAM_E_INVALID, std::string(setup.sources.empty() ? "exclude" : "source") +
                                         ": only a multicast group has sources, " + local.text() + " is none");
    if (!setup.iface.empty()) {
        std::array<char, IF_NAMESIZE> name{};
        if_indextoname(platform::find_interface(setup.iface), name.data());
        set_option(socket, SOL_SOCKET, SO_BINDTODEVICE, name, "iface: cannot receive only from '" + setup.iface + "'");
    }
    platform::bind_to(socket, local, "listen at");
}

} // namespace

std::unique_ptr<udp_receiver> open_udp_receiver(const receiver_setup &setup) {
    if (!setup.sources.empty() && !setup.excluded.empty())
        throw failure(KAM_E_INVALID, "exclude: not together with source, which already names all that are wanted");
    endpoint at = platform::resolve("address", setup.address, AF_UNSPEC);
    file_descriptor socket = platform::open_datagram_socket(at.family());
    if (setup.reuse.value_or(at.is_group())) set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, "reuse: cannot set it");
    const uint32_t rcvbuf = platform::ask_buffer(socket, SO_RCVBUF, SO_RCVBUFFORCE, setup.rcvbuf_bytes);
    const bool has_gro = setup.gro && try_option(socket, SOL_UDP, UDP_GRO, 1);
    (void)try_option(socket, SOL_SOCKET, SO_RXQ_OVFL, 1); // Else losses are only counted, not marked in the stream.
    if (setup.timestamp) set_option(socket, SOL_SOCKET, SO_TIMESTAMPNS, 1, "timestamp: cannot set it");
    if (at.is_group())
        listen_to_group(socket, at, setup);
    else
        listen_locally(socket, at, setup);
    return std::make_unique<linux_udp_receiver>(std::move(socket), at, has_gro, rcvbuf);
}

} // namespace kam::net

#endif
