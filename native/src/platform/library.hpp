// A shared library that was loaded by its path.
#pragma once

#include <string>

namespace kam::platform {

class library {
public:
    /// Throws kam::failure with the system's words.
    explicit library(const std::string &path);
    library(library &&other) noexcept;
    library &operator=(library &&other) noexcept;
    ~library();

    /// NULL when it exports no such name.
    void *symbol(const char *name) const noexcept;
    /// The system loads a file once: two that loaded the same one are equal.
    bool operator==(const library &other) const noexcept { return handle_ == other.handle_; }

private:
    void *handle_;
};

/// The file of a system's own library with that major version: libname.so.1, name.dll, libname.1.dylib.
std::string library_name(const std::string &name, int major);

} // namespace kam::platform
