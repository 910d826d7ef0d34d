// Want of memory at every place: each allocation of the library fails once, alone and with all that follow it. Every
// entry point says KAM_E_NO_MEMORY or goes on; nothing is lost, nothing ends the process. A program of its own, because
// it stands in front of operator new.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "world.hpp"

namespace {

/// Counts the library's allocations and refuses the one that `left` says. Off while the test itself allocates.
struct memory {
    static inline int64_t left = -1; ///< -1: none is refused.
    static inline bool on = false;
    static inline bool for_good = false; ///< All behind it too.
    static inline bool refused = false;
    static inline int64_t live = 0; ///< Blocks made and not given back, whoever asked.

    static bool refuses() {
        if (!on || left < 0) return false;
        if (left > 0) {
            --left;
            return false;
        }
        refused = true;
        if (!for_good) left = -1;
        return true;
    }
};

/// Inside it the library's allocations count.
struct counted {
    counted() { memory::on = true; }
    ~counted() { memory::on = false; }
};

/// Inside it, in a callback of the library, they do not: the callback is the host's.
struct uncounted {
    bool before = std::exchange(memory::on, false);
    ~uncounted() { memory::on = before; }
};

void *allocate(std::size_t bytes, std::size_t align) {
    if (memory::refuses()) return nullptr;
    void *made =
        align ? std::aligned_alloc(align, (bytes + align - 1) / align * align) : std::malloc(bytes ? bytes : 1);
    if (made) ++memory::live;
    return made;
}
void *allocate_or_throw(std::size_t bytes, std::size_t align = 0) {
    void *made = allocate(bytes, align);
    if (!made) throw std::bad_alloc();
    return made;
}
void release(void *block) {
    if (block) --memory::live;
    std::free(block);
}

} // namespace

void *operator new(std::size_t bytes) {
    return allocate_or_throw(bytes);
}
void *operator new[](std::size_t bytes) {
    return allocate_or_throw(bytes);
}
void *operator new(std::size_t bytes, std::align_val_t align) {
    return allocate_or_throw(bytes, static_cast<std::size_t>(align));
}
void *operator new(std::size_t bytes, const std::nothrow_t &) noexcept {
    return allocate(bytes, 0);
}
void operator delete(void *block) noexcept {
    release(block);
}
void operator delete[](void *block) noexcept {
    release(block);
}
void operator delete(void *block, std::size_t) noexcept {
    release(block);
}
void operator delete[](void *block, std::size_t) noexcept {
    release(block);
}
void operator delete(void *block, std::align_val_t) noexcept {
    release(block);
}
void operator delete(void *block, std::size_t, std::align_val_t) noexcept {
    release(block);
}

