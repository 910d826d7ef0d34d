// What the CRC kernels know of their polynomials, all of it computed by the compiler.
//
// A CRC is the remainder of a polynomial over GF(2). "Reflected" ones keep the coefficient of the highest power in the
// lowest bit. Folding (Gopal and others, Fast CRC Computation for Generic Polynomials Using PCLMULQDQ, Intel 2009):
// 128 bits that stand `distance` bits before others may be multiplied by x^distance mod P and added to them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simd/crc32.hpp"

namespace kam::simd::crc {

constexpr uint64_t reversed(uint64_t value, unsigned bits) noexcept {
    uint64_t made = 0;
    for (unsigned i = 0; i < bits; ++i)
        if (value >> i & 1) made |= 1ull << (bits - 1 - i);
    return made;
}

/// Two factors of 64 bits, for the lower and the upper half of a register.
struct alignas(16) factors {
    uint64_t low;
    uint64_t high;
};

template <crc32_kind kind>
struct polynomial {
    static constexpr bool is_reflected = kind != crc32_kind::mpeg2;
    /// Without x^32, highest power in bit 31.
    static constexpr uint32_t value = kind == crc32_kind::castagnoli ? 0x1EDC6F41u : 0x04C11DB7u;

    /// x^power mod P, highest power in bit 31.
    static constexpr uint32_t power(unsigned power) noexcept {
        uint32_t made = 1;
        for (; power; --power) made = made << 1 ^ (made >> 31 ? value : 0);
        return made;
    }

    /// A factor x^power for a register's half. The product of two reflected halves is one power too high.
    static constexpr uint64_t factor(unsigned by) noexcept {
        return is_reflected ? reversed(power(by - 1), 64) : power(by);
    }

    /// What moves 128 bits on by `distance` bits. The half with the higher powers comes first in memory: it is the
    /// lower half of a register if reflected, else, after the bytes were swapped, the upper one.
    static constexpr factors fold(unsigned distance) noexcept {
        const uint64_t first = factor(distance + 64), second = factor(distance);
        return is_reflected ? factors{first, second} : factors{second, first};
    }

    /// The whole polynomial, 33 bits, and the quotient of x^64 by it, for Barrett's reduction of 64 bits to 32.
    static constexpr factors barrett() noexcept {
        const uint64_t whole = 1ull << 32 | value;
        uint64_t quotient = 0, rest = 1ull << 32; // x^32 times 2^32 is what is divided, bit by bit.
        for (int i = 32; i >= 0; --i) {
            if (rest >> 32 & 1) {
                quotient |= 1ull << i;
                rest ^= whole;
            }
            rest <<= 1;
        }
        return is_reflected ? factors{reversed(whole, 33), reversed(quotient, 33)} : factors{whole, quotient};
    }

    using table = std::array<uint32_t, 256>;
    /// tables[n][b]: what byte b does to the register when n bytes follow it.
    static constexpr std::array<table, 8> tables = [] {
        std::array<table, 8> made{};
        for (uint32_t byte = 0; byte < 256; ++byte) {
            uint32_t state = is_reflected ? byte : byte << 24;
            for (int bit = 0; bit < 8; ++bit) {
                if constexpr (is_reflected)
                    state = state >> 1 ^ (state & 1 ? static_cast<uint32_t>(reversed(value, 32)) : 0);
                else
                    state = state << 1 ^ (state >> 31 ? value : 0);
            }
            made[0][byte] = state;
        }
        for (std::size_t n = 1; n < made.size(); ++n)
            for (std::size_t byte = 0; byte < 256; ++byte) {
                const uint32_t before = made[n - 1][byte];
                made[n][byte] =
                    is_reflected ? before >> 8 ^ made[0][before & 0xff] : before << 8 ^ made[0][before >> 24];
            }
        return made;
    }();

    /// One byte.
    static constexpr uint32_t next(uint32_t state, uint8_t byte) noexcept {
        if constexpr (is_reflected)
            return state >> 8 ^ tables[0][(state ^ byte) & 0xff];
        else
            return state << 8 ^ tables[0][state >> 24 ^ byte];
    }
};

/// Eight bytes at a time by tables: the reference, and what every machine has.
template <crc32_kind kind>
uint32_t by_tables(uint32_t state, const uint8_t *bytes, std::size_t count) noexcept {
    using poly = polynomial<kind>;
    constexpr auto &tables = poly::tables;
    for (; count >= 8; bytes += 8, count -= 8) {
        // The register meets the first four bytes, in the order of the bytes.
        uint8_t first[4];
        for (unsigned i = 0; i < 4; ++i)
            first[i] = static_cast<uint8_t>(bytes[i] ^ state >> 8 * (poly::is_reflected ? i : 3 - i));
        state = tables[7][first[0]] ^ tables[6][first[1]] ^ tables[5][first[2]] ^ tables[4][first[3]] ^
                tables[3][bytes[4]] ^ tables[2][bytes[5]] ^ tables[1][bytes[6]] ^ tables[0][bytes[7]];
    }
    for (; count; ++bytes, --count) state = poly::next(state, *bytes);
    return state;
}

// Defined where they are compiled for: crc32_x86.cpp, crc32_arm64.cpp.
crc32_fn pclmul_mpeg2, pclmul_ieee, pclmul_castagnoli;
crc32_fn vpclmul_mpeg2, vpclmul_ieee, vpclmul_castagnoli;
crc32_fn pmull_mpeg2, pmull_ieee, pmull_castagnoli;

} // namespace kam::simd::crc
