// udp.send: what comes in leaves as datagrams, in batches, to one address or group.
#include <kamaelia/kamaelia.hpp>
#include <kamaelia/poller.h>

#include "core/builtin.hpp"
#include "net/pacer.hpp"
#include "net/udp_socket.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kam::net {
namespace {

constexpr int64_t buffer_bytes_max = int64_t{1} << 30;
constexpr int64_t burst_bytes_max = int64_t{16} << 20;
constexpr int64_t ns_per_ms = 1'000'000;
// How long a run that could still grow waits for the rest: a turn of a busy scheduler takes less.
constexpr int64_t growth_ns = 20'000;

class udp_send {
public:
    static constexpr kam::port ports[] = {
        kam::in("inbox", "Datagrams to send: each chunk is the payload of one.", "datagram"),
    };
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_ADDRESS, "address", "",
                 "Where to send to: host:port, an IPv6 host in brackets; a name is looked up once, before the start.",
                 KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        kam::opt(KAM_OPTION_TEXT, "iface", "",
                 "Interface to send through: its name (eth0) or one of its addresses (10.0.0.5); unset: as the routing "
                 "table says."),
        kam::opt(
            KAM_OPTION_INT, "ttl", "",
            "Hops that a datagram may make, 0 to 255; 0 stays on this host; unset: 1 for a multicast group, so that "
            "it stays on this network, and the system's own (mostly 64) for any other address."),
        kam::opt(KAM_OPTION_BOOL, "loop", "true", "Whether receivers on this host get multicast datagrams too."),
        kam::opt(KAM_OPTION_ADDRESS, "bind", "",
                 "Local address and port to send from, port 0 for any free one; unset: the system's choice. "
                 "Source-specific receivers ask for this address."),
        kam::opt(KAM_OPTION_BOOL, "reuse", "false", "Whether other sockets may be bound to the same local port."),
        kam::opt(KAM_OPTION_INT, "sndbuf", "0",
                 "Bytes of kernel send buffer to ask for, 0 to 1Gi; 0: the system's own."),
        kam::opt(
            KAM_OPTION_TEXT, "gso", "auto",
            "Neighbouring datagrams of equal length handed to the kernel as one: auto (up to 64, where the system "
            "can), off, or a number 2 to 64. A receiver without GRO loses datagrams of large unpaced bursts: pace, "
            "or choose a small number."),
        kam::opt(KAM_OPTION_RATE, "pace", "0",
                 "Payload bits per second that are not exceeded, up to 1000G; 0: as fast as datagrams come."),
        kam::opt(KAM_OPTION_INT, "burst", "0",
                 "With pace: payload bytes that may leave at once, 0 to 16Mi; 0: what the rate gives in 2 ms, at most "
                 "64Ki. One datagram may always leave."),
    };

    explicit udp_send(const kam::options &given);
    ~udp_send() = default;
    udp_send(const udp_send &) = delete;
    udp_send &operator=(const udp_send &) = delete;

    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    static uint32_t parse_gso(std::string_view text);
    static pacer make_pacer(const kam::options &given);
    uint32_t gather(const kam_ring &ring, uint32_t most);
    void take(kam_ring &ring, const send_report &report, kam_pool *pool);
    [[nodiscard]] kam::step wait_for_socket(kam::context &context);
    [[nodiscard]] static kam::step wait_for_growth(kam::context &context, kam_ring &ring);

    std::unique_ptr<udp_sender_plan> plan_;
    std::unique_ptr<udp_sender> socket_; // From the first step on.
    uint32_t segments_;
    pacer pacer_;
    bool watching_ = false;
    std::array<datagram_view, udp_sender::batch_max> views_{};
    kam::counter packets_, bytes_, syscalls_, send_errors_, would_block_, port_, late_ns_max_, jitter_ns_;
};

sender_setup read_setup(const kam::options &options) {
    sender_setup setup;
    setup.address = options.text("address");
    setup.iface = options.text_or("iface", "");
    setup.bind = options.text_or("bind", "");
    if (options.has("ttl")) setup.ttl = static_cast<uint32_t>(options.integer("ttl", 0, 255));
    setup.loop = options.flag("loop");
    setup.reuse = options.flag("reuse");
    setup.sndbuf_bytes = static_cast<uint32_t>(options.integer("sndbuf", 0, buffer_bytes_max));
    return setup;
}

udp_send::udp_send(const kam::options &given)
    : plan_(plan_udp_sender(read_setup(given))), segments_(parse_gso(given.text("gso"))), pacer_(make_pacer(given)) {}

uint32_t udp_send::parse_gso(std::string_view text) {
    if (text == "auto") return segments_max;
    if (text == "off") return 1;
    uint32_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size() || number < 2 || number > segments_max)
        throw kam::option_failure("gso", text, "auto, off or a number 2 to 64");
    return number;
}

pacer udp_send::make_pacer(const kam::options &given) {
    const uint64_t rate_bps = paced_rate_bps(given, "pace");
    return {rate_bps, static_cast<uint64_t>(given.integer("burst", 0, burst_bytes_max))};
}

// Views of the oldest messages, which stay in the ring until they have gone: so a full socket pushes back upstream.
uint32_t udp_send::gather(const kam_ring &ring, uint32_t most) {
    const uint32_t count = std::min(kam_ring_count(&ring), most);
    const uint32_t limit = socket_->payload_bytes_max();
    for (uint32_t i = 0; i < count; i++) {
        const kam_chunk &chunk = static_cast<const kam_chunk *>(ring.slots)[(ring.head + i) & ring.mask];
        if (chunk.length_bytes > limit) {
            if (i > 0) return i; // Those before it leave first.
            throw kam::failure(KAM_E_INVALID, "a datagram of " + std::to_string(chunk.length_bytes) +
                                                  " bytes came in, and UDP carries " + std::to_string(limit) +
                                                  " at most: make shorter ones upstream");
        }
        views_[i] = {chunk.block ? kam_chunk_data(&chunk) : nullptr, chunk.length_bytes};
    }
    return count;
}

