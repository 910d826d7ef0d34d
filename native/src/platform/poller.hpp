// What an idle scheduler sleeps in: one wait for sockets, other threads and time. One implementation per system.
#pragma once

#include <kamaelia/poller.h>

#include <memory>

namespace kam::platform {

class poller {
public:
    virtual ~poller() = default;
    poller(const poller &) = delete;
    poller &operator=(const poller &) = delete;

    // The scheduler's thread only, except wake.
    virtual int32_t wait(int64_t timeout_ns) = 0;
    virtual void wake() = 0;
    virtual kam_status watch(int32_t descriptor, int32_t id, uint32_t events) = 0;
    virtual void unwatch(int32_t descriptor) = 0;

protected:
    poller() = default;
};

// Throws kam::failure when the system has none or refuses one.
std::unique_ptr<poller> make_poller(kam_sched *sched);

} // namespace kam::platform
