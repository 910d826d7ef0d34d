/* Native components: a table of functions and data, a registry, and libraries of one's own. */
#ifndef KAMAELIA_COMPONENT_H
#define KAMAELIA_COMPONENT_H

#include "kamaelia/sched.h"

#ifdef __cplusplus
extern "C" {
#endif

/* kam_port.direction */
#define KAM_PORT_IN 0u
#define KAM_PORT_OUT 1u
/* kam_port.flags */
#define KAM_PORT_OPTIONAL 1u /* May stay unlinked: what is sent is dropped and counted. */
#define KAM_PORT_ARRAY                                                                                                 \
    2u /* As many boxes as are asked for, "in#0", "in#1" and so on, none being possible. The                           \
          last of its direction: the context has the array's boxes behind the single ones. */

/* A port is data. All text lives as long as the library is loaded. */
typedef struct kam_port {
    kam_text name;   /* "inbox", "outbox", … in the order of ctx->ins and ctx->outs. */
    kam_text format; /* "bytes", "mpegts", "datagram", …; empty: any bytes. */
    kam_text sentence;
    uint32_t direction;
    uint32_t flags;
} kam_port;

/* kam_option_info.kind: how the text of a value is read. */
#define KAM_OPTION_TEXT 0u
#define KAM_OPTION_INT 1u      /* decimal, with k K M G suffixes of 1000 and Ki Mi Gi of 1024 */
#define KAM_OPTION_BOOL 2u     /* true false yes no on off 1 0 */
#define KAM_OPTION_DURATION 3u /* number with ns us ms s */
#define KAM_OPTION_RATE 4u     /* bits per second: number with k K M G */
#define KAM_OPTION_ADDRESS 5u  /* host:port */

typedef struct kam_option_info {
    kam_text name;
    kam_text default_text; /* Empty: the option is required if flags has KAM_OPTION_REQUIRED, else unset. */
    kam_text sentence;     /* With unit and range. */
    uint32_t kind;
    uint32_t flags;
} kam_option_info;
#define KAM_OPTION_REQUIRED 1u
#define KAM_OPTION_POSITIONAL 2u /* The first bare word of the notation goes here: `udp.send 239.1.1.1:5004`. */

typedef struct kam_option {
    kam_text name;
    kam_text value;
} kam_option;

/* What a step answers: what it waits for (bits, any of them wakes it), or one of the last two, or < 0: a kam_status. */
#define KAM_STEP_WAIT_IN 1   /* something on any of its ins, or their end */
#define KAM_STEP_WAIT_ROOM 2 /* room on any out that is full */
#define KAM_STEP_WAIT_IO 4   /* what it watches with kam_poller_watch */
#define KAM_STEP_WAIT_TIME 8 /* ctx->wake_at_ns */
#define KAM_STEP_MORE 16     /* not finished, let others run first */
#define KAM_STEP_DONE 32     /* ended: its outs end with Completed */

/* kam_context.stop */
#define KAM_STOP_NONE 0u
#define KAM_STOP_DRAIN 1u  /* Sources: no more; finish what is begun and answer KAM_STEP_DONE. */
#define KAM_STOP_CANCEL 2u /* Everyone: give up and answer KAM_STEP_DONE now. */

/* What a component sees while it is stepped. Borrowed for that call. */
typedef struct kam_context {
    uint32_t struct_bytes;
    int32_t id;
    kam_sched *sched;
    kam_ring **ins;
    kam_outlet **outs;
    uint32_t in_count;
    uint32_t out_count;
    uint32_t batch_max; /* Take about so many messages a step. */
    uint32_t stop;
    int64_t wake_at_ns; /* In: 0. Out: for KAM_STEP_WAIT_TIME, on sched->now_ns's clock. */
    kam_error *error;   /* Where a failing step leaves its sentence. */
} kam_context;

typedef struct kam_create_args {
    uint32_t struct_bytes;
    uint32_t option_count;
    const kam_option *options; /* Checked against the table already; defaults filled in. Borrowed for the call. */
    kam_error *error;
} kam_create_args;

/* A named counter for people who look: packets, bytes, drops. */
typedef struct kam_counter {
    kam_text name;
    uint64_t value;
} kam_counter;

/* kam_component_type.flags */
#define KAM_TYPE_SOURCE 1u /* Runs without input until it is done or told to stop. */

/* One component type. The table and all it points to live as long as the library is loaded. */
typedef struct kam_component_type {
    uint32_t struct_bytes;
    uint32_t flags;
    kam_text name; /* "framer", "udp.send": as in the notation. */
    kam_text sentence;
    const kam_port *ports;
    const kam_option_info *options;
    uint32_t port_count;
    uint32_t option_count;
    /* Owns: *self_out is the caller's, freed once by destroy. NULL on any failure. */
    kam_status (*create)(const kam_create_args *args, void **self_out);
    int32_t (*step)(void *self, kam_context *context);
    void (*destroy)(void *self);
    /* May be NULL. Writes at most capacity counters; returns how many there are. Any thread may call it. */
    uint32_t (*counters)(void *self, kam_counter *counters_out, uint32_t capacity);
} kam_component_type;

/* What kam_slot.instance points to. Made by kam_instance_create, stepped by kam_sched_run. */
typedef struct kam_instance {
    uint32_t struct_bytes;
    int32_t last_answer; /* Of its last step: < 0 when it failed. */
    const kam_component_type *type;
    void *self;
    kam_context context;
    kam_error error; /* Into error_text. */
    char error_text[512];
} kam_instance;

/* ---- the registry ---- */
KAM_API uint32_t kam_type_count(void);
/* Borrowed until the process ends; NULL past the last. */
KAM_API const kam_component_type *kam_type_get(uint32_t index);
/* Adds a type (the built-in ones are there already). KAM_E_EXISTS when the name is taken. Any thread. */
KAM_API kam_status kam_type_register(const kam_component_type *type, kam_error *error);

/* Loads a user's own shared library and calls its kam_plugin_register. Loading one twice is KAM_OK. Any thread. */
KAM_API kam_status kam_plugin_load(const char *path_utf8, uint32_t path_bytes, kam_error *error);

/* What a plugin's entry point is given. */
typedef struct kam_host {
    uint32_t struct_bytes;
    uint32_t abi_version; /* The library's. A plugin built with another major is refused before it is called. */
    kam_status (*type_register)(const kam_component_type *type, kam_error *error);
} kam_host;

/* A plugin exports two functions: uint32_t kam_plugin_abi_version(void) and
 * kam_status kam_plugin_register(const kam_host *host, kam_error *error). */

/* ---- instances ---- */
/* Owns: *instance_out is the caller's, freed once by kam_instance_destroy. NULL on any failure, and then error says
 * why. Options not in the table, missing required ones and values that do not parse are KAM_E_INVALID and named. The
 * type need not be registered; a table that the registry would refuse is refused here too. */
KAM_API kam_status kam_instance_create(const kam_component_type *type, const kam_option *options, uint32_t option_count,
                                       kam_error *error, kam_instance **instance_out);
/* Points it at its boxes, in port order (of an array of ports as many as there are), and its scheduler's slot `id` at
 * it. The arrays are copied, the rings and outlets borrowed until destroy. It does not wake it. On failure the sentence
 * is in instance->error. */
KAM_API kam_status kam_instance_bind(kam_instance *instance, kam_sched *sched, int32_t id, kam_ring *const *ins,
                                     uint32_t in_count, kam_outlet *const *outs, uint32_t out_count);
/* NULL: nothing. The caller has taken it out of its slot before (kam_slot.instance NULL), and what its sched, rings and
 * outlets point at is not touched. */
KAM_API void kam_instance_destroy(kam_instance *instance);
/* Returns how many there are (0 for NULL) and writes at most capacity; counters_out NULL: none. Any thread. */
KAM_API uint32_t kam_instance_counters(kam_instance *instance, kam_counter *counters_out, uint32_t capacity);
/* Tells it to drain or cancel (KAM_STOP_…) and wakes it. Its scheduler's thread only. */
KAM_API void kam_instance_stop(kam_instance *instance, uint32_t stop);

#ifdef __cplusplus
}
#endif
#endif
