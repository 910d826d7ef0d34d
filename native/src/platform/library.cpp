#include "platform/library.hpp"

#include <utility>

#include <kamaelia/failure.hpp>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace kam::platform {

#if defined(_WIN32)
namespace {
void *library_open(const std::string &path) {
    const int chars = MultiByteToWideChar(CP_UTF8, 0, path.data(), static_cast<int>(path.size()), nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(chars), L'\0');
    MultiByteToWideChar(CP_UTF8, 0, path.data(), static_cast<int>(path.size()), wide.data(), chars);
    void *handle = LoadLibraryW(wide.c_str());
    if (!handle) throw failure(KAM_E_IO, path + " cannot be loaded: error " + std::to_string(GetLastError()));
    return handle;
}
void library_close(void *handle) noexcept {
    FreeLibrary(static_cast<HMODULE>(handle));
}
} // namespace

void *library::symbol(const char *name) const noexcept {
    return reinterpret_cast<void *>(GetProcAddress(static_cast<HMODULE>(handle_), name));
}
#else
namespace {
void *library_open(const std::string &path) {
    // Now, so that a missing symbol is told here and not in the middle of a step; local, so that two plugins may both
    // have a class of the same name.
    void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *why = dlerror();
        throw failure(KAM_E_IO, path + " cannot be loaded: " + (why ? why : "the system does not say why"));
    }
    return handle;
}
void library_close(void *handle) noexcept {
    dlclose(handle);
}
} // namespace

void *library::symbol(const char *name) const noexcept {
    return dlsym(handle_, name);
}
#endif

library::library(const std::string &path) : handle_(library_open(path)) {}
library::library(library &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
library &library::operator=(library &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}
library::~library() {
    if (handle_) library_close(handle_);
}

std::string library_name(const std::string &name, [[maybe_unused]] int major) {
#if defined(_WIN32)
    return name + ".dll";
#elif defined(__APPLE__)
    return "lib" + name + "." + std::to_string(major) + ".dylib";
#else
    return "lib" + name + ".so." + std::to_string(major);
#endif
}

} // namespace kam::platform
