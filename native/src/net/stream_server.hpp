// A listening TCP socket and the connections it has accepted: what tcp.serve and tcp.listen need of the system,
// without its types.
#pragma once

#include "net/byte_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace kam::net {

struct server_setup {
    std::string address;
    uint32_t sndbuf_bytes = 0; // Of each connection; 0: the system's own.
    bool share_port = false;
    bool reads = false; // What connections send is read by whoever asked; false: it is taken and forgotten.
};

enum class accept_outcome {
    accepted,
    none,      // Nobody waits.
    exhausted, // Somebody waits, and there are no descriptors or no memory: try again later.
};

struct accept_report {
    accept_outcome outcome = accept_outcome::none;
    int connection = -1;
};

// What has happened on a connection since the last look.
struct connection_event {
    uint32_t tag;  // As given to accept.
    bool writable; // It was full and no longer is.
    bool gone;     // It broke: close it. With `reads` the next read says so instead.
    bool readable = false; // With `reads`: something came, or its end.
};

struct write_report {
    size_t bytes = 0;
    bool full = false; // The rest must wait for connection_event.writable.
    bool gone = false;
};

class stream_server {
public:
    virtual ~stream_server() = default;
    stream_server(const stream_server &) = delete;
    stream_server &operator=(const stream_server &) = delete;

    // Readable when poll or accept has something to tell: one descriptor for all connections.
    [[nodiscard]] virtual int descriptor() const = 0;
    [[nodiscard]] virtual uint16_t local_port() const = 0;

    // None of these waits. `tag` comes back in events.
    virtual accept_report accept(uint32_t tag) = 0;
    // Returns how many of `events` were filled; fewer than there is room for: these were all. `waiting` is set when
    // somebody wants to be accepted. What connections send is taken and forgotten, without `reads`.
    virtual size_t poll(std::span<connection_event> events, bool &waiting) = 0;
    // At most parts_max parts, in one call.
    virtual write_report write(int connection, std::span<const byte_view> parts) = 0;
    // Closes it. What was written still arrives, unless `reset`: the far end then sees that it is not all.
    virtual void close(int connection, bool reset) = 0;
    // Takes nobody else.
    virtual void close_listener() = 0;

    static constexpr size_t parts_max = 64;

protected:
    stream_server() = default;
};

// A setup whose name has been looked up, without a socket yet: a graph that is only checked must not take a port.
class stream_server_plan {
public:
    virtual ~stream_server_plan() = default;
    stream_server_plan(const stream_server_plan &) = delete;
    stream_server_plan &operator=(const stream_server_plan &) = delete;
    // Opens, binds and listens. Throws kam::failure.
    [[nodiscard]] virtual std::unique_ptr<stream_server> open() const = 0;

protected:
    stream_server_plan() = default;
};

// Throws kam::failure.
std::unique_ptr<stream_server_plan> plan_stream_server(const server_setup &setup);

} // namespace kam::net
