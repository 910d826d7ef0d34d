#include "sound/opus_library.hpp"

#include <cstdlib>

#include "platform/library.hpp"

namespace kam::sound {
namespace {

/// As the system calls it.
const std::string file_name = platform::library_name("opus", 0);

template <class Function>
void find(const platform::library &file, Function *&function, const char *name) {
    void *symbol = file.symbol(name);
    if (!symbol) throw failure(KAM_E_IO, file_name + " has no " + name);
    function = reinterpret_cast<Function *>(symbol);
}

opus_library load() {
    const char *given = std::getenv("KAMAELIA_OPUS");
    // Never closed: its code is used until the process ends.
    static const platform::library file(given && *given ? given : file_name);
    opus_library made{};
    find(file, made.encoder_create, "opus_encoder_create");
    find(file, made.encoder_ctl, "opus_encoder_ctl");
    find(file, made.encode, "opus_encode");
    find(file, made.encode_float, "opus_encode_float");
    find(file, made.encoder_destroy, "opus_encoder_destroy");
    find(file, made.decoder_create, "opus_decoder_create");
    find(file, made.decode, "opus_decode");
    find(file, made.decode_float, "opus_decode_float");
    find(file, made.decoder_samples, "opus_decoder_get_nb_samples");
    find(file, made.decoder_destroy, "opus_decoder_destroy");
    find(file, made.error_text, "opus_strerror");
    return made;
}

} // namespace

const opus_library &opus_library::get() {
    static const opus_library library = load();
    return library;
}

int32_t opus_library::check(int32_t answer, const char *call) const {
    if (answer < 0) throw failure(KAM_E_INTERNAL, std::string(call) + ": " + error_text(answer));
    return answer;
}

opus_sound::opus_sound(const options &given)
    : rate_hz(static_cast<int32_t>(given.integer("rate_hz", 8000, 48000))),
      channels(static_cast<int>(given.integer("channels", 1, 2))), floats(given.text("format") == "f32le") {
    if (rate_hz != 8000 && rate_hz != 12000 && rate_hz != 16000 && rate_hz != 24000 && rate_hz != 48000)
        throw option_failure("rate_hz", given.text("rate_hz"), "8000, 12000, 16000, 24000 or 48000");
    if (!floats && given.text("format") != "s16le")
        throw option_failure("format", given.text("format"), "s16le or f32le");
}

} // namespace kam::sound
