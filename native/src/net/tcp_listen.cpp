// tcp.listen: a pipe to whoever connects, one after the other or, merged, all at once into one stream.
#include <kamaelia/kamaelia.hpp>
#include <kamaelia/poller.h>

#include "core/builtin.hpp"
#include "net/stream_pipe.hpp"
#include "net/stream_server.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace kam::net {
namespace {

constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t retry_ns = 100 * ns_per_ms; // Until descriptors are looked for again.
constexpr uint32_t turn_reads = 16;           // Chunks of one peer, then the others'.

class tcp_listen {
public:
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;
    static constexpr kam::port ports[] = {
        kam::in("inbox", "What to send to the peer of the moment; its end finishes the sending side.", "bytes"),
        kam::out("outbox", "What peers send, cut as it comes.", "bytes", KAM_PORT_OPTIONAL),
    };
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_ADDRESS, "address", "",
                 "Where to listen: :port is every IPv4 address, [::]:port every IPv6 address, host:port one address; "
                 "port 0 takes a free one (counter `port`).",
                 KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        kam::opt(KAM_OPTION_TEXT, "mode", "one",
                 "one: a single peer at a time, both ways, the others wait; merge: the bytes of all peers go out, "
                 "chunk by chunk, and nothing is sent."),
        kam::opt(KAM_OPTION_INT, "connections", "",
                 "Ends Completed after so many connections; 0: never; unset: 1, with mode=merge 0."),
        kam::opt(KAM_OPTION_INT, "open_max", "1000",
                 "With mode=merge: peers at a time, 1 to 100000; more wait in the system's queue."),
    };

    explicit tcp_listen(const kam::options &given);
    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    struct peer {
        std::optional<stream_pipe> pipe; // Empty: a free place.
        bool ready = false;              // It is in ready_.
        bool over = false;               // It only lingers.
    };

    void open(kam::context &context);
    void look();
    void mark_ready(uint32_t tag);
    [[nodiscard]] kam::step serve_all(kam::context &context);
    void accept_some(kam::context &context);
    void close_gate();
    std::optional<kam::step> serve(kam::context &context, peer &each);
    std::optional<kam::step> end_one(kam::context &context, peer &each);
    void leave(peer &each);
    void lose_input(kam::inlet in);
    kam::step wait(kam::context &context, kam::step answer);
    [[nodiscard]] bool accepts() const;
    [[nodiscard]] bool stops(const kam::context &context) const {
        return context.draining() || context.in().draining();
    }

    std::unique_ptr<stream_server_plan> plan_;
    std::unique_ptr<stream_server> server_; // From the first step on.
    bool merges_;
    uint64_t connections_max_; // 0: no end.
    uint32_t open_max_;

    std::vector<peer> peers_;
    std::vector<uint32_t> free_;  // Places in it.
    std::vector<uint32_t> ready_; // Those that may have something to read: a step costs nothing for the others.
    uint32_t live_ = 0;
    kam::chunk spare_;
    int64_t accept_at_ns_ = INT64_MAX; // When to look for descriptors again.
    bool watched_ = false;
    bool somebody_waits_ = false;
    bool has_more_events_ = false;
    bool closed_ = false; // Nobody else is accepted.
    pipe_counts counts_;
    kam::counter port_, accepted_, open_, broken_, lost_;
};

bool read_mode(std::string_view text) {
    if (text != "one" && text != "merge") throw kam::option_failure("mode", text, "one or merge");
    return text == "merge";
}

server_setup read_setup(const kam::options &given) {
    server_setup setup;
    setup.address = given.text("address");
    setup.reads = true;
    return setup;
}

