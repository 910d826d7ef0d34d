// A TCP server on Linux: one epoll of its own for all connections, edge-triggered, so that a connection is registered
// once and writing costs one call; that epoll is what the scheduler's poller watches.
#if defined(__linux__)

#include "net/stream_server.hpp"
#include "platform/linux/socket_options.hpp"
#include <kamaelia/failure.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/uio.h>

namespace kam::net {
namespace {

using platform::endpoint;
using platform::file_descriptor;

constexpr int backlog_max = 1024;
constexpr uint64_t listener_mark = UINT64_MAX;
constexpr int forget_rounds_max = 32; // Whoever talks without end must not hold up the others.

class linux_stream_server final : public stream_server {
public:
    linux_stream_server(file_descriptor listener, file_descriptor epoll, const server_setup &setup)
        : listener_(std::move(listener)), epoll_(std::move(epoll)), port_(platform::bound_port(listener_)),
          reads_(setup.reads) {}

    [[nodiscard]] int descriptor() const override { return epoll_.get(); }
    [[nodiscard]] uint16_t local_port() const override { return port_; }
    accept_report accept(uint32_t tag) override;
    size_t poll(std::span<connection_event> events, bool &waiting) override;
    write_report write(int connection, std::span<const byte_view> parts) override;
    void close(int connection, bool reset) override;
    void close_listener() override { listener_ = file_descriptor{}; }

private:
    bool forget_input(int connection, uint64_t mark);
    [[nodiscard]] bool watch(int connection, uint64_t mark, int operation) const;

