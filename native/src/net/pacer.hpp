// A token bucket on the scheduler's clock: how much may leave now, and when the next may.
#pragma once

#include "net/udp_socket.hpp"

#include <kamaelia/kamaelia.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace kam::net {

// The rate that an option of that name gives; 0: none. Throws kam::option_failure.
inline uint64_t paced_rate_bps(const kam::options &given, std::string_view name) {
    // Above it a datagram's time in ns is no longer exact; no interface is so fast.
    constexpr int64_t rate_bps_max = 1'000'000'000'000;
    const int64_t rate_bps = given.rate_bps(name);
    if (rate_bps > rate_bps_max) throw kam::option_failure(name, given.text(name), "at most 1000G");
    return static_cast<uint64_t>(rate_bps);
}

class pacer {
public:
    // rate_bps 0: nothing is held back. burst_bytes 0: what the rate gives in 2 ms, because a scheduler wakes late by
    // some tenths of that, and what is late must be made up for; at most 64 KiB, because receivers have buffers of that
    // kind.
    pacer(uint64_t rate_bps, uint64_t burst_bytes) : rate_bps_(rate_bps) {
        if (rate_bps == 0) return;
        if (burst_bytes == 0) burst_bytes = std::min<uint64_t>(rate_bps / 8 / 500, 65536);
        burst_ns_ = cost_ns(burst_bytes);
    }

    [[nodiscard]] bool active() const { return rate_bps_ != 0; }

    // How many of these may leave now. Spends nothing.
    uint32_t allow(int64_t now_ns, std::span<const datagram_view> datagrams) {
        if (datagrams.empty()) return 0;
        if (!started_) {
            started_ = true;
            due_ns_ = now_ns;
        }
        if (waiting_ && now_ns >= due_ns_) note_late(now_ns - due_ns_);
        // Time not used is kept, but no more of it than a burst; the first of a burst needs none. Who waited and was
        // woken late keeps a datagram's time in any case, or a rate of few datagrams would never be reached.
        const int64_t first_ns = cost_ns(datagrams[0].length);
        const int64_t kept_ns = std::max(burst_ns_ - first_ns, waiting_ ? first_ns : 0);
        due_ns_ = std::max(due_ns_, now_ns - std::max<int64_t>(kept_ns, 0));
        int64_t due_ns = due_ns_;
        uint32_t count = 0;
        while (count < datagrams.size() && due_ns <= now_ns) due_ns += cost_ns(datagrams[count++].length);
        waiting_ = count < datagrams.size();
        return count;
    }

    void spend(uint64_t bytes) {
        const uint64_t bit_ns = bytes * 8 * ns_per_s + rest_;
        due_ns_ += static_cast<int64_t>(bit_ns / rate_bps_);
        rest_ = bit_ns % rate_bps_; // What division would lose adds up to packets within a day.
    }

    // When to try again: a little late, so that datagrams of a high rate leave by the handful and not each with a
    // wake-up.
    [[nodiscard]] int64_t wake_at_ns() const { return due_ns_ + std::min(burst_ns_ / 4, gather_ns_max); }

    // How late those that were held back could leave, against when the rate allowed it: the worst, and the mean
    // difference from one to the next, smoothed by 1/16 as interarrival jitter is (RFC 3550 6.4.1).
    [[nodiscard]] int64_t late_ns_max() const { return late_ns_max_; }
    [[nodiscard]] int64_t jitter_ns() const { return jitter_ns_; }

private:
    void note_late(int64_t late_ns) {
        late_ns_max_ = std::max(late_ns_max_, late_ns);
        const int64_t change = late_ns > late_ns_ ? late_ns - late_ns_ : late_ns_ - late_ns;
        jitter_ns_ += (change - jitter_ns_) / 16;
        late_ns_ = late_ns;
    }

    static constexpr uint64_t ns_per_s = 1'000'000'000;
    static constexpr int64_t gather_ns_max = 500'000; // Less than the least jitter that anybody's receiver must bear.

    [[nodiscard]] int64_t cost_ns(uint64_t bytes) const {
        return static_cast<int64_t>(bytes * 8 * ns_per_s / rate_bps_);
    }

    uint64_t rate_bps_;
    int64_t burst_ns_ = 0;
    int64_t due_ns_ = 0; // When the next byte may leave.
    uint64_t rest_ = 0;
    int64_t late_ns_ = 0;
    int64_t late_ns_max_ = 0;
    int64_t jitter_ns_ = 0;
    bool started_ = false;
    bool waiting_ = false;
};

} // namespace kam::net
