/* Made by interop/Generator from native/include/kamaelia: do not edit.
 * The sizes, offsets and values that the C# mirror has, by .NET's own layout rules: a mirror
 * that does not fit fails this build, with any compiler and on any 64-bit platform. */
#ifndef KAM_LAYOUT_CHECK_H
#define KAM_LAYOUT_CHECK_H

#include <stddef.h>
#include <kamaelia/abi.h>
#include <kamaelia/chunk.h>
#include <kamaelia/component.h>
#include <kamaelia/poller.h>
#include <kamaelia/ring.h>
#include <kamaelia/sched.h>

/* kamaelia/abi.h */
KAM_STATIC_ASSERT(KAM_ABI_MAJOR == 1u, "KAM_ABI_MAJOR");
KAM_STATIC_ASSERT(KAM_ABI_MINOR == 0u, "KAM_ABI_MINOR");
KAM_STATIC_ASSERT(KAM_OK == 0, "KAM_OK");
KAM_STATIC_ASSERT(KAM_AGAIN == 1, "KAM_AGAIN");
KAM_STATIC_ASSERT(KAM_E_INVALID == -1, "KAM_E_INVALID");
KAM_STATIC_ASSERT(KAM_E_NO_MEMORY == -2, "KAM_E_NO_MEMORY");
KAM_STATIC_ASSERT(KAM_E_NOT_FOUND == -3, "KAM_E_NOT_FOUND");
KAM_STATIC_ASSERT(KAM_E_INTERNAL == -4, "KAM_E_INTERNAL");
KAM_STATIC_ASSERT(KAM_E_ABI == -5, "KAM_E_ABI");
KAM_STATIC_ASSERT(KAM_E_IO == -6, "KAM_E_IO");
KAM_STATIC_ASSERT(KAM_E_UNSUPPORTED == -7, "KAM_E_UNSUPPORTED");
KAM_STATIC_ASSERT(KAM_E_EXISTS == -8, "KAM_E_EXISTS");

/* kamaelia/chunk.h */
KAM_STATIC_ASSERT(KAM_POOL_CLASSES == 4u, "KAM_POOL_CLASSES");
KAM_STATIC_ASSERT(KAM_BLOCK_HEADER_BYTES == 64u, "KAM_BLOCK_HEADER_BYTES");
KAM_STATIC_ASSERT(KAM_CHUNK_KEY == 1u, "KAM_CHUNK_KEY");
KAM_STATIC_ASSERT(KAM_CHUNK_DISCONTINUITY == 2u, "KAM_CHUNK_DISCONTINUITY");
KAM_STATIC_ASSERT(KAM_CHUNK_HAS_PTS == 4u, "KAM_CHUNK_HAS_PTS");

/* kamaelia/component.h */
KAM_STATIC_ASSERT(KAM_PORT_IN == 0u, "KAM_PORT_IN");
KAM_STATIC_ASSERT(KAM_PORT_OUT == 1u, "KAM_PORT_OUT");
KAM_STATIC_ASSERT(KAM_PORT_OPTIONAL == 1u, "KAM_PORT_OPTIONAL");
KAM_STATIC_ASSERT(KAM_PORT_ARRAY == 2u, "KAM_PORT_ARRAY");
KAM_STATIC_ASSERT(KAM_OPTION_TEXT == 0u, "KAM_OPTION_TEXT");
KAM_STATIC_ASSERT(KAM_OPTION_INT == 1u, "KAM_OPTION_INT");
KAM_STATIC_ASSERT(KAM_OPTION_BOOL == 2u, "KAM_OPTION_BOOL");
KAM_STATIC_ASSERT(KAM_OPTION_DURATION == 3u, "KAM_OPTION_DURATION");
KAM_STATIC_ASSERT(KAM_OPTION_RATE == 4u, "KAM_OPTION_RATE");
KAM_STATIC_ASSERT(KAM_OPTION_ADDRESS == 5u, "KAM_OPTION_ADDRESS");
KAM_STATIC_ASSERT(KAM_OPTION_REQUIRED == 1u, "KAM_OPTION_REQUIRED");
KAM_STATIC_ASSERT(KAM_OPTION_POSITIONAL == 2u, "KAM_OPTION_POSITIONAL");
KAM_STATIC_ASSERT(KAM_STEP_WAIT_IN == 1, "KAM_STEP_WAIT_IN");
KAM_STATIC_ASSERT(KAM_STEP_WAIT_ROOM == 2, "KAM_STEP_WAIT_ROOM");
KAM_STATIC_ASSERT(KAM_STEP_WAIT_IO == 4, "KAM_STEP_WAIT_IO");
KAM_STATIC_ASSERT(KAM_STEP_WAIT_TIME == 8, "KAM_STEP_WAIT_TIME");
KAM_STATIC_ASSERT(KAM_STEP_MORE == 16, "KAM_STEP_MORE");
KAM_STATIC_ASSERT(KAM_STEP_DONE == 32, "KAM_STEP_DONE");
KAM_STATIC_ASSERT(KAM_STOP_NONE == 0u, "KAM_STOP_NONE");
KAM_STATIC_ASSERT(KAM_STOP_DRAIN == 1u, "KAM_STOP_DRAIN");
KAM_STATIC_ASSERT(KAM_STOP_CANCEL == 2u, "KAM_STOP_CANCEL");
KAM_STATIC_ASSERT(KAM_TYPE_SOURCE == 1u, "KAM_TYPE_SOURCE");

