// UDP sockets that move whole batches: what udp.send and udp.recv need of the system, without its types.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kam::net {

// What IP leaves for a UDP payload: 65535 less the headers (20 + 8; an IPv6 length does not count its own header).
constexpr uint32_t payload_bytes_max_v4 = 65507;
constexpr uint32_t payload_bytes_max_v6 = 65527;
// UDP_MAX_SEGMENTS of the oldest kernels that segment; newer ones take 128, which gains nothing at these lengths.
constexpr uint32_t segments_max = 64;

struct sender_setup {
    std::string address;
    std::string iface;
    std::string bind;
    std::optional<uint32_t> ttl;
    bool loop = true;
    bool reuse = false;
    uint32_t sndbuf_bytes = 0; // 0: the system's own
};

enum class send_outcome {
    sent,    // All of them, or all but the last run.
    blocked, // The socket's buffer is full: `sent` of them have gone, the next must wait for KAM_POLL_WRITE.
    refused, // The system refused the one after `sent`, with `error`.
};

struct send_report {
    send_outcome outcome = send_outcome::sent;
    int error = 0;
    uint32_t sent = 0;
    uint32_t calls = 0;
    uint32_t soft_errors = 0; // Replies of the far end (port unreachable), reported against a later datagram.
};

// One datagram to send: borrowed bytes.
struct datagram_view {
    const uint8_t *bytes;
    uint32_t length;
};

class udp_sender {
public:
    virtual ~udp_sender() = default;
    udp_sender(const udp_sender &) = delete;
    udp_sender &operator=(const udp_sender &) = delete;

    // At most batch_max. `segments` up to which neighbours of equal length go as one; 1: none do. `more_wait`: behind
    // these there are more, so that a last run which could still grow may be left for the next call.
    virtual send_report send(std::span<const datagram_view> datagrams, uint32_t segments, bool more_wait) = 0;
    [[nodiscard]] virtual int descriptor() const = 0;
    [[nodiscard]] virtual uint16_t local_port() const = 0;
    [[nodiscard]] virtual uint32_t payload_bytes_max() const = 0;
    // "cannot send to 239.1.1.1:5004: Network is unreachable (ENETUNREACH): no route …", for an error of send_report.
    [[nodiscard]] virtual std::string explain(int error, uint32_t datagram_bytes) const = 0;

    static constexpr uint32_t batch_max = 256;

protected:
    udp_sender() = default;
};

// A setup whose names have been looked up and whose values fit together, without a socket yet: a graph that is only
// checked or drawn must not take a port. Looking up may wait for a name server, so it is done before the start; opening
// never waits.
class udp_sender_plan {
public:
    virtual ~udp_sender_plan() = default;
    udp_sender_plan(const udp_sender_plan &) = delete;
    udp_sender_plan &operator=(const udp_sender_plan &) = delete;
    // Opens, binds and connects. Throws kam::failure.
    [[nodiscard]] virtual std::unique_ptr<udp_sender> open() const = 0;

protected:
    udp_sender_plan() = default;
};

// Throws kam::failure.
std::unique_ptr<udp_sender_plan> plan_udp_sender(const sender_setup &setup);

struct receiver_setup {
    std::string address;
    std::string iface;
    std::vector<std::string> sources;
    std::vector<std::string> excluded;
    std::optional<bool> reuse; // Unset: true for a group.
    uint32_t rcvbuf_bytes = 0; // 0: the system's own
    bool gro = true;
    bool timestamp = false;
    uint32_t senders_max = 0; // Above 0 each slot tells who sent it.
};

// A sender's address as the system has it: family, port, IP, scope; all 0: none.
using sender_key = std::array<uint8_t, 28>;

// Where one read puts a datagram or a run of them: first into `head`, what does not fit into `rest`.
struct receive_slot {
    uint8_t *head;
    uint8_t *rest;
    uint32_t head_bytes;
    uint32_t rest_bytes;
    // Out.
    uint32_t bytes;
    uint32_t segment_bytes; // Length of each datagram in it but the last; `bytes` when it is one datagram.
    bool truncated;         // It was longer than the slot.
    uint32_t kernel_drops;  // What the socket had dropped before this one came, modulo 2^32; 0: nothing.
    int64_t time_ns;        // Since 1970 UTC, with receiver_setup.timestamp; else 0.
    sender_key from;        // With receiver_setup.senders_max; else untouched.
    uint32_t tag;           // In: of the chunks that are made of it.
};

struct receive_report {
    uint32_t count = 0; // Slots filled.
    int error = 0;      // 0: fewer than asked for means that there are no more now.
};

class udp_receiver {
public:
    virtual ~udp_receiver() = default;
    udp_receiver(const udp_receiver &) = delete;
    udp_receiver &operator=(const udp_receiver &) = delete;

    // One call of the system, never waits. At most batch_max slots.
    virtual receive_report receive(std::span<receive_slot> slots) = 0;
    [[nodiscard]] virtual int descriptor() const = 0;
    [[nodiscard]] virtual uint16_t local_port() const = 0;
    [[nodiscard]] virtual bool has_gro() const = 0;
    [[nodiscard]] virtual uint32_t rcvbuf_bytes() const = 0;
    // Datagrams that the kernel dropped, for want of buffer mostly. Any thread.
    [[nodiscard]] virtual uint64_t kernel_drops() const = 0;
    [[nodiscard]] virtual std::string explain(int error) const = 0;
    // "10.0.0.5:5004", "[fd00::5]:5004".
    [[nodiscard]] virtual std::string text_of(const sender_key &sender) const = 0;

    static constexpr uint32_t batch_max = 64;

protected:
    udp_receiver() = default;
};

// As udp_sender_plan.
class udp_receiver_plan {
public:
    virtual ~udp_receiver_plan() = default;
    udp_receiver_plan(const udp_receiver_plan &) = delete;
    udp_receiver_plan &operator=(const udp_receiver_plan &) = delete;
    // Opens, binds and joins. Throws kam::failure.
    [[nodiscard]] virtual std::unique_ptr<udp_receiver> open() const = 0;

protected:
    udp_receiver_plan() = default;
};

// Throws kam::failure.
std::unique_ptr<udp_receiver_plan> plan_udp_receiver(const receiver_setup &setup);

} // namespace kam::net
