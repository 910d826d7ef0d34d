/* Chunks: runs of bytes with a time, in ref-counted blocks that either language drops without calling the other.
 *
 * Frozen: kam_block, kam_chunk and kam_pool never change their layout within an ABI major version.
 * Threads: a chunk belongs to whoever holds it. Sending gives it away. The reference count may be touched by any
 * thread; a pool's free lists only by the pool's owner (its scheduler's thread), other threads return blocks to
 * `remote`. */
#ifndef KAMAELIA_CHUNK_H
#define KAMAELIA_CHUNK_H

#include "kamaelia/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Block capacities: 2 KiB holds any Ethernet datagram, 16 KiB a disk read, 64 KiB a GRO batch. Larger blocks are made
 * to measure and kept in the last class, where a rent must look at capacity_bytes. */
#define KAM_POOL_CLASSES 4u
#define KAM_BLOCK_HEADER_BYTES 64u

typedef struct kam_pool kam_pool;
typedef struct kam_block kam_block;

/* The header in front of a block's bytes: the bytes start KAM_BLOCK_HEADER_BYTES after it. */
struct kam_block {
    int32_t refs;            /* Atomic. 1 when rented; whoever takes it to 0 returns the block. */
    uint32_t capacity_bytes;
    kam_pool *pool;
    kam_block *next;         /* Free-list link; NULL while rented. */
    uint32_t size_class;
    uint32_t reserved0;
    uint64_t ledger;         /* For the leak ledger: who rented it, its index in the scheduler + 1; 0: unknown. */
    uint64_t reserved1[3];
};
KAM_STATIC_ASSERT(sizeof(kam_block) == 64, "kam_block is frozen at 64 bytes");

/* Flags of a chunk. */
#define KAM_CHUNK_KEY 1u            /* A receiver may start here. */
#define KAM_CHUNK_DISCONTINUITY 2u  /* Something is missing before this one. */
#define KAM_CHUNK_HAS_PTS 4u        /* pts_ns means something. */

/* A view of a block. 32 bytes, passed by value, one reference each. A chunk with block NULL is empty. */
typedef struct kam_chunk {
    kam_block *block;
    uint32_t offset_bytes;   /* From the first byte after the block's header. */
    uint32_t length_bytes;
    int64_t pts_ns;          /* Presentation time, ns; valid with KAM_CHUNK_HAS_PTS. */
    uint32_t flags;
    uint32_t tag;            /* Free for the stream's own use (a PID, a frame's tag). */
} kam_chunk;
KAM_STATIC_ASSERT(sizeof(kam_chunk) == 32, "kam_chunk is frozen at 32 bytes");

/* A pool of blocks, one per scheduler. The counts let the books be balanced when all is quiet:
 * rented == returned + (blocks waiting in remote). */
struct kam_pool {
    kam_block *free[KAM_POOL_CLASSES]; /* Owner only. */
    uint64_t rented;                   /* Owner only. */
    uint64_t returned;                 /* Owner only; counts remote returns when they are collected. */
    /* Makes a block of at least that many bytes, with refs 1, or NULL. Owner only. The pool's maker supplies it. */
    kam_block *(*grow)(kam_pool *pool, uint32_t size_class, uint32_t capacity_bytes);
    void *maker;                       /* The maker's own. */
    kam_block *remote;                 /* Atomic: a stack that any thread pushes to and the owner takes whole. */
    uint64_t reserved[7];
};
KAM_STATIC_ASSERT(sizeof(kam_pool) == 128, "kam_pool is frozen at 128 bytes");

static inline uint8_t *kam_chunk_data(const kam_chunk *chunk)
{
    return (uint8_t *)chunk->block + KAM_BLOCK_HEADER_BYTES + chunk->offset_bytes;
}

static inline uint32_t kam_size_class(uint32_t bytes)
{
    return bytes <= 2048u ? 0u : bytes <= 16384u ? 1u : bytes <= 65536u ? 2u : 3u;
}

/* What a block of that class holds; `bytes` itself in the last class. */
static inline uint32_t kam_class_bytes(uint32_t size_class, uint32_t bytes)
{
    return size_class == 0u ? 2048u : size_class == 1u ? 16384u : size_class == 2u ? 65536u : bytes;
}

/* Takes back what other threads returned. Owner only. */
static inline void kam_pool_collect(kam_pool *pool)
{
    /* Acquire: partners the release in kam_block_return, so the returner's last writes to the block are seen. */
    kam_block *block = __atomic_exchange_n(&pool->remote, (kam_block *)0, __ATOMIC_ACQUIRE);
    while (block) {
        kam_block *next = block->next;
        block->next = pool->free[block->size_class];
        pool->free[block->size_class] = block;
        pool->returned++;
        block = next;
    }
}

/* Owner only. Gives a chunk of `bytes` uninitialised bytes with one reference, or block NULL when memory is refused. */
static inline kam_chunk kam_chunk_rent(kam_pool *pool, uint32_t bytes)
{
    kam_chunk chunk = {0, 0, 0, 0, 0, 0};
    uint32_t size_class = kam_size_class(bytes);
    kam_block *block = pool->free[size_class];
    if (!block || (size_class == KAM_POOL_CLASSES - 1u && block->capacity_bytes < bytes)) {
        kam_pool_collect(pool);
        block = pool->free[size_class];
    }
    if (block && block->capacity_bytes >= bytes) {
        pool->free[size_class] = block->next;
        block->next = (kam_block *)0;
        block->refs = 1;
    } else {
        block = pool->grow(pool, size_class, kam_class_bytes(size_class, bytes));
        if (!block)
            return chunk;
    }
    pool->rented++;
    block->ledger = 0; /* Whoever knows the renter writes it. */
    chunk.block = block;
    chunk.length_bytes = bytes;
    return chunk;
}

/* One more reference, for a fan-out: the copy is a chunk of its own. */
static inline kam_chunk kam_chunk_share(const kam_chunk *chunk)
{
    if (chunk->block)
        __atomic_fetch_add(&chunk->block->refs, 1, __ATOMIC_RELAXED); /* The holder's reference keeps it alive. */
    return *chunk;
}

/* A part of a chunk, with a reference of its own. The caller has checked offset + length. */
static inline kam_chunk kam_chunk_slice(const kam_chunk *chunk, uint32_t offset_bytes, uint32_t length_bytes)
{
    kam_chunk part = kam_chunk_share(chunk);
    part.offset_bytes += offset_bytes;
    part.length_bytes = length_bytes;
    return part;
}

static inline void kam_block_return(kam_block *block, kam_pool *mine)
{
    kam_pool *pool = block->pool;
    if (pool == mine) {
        block->next = pool->free[block->size_class];
        pool->free[block->size_class] = block;
        pool->returned++;
    } else {
        kam_block *head = __atomic_load_n(&pool->remote, __ATOMIC_RELAXED);
        do {
            block->next = head;
        } while (!__atomic_compare_exchange_n(&pool->remote, &head, block, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
    }
}

/* Gives up one reference. `mine` is the pool of the calling scheduler, NULL on any other thread. */
static inline void kam_chunk_drop(kam_chunk *chunk, kam_pool *mine)
{
    kam_block *block = chunk->block;
    if (!block)
        return;
    chunk->block = (kam_block *)0;
    /* A sole holder needs no locked instruction; acquire partners the release below. */
    if (__atomic_load_n(&block->refs, __ATOMIC_ACQUIRE) == 1 ||
        __atomic_fetch_sub(&block->refs, 1, __ATOMIC_ACQ_REL) == 1)
        kam_block_return(block, mine);
}

#ifdef __cplusplus
}
#endif
#endif
