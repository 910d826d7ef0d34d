// One open connection, and how one is opened: what tcp.connect and tcp.listen need of the system, without its types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace kam::net {

struct byte_view {
    const uint8_t *bytes;
    size_t length;
};

struct stream_read {
    size_t bytes = 0;   // None of the three below: at least 1.
    bool waits = false; // Nothing is there now.
    bool ended = false; // The far end has finished, and all of it was read.
    int error = 0;      // The connection broke.
};

struct stream_write {
    size_t bytes = 0;
    bool full = false; // The rest must wait until the descriptor is writable.
    int error = 0;     // The connection broke.
};

class byte_stream {
public:
    // Closes it: what was written still arrives, unless something unread has come.
    virtual ~byte_stream() = default;
    byte_stream(const byte_stream &) = delete;
    byte_stream &operator=(const byte_stream &) = delete;

    // Ready at an edge: when something comes after a read that had to wait, or room is made after a write that was
    // full.
    [[nodiscard]] virtual int descriptor() const = 0;
    // None of these waits.
    virtual stream_read read(std::span<uint8_t> into) = 0;
    virtual stream_write write(std::span<const byte_view> parts) = 0; // At most parts_max, in one call.
    // The far end reads its end after the last byte; reading goes on.
    virtual void finish_writing() = 0;
    // Closes it at once: the far end sees that it is not all.
    virtual void reset() = 0;
    // "the connection with 127.0.0.1:9000 broke: Connection reset by peer (ECONNRESET); …"
    [[nodiscard]] virtual std::string broken(int error) const = 0;

    static constexpr size_t parts_max = 64;

protected:
    byte_stream() = default;
};

// Takes over a connected descriptor that does not block. Throws kam::failure.
std::unique_ptr<byte_stream> adopt_stream(int descriptor);

enum class refusal_kind { refused, timed_out, unreachable, unknown_name, descriptors, other };

struct connect_refusal {
    refusal_kind kind = refusal_kind::other;
    std::string words; // The system's.
};

// One try to connect to one address.
class stream_attempt {
public:
    virtual ~stream_attempt() = default;
    stream_attempt(const stream_attempt &) = delete;
    stream_attempt &operator=(const stream_attempt &) = delete;

    // Writable when it is over; -1: it is already.
    [[nodiscard]] virtual int descriptor() const = 0;
    // Whether it is over: then either `stream` is set or `refusal`.
    virtual bool look(std::unique_ptr<byte_stream> &stream, connect_refusal &refusal) = 0;

protected:
    stream_attempt() = default;
};

// The addresses of a host. Asking a name server takes a thread of its own, because it may take seconds.
class host_lookup {
public:
    virtual ~host_lookup() = default;
    host_lookup(const host_lookup &) = delete;
    host_lookup &operator=(const host_lookup &) = delete;

    // Begins. An address in figures is there at once.
    virtual void start() = 0;
    // Readable when it is over; -1: it is already.
    [[nodiscard]] virtual int descriptor() const = 0;
    [[nodiscard]] virtual bool over() const = 0;
    // How many addresses; 0: `refusal` says why. Once it is over.
    [[nodiscard]] virtual size_t count() const = 0;
    [[nodiscard]] virtual connect_refusal refusal() const = 0;
    [[nodiscard]] virtual std::unique_ptr<stream_attempt> connect(size_t index) const = 0;

protected:
    host_lookup() = default;
};

// Nothing is looked up or opened yet. Throws kam::failure where there are no native streams.
std::unique_ptr<host_lookup> plan_host_lookup(const std::string &host, uint16_t port);

} // namespace kam::net
