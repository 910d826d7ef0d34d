#include "core/plugin.hpp"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <vector>

#include <kamaelia/failure.hpp>

#include "platform/library.hpp"

namespace kam::core {
namespace {

using version_function = uint32_t (*)();
using register_function = kam_status (*)(const kam_host *, kam_error *);

std::string version_text(uint32_t version) {
    return std::to_string(version >> 16) + "." + std::to_string(version & 0xffffu);
}

/// Refuses before anything of the plugin but its version function has run.
void check_abi(const platform::library &library, const std::string &path, uint32_t ours) {
    const auto version = reinterpret_cast<version_function>(library.symbol("kam_plugin_abi_version"));
    if (!version || !library.symbol("kam_plugin_register"))
        throw failure(KAM_E_ABI, path + " is no Kamaelia plugin: it lacks kam_plugin_abi_version or "
                                        "kam_plugin_register");
    const uint32_t theirs = version();
    if (theirs >> 16 != ours >> 16)
        throw failure(KAM_E_ABI, path + " was built for ABI " + version_text(theirs) + "; this library has ABI " +
                                     version_text(ours));
}

} // namespace

void plugin_load(const std::string &path, const kam_host &host) {
    // Held during registration too: two threads that load one library must not both register it.
    static std::mutex mutex;
    static std::vector<platform::library> loaded;
    const std::lock_guard lock(mutex);
    std::error_code ignored;
    const std::filesystem::path file = std::filesystem::absolute(std::filesystem::path(path), ignored);
    if (!std::filesystem::exists(file, ignored)) throw failure(KAM_E_NOT_FOUND, "there is no file " + file.string());
    platform::library library(file.string());
    if (std::find(loaded.begin(), loaded.end(), library) != loaded.end()) return;
    check_abi(library, file.string(), host.abi_version);
    const auto enter = reinterpret_cast<register_function>(library.symbol("kam_plugin_register"));
    // From here on the registry may point into it, so it stays loaded whatever it answers.
    loaded.reserve(loaded.size() + 1);
    char text[512];
    kam_error error{text, sizeof text, 0};
    const kam_status status = enter(&host, &error);
    loaded.push_back(std::move(library));
    if (status != KAM_OK) {
        const std::string why(error_view(error));
        throw failure(status < 0 ? status : KAM_E_INTERNAL,
                      file.string() + ": " + (why.empty() ? "its registration failed" : why));
    }
}

} // namespace kam::core
