// tcp.serve: one stream to everyone who connects, each at a place of its own in it.
#include <kamaelia/kamaelia.hpp>
#include <kamaelia/poller.h>

#include "core/builtin.hpp"
#include "net/stream_log.hpp"
#include "net/stream_server.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace kam::net {
namespace {

constexpr int64_t buffer_bytes_max = int64_t{1} << 30;
constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t ns_per_s = 1'000'000'000;
constexpr int64_t retry_ns = 100 * ns_per_ms; // Until descriptors are looked for again.
constexpr uint32_t turn_listeners = 256;      // Then others on this scheduler run first.
constexpr uint32_t turn_accepts = 64;

enum class slow_policy { key, oldest, disconnect };

struct listener {
    int connection = -1;        // -1: a free place.
    bool full = false;          // The system's buffer is: told when it no longer is.
    bool waits_for_key = false; // It is to go on, or to begin, at a key point that has not come yet.
    bool begun = false;         // It has got something: what it misses from now on is a loss.
    uint64_t next = 0;          // The entry to begin next.
    uint64_t place = 0;         // Where that begins.
    kam::chunk held;            // The rest of the one before, which has begun: chunks stay whole.
};

class tcp_serve {
public:
    static constexpr kam::port ports[] = {
        kam::in("inbox", "The stream. A chunk with the key flag is a place where a listener may begin.", "bytes"),
    };
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_ADDRESS, "address", "",
                 "Where to listen: :port is every IPv4 address, [::]:port every IPv6 address, host:port one address; "
                 "port 0 takes a free one (counter `port`).",
                 KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        kam::opt(KAM_OPTION_TEXT, "slow", "key",
                 "What becomes of a listener that is more than `queue` behind: key: it goes on at the next key point "
                 "(chunk flag; in a stream without any, at the oldest chunk kept); oldest: at the oldest chunk kept; "
                 "disconnect: it is cut off."),
        kam::opt(KAM_OPTION_INT, "queue", "1Mi",
                 "Bytes that a listener may be behind, 4Ki to 1Gi, beside what the system's buffers hold."),
        kam::opt(KAM_OPTION_DURATION, "interval", "0s",
                 "What comes within it goes out in one write to each listener, up to 1s: longer costs latency and "
                 "saves CPU; 0s: at once."),
        kam::opt(KAM_OPTION_TEXT, "join", "live",
                 "Where a new listener begins: live: with the next chunk; key: at the latest key point kept, or else "
                 "at the next one."),
        kam::opt(KAM_OPTION_INT, "listeners_max", "0",
                 "Listeners at a time; one too many is closed at once (counter `refused`); 0: as many as there are "
                 "descriptors."),
        kam::opt(KAM_OPTION_DURATION, "linger", "5s",
                 "How long listeners may take for the rest when the stream has ended, up to 1h."),
        kam::opt(KAM_OPTION_INT, "sndbuf", "0",
                 "Bytes of kernel send buffer a listener to ask for, 0 to 1Gi; 0: the system's own."),
        kam::opt(KAM_OPTION_BOOL, "reuse_port", "false",
                 "Whether several of these, each with this set, share the port: the system deals listeners out among "
                 "them, one on each scheduler (Linux)."),
    };

    explicit tcp_serve(const kam::options &given);
    ~tcp_serve() { close_all(nullptr); }
    tcp_serve(const tcp_serve &) = delete;
    tcp_serve &operator=(const tcp_serve &) = delete;

    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    void open(kam::context &context);
    void look(kam::context &context);
    void accept_some(kam::context &context);
    void admit(int connection, uint32_t tag);
    void take(kam::context &context);
    void flush_some(kam::context &context);
    void feed(listener &each, bool was_full = false);
    bool write(listener &each, bool only_held);
    void advance(listener &each, size_t bytes) const;
    bool skip(listener &each);
    void leave(listener &each, kam::counter &why, bool reset);
    [[nodiscard]] bool all_served() const;
    [[nodiscard]] kam::step wait(kam::context &context);
    [[nodiscard]] kam::step finish(kam::context &context);
    void close_all(kam_pool *pool) noexcept;

    [[nodiscard]] bool is_behind(const listener &each) const {
        return log_.end() - each.place + each.held.size() > queue_bytes_;
    }
    [[nodiscard]] bool has_all(const listener &each) const {
        return each.held.size() == 0 && (each.waits_for_key || each.next == log_.end_number());
    }

