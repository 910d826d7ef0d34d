// A run of components between a box that is fed bit by bit and one that is read bit by bit.
#pragma once

#include <memory>

#include "bytes.hpp"
#include "rig.hpp"

namespace kam::fuzz {

/// How a run is chopped up. None of it may change what comes out.
struct pace {
    int32_t batch_max = 64;
    uint32_t capacity = 64;     ///< Of every ring.
    uint32_t feed = 1000;       ///< Messages put in before it runs.
    uint32_t activations = 100; ///< Of the whole graph before the sink is looked at.

    static pace any(input &from) {
        return {1 + static_cast<int32_t>(from.below(9)), 1 + from.below(5), 1 + from.below(4), 1 + from.below(7)};
    }
};

struct link {
    std::string_view type;
    test::given_options options;
};

struct outcome {
    std::vector<test::message> messages;
    /// Of the furthest down that failed. It may keep those before it from failing, so theirs depend on the pace; its
    /// own depends on what it read alone.
    std::string error;
    bool operator==(const outcome &) const = default;
};

inline bool all_done(const test::host &host, const std::vector<test::node *> &nodes) {
    for (const test::node *node : nodes)
        if (host.state(*node) != KAM_DONE) return false;
    return true;
}

/// What a scheduler's maker does for native components that have ended: their outs end, their ins close.
inline void bury(test::host &host, const std::vector<test::node *> &nodes, std::vector<bool> &buried) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (buried[i] || host.state(*nodes[i]) != KAM_DONE) continue;
        buried[i] = true;
        host.end(nodes[i]->outs[0]->ring);
        kam_ring *ring = nodes[i]->ins[0];
        ring->flags |= KAM_RING_CLOSED;
        host.take_all(ring);
    }
}

/// Runs a chain over these messages to its end. Nothing may be left, and it may not run for ever.
inline outcome run_chain(const std::vector<link> &chain, const std::vector<test::message> &messages, const pace &how) {
    auto host = std::make_unique<test::host>();
    host->sched.batch_max = how.batch_max;
    std::vector<test::node *> nodes;
    for (const link &each : chain) nodes.push_back(&host->add(each.type, each.options));
    for (std::size_t i = 0; i + 1 < nodes.size(); ++i) test::host::link(nodes[i]->outs[0], nodes[i + 1]->ins[0]);
    for (test::node *node : nodes) node->ins[0]->capacity = how.capacity;
    kam_ring *sink = host->sink(nodes.back()->outs[0], how.capacity);
    kam_ring *first = nodes.front()->ins[0];
    outcome made;
    std::vector<bool> buried(nodes.size());
    std::size_t fed = 0;
    for (uint32_t round = 0; !all_done(*host, nodes) || kam_ring_count(sink); ++round) {
        expect(round < 200'000);
        for (uint32_t i = 0; i < how.feed && fed < messages.size(); ++i, ++fed)
            if (!(first->flags & KAM_RING_CLOSED)) host->put(first, messages[fed]);
        if (fed == messages.size()) host->end(first);
        host->run(how.activations);
        host->managed_take();
        bury(*host, nodes, buried);
        for (test::message &message : host->take_all(sink)) made.messages.push_back(std::move(message));
    }
    for (const test::node *node : nodes)
        if (node->failed()) made.error = node->error();
    host->close();
    expect(host->pool.outstanding() == 0);
    return made;
}

/// Up to so many messages out of what is left of the input.
inline std::vector<test::message> messages_any(input &from, uint32_t count_max) {
    std::vector<test::message> made;
    while (!from.empty() && made.size() < count_max) {
        const uint32_t length = from.byte() % 64;
        const auto tag = static_cast<uint32_t>(from.byte());
        made.push_back({std::string(from.take(length)), tag, tag, tag & 7});
    }
    return made;
}

} // namespace kam::fuzz
