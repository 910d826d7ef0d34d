/* Rings and outlets: the storage of an inbox and the sending end of an outbox, as both languages see them.
 *
 * Frozen. Threads: everything here is touched only by the thread of the scheduler that owns the ring's reader; a
 * linkage between schedulers is another structure, which managed code builds. So there are no atomics.
 * A ring that native code reads or writes always holds kam_chunk slots. */
#ifndef KAMAELIA_RING_H
#define KAMAELIA_RING_H

#include "kamaelia/chunk.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kam_ring kam_ring;
typedef struct kam_outlet kam_outlet;
typedef struct kam_sched kam_sched;

/* kam_ring.wait */
#define KAM_WAIT_READER 1u      /* The reader is parked until something comes. Cleared by whoever wakes it. */

/* kam_ring.flags */
#define KAM_RING_ENDED 1u       /* Everything that fed it has ended; what is in it is the last. */
#define KAM_RING_CLOSED 2u      /* Its reader has ended: pushing is pointless, kam_push says so. */
#define KAM_RING_COUNT_BYTES 4u /* bytes and bytes_max are kept. */
#define KAM_RING_NATIVE 8u      /* Its reader is a native component. */
#define KAM_RING_UNFED 16u      /* Nothing was linked to it when its reader started: waiting for it is pointless. */
#define KAM_RING_DRAINS 32u     /* The graph drains: what is on its way still comes, then the end. */
#define KAM_RING_POLICY_SHIFT 8u
#define KAM_RING_POLICY_MASK 0xff00u

/* What a full ring does (the policy bits of flags). */
#define KAM_POLICY_WAIT 0u
#define KAM_POLICY_DROP_OLDEST 1u
#define KAM_POLICY_DROP_NEWEST 2u
#define KAM_POLICY_KEEP_LATEST 3u /* with a capacity of 1 */
#define KAM_POLICY_UNBOUNDED 4u

/* 64 bytes: one cache line. The slots are elsewhere and may be few until they are needed. */
struct kam_ring {
    void *slots;            /* mask + 1 slots, or NULL before the first message. */
    kam_outlet *room_last;  /* Circular list of outlets that wait for room, first to wait first: last->next is first. */
    kam_sched *sched;       /* The reader's scheduler; NULL until it is placed. */
    uint32_t head;          /* Messages ever taken, modulo 2^32. */
    uint32_t tail;          /* Messages ever put, modulo 2^32. */
    uint32_t mask;
    uint32_t limit;         /* How many fit now: the smaller of capacity and the slots there are. */
    int32_t reader;         /* The reader's index in its scheduler, -1 until it is placed. */
    uint32_t wait;
    uint32_t flags;
    uint32_t capacity;      /* How many may ever be in it. */
    uint32_t bytes;         /* In it now, with KAM_RING_COUNT_BYTES. */
    uint32_t bytes_max;
};
KAM_STATIC_ASSERT(sizeof(kam_ring) == 64, "kam_ring is frozen at 64 bytes");

/* The sending end: one per outbox. The postman points it at the final ring, whatever boxes lie between. */
struct kam_outlet {
    kam_ring *ring;         /* NULL while unlinked. */
    kam_outlet *next;       /* In the ring's list of those who wait for room; NULL when in none. */
    uint64_t sent;
    uint64_t dropped;
    int32_t writer;         /* The sender's index in its scheduler, -1 until it is placed. */
    uint32_t flags;
    uint64_t reserved;
};
KAM_STATIC_ASSERT(sizeof(kam_outlet) == 48, "kam_outlet is frozen at 48 bytes");

/* kam_outlet.flags */
#define KAM_OUTLET_DISCARD 1u   /* Unlinked and declared optional: what is sent is dropped and counted. */
#define KAM_OUTLET_ENDED 2u     /* Its sender sends nothing more and runs on: the host ends the stream soon. */

#ifdef __cplusplus
}
#endif
#endif
