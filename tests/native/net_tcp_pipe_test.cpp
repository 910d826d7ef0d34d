// tcp.connect and tcp.listen over the loopback interface: bytes, ends, room, and what is lost.
#if defined(__linux__)

#include "net_host.hpp"

#include <random>

namespace {

using kam::test::given_options;
using kam::test::live_host;
using kam::test::node;

/// Both components on one scheduler, fed and read by the test.
class pair_of {
public:
    explicit pair_of(given_options listening = {}) : listener(open(host, listening)) {
        const std::string address = "127.0.0.1:" + std::to_string(live_host::counter(listener, "port"));
        heard = host.sink(listener.outs[0]);
        client = &host.add("tcp.connect", {{"address", address}, {"retry", "5s"}});
        answered = host.sink(client->outs[0]);
    }

    /// What has come to a box so far.
    static void collect(live_host &from, kam_ring *ring, std::string &into) {
        while (kam_ring_count(ring) > 0) into += from.take(ring).bytes;
    }
    bool both_done() const { return host.done(*client) && host.done(listener); }

    live_host host;
    node &listener;
    node *client = nullptr;
    kam_ring *heard = nullptr;
    kam_ring *answered = nullptr;

private:
    static node &open(live_host &at, given_options given) {
        given.emplace_back("address", "127.0.0.1:0");
        return start(at, "tcp.listen", given);
    }
};

TEST(TcpPipe, ChunksOfAllLengthsBothWays_ArriveInOrder) {
    pair_of pair;
    std::mt19937 random(11);
    std::string there;
    std::string back;
    std::string heard;
    std::string answered;
    for (uint32_t i = 0; i < 1'500; i++) {
        const std::string one = kam::test::pattern(i, static_cast<uint32_t>(random() % (i % 9 == 0 ? 90'000 : 500)));
        const std::string two = kam::test::pattern(~i, static_cast<uint32_t>(random() % 3'000));
        pair.host.put(pair.client->ins[0], {one});
        pair.host.put(pair.listener.ins[0], {two});
        there += one;
        back += two;
        if (i % 5 != 0) continue; // Now and then several wait at once.
        pair.host.round();
        pair_of::collect(pair.host, pair.heard, heard);
        pair_of::collect(pair.host, pair.answered, answered);
    }
    pair.host.end(pair.client->ins[0]);
    pair.host.end(pair.listener.ins[0]);
    EXPECT_TRUE(pair.host.until([&] {
        pair_of::collect(pair.host, pair.heard, heard);
        pair_of::collect(pair.host, pair.answered, answered);
        kam_room_made(pair.heard, UINT32_MAX);
        kam_room_made(pair.answered, UINT32_MAX);
        return pair.both_done();
    }));
    EXPECT_EQ(heard, there);
    EXPECT_EQ(answered, back);
    EXPECT_EQ(live_host::counter(*pair.client, "sent"), there.size());
    EXPECT_EQ(live_host::counter(*pair.client, "received"), back.size());
    EXPECT_EQ(live_host::counter(pair.listener, "lost"), 0u);
    EXPECT_EQ(pair.host.leaked(), 0);
}

TEST(TcpPipe, AReaderThatTakesNothing_HoldsUpTheSender) {
    pair_of pair;
    pair.heard->capacity = 4;
    for (uint32_t i = 0; i < 600; i++) pair.host.put(pair.client->ins[0], {kam::test::pattern(i, 60'000)});
    EXPECT_TRUE(pair.host.until([&] { return kam_ring_count(pair.heard) == 4; }));
    uint64_t sent = 0;
    int quiet = 0;
    for (int round = 0; round < 20'000 && quiet < 20; round++) {
        pair.host.round();
        const uint64_t now = live_host::counter(*pair.client, "sent");
        quiet = now == sent ? quiet + 1 : 0;
        sent = now;
    }
    EXPECT_LT(sent, 36'000'000u);
    EXPECT_EQ(kam_ring_count(pair.heard), 4u);
    EXPECT_GT(kam_ring_count(pair.client->ins[0]), 0u);
    pair.host.stop(*pair.client, KAM_STOP_CANCEL);
    pair.host.stop(pair.listener, KAM_STOP_CANCEL);
    EXPECT_TRUE(pair.host.until([&] { return pair.both_done(); }));
    EXPECT_EQ(pair.host.leaked(), 0);
}

TEST(TcpPipe, TheFarEndsEnd_EndsTheOutletBeforeTheComponent) {
    pair_of pair;
    pair.host.put(pair.listener.ins[0], {"bye"});
    pair.host.end(pair.listener.ins[0]);
    EXPECT_TRUE(pair.host.until([&] { return (pair.client->outs[0]->flags & KAM_OUTLET_ENDED) != 0; }));
    EXPECT_FALSE(pair.host.done(*pair.client));
    pair.host.put(pair.client->ins[0], {"and you"});
    pair.host.end(pair.client->ins[0]);
    EXPECT_TRUE(pair.host.until([&] { return pair.both_done(); }));
    EXPECT_EQ(pair.host.take(pair.heard).bytes, "and you");
    EXPECT_EQ(pair.host.take(pair.answered).bytes, "bye");
    EXPECT_EQ(pair.host.leaked(), 0);
}

TEST(TcpPipe, ADrainWithoutAPeer_CountsWhatIsLostAndEndsWithTheInput) {
    live_host host;
    node &listener = start(host, "tcp.listen", {{"address", "127.0.0.1:0"}, {"connections", "0"}});
    host.put(listener.ins[0], {"four"});
    for (int i = 0; i < 5; i++) host.round();
    EXPECT_EQ(kam_ring_count(listener.ins[0]), 1u);
    listener.ins[0]->flags |= KAM_RING_DRAINS;
    kam_wake(&host.sched, listener.id);
    host.round();
    EXPECT_FALSE(host.done(listener));
    host.put(listener.ins[0], {"seven!!"});
    host.end(listener.ins[0]);
    EXPECT_TRUE(host.until([&] { return host.done(listener); }));
    EXPECT_EQ(live_host::counter(listener, "lost"), 11u);
    EXPECT_FALSE(listener.failed());
    EXPECT_EQ(host.leaked(), 0);
}

TEST(TcpPipe, ManyPeersMerged_GiveAllTheirBytes) {
    live_host host;
    node &listener = host.add("tcp.listen", {{"address", "127.0.0.1:0"},
                                             {"mode", "merge"},
                                             {"connections", "20"},
                                             {"open_max", "6"}});
    listener.ins[0]->flags |= KAM_RING_UNFED;
    host.run();
    kam_ring *heard = host.sink(listener.outs[0]);
    const std::string address = "127.0.0.1:" + std::to_string(live_host::counter(listener, "port"));
    for (uint32_t i = 0; i < 20; i++) {
        node &client = host.add("tcp.connect", {{"address", address}});
        host.put(client.ins[0], {std::string(1000 + i, static_cast<char>('a' + i))});
        host.end(client.ins[0]);
    }
    std::string all;
    EXPECT_TRUE(host.until([&] {
        pair_of::collect(host, heard, all);
        return host.done(listener);
    }));
    std::sort(all.begin(), all.end());
    std::string expected;
    for (uint32_t i = 0; i < 20; i++) expected += std::string(1000 + i, static_cast<char>('a' + i));
    EXPECT_EQ(all, expected);
    EXPECT_EQ(live_host::counter(listener, "accepted"), 20u);
    EXPECT_EQ(host.leaked(), 0);
}

TEST(TcpPipe, NobodyListens_IsASentenceWithTheRemedy) {
    uint64_t port = 0;
    {
        live_host host;
        port = live_host::counter(start(host, "tcp.listen", {{"address", "127.0.0.1:0"}}), "port");
    }
    live_host host;
    const std::string address = "127.0.0.1:" + std::to_string(port);
    node &client = host.add("tcp.connect", {{"address", address}});
    EXPECT_TRUE(host.until([&] { return client.failed(); }));
    EXPECT_NE(client.error().find(address), std::string::npos) << client.error();
    EXPECT_NE(client.error().find("retry="), std::string::npos) << client.error();
}

} // namespace

#endif