tcp_listen::tcp_listen(const kam::options &given)
    : plan_(plan_stream_server(read_setup(given))), merges_(read_mode(given.text("mode"))),
      connections_max_(given.has("connections") ? static_cast<uint64_t>(given.integer("connections", 0, INT64_MAX))
                       : merges_                ? 0
                                                : 1),
      open_max_(static_cast<uint32_t>(given.integer("open_max", 1, 100'000))) {
    if (!merges_) open_max_ = 1;
}

void tcp_listen::open(kam::context &context) {
    if (merges_ && context.in().fed())
        throw failure(KAM_E_INVALID, "it merges what peers send and sends them nothing: take its input away, or use "
                                     "tcp.serve to send to many");
    server_ = plan_->open();
    port_.set(server_->local_port());
    somebody_waits_ = true; // Whoever came before we watched made no edge.
    kam_context &raw = context.raw();
    if (raw.sched->poller == nullptr) return;
    const kam_status status =
        kam_poller_watch(static_cast<kam_poller *>(raw.sched->poller), server_->descriptor(), raw.id, KAM_POLL_READ);
    if (status != KAM_OK) throw kam::failure(status, "the scheduler's poller does not take its connections");
    watched_ = true;
}

bool tcp_listen::accepts() const {
    return !closed_ && live_ < open_max_ && (connections_max_ == 0 || accepted_.get() < connections_max_);
}

void tcp_listen::close_gate() {
    if (!closed_) server_->close_listener();
    closed_ = true;
    somebody_waits_ = false;
    accept_at_ns_ = INT64_MAX;
}

void tcp_listen::look() {
    std::array<connection_event, 64> events;
    const size_t count = server_->poll(events, somebody_waits_);
    has_more_events_ = count == events.size();
    for (const connection_event &event : std::span(events).first(count))
        if (event.tag < peers_.size()) mark_ready(event.tag);
}

void tcp_listen::mark_ready(uint32_t tag) {
    if (peers_[tag].pipe && !std::exchange(peers_[tag].ready, true)) ready_.push_back(tag);
}

void tcp_listen::accept_some(kam::context &context) {
    if (context.now_ns() >= accept_at_ns_) accept_at_ns_ = INT64_MAX;
    while (somebody_waits_ && accept_at_ns_ == INT64_MAX && accepts()) {
        if (free_.empty()) {
            free_.reserve(peers_.size() + 1); // So that leaving needs no memory, nor a place among the ready.
            ready_.reserve(peers_.size() + 1);
            peers_.emplace_back();
            free_.push_back(static_cast<uint32_t>(peers_.size() - 1));
        }
        const accept_report report = server_->accept(free_.back());
        if (report.outcome == accept_outcome::none) {
            somebody_waits_ = false;
        } else if (report.outcome == accept_outcome::exhausted) {
            accept_at_ns_ = context.now_ns() + retry_ns;
        } else {
            peer &fresh = peers_[free_.back()];
            fresh.pipe.emplace(adopt_stream(report.connection));
            fresh.over = false;
            mark_ready(free_.back());
            free_.pop_back();
            open_.set(++live_);
            accepted_.add();
        }
    }
    if (connections_max_ != 0 && accepted_.get() >= connections_max_) close_gate();
}

void tcp_listen::leave(peer &each) {
    each.pipe.reset();
    each.ready = false;
    free_.push_back(static_cast<uint32_t>(&each - peers_.data()));
    open_.set(--live_);
}

// One peer's turn. Empty: it has left.
std::optional<kam::step> tcp_listen::serve(kam::context &context, peer &each) {
    if (each.over) return end_one(context, each);
    if (context.draining()) each.pipe->stop_reading(); // A source makes no more.
    std::optional<kam::step> answer;
    if (!merges_) {
        answer = each.pipe->pump(context, spare_, counts_, context.in().fed());
    } else {
        switch (each.pipe->receive(context, spare_, counts_, turn_reads)) {
        case stream_pipe::arrival::waits:
            return kam::step::wait_io;
        case stream_pipe::arrival::room:
            return kam::step::wait_room;
        case stream_pipe::arrival::more:
            return kam::step::more;
        case stream_pipe::arrival::over:
            break;
        }
    }
    return answer ? answer : end_one(context, each);
}

// Both halves are over, or it broke.
std::optional<kam::step> tcp_listen::end_one(kam::context &context, peer &each) {
    each.over = true;
    if (each.pipe->error() != 0) {
        const std::string sentence = each.pipe->broken();
        each.pipe->reset();
        lost_.add(each.pipe->held_bytes());
        leave(each);
        broken_.add();
        // The only one that there will be is what this component is for: if it breaks, so does the stream.
        if (connections_max_ == 1) throw failure(KAM_E_IO, sentence);
        return {};
    }
    const std::optional<kam::step> more = each.pipe->linger(context, spare_);
    if (!more) leave(each);
    return more;
}

// No peer is there and none will come: what waits, and what still comes, is lost and counted.
void tcp_listen::lose_input(kam::inlet in) {
    for (kam::chunk message; in.pop(message);) lost_.add(message.size());
}

// Those that have something to do. One is always looked at; of many, those that were told of, and all when it drains.
kam::step tcp_listen::serve_all(kam::context &context) {
    kam::step answer{};
    if (!merges_ || context.draining())
        for (uint32_t tag = 0; tag < peers_.size(); tag++) mark_ready(tag);
    size_t kept = 0;
    for (size_t i = 0; i < ready_.size(); i++) {
        peer &each = peers_[ready_[i]];
        if (!each.pipe) continue;
        const std::optional<kam::step> one = serve(context, each);
        if (!one) continue;
        answer = answer | *one;
        // Told again when it is ready again, unless the outbox was what it waited for, or only time passes.
        each.ready = each.over || *one != kam::step::wait_io;
        if (each.ready) ready_[kept++] = ready_[i];
    }
    ready_.resize(kept);
    return answer;
}

kam::step tcp_listen::wait(kam::context &context, kam::step answer) {
    answer = answer | (watched_ ? kam::step::wait_io : kam::step::wait_time);
    int64_t at_ns = std::min(accept_at_ns_, context.raw().wake_at_ns > 0 ? context.raw().wake_at_ns : INT64_MAX);
    if (!watched_) at_ns = std::min(at_ns, context.now_ns() + ns_per_ms); // Stepped by hand, without a poller.
    return at_ns == INT64_MAX ? answer : answer | context.wait_until(at_ns);
}

// While nobody is there nothing is taken: what comes in waits for the next.
kam::step tcp_listen::step(kam::context &context) {
    if (!server_) open(context);
    if (stops(context)) close_gate();
    look();
    accept_some(context);
    const kam::step answer = serve_all(context);
    const bool more = has_more_events_ || (somebody_waits_ && accepts() && accept_at_ns_ == INT64_MAX);
    if (more || (static_cast<int32_t>(answer) & KAM_STEP_MORE) != 0) return kam::step::more;
    if (live_ == 0 && closed_) {
        // What is on its way at a drain still comes; after the last connection nobody wants it.
        lose_input(context.in());
        if (context.in().draining() && !context.in().ended()) return kam::step::wait_in;
        return kam::step::done;
    }
    return wait(context, answer);
}

void tcp_listen::counters(kam::counter_list &list) const {
    list.add("port", port_);
    list.add("accepted", accepted_);
    list.add("open", open_);
    list.add("broken", broken_);
    list.add("received", counts_.received);
    list.add("sent", counts_.sent);
    list.add("lost", lost_);
}

} // namespace
} // namespace kam::net

KAM_COMPONENT("tcp.listen", "Listens at a TCP port and is a pipe to whoever connects, one after the other or merged.",
              kam::net::tcp_listen)

namespace kam::net {
const kam_component_type &tcp_listen_type() {
    return kam::type_of<tcp_listen>;
}
} // namespace kam::net
