// tcp.serve over the loopback interface: what goes in comes out at every listener, and none hurts another.
#if defined(__linux__)

#include "net_host.hpp"

#include <cstdint>
#include <random>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using kam::test::given_options;
using kam::test::live_host;
using kam::test::node;

/// A listener of the test's own. Nothing waits.
class peer {
public:
    explicit peer(int rcvbuf_bytes = 0) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        if (rcvbuf_bytes > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &rcvbuf_bytes, sizeof rcvbuf_bytes);
    }
    peer(peer &&other) noexcept : socket_(std::exchange(other.socket_, -1)), bytes(std::move(other.bytes)) {}
    ~peer() { leave(); }

    void connect(uint64_t port) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<uint16_t>(port));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int answer = ::connect(socket_, reinterpret_cast<const sockaddr *>(&to), sizeof to);
        if (answer != 0 && errno != EINPROGRESS) throw std::runtime_error("cannot connect");
    }
    /// Takes what is there, at most so much.
    void read(size_t most = SIZE_MAX) {
        char buffer[16384];
        while (most > 0) {
            const ssize_t got = recv(socket_, buffer, std::min(sizeof buffer, most), 0);
            if (got <= 0) {
                ended = got == 0;
                broken = got < 0 && errno != EAGAIN;
                return;
            }
            bytes.append(buffer, static_cast<size_t>(got));
            most -= static_cast<size_t>(got);
        }
    }
    void say(std::string_view words) const { (void)send(socket_, words.data(), words.size(), MSG_NOSIGNAL); }
    void leave() {
        if (socket_ >= 0) close(std::exchange(socket_, -1));
    }

private:
    int socket_;

public:
    std::string bytes;
    bool ended = false;
    bool broken = false;
};

class station {
public:
    explicit station(given_options given = {}) : server_(open(given)), port_(counter("port")) {}

    peer listen(int rcvbuf_bytes = 0) {
        peer made(rcvbuf_bytes);
        const uint64_t before = counter("accepted");
        made.connect(port_);
        EXPECT_TRUE(host_.until([&] { return counter("accepted") > before; }));
        return made;
    }
    void put(const std::string &bytes, uint32_t flags = 0) { host_.put(server_.ins[0], {bytes, 0, 0, flags}); }
    void end() { host_.end(server_.ins[0]); }
    uint64_t counter(std::string_view name) const { return live_host::counter(server_, name); }
    live_host &host() { return host_; }
    node &server() { return server_; }

private:
    node &open(given_options given) {
        given.emplace_back("address", "127.0.0.1:0");
        return start(host_, "tcp.serve", given);
    }

    live_host host_;
    node &server_;
    uint64_t port_;
};

std::string numbered(uint32_t number, uint32_t length) {
    std::string bytes(length, '\0');
    for (uint32_t at = 0; at + 4 <= length; at += 4) std::memcpy(&bytes[at], &number, 4);
    return bytes;
}

class TcpServe : public testing::TestWithParam<const char *> {};

