// An instance of a component type: what kam_slot.instance points to.
#pragma once

#include <vector>

#include <kamaelia/component.h>

namespace kam::core {

/// The public struct in front, ours behind it.
struct instance : kam_instance {
    std::vector<kam_ring *> rings;
    std::vector<kam_outlet *> outlets;
    /// Steps in a row in which no message was taken from its ins or came to them.
    uint32_t idle_steps = 0;

    explicit instance(const kam_component_type *component_type);
    instance(const instance &) = delete;
    instance &operator=(const instance &) = delete;
    ~instance();
};

/// Owns: the caller's, freed once with delete. Throws kam::failure, its text begins with the type's name.
instance *instance_create(const kam_component_type *type, const kam_option *options, uint32_t option_count);

/// Throws kam::failure when the counts are not those of the type's ports or a box is missing.
void instance_bind(instance &self, kam_sched *sched, int32_t id, kam_ring *const *ins, uint32_t in_count,
                   kam_outlet *const *outs, uint32_t out_count);

/// Never takes a stop back: cancel stays cancel.
void instance_stop(instance &self, uint32_t stop);

} // namespace kam::core
