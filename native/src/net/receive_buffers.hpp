// The blocks that datagrams are received into, and the datagrams in them that have not been sent on yet.
#pragma once

#include "net/udp_socket.hpp"

#include <kamaelia/chunk.hpp>

#include <array>
#include <span>

namespace kam::net {

// With GRO one read may bring a single datagram or 64 KiB of them, and nobody knows before. So each slot has two
// blocks: a `head` for about one datagram and a `rest` of 64 KiB behind it. A single datagram leaves in its small head
// and the rest is used again; a run leaves its first datagram in the head and the others side by side in the rest, all
// without a copy, because the head is cut to the length of the datagrams that came in runs before.
class receive_buffers {
public:
    receive_buffers(uint32_t datagram_bytes_max, bool gro);
    ~receive_buffers();
    receive_buffers(const receive_buffers &) = delete;
    receive_buffers &operator=(const receive_buffers &) = delete;

    // Slots for the next read, about as many as there is room for. Only when front() is NULL. Throws bad_alloc.
    std::span<receive_slot> prepare(kam_pool *pool, uint32_t room);

    // Takes over what was read into the first `count` slots. Answers how many datagrams were dropped for their length.
    uint64_t accept(uint32_t count);

    // The oldest datagram not yet sent, NULL when there is none. pop() after its reference has been given away.
    kam_chunk *front();
    void pop();

private:
    // Datagrams side by side in one block, with a reference for each that is left.
    struct run {
        kam_block *block;
        uint32_t offset_bytes;
        uint32_t left_bytes;
        uint32_t segment_bytes;
        uint32_t pieces;
        uint32_t flags; // Of the next datagram only.
        int64_t time_ns;
        uint32_t tag;
    };
    static constexpr uint32_t run_bytes_max = 65536;
    // Runs are long: eight are a bigger batch than any outbox takes, and the other blocks of 64 KiB stay untouched.
    static constexpr uint32_t slots_for_runs = 8;
    static constexpr uint32_t slots_min = 8;
    static constexpr uint32_t slots_with_rest = 32; // 2 MiB of rests, of which only what is received takes memory.

    uint32_t accept_slot(uint32_t index);
    void place(uint32_t index, uint32_t offset_bytes, uint32_t bytes);
    void add_run(kam::chunk &owner, uint32_t offset_bytes, uint32_t bytes, const receive_slot &slot);

    uint32_t datagram_bytes_max_;
    bool gro_;
    uint32_t head_capacity_;
    uint32_t head_bytes_; // How much of a head is used: the length of the datagrams in the last run.
    bool runs_seen_ = false;
    bool missing_ = false; // Something was lost before the next datagram.
    uint32_t drops_seen_ = 0;
    uint32_t likely_ = udp_receiver::batch_max; // How many slots the next read may fill.
    std::array<kam::chunk, udp_receiver::batch_max> heads_;
    std::array<kam::chunk, udp_receiver::batch_max> rests_;
    std::array<receive_slot, udp_receiver::batch_max> slots_{};
    std::array<run, 2 * size_t{udp_receiver::batch_max}> runs_{};
    uint32_t first_run_ = 0;
    uint32_t run_count_ = 0;
    kam_chunk current_{};
};

} // namespace kam::net
