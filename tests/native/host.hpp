// A scheduler without .NET: the tables of sched.h, a pool, boxes and timers, enough to run native components by hand.
#pragma once

#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kamaelia/kamaelia.hpp>

namespace kam::test {

/// A pool on the heap that counts, and that refuses once `grows_left` is used up, and what is larger than `bytes_max`.
class heap_pool {
public:
    heap_pool() {
        raw.grow = grow;
        raw.maker = this;
    }
    heap_pool(const heap_pool &) = delete;
    heap_pool &operator=(const heap_pool &) = delete;
    ~heap_pool() {
        for (kam_block *block : blocks_) std::free(block);
    }

    /// Rented and not returned.
    int64_t outstanding() {
        kam_pool_collect(&raw);
        return static_cast<int64_t>(raw.rented - raw.returned);
    }

    kam_pool raw{};
    int64_t grows_left = INT64_MAX;
    uint32_t bytes_max = UINT32_MAX;

private:
    // Not inlined: the compiler would take the block's header for the whole of its memory, and warn.
    [[gnu::noinline]] static kam_block *grow(kam_pool *pool, uint32_t size_class, uint32_t bytes) {
        auto *self = static_cast<heap_pool *>(pool->maker);
        if (self->grows_left == 0 || bytes > self->bytes_max) return nullptr;
        --self->grows_left;
        auto *block = static_cast<kam_block *>(std::calloc(1, KAM_BLOCK_HEADER_BYTES + bytes));
        *block = kam_block{1, bytes, pool, nullptr, size_class, 0, 0, {}};
        self->blocks_.push_back(block);
        return block;
    }

    std::vector<kam_block *> blocks_;
};

using given_options = std::vector<std::pair<std::string_view, std::string_view>>;

struct message {
    std::string bytes;
    uint32_t tag = 0;
    int64_t pts_ns = 0;
    uint32_t flags = 0;
    bool operator==(const message &) const = default;
};

/// A ring with its slots; a power of two of them, made at the first message.
struct box {
    kam_ring ring{};
    std::vector<kam_chunk> slots;
};

/// One native component with its boxes.
struct node {
    kam_instance *instance = nullptr;
    int32_t id = -1;
    std::vector<kam_ring *> ins;
    std::vector<kam_outlet *> outs;

    bool failed() const { return instance->last_answer < 0; }
    std::string error() const { return {instance->error_text, instance->error.bytes_out}; }
};

class host {
public:
    static constexpr uint32_t slot_count = 64;

    host() : slots_(slot_count), managed_(slot_count), native_(slot_count) {
        sched.slots = slots_.data();
        sched.managed = {managed_.data(), slot_count - 1, 0, 0, 0};
        sched.native = {native_.data(), slot_count - 1, 0, 0, 0};
        sched.pool = &pool.raw;
        sched.batch_max = 64;
        sched.slot_count = slot_count;
        sched.maker = this;
        sched.ring_grow = [](kam_sched *raw, kam_ring *ring) -> int32_t {
            return static_cast<host *>(raw->maker)->grow(ring) ? 1 : 0;
        };
        sched.timer_set = [](kam_sched *raw, int32_t id, int64_t at_ns) {
            static_cast<host *>(raw->maker)->timers.emplace_back(id, at_ns);
        };
    }
    host(const host &) = delete;
    host &operator=(const host &) = delete;
    ~host() { close(); }

    /// Gives back everything; what the pool still misses afterwards is a leak.
    void close() {
        for (const node &node : nodes_) kam_instance_destroy(node.instance);
        nodes_.clear();
        for (box &box : boxes_)
            while (kam_ring_count(&box.ring)) take(&box.ring);
        boxes_.clear();
    }

    /// @param array_boxes How many boxes an array of ports gets.
    node &add(const kam_component_type &type, const given_options &given = {}, uint32_t array_boxes = 1) {
        std::vector<kam_option> options;
        for (const auto &[name, value] : given) options.push_back({text(name), text(value)});
        char words[512];
        kam_error error{words, sizeof words, 0};
        kam_instance *instance = nullptr;
        const kam_status status =
            kam_instance_create(&type, options.data(), static_cast<uint32_t>(options.size()), &error, &instance);
        if (status != KAM_OK) throw failure(status, std::string(words, error.bytes_out));
        return bind(instance, array_boxes);
    }

