#include "framing/escape_kernels.hpp"

#include <cstring>

#include "simd/x86.hpp"

namespace kam::framing {
namespace {

escape_progress escape_none(const escape_tables &, escape_progress at, const uint8_t *, const uint8_t *) noexcept {
    return at;
}

escape_progress unescape_none(const escape_tables &, escape_progress at, const uint8_t *) noexcept {
    return at;
}

#if KAM_SIMD_X86

constexpr std::ptrdiff_t escape_ahead_bytes = 130;  // A block from behind its last byte's successor.
constexpr std::ptrdiff_t unescape_ahead_bytes = 66; // A block and the two digits of its last byte.

/// Every byte's code, four bytes written of which its length counts: no branch to foretell.
inline uint8_t *escape_dense(const escape_tables &tables, const uint8_t *in, uint8_t *out) noexcept {
    for (unsigned i = 0; i < 64; ++i) {
        std::memcpy(out, tables.codes[in[i]].text, 4);
        out += tables.code_bytes[in[i]];
    }
    return out;
}

struct specials512 {
    __m512i bytes[4];
};

KAM_TARGET_INLINE(KAM_ISA_AVX512) specials512 specials_of(const escape_tables &tables) noexcept {
    return {{_mm512_set1_epi8(static_cast<char>(tables.special[0])),
             _mm512_set1_epi8(static_cast<char>(tables.special[1])),
             _mm512_set1_epi8(static_cast<char>(tables.special[2])),
             _mm512_set1_epi8(static_cast<char>(tables.special[3]))}};
}

KAM_TARGET_INLINE(KAM_ISA_AVX512) uint64_t equal_mask(__m512i block, const specials512 &special) noexcept {
    return _mm512_cmpeq_epi8_mask(block, special.bytes[0]) | _mm512_cmpeq_epi8_mask(block, special.bytes[1]) |
           _mm512_cmpeq_epi8_mask(block, special.bytes[2]) | _mm512_cmpeq_epi8_mask(block, special.bytes[3]);
}

/// In random data every second block or so has an escape, and nothing foretells which. So two are written always: one
/// that is not there falls on the byte behind the block, where the next block is written over it.
KAM_TARGET_INLINE(KAM_ISA_AVX512)
uint8_t *escape_sparse(const escape_tables &tables, const uint8_t *in, __m512i block, uint64_t hits,
                       uint8_t *out) noexcept {
    _mm512_storeu_si512(out, block);
    for (int i = 0; i < 2; ++i) {
        const uint64_t place = _tzcnt_u64(hits);
        const uint8_t byte = in[place];
        const std::size_t bytes = tables.code_bytes[byte];
        std::memcpy(out + place, tables.codes[byte].text, 4);
        _mm512_storeu_si512(out + place + bytes, _mm512_loadu_si512(in + place + 1));
        out += hits ? bytes - 1 : 0;
        hits = _blsr_u64(hits);
    }
    return out + 64;
}

KAM_TARGET(KAM_ISA_AVX512)
escape_progress escape_avx512(const escape_tables &tables, escape_progress at, const uint8_t *in_end,
                              const uint8_t *out_end) noexcept {
    const specials512 special = specials_of(tables);
    auto [in, out] = at;
    for (; in_end - in >= escape_ahead_bytes && out_end - out >= static_cast<std::ptrdiff_t>(escape_room_bytes);
         in += 64) {
        const __m512i block = _mm512_loadu_si512(in);
        const uint64_t hits = equal_mask(block, special);
        out = _mm_popcnt_u64(hits) > 2 ? escape_dense(tables, in, out) : escape_sparse(tables, in, block, hits, out);
    }
    return {in, out};
}

/// Each byte three times, as if all were escaped: itself or '%', and its two digits; then the digits of those that are
/// not escaped are left out. 21 bytes fill a register. For tables whose codes are all of three bytes.
KAM_TARGET_INLINE(KAM_ISA_AVX512_VBMI2)
uint8_t *escape_dense_vbmi2(const uint8_t *in, __m512i block, const specials512 &special, uint8_t *out) noexcept {
    alignas(64) static constexpr auto thrice = [] {
        std::array<uint8_t, 64> made{};
        for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<uint8_t>(i / 3);
        return made;
    }();
    constexpr uint64_t itself = 0x1249249249249249u; // Places 0, 3, ... 60.
    constexpr uint64_t high = itself << 1, low = itself << 2;
    const __m512i hex = _mm512_broadcast_i32x4(
        _mm_set_epi8('f', 'e', 'd', 'c', 'b', 'a', '9', '8', '7', '6', '5', '4', '3', '2', '1', '0'));
    const __m512i nibble = _mm512_set1_epi8(15);
    __m512i places = _mm512_load_si512(thrice.data());
    for (int i = 0; i < 3; ++i) {
        const __m512i bytes = _mm512_permutexvar_epi8(places, block);
        const uint64_t hits = equal_mask(bytes, special);
        __m512i made = _mm512_mask_mov_epi8(bytes, hits & itself, _mm512_set1_epi8('%'));
        const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), nibble);
        made = _mm512_mask_shuffle_epi8(made, hits & high, hex, upper);
        made = _mm512_mask_shuffle_epi8(made, hits & low, hex, _mm512_and_si512(bytes, nibble));
        const uint64_t keep = itself | (hits & (high | low));
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, made));
        out += _mm_popcnt_u64(keep);
        places = _mm512_add_epi8(places, _mm512_set1_epi8(21));
    }
    // The 64th byte.
    const __m512i last = _mm512_set1_epi8(static_cast<char>(in[63]));
    const bool hit = equal_mask(last, special) & 1;
    const char code[4] = {hit ? '%' : static_cast<char>(in[63]), "0123456789abcdef"[in[63] >> 4],
                          "0123456789abcdef"[in[63] & 15], 0};
    std::memcpy(out, code, 4);
    return out + (hit ? 3 : 1);
}

