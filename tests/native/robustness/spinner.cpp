// The spinner: calls the whole exported C API at random, with arguments that mean something and with such that do not,
// and holds it to what the headers promise. Under the sanitizers it finds what a promise alone cannot.
//
//     kam_spinner [--seed S] [--seeds N] [--steps K] [--tell]     --tell prints each step
//
// Whatever ends it, its last line is the command that shows the same again.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include "numeric_hosts.hpp"
#include "world.hpp"

namespace {

using kam::test::dice;
using kam::test::promise;
using kam::test::spun_instance;
using kam::test::world;

struct place {
    uint64_t seed = 1;
    uint64_t step = 0;
    uint64_t steps = 20'000;
} at;

void say_how_to_repeat() {
    // Plain stdio: this runs from a sanitizer's last breath or a signal.
    std::fprintf(stderr, "spinner: failed at seed %llu step %llu; again: kam_spinner --seed %llu --steps %llu\n",
                 static_cast<unsigned long long>(at.seed), static_cast<unsigned long long>(at.step),
                 static_cast<unsigned long long>(at.seed), static_cast<unsigned long long>(at.steps));
    std::fflush(stderr);
}

void on_signal(int number) {
    say_how_to_repeat();
    std::signal(number, SIG_DFL);
    std::raise(number);
}

/// An error of some shape, and what may be found in it afterwards.
class spun_error {
public:
    explicit spun_error(dice &dice) : kind_(dice.below(4)), capacity_(dice.one_in(2) ? 300 : dice.below(8)) {
        std::memset(words_, '.', sizeof words_);
        error_ = {kind_ == 1 ? nullptr : words_, capacity_, 77};
    }
    kam_error *get() { return kind_ == 0 ? nullptr : &error_; }
    void check(kam_status status, bool always_words = true) const {
        if (kind_ == 0 || status >= 0) return;
        promise(error_.bytes_out <= (kind_ == 1 ? 0 : capacity_), "the sentence fits its buffer");
        promise(kind_ == 1 || capacity_ < 8 || !always_words || error_.bytes_out > 0, "a failure has a sentence");
        for (uint32_t i = capacity_; i < sizeof words_; ++i) promise(words_[i] == '.', "nothing behind the buffer");
    }

private:
    uint32_t kind_;
    uint32_t capacity_;
    char words_[310];
    kam_error error_;
};

class spinner {
public:
    explicit spinner(uint64_t seed) : dice_(seed) {}

    void run(uint64_t steps, bool tell) {
        for (at.step = 0; at.step < steps; ++at.step) {
            const uint32_t pick = dice_.below(std::size(moves_));
            if (tell) std::printf("%llu: %s\n", static_cast<unsigned long long>(at.step), moves_[pick].name);
            (this->*moves_[pick].make)();
        }
        world_.close();
        promise(world_.pool.outstanding() == 0, "every chunk comes back");
    }

private:
    const kam_component_type *type_any() {
        const uint32_t count = kam_type_count();
        const kam_component_type *type = kam_type_get(dice_.below(count));
        promise(type != nullptr, "a type for each index");
        promise(kam_type_get(count + dice_.below(1000)) == nullptr, "NULL past the last type");
        return type;
    }

    std::string value_any(const kam_option_info &info) {
        static const char *const good[] = {"0",
                                           "1",
                                           "4",
                                           "64",
                                           "100",
                                           "1Ki",
                                           "true",
                                           "off",
                                           "auto",
                                           "2",
                                           "XYX",
                                           "\n",
                                           "10ms",
                                           "0s",
                                           "1M",
                                           "127.0.0.1:0",
                                           "[::1]:0",
                                           ":0",
                                           "239.255.77.9:0",
                                           "lo",
                                           "127.0.0.1",
                                           "9223372036854775807ns"};
        if (dice_.one_in(5)) return dice_.bytes(20);
        // What would rent or send without end has no place in a short run.
        if (kam::view(info.name) == "bytes" || kam::view(info.name) == "chunk_max") return "100";
        return good[dice_.below(std::size(good))];
    }

