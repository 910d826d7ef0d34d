// A host with a real clock and a real poller, and small sockets of the test's own.
#pragma once

#include "host.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <kamaelia/poller.h>

namespace kam::test {

class live_host : public host {
public:
    live_host() {
        refresh_clock();
        char words[256];
        kam_error error{words, sizeof words, 0};
        if (kam_poller_create(&sched, &error, &poller_) != KAM_OK)
            throw std::runtime_error(std::string(words, error.bytes_out));
        sched.poller = poller_;
    }
    ~live_host() {
        close(); // Components first: they may still be watching.
        kam_poller_destroy(poller_);
    }

    /// One round: everything that is ready, then what time and the poller bring.
    void round() {
        refresh_clock();
        run();
        for (const auto &[id, at_ns] : timers) due_[id] = at_ns; // A later call wins.
        timers.clear();
        refresh_clock();
        int64_t wait_ns = 2'000'000;
        for (auto each = due_.begin(); each != due_.end();) {
            if (each->second > sched.now_ns) {
                wait_ns = std::min(wait_ns, each->second - sched.now_ns);
                ++each;
                continue;
            }
            kam_wake(&sched, each->first);
            each = due_.erase(each);
        }
        const bool idle = sched.native.head == sched.native.tail;
        if (kam_poller_wait(poller_, idle ? wait_ns : 0) < 0) throw std::runtime_error("kam_poller_wait failed");
    }

    /// Runs until it is so; false when it never is within a time that no working machine needs.
    bool until(const std::function<bool()> &condition) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            round();
        }
        return true;
    }

    void stop(const node &node, uint32_t kind) { kam_instance_stop(node.instance, kind); }
    bool done(const node &node) const { return state(node) == KAM_DONE; }
    kam_poller *poller() const { return poller_; }

    static uint64_t counter(const node &node, std::string_view name) {
        kam_counter counters[16];
        const uint32_t count = kam_instance_counters(node.instance, counters, 16);
        for (uint32_t i = 0; i < count; i++)
            if (view(counters[i].name) == name) return counters[i].value;
        throw std::runtime_error("no counter " + std::string(name));
    }

    /// Everything given back: what the pool misses is a leak.
    int64_t leaked() {
        close();
        return pool.outstanding();
    }

private:
    void refresh_clock() { sched.now_ns = std::chrono::steady_clock::now().time_since_epoch().count(); }

    kam_poller *poller_ = nullptr;
    std::map<int32_t, int64_t> due_;
};

/// Adds a component and lets it make its first step, in which it opens what it opens.
inline node &start(host &graph, std::string_view type, const given_options &given) {
    node &made = graph.add(type, given);
    graph.run();
    if (made.failed()) throw failure(made.instance->last_answer, std::string(type) + ": " + made.error());
    return made;
}

/// The sentence with which a component refuses these options, when it is made or at its first step; "" when it does
/// not.
inline std::string refusal(std::string_view type, const given_options &given, kam_status *status = nullptr) {
    host scratch;
    try {
        start(scratch, type, given);
        return "";
    } catch (const kam::failure &reason) {
        if (status != nullptr) *status = reason.status();
        return reason.what();
    }
}

/// Bytes that tell datagrams apart: number and length decide each.
inline std::string pattern(uint32_t number, uint32_t length) {
    std::string bytes(length, '\0');
    for (uint32_t i = 0; i < length; i++) bytes[i] = static_cast<char>((number * 2654435761u >> 24) + i * 7 + number);
    return bytes;
}

} // namespace kam::test
