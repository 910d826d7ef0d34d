// udp.recv: the datagrams of one address or group, as they come, straight into the pool's blocks.
#include <kamaelia/kamaelia.hpp>
#include <kamaelia/poller.h>

#include "core/builtin.hpp"
#include "net/receive_buffers.hpp"
#include "net/sender_table.hpp"
#include "net/udp_socket.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

namespace kam::net {
namespace {

constexpr int64_t buffer_bytes_max = int64_t{1} << 30;
constexpr int64_t senders_most = int64_t{1} << 20;
constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t ns_per_s = 1'000'000'000;

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const size_t comma = text.find(',');
        parts.emplace_back(text.substr(0, comma));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
        if (text.empty()) parts.emplace_back(); // A comma at the end: refused with the other empty ones.
    }
    return parts;
}

receiver_setup read_setup(const kam::options &options) {
    receiver_setup setup;
    setup.address = options.text("address");
    setup.iface = options.text_or("iface", "");
    setup.sources = split_list(options.text_or("source", ""));
    setup.excluded = split_list(options.text_or("exclude", ""));
    if (options.has("reuse")) setup.reuse = options.flag("reuse");
    setup.rcvbuf_bytes = static_cast<uint32_t>(options.integer("rcvbuf", 0, buffer_bytes_max));
    const std::string_view gro = options.text("gro");
    if (gro != "auto" && gro != "off") throw kam::option_failure("gro", gro, "auto or off");
    setup.gro = gro == "auto";
    setup.timestamp = options.flag("timestamp");
    setup.senders_max = static_cast<uint32_t>(options.integer("senders_max", 0, senders_most));
    return setup;
}

class udp_recv {
public:
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;
    static constexpr kam::port ports[] = {
        kam::out("outbox", "Datagrams in order of arrival: each chunk is the payload of one.", "datagram"),
        kam::out("senders",
                 "With senders_max: a line of text, number, space and address, for each new sender, ahead of its first "
                 "datagram.",
                 "lines", KAM_PORT_OPTIONAL),
    };
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_ADDRESS, "address", "",
                 "What to receive: group:port joins the multicast group, any other host:port is a local address to "
                 "listen at, :port is every IPv4 address, [::]:port every IPv6 address; port 0 takes a free one "
                 "(counter `port`).",
                 KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        kam::opt(
            KAM_OPTION_TEXT, "iface", "",
            "Interface to receive on: its name (eth0) or one of its addresses (10.0.0.5); unset: a group is joined "
            "where the routing table says, a local address takes from all."),
        kam::opt(KAM_OPTION_TEXT, "source", "",
                 "Source-specific multicast: only datagrams from these addresses, separated by commas."),
        kam::opt(KAM_OPTION_TEXT, "exclude", "",
                 "Multicast from everyone except these addresses, separated by commas; not with source."),
        kam::opt(KAM_OPTION_INT, "rcvbuf", "4Mi",
                 "Bytes of kernel receive buffer to ask for, 0 to 1Gi; 0: the system's own. The system may grant less "
                 "(counter `rcvbuf_bytes`)."),
        kam::opt(KAM_OPTION_TEXT, "gro", "auto",
                 "Whether the kernel may hand over runs of datagrams as one: auto (where the system can) or off. The "
                 "datagrams come out one by one either way."),
        kam::opt(KAM_OPTION_BOOL, "timestamp", "false",
                 "Whether pts_ns of each chunk is the time at which the kernel received it, in ns since 1970 UTC; the "
                 "datagrams of one GRO run share one time."),
        kam::opt(KAM_OPTION_INT, "senders_max", "0",
                 "Numbers the senders: the tag of each chunk is the number of the one it came from, 1 to so many in "
                 "order of first appearance, 0 of those beyond; at most 1Mi; 0: no numbers, every tag is 0."),
        kam::opt(KAM_OPTION_INT, "packets_max", "0", "Ends Completed after so many datagrams; 0: never."),
        kam::opt(KAM_OPTION_DURATION, "idle_timeout", "0s",
                 "Ends Completed when nothing has come for so long after the first datagram; 0s: never."),
        kam::opt(KAM_OPTION_DURATION, "gather", "0s",
                 "While datagrams come, how long more of them are left to come before the next look, up to 1s: fewer "
                 "wake-ups for so much more delay (the system may add 50 us); 0s: a wake-up as soon as there is one."),
        kam::opt(
            KAM_OPTION_INT, "datagram_bytes_max", "2048",
            "Longest payload that is taken, 1 to 65535 bytes; longer ones are dropped and counted in `truncated`."),
        kam::opt(KAM_OPTION_BOOL, "reuse", "",
                 "Whether other sockets may be bound to the same address and port; unset: true for a multicast group, "
                 "false for any other address."),
    };

    explicit udp_recv(const kam::options &given) : udp_recv(given, read_setup(given)) {}
    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    udp_recv(const kam::options &given, const receiver_setup &setup);

    enum class emitted { all, full, last };
    emitted emit(kam::context &context, uint32_t &count);
    [[nodiscard]] kam::step wait(kam::context &context, uint32_t count);
    void read(kam::context &context);
    void number(std::span<receive_slot> slots);
    [[nodiscard]] bool announce(kam::context &context);

    void open(kam::context &context);
    void watch(const kam_context &raw);

    std::unique_ptr<udp_receiver_plan> plan_;
    std::unique_ptr<udp_receiver> socket_; // From the first step on.
    // The same for people who look, from other threads. Release in open, acquire in counters.
    std::atomic<const udp_receiver *> seen_socket_{nullptr};
    uint32_t rcvbuf_bytes_; // Asked for.
    uint32_t datagram_bytes_max_;
    std::optional<receive_buffers> buffers_;
    std::optional<sender_table> senders_;
    std::vector<std::string> news_; // Lines about senders that are not out yet.
    uint64_t packets_max_;
    int64_t idle_timeout_ns_;
    int64_t gather_ns_;
    int64_t last_arrival_ns_ = 0;
    bool watched_ = false;
    bool drained_ = false; // The last read got all there was.
    kam::counter packets_, bytes_, syscalls_, truncated_, numbered_;
};