KAM_TARGET(KAM_ISA_AVX512_VBMI2)
escape_progress escape_vbmi2(const escape_tables &tables, escape_progress at, const uint8_t *in_end,
                             const uint8_t *out_end) noexcept {
    if (!tables.all_of_three) return escape_avx512(tables, at, in_end, out_end);
    const specials512 special = specials_of(tables);
    auto [in, out] = at;
    for (; in_end - in >= escape_ahead_bytes && out_end - out >= static_cast<std::ptrdiff_t>(escape_room_bytes);
         in += 64) {
        const __m512i block = _mm512_loadu_si512(in);
        const uint64_t hits = equal_mask(block, special);
        out = _mm_popcnt_u64(hits) > 2 ? escape_dense_vbmi2(in, block, special, out)
                                       : escape_sparse(tables, in, block, hits, out);
    }
    return {in, out};
}

KAM_TARGET_INLINE(KAM_ISA_AVX2) __m256i load(const uint8_t *at) noexcept {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at));
}
KAM_TARGET_INLINE(KAM_ISA_AVX2) void store(uint8_t *at, __m256i value) noexcept {
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(at), value);
}

KAM_TARGET_INLINE(KAM_ISA_AVX2) uint32_t equal_mask(__m256i block, const __m256i *special) noexcept {
    const __m256i first = _mm256_or_si256(_mm256_cmpeq_epi8(block, special[0]), _mm256_cmpeq_epi8(block, special[1]));
    const __m256i second = _mm256_or_si256(_mm256_cmpeq_epi8(block, special[2]), _mm256_cmpeq_epi8(block, special[3]));
    return static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(first, second)));
}

/// As escape_avx512, a block in two registers.
KAM_TARGET(KAM_ISA_AVX2)
escape_progress escape_avx2(const escape_tables &tables, escape_progress at, const uint8_t *in_end,
                            const uint8_t *out_end) noexcept {
    const __m256i special[4] = {
        _mm256_set1_epi8(static_cast<char>(tables.special[0])), _mm256_set1_epi8(static_cast<char>(tables.special[1])),
        _mm256_set1_epi8(static_cast<char>(tables.special[2])), _mm256_set1_epi8(static_cast<char>(tables.special[3]))};
    auto [in, out] = at;
    for (; in_end - in >= escape_ahead_bytes && out_end - out >= static_cast<std::ptrdiff_t>(escape_room_bytes);
         in += 64) {
        const __m256i low = load(in), high = load(in + 32);
        uint64_t hits = equal_mask(low, special) | static_cast<uint64_t>(equal_mask(high, special)) << 32;
        if (_mm_popcnt_u64(hits) > 2) {
            out = escape_dense(tables, in, out);
            continue;
        }
        store(out, low);
        store(out + 32, high);
        for (int i = 0; i < 2; ++i) {
            const uint64_t place = _tzcnt_u64(hits);
            const uint8_t byte = in[place];
            const std::size_t bytes = tables.code_bytes[byte];
            const __m256i rest_low = load(in + place + 1), rest_high = load(in + place + 33);
            std::memcpy(out + place, tables.codes[byte].text, 4);
            store(out + place + bytes, rest_low);
            store(out + place + bytes + 32, rest_high);
            out += hits ? bytes - 1 : 0;
            hits = _blsr_u64(hits);
        }
        out += 64;
    }
    return {in, out};
}

