// tcp.sendfile: a file to a TCP server, from the page cache to the socket without passing through this process.
#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "net/pacer.hpp"
#include "net/source_file.hpp"
#include "net/stream_connector.hpp"
#include "net/stream_pipe.hpp"

#include <algorithm>
#include <optional>

namespace kam::net {
namespace {

constexpr int64_t ns_per_ms = 1'000'000;
constexpr uint64_t piece_bytes_max = uint64_t{1} << 20; // A call; then others on this scheduler run first.
constexpr uint64_t pieces_per_s = 100;                  // With a rate.

class tcp_sendfile {
public:
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;
    static constexpr kam::option options[] = {
        stream_connector::address_option,
        kam::opt(KAM_OPTION_TEXT, "path", "", "File to send.", KAM_OPTION_REQUIRED),
        kam::opt(KAM_OPTION_INT, "offset", "0", "Byte of the file to begin at."),
        kam::opt(KAM_OPTION_INT, "length", "", "Bytes to send; unset: to the end that the file has at the start."),
        kam::opt(KAM_OPTION_RATE, "rate", "0",
                 "Bits per second that are not exceeded, up to 1000G; 0: as fast as the far end takes them."),
        stream_connector::timeout_option,
        stream_connector::retry_option,
    };

    explicit tcp_sendfile(const kam::options &given) : tcp_sendfile(given, paced_rate_bps(given, "rate")) {}
    ~tcp_sendfile() {
        if (pipe_ && at_ < end_) pipe_->reset(); // It must not look as if it were all.
    }
    tcp_sendfile(const tcp_sendfile &) = delete;
    tcp_sendfile &operator=(const tcp_sendfile &) = delete;

    kam::step step(kam::context &context);
    void counters(kam::counter_list &list) const;

private:
    tcp_sendfile(const kam::options &given, uint64_t rate_bps);
    void open();
    kam::step send(kam::context &context);
    [[noreturn]] void refuse(const file_write &report);
    kam::step finish(kam::context &context);

    stream_connector connector_;
    std::string path_;
    uint64_t at_;
    std::optional<uint64_t> length_;
    uint64_t piece_bytes_;
    pacer pacer_;

    std::unique_ptr<source_file> file_; // From the first step on.
    uint64_t end_ = 0;
    std::optional<stream_pipe> pipe_;
    kam::chunk spare_;
    kam::counter sent_, connected_;
};

uint64_t piece_of(uint64_t rate_bps) {
    return rate_bps == 0 ? piece_bytes_max : std::clamp<uint64_t>(rate_bps / 8 / pieces_per_s, 1, piece_bytes_max);
}

tcp_sendfile::tcp_sendfile(const kam::options &given, uint64_t rate_bps)
    : connector_(given), path_(given.text("path")), at_(static_cast<uint64_t>(given.integer("offset", 0, INT64_MAX))),
      piece_bytes_(piece_of(rate_bps)), pacer_(rate_bps, piece_bytes_) {
    if (given.has("length")) length_ = static_cast<uint64_t>(given.integer("length", 0, INT64_MAX));
}

// Before it connects: nobody is to be called for a file that is not there.
void tcp_sendfile::open() {
    std::unique_ptr<source_file> file = open_source_file(path_);
    const std::string has = "'" + path_ + "' has " + std::to_string(file->length()) + " bytes";
    if (at_ > file->length())
        throw failure(KAM_E_IO, "offset: " + has + ", so nothing begins at " + std::to_string(at_));
    if (length_ && *length_ > file->length() - at_)
        throw failure(KAM_E_IO, "length: " + has + ", so there are not " + std::to_string(*length_) + " from " +
                                    std::to_string(at_) + " on");
    end_ = length_ ? at_ + *length_ : file->length();
    file_ = std::move(file);
}

void tcp_sendfile::refuse(const file_write &report) {
    std::string sentence;
    if (report.ended)
        sentence = "'" + path_ + "' became shorter while it was sent: it ends before byte " + std::to_string(at_) +
                   ", and " + std::to_string(end_ - at_) + " more were to come; send a file that nobody cuts";
    else if (report.of_file)
        sentence = "'" + path_ + "' cannot be read at byte " + std::to_string(at_) + ": " + file_->words(report.error);
    else
        sentence = pipe_->stream().broken(report.error) + " (after " + std::to_string(sent_.get()) + " bytes of '" +
                   path_ + "')";
    pipe_->reset();
    throw failure(KAM_E_IO, sentence);
}

kam::step tcp_sendfile::send(kam::context &context) {
    const uint64_t piece = std::min(piece_bytes_, end_ - at_);
    if (pacer_.active()) {
        const datagram_view view{nullptr, static_cast<uint32_t>(piece)};
        if (pacer_.allow(context.now_ns(), {&view, 1}) == 0) return context.wait_until(pacer_.wake_at_ns());
    }
    const file_write report = file_->send(pipe_->stream(), at_, static_cast<size_t>(piece));
    if (report.ended || report.error != 0) refuse(report);
    at_ += report.bytes;
    sent_.add(report.bytes);
    if (pacer_.active()) pacer_.spend(report.bytes);
    if (!report.full) return kam::step::more;
    if (context.raw().sched->poller == nullptr) return context.wait_until(context.now_ns() + ns_per_ms);
    return kam::step::wait_io;
}

kam::step tcp_sendfile::finish(kam::context &context) {
    const std::optional<kam::step> more = pipe_->linger(context, spare_);
    if (more) return *more;
    pipe_.reset();
    return kam::step::done;
}

// Once it is connected a drain is no reason to stop: half a file is worth nothing to the far end.
kam::step tcp_sendfile::step(kam::context &context) {
    if (!pipe_) {
        if (context.draining()) return kam::step::done;
        if (!file_) open();
        std::unique_ptr<byte_stream> stream = connector_.connect(context);
        if (!stream) return connector_.wait(context);
        pipe_.emplace(std::move(stream));
        connected_.set(1);
    }
    return at_ < end_ ? send(context) : finish(context);
}

void tcp_sendfile::counters(kam::counter_list &list) const {
    list.add("sent", sent_);
    list.add("connected", connected_);
}

} // namespace
} // namespace kam::net

KAM_COMPONENT("tcp.sendfile", "Sends a file to a TCP server, straight from the page cache to the socket.",
              kam::net::tcp_sendfile)

namespace kam::net {
const kam_component_type &tcp_sendfile_type() {
    return kam::type_of<tcp_sendfile>;
}
} // namespace kam::net
