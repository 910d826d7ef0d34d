// What the spinner plays with: a scheduler's tables, rings, outlets, chunks and instances, each of which may be made,
// used and given back at any moment, in the ways the headers allow.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include <kamaelia/poller.h>

#include "../host.hpp"

namespace kam::test {

/// A broken promise of the ABI. The spinner says which step of which seed broke it.
inline void promise(bool kept, const char *what) {
    if (!kept) throw std::runtime_error(std::string("a promise is broken: ") + what);
}

class dice {
public:
    explicit dice(uint64_t seed) : engine_(seed) {}
    /// 0 to n - 1, the same on every machine (a std distribution is not).
    uint32_t below(uint32_t n) { return static_cast<uint32_t>(engine_() % n); }
    bool one_in(uint32_t n) { return below(n) == 0; }
    uint64_t any() { return engine_(); }
    /// Small numbers, the borders of the types, and anything.
    uint32_t odd_number() {
        constexpr uint32_t borders[] = {0, 1, 2, 3, 4, 16, 63, 64, 65, 255, 1316, 2048, 2049, 65536, 0x7fffffff, ~0u};
        return one_in(4) ? static_cast<uint32_t>(any()) : borders[below(std::size(borders))];
    }
    std::string bytes(uint32_t length_max) {
        std::string made(below(length_max + 1), '\0');
        for (char &byte : made) byte = static_cast<char>(any());
        return made;
    }

private:
    std::mt19937_64 engine_;
};

/// One ring and its slots. It outlives every outlet and instance that knows it, so only its content ever goes.
struct spun_ring {
    kam_ring ring{};
    std::vector<kam_chunk> slots;
};

struct spun_instance {
    kam_instance *instance = nullptr;
    std::vector<kam_ring *> ins;
    std::vector<kam_outlet *> outs;
    int32_t id = -1;
};

class world {
public:
    static constexpr uint32_t slot_count = 16;

    world() : slots_(slot_count), managed_(slot_count), native_(slot_count) {
        sched.slots = slots_.data();
        sched.managed = {managed_.data(), slot_count - 1, 0, 0, 0};
        sched.native = {native_.data(), slot_count - 1, 0, 0, 0};
        sched.pool = &pool.raw;
        pool.bytes_max = 1u << 20; // Decoders in a ring double a chunk at each turn.
        sched.batch_max = 8;
        sched.slot_count = slot_count;
        sched.maker = this;
        sched.ring_grow = [](kam_sched *raw, kam_ring *ring) -> int32_t {
            return static_cast<world *>(raw->maker)->grow(ring) ? 1 : 0;
        };
        sched.timer_set = [](kam_sched *raw, int32_t id, int64_t at_ns) {
            static_cast<world *>(raw->maker)->due_[static_cast<std::size_t>(id)] = at_ns;
        };
        descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    }
    world(const world &) = delete;
    world &operator=(const world &) = delete;
    ~world() {
        close();
        ::close(descriptor);
    }

    /// Everything is given back, in the order the headers ask for.
    void close() {
        while (!instances.empty()) destroy(instances.size() - 1);
        for (kam_chunk &chunk : chunks) kam_chunk_drop(&chunk, &pool.raw);
        chunks.clear();
        for (const auto &each : rings) drain(each->ring);
        poller_close();
    }

    kam_ring *ring_make(dice &dice, int32_t reader) {
        rings.push_back(std::make_unique<spun_ring>());
        kam_ring &ring = rings.back()->ring;
        ring.sched = &sched;
        ring.reader = reader;
        ring.capacity = 1 + dice.below(32);
        ring.bytes_max = dice.one_in(4) ? 1 + dice.below(4000) : UINT32_MAX;
        ring.flags = dice.below(5) << KAM_RING_POLICY_SHIFT;
        if (ring.flags == KAM_POLICY_KEEP_LATEST << KAM_RING_POLICY_SHIFT) ring.capacity = 1; // As the header asks.
        if (dice.one_in(3)) ring.flags |= KAM_RING_COUNT_BYTES;
        return &ring;
    }
    kam_outlet *outlet_make(dice &dice, int32_t writer) {
        outlets.push_back(std::make_unique<kam_outlet>());
        outlets.back()->writer = writer;
        if (dice.one_in(4)) outlets.back()->flags = KAM_OUTLET_DISCARD;
        return outlets.back().get();
    }

