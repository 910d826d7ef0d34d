// Who has sent to a socket, by numbers small enough for a chunk's tag.
#pragma once

#include "net/udp_socket.hpp"

#include <string_view>
#include <unordered_map>

namespace kam::net {

// Numbers 1 to `most` in order of first appearance. Not for two threads at once.
class sender_table {
public:
    explicit sender_table(uint32_t most) : most_(most) {}

    // 0: one too many. `is_new`: it has just been given its number. Throws bad_alloc.
    uint32_t number(const sender_key &key, bool &is_new) {
        is_new = false;
        if (const auto known = numbers_.find(key); known != numbers_.end()) return known->second;
        if (numbers_.size() == most_) return 0;
        is_new = true;
        return numbers_.emplace(key, count() + 1).first->second;
    }

    [[nodiscard]] uint32_t count() const noexcept { return static_cast<uint32_t>(numbers_.size()); }

private:
    struct hash {
        size_t operator()(const sender_key &key) const noexcept {
            return std::hash<std::string_view>{}({reinterpret_cast<const char *>(key.data()), key.size()});
        }
    };

    uint32_t most_;
    std::unordered_map<sender_key, uint32_t, hash> numbers_;
};

} // namespace kam::net