/* kamaelia/poller.h */
KAM_STATIC_ASSERT(KAM_POLL_READ == 1u, "KAM_POLL_READ");
KAM_STATIC_ASSERT(KAM_POLL_WRITE == 2u, "KAM_POLL_WRITE");

/* kamaelia/ring.h */
KAM_STATIC_ASSERT(KAM_WAIT_READER == 1u, "KAM_WAIT_READER");
KAM_STATIC_ASSERT(KAM_RING_ENDED == 1u, "KAM_RING_ENDED");
KAM_STATIC_ASSERT(KAM_RING_CLOSED == 2u, "KAM_RING_CLOSED");
KAM_STATIC_ASSERT(KAM_RING_COUNT_BYTES == 4u, "KAM_RING_COUNT_BYTES");
KAM_STATIC_ASSERT(KAM_RING_NATIVE == 8u, "KAM_RING_NATIVE");
KAM_STATIC_ASSERT(KAM_RING_UNFED == 16u, "KAM_RING_UNFED");
KAM_STATIC_ASSERT(KAM_RING_DRAINS == 32u, "KAM_RING_DRAINS");
KAM_STATIC_ASSERT(KAM_RING_POLICY_SHIFT == 8u, "KAM_RING_POLICY_SHIFT");
KAM_STATIC_ASSERT(KAM_RING_POLICY_MASK == 65280u, "KAM_RING_POLICY_MASK");
KAM_STATIC_ASSERT(KAM_POLICY_WAIT == 0u, "KAM_POLICY_WAIT");
KAM_STATIC_ASSERT(KAM_POLICY_DROP_OLDEST == 1u, "KAM_POLICY_DROP_OLDEST");
KAM_STATIC_ASSERT(KAM_POLICY_DROP_NEWEST == 2u, "KAM_POLICY_DROP_NEWEST");
KAM_STATIC_ASSERT(KAM_POLICY_KEEP_LATEST == 3u, "KAM_POLICY_KEEP_LATEST");
KAM_STATIC_ASSERT(KAM_POLICY_UNBOUNDED == 4u, "KAM_POLICY_UNBOUNDED");
KAM_STATIC_ASSERT(KAM_OUTLET_DISCARD == 1u, "KAM_OUTLET_DISCARD");
KAM_STATIC_ASSERT(KAM_OUTLET_ENDED == 2u, "KAM_OUTLET_ENDED");

/* kamaelia/sched.h */
KAM_STATIC_ASSERT(KAM_PARKED == 0u, "KAM_PARKED");
KAM_STATIC_ASSERT(KAM_READY == 1u, "KAM_READY");
KAM_STATIC_ASSERT(KAM_RUNNING == 2u, "KAM_RUNNING");
KAM_STATIC_ASSERT(KAM_DONE == 3u, "KAM_DONE");

KAM_STATIC_ASSERT(sizeof(kam_text) == 16, "kam_text");
KAM_STATIC_ASSERT(offsetof(kam_text, utf8) == 0, "kam_text.utf8");
KAM_STATIC_ASSERT(offsetof(kam_text, bytes) == 8, "kam_text.bytes");
KAM_STATIC_ASSERT(offsetof(kam_text, reserved) == 12, "kam_text.reserved");

