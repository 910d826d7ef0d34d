// Native components in a few lines. Header-only, C++20; needs nothing but the installed headers.
//
//     struct upper : kam::transform<upper> {
//         static constexpr kam::port ports[] = {kam::in("inbox", "Lines to turn upper-case."),
//                                               kam::out("outbox", "The same lines, in the order they came.")};
//         void each(kam::context &context, kam::chunk line, kam::outlet &out) { ...; out.push(line); }
//     };
//     KAM_COMPONENT("upper", "Turns each line upper-case.", upper)
//     KAM_PLUGIN(upper)
//
// What a component class may have:
//     static constexpr kam::port ports[]            its ports, in order of context.in(n) and context.out(n); or none
//     static constexpr kam::option options[]        what it can be told; none if left out
//     static constexpr uint32_t type_flags          KAM_TYPE_SOURCE
//     T(const kam::options &) or T()                throws kam::failure to refuse
//     kam::step step(kam::context &)                takes about context.batch_max() messages and says what it waits for
//     void counters(kam::counter_list &) const      named numbers for people who look; called by any thread
// Exceptions end the component: kam::failure with its status, bad_alloc as KAM_E_NO_MEMORY, others as KAM_E_INTERNAL.
#ifndef KAMAELIA_KAMAELIA_HPP
#define KAMAELIA_KAMAELIA_HPP

#include <array>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "kamaelia/chunk.hpp"
#include "kamaelia/component.h"
#include "kamaelia/failure.hpp"
#include "kamaelia/option.hpp"

namespace kam {

using port = kam_port;
using option = kam_option_info;

constexpr port in(std::string_view name, std::string_view sentence, std::string_view format = {}, uint32_t flags = 0) {
    return {text(name), text(format), text(sentence), KAM_PORT_IN, flags};
}
constexpr port out(std::string_view name, std::string_view sentence, std::string_view format = {}, uint32_t flags = 0) {
    return {text(name), text(format), text(sentence), KAM_PORT_OUT, flags};
}
constexpr option opt(uint32_t kind, std::string_view name, std::string_view default_text, std::string_view sentence,
                     uint32_t flags = 0) {
    return {text(name), text(default_text), text(sentence), kind, flags};
}

/// What a step answers; several waits may be joined with |.
enum class step : int32_t {
    wait_in = KAM_STEP_WAIT_IN,
    wait_room = KAM_STEP_WAIT_ROOM,
    wait_io = KAM_STEP_WAIT_IO,
    wait_time = KAM_STEP_WAIT_TIME,
    more = KAM_STEP_MORE,
    done = KAM_STEP_DONE,
};
constexpr step operator|(step a, step b) {
    return static_cast<step>(static_cast<int32_t>(a) | static_cast<int32_t>(b));
}

/// Thrown by outlet::push when nobody will ever read: it ends the sender quietly, as EPIPE does.
struct receiver_ended {};

/// The reading end of a linkage. Borrowed for the step.
class inlet {
public:
    explicit inlet(kam_ring *raw_ring) noexcept : ring_(raw_ring) {}
    /// Takes the oldest message; false when there is none now.
    bool pop(chunk &message) noexcept {
        message.reset();
        return kam_ring_pop(ring_, &message.raw()) != 0;
    }
    uint32_t count() const noexcept { return kam_ring_count(ring_); }
    /// True when nothing is there and nothing will come.
    bool ended() const noexcept { return (ring_->flags & KAM_RING_ENDED) && !count(); }
    /// False when nothing was linked to it at the start and nothing has come since.
    bool fed() const noexcept { return !(ring_->flags & KAM_RING_UNFED) || ring_->tail != 0; }
    /// True when the graph drains: what still comes is the last. Of a source: see context::draining.
    bool draining() const noexcept { return (ring_->flags & KAM_RING_DRAINS) != 0; }
    kam_ring *raw() const noexcept { return ring_; }

private:
    kam_ring *ring_;
};

/// The sending end of a linkage. Borrowed for the step.
class outlet {
public:
    outlet(kam_sched *sched, kam_outlet *raw_outlet) noexcept : sched_(sched), outlet_(raw_outlet) {}
    /// True when a push will not be refused for want of room.
    bool room() const noexcept { return kam_outlet_room(outlet_) != 0; }
    /// Sends: true and the message is gone; false when full, the caller keeps it and answers wait_room.
    bool push(chunk &message) { return push_raw(message.raw()); }
    bool push(chunk &&message) { return push_raw(message.raw()); }
    kam_outlet *raw() const noexcept { return outlet_; }

private:
    bool push_raw(kam_chunk &message) {
        const kam_status status = kam_push(sched_, outlet_, &message);
        if (status == KAM_OK) {
            message = kam_chunk{};
            return true;
        }
        if (status == KAM_AGAIN) return false;
        if (status == KAM_E_NOT_FOUND) throw receiver_ended{};
        throw std::bad_alloc();
    }

