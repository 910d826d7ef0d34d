// The PCM kernels: every width against plain arithmetic on one sample, on random lengths and alignments.
#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "../framing/bytes.hpp"
#include "../simd/variants.hpp"
#include "sound/pcm.hpp"

namespace {

using kam::sound::format;
using kam::sound::pcm_kernels;

std::vector<const pcm_kernels *> all_kernels() {
    std::vector<const pcm_kernels *> all{&kam::sound::pcm_baseline};
#if KAM_SIMD_X86
    const uint32_t has = kam::simd::machine_facts();
    if (has & kam::simd::fact::avx2) all.push_back(&kam::sound::pcm_avx2);
    if (has & kam::simd::fact::avx512) all.push_back(&kam::sound::pcm_avx512);
#endif
    return all;
}

int16_t s16_at(const uint8_t *at) {
    int16_t value;
    std::memcpy(&value, at, 2);
    return value;
}

int64_t clip(double value, int bits) {
    const double most = std::ldexp(1.0, bits - 1);
    return static_cast<int64_t>(value < -most ? -most : value > most - 1 ? most - 1 : value);
}

int bits_of(format f) {
    return f == format::s16le ? 16 : f == format::s24le ? 24 : 32;
}

/// One sample, in double precision.
uint32_t converted(format from, format to, uint32_t raw) {
    if (from == to) return raw;
    if (from == format::f32le) {
        float value;
        std::memcpy(&value, &raw, 4);
        if (value != value) return 0;
        return static_cast<uint32_t>(
            clip(std::nearbyint(static_cast<double>(value) * std::ldexp(1.0, bits_of(to) - 1)), bits_of(to)));
    }
    const int shift = 32 - bits_of(from);
    const double value = static_cast<int32_t>(raw << shift) >> shift;
    if (to == format::f32le) {
        const auto made = static_cast<float>(value / std::ldexp(1.0, bits_of(from) - 1));
        std::memcpy(&raw, &made, 4);
        return raw;
    }
    return static_cast<uint32_t>(
        clip(std::floor(value * std::ldexp(1.0, bits_of(to) - bits_of(from)) + 0.5), bits_of(to)));
}

/// Random samples of which many are halves, ends of the range, or no numbers.
std::vector<uint8_t> samples_of(kam::test::dice &dice, format f, std::size_t count) {
    std::vector<uint8_t> bytes(count * bytes_of(f));
    for (std::size_t i = 0; i < count; ++i) {
        uint32_t raw = dice.upto(UINT32_MAX);
        if (f == format::f32le && dice.upto(3)) {
            const auto half = static_cast<float>(static_cast<int>(dice.upto(140'000)) - 70'000) / 65536.0f;
            const float value = std::ldexp(half, -static_cast<int>(dice.upto(24)));
            std::memcpy(&raw, &value, 4);
        } else if (!dice.upto(7)) {
            raw = dice.upto(1) ? 0x7fffffffu : 0x80000000u;
        }
        std::memcpy(bytes.data() + i * bytes_of(f), &raw, bytes_of(f));
    }
    return bytes;
}

TEST(Pcm, ConvertOfEveryWidth_IsPlainArithmetic) {
    kam::test::dice dice(1);
    for (const pcm_kernels *kernels : all_kernels())
        for (std::size_t from = 0; from < 4; ++from)
            for (std::size_t to = 0; to < 4; ++to) {
                const auto in_format = static_cast<format>(from);
                const auto out_format = static_cast<format>(to);
                const std::size_t in_bytes = bytes_of(in_format), out_bytes = bytes_of(out_format);
                for (std::size_t count = 0; count < 400; count += count < 70 ? 1 : 37) {
                    const std::size_t skew = dice.upto(7);
                    std::vector<uint8_t> in(skew);
                    for (const uint8_t byte : samples_of(dice, in_format, count)) in.push_back(byte);
                    std::vector<uint8_t> out(skew + count * out_bytes + 1, 0xee);
                    kernels->convert[from][to](in.data() + skew, out.data() + skew, count);
                    ASSERT_EQ(out.back(), 0xee) << "behind the end";
                    for (std::size_t i = 0; i < count; ++i) {
                        uint32_t raw = 0, made = 0;
                        std::memcpy(&raw, in.data() + skew + i * in_bytes, in_bytes);
                        std::memcpy(&made, out.data() + skew + i * out_bytes, out_bytes);
                        const uint32_t mask = static_cast<uint32_t>((1ull << (8 * out_bytes)) - 1);
                        ASSERT_EQ(made, converted(in_format, out_format, raw) & mask)
                            << kernels->name << ' ' << from << " to " << to << ", sample " << i << " of " << count
                            << ", " << raw;
                    }
                }
            }
}

TEST(Pcm, GainOfEveryWidth_IsPlainArithmeticInPlaceToo) {
    kam::test::dice dice(2);
    for (const pcm_kernels *kernels : all_kernels())
        for (const float factor : {0.0f, 0.5f, 0.7f, 1.0f, 1.5f, 3.7f, 1000.0f, 65535.0f})
            for (std::size_t count = 0; count < 300; count += 1 + count / 50) {
                const std::size_t skew = dice.upto(7);
                const std::vector<uint8_t> in = samples_of(dice, format::s16le, count);
                std::vector<uint8_t> out(skew, 0);
                out.insert(out.end(), in.begin(), in.end());
                kernels->gain(out.data() + skew, out.data() + skew, count, factor);
                for (std::size_t i = 0; i < count; ++i) {
                    const float product = static_cast<float>(s16_at(in.data() + 2 * i)) * factor;
                    ASSERT_EQ(s16_at(out.data() + skew + 2 * i), clip(std::nearbyint(product), 16))
                        << kernels->name << ' ' << factor << ' ' << i;
                }
            }
}

TEST(Pcm, MixOfEveryWidth_IsTheSumClippedOnce) {
    kam::test::dice dice(3);
    for (const pcm_kernels *kernels : all_kernels())
        for (std::size_t inputs = 1; inputs < 20; ++inputs)
            for (std::size_t count = 0; count < 300; count += 1 + count / 10) {
                std::vector<std::vector<uint8_t>> streams;
                std::vector<const uint8_t *> heads;
                for (std::size_t i = 0; i < inputs; ++i) {
                    streams.push_back(samples_of(dice, format::s16le, count + 1));
                    heads.push_back(streams.back().data() + (i & 1));
                }
                std::vector<uint8_t> out(count * 2 + 1, 0xee);
                kernels->mix(heads.data(), inputs, out.data(), count);
                ASSERT_EQ(out.back(), 0xee);
                for (std::size_t k = 0; k < count; ++k) {
                    int sum = 0;
                    for (const uint8_t *head : heads) sum += s16_at(head + 2 * k);
                    ASSERT_EQ(s16_at(out.data() + 2 * k), clip(sum, 16)) << kernels->name << ' ' << k;
                }
            }
}

} // namespace