KAM_STATIC_ASSERT(sizeof(kam_error) == 16, "kam_error");
KAM_STATIC_ASSERT(offsetof(kam_error, utf8) == 0, "kam_error.utf8");
KAM_STATIC_ASSERT(offsetof(kam_error, capacity_bytes) == 8, "kam_error.capacity_bytes");
KAM_STATIC_ASSERT(offsetof(kam_error, bytes_out) == 12, "kam_error.bytes_out");

KAM_STATIC_ASSERT(sizeof(kam_block) == 64, "kam_block");
KAM_STATIC_ASSERT(offsetof(kam_block, refs) == 0, "kam_block.refs");
KAM_STATIC_ASSERT(offsetof(kam_block, capacity_bytes) == 4, "kam_block.capacity_bytes");
KAM_STATIC_ASSERT(offsetof(kam_block, pool) == 8, "kam_block.pool");
KAM_STATIC_ASSERT(offsetof(kam_block, next) == 16, "kam_block.next");
KAM_STATIC_ASSERT(offsetof(kam_block, size_class) == 24, "kam_block.size_class");
KAM_STATIC_ASSERT(offsetof(kam_block, reserved0) == 28, "kam_block.reserved0");
KAM_STATIC_ASSERT(offsetof(kam_block, ledger) == 32, "kam_block.ledger");
KAM_STATIC_ASSERT(offsetof(kam_block, reserved1) == 40, "kam_block.reserved1");

KAM_STATIC_ASSERT(sizeof(kam_chunk) == 32, "kam_chunk");
KAM_STATIC_ASSERT(offsetof(kam_chunk, block) == 0, "kam_chunk.block");
KAM_STATIC_ASSERT(offsetof(kam_chunk, offset_bytes) == 8, "kam_chunk.offset_bytes");
KAM_STATIC_ASSERT(offsetof(kam_chunk, length_bytes) == 12, "kam_chunk.length_bytes");
KAM_STATIC_ASSERT(offsetof(kam_chunk, pts_ns) == 16, "kam_chunk.pts_ns");
KAM_STATIC_ASSERT(offsetof(kam_chunk, flags) == 24, "kam_chunk.flags");
KAM_STATIC_ASSERT(offsetof(kam_chunk, tag) == 28, "kam_chunk.tag");

KAM_STATIC_ASSERT(sizeof(kam_pool) == 128, "kam_pool");
KAM_STATIC_ASSERT(offsetof(kam_pool, free) == 0, "kam_pool.free");
KAM_STATIC_ASSERT(offsetof(kam_pool, rented) == 32, "kam_pool.rented");
KAM_STATIC_ASSERT(offsetof(kam_pool, returned) == 40, "kam_pool.returned");
KAM_STATIC_ASSERT(offsetof(kam_pool, grow) == 48, "kam_pool.grow");
KAM_STATIC_ASSERT(offsetof(kam_pool, maker) == 56, "kam_pool.maker");
KAM_STATIC_ASSERT(offsetof(kam_pool, remote) == 64, "kam_pool.remote");
KAM_STATIC_ASSERT(offsetof(kam_pool, reserved) == 72, "kam_pool.reserved");

KAM_STATIC_ASSERT(sizeof(kam_port) == 56, "kam_port");
KAM_STATIC_ASSERT(offsetof(kam_port, name) == 0, "kam_port.name");
KAM_STATIC_ASSERT(offsetof(kam_port, format) == 16, "kam_port.format");
KAM_STATIC_ASSERT(offsetof(kam_port, sentence) == 32, "kam_port.sentence");
KAM_STATIC_ASSERT(offsetof(kam_port, direction) == 48, "kam_port.direction");
KAM_STATIC_ASSERT(offsetof(kam_port, flags) == 52, "kam_port.flags");

KAM_STATIC_ASSERT(sizeof(kam_option_info) == 56, "kam_option_info");
KAM_STATIC_ASSERT(offsetof(kam_option_info, name) == 0, "kam_option_info.name");
KAM_STATIC_ASSERT(offsetof(kam_option_info, default_text) == 16, "kam_option_info.default_text");
KAM_STATIC_ASSERT(offsetof(kam_option_info, sentence) == 32, "kam_option_info.sentence");
KAM_STATIC_ASSERT(offsetof(kam_option_info, kind) == 48, "kam_option_info.kind");
KAM_STATIC_ASSERT(offsetof(kam_option_info, flags) == 52, "kam_option_info.flags");

