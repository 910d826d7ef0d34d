#include "core/run.hpp"

#include <cstddef>
#include <span>

#include <kamaelia/failure.hpp>

#include "core/instance.hpp"

namespace kam::core {
namespace {

constexpr int32_t waits_all = KAM_STEP_WAIT_IN | KAM_STEP_WAIT_ROOM | KAM_STEP_WAIT_IO | KAM_STEP_WAIT_TIME;
constexpr int32_t answers_all = waits_all | KAM_STEP_MORE | KAM_STEP_DONE;

// A step that takes nothing may still have prepared something; a second one in a row has had its chance.
constexpr uint32_t idle_steps_max = 2;

/// Takes an outlet out of the list of those who wait for room. It was woken by something else, and a wake that it no
/// longer wants must not be lost to those behind it.
void room_leave(kam_outlet *outlet) {
    kam_ring *ring = outlet->ring;
    if (ring && ring->room_last) {
        kam_outlet *before = ring->room_last;
        while (before->next != outlet && before->next != ring->room_last) before = before->next;
        if (before->next == outlet) {
            if (before == outlet)
                ring->room_last = nullptr;
            else {
                before->next = outlet->next;
                if (ring->room_last == outlet) ring->room_last = before;
            }
        }
    }
    outlet->next = nullptr;
}

/// The boxes of a component. How many is known when it is compiled for the usual shape of one in and one out: no loops,
/// and a load less to each.
template <std::size_t Ins, std::size_t Outs>
struct shape {
    std::span<kam_ring *const, Ins> rings;
    std::span<kam_outlet *const, Outs> outlets;
};
using one_in_one_out = shape<1, 1>;
using any_shape = shape<std::dynamic_extent, std::dynamic_extent>;

/// Changes whenever a message is taken from or put into one of its ins.
uint32_t traffic(const auto &self) {
    uint32_t sum = 0;
    for (const kam_ring *ring : self.rings) sum += ring->head + ring->tail;
    return sum;
}

bool all_ended(const auto &self) {
    for (const kam_ring *ring : self.rings)
        if (!(ring->flags & KAM_RING_ENDED)) return false;
    return true;
}

bool any_message(const auto &self) {
    for (const kam_ring *ring : self.rings)
        if (kam_ring_count(ring)) return true;
    return false;
}

/// Puts every full out on its ring's list: true when there is at least one.
bool room_arm(const auto &self) {
    bool armed = false;
    for (kam_outlet *outlet : self.outlets) {
        if (kam_outlet_room(outlet)) continue;
        armed = true; // Unlinked: whoever links it wakes the sender.
        if (outlet->ring) kam_room_wait(outlet->ring, outlet);
    }
    return armed;
}

/// A reader is about to wait. Whoever still waits for room in what it has emptied was passed over: the one that was
/// woken in its place ended, or did not need it.
void data_wait(kam_ring *ring) {
    ring->wait |= KAM_WAIT_READER;
    if (ring->room_last && !kam_ring_count(ring)) kam_room_made(ring, UINT32_MAX);
}

enum class verdict { park, ready, done };

/// Acts on what a step waits for. Everything is looked at again here, after the step: one thread runs both sides, so
/// what is not there now wakes it when it comes.
verdict settle(kam_sched &sched, const instance &self, const auto &boxes, int32_t answer) {
    if ((answer & KAM_STEP_WAIT_TIME) && self.context.wake_at_ns <= sched.now_ns) return verdict::ready;
    const bool for_room = (answer & KAM_STEP_WAIT_ROOM) && room_arm(boxes);
    bool armed = for_room || (answer & KAM_STEP_WAIT_IO);
    if (answer & KAM_STEP_WAIT_TIME) {
        sched.timer_set(&sched, self.context.id, self.context.wake_at_ns);
        armed = true;
    }
    if (answer & KAM_STEP_WAIT_IN) {
        // A step that took something and left the rest forgot to say MORE, or wants room first; one that twice took
        // nothing wants something else (the other of two ins), and turning round would only burn time.
        if (!for_room && self.idle_steps < idle_steps_max && any_message(boxes)) return verdict::ready;
        if (!all_ended(boxes)) {
            for (kam_ring *ring : boxes.rings) data_wait(ring);
            return verdict::park;
        }
        // Nothing will ever come: it is told once more, then ended, or it would wait for ever.
        if (!armed) return self.idle_steps < idle_steps_max ? verdict::ready : verdict::done;
    }
    return armed ? verdict::park : verdict::ready; // Waits for room and has it: nobody would wake it.
}

/// A step that failed leaves a sentence in any case.
int32_t step_checked(instance &self) {
    self.error.bytes_out = 0;
    int32_t answer = 0;
    try {
        answer = self.type->step(self.self, &self.context);
    } catch (...) {
        // A table written without kamaelia.hpp's fence: the exception ends here and not in managed code.
        answer = fence(&self.error, []() -> int32_t { throw; });
    }
    if (answer == 0 || (answer > 0 && (answer & ~answers_all))) {
        error_set(&self.error, "its step answered a number that means nothing");
        answer = KAM_E_INTERNAL;
    }
    if (answer < 0 && self.error.bytes_out == 0) error_set(&self.error, "it failed and left no reason");
    return answer;
}

/// Room that this component was woken for and did not use goes to the next who waits.
void room_pass_on(const auto &self) {
    for (const kam_outlet *outlet : self.outlets)
        if (outlet->ring && outlet->ring->room_last && kam_outlet_room(outlet)) kam_room_made(outlet->ring, 1);
}

void activate(kam_sched &sched, int32_t id, instance &self, const auto &boxes) {
    sched.slots[id].state = KAM_RUNNING;
    sched.slots[id].activations++;
    for (kam_ring *ring : boxes.rings) ring->wait = 0;
    for (kam_outlet *outlet : boxes.outlets)
        if (outlet->next) room_leave(outlet);
    const uint32_t before = traffic(boxes);
    sched.budget = sched.batch_max;
    self.context.batch_max = static_cast<uint32_t>(sched.batch_max);
    self.context.wake_at_ns = 0;
    const int32_t answer = step_checked(self);
    self.last_answer = answer;
    self.idle_steps = traffic(boxes) == before ? self.idle_steps + 1 : 0;
    room_pass_on(boxes);
    verdict next = verdict::done;
    // One that goes on after a cancel is ended all the same: a stop never hangs on a component's manners.
    if (answer > 0 && !(answer & KAM_STEP_DONE) && self.context.stop != KAM_STOP_CANCEL)
        next = (answer & KAM_STEP_MORE) ? verdict::ready : settle(sched, self, boxes, answer);
    kam_slot &slot = sched.slots[id];
    switch (next) {
    case verdict::park:
        slot.state = KAM_PARKED;
        break;
    case verdict::ready:
        slot.state = KAM_READY;
        kam_queue_push(&sched.native, id);
        break;
    case verdict::done:
        slot.state = KAM_DONE;
        kam_queue_push(&sched.managed, id); // To be buried there.
        break;
    }
}

} // namespace

uint32_t run(kam_sched &sched, uint32_t activations_max) noexcept {
    uint32_t ran = 0;
    kam_queue &queue = sched.native;
    while (ran < activations_max && queue.head != queue.tail) {
        const int32_t id = queue.ids[queue.head++ & queue.mask];
        const kam_slot &slot = sched.slots[id];
        if (slot.state != KAM_READY || !slot.instance) continue;
        auto &self = *static_cast<instance *>(static_cast<kam_instance *>(slot.instance));
        if (self.rings.size() == 1 && self.outlets.size() == 1)
            activate(sched, id, self,
                     one_in_one_out{std::span<kam_ring *const, 1>(self.few_rings, 1),
                                    std::span<kam_outlet *const, 1>(self.few_outlets, 1)});
        else
            activate(sched, id, self, any_shape{self.rings, self.outlets});
        ++ran;
    }
    sched.native_activations += ran;
    return ran;
}

} // namespace kam::core
