/* A host as somebody may have built it for ABI 1.0, in C, against the headers of then, linked with today's library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kamaelia/component.h>
#include <kamaelia/poller.h>

static kam_block *pool_grow(kam_pool *pool, uint32_t size_class, uint32_t capacity_bytes)
{
    kam_block *block = calloc(1, KAM_BLOCK_HEADER_BYTES + capacity_bytes);
    block->refs = 1;
    block->capacity_bytes = capacity_bytes;
    block->pool = pool;
    block->size_class = size_class;
    return block;
}

static const kam_component_type *type_named(const char *name)
{
    uint32_t i;
    for (i = 0; i < kam_type_count(); i++) {
        const kam_component_type *type = kam_type_get(i);
        if (type->name.bytes == strlen(name) && !memcmp(type->name.utf8, name, type->name.bytes))
            return type;
    }
    return NULL;
}

static int fail(const char *what)
{
    fprintf(stderr, "v1_host: %s\n", what);
    return 1;
}

int main(void)
{
    static kam_slot slots[4];
    static int32_t managed[4], native[4];
    static kam_chunk in_slots[4], out_slots[4];
    kam_pool pool = {.grow = pool_grow};
    kam_sched sched = {.slots = slots, .managed = {managed, 3, 0, 0, 0}, .native = {native, 3, 0, 0, 0}, .pool = &pool,
                       .batch_max = 8, .slot_count = 4};
    kam_ring in = {.slots = in_slots, .sched = &sched, .mask = 3, .limit = 4, .reader = 1, .capacity = 4};
    kam_ring out = {.slots = out_slots, .sched = &sched, .mask = 3, .limit = 4, .reader = 0, .capacity = 4};
    kam_outlet feed = {.ring = &in}, outlet = {.ring = &out, .writer = 1};
    kam_ring *ins[] = {&in};
    kam_outlet *outs[] = {&outlet};
    kam_instance *framer = NULL;
    kam_chunk chunk, frame;
    if (kam_abi_version() >> 16 != KAM_ABI_MAJOR || kam_abi_version() < ((KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR))
        return fail("the library is older than this host, or of another age");
    if (kam_instance_create(type_named("framer"), NULL, 0, NULL, &framer) != KAM_OK)
        return fail("no framer");
    if (kam_instance_bind(framer, &sched, 1, ins, 1, outs, 1) != KAM_OK)
        return fail("no bind");
    chunk = kam_chunk_rent(&pool, 3);
    memcpy(kam_chunk_data(&chunk), "abc", 3);
    chunk.tag = 7;
    kam_push(&sched, &feed, &chunk);
    in.flags |= KAM_RING_ENDED;
    kam_wake(&sched, 1);
    kam_sched_run(&sched, 10);
    if (!kam_ring_pop(&out, &frame) || frame.length_bytes != 7 || memcmp(kam_chunk_data(&frame), "7 3\nabc", 7))
        return fail("another frame");
    free(frame.block);
    kam_instance_destroy(framer);
    while (pool.free[0]) {
        kam_block *next = pool.free[0]->next;
        if (pool.free[0] != frame.block)
            free(pool.free[0]);
        pool.free[0] = next;
    }
    printf("v1_host: 1.%u met 1.%u\n", KAM_ABI_MINOR, kam_abi_version() & 0xffffu);
    return slots[1].state == KAM_DONE ? 0 : fail("it does not end");
}
