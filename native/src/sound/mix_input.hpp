// One of the streams that pcm.mix joins: so many bytes in one piece, whatever the messages were cut to.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include <kamaelia/kamaelia.hpp>

namespace kam::sound {

class mix_input {
public:
    enum class answer { ready, wait, over };

    /// Bytes that are there now.
    uint32_t bytes() const noexcept { return staged_ + left(); }
    /// Nothing of its present message has been used, so that its stamp is that of the next byte.
    bool at_stamp() const noexcept { return !staged_ && !at_; }
    const chunk &message() const noexcept { return message_; }

    /// Tries for so many bytes. Over: it has ended with fewer.
    answer gather(inlet in, uint32_t wanted) {
        while (bytes() < wanted) {
            stage(left(), wanted);
            at_ = 0;
            if (!in.pop(message_)) return in.ended() ? answer::over : answer::wait;
        }
        return answer::ready;
    }

    /// So many bytes, the end of a stream that is over with silence behind it; NULL when there is only silence. Valid
    /// until the next call.
    const uint8_t *take(uint32_t wanted) {
        if (!staged_ && left() >= wanted) {
            at_ += wanted;
            return message_.data() + at_ - wanted;
        }
        if (bytes() < wanted) {
            stage(left(), wanted);
            staged_ &= ~1u; // Half a sample is none.
            if (!staged_) return nullptr;
            std::memset(staging_.data() + staged_, 0, wanted - staged_);
        } else {
            stage(wanted - staged_, wanted);
        }
        staged_ = 0;
        return staging_.data();
    }

    /// The next `wanted` bytes as a chunk of their own without a copy; false when they do not lie in one message.
    bool slice(uint32_t wanted, chunk &part) {
        if (staged_ || left() < wanted) return false;
        if (!at_ && left() == wanted) {
            part = std::move(message_);
        } else {
            part = message_.slice(at_, wanted);
            at_ += wanted;
        }
        return true;
    }

private:
    uint32_t left() const noexcept { return message_.size() - at_; }

    void stage(uint32_t count, uint32_t wanted) {
        if (staging_.size() < wanted) staging_.resize(wanted);
        if (!count) return;
        std::memcpy(staging_.data() + staged_, message_.data() + at_, count);
        staged_ += count;
        at_ += count;
    }

    chunk message_;
    uint32_t at_ = 0;
    uint32_t staged_ = 0; // Bytes of earlier messages, in front of the present one's.
    std::vector<uint8_t> staging_;
};

} // namespace kam::sound
