/* Component types for the tests, in plain C11 against the public headers: a plugin without kamaelia.hpp. */
#include <kamaelia/component.h>

#include <stdlib.h>
#include <string.h>

#define TEXT(literal) {literal, sizeof(literal) - 1, 0}

static kam_status refuse(kam_error *error, kam_status status, const char *sentence)
{
    uint32_t bytes = (uint32_t)strlen(sentence);
    if (error && error->utf8) {
        error->bytes_out = bytes < error->capacity_bytes ? bytes : error->capacity_bytes;
        memcpy(error->utf8, sentence, error->bytes_out);
    }
    return status;
}

static uint64_t number(const kam_create_args *args, uint32_t index)
{
    char digits[24] = {0};
    uint32_t bytes = args->options[index].value.bytes;
    memcpy(digits, args->options[index].value.utf8, bytes < 23 ? bytes : 23);
    return strtoull(digits, NULL, 10);
}

/* What every trial component keeps. */
struct trial {
    uint64_t limit;
    uint64_t every_ns;
    uint64_t count;
};

static kam_status create(const kam_create_args *args, void **self_out)
{
    struct trial *self = calloc(1, sizeof *self);
    if (!self)
        return KAM_E_NO_MEMORY;
    self->limit = args->option_count > 0 ? number(args, 0) : 0;
    self->every_ns = args->option_count > 1 ? number(args, 1) * 1000 : 0;
    *self_out = self;
    return KAM_OK;
}

static kam_status create_refused(const kam_create_args *args, void **self_out)
{
    *self_out = NULL;
    return refuse(args->error, KAM_E_INVALID, "it never wants to be made");
}

static uint32_t counters(void *self, kam_counter *counters_out, uint32_t capacity)
{
    kam_counter counter = {TEXT("seen"), ((struct trial *)self)->count};
    if (capacity > 0)
        counters_out[0] = counter;
    return 1;
}

/* Passes chunks on; fails at the one after the limit. */
static int32_t step_fail(void *raw, kam_context *context)
{
    struct trial *self = raw;
    kam_chunk chunk;
    for (;;) {
        if (!kam_outlet_room(context->outs[0]))
            return KAM_STEP_WAIT_ROOM;
        if (self->count == self->limit && kam_ring_count(context->ins[0]))
            return refuse(context->error, KAM_E_IO, "the disk é is full");
        if (!kam_ring_pop(context->ins[0], &chunk))
            return (context->ins[0]->flags & KAM_RING_ENDED) ? KAM_STEP_DONE : KAM_STEP_WAIT_IN;
        self->count++;
        if (kam_push(context->sched, context->outs[0], &chunk) != KAM_OK)
            kam_chunk_drop(&chunk, context->sched->pool);
    }
}

/* One empty chunk a period, until the limit or a stop. */
static int32_t step_tick(void *raw, kam_context *context)
{
    struct trial *self = raw;
    kam_chunk chunk = {0};
    if (context->stop != KAM_STOP_NONE || self->count == self->limit)
        return KAM_STEP_DONE;
    chunk = kam_chunk_rent(context->sched->pool, 1);
    if (!chunk.block)
        return KAM_E_NO_MEMORY;
    chunk.tag = (uint32_t)self->count++;
    if (kam_push(context->sched, context->outs[0], &chunk) != KAM_OK)
        kam_chunk_drop(&chunk, context->sched->pool);
    context->wake_at_ns = context->sched->now_ns + (int64_t)self->every_ns;
    return KAM_STEP_WAIT_TIME;
}

/* Takes from whichever of two ins has something, and counts; renews a far deadline each time. */
static int32_t step_merge(void *raw, kam_context *context)
{
    struct trial *self = raw;
    kam_chunk chunk;
    uint32_t i;
    int32_t ended = 0;
    for (i = 0; i < context->in_count; i++) {
        while (kam_outlet_room(context->outs[0]) && kam_ring_pop(context->ins[i], &chunk)) {
            self->count++;
            if (kam_push(context->sched, context->outs[0], &chunk) != KAM_OK)
                kam_chunk_drop(&chunk, context->sched->pool);
        }
        ended += (context->ins[i]->flags & KAM_RING_ENDED) && !kam_ring_count(context->ins[i]);
    }
    if (ended == (int32_t)context->in_count)
        return KAM_STEP_DONE;
    if (!kam_outlet_room(context->outs[0]))
        return KAM_STEP_WAIT_ROOM;
    context->wake_at_ns = context->sched->now_ns + 3600000000000;
    return KAM_STEP_WAIT_IN | KAM_STEP_WAIT_TIME;
}