    node &add(std::string_view name, const given_options &given = {}, uint32_t array_boxes = 1) {
        for (uint32_t i = 0; const kam_component_type *type = kam_type_get(i); ++i)
            if (view(type->name) == name) return add(*type, given, array_boxes);
        throw std::runtime_error("no type " + std::string(name));
    }

    /// A box read by the test: a managed slot of its own.
    kam_ring *sink(kam_outlet *from, uint32_t capacity = 64) {
        kam_ring *ring = ring_make(next_id(), capacity);
        from->ring = ring;
        return ring;
    }
    /// A sending end held by the test: a managed slot of its own.
    kam_outlet *source(kam_ring *to) {
        kam_outlet *outlet = outlet_make(next_id());
        outlet->ring = to;
        return outlet;
    }
    static void link(kam_outlet *from, kam_ring *to) { from->ring = to; }

    chunk make(const message &m) {
        chunk made = chunk::rent(&pool.raw, static_cast<uint32_t>(m.bytes.size()));
        if (!m.bytes.empty()) std::memcpy(made.writable().data(), m.bytes.data(), m.bytes.size());
        made.raw().tag = m.tag;
        made.raw().pts_ns = m.pts_ns;
        made.raw().flags = m.flags;
        return made;
    }
    /// Straight into a ring, as many as one likes: it grows.
    void put(kam_ring *ring, const message &m) {
        const detail::pool_scope scope(&pool.raw);
        chunk made = make(m);
        kam_outlet outlet{};
        outlet.ring = ring;
        outlet.writer = 0;
        while (kam_push(&sched, &outlet, &made.raw()) == KAM_AGAIN) {
            ring->capacity *= 2;
            grow(ring);
        }
    }
    void end(kam_ring *ring) {
        ring->flags |= KAM_RING_ENDED;
        if (ring->wait) {
            ring->wait = 0;
            kam_wake(&sched, ring->reader);
        }
    }
    message take(kam_ring *ring) {
        const detail::pool_scope scope(&pool.raw);
        chunk got;
        kam_ring_pop(ring, &got.raw());
        message m{{}, got.raw().tag, got.raw().pts_ns, got.raw().flags};
        if (got.size()) m.bytes.assign(reinterpret_cast<const char *>(got.data()), got.size());
        return m;
    }
    std::vector<message> take_all(kam_ring *ring) {
        std::vector<message> all;
        while (kam_ring_count(ring)) all.push_back(take(ring));
        return all;
    }

