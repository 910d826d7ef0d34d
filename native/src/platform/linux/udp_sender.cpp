// Sending batches: one sendmmsg for many datagrams, and neighbours of equal length as one segmented message (GSO).
#if defined(__linux__)

#include "net/udp_socket.hpp"
#include "platform/linux/socket_options.hpp"
#include <kamaelia/failure.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include <arpa/inet.h>
#include <netinet/udp.h>

#if !defined(UDP_SEGMENT)
#define UDP_SEGMENT 103
#endif

namespace kam::net {
namespace {

using platform::endpoint;
using platform::file_descriptor;

// The far end's replies come back as errors of later sends; that many in a row without progress are no replies.
constexpr uint32_t soft_errors_in_row_max = 3;

bool is_soft(int error) {
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == EHOSTDOWN;
}

class linux_udp_sender final : public udp_sender {
public:
    linux_udp_sender(file_descriptor socket, const endpoint &to)
        : socket_(std::move(socket)), to_(to), port_(platform::bound_port(socket_)) {
        int segment = 0;
        socklen_t bytes = sizeof segment;
        if (getsockopt(socket_.get(), SOL_UDP, UDP_SEGMENT, &segment, &bytes) != 0) gso_bytes_max_ = 0;
    }

    send_report send(std::span<const datagram_view> datagrams, uint32_t segments, bool more_wait) override;
    [[nodiscard]] int descriptor() const override { return socket_.get(); }
    [[nodiscard]] uint16_t local_port() const override { return port_; }
    [[nodiscard]] uint32_t payload_bytes_max() const override {
        return to_.is_v6() ? payload_bytes_max_v6 : payload_bytes_max_v4;
    }
    [[nodiscard]] std::string explain(int error, uint32_t datagram_bytes) const override;

private:
    struct alignas(cmsghdr) control {
        std::array<std::byte, CMSG_SPACE(sizeof(uint16_t))> bytes;
    };

    uint32_t build(std::span<const datagram_view> datagrams, uint32_t segments, bool more_wait);
    size_t group_length(std::span<const datagram_view> datagrams, uint32_t segments) const;
    static size_t gather(std::span<const datagram_view> datagrams, iovec *parts);
    void set_segment(msghdr &message, control &space, uint32_t segment_bytes) const;
    bool give_up_gso(int error, const datagram_view &first);