    void create() {
        if (world_.instances.size() > 10) return destroy();
        const kam_component_type *type = type_any();
        std::vector<std::string> texts;
        texts.reserve(24);
        std::vector<kam_option> options;
        for (uint32_t i = 0; i < type->option_count; ++i) {
            if (!(type->options[i].flags & KAM_OPTION_REQUIRED) && !dice_.one_in(4)) continue;
            texts.push_back(value_any(type->options[i]));
            options.push_back({type->options[i].name, kam::text(texts.back())});
        }
        if (dice_.one_in(10)) {
            texts.push_back(dice_.bytes(100));
            options.push_back({kam::text(texts.back()), kam::text(texts.back())});
        }
        if (dice_.one_in(20)) options.push_back({{nullptr, 5, 0}, {nullptr, dice_.odd_number(), 0}});
        spun_error error(dice_);
        auto *made = reinterpret_cast<kam_instance *>(&error);
        const auto count = static_cast<uint32_t>(options.size());
        const kam_status status = kam_instance_create(type, options.data(), count, error.get(), &made);
        error.check(status);
        promise((status == KAM_OK) == (made != nullptr), "an instance, or NULL and a failure");
        promise(status <= 0, "creation does not answer 'not now'");
        if (made) world_.instances.push_back({made, {}, {}, -1});
    }

    void create_wrong() {
        kam_component_type type = *type_any();
        kam_port no_text_port = type.port_count > 0 ? type.ports[0] : kam::in("in", "Anything.");
        no_text_port.sentence = {nullptr, 9, 0};
        switch (dice_.below(8)) {
        case 0:
            type.struct_bytes = dice_.below(sizeof type);
            break;
        case 1:
            type.create = nullptr;
            break;
        case 2:
            type.step = nullptr;
            break;
        case 3:
            type.destroy = nullptr;
            break;
        case 4:
            type.name = {nullptr, 1 + dice_.below(100), 0};
            break;
        case 5:
            type.ports = nullptr;
            type.port_count = std::max(type.port_count, 1u); // With none it would be right.
            break;
        case 6:
            type.ports = &no_text_port;
            type.port_count = 1;
            break;
        default:
            type.name = kam::text("a name");
            break;
        }
        spun_error error(dice_);
        kam_instance *made = nullptr;
        const kam_status status = dice_.one_in(2) ? kam_instance_create(&type, nullptr, 0, error.get(), &made)
                                                  : kam_type_register(&type, error.get());
        promise(status == KAM_E_INVALID || status == KAM_E_ABI, "a wrong table is refused");
        error.check(status);
        promise(kam_instance_create(&type, nullptr, 0, error.get(), nullptr) == KAM_E_INVALID, "instance_out NULL");
        promise(kam_instance_create(nullptr, nullptr, 0, error.get(), &made) == KAM_E_INVALID, "type NULL");
        promise(kam_instance_create(type_any(), nullptr, 1 + dice_.below(9), error.get(), &made) < 0, "options NULL");
        promise(kam_type_register(nullptr, error.get()) == KAM_E_INVALID, "type NULL");
        promise(kam_type_register(type_any(), error.get()) == KAM_E_EXISTS, "a name that is taken");
        promise(made == nullptr, "nothing was made");
    }

    spun_instance *instance_any(bool bound) {
        if (world_.instances.empty()) return nullptr;
        spun_instance &found = world_.instances[dice_.below(static_cast<uint32_t>(world_.instances.size()))];
        return (found.id >= 0) == bound ? &found : nullptr;
    }

    void bind() {
        spun_instance *self = instance_any(false);
        const int32_t id = world_.slot_free();
        if (!self || id < 0) return;
        const kam_component_type &type = *self->instance->type;
        for (uint32_t i = 0; i < type.port_count; ++i) {
            if (type.ports[i].direction == KAM_PORT_IN) {
                self->ins.push_back(world_.ring_make(dice_, id));
            } else {
                self->outs.push_back(world_.outlet_make(dice_, id));
                if (!dice_.one_in(5)) self->outs.back()->ring = ring_any();
            }
        }
        const auto in_count = static_cast<uint32_t>(self->ins.size());
        const auto out_count = static_cast<uint32_t>(self->outs.size());
        const kam_status status = kam_instance_bind(self->instance, &world_.sched, id, self->ins.data(), in_count,
                                                    self->outs.data(), out_count);
        promise(status == KAM_OK, "a bind with the right boxes");
        self->id = id;
        kam_wake(&world_.sched, id);
    }