namespace {

using kam::test::dice;
using kam::test::world;

/// A world whose callbacks may be refused too: blocks and slots are memory like any other.
struct scarce_world : world {
    scarce_world() {
        grow_before = pool.raw.grow;
        pool.raw.grow = [](kam_pool *raw, uint32_t size_class, uint32_t bytes) -> kam_block * {
            if (memory::refuses()) return nullptr;
            const uncounted scope;
            return grow_before(raw, size_class, bytes);
        };
        slots_before = sched.ring_grow;
        sched.ring_grow = [](kam_sched *raw, kam_ring *ring) -> int32_t {
            if (memory::refuses()) return 0;
            const uncounted scope;
            return slots_before(raw, ring);
        };
    }
    static inline kam_block *(*grow_before)(kam_pool *, uint32_t, uint32_t) = nullptr;
    static inline int32_t (*slots_before)(kam_sched *, kam_ring *) = nullptr;
};

std::vector<kam_option> options_for(const kam_component_type &type) {
    const std::string_view name = kam::view(type.name);
    if (name == "udp.recv") return {{kam::text("address"), kam::text("127.0.0.1:0")}};
    if (name == "udp.send") return {{kam::text("address"), kam::text("127.0.0.1:9")}};
    if (name == "tcp.connect") // Nobody is there: it goes on trying.
        return {{kam::text("address"), kam::text("127.0.0.1:9")}, {kam::text("retry"), kam::text("10s")}};
    if (name == "tcp.sendfile")
        return {{kam::text("path"), kam::text("/proc/self/exe")},
                {kam::text("address"), kam::text("127.0.0.1:9")},
                {kam::text("retry"), kam::text("10s")}};
    if (name == "tcp.serve" || name == "tcp.listen") return {{kam::text("address"), kam::text("127.0.0.1:0")}};
    if (name == "ts.filter") return {{kam::text("pids"), kam::text("256,0x1ffb")}};
    if (name == "counter.source") return {{kam::text("n"), kam::text("20")}};
    return {};
}

void feed(world &world, kam_ring *ring, bool lengths_only) {
    const std::string sync(24, 'X');
    std::vector<std::string> texts = {std::string("\0\0\0\3ab", 6), std::string("c\0\0\0\1d", 6), ""};
    if (!lengths_only) texts.insert(texts.begin(), {"3 3\nabc", sync + "a%58b", "c%25" + sync});
    for (const std::string &text : texts) {
        kam_chunk chunk = kam_chunk_rent(&world.pool.raw, static_cast<uint32_t>(text.size()));
        if (!chunk.block) continue;
        if (!text.empty()) std::memcpy(kam_chunk_data(&chunk), text.data(), text.size());
        kam_outlet outlet{};
        outlet.ring = ring;
        if (kam_push(&world.sched, &outlet, &chunk) != KAM_OK) kam_chunk_drop(&chunk, &world.pool.raw);
    }
    ring->flags |= KAM_RING_ENDED;
}

/// Room enough, and no policy that drops.
void wide(kam_ring &ring) {
    ring.flags = 0;
    ring.capacity = 64;
    ring.bytes_max = UINT32_MAX;
}

void boxes_make(world &world, kam::test::spun_instance &self) {
    dice dice(1);
    const kam_component_type &type = *self.instance->type;
    for (uint32_t i = 0; i < type.port_count; ++i) {
        if (type.ports[i].direction == KAM_PORT_IN) {
            self.ins.push_back(world.ring_make(dice, 1));
            wide(*self.ins.back());
        } else {
            self.outs.push_back(world.outlet_make(dice, 1));
            self.outs.back()->ring = world.ring_make(dice, 0);
            wide(*self.outs.back()->ring);
        }
    }
}

/// Makes one, feeds it, runs it, looks at it, stops it, gives it back.
void little_run(const kam_component_type &type) {
    scarce_world world;
    const std::vector<kam_option> options = options_for(type);
    char words[300];
    kam_error error{words, sizeof words, 0};
    kam_instance *made = nullptr;
    kam_status status;
    {
        const counted scope;
        status = kam_instance_create(&type, options.data(), static_cast<uint32_t>(options.size()), &error, &made);
    }
    ASSERT_EQ(status == KAM_OK, made != nullptr);
    if (!made) {
        ASSERT_EQ(status, KAM_E_NO_MEMORY) << std::string(words, error.bytes_out);
        ASSERT_GT(error.bytes_out, 0u);
        return;
    }
    world.instances.push_back({made, {}, {}, -1});
    kam::test::spun_instance &self = world.instances.back();
    boxes_make(world, self);
    {
        const counted scope;
        status = kam_instance_bind(made, &world.sched, 1, self.ins.data(), static_cast<uint32_t>(self.ins.size()),
                                   self.outs.data(), static_cast<uint32_t>(self.outs.size()));
    }
    ASSERT_TRUE(status == KAM_OK || status == KAM_E_NO_MEMORY);
    if (status != KAM_OK) return;
    self.id = 1;
    const bool was_on = std::exchange(memory::on, false);
    for (kam_ring *ring : self.ins) feed(world, ring, kam::view(type.name) == "length.deframe");
    memory::on = was_on;
    kam_wake(&world.sched, 1);
    {
        const counted scope;
        kam_sched_run(&world.sched, 50);
        kam_counter counters[8];
        kam_instance_counters(made, counters, 8);
        kam_instance_stop(made, KAM_STOP_CANCEL);
        kam_sched_run(&world.sched, 50);
    }
    ASSERT_TRUE(made->last_answer > 0 || made->last_answer == KAM_E_NO_MEMORY)
        << made->last_answer << " " << std::string(made->error_text, made->error.bytes_out);
    world.close();
    ASSERT_EQ(world.pool.outstanding(), 0);
}

/// Runs it with the first allocation refused, then the second …, until a run asks for fewer. Says how many.
template <class Run>
int64_t sweep(bool for_good, Run run) {
    memory::for_good = for_good;
    run(); // What is made once and stays.
    for (int64_t n = 0;; ++n) {
        const int64_t live = memory::live;
        memory::refused = false;
        memory::left = n;
        run();
        memory::left = -1;
        EXPECT_EQ(memory::live, live) << "refusing allocation " << n << " left something behind";
        if (!memory::refused || testing::Test::HasFailure()) return n;
    }
}

TEST(NoMemory, EveryComponent_SaysSoOrGoesOn) {
    for (uint32_t i = 0; const kam_component_type *type = kam_type_get(i); ++i) {
        for (const bool for_good : {false, true}) {
            const int64_t refused = sweep(for_good, [&] { little_run(*type); });
            EXPECT_GT(refused, 1) << std::string(kam::view(type->name)) << ": the sweep refused next to nothing";
        }
    }
}

TEST(NoMemory, Poller_SaysSoOrGoesOn) {
    world world;
    const int64_t refused = sweep(true, [&] {
        kam_poller *poller = nullptr;
        const counted scope;
        const kam_status status = kam_poller_create(&world.sched, nullptr, &poller);
        EXPECT_EQ(status, poller ? KAM_OK : KAM_E_NO_MEMORY);
        if (!poller) return;
        EXPECT_EQ(kam_poller_watch(poller, world.descriptor, 1, KAM_POLL_READ), KAM_OK);
        kam_poller_wake(poller);
        EXPECT_GE(kam_poller_wait(poller, 0), 0);
        kam_poller_destroy(poller);
    });
    EXPECT_GT(refused, 0);
}

TEST(NoMemory, Refusals_OfNamesOptionsAndPlugins_StaySafe) {
    const kam_component_type &type = *kam_type_get(2);
    const std::string missing = "/no/such/" + std::string(200, 'x');
    const int64_t refused = sweep(true, [&] {
        const kam_option unknown{kam::text("a name that nobody has ever given an option"), kam::text("1")};
        char words[400];
        kam_error error{words, sizeof words, 0};
        kam_instance *made = nullptr;
        const counted scope;
        kam_status status = kam_instance_create(&type, &unknown, 1, &error, &made);
        EXPECT_TRUE(status == KAM_E_INVALID || status == KAM_E_NO_MEMORY);
        status = kam_plugin_load(missing.data(), static_cast<uint32_t>(missing.size()), &error);
        EXPECT_TRUE(status == KAM_E_NOT_FOUND || status == KAM_E_NO_MEMORY) << status;
        status = kam_type_register(&type, &error);
        EXPECT_TRUE(status == KAM_E_EXISTS || status == KAM_E_NO_MEMORY);
    });
    EXPECT_GT(refused, 5);
}

TEST(NoMemory, Registration_ThatWasRefused_CanBeMadeAgain) {
    // A table lives for ever, so each try that succeeds needs one of its own.
    static std::deque<std::pair<std::string, kam_component_type>> tables;
    for (int round = 0; round < 20; ++round) {
        tables.emplace_back("test.scarce-" + std::to_string(round), *kam_type_get(0));
        kam_component_type &type = tables.back().second;
        type.name = kam::text(tables.back().first);
        const uint32_t count = kam_type_count();
        memory::left = 0;
        memory::for_good = true;
        kam_status status;
        {
            const counted scope;
            status = kam_type_register(&type, nullptr);
        }
        memory::left = -1;
        EXPECT_TRUE(status == KAM_OK || status == KAM_E_NO_MEMORY);
        if (status != KAM_OK) {
            EXPECT_EQ(kam_type_register(&type, nullptr), KAM_OK);
        }
        EXPECT_EQ(kam_type_count(), count + 1);
    }
}

TEST(NoDescriptors, PollerAndSockets_SayTheSystemsWords) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer looks at a caught exception's type through a pipe, and here none can be had";
#endif
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    world world;
    rlimit none{0, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    char words[300];
    kam_error error{words, sizeof words, 0};
    kam_poller *poller = nullptr;
    const kam_status status = kam_poller_create(&world.sched, &error, &poller);
    setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(status, KAM_E_IO);
    EXPECT_NE(std::string(words, error.bytes_out).find("EMFILE"), std::string::npos);
    EXPECT_EQ(poller, nullptr);
}

} // namespace
