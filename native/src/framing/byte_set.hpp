// Finding the bytes of a small set, a block at a time.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kam::framing {

/// Up to `members_max` different bytes are looked for a block at a time; a larger set a byte at a time.
class byte_set {
public:
#if defined(__SSE2__)
    static constexpr std::size_t block_bytes = 16;
#else
    static constexpr std::size_t block_bytes = 8;
#endif
    /// 4: each member costs a comparison a block, and past four the table is as fast.
    static constexpr std::size_t members_max = 4;

    void add(uint8_t byte) noexcept {
        if (has_[byte]) return;
        has_[byte] = true;
        if (count_ < members_max) members_[count_] = byte;
        ++count_;
    }
    bool has(uint8_t byte) const noexcept {
        return has_[byte];
    }
    bool small() const noexcept {
        return count_ <= members_max;
    }

    /// Bit n is set when bytes[n] is in the set, for block_bytes bytes.
    uint32_t mask(const uint8_t *bytes) const noexcept {
        if (!small()) return mask_by_table(bytes);
#if defined(__SSE2__)
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes));
        __m128i hits = _mm_setzero_si128();
        for (std::size_t i = 0; i < count_; ++i)
            hits = _mm_or_si128(hits, _mm_cmpeq_epi8(block, _mm_set1_epi8(static_cast<char>(members_[i]))));
        return static_cast<uint32_t>(_mm_movemask_epi8(hits));
#else
        return mask_by_word(bytes);
#endif
    }

    /// Index of the first byte that is in the set; `count` when there is none.
    std::size_t find(const uint8_t *bytes, std::size_t count) const noexcept {
        if (count_ == 1) {
            const void *hit = count ? std::memchr(bytes, members_[0], count) : nullptr;
            return hit ? static_cast<std::size_t>(static_cast<const uint8_t *>(hit) - bytes) : count;
        }
        std::size_t i = 0;
        for (; i + block_bytes <= count; i += block_bytes)
            if (const uint32_t hits = mask(bytes + i)) return i + static_cast<std::size_t>(std::countr_zero(hits));
        while (i < count && !has_[bytes[i]]) ++i;
        return i;
    }

    /// How many of the bytes are in the set.
    std::size_t count(const uint8_t *bytes, std::size_t count) const noexcept {
        std::size_t sum = 0;
        std::size_t i = 0;
        for (; i + block_bytes <= count; i += block_bytes)
            sum += static_cast<std::size_t>(std::popcount(mask(bytes + i)));
        for (; i < count; ++i) sum += has_[bytes[i]];
        return sum;
    }

private:
    uint32_t mask_by_table(const uint8_t *bytes) const noexcept {
        uint32_t hits = 0;
        for (std::size_t i = 0; i < block_bytes; ++i) hits |= static_cast<uint32_t>(has_[bytes[i]]) << i;
        return hits;
    }
#if !defined(__SSE2__)
    uint32_t mask_by_word(const uint8_t *bytes) const noexcept {
        static_assert(std::endian::native == std::endian::little, "byte 0 is the lowest");
        constexpr uint64_t ones = 0x0101010101010101u;
        constexpr uint64_t low7 = ones * 0x7f;
        uint64_t block;
        std::memcpy(&block, bytes, sizeof block);
        uint64_t hits = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            const uint64_t zero_where_equal = block ^ (ones * members_[i]);
            // The top bit of a byte ends up set exactly when the byte is 0: no carry crosses bytes.
            hits |= ~(((zero_where_equal & low7) + low7) | zero_where_equal | low7);
        }
        return static_cast<uint32_t>(((hits >> 7) * 0x0102040810204080u) >> 56);
    }
#endif

    std::array<bool, 256> has_{};
    std::array<uint8_t, members_max> members_{};
    std::size_t count_ = 0;
};

} // namespace kam::framing
