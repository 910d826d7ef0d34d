#include "net/stream_pipe.hpp"

#include <algorithm>
#include <array>

namespace kam::net {

namespace {
constexpr int64_t linger_ns = 1'000'000'000;
constexpr int forget_rounds_max = 16; // Whoever talks without end must not hold up the others.
} // namespace

// Large blocks only for those who fill them: a queue of small messages must not hold a large block each.
uint32_t stream_pipe::next_room(uint32_t room, size_t bytes) {
    if (bytes == room) return room == few_bytes ? some_bytes : many_bytes;
    return bytes <= few_bytes ? few_bytes : bytes <= some_bytes ? some_bytes : many_bytes;
}

stream_pipe::arrival stream_pipe::receive(kam::context &context, kam::chunk &spare, pipe_counts &counts,
                                          uint32_t most) {
    kam_outlet *out = context.out().raw();
    for (; most > 0 && !reads_over_; most--) {
        if (kam_outlet_room(out) == 0) return arrival::room;
        if (spare.size() != room_bytes_) spare = context.rent(room_bytes_);
        const stream_read report = stream_->read(spare.writable());
        if (report.waits) return arrival::waits;
        if (report.bytes == 0) {
            has_read_end_ = report.ended;
            error_ = report.error;
            reads_over_ = true;
            return arrival::over;
        }
        counts.received.add(report.bytes);
        room_bytes_ = next_room(room_bytes_, report.bytes);
        spare.trim(0, static_cast<uint32_t>(report.bytes));
        const kam_status status = kam_push(context.raw().sched, out, &spare.raw());
        if (status == KAM_E_NO_MEMORY) throw std::bad_alloc();
        if (status != KAM_OK) {
            spare.reset();
            reads_over_ = true; // Its reader has ended: nobody wants what still comes.
            return arrival::over;
        }
        (void)spare.release();
        // On until it waits, also after a read that did not fill its block: the far end's end may have come with the
        // bytes, and then no further edge tells of it.
    }
    return reads_over_ ? arrival::over : arrival::more;
}

size_t stream_pipe::gather(kam::inlet in, std::span<byte_view> parts) const {
    size_t count = 0;
    if (held_.size() > 0) parts[count++] = {held_.data(), held_.size()};
    const kam_ring *ring = in.raw();
    const auto *slots = static_cast<const kam_chunk *>(ring->slots);
    for (uint32_t at = ring->head; at != ring->tail && count < parts.size(); at++) {
        const kam_chunk &chunk = slots[at & ring->mask];
        parts[count++] = {chunk.block != nullptr ? kam_chunk_data(&chunk) : nullptr, chunk.length_bytes};
    }
    return count;
}

// So many bytes have gone: what is whole is given back, and of the one that is not the rest is kept.
void stream_pipe::advance(kam::inlet in, size_t bytes) {
    const auto of_held = static_cast<uint32_t>(std::min<size_t>(bytes, held_.size()));
    bytes -= of_held;
    held_.trim(of_held, held_.size() - of_held);
    if (held_.size() > 0) return;
    held_.reset();
    while (in.count() > 0 && (bytes > 0 || kam_ring_front(in.raw())->length_bytes == 0)) {
        in.pop(held_);
        const auto gone = static_cast<uint32_t>(std::min<size_t>(bytes, held_.size()));
        bytes -= gone;
        held_.trim(gone, held_.size() - gone);
        if (held_.size() > 0) return;
        held_.reset();
    }
}

bool stream_pipe::send(kam::inlet in, pipe_counts &counts) {
    std::array<byte_view, byte_stream::parts_max> parts;
    advance(in, 0); // Empty chunks in front.
    while (const size_t count = gather(in, parts)) {
        const stream_write report = stream_->write(std::span(parts).first(count));
        error_ = report.error;
        if (report.error != 0) return false;
        counts.sent.add(report.bytes);
        advance(in, report.bytes);
        if (report.full) return false;
    }
    return true;
}

void stream_pipe::finish_writing() {
    if (!writes_over_) stream_->finish_writing();
    writes_over_ = true;
}

std::optional<kam::step> stream_pipe::pump(kam::context &context, kam::chunk &spare, pipe_counts &counts,
                                           bool sends) {
    kam::inlet in = context.in();
    kam::step answer = kam::step::wait_io;
    if (!writes_over_ && send(in, counts)) {
        if (sends && in.ended())
            finish_writing();
        else
            answer = answer | kam::step::wait_in; // Also unfed: somebody may be linked to it later.
    }
    if (error_ != 0) return {};
    switch (reads_over_ ? arrival::over : receive(context, spare, counts, context.batch_max())) {
    case arrival::waits:
        break;
    case arrival::room:
        answer = answer | kam::step::wait_room;
        break;
    case arrival::more:
        return kam::step::more;
    case arrival::over:
        if (error_ != 0 || writes_over_ || !sends) return {};
        break;
    }
    return answer;
}

std::optional<kam::step> stream_pipe::linger(kam::context &context, kam::chunk &spare) {
    if (linger_end_ns_ == 0) {
        finish_writing();
        linger_end_ns_ = context.now_ns() + linger_ns;
        held_.reset();
    }
    if (has_read_end_ || error_ != 0 || context.now_ns() >= linger_end_ns_) return {};
    if (spare.size() == 0) spare = context.rent(few_bytes);
    for (int round = 0; round < forget_rounds_max; round++) {
        const stream_read report = stream_->read(spare.writable());
        if (report.waits) return kam::step::wait_io | context.wait_until(linger_end_ns_);
        if (report.bytes == 0) return {};
    }
    return kam::step::more;
}

} // namespace kam::net
