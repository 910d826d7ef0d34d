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
#include <vector>

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
    linux_udp_receiver(file_descriptor socket, const endpoint &at, bool has_gro, uint32_t rcvbuf_bytes, bool senders)
        : socket_(std::move(socket)), at_(at), port_(platform::bound_port(socket_)), has_gro_(has_gro),
          senders_(senders), rcvbuf_bytes_(rcvbuf_bytes) {}

    receive_report receive(std::span<receive_slot> slots) override;
    [[nodiscard]] int descriptor() const override { return socket_.get(); }
    [[nodiscard]] uint16_t local_port() const override { return port_; }
    [[nodiscard]] bool has_gro() const override { return has_gro_; }
    [[nodiscard]] uint32_t rcvbuf_bytes() const override { return rcvbuf_bytes_; }
    [[nodiscard]] uint64_t kernel_drops() const override;
    [[nodiscard]] std::string explain(int error) const override;
    [[nodiscard]] std::string text_of(const sender_key &sender) const override;

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
    bool senders_;
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
        message.msg_name = senders_ ? slots[i].from.data() : nullptr;
        message.msg_namelen = senders_ ? static_cast<socklen_t>(slots[i].from.size()) : 0;
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
        const size_t named = std::min<size_t>(message.msg_namelen, slot.from.size());
        std::fill(slot.from.begin() + static_cast<ptrdiff_t>(named), slot.from.end(), uint8_t{0});
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

std::string linux_udp_receiver::text_of(const sender_key &sender) const {
    endpoint from;
    static_assert(sizeof(sockaddr_in6) == std::tuple_size_v<sender_key>);
    std::memcpy(&from.storage, sender.data(), sender.size());
    return from.text();
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

// A setup with its names looked up.
struct receiver_addresses {
    endpoint at;
    std::vector<endpoint> sources;
    std::vector<endpoint> excluded;
};

void join(const file_descriptor &socket, const receiver_addresses &addresses, unsigned index,
          const std::string &iface) {
    const endpoint &group = addresses.at;
    const int level = group.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP;
    const auto with_source = [&](int name, const endpoint &source) {
        group_source_req request{};
        request.gsr_interface = index;
        request.gsr_group = group.storage;
        request.gsr_source = source.storage;
        if (setsockopt(socket.get(), level, name, &request, sizeof request) != 0) refuse_join(group, iface, errno);
    };
    if (addresses.sources.empty()) {
        group_req request{};
        request.gr_interface = index;
        request.gr_group = group.storage;
        if (setsockopt(socket.get(), level, MCAST_JOIN_GROUP, &request, sizeof request) != 0)
            refuse_join(group, iface, errno);
    }
    for (const endpoint &source : addresses.sources) with_source(MCAST_JOIN_SOURCE_GROUP, source);
    for (const endpoint &source : addresses.excluded) with_source(MCAST_BLOCK_SOURCE, source);
}

void listen_to_group(const file_descriptor &socket, receiver_addresses addresses, const std::string &iface) {
    endpoint &group = addresses.at;
    unsigned index = iface.empty() ? 0 : platform::find_interface(iface);
    if (group.is_v6()) {
        if (index == 0) index = group.v6.sin6_scope_id; // [ff02::1%eth0]:5004
        group.v6.sin6_scope_id = index;
    }
    // Else a socket also gets what any other program on this machine has joined.
    (void)try_option(socket, group.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP,
                     group.is_v6() ? IPV6_MULTICAST_ALL : IP_MULTICAST_ALL, 0);
    // To the group, not to every address: other groups and unicast with the same port stay out.
    platform::bind_to(socket, group, "listen at");
    join(socket, addresses, index, iface);
}

void listen_locally(const file_descriptor &socket, const endpoint &local, const std::string &iface) {
    if (!iface.empty()) {
        std::array<char, IF_NAMESIZE> name{};
        if_indextoname(platform::find_interface(iface), name.data());
        set_option(socket, SOL_SOCKET, SO_BINDTODEVICE, name, "iface: cannot receive only from '" + iface + "'");
    }
    platform::bind_to(socket, local, "listen at");
}

class linux_udp_receiver_plan final : public udp_receiver_plan {
public:
    explicit linux_udp_receiver_plan(const receiver_setup &setup) : setup_(setup) {
        endpoint &at = addresses_.at;
        if (!setup.sources.empty() && !setup.excluded.empty())
            throw failure(KAM_E_INVALID, "exclude: not together with source, which already names all that are wanted");
        at = platform::resolve("address", setup.address, AF_UNSPEC);
        const bool has_sources = !setup.sources.empty() || !setup.excluded.empty();
        if (at.is_group() && at.port() == 0)
            throw failure(KAM_E_INVALID, "address: a group needs a port, " + at.text() + " has 0");
        if (!at.is_group() && has_sources)
            throw failure(KAM_E_INVALID, std::string(setup.sources.empty() ? "exclude" : "source") +
                                             ": only a multicast group has sources, " + at.text() + " is none");
        for (const std::string &each : setup.sources)
            addresses_.sources.push_back(platform::resolve_host("source", each, at.family()));
        for (const std::string &each : setup.excluded)
            addresses_.excluded.push_back(platform::resolve_host("exclude", each, at.family()));
    }

    [[nodiscard]] std::unique_ptr<udp_receiver> open() const override {
        const endpoint &at = addresses_.at;
        file_descriptor socket = platform::open_datagram_socket(at.family());
        if (setup_.reuse.value_or(at.is_group()))
            set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, "reuse: cannot set it");
        const uint32_t rcvbuf = platform::ask_buffer(socket, SO_RCVBUF, SO_RCVBUFFORCE, setup_.rcvbuf_bytes);
        const bool has_gro = setup_.gro && try_option(socket, SOL_UDP, UDP_GRO, 1);
        (void)try_option(socket, SOL_SOCKET, SO_RXQ_OVFL, 1); // Else losses are only counted, not marked in the stream.
        if (setup_.timestamp) set_option(socket, SOL_SOCKET, SO_TIMESTAMPNS, 1, "timestamp: cannot set it");
        if (at.is_group())
            listen_to_group(socket, addresses_, setup_.iface);
        else
            listen_locally(socket, at, setup_.iface);
        return std::make_unique<linux_udp_receiver>(std::move(socket), at, has_gro, rcvbuf,
                                                    setup_.senders_max > 0);
    }

private:
    receiver_setup setup_;
    receiver_addresses addresses_;
};

} // namespace

std::unique_ptr<udp_receiver_plan> plan_udp_receiver(const receiver_setup &setup) {
    return std::make_unique<linux_udp_receiver_plan>(setup);
}

} // namespace kam::net

#endif