    std::unique_ptr<stream_server_plan> plan_;
    std::unique_ptr<stream_server> server_; // From the first step on.
    slow_policy slow_;
    uint64_t queue_bytes_;
    int64_t interval_ns_;
    bool joins_at_key_;
    uint64_t listeners_max_;
    int64_t linger_ns_;

    stream_log log_;
    std::vector<listener> listeners_;
    std::vector<uint32_t> free_; // Places in it.
    uint32_t live_ = 0;
    std::optional<uint32_t> flushing_; // Whose turn it is in a flush under way.
    uint64_t offered_ = 0;             // Up to where everyone has had a turn, or has it in the flush under way.
    int64_t flushed_at_ns_ = INT64_MIN / 2;
    int64_t accept_at_ns_ = INT64_MAX; // When to look for descriptors again.
    int64_t end_at_ns_ = INT64_MAX;    // The stream has ended: how long the rest may take.
    bool watched_ = false;
    bool somebody_waits_ = false;
    bool has_more_events_ = false;
    kam::counter port_, now_, accepted_, refused_, taken_, sent_, drops_, dropped_, disconnects_, left_;
    kam::counter no_descriptors_, writes_;
};

slow_policy read_slow(std::string_view text) {
    if (text == "key") return slow_policy::key;
    if (text == "oldest") return slow_policy::oldest;
    if (text == "disconnect") return slow_policy::disconnect;
    throw kam::option_failure("slow", text, "key, oldest or disconnect");
}

bool read_join(std::string_view text) {
    if (text != "live" && text != "key") throw kam::option_failure("join", text, "live or key");
    return text == "key";
}

int64_t read_duration(const kam::options &given, std::string_view name, int64_t most_ns, std::string_view most) {
    const int64_t value = given.duration_ns(name);
    if (value > most_ns) throw kam::option_failure(name, given.text(name), most);
    return value;
}

server_setup read_setup(const kam::options &given) {
    server_setup setup;
    setup.address = given.text("address");
    setup.sndbuf_bytes = static_cast<uint32_t>(given.integer("sndbuf", 0, buffer_bytes_max));
    setup.share_port = given.flag("reuse_port");
    return setup;
}

tcp_serve::tcp_serve(const kam::options &given)
    : plan_(plan_stream_server(read_setup(given))), slow_(read_slow(given.text("slow"))),
      queue_bytes_(static_cast<uint64_t>(given.integer("queue", 4096, buffer_bytes_max))),
      interval_ns_(read_duration(given, "interval", ns_per_s, "at most 1s")),
      joins_at_key_(read_join(given.text("join"))),
      listeners_max_(static_cast<uint64_t>(given.integer("listeners_max", 0, INT32_MAX))),
      linger_ns_(read_duration(given, "linger", 3600 * ns_per_s, "at most 1h")) {}