    platform::file_descriptor socket_;
    endpoint to_;
    uint16_t port_;
    uint32_t gso_bytes_max_ = payload_bytes_max_v4; // Segments up to this length go as one; 0: GSO is not to be had.
    std::array<mmsghdr, batch_max> messages_{};
    std::array<iovec, batch_max> parts_{};
    std::array<control, batch_max> controls_{};
    std::array<uint16_t, batch_max> counts_{}; // Datagrams in each message.
};

// How many datagrams from the first on may go as one message: equal lengths, the last may be shorter.
size_t linux_udp_sender::group_length(std::span<const datagram_view> datagrams, uint32_t segments) const {
    const uint32_t length = datagrams[0].length;
    if (segments < 2 || length == 0 || length > gso_bytes_max_) return 1;
    // Both families the same: the kernel limits a segmented message to what IPv4 could carry.
    const size_t fits = std::min<size_t>(segments, payload_bytes_max_v4 / length);
    const size_t most = std::min(fits, datagrams.size());
    size_t count = 1;
    while (count < most && datagrams[count].length == length) count++;
    if (count < most && datagrams[count].length < length && datagrams[count].length > 0) count++;
    return count;
}

// The parts of one message, from `part` on; answers how many. Slices of one block lie side by side: one part then
// serves them all. The open part is kept in registers: read back from memory at once it cost 2 ns a datagram.
size_t linux_udp_sender::gather(std::span<const datagram_view> datagrams, iovec *parts) {
    const uint8_t *begin = datagrams[0].bytes;
    const uint8_t *end = begin + datagrams[0].length;
    size_t count = 0;
    for (const datagram_view &each : datagrams.subspan(1)) {
        if (each.bytes != end) {
            // The kernel only reads what an iovec of a send points at.
            parts[count++] = {const_cast<uint8_t *>(begin), static_cast<size_t>(end - begin)};
            begin = end = each.bytes;
        }
        end += each.length;
    }
    parts[count++] = {const_cast<uint8_t *>(begin), static_cast<size_t>(end - begin)};
    return count;
}

void linux_udp_sender::set_segment(msghdr &message, control &space, uint32_t segment_bytes) const {
    message.msg_control = &space;
    message.msg_controllen = sizeof space;
    cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_UDP;
    header->cmsg_type = UDP_SEGMENT;
    header->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    const auto value = static_cast<uint16_t>(segment_bytes);
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
}

// Fills messages_ with the datagrams; answers how many messages they are.
uint32_t linux_udp_sender::build(std::span<const datagram_view> datagrams, uint32_t segments, bool more_wait) {
    uint32_t built = 0;
    size_t part = 0;
    while (!datagrams.empty()) {
        const size_t count = group_length(datagrams, segments);
        // Runs cost by the message, not by the datagram: 64 datagrams in runs of 49 and 15 cost a third more than 49.
        if (more_wait && built > 0 && count == datagrams.size() && segments > 1) break;
        msghdr &message = messages_[built].msg_hdr;
        message = {};
        message.msg_iov = &parts_[part];
        message.msg_iovlen = gather(datagrams.first(count), &parts_[part]);
        part += message.msg_iovlen;
        if (count > 1) set_segment(message, controls_[built], datagrams[0].length);
        counts_[built++] = static_cast<uint16_t>(count);
        datagrams = datagrams.subspan(count);
    }
    return built;
}

// Whether the error means that this message must go without GSO, and remembers it for those that follow.
bool linux_udp_sender::give_up_gso(int error, const datagram_view &first) {
    switch (error) {
    case EIO:        // The way out cannot checksum for us.
    case EOPNOTSUPP: // Nor segment.
        gso_bytes_max_ = 0;
        return true;
    case EINVAL: // A segment and its headers are over the way's MTU; newer kernels say EMSGSIZE.
    case EMSGSIZE:
        gso_bytes_max_ = first.length - 1;
        return true;
    default:
        return false;
    }
}

send_report linux_udp_sender::send(std::span<const datagram_view> datagrams, uint32_t segments, bool more_wait) {
    send_report report;
    datagrams = datagrams.first(std::min<size_t>(datagrams.size(), batch_max));
    uint32_t soft_in_row = 0;
    while (!datagrams.empty()) {
        if (more_wait && report.sent > 0 && group_length(datagrams, segments) == datagrams.size()) break;
        const uint32_t built = build(datagrams, segments, more_wait);
        const int done = sendmmsg(socket_.get(), messages_.data(), built, MSG_DONTWAIT | MSG_NOSIGNAL);
        report.calls++;
        if (done > 0) {
            size_t count = 0;
            for (size_t i = 0; i < static_cast<size_t>(done); i++) count += counts_[i];
            report.sent += static_cast<uint32_t>(count);
            datagrams = datagrams.subspan(count);
            soft_in_row = 0;
            continue;
        }
        const int error = errno;
        if (error == EINTR) continue;
        if (error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS) {
            report.outcome = send_outcome::blocked;
            return report;
        }
        if (counts_[0] > 1 && give_up_gso(error, datagrams[0])) continue;
        if (is_soft(error) && ++soft_in_row <= soft_errors_in_row_max) {
            report.soft_errors++; // Said of an earlier datagram; this one has not gone yet.
            continue;
        }
        report.outcome = send_outcome::refused;
        report.error = error;
        return report;
    }
    return report;
}

std::string explain_send(const endpoint &to, int error, uint32_t datagram_bytes) {
    std::string sentence = "cannot send to " + to.text() + ": " + platform::errno_words(error);
    switch (error) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENODEV:
        return sentence + "; no route leads there: name an interface with iface=";
    case EMSGSIZE:
        return sentence + "; a datagram of " + std::to_string(datagram_bytes) +
               " bytes is longer than the way there carries: send shorter ones";
    case EPERM:
        return sentence + "; a firewall rule of this machine forbids it";
    case EACCES:
        return sentence + "; broadcast addresses are not served: use a multicast group";
    case ENETDOWN:
        return sentence + "; the interface is down";
    case EINVAL:
        return sentence + "; the local address (bind=) and the interface cannot reach it";
    default:
        return sentence;
    }
}

std::string linux_udp_sender::explain(int error, uint32_t datagram_bytes) const {
    return explain_send(to_, error, datagram_bytes);
}

void choose_interface(const file_descriptor &socket, endpoint &to, const std::string &iface) {
    if (iface.empty()) return;
    const auto index = static_cast<int>(platform::find_interface(iface));
    const std::string what = "iface: cannot send through '" + iface + "'";
    const int network_order = static_cast<int>(htonl(static_cast<uint32_t>(index))); // As the unicast options want it.
    if (to.is_v6()) {
        if (to.is_group())
            set_option(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, index, what);
        else
            set_option(socket, IPPROTO_IPV6, IPV6_UNICAST_IF, network_order, what);
        const in6_addr &address = to.v6.sin6_addr;
        const bool is_link_local =
            IN6_IS_ADDR_LINKLOCAL(&address) || IN6_IS_ADDR_MC_LINKLOCAL(&address) || IN6_IS_ADDR_MC_NODELOCAL(&address);
        if (is_link_local && to.v6.sin6_scope_id == 0) to.v6.sin6_scope_id = static_cast<uint32_t>(index);
    } else if (to.is_group()) {
        ip_mreqn request{};
        request.imr_ifindex = index;
        set_option(socket, IPPROTO_IP, IP_MULTICAST_IF, request, what);
    } else {
        set_option(socket, IPPROTO_IP, IP_UNICAST_IF, network_order, what);
    }
}

void choose_reach(const file_descriptor &socket, const endpoint &to, const sender_setup &setup) {
    if (to.is_group()) {
        const int ttl = static_cast<int>(setup.ttl.value_or(1));
        const int loop = setup.loop ? 1 : 0;
        set_option(socket, to.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP, to.is_v6() ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL,
                   ttl, "ttl: cannot set it");
        set_option(socket, to.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP, to.is_v6() ? IPV6_MULTICAST_LOOP : IP_MULTICAST_LOOP,
                   loop, "loop: cannot set it");
    } else if (setup.ttl) {
        set_option(socket, to.is_v6() ? IPPROTO_IPV6 : IPPROTO_IP, to.is_v6() ? IPV6_UNICAST_HOPS : IP_TTL,
                   static_cast<int>(*setup.ttl), "ttl: cannot set it");
    }
}

class linux_udp_sender_plan final : public udp_sender_plan {
public:
    explicit linux_udp_sender_plan(const sender_setup &setup)
        : setup_(setup), to_(platform::resolve("address", setup.address, AF_UNSPEC)) {
        if (to_.port() == 0)
            throw failure(KAM_E_INVALID, "address: " + to_.text() + " has port 0, to which nobody listens");
        if (!to_.is_group() && setup.ttl == 0u)
            throw failure(KAM_E_INVALID, "ttl: 0 is for multicast groups, " + to_.text() + " is none");
        if (!setup.bind.empty()) bind_ = platform::resolve("bind", setup.bind, to_.family());
    }