udp_recv::udp_recv(const kam::options &given, const receiver_setup &setup)
    : plan_(plan_udp_receiver(setup)), rcvbuf_bytes_(setup.rcvbuf_bytes),
      datagram_bytes_max_(static_cast<uint32_t>(given.integer("datagram_bytes_max", 1, 65535))),
      packets_max_(static_cast<uint64_t>(given.integer("packets_max", 0, INT64_MAX))),
      idle_timeout_ns_(given.duration_ns("idle_timeout")), gather_ns_(given.duration_ns("gather")) {
    if (setup.senders_max > 0) senders_.emplace(setup.senders_max);
    if (gather_ns_ > ns_per_s) throw kam::option_failure("gather", given.text("gather"), "0s to 1s");
}

// Who sent what has just been read.
void udp_recv::number(std::span<receive_slot> slots) {
    for (receive_slot &slot : slots) {
        bool is_new = false;
        slot.tag = senders_->number(slot.from, is_new);
        if (is_new) news_.push_back(std::to_string(slot.tag) + " " + socket_->text_of(slot.from) + "\n");
    }
    numbered_.set(senders_->count());
}

// False: no room yet.
bool udp_recv::announce(kam::context &context) {
    kam::outlet out = context.out(1);
    size_t told = 0;
    for (; told < news_.size() && out.room(); told++) {
        kam::chunk line = context.rent(static_cast<uint32_t>(news_[told].size()));
        std::copy(news_[told].begin(), news_[told].end(), line.writable().begin());
        const kam_status status = kam_push(context.raw().sched, out.raw(), &line.raw());
        if (status == KAM_AGAIN) break;
        if (status != KAM_OK && status != KAM_E_NOT_FOUND) throw std::bad_alloc(); // Nobody reads them any more: fine.
    }
    news_.erase(news_.begin(), news_.begin() + static_cast<ptrdiff_t>(told));
    return news_.empty();
}

// Sends on what has been read, until there is no more or no room.
udp_recv::emitted udp_recv::emit(kam::context &context, uint32_t &count) {
    if (!news_.empty() && !announce(context)) return emitted::full;
    kam::outlet out = context.out();
    uint64_t bytes = 0;
    uint32_t packets = 0;
    const uint64_t before = packets_.get();
    emitted result = emitted::all;
    try {
        while (kam_chunk *next = buffers_->front()) {
            const uint32_t length = next->length_bytes;
            const kam_status status = kam_push(context.raw().sched, out.raw(), next);
            if (status == KAM_E_NOT_FOUND) throw kam::receiver_ended{};
            if (status == KAM_AGAIN) {
                result = emitted::full;
                break;
            }
            if (status != KAM_OK) throw std::bad_alloc();
            buffers_->pop();
            bytes += length;
            if (++packets + before == packets_max_) {
                result = emitted::last;
                break;
            }
        }
    } catch (...) {
        packets_.add(packets);
        bytes_.add(bytes);
        throw;
    }
    packets_.add(packets);
    bytes_.add(bytes);
    count += packets;
    return result;
}

