// An instance of a component type: what kam_slot.instance points to.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <kamaelia/component.h>

namespace kam::core {

/// Which boxes an instance has: an activation reads all of this, so it lies in one piece. The usual few need no other.
struct instance_boxes {
    static constexpr std::size_t few = 2;

    std::span<kam_ring *> rings;
    std::span<kam_outlet *> outlets;
    kam_ring *few_rings[few] = {};
    kam_outlet *few_outlets[few] = {};
    /// Steps in a row in which no message was taken from its ins or came to them.
    uint32_t idle_steps = 0;
};

/// Ours in front of the public struct, whose own first fields are read by every activation too; what is seldom needed
/// behind it.
struct instance : instance_boxes, kam_instance {
    std::vector<kam_ring *> more_rings;
    std::vector<kam_outlet *> more_outlets;

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