    [[nodiscard]] std::unique_ptr<udp_sender> open() const override {
        endpoint to = to_;
        file_descriptor socket = platform::open_datagram_socket(to.family());
        if (setup_.reuse) set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, "reuse: cannot set it");
        if (setup_.sndbuf_bytes != 0) platform::ask_buffer(socket, SO_SNDBUF, SO_SNDBUFFORCE, setup_.sndbuf_bytes);
        choose_interface(socket, to, setup_.iface);
        choose_reach(socket, to, setup_);
        if (bind_) platform::bind_to(socket, *bind_, "send from");
        // Connected, so that the route is looked up once and a port that nobody listens to is reported.
        if (connect(socket.get(), &to.any, to.bytes()) != 0) throw failure(KAM_E_IO, explain_send(to, errno, 0));
        return std::make_unique<linux_udp_sender>(std::move(socket), to);
    }

private:
    sender_setup setup_;
    endpoint to_;
    std::optional<endpoint> bind_;
};

} // namespace

std::unique_ptr<udp_sender_plan> plan_udp_sender(const sender_setup &setup) {
    if (setup.address.starts_with(':'))
        throw failure(KAM_E_INVALID, "address: a host is missing before '" + setup.address + "'");
    return std::make_unique<linux_udp_sender_plan>(setup);
}

} // namespace kam::net

#endif
