// Time, flags and tag of a chunk, carried through code that knows nothing of blocks and pools.
#pragma once

#include <cstdint>

#include <kamaelia/chunk.h>

namespace kam::framing {

struct stamp {
    int64_t pts_ns = 0;
    uint32_t flags = 0;
    uint32_t tag = 0;
    bool operator==(const stamp &) const = default;
};

constexpr stamp stamp_of(const kam_chunk &chunk) noexcept {
    return {chunk.pts_ns, chunk.flags, chunk.tag};
}

constexpr void stamp_put(kam_chunk &chunk, const stamp &stamp) noexcept {
    chunk.pts_ns = stamp.pts_ns;
    chunk.flags = stamp.flags;
    chunk.tag = stamp.tag;
}

} // namespace kam::framing
