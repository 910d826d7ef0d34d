// The last part of one stream of chunks, for many readers that are at different places of it.
#pragma once

#include <kamaelia/chunk.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace kam::net {

// Each chunk is kept once, however many wait for it, and adding one costs the same for one reader as for ten thousand.
// Entries are numbered from 0 in the order in which they came; a reader keeps a number and an offset.
class stream_log {
public:
    stream_log() = default;
    stream_log(const stream_log &) = delete;
    stream_log &operator=(const stream_log &) = delete;
    ~stream_log() { drop(end_number(), nullptr); }

    // The place after the last byte, in bytes from the stream's beginning.
    [[nodiscard]] uint64_t end() const noexcept { return end_; }
    [[nodiscard]] uint64_t first_number() const noexcept { return first_; }
    [[nodiscard]] uint64_t end_number() const noexcept { return first_ + count_; }
    [[nodiscard]] bool has_keys() const noexcept { return has_keys_; }
    [[nodiscard]] const kam_chunk &chunk(uint64_t number) const noexcept { return at(number).chunk; }
    // Of an entry, or of the one to come.
    [[nodiscard]] uint64_t start(uint64_t number) const noexcept {
        return number < end_number() ? at(number).start : end_;
    }

    // Takes the reference over. Small ones are joined while nobody has been offered the last of them: a copy once is
    // less than a piece more in the call for every reader. `rent` makes a chunk of so many bytes. Throws bad_alloc, and
    // then has not taken it.
    void add(kam::chunk &message, auto &&rent) {
        const uint32_t length = message.size();
        if (length == 0) return message.reset();
        if (is_open_ && !(message.raw().flags & KAM_CHUNK_KEY) && join(message, rent)) return;
        if (count_ == entries_.size()) grow();
        const uint64_t place = end_;
        entries_[(first_ + count_) & (entries_.size() - 1)] = {place, message.release()};
        count_++;
        end_ += length;
        has_keys_ |= is_key(end_number() - 1);
        is_open_ = length < joined_bytes_max;
        open_bytes_ = 0;
    }

    // Somebody is about to be offered all there is: what comes later is another entry.
    void seal() noexcept { is_open_ = false; }

    // The first entry at or after a number that is a key point; end_number(): none yet.
    [[nodiscard]] uint64_t first_key(uint64_t number) const noexcept {
        while (number < end_number() && !is_key(number)) number++;
        return number;
    }

    // The latest one; end_number(): none.
    [[nodiscard]] uint64_t latest_key() const noexcept {
        for (uint64_t number = end_number(); number > first_;)
            if (is_key(--number)) return number;
        return end_number();
    }

    // The first entry that begins at or after a place; end_number(): none.
    [[nodiscard]] uint64_t first_whole(uint64_t place) const noexcept {
        uint64_t low = first_;
        uint64_t high = end_number();
        while (low < high) {
            const uint64_t middle = low + (high - low) / 2;
            if (at(middle).start < place)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    // Drops the entries before a number. `mine`: the pool of the scheduler this runs on, NULL on any other thread.
    void drop(uint64_t before, kam_pool *mine) noexcept {
        if (before >= end_number()) seal();
        while (count_ > 0 && first_ < before) {
            kam_chunk_drop(&entries_[first_ & (entries_.size() - 1)].chunk, mine);
            first_++;
            count_--;
        }
    }

private:
    struct entry {
        uint64_t start;
        kam_chunk chunk;
    };

    static constexpr uint32_t joined_bytes_max = 16384;

    // Behind the last one, which nobody else holds once it is a block of ours. False: it has become too long.
    bool join(kam::chunk &message, auto &&rent) {
        kam_chunk &last = entries_[(end_number() - 1) & (entries_.size() - 1)].chunk;
        const uint32_t have = last.length_bytes;
        const uint32_t want = have + message.size();
        if (want > joined_bytes_max) return false;
        if (want > open_bytes_) {
            const uint32_t room = std::min(2 * want, joined_bytes_max);
            kam::chunk page = rent(room);
            std::memcpy(page.writable().data(), kam_chunk_data(&last), have);
            page.raw().pts_ns = last.pts_ns;
            page.raw().flags = last.flags;
            page.raw().tag = last.tag;
            kam::chunk before(std::exchange(last, page.release()));
            open_bytes_ = room;
        }
        std::memcpy(kam_chunk_data(&last) + have, message.data(), message.size());
        last.length_bytes = want;
        end_ += message.size();
        message.reset();
        return true;
    }

    [[nodiscard]] const entry &at(uint64_t number) const noexcept { return entries_[number & (entries_.size() - 1)]; }
    [[nodiscard]] bool is_key(uint64_t number) const noexcept { return at(number).chunk.flags & KAM_CHUNK_KEY; }

    void grow() {
        std::vector<entry> larger(entries_.empty() ? 64 : entries_.size() * 2);
        const uint64_t mask = larger.size() - 1;
        for (uint64_t number = first_; number < end_number(); number++) larger[number & mask] = at(number);
        entries_.swap(larger);
    }

    std::vector<entry> entries_; // A power of two.
    uint64_t first_ = 0;
    uint64_t count_ = 0;
    uint64_t end_ = 0;
    bool has_keys_ = false;
    bool is_open_ = false;
    uint32_t open_bytes_ = 0; // Room in the last one's block, if it is ours.
};

} // namespace kam::net
