/* Native components for the stop matrix: one that is busy, one that calls back, one that only takes. What they keep is
 * the process's, since one graph at a time is tried. */
#define _POSIX_C_SOURCE 200809L
#include <kamaelia/component.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define TEXT(literal) {literal, sizeof(literal) - 1, 0}

static atomic_int live, entered, released, triggered;
static void (*callback)(void);

KAM_API int32_t stop_probe_live(void) { return atomic_load(&live); }
KAM_API int32_t stop_probe_entered(void) { return atomic_load(&entered); }
KAM_API void stop_probe_release(void) { atomic_store(&released, 1); }
KAM_API void stop_probe_trigger(void) { atomic_store(&triggered, 1); }

KAM_API void stop_probe_reset(void (*on_trigger)(void))
{
    callback = on_trigger;
    atomic_store(&entered, 0);
    atomic_store(&released, 0);
    atomic_store(&triggered, 0);
}

static kam_status create(const kam_create_args *args, void **self_out)
{
    (void)args;
    *self_out = calloc(1, sizeof(int));
    if (!*self_out)
        return KAM_E_NO_MEMORY;
    atomic_fetch_add(&live, 1);
    return KAM_OK;
}

static void destroy(void *self)
{
    free(self);
    atomic_fetch_sub(&live, 1);
}

static int32_t wait_a_ms(kam_context *context)
{
    context->wake_at_ns = context->sched->now_ns + 1000000;
    return KAM_STEP_WAIT_TIME;
}

/* Does not return until it is released, whatever it is told: sleeping, so that the other cells' code gets the cores. */
static int32_t step_busy(void *self, kam_context *context)
{
    struct timespec nap = {0, 100000};
    (void)self;
    atomic_store(&entered, 1);
    while (!atomic_load(&released))
        nanosleep(&nap, NULL);
    return context->stop == KAM_STOP_NONE ? wait_a_ms(context) : KAM_STEP_DONE;
}

/* Calls back once when it is triggered; a drain does not keep it from that. */
static int32_t step_call(void *self, kam_context *context)
{
    int *has_called = self;
    if (!*has_called && atomic_load(&triggered)) {
        *has_called = 1;
        callback();
    }
    return *has_called && context->stop != KAM_STOP_NONE ? KAM_STEP_DONE : wait_a_ms(context);
}

static int32_t step_take(void *self, kam_context *context)
{
    kam_chunk chunk;
    (void)self;
    while (kam_ring_pop(context->ins[0], &chunk))
        kam_chunk_drop(&chunk, context->sched->pool);
    return (context->ins[0]->flags & KAM_RING_ENDED) ? KAM_STEP_DONE : KAM_STEP_WAIT_IN;
}

static const kam_port in_ports[] = {{
    .name = TEXT("inbox"), .format = TEXT(""), .sentence = TEXT("What is taken."), .direction = KAM_PORT_IN}};

static const kam_component_type types[] = {
    {.struct_bytes = sizeof(kam_component_type), .flags = KAM_TYPE_SOURCE, .name = TEXT("stop.busy"),
     .sentence = TEXT("Does not return."), .create = create, .step = step_busy, .destroy = destroy},
    {.struct_bytes = sizeof(kam_component_type), .flags = KAM_TYPE_SOURCE, .name = TEXT("stop.call"),
     .sentence = TEXT("Calls back."), .create = create, .step = step_call, .destroy = destroy},
    {.struct_bytes = sizeof(kam_component_type), .name = TEXT("stop.take"), .sentence = TEXT("Takes everything."),
     .ports = in_ports, .port_count = 1, .create = create, .step = step_take, .destroy = destroy},
};

KAM_API uint32_t kam_plugin_abi_version(void) { return (KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR; }

KAM_API kam_status kam_plugin_register(const kam_host *host, kam_error *error)
{
    uint32_t i;
    for (i = 0; i < sizeof types / sizeof *types; i++) {
        kam_status status = host->type_register(&types[i], error);
        if (status != KAM_OK)
            return status;
    }
    return KAM_OK;
}