    void bind_wrong() {
        spun_instance *self = instance_any(false);
        kam_ring *no_rings[] = {nullptr, nullptr, nullptr};
        kam_outlet *no_outlets[] = {nullptr, nullptr, nullptr};
        promise(kam_instance_bind(nullptr, &world_.sched, 1, nullptr, 0, nullptr, 0) == KAM_E_INVALID, "NULL");
        if (!self) return;
        kam_instance *instance = self->instance;
        const uint32_t ports = instance->type->port_count;
        kam_status status = KAM_E_INVALID;
        switch (dice_.below(5)) {
        case 0:
            status = kam_instance_bind(instance, nullptr, 1, nullptr, 0, nullptr, 0);
            break;
        case 1:
            status = kam_instance_bind(instance, &world_.sched, -1, nullptr, 0, nullptr, 0);
            break;
        case 2:
            status = kam_instance_bind(instance, &world_.sched, 16 + dice_.below(9), nullptr, 0, nullptr, 0);
            break;
        case 3:
            status = kam_instance_bind(instance, &world_.sched, 1, no_rings, ports + 1, no_outlets, 2);
            break;
        default:
            status = kam_instance_bind(instance, &world_.sched, 1, no_rings, 1, no_outlets, 1);
            break;
        }
        promise(status == KAM_E_INVALID, "a bind with the wrong boxes is refused");
        promise(instance->error.bytes_out > 0, "and says why");
    }

    kam_ring *ring_any() {
        if (world_.rings.empty() || dice_.one_in(6)) world_.ring_make(dice_, 0);
        return &world_.rings[dice_.below(static_cast<uint32_t>(world_.rings.size()))]->ring;
    }

    void run_some() {
        const uint32_t most = dice_.below(40);
        promise(kam_sched_run(&world_.sched, most) <= most, "no more activations than asked for");
        promise(kam_sched_run(nullptr, most) == 0, "NULL runs nothing");
        world_.managed_take();
    }

    kam_chunk chunk_make() {
        static const char *const framed[] = {"1 3\nabc", "XYX12%XYX", "XXXXXXXXXXXXXXXXXXXXXXXXab", "\0\0\0\3abc"};
        std::string bytes = dice_.one_in(2) ? std::string(framed[dice_.below(4)]) : dice_.bytes(3000);
        kam_chunk made = kam_chunk_rent(&world_.pool.raw, static_cast<uint32_t>(bytes.size()));
        if (!made.block) return made;
        if (!bytes.empty()) std::memcpy(kam_chunk_data(&made), bytes.data(), bytes.size());
        made.tag = dice_.odd_number();
        made.flags = dice_.below(8);
        made.pts_ns = static_cast<int64_t>(dice_.any());
        return made;
    }

    void push() {
        kam_outlet mine{};
        mine.ring = dice_.one_in(8) ? nullptr : ring_any();
        mine.flags = dice_.below(2);
        kam_chunk chunk = dice_.one_in(10) ? kam_chunk{} : chunk_make();
        const kam_status status = kam_push(&world_.sched, &mine, &chunk);
        promise(status == KAM_OK || status == KAM_AGAIN || status == KAM_E_NOT_FOUND || status == KAM_E_NO_MEMORY,
                "what a push may answer");
        kam_chunk_drop(&chunk, &world_.pool.raw);
    }

    void pop() {
        if (world_.rings.empty()) return;
        kam_chunk chunk;
        if (kam_ring_pop(ring_any(), &chunk)) world_.chunks.push_back(chunk);
    }

    void chunk_play() {
        if (world_.chunks.empty() || world_.chunks.size() < 20) {
            world_.chunks.push_back(chunk_make());
            return;
        }
        const uint32_t index = dice_.below(static_cast<uint32_t>(world_.chunks.size()));
        kam_chunk &held = world_.chunks[index];
        switch (dice_.below(4)) {
        case 0:
            world_.chunks.push_back(kam_chunk_share(&held));
            break;
        case 1: {
            const uint32_t offset = dice_.below(held.length_bytes + 1);
            world_.chunks.push_back(kam_chunk_slice(&held, offset, dice_.below(held.length_bytes - offset + 1)));
            break;
        }
        default:
            // NULL: as a thread that is no scheduler's does.
            kam_chunk_drop(&held, dice_.one_in(2) ? nullptr : &world_.pool.raw);
            world_.chunks.erase(world_.chunks.begin() + index);
            break;
        }
    }