KAM_STATIC_ASSERT(sizeof(kam_option) == 32, "kam_option");
KAM_STATIC_ASSERT(offsetof(kam_option, name) == 0, "kam_option.name");
KAM_STATIC_ASSERT(offsetof(kam_option, value) == 16, "kam_option.value");

KAM_STATIC_ASSERT(sizeof(kam_context) == 64, "kam_context");
KAM_STATIC_ASSERT(offsetof(kam_context, struct_bytes) == 0, "kam_context.struct_bytes");
KAM_STATIC_ASSERT(offsetof(kam_context, id) == 4, "kam_context.id");
KAM_STATIC_ASSERT(offsetof(kam_context, sched) == 8, "kam_context.sched");
KAM_STATIC_ASSERT(offsetof(kam_context, ins) == 16, "kam_context.ins");
KAM_STATIC_ASSERT(offsetof(kam_context, outs) == 24, "kam_context.outs");
KAM_STATIC_ASSERT(offsetof(kam_context, in_count) == 32, "kam_context.in_count");
KAM_STATIC_ASSERT(offsetof(kam_context, out_count) == 36, "kam_context.out_count");
KAM_STATIC_ASSERT(offsetof(kam_context, batch_max) == 40, "kam_context.batch_max");
KAM_STATIC_ASSERT(offsetof(kam_context, stop) == 44, "kam_context.stop");
KAM_STATIC_ASSERT(offsetof(kam_context, wake_at_ns) == 48, "kam_context.wake_at_ns");
KAM_STATIC_ASSERT(offsetof(kam_context, error) == 56, "kam_context.error");

KAM_STATIC_ASSERT(sizeof(kam_create_args) == 24, "kam_create_args");
KAM_STATIC_ASSERT(offsetof(kam_create_args, struct_bytes) == 0, "kam_create_args.struct_bytes");
KAM_STATIC_ASSERT(offsetof(kam_create_args, option_count) == 4, "kam_create_args.option_count");
KAM_STATIC_ASSERT(offsetof(kam_create_args, options) == 8, "kam_create_args.options");
KAM_STATIC_ASSERT(offsetof(kam_create_args, error) == 16, "kam_create_args.error");

KAM_STATIC_ASSERT(sizeof(kam_counter) == 24, "kam_counter");
KAM_STATIC_ASSERT(offsetof(kam_counter, name) == 0, "kam_counter.name");
KAM_STATIC_ASSERT(offsetof(kam_counter, value) == 16, "kam_counter.value");

KAM_STATIC_ASSERT(sizeof(kam_component_type) == 96, "kam_component_type");
KAM_STATIC_ASSERT(offsetof(kam_component_type, struct_bytes) == 0, "kam_component_type.struct_bytes");
KAM_STATIC_ASSERT(offsetof(kam_component_type, flags) == 4, "kam_component_type.flags");
KAM_STATIC_ASSERT(offsetof(kam_component_type, name) == 8, "kam_component_type.name");
KAM_STATIC_ASSERT(offsetof(kam_component_type, sentence) == 24, "kam_component_type.sentence");
KAM_STATIC_ASSERT(offsetof(kam_component_type, ports) == 40, "kam_component_type.ports");
KAM_STATIC_ASSERT(offsetof(kam_component_type, options) == 48, "kam_component_type.options");
KAM_STATIC_ASSERT(offsetof(kam_component_type, port_count) == 56, "kam_component_type.port_count");
KAM_STATIC_ASSERT(offsetof(kam_component_type, option_count) == 60, "kam_component_type.option_count");
KAM_STATIC_ASSERT(offsetof(kam_component_type, create) == 64, "kam_component_type.create");
KAM_STATIC_ASSERT(offsetof(kam_component_type, step) == 72, "kam_component_type.step");
KAM_STATIC_ASSERT(offsetof(kam_component_type, destroy) == 80, "kam_component_type.destroy");
KAM_STATIC_ASSERT(offsetof(kam_component_type, counters) == 88, "kam_component_type.counters");