TEST_P(TcpServe, ChunksOfAllLengths_ReachEveryListener) {
    station station({{"interval", GetParam()}, {"queue", "64Mi"}});
    std::vector<peer> peers;
    for (int i = 0; i < 7; i++) peers.push_back(station.listen());
    std::mt19937 random(7);
    std::string sent;
    for (uint32_t i = 0; i < 2'000; i++) {
        const auto length = static_cast<uint32_t>(random() % (i % 10 == 0 ? 70'000 : 600));
        const std::string bytes = kam::test::pattern(i, length);
        station.put(bytes);
        sent += bytes;
        station.host().round();
        for (peer &each : peers) each.read();
    }
    station.end();
    EXPECT_TRUE(station.host().until([&] {
        bool all = true;
        for (peer &each : peers) {
            each.read();
            all = all && each.ended;
        }
        return all && station.host().done(station.server());
    })) << station.server().error();
    for (const peer &each : peers) EXPECT_TRUE(each.bytes == sent);
    EXPECT_EQ(station.counter("dropped"), 0u);
    EXPECT_EQ(station.counter("sent"), 7 * sent.size());
    EXPECT_EQ(station.host().leaked(), 0);
}

INSTANTIATE_TEST_SUITE_P(Intervals, TcpServe, testing::Values("0s", "3ms"));

class TcpServeSlow : public testing::TestWithParam<const char *> {};

// Listeners of every speed at once: each gets whole chunks in order, and the one that keeps up gets all.
TEST_P(TcpServeSlow, ListenersOfManySpeeds_GetWholeChunksInOrder) {
    constexpr uint32_t count = 1'500;
    constexpr uint32_t length = 4'000;
    station station({{"slow", GetParam()}, {"queue", "100000"}, {"sndbuf", "8Ki"}, {"linger", "10s"}});
    std::vector<peer> peers;
    for (int i = 0; i < 6; i++) peers.push_back(station.listen(4096));
    std::mt19937 random(11);
    for (uint32_t i = 0; i < count; i++) {
        station.put(numbered(i, length), i % 40 == 0 ? KAM_CHUNK_KEY : 0);
        station.host().round();
        EXPECT_TRUE(station.host().until([&] { // The first keeps up however slow this machine is.
            peers[0].read();
            return peers[0].bytes.size() + 20 * length >= size_t{i} * length;
        }));
        for (size_t each = 1; each < peers.size(); each++) peers[each].read(random() % (each * 800));
    }
    station.end();
    EXPECT_TRUE(station.host().until([&] {
        for (peer &each : peers) each.read();
        return station.host().done(station.server());
    }));
    for (peer &each : peers) each.read();
    EXPECT_EQ(peers[0].bytes.size(), size_t{count} * length);
    const bool cuts = std::string_view(GetParam()) == "disconnect";
    EXPECT_GT(station.counter(cuts ? "disconnects" : "drops"), 0u);
    for (const peer &each : peers) {
        uint32_t before = UINT32_MAX;
        for (size_t at = 0; at + length <= each.bytes.size(); at += length) {
            uint32_t number = 0;
            std::memcpy(&number, &each.bytes[at], 4);
            ASSERT_TRUE(each.bytes.compare(at, length, numbered(number, length)) == 0) << "a chunk in pieces";
            ASSERT_TRUE(before == UINT32_MAX || number > before);
            if (std::string_view(GetParam()) == "key" && number != before + 1) {
                ASSERT_EQ(number % 40, 0u) << "it goes on at a key point";
            }
            before = number;
        }
        if (!cuts) {
            EXPECT_EQ(each.bytes.size() % length, 0u);
        }
    }
    EXPECT_EQ(station.host().leaked(), 0);
}

INSTANTIATE_TEST_SUITE_P(Policies, TcpServeSlow, testing::Values("key", "oldest", "disconnect"));

TEST(TcpServeListeners, ThatTalkOrLeave_AreHeardOf) {
    station station;
    peer talker = station.listen();
    peer leaver = station.listen();
    for (int i = 0; i < 2'000; i++) {
        talker.say(std::string(1'000, 'x'));
        station.host().round();
    }
    leaver.leave();
    EXPECT_TRUE(station.host().until([&] { // Closed, it is gone with the second write that does not arrive.
        station.put("more");
        return station.counter("left") == 1;
    }));
    EXPECT_EQ(station.counter("listeners"), 1u);
    station.end();
    EXPECT_TRUE(station.host().until([&] { return station.host().done(station.server()); }));
    talker.read();
    EXPECT_TRUE(talker.ended);
    EXPECT_EQ(station.host().leaked(), 0);
}

TEST(TcpServeListeners, WithoutDescriptors_WaitUntilThereAreSome) {
    station station;
    std::vector<peer> peers(3);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = dup(0); // The lowest free number: as many as that are open.
    ASSERT_GE(next, 0);
    close(next);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(next);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    const uint64_t port = station.counter("port");
    for (const peer &each : peers) each.connect(port);
    const bool met = station.host().until([&] { return station.counter("no_descriptors") > 0; });
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(met);
    EXPECT_TRUE(station.host().until([&] { return station.counter("accepted") == 3; }));
}

TEST(TcpServeStop, CancelWithFullListeners_LeavesNothing) {
    station station({{"queue", "64Mi"}, {"sndbuf", "8Ki"}});
    std::vector<peer> peers;
    for (int i = 0; i < 5; i++) peers.push_back(station.listen(4096));
    for (uint32_t i = 0; i < 50; i++) station.put(numbered(i, 30'000));
    station.host().round();
    station.host().stop(station.server(), KAM_STOP_CANCEL);
    EXPECT_TRUE(station.host().until([&] { return station.host().done(station.server()); }));
    EXPECT_EQ(station.host().leaked(), 0);
    for (peer &each : peers) {
        each.read();
        EXPECT_TRUE(each.broken) << "it must not look as if it had got all";
    }
}

TEST(TcpServeOptions, BadOnes_AreNamed) {
    const auto refused = [](const char *name, const char *value) {
        return kam::test::refusal("tcp.serve", {{"address", "127.0.0.1:0"}, {name, value}});
    };
    EXPECT_NE(refused("slow", "later").find("slow"), std::string::npos);
    EXPECT_NE(refused("interval", "1001ms").find("interval"), std::string::npos);
    EXPECT_NE(refused("queue", "4095").find("queue"), std::string::npos);
    EXPECT_NE(refused("join", "x").find("join"), std::string::npos);
    EXPECT_NE(kam::test::refusal("tcp.serve", {{"address", "203.0.113.9:1"}}).find("no interface"), std::string::npos);
}

} // namespace

#endif
