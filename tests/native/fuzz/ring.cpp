// A ring and its outlets against a deque: every policy, capacities in messages and bytes, growing storage, refusals.
#include "../robustness/world.hpp"

#include <deque>

#include "bytes.hpp"
#include "rig.hpp"

namespace {

struct model {
    std::deque<uint32_t> lengths;
    uint64_t bytes = 0;
    uint64_t dropped = 0;

    void pop() {
        bytes -= lengths.front();
        lengths.pop_front();
    }
    bool full(const kam_ring &ring) const {
        return lengths.size() >= ring.capacity || ((ring.flags & KAM_RING_COUNT_BYTES) && bytes >= ring.bytes_max);
    }
    /// What kam_push must answer.
    kam_status push(const kam_ring &ring, uint32_t length) {
        const uint32_t policy = ring.flags >> KAM_RING_POLICY_SHIFT;
        if (policy == KAM_POLICY_KEEP_LATEST || policy == KAM_POLICY_DROP_OLDEST) {
            while (!lengths.empty() && (policy == KAM_POLICY_KEEP_LATEST || full(ring))) {
                pop();
                ++dropped;
            }
        } else if (policy != KAM_POLICY_UNBOUNDED && full(ring)) {
            if (policy == KAM_POLICY_WAIT) return KAM_AGAIN;
            ++dropped;
            return KAM_OK;
        }
        lengths.push_back(length);
        bytes += length;
        return KAM_OK;
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    kam::test::dice dice(input.number(4));
    kam::test::world world;
    kam_ring &ring = *world.ring_make(dice, 0);
    ring.head = ring.tail = static_cast<uint32_t>(input.below(2) ? UINT32_MAX - 3 : 0); // Over the end of the count.
    kam_outlet *outlet = world.outlet_make(dice, 0);
    outlet->ring = &ring;
    model wanted;
    while (!input.empty()) {
        if (input.below(3)) {
            const uint32_t length = input.byte() * 8u;
            kam_chunk chunk = kam_chunk_rent(&world.pool.raw, length);
            const bool has_room = kam_outlet_room(outlet) != 0;
            const kam_status status = kam_push(&world.sched, outlet, &chunk);
            kam::fuzz::expect(status == wanted.push(ring, length));
            kam::fuzz::expect(status != KAM_AGAIN || !has_room);
            if (status == KAM_AGAIN) kam_room_wait(&ring, outlet);
            kam_chunk_drop(&chunk, &world.pool.raw);
        } else {
            kam_chunk chunk;
            const int32_t got = kam_ring_pop(&ring, &chunk);
            kam::fuzz::expect(got == !wanted.lengths.empty());
            if (!got) continue;
            kam::fuzz::expect(chunk.length_bytes == wanted.lengths.front());
            wanted.pop();
            kam_chunk_drop(&chunk, &world.pool.raw);
        }
        kam::fuzz::expect(kam_ring_count(&ring) == wanted.lengths.size() && outlet->dropped == wanted.dropped);
        kam::fuzz::expect(!(ring.flags & KAM_RING_COUNT_BYTES) || ring.bytes == wanted.bytes);
    }
    world.close();
    kam::fuzz::expect(world.pool.outstanding() == 0);
    return 0;
}
