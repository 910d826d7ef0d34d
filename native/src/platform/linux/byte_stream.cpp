// TCP connections on Linux: reads and writes that never wait, and connecting without a thread but for names.
#if defined(__linux__)

#include "net/byte_stream.hpp"
#include "platform/linux/socket_options.hpp"
#include <kamaelia/failure.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <vector>

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

namespace kam::net {
namespace {

using platform::endpoint;
using platform::file_descriptor;

class linux_byte_stream final : public byte_stream {
public:
    linux_byte_stream(file_descriptor socket, const endpoint &remote) : socket_(std::move(socket)), remote_(remote) {
        // What is written together is sent together already; holding it back only adds delay.
        (void)platform::try_option(socket_, IPPROTO_TCP, TCP_NODELAY, 1);
    }

    [[nodiscard]] int descriptor() const override { return socket_.get(); }
    stream_read read(std::span<uint8_t> into) override;
    stream_write write(std::span<const byte_view> parts) override;
    void finish_writing() override {
        // Refused when it has gone: then there is nothing to finish, and the reader says so.
        if (socket_) (void)shutdown(socket_.get(), SHUT_WR);
    }
    void reset() override;
    [[nodiscard]] std::string broken(int error) const override;

private:
    file_descriptor socket_;
    endpoint remote_;
};

stream_read linux_byte_stream::read(std::span<uint8_t> into) {
    ssize_t bytes;
    do bytes = recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
    while (bytes < 0 && errno == EINTR);
    stream_read report;
    if (bytes > 0)
        report.bytes = static_cast<size_t>(bytes);
    else if (bytes == 0)
        report.ended = true;
    else if (errno == EAGAIN)
        report.waits = true;
    else
        report.error = errno;
    return report;
}

stream_write linux_byte_stream::write(std::span<const byte_view> parts) {
    std::array<iovec, parts_max> vectors;
    const size_t count = std::min(parts.size(), parts_max);
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        vectors[i] = {const_cast<uint8_t *>(parts[i].bytes), parts[i].length}; // The system only reads.
        wanted += parts[i].length;
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    ssize_t bytes;
    do {
        bytes = count == 1 ? send(socket_.get(), vectors[0].iov_base, wanted, MSG_NOSIGNAL | MSG_DONTWAIT)
                           : sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (bytes < 0 && errno == EINTR);
    if (bytes >= 0) return {static_cast<size_t>(bytes), static_cast<size_t>(bytes) < wanted, 0};
    if (errno == EAGAIN || errno == ENOBUFS) return {0, true, 0};
    return {0, false, errno};
}

void linux_byte_stream::reset() {
    if (!socket_) return;
    const linger at_once{1, 0}; // Closing then sends RST.
    (void)platform::try_option(socket_, SOL_SOCKET, SO_LINGER, at_once);
    const file_descriptor closed = std::move(socket_);
}

std::string linux_byte_stream::broken(int error) const {
    std::string sentence = "the connection with " + remote_.text() + " broke: " + platform::errno_words(error);
    switch (error) {
    case ECONNRESET:
        return sentence + "; the far end gave it up before it was over";
    case EPIPE:
    case ECONNABORTED:
        return sentence + "; the far end takes no more";
    case ETIMEDOUT:
        return sentence + "; the far end does not answer any more";
    default:
        return sentence;
    }
}

// ---- connecting ----

connect_refusal refusal_of(int error) {
    const auto kind = [&] {
        switch (error) {
        case ECONNREFUSED:
            return refusal_kind::refused;
        case ETIMEDOUT:
            return refusal_kind::timed_out;
        case ENETUNREACH:
        case EHOSTUNREACH:
            return refusal_kind::unreachable;
        case EMFILE:
        case ENFILE:
            return refusal_kind::descriptors;
        default:
            return refusal_kind::other;
        }
    };
    return {kind(), platform::errno_words(error)};
}

class linux_attempt final : public stream_attempt {
public:
    explicit linux_attempt(const endpoint &to)
        : to_(to), socket_(::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        if (!socket_) {
            error_ = errno;
            return;
        }
        if (::connect(socket_.get(), &to_.any, to_.bytes()) == 0)
            over_ = true;
        else if (errno != EINPROGRESS && errno != EINTR)
            error_ = errno;
    }

    [[nodiscard]] int descriptor() const override { return over_ || error_ != 0 ? -1 : socket_.get(); }

    bool look(std::unique_ptr<byte_stream> &stream, connect_refusal &refusal) override {
        if (error_ == 0 && !over_) ask();
        if (error_ != 0)
            refusal = refusal_of(error_);
        else if (over_)
            stream = std::make_unique<linux_byte_stream>(std::move(socket_), to_);
        return error_ != 0 || over_;
    }

private:
    void ask() {
        socklen_t bytes = sizeof error_;
        if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_, &bytes) != 0) error_ = errno;
        if (error_ != 0) return;
        endpoint peer;
        bytes = sizeof peer.storage;
        over_ = getpeername(socket_.get(), &peer.any, &bytes) == 0; // Only once it is connected.
    }