    void end_or_close() {
        if (world_.rings.empty()) return;
        kam_ring *ring = ring_any();
        ring->flags |= dice_.one_in(2) ? KAM_RING_ENDED : KAM_RING_CLOSED;
        if (ring->flags & KAM_RING_CLOSED) world_.drain(*ring);
        kam_wake(&world_.sched, ring->reader);
    }

    void stop() {
        kam_instance_stop(nullptr, dice_.odd_number());
        spun_instance *self = instance_any(dice_.one_in(2));
        if (!self) return;
        const uint32_t before = self->instance->context.stop;
        kam_instance_stop(self->instance, dice_.one_in(4) ? dice_.odd_number() : dice_.below(3));
        const uint32_t after = self->instance->context.stop;
        promise(after >= before && after <= KAM_STOP_CANCEL, "a stop is never taken back");
    }

    void counters() {
        promise(kam_instance_counters(nullptr, nullptr, dice_.odd_number()) == 0, "NULL has no counters");
        spun_instance *self = instance_any(dice_.one_in(2));
        if (!self) return;
        kam_counter counters[4];
        const uint32_t capacity = dice_.below(4);
        counters[capacity].value = 4711;
        const uint32_t count = kam_instance_counters(self->instance, counters, capacity);
        promise(counters[capacity].value == 4711, "no more counters than there is room for");
        promise(kam_instance_counters(self->instance, nullptr, dice_.odd_number()) == count, "the count in any case");
    }

    void destroy() {
        kam_instance_destroy(nullptr);
        if (!world_.instances.empty()) world_.destroy(dice_.below(static_cast<uint32_t>(world_.instances.size())));
    }

    void poller() {
        if (world_.poller && dice_.one_in(10)) return world_.poller_close();
        if (world_.poller) return;
        spun_error error(dice_);
        promise(kam_poller_create(&world_.sched, error.get(), nullptr) == KAM_E_INVALID, "poller_out NULL");
        promise(kam_poller_create(nullptr, error.get(), &world_.poller) == KAM_E_INVALID, "sched NULL");
        const kam_status status = kam_poller_create(&world_.sched, error.get(), &world_.poller);
        promise((status == KAM_OK) == (world_.poller != nullptr), "a poller, or NULL and a failure");
        world_.sched.poller = world_.poller;
    }

    void poll() {
        kam_poller_wake(nullptr);
        kam_poller_unwatch(nullptr, world_.descriptor);
        kam_poller_destroy(nullptr);
        promise(kam_poller_wait(nullptr, 0) == KAM_E_INVALID, "NULL is not waited for");
        promise(kam_poller_watch(nullptr, world_.descriptor, 1, KAM_POLL_READ) == KAM_E_INVALID, "NULL");
        if (!world_.poller) return;
        const auto descriptor = static_cast<int32_t>(dice_.odd_number());
        promise(kam_poller_watch(world_.poller, -1, 1, KAM_POLL_READ) == KAM_E_INVALID, "no descriptor");
        promise(kam_poller_watch(world_.poller, 0x7ffffff0, 1, KAM_POLL_READ) == KAM_E_INVALID, "none that is open");
        promise(kam_poller_watch(world_.poller, world_.descriptor, 1, 4 | dice_.odd_number()) == KAM_E_INVALID,
                "events");
        const auto id = static_cast<int32_t>(dice_.one_in(2) ? dice_.odd_number() : dice_.below(16));
        promise(kam_poller_watch(world_.poller, world_.descriptor, id, 1 + dice_.below(3)) == KAM_OK, "a good watch");
        const uint64_t one = 1;
        if (dice_.one_in(2)) (void)!write(world_.descriptor, &one, sizeof one);
        if (dice_.one_in(2)) kam_poller_wake(world_.poller);
        const int32_t woken = kam_poller_wait(world_.poller, dice_.one_in(9) ? 1000 : 0);
        promise(woken >= 0 && woken <= 16, "a wait wakes at most every slot");
        if (dice_.one_in(2)) kam_poller_unwatch(world_.poller, dice_.one_in(2) ? world_.descriptor : descriptor);
    }

