// Finds the packets of a transport stream (ISO/IEC 13818-1 2.4.3) that is cut anywhere, and finds them again after a
// disturbance. The managed twin, TsAligner, is the same machine.
//
// Out of step it looks for a place where a sync byte stands at three packet starts in a row (at the end of the stream,
// at as many as there are): 0x47 alone is too common in payload. In step one sync byte a packet is enough.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace kam::ts {

inline constexpr std::size_t packet_bytes = 188;
inline constexpr uint8_t sync_byte = 0x47;
inline constexpr uint32_t pid_count = 8192;
inline constexpr uint32_t null_pid = 0x1fff;

/// 0 to 8191.
constexpr uint32_t pid_of(const uint8_t *packet) noexcept {
    return static_cast<uint32_t>(packet[1] & 0x1f) << 8 | packet[2];
}

/// Visitors have two functions: packet(const uint8_t *bytes), and junk(std::size_t bytes) for what belongs to no
/// packet.
class aligner {
public:
    /// Reads the next bytes of the stream.
    template <class Visitor>
    void push(std::span<const uint8_t> bytes, Visitor &visitor) {
        while (true) {
            if (!kept_bytes_ && in_step_) bytes = walk(bytes, visitor);
            if (bytes.empty()) return;
            if (!kept_bytes_ && !in_step_ && bytes.size() > kept_.size()) {
                bytes = bytes.subspan(search(bytes, false, visitor));
                continue;
            }
            // A part of a packet, or too little to be sure: it waits beside what came before.
            const std::size_t wanted = (in_step_ ? packet_bytes : kept_.size()) - kept_bytes_;
            const std::size_t part = std::min(wanted, bytes.size());
            std::memcpy(kept_.data() + kept_bytes_, bytes.data(), part);
            kept_bytes_ += part;
            bytes = bytes.subspan(part);
            drain(false, visitor);
        }
    }

    /// The stream has ended: decides about the bytes it kept. An incomplete last packet is junk.
    template <class Visitor>
    void finish(Visitor &visitor) {
        drain(true, visitor);
        if (kept_bytes_) visitor.junk(kept_bytes_);
        kept_bytes_ = 0;
    }

private:
    static constexpr std::size_t proof_bytes = 2 * packet_bytes + 1;

    /// Whole packets as long as each starts with its sync byte; gives what is left.
    template <class Visitor>
    std::span<const uint8_t> walk(std::span<const uint8_t> bytes, Visitor &visitor) {
        const uint8_t *at = bytes.data();
        const uint8_t *const end = at + bytes.size();
        while (static_cast<std::size_t>(end - at) >= packet_bytes && *at == sync_byte) {
            visitor.packet(at);
            at += packet_bytes;
        }
        if (at != end && *at != sync_byte) in_step_ = false;
        return {at, end};
    }

    /// Junk up to a place that is sure, or that needs more bytes to be judged; gives how much that was.
    template <class Visitor>
    std::size_t search(std::span<const uint8_t> bytes, bool at_end, Visitor &visitor) {
        std::size_t at = 0;
        while (true) {
            const void *next =
                at < bytes.size() ? std::memchr(bytes.data() + at, sync_byte, bytes.size() - at) : nullptr;
            at = next ? static_cast<std::size_t>(static_cast<const uint8_t *>(next) - bytes.data()) : bytes.size();
            if (bytes.size() - at < (at_end ? packet_bytes : proof_bytes)) break;
            if (starts(bytes, at + packet_bytes) && starts(bytes, at + 2 * packet_bytes)) {
                in_step_ = true;
                break;
            }
            ++at;
        }
        if (at) visitor.junk(at);
        return at;
    }

    static bool starts(std::span<const uint8_t> bytes, std::size_t at) {
        return at >= bytes.size() || bytes[at] == sync_byte;
    }

    template <class Visitor>
    void drain(bool at_end, Visitor &visitor) {
        std::span<const uint8_t> left(kept_.data(), kept_bytes_);
        while (!left.empty()) {
            const std::size_t before = left.size();
            const bool was_in_step = in_step_;
            left = in_step_ ? walk(left, visitor) : left.subspan(search(left, at_end, visitor));
            if (left.size() == before && in_step_ == was_in_step) break;
        }
        if (!left.empty()) std::memmove(kept_.data(), left.data(), left.size());
        kept_bytes_ = left.size();
    }

    std::array<uint8_t, 3 * packet_bytes> kept_{};
    std::size_t kept_bytes_ = 0;
    bool in_step_ = false;
};

} // namespace kam::ts
