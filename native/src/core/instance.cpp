#include "core/instance.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>

#include <kamaelia/failure.hpp>

#include "core/options.hpp"
#include "core/registry.hpp"

namespace kam::core {
namespace {

void check_count(const kam_component_type &type, uint32_t direction, uint32_t given) {
    uint32_t wanted = 0;
    bool more = false; // An array takes what the single ones leave.
    for (uint32_t i = 0; i < type.port_count; ++i) {
        if (type.ports[i].direction != direction) continue;
        if (type.ports[i].flags & KAM_PORT_ARRAY)
            more = true;
        else
            ++wanted;
    }
    if (wanted != given && (!more || given < wanted))
        throw failure(KAM_E_INVALID, std::string(view(type.name)) + " has " + std::to_string(wanted) +
                                         (direction == KAM_PORT_IN ? " ins" : " outs") + " and was given " +
                                         std::to_string(given));
}

template <class Box>
void check_boxes(const kam_component_type &type, Box *const *boxes, uint32_t count) {
    if (count && !boxes) throw failure(KAM_E_INVALID, std::string(view(type.name)) + ": the boxes are missing");
    for (uint32_t i = 0; i < count; ++i)
        if (!boxes[i])
            throw failure(KAM_E_INVALID, std::string(view(type.name)) + ": box " + std::to_string(i) + " is missing");
}

/// Into the instance itself where they fit: more is empty then.
template <class Box>
std::span<Box *> boxes_copy(Box *const *boxes, uint32_t count, Box *(&few)[instance_boxes::few],
                            std::vector<Box *> &more) {
    Box **copy = count <= std::size(few) ? few : more.data();
    std::copy(boxes, boxes + count, copy);
    return {copy, count};
}

} // namespace

instance::instance(const kam_component_type *component_type) : kam_instance{} {
    struct_bytes = sizeof(kam_instance);
    type = component_type;
    context.struct_bytes = sizeof(kam_context);
    context.id = -1;
    context.error = &error;
    error.utf8 = error_text;
    error.capacity_bytes = sizeof error_text;
}

instance::~instance() {
    // A table written without kamaelia.hpp's fence may throw here too; there is nobody left to tell.
    if (self)
        fence(nullptr, [this] {
            type->destroy(self);
            return KAM_OK;
        });
}

instance *instance_create(const kam_component_type *type, const kam_option *options, uint32_t option_count) {
    type_check(type); // It need not be a registered one.
    const std::string name(view(type->name));
    auto made = std::make_unique<instance>(type);
    try {
        const std::vector<kam_option> resolved = options_resolve(*type, options, option_count);
        const kam_create_args args{sizeof(kam_create_args), static_cast<uint32_t>(resolved.size()), resolved.data(),
                                   &made->error};
        void *self = nullptr; // Not the instance's own yet: what a create that fails or throws leaves is not destroyed.
        const kam_status status = type->create(&args, &self);
        if (status != KAM_OK) {
            const std::string why(error_view(made->error));
            throw failure(status < 0 ? status : KAM_E_INTERNAL, why.empty() ? "it could not be created" : why);
        }
        made->self = self;
    } catch (const failure &e) {
        throw failure(e.status(), name + ": " + e.what());
    }
    return made.release();
}

void instance_bind(instance &self, kam_sched *sched, int32_t id, kam_ring *const *ins, uint32_t in_count,
                   kam_outlet *const *outs, uint32_t out_count) {
    const kam_component_type &type = *self.type;
    if (id < 0 || static_cast<uint32_t>(id) >= sched->slot_count)
        throw failure(KAM_E_INVALID,
                      std::string(view(type.name)) + ": its scheduler has no slot " + std::to_string(id));
    check_count(type, KAM_PORT_IN, in_count);
    check_count(type, KAM_PORT_OUT, out_count);
    check_boxes(type, ins, in_count);
    check_boxes(type, outs, out_count);
    // Before anything is changed: an instance whose memory is refused here stays as it was.
    std::vector<kam_ring *> rings(in_count > instance::few ? in_count : 0);
    std::vector<kam_outlet *> outlets(out_count > instance::few ? out_count : 0);
    self.more_rings = std::move(rings);
    self.more_outlets = std::move(outlets);
    self.rings = boxes_copy(ins, in_count, self.few_rings, self.more_rings);
    self.outlets = boxes_copy(outs, out_count, self.few_outlets, self.more_outlets);
    self.context.sched = sched;
    self.context.id = id;
    self.context.ins = self.rings.data();
    self.context.outs = self.outlets.data();
    self.context.in_count = in_count;
    self.context.out_count = out_count;
    sched->slots[id].instance = static_cast<kam_instance *>(&self);
    sched->slots[id].native = 1;
}

void instance_stop(instance &self, uint32_t stop) {
    if (stop > KAM_STOP_CANCEL) throw failure(KAM_E_INVALID, "there is no stop " + std::to_string(stop));
    if (stop > self.context.stop) self.context.stop = stop;
    if (self.context.sched) kam_wake(self.context.sched, self.context.id);
}

} // namespace kam::core
