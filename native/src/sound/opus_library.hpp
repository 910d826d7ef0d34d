// libopus, loaded when the first encoder or decoder of a process begins: neither the build nor a graph without them
// needs it. KAMAELIA_OPUS, an environment variable, names another file than the system's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <kamaelia/option.hpp>

namespace kam::sound {

struct opus_library {
    using encoder = void;
    using decoder = void;
    static constexpr int set_bitrate = 4002, set_vbr = 4006, set_complexity = 4010, set_inband_fec = 4012,
                         set_packet_loss = 4014, set_dtx = 4016;
    static constexpr int voip = 2048, audio = 2049, low_delay = 2051;

    encoder *(*encoder_create)(int32_t rate_hz, int channels, int application, int *error);
    int (*encoder_ctl)(encoder *, int request, ...);
    int32_t (*encode)(encoder *, const int16_t *pcm, int samples, uint8_t *packet, int32_t bytes_max);
    int32_t (*encode_float)(encoder *, const float *pcm, int samples, uint8_t *packet, int32_t bytes_max);
    void (*encoder_destroy)(encoder *);
    decoder *(*decoder_create)(int32_t rate_hz, int channels, int *error);
    int (*decode)(decoder *, const uint8_t *packet, int32_t bytes, int16_t *pcm, int samples, int fec);
    int (*decode_float)(decoder *, const uint8_t *packet, int32_t bytes, float *pcm, int samples, int fec);
    int (*decoder_samples)(const decoder *, const uint8_t *packet, int32_t bytes);
    void (*decoder_destroy)(decoder *);
    const char *(*error_text)(int error);

    /// Throws kam::failure (KAM_E_IO) when it cannot be loaded. Any thread.
    static const opus_library &get();
    /// Throws when the answer of a call is an error.
    int32_t check(int32_t answer, const char *call) const;
};

template <class Object>
using opus_handle = std::unique_ptr<Object, void (*)(Object *)>;

/// What encoder and decoder are both told.
struct opus_sound {
    int32_t rate_hz;
    int channels;
    bool floats;

    explicit opus_sound(const options &given);
    uint32_t frame_bytes() const { return static_cast<uint32_t>(channels) * (floats ? 4u : 2u); }
    int64_t ns_of(uint64_t samples) const {
        return static_cast<int64_t>(samples * 1'000'000'000u / static_cast<uint32_t>(rate_hz));
    }
};

} // namespace kam::sound