    endpoint to_;
    file_descriptor socket_;
    bool over_ = false;
    int error_ = 0;
};

// What the thread that asks the name server leaves. Whoever of the two goes last frees it.
struct found_addresses {
    std::vector<endpoint> list;
    int code = 0; // Of getaddrinfo.
    file_descriptor bell{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::atomic<bool> over{false}; // Release in `find`, acquire in `over`.
};

void find(found_addresses &found, const std::string &host, uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    addrinfo *first = nullptr;
    found.code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(first, freeaddrinfo);
    for (const addrinfo *each = first; found.code == 0 && each != nullptr; each = each->ai_next) {
        endpoint one;
        std::memcpy(&one.storage, each->ai_addr, each->ai_addrlen);
        found.list.push_back(one);
    }
}

class linux_host_lookup final : public host_lookup {
public:
    linux_host_lookup(std::string host, uint16_t port) : host_(std::move(host)), port_(port) {}

    void start() override {
        found_ = std::make_shared<found_addresses>();
        find(*found_, host_, port_, AI_NUMERICHOST);
        if (found_->code == 0 || !found_->bell) {
            found_->over.store(true, std::memory_order_release);
            return;
        }
        found_->code = 0;
        try {
            std::thread([found = found_, host = host_, port = port_] {
                try {
                    find(*found, host, port, 0);
                } catch (const std::bad_alloc &) {
                    found->code = EAI_MEMORY;
                }
                found->over.store(true, std::memory_order_release);
                const uint64_t one = 1;
                [[maybe_unused]] const ssize_t written = ::write(found->bell.get(), &one, sizeof one);
            }).detach();
        } catch (const std::system_error &) {
            throw failure(KAM_E_NO_MEMORY, "no thread to look up '" + host_ + "' can be started");
        }
    }

    [[nodiscard]] int descriptor() const override { return over() ? -1 : found_->bell.get(); }
    [[nodiscard]] bool over() const override { return found_->over.load(std::memory_order_acquire); }
    [[nodiscard]] size_t count() const override { return found_->list.size(); }
    [[nodiscard]] connect_refusal refusal() const override {
        if (!found_->bell) return refusal_of(EMFILE);
        return {refusal_kind::unknown_name, gai_strerror(found_->code)};
    }
    [[nodiscard]] std::unique_ptr<stream_attempt> connect(size_t index) const override {
        return std::make_unique<linux_attempt>(found_->list[index]);
    }

private:
    std::string host_;
    uint16_t port_;
    std::shared_ptr<found_addresses> found_;
};

} // namespace

std::unique_ptr<byte_stream> adopt_stream(int descriptor) {
    file_descriptor socket{descriptor};
    endpoint remote;
    socklen_t bytes = sizeof remote.storage;
    // Refused when it was reset before anybody looked: the first read tells.
    if (getpeername(descriptor, &remote.any, &bytes) != 0) remote.any.sa_family = AF_INET;
    return std::make_unique<linux_byte_stream>(std::move(socket), remote);
}

std::unique_ptr<host_lookup> plan_host_lookup(const std::string &host, uint16_t port) {
    return std::make_unique<linux_host_lookup>(host, port);
}

} // namespace kam::net

#endif
