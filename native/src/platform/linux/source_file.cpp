// Files to sockets on Linux, by sendfile(2).
#if defined(__linux__)

#include "net/source_file.hpp"
#include "platform/linux/descriptor.hpp"
#include <kamaelia/failure.hpp>

#include <cerrno>
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace kam::net {
namespace {

using platform::file_descriptor;

// sendfile has no MSG_NOSIGNAL: where the host did not ignore SIGPIPE, a far end that has gone would end the process.
class no_broken_pipe_signal {
public:
    no_broken_pipe_signal() {
        sigset_t pending;
        sigemptyset(&pending);
        (void)sigpending(&pending);
        if (sigismember(&pending, SIGPIPE) == 1) return; // The host's own: it is blocked already, and must stay.
        sigemptyset(&ours_);
        sigaddset(&ours_, SIGPIPE);
        active_ = pthread_sigmask(SIG_BLOCK, &ours_, &before_) == 0;
    }
    ~no_broken_pipe_signal() {
        if (!active_) return;
        const int kept = errno;
        constexpr timespec at_once{0, 0};
        if (kept == EPIPE)
            while (sigtimedwait(&ours_, nullptr, &at_once) == -1 && errno == EINTR) {
            }
        (void)pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = kept;
    }
    no_broken_pipe_signal(const no_broken_pipe_signal &) = delete;
    no_broken_pipe_signal &operator=(const no_broken_pipe_signal &) = delete;

private:
    sigset_t ours_;
    sigset_t before_;
    bool active_ = false;
};

class linux_source_file final : public source_file {
public:
    linux_source_file(file_descriptor file, uint64_t length) : file_(std::move(file)), length_(length) {
        // The kernel reads further ahead, so that a disk is waited for less. Refused by some file systems: no matter.
        (void)posix_fadvise(file_.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    }

    [[nodiscard]] uint64_t length() const override { return length_; }
    file_write send(const byte_stream &to, uint64_t from, size_t bytes) override;
    [[nodiscard]] std::string words(int error) const override { return platform::errno_words(error); }

private:
    file_descriptor file_;
    uint64_t length_;
};

file_write linux_source_file::send(const byte_stream &to, uint64_t from, size_t bytes) {
    auto at = static_cast<off_t>(from);
    ssize_t sent;
    int error = 0;
    {
        const no_broken_pipe_signal guard;
        do sent = sendfile(to.descriptor(), file_.get(), &at, bytes);
        while (sent < 0 && errno == EINTR);
        error = sent < 0 ? errno : 0;
        errno = error;
    }
    file_write report;
    if (sent > 0)
        report.bytes = static_cast<size_t>(sent);
    else if (sent == 0)
        report.ended = true;
    else if (error == EAGAIN || error == ENOBUFS)
        report.full = true;
    else
        report.error = error;
    report.of_file = error == EIO || error == EINVAL || error == ESTALE || error == EOVERFLOW;
    return report;
}

} // namespace

std::unique_ptr<source_file> open_source_file(const std::string &path) {
    // Not blocking: a named pipe would be waited for until somebody writes to it.
    file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file) {
        switch (errno) {
        case ENOENT:
        case ENOTDIR:
            throw failure(KAM_E_IO, "There is no file '" + path + "'.");
        case EACCES:
        case EPERM:
            throw failure(KAM_E_IO, "'" + path + "' may not be read by this user.");
        default:
            platform::refuse_with_errno("'" + path + "' cannot be opened", errno);
        }
    }
    struct stat facts {};
    if (fstat(file.get(), &facts) != 0) platform::refuse_with_errno("'" + path + "' cannot be looked at", errno);
    if (S_ISDIR(facts.st_mode)) throw failure(KAM_E_IO, "'" + path + "' is a folder, not a file.");
    if (!S_ISREG(facts.st_mode))
        throw failure(KAM_E_IO, "'" + path +
                                    "' is a pipe or a device, which has no length: use file.read and "
                                    "tcp.connect.");
    return std::make_unique<linux_source_file>(std::move(file), static_cast<uint64_t>(facts.st_size));
}

} // namespace kam::net

#endif