    /// A slot that nobody has, or -1. Slot 0 is the spinner's own.
    int32_t slot_free() const {
        for (uint32_t i = 1; i < slot_count; ++i)
            if (!slots_[i].instance && slots_[i].state == KAM_PARKED) return static_cast<int32_t>(i);
        return -1;
    }

    /// Out of its slot, its boxes unlinked, then destroyed: as a scheduler buries a component.
    void destroy(std::size_t index) {
        spun_instance gone = instances[index];
        instances.erase(instances.begin() + static_cast<std::ptrdiff_t>(index));
        if (gone.id >= 0) {
            slots_[static_cast<std::size_t>(gone.id)] = kam_slot{};
            due_[static_cast<std::size_t>(gone.id)] = INT64_MAX;
            queue_forget(sched.native, gone.id);
            queue_forget(sched.managed, gone.id);
        }
        for (kam_outlet *outlet : gone.outs) unlink(outlet);
        kam_instance_destroy(gone.instance);
        for (kam_ring *ring : gone.ins) {
            ring->flags |= KAM_RING_CLOSED;
            drain(*ring);
            while (ring->room_last) kam_room_made(ring, 1);
        }
    }

    void unlink(kam_outlet *outlet) {
        kam_ring *ring = outlet->ring;
        if (ring && outlet->next) room_leave(ring, outlet);
        outlet->ring = nullptr;
    }

    void drain(kam_ring &ring) {
        kam_chunk chunk;
        while (kam_ring_pop(&ring, &chunk)) kam_chunk_drop(&chunk, &pool.raw);
    }

    /// What managed code does with its queue: parks its own, buries native ones that have ended.
    void managed_take() {
        while (sched.managed.head != sched.managed.tail) {
            const int32_t id = sched.managed.ids[sched.managed.head++ & sched.managed.mask];
            if (!slots_[static_cast<std::size_t>(id)].native) slots_[static_cast<std::size_t>(id)].state = KAM_PARKED;
        }
    }

    void time_passes(int64_t ns) {
        sched.now_ns += ns;
        for (uint32_t id = 0; id < slot_count; ++id) {
            if (due_[id] > sched.now_ns) continue;
            due_[id] = INT64_MAX;
            kam_wake(&sched, static_cast<int32_t>(id));
        }
    }

    void poller_close() {
        kam_poller_destroy(poller);
        poller = nullptr;
        sched.poller = nullptr;
    }

    heap_pool pool;
    kam_sched sched{};
    kam_poller *poller = nullptr;
    int descriptor = -1;
    bool refuses_slots = false;
    std::vector<std::unique_ptr<spun_ring>> rings;
    std::vector<std::unique_ptr<kam_outlet>> outlets;
    std::vector<spun_instance> instances;
    std::vector<kam_chunk> chunks; ///< Held by the spinner, a reference each.

private:
    static void room_leave(kam_ring *ring, kam_outlet *outlet) {
        kam_outlet *before = ring->room_last;
        while (before->next != outlet) before = before->next;
        before->next = outlet->next;
        if (ring->room_last == outlet) ring->room_last = before == outlet ? nullptr : before;
        outlet->next = nullptr;
    }
    static void queue_forget(kam_queue &queue, int32_t id) {
        uint32_t kept = queue.head;
        for (uint32_t i = queue.head; i != queue.tail; ++i)
            if (queue.ids[i & queue.mask] != id) queue.ids[kept++ & queue.mask] = queue.ids[i & queue.mask];
        queue.tail = kept;
    }
    bool grow(kam_ring *ring) {
        if (refuses_slots) return false;
        for (const auto &each : rings) {
            if (&each->ring != ring) continue;
            std::vector<kam_chunk> wider(each->slots.empty() ? 4 : each->slots.size() * 2);
            const auto mask = static_cast<uint32_t>(wider.size() - 1);
            for (uint32_t i = ring->head; i != ring->tail; ++i) wider[i & mask] = each->slots[i & ring->mask];
            each->slots = std::move(wider);
            ring->slots = each->slots.data();
            ring->mask = mask;
            const bool unbounded = ring->flags >> KAM_RING_POLICY_SHIFT == KAM_POLICY_UNBOUNDED;
            ring->limit = unbounded || ring->capacity > mask + 1 ? mask + 1 : ring->capacity;
            return true;
        }
        return false;
    }

    std::vector<kam_slot> slots_;
    std::vector<int32_t> managed_;
    std::vector<int32_t> native_;
    std::vector<int64_t> due_ = std::vector<int64_t>(slot_count, INT64_MAX);
};

} // namespace kam::test
