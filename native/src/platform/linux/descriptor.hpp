// A file descriptor with an owner, and the system's words for what went wrong.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace kam::platform {

class file_descriptor {
public:
    explicit file_descriptor(int value = -1) noexcept : value_(value) {}
    file_descriptor(file_descriptor &&other) noexcept : value_(std::exchange(other.value_, -1)) {}
    file_descriptor &operator=(file_descriptor &&other) noexcept {
        std::swap(value_, other.value_); // The other's end closes what was ours.
        return *this;
    }
    ~file_descriptor() {
        if (value_ >= 0) close(value_);
    }

    [[nodiscard]] int get() const noexcept { return value_; }
    // The caller closes it.
    [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }
    explicit operator bool() const noexcept { return value_ >= 0; }

private:
    int value_;
};

// "Connection refused (ECONNREFUSED)".
std::string errno_words(int code);

// Throws kam::failure "what: Too many open files (EMFILE)", KAM_E_NO_MEMORY for want of memory, else KAM_E_IO.
[[noreturn]] void refuse_with_errno(std::string_view what, int code);

} // namespace kam::platform
