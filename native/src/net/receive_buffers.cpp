#include "net/receive_buffers.hpp"

#include <algorithm>
#include <cstring>

namespace kam::net {

receive_buffers::receive_buffers(uint32_t datagram_bytes_max, bool gro)
    : datagram_bytes_max_(datagram_bytes_max), gro_(gro),
      head_capacity_(kam_class_bytes(kam_size_class(datagram_bytes_max), datagram_bytes_max)),
      head_bytes_(gro ? head_capacity_ : datagram_bytes_max) {}

receive_buffers::~receive_buffers() {
    for (uint32_t i = first_run_; i < run_count_; i++) {
        run &left = runs_[i];
        for (; left.pieces > 0; left.pieces--) {
            kam_chunk piece{left.block, 0, 0, 0, 0, 0};
            kam_chunk_drop(&piece, kam::detail::current_pool);
        }
    }
}

std::span<receive_slot> receive_buffers::prepare(kam_pool *pool, uint32_t room) {
    const uint32_t most = gro_ ? slots_with_rest : udp_receiver::batch_max;
    // Twice what came last: a packet a wake-up must not pay for the making ready of slots that stay empty.
    const uint32_t likely = std::clamp(likely_, slots_min, most);
    const uint32_t wanted = runs_seen_ ? slots_for_runs : std::clamp(room, 1u, likely);
    const uint32_t rest_bytes = gro_ ? run_bytes_max - head_bytes_ : 0;
    for (uint32_t i = 0; i < wanted; i++) {
        receive_slot &slot = slots_[i];
        if (!heads_[i].raw().block) heads_[i] = kam::chunk::rent(pool, head_capacity_);
        slot.head = heads_[i].writable().data();
        slot.head_bytes = head_bytes_;
        slot.rest_bytes = rest_bytes;
        slot.rest = nullptr;
        if (rest_bytes == 0) continue;
        if (!rests_[i].raw().block) rests_[i] = kam::chunk::rent(pool, run_bytes_max);
        // Not at its start: so that the head's bytes fit in front when all must be in one block after all.
        slot.rest = rests_[i].writable().data() + head_bytes_;
    }
    return std::span(slots_).first(wanted);
}

void receive_buffers::add_run(kam::chunk &owner, uint32_t offset_bytes, uint32_t bytes, const receive_slot &slot) {
    run &added = runs_[run_count_++];
    added.block = owner.release().block;
    added.offset_bytes = offset_bytes;
    added.left_bytes = bytes;
    added.segment_bytes = slot.segment_bytes;
    added.pieces = bytes == 0 ? 1 : (bytes + slot.segment_bytes - 1) / slot.segment_bytes;
    added.flags = 0;
    added.time_ns = slot.time_ns;
    added.tag = slot.tag;
    // All references at once: an atomic for each datagram would cost as much as receiving it. Relaxed: nobody else has
    // one.
    if (added.pieces > 1)
        __atomic_fetch_add(&added.block->refs, static_cast<int32_t>(added.pieces - 1), __ATOMIC_RELAXED);
}

// Makes a run of the bytes from `offset_bytes` on, in one block: a byte has the same offset in the head and in the
// rest.
void receive_buffers::place(uint32_t index, uint32_t offset_bytes, uint32_t bytes) {
    const receive_slot &slot = slots_[index];
    const uint32_t cut = slot.head_bytes;
    const uint32_t end = offset_bytes + bytes;
    if (end <= cut) {
        add_run(heads_[index], offset_bytes, bytes, slot);
    } else if (offset_bytes >= cut) {
        add_run(rests_[index], offset_bytes, bytes, slot);
    } else if (end <= head_capacity_) { // The head was cut shorter than this datagram.
        std::memcpy(slot.head + cut, slot.rest, end - cut);
        add_run(heads_[index], offset_bytes, bytes, slot);
    } else { // A run of another length than the last.
        std::memcpy(slot.rest - cut + offset_bytes, slot.head + offset_bytes, cut - offset_bytes);
        add_run(rests_[index], offset_bytes, bytes, slot);
    }
}

// How many of its datagrams are too long and were dropped.
uint32_t receive_buffers::accept_slot(uint32_t index) {
    const receive_slot &slot = slots_[index];
    if (slot.truncated) return 1;
    if (slot.segment_bytes > datagram_bytes_max_) { // Of a run only the last may be shorter.
        const uint32_t before_last = (slot.bytes - 1) / slot.segment_bytes;
        const uint32_t last_bytes = slot.bytes - before_last * slot.segment_bytes;
        if (last_bytes > datagram_bytes_max_) return before_last + 1;
        place(index, slot.bytes - last_bytes, last_bytes);
        return before_last;
    }
    if (slot.bytes > slot.head_bytes && slot.segment_bytes == slot.head_bytes) {
        place(index, 0, slot.head_bytes);
        place(index, slot.head_bytes, slot.bytes - slot.head_bytes);
    } else {
        place(index, 0, slot.bytes);
    }
    return 0;
}

uint64_t receive_buffers::accept(uint32_t count) {
    uint64_t dropped = 0;
    likely_ = 2 * count;
    first_run_ = run_count_ = 0;
    bool runs = false;
    uint32_t head_bytes = head_bytes_;
    for (uint32_t i = 0; i < count; i++) {
        const receive_slot &slot = slots_[i];
        const bool is_run = slot.bytes > slot.segment_bytes;
        const uint32_t first = run_count_;
        const uint32_t too_long = accept_slot(i);
        if (slot.kernel_drops != drops_seen_ || too_long > 0) missing_ = true;
        drops_seen_ = slot.kernel_drops;
        dropped += too_long;
        if (run_count_ == first) continue;
        runs_[first].flags = missing_ ? KAM_CHUNK_DISCONTINUITY : 0;
        missing_ = false;
        runs |= is_run;
        if (is_run && slot.segment_bytes <= head_capacity_)
            head_bytes = slot.segment_bytes;
        else if (slot.bytes > head_bytes)
            head_bytes = head_capacity_;
    }
    if (gro_) {
        head_bytes_ = head_bytes;
        runs_seen_ = runs;
    }
    return dropped;
}

kam_chunk *receive_buffers::front() {
    if (first_run_ == run_count_) return nullptr;
    const run &oldest = runs_[first_run_];
    current_.block = oldest.block;
    current_.offset_bytes = oldest.offset_bytes;
    current_.length_bytes = std::min(oldest.segment_bytes, oldest.left_bytes);
    current_.pts_ns = oldest.time_ns;
    current_.flags = oldest.flags | (oldest.time_ns != 0 ? KAM_CHUNK_HAS_PTS : 0);
    current_.tag = oldest.tag;
    return &current_;
}

void receive_buffers::pop() {
    run &oldest = runs_[first_run_];
    const uint32_t length = std::min(oldest.segment_bytes, oldest.left_bytes);
    oldest.offset_bytes += length;
    oldest.left_bytes -= length;
    oldest.flags = 0;
    if (--oldest.pieces == 0) first_run_++;
}

} // namespace kam::net