/* Takes everything and counts it. */
static int32_t step_count(void *raw, kam_context *context)
{
    kam_chunk chunk;
    while (kam_ring_pop(context->ins[0], &chunk)) {
        kam_chunk_drop(&chunk, context->sched->pool);
        ((struct trial *)raw)->count++;
    }
    return (context->ins[0]->flags & KAM_RING_ENDED) ? KAM_STEP_DONE : KAM_STEP_WAIT_IN;
}

/* Never ends by itself and does not look at stop. */
static int32_t step_hog(void *raw, kam_context *context)
{
    (void)context;
    ((struct trial *)raw)->count++;
    return KAM_STEP_MORE;
}

/* Answers a number that means nothing. */
static int32_t step_nonsense(void *raw, kam_context *context)
{
    (void)raw;
    (void)context;
    return 0;
}

static const kam_port pass_ports[] = {
    {TEXT("inbox"), TEXT("bytes"), TEXT("Chunks in."), KAM_PORT_IN, 0},
    {TEXT("outbox"), TEXT("bytes"), TEXT("Chunks out."), KAM_PORT_OUT, 0},
};
static const kam_port source_ports[] = {
    {TEXT("outbox"), TEXT(""), TEXT("Chunks out."), KAM_PORT_OUT, KAM_PORT_OPTIONAL},
};
static const kam_port sink_ports[] = {
    {TEXT("inbox"), TEXT(""), TEXT("Chunks in."), KAM_PORT_IN, 0},
};
static const kam_port merge_ports[] = {
    {TEXT("outbox"), TEXT(""), TEXT("What comes from either."), KAM_PORT_OUT, 0},
    {TEXT("first"), TEXT(""), TEXT("One stream."), KAM_PORT_IN, 0},
    {TEXT("second"), TEXT(""), TEXT("Another stream."), KAM_PORT_IN, 0},
};
static const kam_option_info fail_options[] = {
    {TEXT("after"), TEXT(""), TEXT("How many chunks pass before it fails."), KAM_OPTION_INT,
     KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL},
};
static const kam_option_info tick_options[] = {
    {TEXT("n"), TEXT("3"), TEXT("How many ticks."), KAM_OPTION_INT, 0},
    {TEXT("every"), TEXT("1000"), TEXT("Microseconds between two."), KAM_OPTION_INT, 0},
};

#define TYPE(name, sentence, ports, options, option_count, flags, create, step)                                      \
    {sizeof(kam_component_type), flags, TEXT(name), TEXT(sentence), ports, options, sizeof(ports) / sizeof(kam_port), \
     option_count, create, step, free, counters}

static const kam_component_type types[] = {
    TYPE("trial.fail", "Passes some chunks, then fails.", pass_ports, fail_options, 1, 0, create, step_fail),
    TYPE("trial.tick", "Ticks.", source_ports, tick_options, 2, KAM_TYPE_SOURCE, create, step_tick),
    TYPE("trial.merge", "Two streams into one.", merge_ports, NULL, 0, 0, create, step_merge),
    TYPE("trial.count", "Counts what comes.", sink_ports, NULL, 0, 0, create, step_count),
    TYPE("trial.hog", "Keeps busy.", source_ports, NULL, 0, KAM_TYPE_SOURCE, create, step_hog),
    TYPE("trial.nonsense", "Answers nonsense.", source_ports, NULL, 0, KAM_TYPE_SOURCE, create, step_nonsense),
    TYPE("trial.refused", "Cannot be made.", source_ports, NULL, 0, KAM_TYPE_SOURCE, create_refused, step_hog),
};

KAM_API uint32_t kam_plugin_abi_version(void)
{
    return (KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR;
}

KAM_API kam_status kam_plugin_register(const kam_host *host, kam_error *error)
{
    kam_status status = KAM_OK;
    uint32_t i;
    for (i = 0; status == KAM_OK && i < sizeof(types) / sizeof(types[0]); i++)
        status = host->type_register(&types[i], error);
    return status;
}
