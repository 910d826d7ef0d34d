#include "platform/poller.hpp"
#include <kamaelia/failure.hpp>

#include <memory>

// The opaque type of the header; the system's poller is inside.
struct kam_poller {
    std::unique_ptr<kam::platform::poller> inner;
};

extern "C" kam_status kam_poller_create(kam_sched *sched, kam_error *error, kam_poller **poller_out) {
    return kam::fence(error, [&] {
        if (poller_out == nullptr) throw kam::failure(KAM_E_INVALID, "kam_poller_create: poller_out is NULL");
        *poller_out = nullptr;
        if (sched == nullptr) throw kam::failure(KAM_E_INVALID, "kam_poller_create: sched is NULL");
        auto made = std::make_unique<kam_poller>(kam_poller{kam::platform::make_poller(sched)});
        *poller_out = made.release();
        return KAM_OK;
    });
}

extern "C" void kam_poller_destroy(kam_poller *poller) {
    delete poller;
}

extern "C" int32_t kam_poller_wait(kam_poller *poller, int64_t timeout_ns) {
    if (poller == nullptr) return KAM_E_INVALID;
    return kam::fence(nullptr, [&] { return poller->inner->wait(timeout_ns); });
}

extern "C" void kam_poller_wake(kam_poller *poller) {
    if (poller == nullptr) return;
    (void)kam::fence(nullptr, [&] {
        poller->inner->wake();
        return KAM_OK;
    });
}

extern "C" kam_status kam_poller_watch(kam_poller *poller, int32_t descriptor, int32_t id, uint32_t events) {
    if (poller == nullptr || descriptor < 0 || events == 0 || (events & ~(KAM_POLL_READ | KAM_POLL_WRITE)) != 0)
        return KAM_E_INVALID;
    return kam::fence(nullptr, [&] { return poller->inner->watch(descriptor, id, events); });
}

extern "C" void kam_poller_unwatch(kam_poller *poller, int32_t descriptor) {
    if (poller == nullptr || descriptor < 0) return;
    (void)kam::fence(nullptr, [&] {
        poller->inner->unwatch(descriptor);
        return KAM_OK;
    });
}