KAM_STATIC_ASSERT(sizeof(kam_instance) == 616, "kam_instance");
KAM_STATIC_ASSERT(offsetof(kam_instance, struct_bytes) == 0, "kam_instance.struct_bytes");
KAM_STATIC_ASSERT(offsetof(kam_instance, last_answer) == 4, "kam_instance.last_answer");
KAM_STATIC_ASSERT(offsetof(kam_instance, type) == 8, "kam_instance.type");
KAM_STATIC_ASSERT(offsetof(kam_instance, self) == 16, "kam_instance.self");
KAM_STATIC_ASSERT(offsetof(kam_instance, context) == 24, "kam_instance.context");
KAM_STATIC_ASSERT(offsetof(kam_instance, error) == 88, "kam_instance.error");
KAM_STATIC_ASSERT(offsetof(kam_instance, error_text) == 104, "kam_instance.error_text");

KAM_STATIC_ASSERT(sizeof(kam_host) == 16, "kam_host");
KAM_STATIC_ASSERT(offsetof(kam_host, struct_bytes) == 0, "kam_host.struct_bytes");
KAM_STATIC_ASSERT(offsetof(kam_host, abi_version) == 4, "kam_host.abi_version");
KAM_STATIC_ASSERT(offsetof(kam_host, type_register) == 8, "kam_host.type_register");

KAM_STATIC_ASSERT(sizeof(kam_ring) == 64, "kam_ring");
KAM_STATIC_ASSERT(offsetof(kam_ring, slots) == 0, "kam_ring.slots");
KAM_STATIC_ASSERT(offsetof(kam_ring, room_last) == 8, "kam_ring.room_last");
KAM_STATIC_ASSERT(offsetof(kam_ring, sched) == 16, "kam_ring.sched");
KAM_STATIC_ASSERT(offsetof(kam_ring, head) == 24, "kam_ring.head");
KAM_STATIC_ASSERT(offsetof(kam_ring, tail) == 28, "kam_ring.tail");
KAM_STATIC_ASSERT(offsetof(kam_ring, mask) == 32, "kam_ring.mask");
KAM_STATIC_ASSERT(offsetof(kam_ring, limit) == 36, "kam_ring.limit");
KAM_STATIC_ASSERT(offsetof(kam_ring, reader) == 40, "kam_ring.reader");
KAM_STATIC_ASSERT(offsetof(kam_ring, wait) == 44, "kam_ring.wait");
KAM_STATIC_ASSERT(offsetof(kam_ring, flags) == 48, "kam_ring.flags");
KAM_STATIC_ASSERT(offsetof(kam_ring, capacity) == 52, "kam_ring.capacity");
KAM_STATIC_ASSERT(offsetof(kam_ring, bytes) == 56, "kam_ring.bytes");
KAM_STATIC_ASSERT(offsetof(kam_ring, bytes_max) == 60, "kam_ring.bytes_max");

KAM_STATIC_ASSERT(sizeof(kam_outlet) == 48, "kam_outlet");
KAM_STATIC_ASSERT(offsetof(kam_outlet, ring) == 0, "kam_outlet.ring");
KAM_STATIC_ASSERT(offsetof(kam_outlet, next) == 8, "kam_outlet.next");
KAM_STATIC_ASSERT(offsetof(kam_outlet, sent) == 16, "kam_outlet.sent");
KAM_STATIC_ASSERT(offsetof(kam_outlet, dropped) == 24, "kam_outlet.dropped");
KAM_STATIC_ASSERT(offsetof(kam_outlet, writer) == 32, "kam_outlet.writer");
KAM_STATIC_ASSERT(offsetof(kam_outlet, flags) == 36, "kam_outlet.flags");
KAM_STATIC_ASSERT(offsetof(kam_outlet, reserved) == 40, "kam_outlet.reserved");

KAM_STATIC_ASSERT(sizeof(kam_slot) == 16, "kam_slot");
KAM_STATIC_ASSERT(offsetof(kam_slot, state) == 0, "kam_slot.state");
KAM_STATIC_ASSERT(offsetof(kam_slot, native) == 1, "kam_slot.native");
KAM_STATIC_ASSERT(offsetof(kam_slot, reserved) == 2, "kam_slot.reserved");
KAM_STATIC_ASSERT(offsetof(kam_slot, activations) == 4, "kam_slot.activations");
KAM_STATIC_ASSERT(offsetof(kam_slot, instance) == 8, "kam_slot.instance");

KAM_STATIC_ASSERT(sizeof(kam_queue) == 24, "kam_queue");
KAM_STATIC_ASSERT(offsetof(kam_queue, ids) == 0, "kam_queue.ids");
KAM_STATIC_ASSERT(offsetof(kam_queue, mask) == 8, "kam_queue.mask");
KAM_STATIC_ASSERT(offsetof(kam_queue, head) == 12, "kam_queue.head");
KAM_STATIC_ASSERT(offsetof(kam_queue, tail) == 16, "kam_queue.tail");
KAM_STATIC_ASSERT(offsetof(kam_queue, reserved) == 20, "kam_queue.reserved");