    kam_sched *sched_;
    kam_outlet *outlet_;
};

/// Moves up to `most` messages on without looking at them, as many as are there and have room; says how many. Several
/// times faster than one by one.
inline uint32_t move_messages(inlet from, outlet to, uint32_t most) {
    kam_ring *in = from.raw();
    kam_outlet *outlet = to.raw();
    kam_ring *out = outlet->ring;
    const uint32_t count = kam_ring_count(in) < most ? kam_ring_count(in) : most;
    const bool plain = out && !((in->flags | out->flags) & KAM_RING_COUNT_BYTES) && !(out->flags & KAM_RING_CLOSED);
    const uint32_t free = plain && kam_ring_count(out) < out->limit ? out->limit - kam_ring_count(out) : 0;
    const uint32_t n = count < free ? count : free;
    if (n == 0) {
        // Seldom: slots are to be made, bytes counted, a policy obeyed, or nobody reads.
        chunk message;
        if (!count || !to.room() || !from.pop(message)) return 0;
        to.push(message);
        return 1;
    }
    const auto *source = static_cast<const kam_chunk *>(in->slots);
    auto *target = static_cast<kam_chunk *>(out->slots);
    for (uint32_t i = 0; i < n; ++i) target[(out->tail + i) & out->mask] = source[(in->head + i) & in->mask];
    in->head += n;
    out->tail += n;
    outlet->sent += n;
    if (in->room_last) kam_room_made(in, n);
    if (out->wait) {
        out->wait = 0;
        kam_wake(out->sched, out->reader);
    }
    return n;
}

/// What a component sees while it is stepped.
class context {
public:
    explicit context(kam_context &raw) noexcept : raw_(raw) {}
    inlet in(uint32_t index = 0) const noexcept { return inlet(raw_.ins[index]); }
    outlet out(uint32_t index = 0) const noexcept { return {raw_.sched, raw_.outs[index]}; }
    /// How many there are: more than the table has ports where one of them is an array.
    uint32_t in_count() const noexcept { return raw_.in_count; }
    uint32_t batch_max() const noexcept { return raw_.batch_max; }
    /// A source makes no more, finishes what it has begun and answers done.
    bool draining() const noexcept { return raw_.stop != KAM_STOP_NONE; }
    int64_t now_ns() const noexcept { return raw_.sched->now_ns; }
    step wait_until(int64_t at_ns) noexcept {
        raw_.wake_at_ns = at_ns;
        return step::wait_time;
    }
    kam_pool *pool() const noexcept { return raw_.sched->pool; }
    /// `bytes` uninitialised bytes. Throws bad_alloc when memory is refused.
    chunk rent(uint32_t bytes) const {
        chunk made = chunk::rent(raw_.sched->pool, bytes);
        made.raw().block->ledger = static_cast<uint64_t>(raw_.id) + 1;
        return made;
    }
    /// Tells those who run the graph what they should know and the component goes on without: a sentence of its own.
    void warn(std::string_view sentence) const {
        if (raw_.sched->warn)
            raw_.sched->warn(raw_.sched, raw_.id, sentence.data(), static_cast<uint32_t>(sentence.size()));
    }
    /// Ends an out's stream while the component runs on. The reader hears of it within a turn, or at the time that the
    /// step answers with wait_until.
    void end(const outlet &to) const {
        to.raw()->flags |= KAM_OUTLET_ENDED;
        raw_.sched->timer_set(raw_.sched, raw_.id, raw_.sched->now_ns);
    }
    kam_context &raw() const noexcept { return raw_; }

private:
    kam_context &raw_;
};

/// One in, one out, at most one message out for each in: supplies step(), needs each(context, chunk, outlet &).
template <class T>
struct transform {
    // Flat: a chunk handed to a function of its own goes through memory, in pieces that do not fit each other.
    [[gnu::flatten]] kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            chunk message;
            if (!out.room()) return step::wait_room;
            if (!in.pop(message)) return in.ended() ? step::done : step::wait_in;
            static_cast<T *>(this)->each(context, std::move(message), out);
        }
        return in.count() ? step::more : step::wait_in;
    }
};

