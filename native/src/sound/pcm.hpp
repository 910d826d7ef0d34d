// Work on PCM samples, little-endian and interleaved, at any address.
//
// Rounding and clipping, the same on every machine, in every width of vector and in the managed twin:
//   to floating point        divided by 2^(bits-1), so full scale is -1 to 1; 32 bits round to nearest, halves to even
//   from floating point      times 2^(bits-1), to nearest, halves to even; what is beyond is clipped, NaN is 0
//   to more bits             times a power of two, exact
//   to fewer bits            to nearest, halves upwards, clipped
//   gain                     the sample times the factor in single precision, to nearest, halves to even, clipped
//   mix                      the sum of all, clipped once
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "simd/facts.hpp"

namespace kam::sound {

enum class format : uint8_t { s16le, s24le, s32le, f32le };
inline constexpr std::size_t format_count = 4;
inline constexpr std::array<std::string_view, format_count> format_names{"s16le", "s24le", "s32le", "f32le"};

constexpr uint32_t bytes_of(format format) {
    return format == format::s16le ? 2 : format == format::s24le ? 3 : 4;
}
constexpr std::optional<format> format_of(std::string_view name) {
    for (std::size_t i = 0; i < format_count; ++i)
        if (format_names[i] == name) return static_cast<format>(i);
    return {};
}

/// The same functions once for each kind of processor (all of them in one table, since they share their code). Input
/// and output are either the same address or apart.
struct pcm_kernels {
    std::string_view name;
    /// Sums `count` samples of each input.
    void (*mix)(const uint8_t *const *ins, std::size_t in_count, uint8_t *out, std::size_t count) noexcept;
    /// The factor is 0 to 65535, so that every product fits 32 bits.
    void (*gain)(const uint8_t *in, uint8_t *out, std::size_t count, float factor) noexcept;
    using convert_function = void(const uint8_t *in, uint8_t *out, std::size_t count) noexcept;
    /// [from][to]; never in place.
    std::array<std::array<convert_function *, format_count>, format_count> convert;
};

extern const pcm_kernels pcm_baseline;
#if KAM_SIMD_X86
extern const pcm_kernels pcm_avx2;
extern const pcm_kernels pcm_avx512;
#endif

/// The widest that this processor has and KAM_SIMD leaves (simd/facts.hpp).
const pcm_kernels &pcm() noexcept;

} // namespace kam::sound
