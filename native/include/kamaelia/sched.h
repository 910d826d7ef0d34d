/* The scheduler's shared tables and what both languages do to them: wake, push, pop.
 *
 * One scheduler is one thread and shares nothing: no atomics here. Its maker (managed code, or a C++ host) allocates
 * the tables; libkamaelia runs the native ready queue in kam_sched_run. */
#ifndef KAMAELIA_SCHED_H
#define KAMAELIA_SCHED_H

#include "kamaelia/ring.h"

#ifdef __cplusplus
extern "C" {
#endif

/* kam_slot.state */
#define KAM_PARKED 0u
#define KAM_READY 1u    /* In a ready queue. */
#define KAM_RUNNING 2u
#define KAM_DONE 3u     /* Ended; the slot may be reused once managed code has seen it. */

/* One per component. */
typedef struct kam_slot {
    uint8_t state;
    uint8_t native;         /* 1: goes to the native ready queue. */
    uint16_t reserved;
    uint32_t activations;   /* Modulo 2^32; a sampler reads differences. */
    void *instance;         /* kam_instance of a native component, else NULL. */
} kam_slot;
KAM_STATIC_ASSERT(sizeof(kam_slot) == 16, "kam_slot is frozen at 16 bytes");

/* Component indices, first come first run. Each component is in it at most once, so mask + 1 >= slots is enough. */
typedef struct kam_queue {
    int32_t *ids;
    uint32_t mask;
    uint32_t head;
    uint32_t tail;
    uint32_t reserved;
} kam_queue;
KAM_STATIC_ASSERT(sizeof(kam_queue) == 24, "kam_queue is frozen at 24 bytes");

struct kam_sched {
    kam_slot *slots;
    kam_queue managed;      /* Ready components whose body is managed (and ended native ones, to be buried). */
    kam_queue native;
    kam_pool *pool;         /* Where components on this scheduler rent. */
    int32_t budget;         /* What is left of the running component's turn. */
    int32_t batch_max;      /* A turn: how many messages before it must let others run. */
    int64_t now_ns;         /* The scheduler's clock (monotonic, any origin), refreshed once a loop. */
    /* Makes room in a ring with KAM_POLICY_UNBOUNDED or fewer slots than capacity: 1 done, 0 refused. */
    int32_t (*ring_grow)(kam_sched *sched, kam_ring *ring);
    /* Wakes the component at or soon after that time on now_ns's clock; one timer per component, a later call wins. */
    void (*timer_set)(kam_sched *sched, int32_t id, int64_t at_ns);
    void *poller;           /* kam_poller of this scheduler, or NULL. */
    uint64_t native_activations;
    uint32_t slot_count;
    uint32_t reserved0;
    void *maker;            /* The maker's own. */
    uint64_t reserved[5];
    /* Tells those who run the graph, once each time, what a component wants known and goes on without: a sentence,
     * borrowed for the call. NULL: nobody listens. It took the place of the last reserved number. */
    void (*warn)(kam_sched *sched, int32_t id, const char *text_utf8, uint32_t bytes);
};
KAM_STATIC_ASSERT(sizeof(kam_sched) == 176, "kam_sched is frozen at 176 bytes");

static inline void kam_queue_push(kam_queue *queue, int32_t id)
{
    queue->ids[queue->tail++ & queue->mask] = id;
}

static inline void kam_wake(kam_sched *sched, int32_t id)
{
    kam_slot *slot = &sched->slots[id];
    if (slot->state != KAM_PARKED)
        return;
    slot->state = KAM_READY;
    kam_queue_push(slot->native ? &sched->native : &sched->managed, id);
}

/* Puts an outlet at the end of those who wait for room. No harm if it waits already. */
static inline void kam_room_wait(kam_ring *ring, kam_outlet *outlet)
{
    if (outlet->next)
        return;
    if (ring->room_last) {
        outlet->next = ring->room_last->next;
        ring->room_last->next = outlet;
    } else {
        outlet->next = outlet;
    }
    ring->room_last = outlet;
}

/* n messages have left: wakes as many of those who wait, the longest waiting first. */
static inline void kam_room_made(kam_ring *ring, uint32_t n)
{
    while (n-- && ring->room_last) {
        kam_outlet *first = ring->room_last->next;
        if (first == ring->room_last)
            ring->room_last = (kam_outlet *)0;
        else
            ring->room_last->next = first->next;
        first->next = (kam_outlet *)0;
        kam_wake(ring->sched, first->writer);
    }
}

static inline uint32_t kam_ring_count(const kam_ring *ring)
{
    return ring->tail - ring->head;
}

/* Borrowed: the oldest message, still in the ring. The ring is not empty. */
static inline kam_chunk *kam_ring_front(kam_ring *ring)
{
    return &((kam_chunk *)ring->slots)[ring->head & ring->mask];
}

/* Takes the oldest message: 1, or 0 when there is none. The chunk is then the caller's. */
static inline int32_t kam_ring_pop(kam_ring *ring, kam_chunk *chunk_out)
{
    if (ring->head == ring->tail)
        return 0;
    *chunk_out = *kam_ring_front(ring);
    ring->head++;
    if (ring->flags & KAM_RING_COUNT_BYTES)
        ring->bytes -= chunk_out->length_bytes;
    if (ring->room_last)
        kam_room_made(ring, 1);
    return 1;
}

/* How many messages fit now without waiting or dropping (0 when unlinked). Any number when the reader has ended: a
 * sender that waited for room there would wait for ever, and kam_push tells it. */
static inline uint32_t kam_outlet_room(const kam_outlet *outlet)
{
    const kam_ring *ring = outlet->ring;
    if (!ring)
        return (outlet->flags & KAM_OUTLET_DISCARD) ? UINT32_MAX : 0u;
    if (ring->flags & KAM_RING_CLOSED)
        return UINT32_MAX;
    if ((ring->flags & KAM_RING_COUNT_BYTES) && ring->bytes >= ring->bytes_max)
        return 0u;
    if (((ring->flags & KAM_RING_POLICY_MASK) >> KAM_RING_POLICY_SHIFT) != KAM_POLICY_WAIT)
        return UINT32_MAX;
    return ring->capacity - kam_ring_count(ring);
}

static inline int32_t kam_push_slow(kam_sched *sched, kam_outlet *outlet, kam_chunk *chunk);

/* Sends: KAM_OK and the chunk is the ring's (or was dropped by the linkage's policy and counted); KAM_AGAIN when it is
 * full and the caller keeps the chunk; KAM_E_NOT_FOUND when the reader has ended, the caller keeps it too. */
static inline kam_status kam_push(kam_sched *sched, kam_outlet *outlet, kam_chunk *chunk)
{
    kam_ring *ring = outlet->ring;
    if (!ring || ring->tail - ring->head >= ring->limit || (ring->flags & (KAM_RING_CLOSED | KAM_RING_COUNT_BYTES))) {
        /* A copy, so that the caller's chunk has no address and may live in registers. */
        kam_chunk kept = *chunk;
        kam_status status = kam_push_slow(sched, outlet, &kept);
        *chunk = kept;
        return status;
    }
    ((kam_chunk *)ring->slots)[ring->tail & ring->mask] = *chunk;
    ring->tail++;
    outlet->sent++;
    chunk->block = (kam_block *)0;
    if (ring->wait) {
        ring->wait = 0;
        kam_wake(ring->sched, ring->reader);
    }
    return KAM_OK;
}

/* Everything kam_push meets seldom: no linkage, no slots yet, full, byte counts, policies. */
static inline int32_t kam_push_slow(kam_sched *sched, kam_outlet *outlet, kam_chunk *chunk)
{
    kam_ring *ring = outlet->ring;
    uint32_t policy;
    kam_chunk old;
    if (!ring) {
        if (!(outlet->flags & KAM_OUTLET_DISCARD))
            return KAM_AGAIN;
        kam_chunk_drop(chunk, sched->pool);
        outlet->dropped++;
        return KAM_OK;
    }
    if (ring->flags & KAM_RING_CLOSED)
        return KAM_E_NOT_FOUND;
    policy = (ring->flags & KAM_RING_POLICY_MASK) >> KAM_RING_POLICY_SHIFT;
    if (policy == KAM_POLICY_KEEP_LATEST || policy == KAM_POLICY_DROP_OLDEST) {
        while (kam_ring_count(ring) && (policy == KAM_POLICY_KEEP_LATEST || kam_ring_count(ring) >= ring->capacity ||
               ((ring->flags & KAM_RING_COUNT_BYTES) && ring->bytes >= ring->bytes_max))) {
            kam_ring_pop(ring, &old);
            kam_chunk_drop(&old, sched->pool);
            outlet->dropped++;
        }
    } else if (policy != KAM_POLICY_UNBOUNDED &&
               (kam_ring_count(ring) >= ring->capacity ||
                ((ring->flags & KAM_RING_COUNT_BYTES) && ring->bytes >= ring->bytes_max))) {
        if (policy == KAM_POLICY_WAIT)
            return KAM_AGAIN;
        kam_chunk_drop(chunk, sched->pool);
        outlet->dropped++;
        return KAM_OK;
    }
    if (kam_ring_count(ring) >= ring->limit && !sched->ring_grow(sched, ring))
        return KAM_E_NO_MEMORY;
    ((kam_chunk *)ring->slots)[ring->tail & ring->mask] = *chunk;
    ring->tail++;
    outlet->sent++;
    if (ring->flags & KAM_RING_COUNT_BYTES)
        ring->bytes += chunk->length_bytes;
    chunk->block = (kam_block *)0;
    if (ring->wait) {
        ring->wait = 0;
        kam_wake(ring->sched, ring->reader);
    }
    return KAM_OK;
}

/* Runs ready native components until none is left or activations_max is reached; returns how many it ran. */
KAM_API uint32_t kam_sched_run(kam_sched *sched, uint32_t activations_max);

#ifdef __cplusplus
}
#endif
#endif
