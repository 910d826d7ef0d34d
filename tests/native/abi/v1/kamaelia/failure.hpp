// What goes wrong, as an exception inside C++ and as a status with a sentence outside. Header-only, C++20.
#ifndef KAMAELIA_FAILURE_HPP
#define KAMAELIA_FAILURE_HPP

#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "kamaelia/abi.h"

namespace kam {

/// A failure with its status and its sentence. Thrown from a component's constructor or step, it becomes the answer of
/// that call; it never crosses the border as an exception.
class failure : public std::exception {
public:
    failure(kam_status status, std::string text) : status_(status), text_(std::move(text)) {}
    kam_status status() const noexcept { return status_; }
    const char *what() const noexcept override { return text_.c_str(); }

private:
    kam_status status_;
    std::string text_;
};

/// A kam_text that points at a literal, or at whatever the view points at: it must live as long as the text is used.
constexpr kam_text text(std::string_view view) noexcept {
    return {view.data(), static_cast<uint32_t>(view.size()), 0};
}

constexpr std::string_view view(kam_text text) noexcept {
    return text.bytes ? std::string_view(text.utf8, text.bytes) : std::string_view();
}

/// Leaves a sentence with the caller; cuts it at a whole UTF-8 character when the caller's buffer is short.
inline void error_set(kam_error *error, std::string_view sentence) noexcept {
    if (!error) return;
    error->bytes_out = 0;
    if (!error->utf8) return; // A caller that gives no buffer wants no sentence, whatever capacity it says.
    std::size_t bytes = sentence.size();
    if (bytes > error->capacity_bytes) {
        bytes = error->capacity_bytes;
        // 10xxxxxx is the inside of a character: step back to where one begins.
        while (bytes && (static_cast<unsigned char>(sentence[bytes]) & 0xc0u) == 0x80u) --bytes;
    }
    if (bytes) std::memcpy(error->utf8, sentence.data(), bytes);
    error->bytes_out = static_cast<uint32_t>(bytes);
}

/// Runs `body` and turns whatever it throws into a status and a sentence.
template <class Body>
int32_t fence(kam_error *error, Body &&body) noexcept {
    try {
        return body();
    } catch (const failure &e) {
        error_set(error, e.what());
        return e.status();
    } catch (const std::bad_alloc &) {
        error_set(error, "out of memory");
        return KAM_E_NO_MEMORY;
    } catch (const std::exception &e) {
        error_set(error, e.what());
        return KAM_E_INTERNAL;
    } catch (...) {
        error_set(error, "an unknown C++ exception");
        return KAM_E_INTERNAL;
    }
}

/// What somebody else's code left in an error of ours: a count that lies is cut to the buffer.
inline std::string_view error_view(const kam_error &error) noexcept {
    return {error.utf8, error.bytes_out < error.capacity_bytes ? error.bytes_out : error.capacity_bytes};
}

} // namespace kam
#endif