    /// Until no native component is ready, or that many steps were made.
    uint32_t run(uint32_t activations_max = 100'000) { return kam_sched_run(&sched, activations_max); }

    /// The managed queue's ids, emptied: readers that were woken and native components that have ended.
    std::vector<int32_t> managed_take() {
        std::vector<int32_t> ids;
        while (sched.managed.head != sched.managed.tail) {
            const int32_t id = sched.managed.ids[sched.managed.head++ & sched.managed.mask];
            ids.push_back(id);
            if (!sched.slots[id].native) sched.slots[id].state = KAM_PARKED;
        }
        return ids;
    }
    uint8_t state(const node &node) const { return sched.slots[node.id].state; }

    heap_pool pool;
    kam_sched sched{};
    std::vector<std::pair<int32_t, int64_t>> timers;

private:
    int32_t next_id() { return ids_++; }

    kam_ring *ring_make(int32_t reader, uint32_t capacity) {
        boxes_.emplace_back();
        kam_ring *ring = &boxes_.back().ring;
        ring->sched = &sched;
        ring->reader = reader;
        ring->capacity = capacity;
        ring->bytes_max = UINT32_MAX;
        return ring;
    }
    kam_outlet *outlet_make(int32_t writer) {
        outlets_.push_back({});
        outlets_.back().writer = writer;
        return &outlets_.back();
    }
    node &bind(kam_instance *instance, uint32_t array_boxes) {
        nodes_.emplace_back();
        node &made = nodes_.back();
        made.instance = instance;
        made.id = next_id();
        const kam_component_type &type = *instance->type;
        for (uint32_t i = 0; i < type.port_count; ++i) {
            const uint32_t count = type.ports[i].flags & KAM_PORT_ARRAY ? array_boxes : 1;
            for (uint32_t k = 0; k < count; ++k) {
                if (type.ports[i].direction == KAM_PORT_IN)
                    made.ins.push_back(ring_make(made.id, 64));
                else
                    made.outs.push_back(outlet_make(made.id));
            }
        }
        const kam_status status =
            kam_instance_bind(instance, &sched, made.id, made.ins.data(), static_cast<uint32_t>(made.ins.size()),
                              made.outs.data(), static_cast<uint32_t>(made.outs.size()));
        if (status != KAM_OK) throw failure(status, made.error());
        kam_wake(&sched, made.id);
        return made;
    }
    bool grow(kam_ring *ring) {
        if (ring_grows_left == 0) return false;
        --ring_grows_left;
        box &owner = box_of(ring);
        std::vector<kam_chunk> slots(owner.slots.empty() ? 4 : owner.slots.size() * 2);
        const auto mask = static_cast<uint32_t>(slots.size() - 1);
        for (uint32_t i = ring->head; i != ring->tail; ++i) slots[i & mask] = owner.slots[i & ring->mask];
        owner.slots = std::move(slots);
        ring->slots = owner.slots.data();
        ring->mask = mask;
        const bool unbounded = (ring->flags & KAM_RING_POLICY_MASK) >> KAM_RING_POLICY_SHIFT == KAM_POLICY_UNBOUNDED;
        ring->limit = unbounded || ring->capacity > mask + 1 ? mask + 1 : ring->capacity;
        return true;
    }
    box &box_of(const kam_ring *ring) {
        for (box &box : boxes_)
            if (&box.ring == ring) return box;
        throw std::runtime_error("a ring of no box");
    }

    std::vector<kam_slot> slots_;
    std::vector<int32_t> managed_;
    std::vector<int32_t> native_;
    std::deque<box> boxes_;
    std::deque<kam_outlet> outlets_;
    std::deque<node> nodes_;
    int32_t ids_ = 0;

public:
    int64_t ring_grows_left = INT64_MAX;
};

/// One transform between a box that the test fills and one that it reads.
class rig {
public:
    explicit rig(std::string_view type, const given_options &given = {})
        : node_(host_.add(type, given)), sink_(host_.sink(node_.outs[0], 1u << 20)) {}

    void put(std::string_view bytes, uint32_t tag = 0, int64_t pts_ns = 0, uint32_t flags = 0) {
        host_.put(node_.ins[0], {std::string(bytes), tag, pts_ns, flags});
    }
    std::vector<message> run() {
        host_.run();
        return host_.take_all(sink_);
    }
    /// Ends the input, runs to the end and gives what came.
    std::vector<message> finish() {
        host_.end(node_.ins[0]);
        return run();
    }
    uint64_t counter(std::string_view name) const {
        kam_counter counters[16];
        const uint32_t count = kam_instance_counters(node_.instance, counters, 16);
        for (uint32_t i = 0; i < count; ++i)
            if (view(counters[i].name) == name) return counters[i].value;
        throw std::runtime_error("no counter " + std::string(name));
    }
    bool done() const { return host_.state(node_) == KAM_DONE; }
    /// Balance of the pool once everything is given back; the rig is of no more use then.
    int64_t leaked() {
        host_.close();
        return host_.pool.outstanding();
    }
    test::host &host() { return host_; }
    const test::node &node() const { return node_; }
    kam_ring *sink() const { return sink_; }

private:
    test::host host_;
    test::node &node_;
    kam_ring *sink_;
};

} // namespace kam::test