    file_descriptor listener_;
    file_descriptor epoll_;
    uint16_t port_;
    bool reads_;
    std::array<epoll_event, 256> events_{};
};

// The mark holds the tag below and the descriptor above.
uint64_t mark_of(uint32_t tag, int connection) {
    return static_cast<uint64_t>(static_cast<uint32_t>(connection)) << 32 | tag;
}

bool linux_stream_server::watch(int connection, uint64_t mark, int operation) const {
    epoll_event event{};
    // Both directions at once: an edge for writing comes only after a write that did not fit.
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u64 = mark;
    return epoll_ctl(epoll_.get(), operation, connection, &event) == 0;
}

accept_report linux_stream_server::accept(uint32_t tag) {
    while (listener_) {
        file_descriptor connection{accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (!connection) {
            switch (errno) {
            case EAGAIN:
                return {};
            case EMFILE:
            case ENFILE:
            case ENOBUFS:
            case ENOMEM:
                return {accept_outcome::exhausted, -1};
            case EINTR:
            case ECONNABORTED: // It has gone again.
            case EPERM:        // A firewall rule.
            case EPROTO:
            case ENETDOWN:
            case EHOSTUNREACH:
            case ENETUNREACH:
            case EOPNOTSUPP:
                continue;
            default:
                platform::refuse_with_errno("cannot accept listeners any more", errno);
            }
        }
        // What is written together is sent together already; holding it back only adds delay.
        (void)platform::try_option(connection, IPPROTO_TCP, TCP_NODELAY, 1);
        if (!watch(connection.get(), mark_of(tag, connection.get()), EPOLL_CTL_ADD))
            return {accept_outcome::exhausted, -1};
        return {accept_outcome::accepted, connection.release()};
    }
    return {};
}

// False: it broke.
bool linux_stream_server::forget_input(int connection, uint64_t mark) {
    for (int round = 0; round < forget_rounds_max; round++) {
        // MSG_TRUNC: TCP throws so many bytes away without copying them.
        const ssize_t bytes = recv(connection, nullptr, size_t{1} << 20, MSG_TRUNC | MSG_DONTWAIT);
        if (bytes == 0) return true; // It says no more, and may well go on listening.
        if (bytes < 0 && errno == EINTR) continue;
        if (bytes < 0) return errno == EAGAIN;
    }
    return watch(connection, mark, EPOLL_CTL_MOD); // There is more: the next look finds it.
}

size_t linux_stream_server::poll(std::span<connection_event> events, bool &waiting) {
    const auto room = static_cast<int>(std::min(events.size(), events_.size()));
    int count;
    do count = epoll_wait(epoll_.get(), events_.data(), room, 0);
    while (count < 0 && errno == EINTR);
    size_t filled = 0;
    for (int i = 0; i < count; i++) {
        const epoll_event &event = events_[static_cast<size_t>(i)];
        const uint64_t mark = event.data.u64;
        if (mark == listener_mark) {
            waiting = true;
            events[filled++] = {UINT32_MAX, false, false};
            continue;
        }
        if (reads_) {
            const bool readable = (event.events & ~static_cast<uint32_t>(EPOLLOUT)) != 0;
            events[filled++] = {static_cast<uint32_t>(mark), (event.events & EPOLLOUT) != 0, false, readable};
            continue;
        }
        const auto connection = static_cast<int>(mark >> 32);
        bool gone = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        if (!gone && (event.events & EPOLLIN) != 0) gone = !forget_input(connection, mark);
        events[filled++] = {static_cast<uint32_t>(mark), (event.events & EPOLLOUT) != 0, gone};
    }
    return filled;
}

write_report linux_stream_server::write(int connection, std::span<const byte_view> parts) {
    std::array<iovec, parts_max> vectors;
    const size_t count = std::min(parts.size(), parts_max);
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        vectors[i] = {const_cast<uint8_t *>(parts[i].bytes), parts[i].length}; // The system only reads.
        wanted += parts[i].length;
    }
    ssize_t bytes;
    if (count == 1) {
        do bytes = send(connection, vectors[0].iov_base, vectors[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
        while (bytes < 0 && errno == EINTR);
    } else {
        msghdr message{};
        message.msg_iov = vectors.data();
        message.msg_iovlen = count;
        do bytes = sendmsg(connection, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        while (bytes < 0 && errno == EINTR);
    }
    if (bytes < 0) return {0, errno == EAGAIN || errno == ENOBUFS, errno != EAGAIN && errno != ENOBUFS};
    return {static_cast<size_t>(bytes), static_cast<size_t>(bytes) < wanted, false};
}

void linux_stream_server::close(int connection, bool reset) {
    const file_descriptor owned{connection};
    if (reset) {
        const linger at_once{1, 0}; // Closing then sends RST.
        (void)platform::try_option(owned, SOL_SOCKET, SO_LINGER, at_once);
        return;
    }
    // Unread input would make a reset of the close.
    (void)recv(connection, nullptr, size_t{1} << 20, MSG_TRUNC | MSG_DONTWAIT);
}

void bind_and_listen(const file_descriptor &socket, const endpoint &local) {
    const auto refuse = [&](int code) {
        std::string sentence = "cannot listen at " + local.text() + ": " + platform::errno_words(code);
        if (code == EADDRINUSE)
            sentence += "; another program has it: choose another port, or end that program";
        else if (code == EADDRNOTAVAIL)
            sentence += "; no interface of this machine has that address";
        else if (code == EACCES)
            sentence += "; ports below 1024 are for privileged programs";
        throw failure(KAM_E_IO, sentence);
    };
    if (bind(socket.get(), &local.any, local.bytes()) != 0) refuse(errno);
    if (listen(socket.get(), backlog_max) != 0) refuse(errno);
}

class linux_server_plan final : public stream_server_plan {
public:
    explicit linux_server_plan(const server_setup &setup)
        : setup_(setup), local_(platform::resolve("address", setup.address, AF_UNSPEC)) {}

    [[nodiscard]] std::unique_ptr<stream_server> open() const override {
        file_descriptor socket{::socket(local_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
        if (!socket) platform::refuse_with_errno("cannot open a TCP socket", errno);
        if (local_.is_v6())
            platform::set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, "cannot keep IPv4 off an IPv6 socket");
        // A port whose last connections are still timing out may be had again at once.
        platform::set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, "cannot take the port again");
        if (setup_.share_port)
            platform::set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1, "reuse_port: cannot share the port");
        // Connections inherit it.
        platform::ask_buffer(socket, SO_SNDBUF, SO_SNDBUFFORCE, setup_.sndbuf_bytes);
        bind_and_listen(socket, local_);
        file_descriptor epoll{epoll_create1(EPOLL_CLOEXEC)};
        if (!epoll) platform::refuse_with_errno("cannot watch connections (epoll_create1)", errno);
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        event.data.u64 = listener_mark;
        if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, socket.get(), &event) != 0)
            platform::refuse_with_errno("cannot watch connections (epoll_ctl)", errno);
        return std::make_unique<linux_stream_server>(std::move(socket), std::move(epoll), setup_);
    }

private:
    server_setup setup_;
    endpoint local_;
};

} // namespace

std::unique_ptr<stream_server_plan> plan_stream_server(const server_setup &setup) {
    return std::make_unique<linux_server_plan>(setup);
}

} // namespace kam::net

#endif
