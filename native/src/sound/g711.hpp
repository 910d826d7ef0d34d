// ITU-T G.711: eight bits a sample, by the A-law (Europe) or the mu-law (America and Japan). The encoder is that of the
// ITU's software library (G.191): the sample is cut to 13 bits (14 of mu-law), and negative ones are taken as their
// one's complement, so that both signs have the same steps.
#pragma once

#include <array>
#include <cstdint>

namespace kam::sound {

constexpr uint8_t alaw_encode(int16_t sample) {
    int magnitude = (sample < 0 ? ~sample : sample) >> 4;
    int exponent = 0;
    for (; magnitude > 31; magnitude >>= 1) ++exponent;
    if (magnitude > 15) magnitude += exponent << 4;
    return static_cast<uint8_t>((magnitude | (sample < 0 ? 0 : 0x80)) ^ 0x55);
}

constexpr int16_t alaw_decode(uint8_t code) {
    const int bits = code ^ 0x55;
    const int exponent = bits >> 4 & 7;
    const int mantissa = (bits & 15) << 4 | 8;
    const int magnitude = exponent ? (mantissa | 0x100) << (exponent - 1) : mantissa;
    return static_cast<int16_t>(bits & 0x80 ? magnitude : -magnitude);
}

constexpr uint8_t ulaw_encode(int16_t sample) {
    constexpr int bias = 33;
    constexpr int most = 0x1fff;
    int magnitude = ((sample < 0 ? ~sample : sample) >> 2) + bias;
    if (magnitude > most) magnitude = most;
    int exponent = 0;
    while (magnitude >> (exponent + 6)) ++exponent;
    const int code = exponent << 4 | (magnitude >> (exponent + 1) & 15);
    return static_cast<uint8_t>(~code & (sample < 0 ? 0x7f : 0xff));
}

constexpr int16_t ulaw_decode(uint8_t code) {
    constexpr int bias = 33 << 2;
    const int bits = ~code & 0xff;
    const int magnitude = (((bits & 15) << 3 | 0x84) << (bits >> 4 & 7)) - bias;
    return static_cast<int16_t>(bits & 0x80 ? -magnitude : magnitude);
}

/// A law as tables: 16 KiB for the samples' upper 14 bits, on which alone a code depends.
struct g711_law {
    std::array<uint8_t, 1 << 14> codes;
    std::array<int16_t, 256> samples;

    uint8_t encode(int16_t sample) const noexcept { return codes[static_cast<uint16_t>(sample) >> 2]; }
    int16_t decode(uint8_t code) const noexcept { return samples[code]; }
};

const g711_law &alaw() noexcept;
const g711_law &ulaw() noexcept;

} // namespace kam::sound
