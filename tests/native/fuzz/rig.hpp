// One component fed with a fuzzer's bytes, cut where the bytes say; whatever comes out, nothing may be lost or leaked.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../host.hpp"

namespace kam::fuzz {

/// The first byte says how the rest is cut: 0 into one piece, else into pieces of up to that many bytes.
inline void feed_and_end(test::rig &rig, const uint8_t *data, std::size_t bytes) {
    if (bytes == 0) return;
    const std::size_t piece_max = data[0] ? data[0] : bytes;
    for (std::size_t at = 1; at < bytes; at += piece_max) {
        const std::size_t count = bytes - at < piece_max ? bytes - at : piece_max;
        rig.put({reinterpret_cast<const char *>(data + at), count});
    }
}

/// A broken promise stops the fuzzer as a crash does.
inline void expect(bool promise) {
    if (!promise) __builtin_trap();
}

} // namespace kam::fuzz
