// The poller on Linux: epoll for descriptors and time, an eventfd for other threads.
#if defined(__linux__)

#include "platform/poller.hpp"
#include "platform/linux/descriptor.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <ctime>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kam::platform {
namespace {

constexpr int events_max = 64; // What one wait may report; the rest is reported by the next.
constexpr uint64_t waker_mark = UINT64_MAX;
constexpr int64_t ns_per_s = 1'000'000'000;
constexpr int64_t ns_per_ms = 1'000'000;

class epoll_poller final : public poller {
public:
    epoll_poller(kam_sched *sched, file_descriptor epoll, file_descriptor waker) noexcept
        : sched_(sched), epoll_(std::move(epoll)), waker_(std::move(waker)) {}

    int32_t wait(int64_t timeout_ns) override;
    void wake() override;
    kam_status watch(int32_t descriptor, int32_t id, uint32_t events) override;
    void unwatch(int32_t descriptor) override;

private:
    int wait_events(int64_t timeout_ns);

    kam_sched *sched_;
    file_descriptor epoll_;
    file_descriptor waker_;
    std::atomic<bool> waking_{false};
    bool has_pwait2_ = true;
    std::array<epoll_event, events_max> events_{};
};

// Milliseconds, rounded up: a wait that ends early would make its caller spin through the last one.
int to_ms(int64_t timeout_ns) {
    if (timeout_ns < 0) return -1;
    const int64_t ms = timeout_ns / ns_per_ms + (timeout_ns % ns_per_ms != 0 ? 1 : 0);
    return ms > INT_MAX ? INT_MAX : static_cast<int>(ms);
}

int epoll_poller::wait_events(int64_t timeout_ns) {
#if defined(SYS_epoll_pwait2)
    // The system call itself: the C library's wrapper is younger than the kernels that have the call.
    if (has_pwait2_ && timeout_ns > 0) {
        struct kernel_timespec {
            int64_t seconds;
            int64_t nanoseconds;
        } const timeout{timeout_ns / ns_per_s, timeout_ns % ns_per_s};
        const long count = syscall(SYS_epoll_pwait2, epoll_.get(), events_.data(), events_max, &timeout, nullptr, 0);
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(count);
        has_pwait2_ = false; // Before Linux 5.11, or a sandbox that does not know the call.
    }
#endif
    return epoll_wait(epoll_.get(), events_.data(), events_max, to_ms(timeout_ns));
}

int32_t epoll_poller::wait(int64_t timeout_ns) {
    const int count = wait_events(timeout_ns);
    if (count < 0) return errno == EINTR ? 0 : KAM_E_IO;
    int32_t woken = 0;
    for (int i = 0; i < count; i++) {
        const uint64_t mark = events_[static_cast<size_t>(i)].data.u64;
        if (mark == waker_mark) {
            // Never read: each write is an edge of its own. Acquire: partners the exchange in wake, so what the
            // other thread did before it woke us is seen. A wake that still finds the flag set needs no write of its
            // own, because our caller looks at its queues only after this.
            waking_.exchange(false, std::memory_order_acq_rel);
            continue;
        }
        const auto id = static_cast<int32_t>(mark);
        // A slot that has ended, or is another's by now, at worst runs once for nothing.
        if (static_cast<uint32_t>(id) >= sched_->slot_count || sched_->slots[id].state != KAM_PARKED) continue;
        kam_wake(sched_, id);
        woken++;
    }
    return woken;
}

void epoll_poller::wake() {
    // Release: partners the exchange in wait.
    if (waking_.exchange(true, std::memory_order_acq_rel)) return;
    const uint64_t one = 1;
    // Can only fail when 2^64 - 1 wakes were written: then the descriptor is readable anyhow.
    [[maybe_unused]] const ssize_t written = write(waker_.get(), &one, sizeof one);
}

kam_status epoll_poller::watch(int32_t descriptor, int32_t id, uint32_t events) {
    epoll_event event{};
    event.events = EPOLLET;
    if (events & KAM_POLL_READ) event.events |= EPOLLIN | EPOLLRDHUP;
    if (events & KAM_POLL_WRITE) event.events |= EPOLLOUT;
    event.data.u64 = static_cast<uint32_t>(id);
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0) return KAM_OK;
    if (errno == EEXIST && epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, descriptor, &event) == 0) return KAM_OK;
    switch (errno) {
    case EBADF:
    case EPERM: // A regular file: always ready, nothing to wait for.
    case EINVAL:
    case ELOOP:
        return KAM_E_INVALID;
    case ENOMEM:
    case ENOSPC:
        return KAM_E_NO_MEMORY;
    default:
        return KAM_E_IO;
    }
}

void epoll_poller::unwatch(int32_t descriptor) {
    // A descriptor that was closed has left the set by itself; that it is not there is what the caller wants.
    epoll_event unused{};
    (void)epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, &unused);
}

} // namespace

std::unique_ptr<poller> make_poller(kam_sched *sched) {
    file_descriptor epoll{epoll_create1(EPOLL_CLOEXEC)};
    if (!epoll) refuse_with_errno("cannot make a poller (epoll_create1)", errno);
    file_descriptor waker{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!waker) refuse_with_errno("cannot make a poller (eventfd)", errno);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = waker_mark;
    if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, waker.get(), &event) != 0)
        refuse_with_errno("cannot make a poller (epoll_ctl)", errno);
    return std::make_unique<epoll_poller>(sched, std::move(epoll), std::move(waker));
}

} // namespace kam::platform

#endif
