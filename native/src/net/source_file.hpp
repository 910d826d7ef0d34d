// A file whose bytes go to a socket without passing through this process: what tcp.sendfile needs of the system.
#pragma once

#include "net/byte_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace kam::net {

struct file_write {
    size_t bytes = 0;   // At least 1 if none of those below.
    bool full = false;  // Nothing went: wait until the stream is writable.
    bool ended = false; // The file has no such place.
    int error = 0;      // The connection broke, or with `of_file` the disk did.
    bool of_file = false;
};

class source_file {
public:
    virtual ~source_file() = default;
    source_file(const source_file &) = delete;
    source_file &operator=(const source_file &) = delete;

    // When it was opened.
    [[nodiscard]] virtual uint64_t length() const = 0;
    // Hands over at most so many bytes from that place on. Does not wait for the connection; it does for a disk.
    virtual file_write send(const byte_stream &to, uint64_t from, size_t bytes) = 0;
    // The system's words.
    [[nodiscard]] virtual std::string words(int error) const = 0;

protected:
    source_file() = default;
};

// Throws kam::failure: there is no such file, it is a folder or a pipe, it may not be read.
std::unique_ptr<source_file> open_source_file(const std::string &path);

} // namespace kam::net
