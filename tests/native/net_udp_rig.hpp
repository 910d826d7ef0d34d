// One udp.send and one udp.recv on one scheduler, and what the tests do with them.
#pragma once

#include "net_host.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace kam::test {

class udp_rig {
public:
    /// `at` may have port 0; the sender then gets the port that the receiver found.
    udp_rig(const std::string &at, const given_options &send_options, const given_options &recv_options,
            uint32_t sink_capacity = 1u << 16)
        : receiver_(add("udp.recv", at, recv_options)), sink_(host_.sink(receiver_.outs[0], sink_capacity)) {
        const std::string to = at.substr(0, at.rfind(':') + 1) + std::to_string(live_host::counter(receiver_, "port"));
        sender_ = &add("udp.send", to, send_options);
        kam_wake(&host_.sched, receiver_.id); // Whoever links a sender wakes it.
    }

    /// Sends, and takes until as many have come. Loopback neither loses nor reorders as long as the buffers hold them.
    std::vector<message> through(const std::vector<std::string> &datagrams) {
        std::vector<message> got;
        size_t sent = 0;
        const auto step = [&] {
            // A few at a time: the receiver's kernel buffer is finite.
            for (int i = 0; i < 64 && sent < datagrams.size() && sent < got.size() + 256; i++)
                host_.put(sender_->ins[0], {datagrams[sent++]});
            for (message &each : host_.take_all(sink_)) got.push_back(std::move(each));
            return got.size() >= datagrams.size();
        };
        EXPECT_TRUE(host_.until(step)) << got.size() << " of " << datagrams.size()
                                       << " came; sender: " << sender_->error() << "; receiver: " << receiver_.error();
        return got;
    }

    uint64_t sent(std::string_view name) const { return live_host::counter(*sender_, name); }
    uint64_t received(std::string_view name) const { return live_host::counter(receiver_, name); }
    live_host &host() { return host_; }
    node &sender() { return *sender_; }
    node &receiver() { return receiver_; }
    kam_ring *sink() { return sink_; }

private:
    node &add(std::string_view type, const std::string &address, given_options given) {
        given.emplace_back("address", address);
        return start(host_, type, given);
    }

    live_host host_;
    node &receiver_;
    kam_ring *sink_;
    node *sender_ = nullptr;
};

inline std::vector<std::string> bytes_of(const std::vector<message> &messages) {
    std::vector<std::string> bytes;
    for (const message &each : messages) bytes.push_back(each.bytes);
    return bytes;
}

/// Whether all came, in order and byte for byte; else where they first differ.
inline testing::AssertionResult same(const std::vector<std::string> &sent, const std::vector<message> &got) {
    for (size_t i = 0; i < std::min(sent.size(), got.size()); i++)
        if (sent[i] != got[i].bytes)
            return testing::AssertionFailure() << "datagram " << i << ": sent " << sent[i].size() << " bytes, got "
                                               << got[i].bytes.size() << ", or other ones";
    if (sent.size() != got.size())
        return testing::AssertionFailure() << "sent " << sent.size() << ", got " << got.size();
    return testing::AssertionSuccess();
}

inline std::vector<std::string> patterns(uint32_t count, uint32_t length) {
    std::vector<std::string> all;
    for (uint32_t i = 0; i < count; i++) all.push_back(pattern(i, length));
    return all;
}

/// Lengths from nothing to the longest that is asked for, runs of equal ones among them.
inline std::vector<std::string> mixed_patterns(uint32_t count, uint32_t length_max) {
    std::vector<std::string> all;
    uint32_t state = 12345;
    uint32_t length = 1316;
    for (uint32_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        if (state >> 29 < 3) length = (state >> 8) % (length_max + 1);
        all.push_back(pattern(i, std::min(length, length_max)));
    }
    return all;
}

} // namespace kam::test
