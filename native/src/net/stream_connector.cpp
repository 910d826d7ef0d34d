#include "net/stream_connector.hpp"

#include <kamaelia/poller.h>

#include <algorithm>

namespace kam::net {

namespace {
constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t first_pause_ns = 100 * ns_per_ms;
constexpr int64_t longest_pause_ns = 5'000 * ns_per_ms;

std::string seconds(int64_t ns) {
    const int64_t ms = ns / ns_per_ms;
    std::string text = std::to_string(ms / 1000) + "." + std::to_string(1000 + ms % 1000).substr(1);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}
} // namespace

stream_connector::stream_connector(const kam::options &given)
    : address_(given.text("address")), timeout_ns_(given.duration_ns("timeout")), retry_ns_(given.duration_ns("retry")),
      pause_ns_(first_pause_ns) {
    const kam::address to = given.address("address");
    host_ = to.host;
    port_ = to.port;
    lookup_ = plan_host_lookup(host_, port_);
}

void stream_connector::watch(kam::context &context, int descriptor, uint32_t events) {
    kam_context &raw = context.raw();
    watched_ = raw.sched->poller != nullptr; // Without one it is stepped by hand.
    if (!watched_) return;
    const kam_status status =
        kam_poller_watch(static_cast<kam_poller *>(raw.sched->poller), descriptor, raw.id, events);
    if (status != KAM_OK) throw kam::failure(status, "the scheduler's poller does not take its connection");
}

void stream_connector::begin(kam::context &context) {
    if (host_.empty()) throw failure(KAM_E_IO, "address: a host is missing before '" + address_ + "'");
    if (port_ == 0) throw failure(KAM_E_IO, "address: " + address_ + " has port 0, where nobody listens");
    if (begun_at_ns_ == INT64_MIN) begun_at_ns_ = context.now_ns();
    wake_at_ns_ = INT64_MAX;
    lookup_->start();
    looking_up_ = true;
    if (lookup_->descriptor() >= 0) watch(context, lookup_->descriptor(), KAM_POLL_READ);
}

void stream_connector::try_next(kam::context &context) {
    attempt_ = lookup_->connect(index_);
    // A timeout of centuries is as good as none, and may not run over the end of the clock.
    wake_at_ns_ = timeout_ns_ > 0 ? context.now_ns() + std::min(timeout_ns_, INT64_MAX / 2) : INT64_MAX;
    if (attempt_->descriptor() >= 0) watch(context, attempt_->descriptor(), KAM_POLL_READ | KAM_POLL_WRITE);
}

// This address did not answer: the next one, or a pause, or the end.
void stream_connector::refuse(kam::context &context, connect_refusal refusal) {
    attempt_.reset();
    if (++index_ < lookup_->count()) return try_next(context);
    if (context.now_ns() - begun_at_ns_ + pause_ns_ > retry_ns_) give_up(refusal);
    wake_at_ns_ = context.now_ns() + pause_ns_;
    pause_ns_ = std::min(2 * pause_ns_, longest_pause_ns);
}

void stream_connector::give_up(const connect_refusal &refusal) const {
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
bool stream_connector::look(kam::context &context, std::unique_ptr<byte_stream> &stream) {
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
    connect_refusal refusal;
    if (attempt_->look(stream, refusal)) {
        if (!stream) {
            refuse(context, refusal);
            return true;
        }
        watch(context, stream->descriptor(), KAM_POLL_READ | KAM_POLL_WRITE);
        attempt_.reset();
        return false;
    }
    if (context.now_ns() < wake_at_ns_) return false;
    refuse(context, {refusal_kind::timed_out, "Connection timed out (ETIMEDOUT)"});
    return true;
}

std::unique_ptr<byte_stream> stream_connector::connect(kam::context &context) {
    if (begun_at_ns_ == INT64_MIN) begin(context);
    std::unique_ptr<byte_stream> stream;
    while (look(context, stream)) {
    }
    return stream;
}

kam::step stream_connector::wait(kam::context &context) const {
    const bool pausing = !looking_up_ && !attempt_;
    int64_t at_ns = looking_up_ ? INT64_MAX : wake_at_ns_;
    if (!watched_) at_ns = std::min(at_ns, context.now_ns() + ns_per_ms); // Stepped by hand, without a poller.
    const kam::step answer = watched_ && !pausing ? kam::step::wait_io : kam::step::wait_time;
    return at_ns == INT64_MAX ? answer : answer | context.wait_until(at_ns);
}

} // namespace kam::net
