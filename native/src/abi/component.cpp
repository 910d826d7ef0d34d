// The exports of component.h: argument checks and the fence; the work is in core.
#include <string>

#include <kamaelia/component.h>
#include <kamaelia/failure.hpp>

#include "core/instance.hpp"
#include "core/plugin.hpp"
#include "core/registry.hpp"

using kam::failure;
using kam::fence;

namespace {

/// Null is never an argument that means something; the text says which one it was.
void need(const void *argument, const char *name) {
    if (!argument) throw failure(KAM_E_INVALID, std::string(name) + " is NULL");
}

} // namespace

extern "C" uint32_t kam_type_count(void) {
    const int32_t count = fence(nullptr, [] { return static_cast<int32_t>(kam::core::type_count()); });
    return count < 0 ? 0 : static_cast<uint32_t>(count);
}

extern "C" const kam_component_type *kam_type_get(uint32_t index) {
    const kam_component_type *type = nullptr;
    fence(nullptr, [&] {
        type = kam::core::type_get(index);
        return KAM_OK;
    });
    return type;
}

extern "C" kam_status kam_type_register(const kam_component_type *type, kam_error *error) {
    return fence(error, [&] {
        need(type, "type");
        kam::core::type_register(type);
        return KAM_OK;
    });
}

extern "C" kam_status kam_plugin_load(const char *path_utf8, uint32_t path_bytes, kam_error *error) {
    return fence(error, [&] {
        need(path_utf8, "path_utf8");
        if (!path_bytes) throw failure(KAM_E_INVALID, "path_utf8 is empty");
        const kam_host host{sizeof(kam_host), kam_abi_version(), kam_type_register};
        kam::core::plugin_load(std::string(path_utf8, path_bytes), host);
        return KAM_OK;
    });
}

extern "C" kam_status kam_instance_create(const kam_component_type *type, const kam_option *options,
                                          uint32_t option_count, kam_error *error, kam_instance **instance_out) {
    return fence(error, [&] {
        need(instance_out, "instance_out");
        *instance_out = nullptr;
        need(type, "type");
        *instance_out = kam::core::instance_create(type, options, option_count);
        return KAM_OK;
    });
}

extern "C" kam_status kam_instance_bind(kam_instance *instance, kam_sched *sched, int32_t id, kam_ring *const *ins,
                                        uint32_t in_count, kam_outlet *const *outs, uint32_t out_count) {
    if (!instance) return KAM_E_INVALID;
    return fence(&instance->error, [&] {
        need(sched, "sched");
        kam::core::instance_bind(static_cast<kam::core::instance &>(*instance), sched, id, ins, in_count, outs,
                                 out_count);
        return KAM_OK;
    });
}

extern "C" void kam_instance_destroy(kam_instance *instance) {
    fence(nullptr, [&] {
        delete static_cast<kam::core::instance *>(instance);
        return KAM_OK;
    });
}

extern "C" uint32_t kam_instance_counters(kam_instance *instance, kam_counter *counters_out, uint32_t capacity) {
    if (!instance || !instance->type->counters) return 0;
    const int32_t count = fence(nullptr, [&] {
        return static_cast<int32_t>(
            instance->type->counters(instance->self, counters_out, counters_out ? capacity : 0));
    });
    return count < 0 ? 0 : static_cast<uint32_t>(count);
}

extern "C" void kam_instance_stop(kam_instance *instance, uint32_t stop) {
    if (!instance) return;
    fence(&instance->error, [&] {
        kam::core::instance_stop(static_cast<kam::core::instance &>(*instance), stop);
        return KAM_OK;
    });
}