void udp_recv::read(kam::context &context) {
    const std::span<receive_slot> slots = buffers_->prepare(context.pool(), kam_outlet_room(context.out().raw()));
    const receive_report report = socket_->receive(slots);
    syscalls_.add();
    if (report.error != 0) throw kam::failure(KAM_E_IO, socket_->explain(report.error));
    drained_ = report.count < slots.size();
    if (report.count == 0) return;
    last_arrival_ns_ = context.now_ns();
    if (senders_) number(slots.first(report.count));
    truncated_.add(buffers_->accept(report.count));
}

// The socket is empty: until it is not, or until nothing has come for too long. With gather and something come, until
// more has; the poller, which would tell of the next one, is asked again only when nothing has.
kam::step udp_recv::wait(kam::context &context, uint32_t count) {
    if (gather_ns_ > 0 && count > 0) {
        if (watched_)
            kam_poller_unwatch(static_cast<kam_poller *>(context.raw().sched->poller), socket_->descriptor());
        watched_ = false;
        return context.wait_until(context.now_ns() + gather_ns_);
    }
    if (!watched_) watch(context.raw()); // What has come since the last look is told at once.
    const bool has_limit = idle_timeout_ns_ > 0 && packets_.get() > 0;
    // A timeout of centuries is as good as none, and may not run over the end of the clock.
    const int64_t clock_left_ns = INT64_MAX - std::max<int64_t>(last_arrival_ns_, 0);
    const int64_t limit_ns = last_arrival_ns_ + std::min(idle_timeout_ns_, clock_left_ns);
    if (has_limit && context.now_ns() >= limit_ns) return kam::step::done;
    if (watched_) return has_limit ? kam::step::wait_io | context.wait_until(limit_ns) : kam::step::wait_io;
    const int64_t look_again_ns = context.now_ns() + ns_per_ms; // A scheduler without a poller, stepped by hand.
    return context.wait_until(has_limit ? std::min(look_again_ns, limit_ns) : look_again_ns);
}

void udp_recv::open(kam::context &context) {
    socket_ = plan_->open();
    if (const uint32_t granted = socket_->rcvbuf_bytes(); granted < rcvbuf_bytes_)
        context.warn("the system grants " + std::to_string(granted) + " of the " + std::to_string(rcvbuf_bytes_) +
                     " bytes of receive buffer asked for, so bursts may be lost: raise net.core.rmem_max, or ask for "
                     "less with rcvbuf=");
    buffers_.emplace(datagram_bytes_max_, socket_->has_gro());
    seen_socket_.store(socket_.get(), std::memory_order_release);
    watch(context.raw());
}

void udp_recv::watch(const kam_context &raw) {
    if (raw.sched->poller == nullptr) return;
    const kam_status status =
        kam_poller_watch(static_cast<kam_poller *>(raw.sched->poller), socket_->descriptor(), raw.id, KAM_POLL_READ);
    if (status != KAM_OK) throw kam::failure(status, "the scheduler's poller does not take its socket");
    watched_ = true;
}

kam::step udp_recv::step(kam::context &context) {
    if (!socket_) open(context);
    drained_ = false;
    uint32_t count = 0;
    while (true) {
        switch (emit(context, count)) {
        case emitted::last:
            return kam::step::done;
        case emitted::full:
            return kam::step::wait_room;
        case emitted::all:
            break;
        }
        if (context.draining()) return kam::step::done;
        if (drained_) return wait(context, count);
        if (count >= context.batch_max()) return kam::step::more;
        if (!context.out().room()) return kam::step::wait_room;
        read(context);
    }
}

void udp_recv::counters(kam::counter_list &list) const {
    const auto add = [&list](std::string_view name, uint64_t value) {
        kam::counter counter;
        counter.add(value);
        list.add(name, counter);
    };
    list.add("packets", packets_);
    list.add("bytes", bytes_);
    list.add("syscalls", syscalls_);
    list.add("truncated", truncated_);
    list.add("senders", numbered_);
    const udp_receiver *socket = seen_socket_.load(std::memory_order_acquire);
    add("kernel_drops", socket != nullptr ? socket->kernel_drops() : 0);
    add("rcvbuf_bytes", socket != nullptr ? socket->rcvbuf_bytes() : 0);
    add("port", socket != nullptr ? socket->local_port() : 0);
}

} // namespace
} // namespace kam::net

KAM_COMPONENT("udp.recv", "Receives UDP datagrams sent to a multicast group or to a local address.", kam::net::udp_recv)

namespace kam::net {
const kam_component_type &udp_recv_type() {
    return kam::type_of<udp_recv>;
}
} // namespace kam::net
