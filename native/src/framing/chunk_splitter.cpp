#include "framing/chunk_splitter.hpp"

#include <algorithm>
#include <cstring>

namespace kam::framing {

chunk_splitter::chunk_splitter(std::string_view sync, const byte_set &sync_bytes, uint32_t content_bytes_max)
    : sync_(sync.begin(), sync.end()), sync_bytes_(sync_bytes), content_bytes_max_(content_bytes_max) {
    const std::size_t length = sync_.size();
    borders_.assign(length + 1, 0);
    for (std::size_t i = 1, border = 0; i < length; ++i) {
        while (border && sync_[i] != sync_[border]) border = borders_[border];
        border += sync_[i] == sync_[border];
        borders_[i + 1] = border;
    }
    overlaps_.assign(length, length);
    for (std::size_t n = 1, state = length; n < length; ++n) {
        const uint8_t byte = sync_[n - 1];
        while (state && (state == length || sync_[state] != byte)) state = borders_[state];
        state += sync_[state] == byte;
        overlaps_[n] = state;
    }
}

void chunk_splitter::feed(std::span<const uint8_t> input, const stamp &stamp) noexcept {
    input_ = input;
    input_stamp_ = stamp;
    at_ = first_ = last_ = 0;
}

/// A sync has been read: content begins here.
void chunk_splitter::begin() noexcept {
    inside_ = true;
    matched_ = 0;
    first_ = last_ = at_;
    stamp_ = input_stamp_;
}

/// True when a sync has been read, false when the input is used up.
bool chunk_splitter::hunt() noexcept {
    while (at_ < input_.size()) {
        if (matched_ == 0) {
            const void *hit = std::memchr(input_.data() + at_, sync_[0], input_.size() - at_);
            if (!hit) {
                at_ = input_.size();
                return false;
            }
            at_ = static_cast<std::size_t>(static_cast<const uint8_t *>(hit) - input_.data());
        }
        const uint8_t byte = input_[at_++];
        while (matched_ && (matched_ == sync_.size() || sync_[matched_] != byte)) matched_ = borders_[matched_];
        matched_ += sync_[matched_] == byte;
        if (matched_ == sync_.size()) return true;
    }
    return false;
}

void chunk_splitter::drop() noexcept {
    ++malformed_;
    kept_.clear();
    inside_ = false;
}

/// Moves to the first byte of the content's end; false when it was too long and has been dropped.
bool chunk_splitter::content_end_find() {
    last_ = at_ + sync_bytes_.find(input_.data() + at_, input_.size() - at_);
    at_ = last_;
    if (kept_.size() + (last_ - first_) <= content_bytes_max_) return true;
    drop();
    return false;
}

chunk_splitter::spelled chunk_splitter::spell() noexcept {
    const std::size_t count = std::min(sync_.size() - matched_, input_.size() - at_);
    if (count && std::memcmp(sync_.data() + matched_, input_.data() + at_, count) != 0) {
        while (input_[at_] == sync_[matched_]) {
            ++at_;
            ++matched_;
        }
        return spelled::damage;
    }
    at_ += count;
    matched_ += count;
    return matched_ == sync_.size() ? spelled::sync : spelled::too_little;
}

void chunk_splitter::damaged() noexcept {
    if (!kept_.empty() || first_ != last_) {
        drop(); // matched_ stays: what was spelled may begin the sync hunted for.
        return;
    }
    const bool moved = matched_ != 0;
    matched_ = overlaps_[matched_];
    if (moved && matched_ == sync_.size())
        begin();
    else
        inside_ = false; // Not moved: a whole sync lies before the byte that is to be hunted from.
}

/// The input is used up in the middle of a chunk: what is known to be content is kept.
void chunk_splitter::keep_rest() {
    kept_.insert(kept_.end(), input_.begin() + static_cast<std::ptrdiff_t>(first_),
                 input_.begin() + static_cast<std::ptrdiff_t>(last_));
    first_ = last_ = at_;
}

bool chunk_splitter::next(content &out) {
    if (kept_is_out_) {
        kept_.clear();
        kept_is_out_ = false;
    }
    for (;;) {
        if (!inside_) {
            if (!hunt()) return false;
            begin();
        }
        if (matched_ == 0 && !content_end_find()) continue;
        switch (spell()) {
        case spelled::too_little:
            keep_rest();
            return false;
        case spelled::damage:
            damaged();
            break;
        case spelled::sync:
            out = {input_.subspan(first_, last_ - first_), stamp_};
            if (!kept_.empty()) {
                keep_rest();
                out.escaped = kept_;
                kept_is_out_ = true;
            }
            begin();
            return true;
        }
    }
}

bool chunk_splitter::finish(content &out) noexcept {
    if (!inside_) return false;
    out = {kept_, stamp_};
    inside_ = false;
    kept_is_out_ = true;
    return true;
}

} // namespace kam::framing
