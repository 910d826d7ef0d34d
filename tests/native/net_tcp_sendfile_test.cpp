// tcp.sendfile over the loopback interface: whole files, parts, far ends that go, and no signal.
#if defined(__linux__)

#include "net_host.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using kam::test::given_options;
using kam::test::live_host;
using kam::test::node;

/// A file of the test's own, removed with it.
class scratch_file {
public:
    explicit scratch_file(const std::string &bytes) {
        const int file = mkstemp(name_);
        if (file < 0) throw std::runtime_error("mkstemp failed");
        close(file);
        std::ofstream(name_, std::ios::binary) << bytes;
    }
    ~scratch_file() { std::remove(name_); }
    scratch_file(const scratch_file &) = delete;
    scratch_file &operator=(const scratch_file &) = delete;
    const char *name() const { return name_; }

private:
    char name_[32] = "/tmp/kam-sendfile-XXXXXX";
};

/// A socket that listens and is nobody's component.
class plain_listener {
public:
    plain_listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t bytes = sizeof at;
        if (bind(socket_, reinterpret_cast<sockaddr *>(&at), bytes) != 0 || listen(socket_, 4) != 0 ||
            getsockname(socket_, reinterpret_cast<sockaddr *>(&at), &bytes) != 0)
            throw std::runtime_error("cannot listen");
        port = ntohs(at.sin_port);
    }
    ~plain_listener() { close(socket_); }
    plain_listener(const plain_listener &) = delete;
    plain_listener &operator=(const plain_listener &) = delete;
    int take() const { return accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }
    uint16_t port = 0;

private:
    int socket_;
};

std::string at(uint64_t port) {
    return "127.0.0.1:" + std::to_string(port);
}

/// What a tcp.listen gets of a file sent with these options.
std::string received(const scratch_file &file, given_options given, uint64_t *sent = nullptr) {
    live_host host;
    node &listener = start(host, "tcp.listen", {{"address", "127.0.0.1:0"}});
    kam_ring *heard = host.sink(listener.outs[0]);
    listener.ins[0]->flags |= KAM_RING_UNFED;
    const std::string address = at(live_host::counter(listener, "port"));
    given.emplace_back("path", file.name());
    given.emplace_back("address", address);
    node &sender = host.add("tcp.sendfile", given);
    std::string all;
    EXPECT_TRUE(host.until([&] {
        while (kam_ring_count(heard) > 0) all += host.take(heard).bytes;
        kam_room_made(heard, UINT32_MAX);
        return host.done(sender) && host.done(listener) && kam_ring_count(heard) == 0;
    }));
    EXPECT_FALSE(sender.failed()) << sender.error();
    if (sent != nullptr) *sent = live_host::counter(sender, "sent");
    EXPECT_EQ(host.leaked(), 0);
    return all;
}

TEST(TcpSendfile, AFileOfManyPieces_ArrivesWhole) {
    const std::string bytes = kam::test::pattern(3, 9'000'001);
    const scratch_file file(bytes);
    uint64_t sent = 0;
    EXPECT_EQ(received(file, {}, &sent), bytes);
    EXPECT_EQ(sent, bytes.size());
}

TEST(TcpSendfile, APartAtARate_IsThatPart) {
    const std::string bytes = kam::test::pattern(4, 300'000);
    const scratch_file file(bytes);
    EXPECT_EQ(received(file, {{"offset", "17"}, {"length", "200000"}, {"rate", "80M"}}), bytes.substr(17, 200'000));
    EXPECT_EQ(received(file, {{"offset", "300000"}}), "");
}

TEST(TcpSendfile, AFarEndThatHasGone_IsAFailureAndNoSignal) {
    ASSERT_EQ(std::signal(SIGPIPE, SIG_DFL), SIG_DFL) << "this host does not ignore it";
    const scratch_file file(kam::test::pattern(5, 6'000'000));
    const plain_listener listener;
    live_host host;
    node &sender = host.add("tcp.sendfile", {{"path", file.name()}, {"address", at(listener.port)}, {"rate", "20M"}});
    int peer = -1;
    EXPECT_TRUE(host.until([&] { return peer >= 0 || (peer = listener.take()) >= 0; }));
    close(peer); // What comes now is answered with a reset; after it a write meets a broken pipe.
    EXPECT_TRUE(host.until([&] { return sender.failed(); }));
    EXPECT_NE(sender.error().find("broke"), std::string::npos) << sender.error();
    EXPECT_NE(sender.error().find(file.name()), std::string::npos) << sender.error();
    sigset_t pending;
    sigpending(&pending);
    EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
    EXPECT_EQ(host.leaked(), 0);
}

TEST(TcpSendfile, ACancelInTheMiddle_ResetsTheFarEnd) {
    const scratch_file file(kam::test::pattern(6, 30'000'000));
    const plain_listener listener;
    live_host host;
    node &sender = host.add("tcp.sendfile", {{"path", file.name()}, {"address", at(listener.port)}});
    int peer = -1;
    EXPECT_TRUE(host.until([&] {
        if (peer < 0) peer = listener.take();
        return peer >= 0 && live_host::counter(sender, "sent") > 0;
    }));
    host.stop(sender, KAM_STOP_CANCEL);
    EXPECT_TRUE(host.until([&] { return host.done(sender); }));
    EXPECT_EQ(host.leaked(), 0); // Closes it.
    ssize_t got;
    std::string into(1 << 20, '\0');
    do got = recv(peer, into.data(), into.size(), 0);
    while (got > 0);
    EXPECT_EQ(got, -1);
    EXPECT_EQ(errno, ECONNRESET);
    close(peer);
}

TEST(TcpSendfile, WhatCannotBeSent_IsASentence) {
    EXPECT_NE(kam::test::refusal("tcp.sendfile", {{"path", "/no/such"}, {"address", "127.0.0.1:9"}}).find("/no/such"),
              std::string::npos);
    EXPECT_NE(kam::test::refusal("tcp.sendfile", {{"path", "/dev/null"}, {"address", "127.0.0.1:9"}}).find("device"),
              std::string::npos);
    EXPECT_NE(kam::test::refusal("tcp.sendfile", {{"path", "x"}, {"address", "127.0.0.1:9"}, {"rate", "2000G"}})
                  .find("at most 1000G"),
              std::string::npos);
}

} // namespace

#endif
