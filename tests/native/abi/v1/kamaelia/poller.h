/* One wait for sockets, the wake-up of other threads, and time: what an idle scheduler sleeps in. */
#ifndef KAMAELIA_POLLER_H
#define KAMAELIA_POLLER_H

#include "kamaelia/sched.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kam_poller kam_poller; /* Opaque: epoll and an eventfd on Linux. */

#define KAM_POLL_READ 1u
#define KAM_POLL_WRITE 2u

/* Owns: *poller_out is the caller's, freed once by kam_poller_destroy. The caller puts it into sched->poller, where
 * components find it. KAM_E_UNSUPPORTED where there is no native poller (anything but Linux). */
KAM_API kam_status kam_poller_create(kam_sched *sched, kam_error *error, kam_poller **poller_out);
KAM_API void kam_poller_destroy(kam_poller *poller);

/* Waits until a watched descriptor is ready, kam_poller_wake is called, or the time is over; wakes the components whose
 * descriptors are ready. timeout_ns < 0: no end; 0: only looks. Returns how many components it woke, < 0 on failure
 * (KAM_E_INVALID for NULL). The scheduler's thread only. */
KAM_API int32_t kam_poller_wait(kam_poller *poller, int64_t timeout_ns);

/* Ends the wait, or the next one. Any thread. NULL: nothing. */
KAM_API void kam_poller_wake(kam_poller *poller);

/* Wakes component `id` each time the descriptor has become ready (edge-triggered: read until KAM_AGAIN). An id that is
 * not parked then, or is no slot, is passed over. KAM_E_INVALID for NULL, a descriptor that is not open or cannot be
 * waited for, no events or unknown ones. Watching one again changes its id and events.
 * The scheduler's thread only. A component calls it with (kam_poller *)ctx->sched->poller. */
KAM_API kam_status kam_poller_watch(kam_poller *poller, int32_t descriptor, int32_t id, uint32_t events);
KAM_API void kam_poller_unwatch(kam_poller *poller, int32_t descriptor);

#ifdef __cplusplus
}
#endif
#endif
