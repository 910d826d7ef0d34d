// A chunk that gives its reference back by itself. Header-only, C++20.
#ifndef KAMAELIA_CHUNK_HPP
#define KAMAELIA_CHUNK_HPP

#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "kamaelia/chunk.h"

namespace kam {

namespace detail {
/// The pool of the scheduler that is stepping on this thread, NULL outside a step: a drop then takes the way that any
/// thread may take. Kept here and not in the chunk, because a component may be moved to another scheduler with it.
inline constinit thread_local kam_pool *current_pool = nullptr;

struct pool_scope {
    explicit pool_scope(kam_pool *pool) noexcept : here_(current_pool), before_(std::exchange(here_, pool)) {}
    ~pool_scope() { here_ = before_; }
    pool_scope(const pool_scope &) = delete;
    pool_scope &operator=(const pool_scope &) = delete;

private:
    kam_pool *&here_; // Finding a thread-local in a shared library costs a call: once is enough.
    kam_pool *before_;
};
} // namespace detail

/// Owns one reference; moves, never copies (share() and slice() say what they do). Empty by default.
/// Not for two threads at once.
class chunk {
public:
    chunk() noexcept = default;
    /// Takes over the reference of a raw chunk.
    explicit chunk(const kam_chunk &raw) noexcept : raw_(raw) {}
    chunk(chunk &&other) noexcept : raw_(other.release()) {}
    chunk &operator=(chunk &&other) noexcept {
        if (this != &other) {
            reset();
            raw_ = other.release();
        }
        return *this;
    }
    ~chunk() { reset(); }

    /// `bytes` uninitialised bytes from that pool, by its owner only. Throws bad_alloc when memory is refused.
    static chunk rent(kam_pool *pool, uint32_t bytes) {
        chunk made(kam_chunk_rent(pool, bytes));
        if (!made.raw_.block) throw std::bad_alloc();
        return made;
    }

    uint32_t size() const noexcept { return raw_.length_bytes; }
    const uint8_t *data() const noexcept { return raw_.block ? kam_chunk_data(&raw_) : nullptr; }
    std::span<const uint8_t> bytes() const noexcept { return {data(), raw_.length_bytes}; }
    /// Only of a chunk that has a block which nobody else holds: rented and not yet sent or shared.
    std::span<uint8_t> writable() noexcept { return {kam_chunk_data(&raw_), raw_.length_bytes}; }
    /// True when no other reference exists, so that the bytes may be changed in place.
    bool sole() const noexcept { return raw_.block && __atomic_load_n(&raw_.block->refs, __ATOMIC_ACQUIRE) == 1; }

    chunk share() const noexcept { return chunk(kam_chunk_share(&raw_)); }
    /// A part with a reference of its own; offset + length must lie inside.
    chunk slice(uint32_t offset_bytes, uint32_t length_bytes) const noexcept {
        return chunk(kam_chunk_slice(&raw_, offset_bytes, length_bytes));
    }
    /// The same reference, a smaller view.
    void trim(uint32_t offset_bytes, uint32_t length_bytes) noexcept {
        raw_.offset_bytes += offset_bytes;
        raw_.length_bytes = length_bytes;
    }
    /// Takes over time, flags and tag.
    void stamp_like(const kam_chunk &other) noexcept {
        raw_.pts_ns = other.pts_ns;
        raw_.flags = other.flags;
        raw_.tag = other.tag;
    }

    kam_chunk &raw() noexcept { return raw_; }
    const kam_chunk &raw() const noexcept { return raw_; }
    /// Gives the reference to the caller; this one is empty then.
    kam_chunk release() noexcept { return std::exchange(raw_, kam_chunk{}); }
    void reset() noexcept {
        if (raw_.block) reset(detail::current_pool);
    }
    /// Cheaper in an inner loop: the caller knows the pool of the scheduler it runs on.
    void reset(kam_pool *mine) noexcept {
        kam_chunk_drop(&raw_, mine);
        raw_ = kam_chunk{};
    }

private:
    kam_chunk raw_{};
};

} // namespace kam
#endif
