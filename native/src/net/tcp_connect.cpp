// tcp.connect: a connection to a TCP server, as a pipe: what comes in is sent, what is received goes out.
#include <kamaelia/kamaelia.hpp>
#include <kamaelia/poller.h>

#include "core/builtin.hpp"
#include "net/stream_pipe.hpp"

#include <algorithm>
#include <optional>

namespace kam::net {
namespace {

constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t first_pause_ns = 100 * ns_per_ms;
constexpr int64_t longest_pause_ns = 5'000 * ns_per_ms;

class tcp_connect {
public:
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;
    static constexpr kam::port ports[] = {
        kam::in("inbox", "What to send: the bytes of each chunk, in order; its end finishes the sending side.",
                "bytes"),
        kam::out("outbox", "What the server sends, cut as it comes.", "bytes", KAM_PORT_OPTIONAL),
    };
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_ADDRESS, "address", "",
                 "Whom to connect to: host:port, an IPv6 host in brackets; each address of a name is tried.",
                 KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        kam::opt(KAM_OPTION_DURATION, "timeout", "10s",
                 "How long one try to connect may take; 0s: as long as the system lets it."),
        kam::opt(KAM_OPTION_DURATION, "retry", "0s",
                 "How long to go on trying when nobody answers, with pauses that grow from 0.1 to 5 s; 0s: one try."),
    };

    explicit tcp_connect(const kam::options &given);
    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    bool connect(kam::context &context);
    void begin(kam::context &context);
    bool look(kam::context &context);
    void try_next(kam::context &context);
    void refuse(kam::context &context, connect_refusal refusal);
    [[noreturn]] void give_up(const connect_refusal &refusal) const;
    kam::step wait_for_connection(kam::context &context);
    void watch(kam::context &context, int descriptor, uint32_t events);
    kam::step finish(kam::context &context);

    std::string address_;
    std::string host_;
    uint16_t port_ = 0;
    int64_t timeout_ns_;
    int64_t retry_ns_;

    std::unique_ptr<host_lookup> lookup_;
    std::unique_ptr<stream_attempt> attempt_;
    size_t index_ = 0; // Of the address that is tried.
    bool looking_up_ = false;
    int64_t begun_at_ns_ = INT64_MIN;
    int64_t pause_ns_ = first_pause_ns;
    int64_t wake_at_ns_ = INT64_MAX; // When the try is given up, or the pause is over.