void tcp_serve::open(kam::context &context) {
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

// ---- what connections tell ----

void tcp_serve::look(kam::context &context) {
    std::array<connection_event, turn_listeners> events;
    const size_t count = server_->poll(events, somebody_waits_);
    has_more_events_ = count == events.size();
    for (const connection_event &event : std::span(events).first(count)) {
        if (event.tag >= listeners_.size() || listeners_[event.tag].connection < 0) continue;
        listener &each = listeners_[event.tag];
        if (event.gone) {
            leave(each, left_, false);
        } else if (event.writable && each.full) {
            each.full = false;
            feed(each, true);
        }
    }
    const bool may_accept = accept_at_ns_ == INT64_MAX || context.now_ns() >= accept_at_ns_;
    if (somebody_waits_ && may_accept) accept_some(context);
}

void tcp_serve::accept_some(kam::context &context) {
    accept_at_ns_ = INT64_MAX;
    for (uint32_t turn = 0; turn < turn_accepts; turn++) {
        if (free_.empty()) {
            free_.reserve(listeners_.size() + 1); // So that leaving needs no memory.
            listeners_.emplace_back();
            free_.push_back(static_cast<uint32_t>(listeners_.size() - 1));
        }
        const accept_report report = server_->accept(free_.back());
        if (report.outcome == accept_outcome::none) {
            somebody_waits_ = false;
            return;
        }
        if (report.outcome == accept_outcome::exhausted) {
            no_descriptors_.add();
            accept_at_ns_ = context.now_ns() + retry_ns;
            return;
        }
        if (listeners_max_ > 0 && live_ >= listeners_max_) {
            refused_.add();
            server_->close(report.connection, true);
            continue;
        }
        const uint32_t tag = free_.back();
        free_.pop_back();
        admit(report.connection, tag);
    }
}

void tcp_serve::admit(int connection, uint32_t tag) {
    listener &fresh = listeners_[tag];
    fresh = listener{};
    fresh.connection = connection;
    log_.seal(); // It begins behind what is there.
    fresh.next = joins_at_key_ ? log_.latest_key() : log_.end_number();
    fresh.waits_for_key = joins_at_key_ && fresh.next == log_.end_number();
    fresh.place = log_.start(fresh.next);
    live_++;
    now_.set(live_);
    accepted_.add();
    feed(fresh);
}

void tcp_serve::leave(listener &each, kam::counter &why, bool reset) {
    why.add();
    server_->close(each.connection, reset);
    each.connection = -1;
    each.held.reset();
    live_--;
    now_.set(live_);
    free_.push_back(static_cast<uint32_t>(&each - listeners_.data()));
}

// ---- one listener ----

// Writes until it has everything, its buffer is full or it is gone. `was_full`: until now, so it may be too far behind.
void tcp_serve::feed(listener &each, bool was_full) {
    log_.seal();
    while (each.connection >= 0) {
        if (each.full) {
            if (is_behind(each) && slow_ == slow_policy::disconnect) leave(each, disconnects_, true);
            return;
        }
        const bool must_skip = each.waits_for_key || (was_full && is_behind(each)) || each.next < log_.first_number();
        if (must_skip && each.held.size() == 0) {
            if (!skip(each)) return;
            was_full = false;
            continue;
        }
        if (has_all(each) || !write(each, must_skip)) return;
    }
}

bool tcp_serve::write(listener &each, bool only_held) {
    std::array<byte_view, stream_server::parts_max> parts;
    size_t count = 0;
    if (each.held.size() > 0) parts[count++] = {each.held.data(), each.held.size()};
    for (uint64_t next = each.next; !only_held && next < log_.end_number() && count < parts.size(); next++) {
        const kam_chunk &chunk = log_.chunk(next);
        parts[count++] = {kam_chunk_data(&chunk), chunk.length_bytes};
    }
    const write_report report = server_->write(each.connection, std::span(parts).first(count));
    writes_.add();
    if (report.gone) {
        leave(each, left_, false);
        return false;
    }
    advance(each, report.bytes);
    each.begun |= report.bytes > 0;
    sent_.add(report.bytes);
    each.full = report.full;
    return !report.full;
}

// So many bytes more have gone to it.
void tcp_serve::advance(listener &each, size_t bytes) const {
    const auto of_held = static_cast<uint32_t>(std::min<size_t>(bytes, each.held.size()));
    if (of_held > 0) {
        bytes -= of_held;
        if (of_held == each.held.size())
            each.held.reset();
        else
            each.held.trim(of_held, each.held.size() - of_held);
    }
    while (bytes > 0) {
        const kam_chunk &chunk = log_.chunk(each.next);
        each.next++;
        each.place += chunk.length_bytes;
        if (bytes < chunk.length_bytes) {
            const auto gone = static_cast<uint32_t>(bytes);
            each.held = kam::chunk(kam_chunk_slice(&chunk, gone, chunk.length_bytes - gone));
            return;
        }
        bytes -= chunk.length_bytes;
    }
}

// It is too far behind, or waits for a key point. False: nothing to write to it now.
bool tcp_serve::skip(listener &each) {
    if (slow_ == slow_policy::disconnect && !each.waits_for_key) {
        leave(each, disconnects_, true);
        return false;
    }
    const uint64_t kept = log_.end() > queue_bytes_ ? log_.end() - queue_bytes_ : 0;
    const uint64_t oldest = std::max(each.next, log_.first_whole(kept));
    const bool to_key = each.waits_for_key || (slow_ == slow_policy::key && log_.has_keys());
    if (!each.waits_for_key) drops_.add();
    each.next = to_key ? log_.first_key(oldest) : oldest;
    each.waits_for_key = to_key && each.next == log_.end_number();
    const uint64_t to = log_.start(each.next);
    if (each.begun) dropped_.add(to - each.place);
    each.place = to;
    return !each.waits_for_key;
}

// ---- all of them ----

void tcp_serve::take(kam::context &context) {
    kam::inlet in = context.in();
    kam::chunk message;
    // Whoever keeps up must get everything, however much comes at once.
    for (uint32_t left = context.batch_max(); left > 0 && log_.end() - offered_ <= queue_bytes_ / 2; left--) {
        if (!in.pop(message)) return;
        taken_.add(message.size());
        log_.add(message, [&](uint32_t bytes) { return context.rent(bytes); });
    }
}

void tcp_serve::flush_some(kam::context &context) {
    if (!flushing_) {
        flushing_ = 0;
        flushed_at_ns_ = context.now_ns();
        offered_ = log_.end();
    }
    const auto end = static_cast<uint32_t>(std::min<size_t>(*flushing_ + turn_listeners, listeners_.size()));
    for (; *flushing_ < end; ++*flushing_) feed(listeners_[*flushing_]);
    if (*flushing_ < listeners_.size()) return;
    flushing_.reset();
    // What every listener has, and what is too far back for any, is not kept.
    uint64_t least = log_.end_number();
    for (const listener &each : listeners_)
        if (each.connection >= 0) least = std::min(least, each.next);
    if (joins_at_key_) least = std::min(least, log_.latest_key());
    const uint64_t kept = log_.end() > queue_bytes_ ? log_.end() - queue_bytes_ : 0;
    // What came while this flush was under way has not been offered to all.
    const uint64_t floor = log_.first_whole(std::min(kept, offered_));
    log_.drop(std::max(least, floor > log_.first_number() ? floor - 1 : floor), context.pool());
}

bool tcp_serve::all_served() const {
    return std::all_of(listeners_.begin(), listeners_.end(),
                       [this](const listener &each) { return each.connection < 0 || has_all(each); });
}

// Until there is more to send, somebody to look at, or a time has come.
kam::step tcp_serve::wait(kam::context &context) {
    int64_t at_ns = std::min(accept_at_ns_, end_at_ns_);
    if (offered_ != log_.end()) at_ns = std::min(at_ns, flushed_at_ns_ + interval_ns_);
    if (!watched_) at_ns = std::min(at_ns, context.now_ns() + ns_per_ms); // Stepped by hand, without a poller.
    kam::step answer = watched_ ? kam::step::wait_io : kam::step::wait_time;
    if (end_at_ns_ == INT64_MAX) answer = answer | kam::step::wait_in;
    return at_ns == INT64_MAX ? answer : answer | context.wait_until(at_ns);
}

kam::step tcp_serve::finish(kam::context &context) {
    if (end_at_ns_ == INT64_MAX) {
        end_at_ns_ = context.now_ns() + linger_ns_;
        server_->close_listener();
        somebody_waits_ = false;
        accept_at_ns_ = INT64_MAX;
        flush_some(context);
    }
    if (flushing_) return kam::step::more;
    if (!all_served() && context.now_ns() < end_at_ns_) return wait(context);
    close_all(context.pool());
    return kam::step::done;
}

kam::step tcp_serve::step(kam::context &context) {
    if (!server_) open(context);
    look(context);
    if (!flushing_) take(context);
    const bool is_due = offered_ != log_.end() && (context.now_ns() >= flushed_at_ns_ + interval_ns_ ||
                                                   log_.end() - offered_ > queue_bytes_ / 2);
    if (flushing_ || is_due) flush_some(context);
    if (flushing_ || has_more_events_ || (somebody_waits_ && accept_at_ns_ == INT64_MAX)) return kam::step::more;
    if (context.in().ended() || context.draining()) return finish(context);
    return context.in().count() > 0 ? kam::step::more : wait(context);
}

// A listener that has not got all is reset: it must not look as if it had.
void tcp_serve::close_all(kam_pool *pool) noexcept {
    for (listener &each : listeners_) {
        if (each.connection < 0) continue;
        server_->close(each.connection, end_at_ns_ == INT64_MAX || !has_all(each));
        each.connection = -1;
        each.held.reset(pool);
    }
    now_.set(0);
    log_.drop(log_.end_number(), pool);
}

void tcp_serve::counters(kam::counter_list &list) const {
    list.add("port", port_);
    list.add("listeners", now_);
    list.add("accepted", accepted_);
    list.add("refused", refused_);
    list.add("taken", taken_);
    list.add("sent", sent_);
    list.add("drops", drops_);
    list.add("dropped", dropped_);
    list.add("disconnects", disconnects_);
    list.add("left", left_);
    list.add("no_descriptors", no_descriptors_);
    list.add("writes", writes_);
}

} // namespace
} // namespace kam::net

KAM_COMPONENT("tcp.serve", "Sends one stream to everyone who connects; a slow listener never holds up another.",
              kam::net::tcp_serve)

namespace kam::net {
const kam_component_type &tcp_serve_type() {
    return kam::type_of<tcp_serve>;
}
} // namespace kam::net