/// A number that one thread counts and any thread reads.
class counter {
public:
    // Ours alone to change, so a plain add; atomic only so that a reader on another thread sees no torn value.
    void add(uint64_t n = 1) noexcept {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void set(uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> value_{0};
};

class counter_list {
public:
    counter_list(kam_counter *out, uint32_t capacity) noexcept : out_(out), capacity_(capacity) {}
    /// The name is a literal: it outlives the call.
    void add(std::string_view name, const counter &counter) noexcept {
        if (count_ < capacity_) out_[count_] = {text(name), counter.get()};
        ++count_;
    }
    uint32_t count() const noexcept { return count_; }

private:
    kam_counter *out_;
    uint32_t capacity_;
    uint32_t count_ = 0;
};

/// Name and sentence of a component class: KAM_COMPONENT specialises it.
template <class T>
struct about;

namespace detail {

template <class T>
kam_status create_thunk(const kam_create_args *args, void **self_out) noexcept {
    *self_out = nullptr;
    return fence(args->error, [&] {
        if constexpr (requires { T(options(*args)); })
            *self_out = new T(options(*args)); // NOLINT(bugprone-unhandled-exception-at-new): the fence handles it.
        else
            *self_out = new T();
        return KAM_OK;
    });
}

template <class T>
int32_t step_thunk(void *self, kam_context *raw) noexcept {
    pool_scope scope(raw->sched->pool);
    if (raw->stop == KAM_STOP_CANCEL) return KAM_STEP_DONE;
    return fence(raw->error, [&]() -> int32_t {
        try {
            kam::context context(*raw);
            return static_cast<int32_t>(static_cast<T *>(self)->step(context));
        } catch (const receiver_ended &) {
            return KAM_STEP_DONE;
        }
    });
}

template <class T>
void destroy_thunk(void *self) noexcept {
    delete static_cast<T *>(self);
}

template <class T>
uint32_t counters_thunk(void *self, kam_counter *out, uint32_t capacity) noexcept {
    counter_list list(out, capacity);
    static_cast<const T *>(self)->counters(list);
    return list.count();
}

template <class T>
constexpr kam_component_type type_make() {
    kam_component_type type{};
    type.struct_bytes = sizeof(kam_component_type);
    if constexpr (requires { T::type_flags; }) type.flags = T::type_flags;
    type.name = about<T>::name;
    type.sentence = about<T>::sentence;
    if constexpr (requires { T::ports; }) {
        type.ports = T::ports;
        type.port_count = static_cast<uint32_t>(std::size(T::ports));
    }
    if constexpr (requires { T::options; }) {
        type.options = T::options;
        type.option_count = static_cast<uint32_t>(std::size(T::options));
    }
    type.create = create_thunk<T>;
    type.step = step_thunk<T>;
    type.destroy = destroy_thunk<T>;
    if constexpr (requires(const T &t, counter_list &list) { t.counters(list); }) type.counters = counters_thunk<T>;
    return type;
}

} // namespace detail

/// The function table of a component class.
template <class T>
inline constexpr kam_component_type type_of = detail::type_make<T>();

/// Registers each class in turn; the first that is refused ends it.
template <class... T>
kam_status register_all(const kam_host *host, kam_error *error) noexcept {
    kam_status status = KAM_OK;
    (void)((status = host->type_register(&type_of<T>, error), status == KAM_OK) && ...);
    return status;
}

} // namespace kam

/// At namespace scope outside every namespace, once per component class.
#define KAM_COMPONENT(NAME, SENTENCE, TYPE)                                                                            \
    template <>                                                                                                        \
    struct kam::about<TYPE> {                                                                                          \
        static constexpr kam_text name = kam::text(NAME);                                                              \
        static constexpr kam_text sentence = kam::text(SENTENCE);                                                      \
    };

/// Once per shared library of one's own: what kam_plugin_load looks for.
#define KAM_PLUGIN(...)                                                                                                \
    extern "C" KAM_API uint32_t kam_plugin_abi_version(void) {                                                         \
        return (KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR;                                                                  \
    }                                                                                                                  \
    extern "C" KAM_API kam_status kam_plugin_register(const kam_host *host, kam_error *error) {                        \
        return kam::register_all<__VA_ARGS__>(host, error);                                                            \
    }

#endif