    std::optional<stream_pipe> pipe_;
    kam::chunk spare_;
    bool watched_ = false;
    bool outlet_ended_ = false;
    pipe_counts counts_;
    kam::counter connected_;
};

tcp_connect::tcp_connect(const kam::options &given)
    : address_(given.text("address")), timeout_ns_(given.duration_ns("timeout")),
      retry_ns_(given.duration_ns("retry")) {
    const kam::address to = given.address("address");
    host_ = to.host;
    port_ = to.port;
    lookup_ = plan_host_lookup(host_, port_);
}

void tcp_connect::watch(kam::context &context, int descriptor, uint32_t events) {
    kam_context &raw = context.raw();
    watched_ = raw.sched->poller != nullptr;
    if (!watched_) return;
    const kam_status status =
        kam_poller_watch(static_cast<kam_poller *>(raw.sched->poller), descriptor, raw.id, events);
    if (status != KAM_OK) throw kam::failure(status, "the scheduler's poller does not take its connection");
}

// ---- connecting ----

void tcp_connect::begin(kam::context &context) {
    if (host_.empty()) throw failure(KAM_E_IO, "address: a host is missing before '" + address_ + "'");
    if (port_ == 0) throw failure(KAM_E_IO, "address: " + address_ + " has port 0, where nobody listens");
    if (begun_at_ns_ == INT64_MIN) begun_at_ns_ = context.now_ns();
    wake_at_ns_ = INT64_MAX;
    lookup_->start();
    looking_up_ = true;
    if (lookup_->descriptor() >= 0) watch(context, lookup_->descriptor(), KAM_POLL_READ);
}

void tcp_connect::try_next(kam::context &context) {
    attempt_ = lookup_->connect(index_);
    // A timeout of centuries is as good as none, and may not run over the end of the clock.
    wake_at_ns_ = timeout_ns_ > 0 ? context.now_ns() + std::min(timeout_ns_, INT64_MAX / 2) : INT64_MAX;
    if (attempt_->descriptor() >= 0) watch(context, attempt_->descriptor(), KAM_POLL_READ | KAM_POLL_WRITE);
}

// This address did not answer: the next one, or a pause, or the end.
void tcp_connect::refuse(kam::context &context, connect_refusal refusal) {
    attempt_.reset();
    if (++index_ < lookup_->count()) return try_next(context);
    if (context.now_ns() - begun_at_ns_ + pause_ns_ > retry_ns_) give_up(refusal);
    wake_at_ns_ = context.now_ns() + pause_ns_;
    pause_ns_ = std::min(2 * pause_ns_, longest_pause_ns);
}

std::string seconds(int64_t ns) {
    const int64_t ms = ns / ns_per_ms;
    std::string text = std::to_string(ms / 1000) + "." + std::to_string(1000 + ms % 1000).substr(1);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

void tcp_connect::give_up(const connect_refusal &refusal) const {
    std::string sentence = "cannot connect to " + address_;
    if (retry_ns_ > 0) sentence += " for " + seconds(retry_ns_) + " s";
    sentence += ": " + refusal.words;
    switch (refusal.kind) {
    case refusal_kind::refused:
        sentence += "; nobody listens there: start the server first, or let retry=10s keep trying";
        break;
    case refusal_kind::timed_out:
        if (timeout_ns_ > 0) sentence += "; no answer within " + seconds(timeout_ns_) + " s";
        sentence += "; is it the right address, does a firewall drop it? timeout= changes the time";
        break;
    case refusal_kind::unreachable:
        sentence += "; no route leads there";
        break;
    case refusal_kind::unknown_name:
        sentence += "; no such name: is it spelt right?";
        break;
    case refusal_kind::descriptors:
        sentence += "; this process has no descriptors left: raise ulimit -n";
        break;
    case refusal_kind::other:
        break;
    }
    throw failure(KAM_E_IO, sentence);
}

// One look at what is under way; true when there may be more to do at once.
bool tcp_connect::look(kam::context &context) {
    if (looking_up_) {
        if (!lookup_->over()) return false;
        looking_up_ = false;
        index_ = 0;
        if (lookup_->count() > 0)
            try_next(context);
        else
            refuse(context, lookup_->refusal());
        return true;
    }
    if (!attempt_) {
        if (context.now_ns() < wake_at_ns_) return false; // A pause.
        begin(context);
        return true;
    }
    std::unique_ptr<byte_stream> stream;
    connect_refusal refusal;
    if (attempt_->look(stream, refusal)) {
        if (!stream) {
            refuse(context, refusal);
            return true;
        }
        watch(context, stream->descriptor(), KAM_POLL_READ | KAM_POLL_WRITE);
        pipe_.emplace(std::move(stream));
        attempt_.reset();
        connected_.set(1);
        return false;
    }
    if (context.now_ns() < wake_at_ns_) return false;
    refuse(context, {refusal_kind::timed_out, "Connection timed out (ETIMEDOUT)"});
    return true;
}

bool tcp_connect::connect(kam::context &context) {
    if (begun_at_ns_ == INT64_MIN) begin(context);
    while (look(context)) {
    }
    return pipe_.has_value();
}

kam::step tcp_connect::wait_for_connection(kam::context &context) {
    const bool pausing = !looking_up_ && !attempt_;
    int64_t at_ns = looking_up_ ? INT64_MAX : wake_at_ns_;
    if (!watched_) at_ns = std::min(at_ns, context.now_ns() + ns_per_ms); // Stepped by hand, without a poller.
    const kam::step answer = watched_ && !pausing ? kam::step::wait_io : kam::step::wait_time;
    return at_ns == INT64_MAX ? answer : answer | context.wait_until(at_ns);
}

// ---- connected ----

kam::step tcp_connect::finish(kam::context &context) {
    if (pipe_->error() != 0) {
        const std::string sentence = pipe_->broken();
        pipe_->reset();
        throw failure(KAM_E_IO, sentence);
    }
    const std::optional<kam::step> more = pipe_->linger(context, spare_);
    if (more) return *more;
    pipe_.reset();
    return kam::step::done;
}

kam::step tcp_connect::step(kam::context &context) {
    if (!pipe_ && context.draining()) return kam::step::done;
    if (!pipe_ && !connect(context)) return wait_for_connection(context);
    const bool sends = context.in().fed();
    if (context.draining() && !sends) pipe_->stop_reading();
    std::optional<kam::step> answer = pipe_->pump(context, spare_, counts_, sends);
    if (!answer) return finish(context);
    if (pipe_->reads_over() && !outlet_ended_) {
        context.end(context.out());
        outlet_ended_ = true;
    }
    if (!watched_) return *answer | context.wait_until(context.now_ns() + ns_per_ms);
    return *answer;
}

void tcp_connect::counters(kam::counter_list &list) const {
    list.add("received", counts_.received);
    list.add("sent", counts_.sent);
    list.add("connected", connected_);
}

} // namespace
} // namespace kam::net

KAM_COMPONENT("tcp.connect", "Connects to a TCP server: sends what comes in, and what it receives goes out.",
              kam::net::tcp_connect)

namespace kam::net {
const kam_component_type &tcp_connect_type() {
    return kam::type_of<tcp_connect>;
}
} // namespace kam::net