    void ask() {
        promise(kam_abi_version() == ((KAM_ABI_MAJOR << 16) | KAM_ABI_MINOR), "one version");
        uint32_t values[8] = {};
        const uint32_t capacity = dice_.below(8);
        values[capacity] = 4711;
        const uint32_t count = kam_layout_get(values, capacity);
        promise(values[capacity] == 4711 && count == kam_layout_get(nullptr, dice_.odd_number()), "the layout's count");
    }

    void load() {
        spun_error error(dice_);
        const std::string path = dice_.one_in(4) ? std::string("/") : "/no/such/" + dice_.bytes(40);
        promise(kam_plugin_load(nullptr, dice_.odd_number(), error.get()) == KAM_E_INVALID, "path NULL");
        promise(kam_plugin_load(path.data(), 0, error.get()) == KAM_E_INVALID, "path empty");
        const kam_status status = kam_plugin_load(path.data(), static_cast<uint32_t>(path.size()), error.get());
        promise(status == KAM_E_NOT_FOUND || status == KAM_E_IO, "a path to no library");
        error.check(status);
    }

    void time() {
        static constexpr int64_t steps[] = {0, 1, 1'000, 1'000'000, 60'000'000'000, 86'400'000'000'000};
        world_.time_passes(steps[dice_.below(std::size(steps))]);
    }

    void memory() {
        world_.pool.grows_left = dice_.one_in(3) ? dice_.below(4) : INT64_MAX;
        world_.refuses_slots = dice_.one_in(4);
    }

    struct move {
        const char *name;
        void (spinner::*make)();
    };
    // What a graph does most is here more than once.
    static constexpr move moves_[] = {
        {"create", &spinner::create},
        {"create", &spinner::create},
        {"create_wrong", &spinner::create_wrong},
        {"bind", &spinner::bind},
        {"bind", &spinner::bind},
        {"bind", &spinner::bind},
        {"bind_wrong", &spinner::bind_wrong},
        {"run", &spinner::run_some},
        {"run", &spinner::run_some},
        {"run", &spinner::run_some},
        {"push", &spinner::push},
        {"push", &spinner::push},
        {"push", &spinner::push},
        {"pop", &spinner::pop},
        {"pop", &spinner::pop},
        {"chunk", &spinner::chunk_play},
        {"chunk", &spinner::chunk_play},
        {"end", &spinner::end_or_close},
        {"stop", &spinner::stop},
        {"counters", &spinner::counters},
        {"destroy", &spinner::destroy},
        {"poller", &spinner::poller},
        {"poll", &spinner::poll},
        {"ask", &spinner::ask},
        {"load", &spinner::load},
        {"time", &spinner::time},
        {"memory", &spinner::memory},
    };

    dice dice_;
    world world_;
};

int spin(uint64_t seeds, bool tell) {
    for (uint64_t first = at.seed; at.seed < first + seeds; ++at.seed) {
        try {
            spinner(at.seed).run(at.steps, tell);
        } catch (const std::exception &broken) {
            std::fprintf(stderr, "spinner: %s\n", broken.what());
            say_how_to_repeat();
            return 1;
        }
    }
    std::printf("spinner: %llu seeds of %llu steps, no failure\n", static_cast<unsigned long long>(seeds),
                static_cast<unsigned long long>(at.steps));
    return 0;
}

} // namespace

// The sanitizers' way to be told of the end; absent in a build without them.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

int main(int count, char **words) {
    uint64_t seeds = 1;
    bool tell = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const char *value = i + 1 < count ? words[i + 1] : "1";
        if (word == "--tell")
            tell = true;
        else if (word == "--seed")
            at.seed = std::strtoull(value, nullptr, 10), ++i;
        else if (word == "--seeds")
            seeds = std::strtoull(value, nullptr, 10), ++i;
        else if (word == "--steps")
            at.steps = std::strtoull(value, nullptr, 10), ++i;
        else {
            std::fprintf(stderr, "usage: kam_spinner [--seed S] [--seeds N] [--steps K] [--tell]\n");
            return 64;
        }
    }
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(say_how_to_repeat);
    else
        for (const int number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) std::signal(number, on_signal);
    return spin(seeds, tell);
}