KAM_STATIC_ASSERT(sizeof(kam_sched) == 176, "kam_sched");
KAM_STATIC_ASSERT(offsetof(kam_sched, slots) == 0, "kam_sched.slots");
KAM_STATIC_ASSERT(offsetof(kam_sched, managed) == 8, "kam_sched.managed");
KAM_STATIC_ASSERT(offsetof(kam_sched, native) == 32, "kam_sched.native");
KAM_STATIC_ASSERT(offsetof(kam_sched, pool) == 56, "kam_sched.pool");
KAM_STATIC_ASSERT(offsetof(kam_sched, budget) == 64, "kam_sched.budget");
KAM_STATIC_ASSERT(offsetof(kam_sched, batch_max) == 68, "kam_sched.batch_max");
KAM_STATIC_ASSERT(offsetof(kam_sched, now_ns) == 72, "kam_sched.now_ns");
KAM_STATIC_ASSERT(offsetof(kam_sched, ring_grow) == 80, "kam_sched.ring_grow");
KAM_STATIC_ASSERT(offsetof(kam_sched, timer_set) == 88, "kam_sched.timer_set");
KAM_STATIC_ASSERT(offsetof(kam_sched, poller) == 96, "kam_sched.poller");
KAM_STATIC_ASSERT(offsetof(kam_sched, native_activations) == 104, "kam_sched.native_activations");
KAM_STATIC_ASSERT(offsetof(kam_sched, slot_count) == 112, "kam_sched.slot_count");
KAM_STATIC_ASSERT(offsetof(kam_sched, reserved0) == 116, "kam_sched.reserved0");
KAM_STATIC_ASSERT(offsetof(kam_sched, maker) == 120, "kam_sched.maker");
KAM_STATIC_ASSERT(offsetof(kam_sched, reserved) == 128, "kam_sched.reserved");
KAM_STATIC_ASSERT(offsetof(kam_sched, warn) == 168, "kam_sched.warn");

/* Every struct with the number of values its initializer takes, then its fields: what
 * kam_layout_get reports. */
