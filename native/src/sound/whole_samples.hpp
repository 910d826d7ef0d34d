// Whole samples out of a stream that is cut anywhere: what a message leaves of a sample goes in front of the next.
#pragma once

#include <cstdint>
#include <cstring>

#include <kamaelia/kamaelia.hpp>

namespace kam::sound {

class whole_samples {
public:
    explicit whole_samples(uint32_t sample_bytes) : sample_bytes_(sample_bytes) {}

    /// The whole samples of what was kept and this message, with the message's stamp; the message itself where it needs
    /// no joining. Empty when there is none yet.
    chunk take(context &context, chunk message) {
        const uint32_t total = kept_bytes_ + message.size();
        const uint32_t rest = total % sample_bytes_;
        if (!kept_bytes_ && !rest) return message;
        const uint32_t whole = total - rest;
        if (!whole) {
            keep(message, 0);
            return {};
        }
        chunk joined;
        if (kept_bytes_) {
            joined = context.rent(whole);
            std::memcpy(joined.writable().data(), kept_, kept_bytes_);
            std::memcpy(joined.writable().data() + kept_bytes_, message.data(), whole - kept_bytes_);
            joined.stamp_like(message.raw());
        }
        const uint32_t used = whole - kept_bytes_;
        kept_bytes_ = 0;
        keep(message, used);
        if (joined.raw().block) return joined;
        message.trim(0, whole);
        return message;
    }

private:
    void keep(const chunk &message, uint32_t from) {
        const uint32_t bytes = message.size() - from;
        if (bytes) std::memcpy(kept_ + kept_bytes_, message.data() + from, bytes);
        kept_bytes_ += bytes;
    }

    uint32_t sample_bytes_;
    uint32_t kept_bytes_ = 0;
    uint8_t kept_[32]{}; // A frame of eight channels of 32 bits at most.
};

} // namespace kam::sound