/// Compares every byte and its two successors with each code, and then takes those where one begins: nothing to
/// foretell, so escapes cost nothing, however dense. The digits of a code are skipped; those in the next block are
/// carried over. `bytes` are those beside '%': each costs a few operations a block.
template <int members>
KAM_TARGET_INLINE(KAM_ISA_AVX512_VBMI2)
escape_progress unescape_of(const escape_tables &tables, const uint8_t *bytes, escape_progress at,
                            const uint8_t *in_end) noexcept {
    constexpr int or_of_xor = 0xf6; // a | (b ^ c)
    __m512i byte[members + 1], high[members + 1], low[members + 1];
    for (int i = 0; i <= members; ++i) {
        const uint8_t value = i < members ? bytes[i] : '%';
        byte[i] = _mm512_set1_epi8(static_cast<char>(value));
        high[i] = _mm512_set1_epi8(tables.codes[value].text[1]);
        low[i] = _mm512_set1_epi8(tables.codes[value].text[2]);
    }
    auto [in, out] = at;
    uint64_t carried = 0;
    for (; in_end - in >= unescape_ahead_bytes; in += 64) {
        const __m512i block = _mm512_loadu_si512(in);
        const __m512i second = _mm512_loadu_si512(in + 1), third = _mm512_loadu_si512(in + 2);
        const __m512i no_mark = _mm512_xor_si512(block, byte[members]);
        __m512i read = block;
        uint64_t is_code = 0;
        for (int i = 0; i <= members; ++i) {
            const __m512i unlike = _mm512_ternarylogic_epi64(no_mark, second, high[i], or_of_xor);
            const __m512i differs = _mm512_ternarylogic_epi64(unlike, third, low[i], or_of_xor);
            const __mmask64 begins = _mm512_testn_epi8_mask(differs, differs);
            if (i < members) read = _mm512_mask_mov_epi8(read, begins, byte[i]); // The '%' of "%25" stays as it is.
            is_code |= begins;
        }
        const uint64_t keep = ~(is_code << 1 | is_code << 2 | carried);
        _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(keep, read));
        out += _mm_popcnt_u64(keep);
        carried = is_code >> 62 | is_code >> 63;
    }
    return {in + _mm_popcnt_u64(carried), out};
}

KAM_TARGET(KAM_ISA_AVX512_VBMI2)
escape_progress unescape_vbmi2(const escape_tables &tables, escape_progress at, const uint8_t *in_end) noexcept {
    uint8_t bytes[4] = {'%', '%', '%', '%'}; // Where there are fewer, '%' again does no harm.
    int count = 0;
    for (const uint8_t byte : tables.special)
        if (byte != '%') bytes[count++] = byte;
    return count <= 1 ? unescape_of<1>(tables, bytes, at, in_end) : unescape_of<3>(tables, bytes, at, in_end);
}

#endif

constexpr simd::variant<escape_fn> escape_variants[] = {
#if KAM_SIMD_X86
    {"vbmi2", simd::fact::vbmi2, escape_vbmi2},
    {"avx512", simd::fact::avx512, escape_avx512},
    {"avx2", simd::fact::avx2, escape_avx2},
#endif
    {"plain", simd::fact::none, escape_none},
};

constexpr simd::variant<unescape_fn> unescape_variants[] = {
#if KAM_SIMD_X86
    {"vbmi2", simd::fact::vbmi2, unescape_vbmi2},
#endif
    {"plain", simd::fact::none, unescape_none},
};

} // namespace

const simd::kernel<escape_fn> escape_blocks(escape_variants);
const simd::kernel<unescape_fn> unescape_blocks(unescape_variants);

} // namespace kam::framing