// `count` references to one block at once: slices of a block come side by side, and each atomic costs as much as the
// rest of a datagram's way through here.
void drop_all(kam_block *block, int32_t count, kam_pool *pool) {
    if (block == nullptr) return;
    // As kam_chunk_drop: who holds all that are left needs no locked instruction; acquire partners the release below.
    if (__atomic_load_n(&block->refs, __ATOMIC_ACQUIRE) == count ||
        __atomic_fetch_sub(&block->refs, count, __ATOMIC_ACQ_REL) == count)
        kam_block_return(block, pool);
}

void udp_send::take(kam_ring &ring, const send_report &report, kam_pool *pool) {
    uint64_t bytes = 0;
    kam_block *block = nullptr;
    int32_t of_block = 0;
    for (uint32_t i = 0; i < report.sent; i++) {
        const kam_chunk &chunk = static_cast<const kam_chunk *>(ring.slots)[(ring.head + i) & ring.mask];
        bytes += chunk.length_bytes;
        if (chunk.block != block) {
            drop_all(block, of_block, pool);
            block = chunk.block;
            of_block = 0;
        }
        of_block++;
    }
    drop_all(block, of_block, pool);
    // As kam_ring_pop, so many times.
    ring.head += report.sent;
    if (ring.flags & KAM_RING_COUNT_BYTES) ring.bytes -= static_cast<uint32_t>(bytes);
    if (ring.room_last) kam_room_made(&ring, report.sent);
    packets_.add(report.sent);
    bytes_.add(bytes);
    syscalls_.add(report.calls);
    send_errors_.add(report.soft_errors);
    if (pacer_.active()) pacer_.spend(bytes);
}

kam::step udp_send::wait_for_socket(kam::context &context) {
    would_block_.add();
    kam_context &raw = context.raw();
    auto *poller = static_cast<kam_poller *>(raw.sched->poller);
    // Only while it is full: a watched UDP socket tells of every datagram that has left the buffer.
    if (poller != nullptr && kam_poller_watch(poller, socket_->descriptor(), raw.id, KAM_POLL_WRITE) == KAM_OK) {
        watching_ = true;
        return kam::step::wait_io;
    }
    return context.wait_until(context.now_ns() + ns_per_ms); // A scheduler without a poller, stepped by hand.
}

// The run that was left for the next call: whoever sends to us gets its turn first, and wakes us with what it sends.
// Runs cost by the message: without this, 64 messages would leave in runs of 49 and 15 where the sender is no native
// component, because natives run to the end of their queue before it.
kam::step udp_send::wait_for_growth(kam::context &context, kam_ring &ring) {
    ring.wait |= KAM_WAIT_READER;
    return context.wait_until(context.now_ns() + growth_ns);
}

kam::step udp_send::step(kam::context &context) {
    kam_ring &ring = *context.in().raw();
    if (!socket_) {
        socket_ = plan_->open();
        port_.add(socket_->local_port());
    }
    if (watching_) {
        kam_poller_unwatch(static_cast<kam_poller *>(context.raw().sched->poller), socket_->descriptor());
        watching_ = false;
    }
    const uint32_t batch = std::clamp(context.batch_max(), 1u, udp_sender::batch_max);
    uint32_t count = gather(ring, batch);
    if (pacer_.active() && count > 0) {
        count = pacer_.allow(context.now_ns(), std::span(views_).first(count));
        if (count == 0) return context.wait_until(pacer_.wake_at_ns());
        late_ns_max_.set(static_cast<uint64_t>(pacer_.late_ns_max()));
        jitter_ns_.set(static_cast<uint64_t>(pacer_.jitter_ns()));
    }
    if (count > 0) {
        // A whole batch at once: whoever sends so fast has more, as soon as there is room again.
        const bool more_wait = count == batch && !(ring.flags & KAM_RING_ENDED);
        const send_report report = socket_->send(std::span(views_).first(count), segments_, more_wait);
        take(ring, report, context.pool());
        if (report.outcome == send_outcome::blocked) return wait_for_socket(context);
        if (report.outcome == send_outcome::refused)
            throw kam::failure(KAM_E_IO, socket_->explain(report.error, views_[report.sent].length));
        const uint32_t left = kam_ring_count(&ring);
        if (more_wait && left > 0 && left == count - report.sent && !context.draining())
            return wait_for_growth(context, ring);
    }
    if (kam_ring_count(&ring) > 0) return kam::step::more;
    // Told to drain: what was queued has gone.
    return context.in().ended() || context.draining() ? kam::step::done : kam::step::wait_in;
}

void udp_send::counters(kam::counter_list &list) const {
    list.add("packets", packets_);
    list.add("bytes", bytes_);
    list.add("syscalls", syscalls_);
    list.add("send_errors", send_errors_);
    list.add("would_block", would_block_);
    list.add("port", port_);
    list.add("pace_late_ns_max", late_ns_max_);
    list.add("pace_jitter_ns", jitter_ns_);
}

} // namespace
} // namespace kam::net

KAM_COMPONENT("udp.send", "Sends each chunk as a UDP datagram to an address or a multicast group.", kam::net::udp_send)

namespace kam::net {
const kam_component_type &udp_send_type() {
    return kam::type_of<udp_send>;
}
} // namespace kam::net
