// Both halves of one connection, between an inbox, an outbox and a socket.
#pragma once

#include "net/byte_stream.hpp"

#include <kamaelia/kamaelia.hpp>

#include <optional>

namespace kam::net {

struct pipe_counts {
    kam::counter received, sent;
};

// Reads into the pool's blocks without a copy, writes what waits in one call; nothing is allocated a chunk. While the
// outbox is full it does not read, so the far end is held up; while the socket is full it takes nothing.
class stream_pipe {
public:
    explicit stream_pipe(std::unique_ptr<byte_stream> stream) : stream_(std::move(stream)) {}

    enum class arrival {
        waits, // Until the socket is ready.
        room,  // Until the outbox has room.
        more,  // There may be more at once.
        over,  // Its end was read, or nobody wants it, or it broke.
    };
    // About `most` chunks. `spare` is the block to read into, kept over calls: one serves many pipes.
    arrival receive(kam::context &context, kam::chunk &spare, pipe_counts &counts, uint32_t most);
    // Takes what waits and has room; false: the rest waits for the socket, or it broke.
    bool send(kam::inlet in, pipe_counts &counts);

    // Both halves, as far as they go now. Empty: both are over, or it broke.
    std::optional<kam::step> pump(kam::context &context, kam::chunk &spare, pipe_counts &counts, bool sends);
    // Closing while something unread comes in would make a reset of it, which may overtake the last bytes: so for a
    // moment it reads on and forgets. Empty: it may be closed.
    std::optional<kam::step> linger(kam::context &context, kam::chunk &spare);

    void stop_reading() { reads_over_ = true; }
    [[nodiscard]] bool has_read_end() const { return has_read_end_; }
    [[nodiscard]] bool reads_over() const { return reads_over_; }
    [[nodiscard]] int error() const { return error_; }
    [[nodiscard]] const byte_stream &stream() const { return *stream_; }
    [[nodiscard]] std::string broken() const { return stream_->broken(error_); }
    [[nodiscard]] int descriptor() const { return stream_->descriptor(); }
    // Bytes of a chunk that has begun and cannot go on now.
    [[nodiscard]] uint32_t held_bytes() const { return held_.size(); }
    void reset() { stream_->reset(); }

private:
    size_t gather(kam::inlet in, std::span<byte_view> parts) const;
    void advance(kam::inlet in, size_t bytes);
    void finish_writing();

    std::unique_ptr<byte_stream> stream_;
    kam::chunk held_; // The rest of a chunk that has begun: out of the inbox, whose policy may drop what is in it.
    uint32_t room_bytes_ = few_bytes;
    int error_ = 0;
    bool reads_over_ = false;
    bool writes_over_ = false;
    bool has_read_end_ = false;
    int64_t linger_end_ns_ = 0;

    static constexpr uint32_t few_bytes = 2048; // A block of the smallest class: what a connection that waits holds.
    static constexpr uint32_t some_bytes = 16384;
    static constexpr uint32_t many_bytes = 65536;
    static uint32_t next_room(uint32_t room, size_t bytes);
};

} // namespace kam::net