#define KAM_LAYOUT_TABLE(STRUCT, FIELD) \
    STRUCT(kam_text, 3) \
    FIELD(kam_text, utf8) \
    FIELD(kam_text, bytes) \
    FIELD(kam_text, reserved) \
    STRUCT(kam_error, 3) \
    FIELD(kam_error, utf8) \
    FIELD(kam_error, capacity_bytes) \
    FIELD(kam_error, bytes_out) \
    STRUCT(kam_block, 10) \
    FIELD(kam_block, refs) \
    FIELD(kam_block, capacity_bytes) \
    FIELD(kam_block, pool) \
    FIELD(kam_block, next) \
    FIELD(kam_block, size_class) \
    FIELD(kam_block, reserved0) \
    FIELD(kam_block, ledger) \
    FIELD(kam_block, reserved1) \
    STRUCT(kam_chunk, 6) \
    FIELD(kam_chunk, block) \
    FIELD(kam_chunk, offset_bytes) \
    FIELD(kam_chunk, length_bytes) \
    FIELD(kam_chunk, pts_ns) \
    FIELD(kam_chunk, flags) \
    FIELD(kam_chunk, tag) \
    STRUCT(kam_pool, 16) \
    FIELD(kam_pool, free) \
    FIELD(kam_pool, rented) \
    FIELD(kam_pool, returned) \
    FIELD(kam_pool, grow) \
    FIELD(kam_pool, maker) \
    FIELD(kam_pool, remote) \
    FIELD(kam_pool, reserved) \
    STRUCT(kam_port, 5) \
    FIELD(kam_port, name) \
    FIELD(kam_port, format) \
    FIELD(kam_port, sentence) \
    FIELD(kam_port, direction) \
    FIELD(kam_port, flags) \
    STRUCT(kam_option_info, 5) \
    FIELD(kam_option_info, name) \
    FIELD(kam_option_info, default_text) \
    FIELD(kam_option_info, sentence) \
    FIELD(kam_option_info, kind) \
    FIELD(kam_option_info, flags) \
    STRUCT(kam_option, 2) \
    FIELD(kam_option, name) \
    FIELD(kam_option, value) \
    STRUCT(kam_context, 11) \
    FIELD(kam_context, struct_bytes) \
    FIELD(kam_context, id) \
    FIELD(kam_context, sched) \
    FIELD(kam_context, ins) \
    FIELD(kam_context, outs) \
    FIELD(kam_context, in_count) \
    FIELD(kam_context, out_count) \
    FIELD(kam_context, batch_max) \
    FIELD(kam_context, stop) \
    FIELD(kam_context, wake_at_ns) \
    FIELD(kam_context, error) \
    STRUCT(kam_create_args, 4) \
    FIELD(kam_create_args, struct_bytes) \
    FIELD(kam_create_args, option_count) \
    FIELD(kam_create_args, options) \
    FIELD(kam_create_args, error) \
    STRUCT(kam_counter, 2) \
    FIELD(kam_counter, name) \
    FIELD(kam_counter, value) \
    STRUCT(kam_component_type, 12) \
    FIELD(kam_component_type, struct_bytes) \
    FIELD(kam_component_type, flags) \
    FIELD(kam_component_type, name) \
    FIELD(kam_component_type, sentence) \
    FIELD(kam_component_type, ports) \
    FIELD(kam_component_type, options) \
    FIELD(kam_component_type, port_count) \
    FIELD(kam_component_type, option_count) \
    FIELD(kam_component_type, create) \
    FIELD(kam_component_type, step) \
    FIELD(kam_component_type, destroy) \
    FIELD(kam_component_type, counters) \
    STRUCT(kam_instance, 518) \
    FIELD(kam_instance, struct_bytes) \
    FIELD(kam_instance, last_answer) \
    FIELD(kam_instance, type) \
    FIELD(kam_instance, self) \
    FIELD(kam_instance, context) \
    FIELD(kam_instance, error) \
    FIELD(kam_instance, error_text) \
    STRUCT(kam_host, 3) \
    FIELD(kam_host, struct_bytes) \
    FIELD(kam_host, abi_version) \
    FIELD(kam_host, type_register) \
    STRUCT(kam_ring, 13) \
    FIELD(kam_ring, slots) \
    FIELD(kam_ring, room_last) \
    FIELD(kam_ring, sched) \
    FIELD(kam_ring, head) \
    FIELD(kam_ring, tail) \
    FIELD(kam_ring, mask) \
    FIELD(kam_ring, limit) \
    FIELD(kam_ring, reader) \
    FIELD(kam_ring, wait) \
    FIELD(kam_ring, flags) \
    FIELD(kam_ring, capacity) \
    FIELD(kam_ring, bytes) \
    FIELD(kam_ring, bytes_max) \
    STRUCT(kam_outlet, 7) \
    FIELD(kam_outlet, ring) \
    FIELD(kam_outlet, next) \
    FIELD(kam_outlet, sent) \
    FIELD(kam_outlet, dropped) \
    FIELD(kam_outlet, writer) \
    FIELD(kam_outlet, flags) \
    FIELD(kam_outlet, reserved) \
    STRUCT(kam_slot, 5) \
    FIELD(kam_slot, state) \
    FIELD(kam_slot, native) \
    FIELD(kam_slot, reserved) \
    FIELD(kam_slot, activations) \
    FIELD(kam_slot, instance) \
    STRUCT(kam_queue, 5) \
    FIELD(kam_queue, ids) \
    FIELD(kam_queue, mask) \
    FIELD(kam_queue, head) \
    FIELD(kam_queue, tail) \
    FIELD(kam_queue, reserved) \
    STRUCT(kam_sched, 20) \
    FIELD(kam_sched, slots) \
    FIELD(kam_sched, managed) \
    FIELD(kam_sched, native) \
    FIELD(kam_sched, pool) \
    FIELD(kam_sched, budget) \
    FIELD(kam_sched, batch_max) \
    FIELD(kam_sched, now_ns) \
    FIELD(kam_sched, ring_grow) \
    FIELD(kam_sched, timer_set) \
    FIELD(kam_sched, poller) \
    FIELD(kam_sched, native_activations) \
    FIELD(kam_sched, slot_count) \
    FIELD(kam_sched, reserved0) \
    FIELD(kam_sched, maker) \
    FIELD(kam_sched, reserved) \
    FIELD(kam_sched, warn)

#endif
