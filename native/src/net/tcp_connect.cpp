// tcp.connect: a connection to a TCP server, as a pipe: what comes in is sent, what is received goes out.
#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "net/stream_connector.hpp"
#include "net/stream_pipe.hpp"

#include <optional>

namespace kam::net {
namespace {

constexpr int64_t ns_per_ms = 1'000'000;

class tcp_connect {
public:
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;
    static constexpr kam::port ports[] = {
        kam::in("inbox", "What to send: the bytes of each chunk, in order; its end finishes the sending side.",
                "bytes"),
        kam::out("outbox", "What the server sends, cut as it comes.", "bytes", KAM_PORT_OPTIONAL),
    };
    static constexpr kam::option options[] = {
        stream_connector::address_option,
        stream_connector::timeout_option,
        stream_connector::retry_option,
    };

    explicit tcp_connect(const kam::options &given) : connector_(given) {}
    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    kam::step finish(kam::context &context);

    stream_connector connector_;
    std::optional<stream_pipe> pipe_;
    kam::chunk spare_;
    bool outlet_ended_ = false;
    pipe_counts counts_;
    kam::counter connected_;
};

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
    if (!pipe_) {
        std::unique_ptr<byte_stream> stream = connector_.connect(context);
        if (!stream) return connector_.wait(context);
        pipe_.emplace(std::move(stream));
        connected_.set(1);
    }
    const bool sends = context.in().fed();
    if (context.draining() && !sends) pipe_->stop_reading();
    std::optional<kam::step> answer = pipe_->pump(context, spare_, counts_, sends);
    if (!answer) return finish(context);
    if (pipe_->reads_over() && !outlet_ended_) {
        context.end(context.out());
        outlet_ended_ = true;
    }
    if (context.raw().sched->poller == nullptr) return *answer | context.wait_until(context.now_ns() + ns_per_ms);
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
