// "g711.encode" and "g711.decode": see g711.hpp.
#include "sound/g711.hpp"

#include <cstring>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "sound/whole_samples.hpp"

namespace kam::sound {
namespace {

template <class Encode, class Decode>
g711_law law_of(Encode encode, Decode decode) {
    g711_law made{};
    for (std::size_t i = 0; i < made.codes.size(); ++i) made.codes[i] = encode(static_cast<int16_t>(i << 2));
    for (std::size_t i = 0; i < made.samples.size(); ++i) made.samples[i] = decode(static_cast<uint8_t>(i));
    return made;
}

constexpr option law_option = opt(KAM_OPTION_TEXT, "law", "alaw", "alaw (Europe) or ulaw (America and Japan).");

const g711_law &law_named(const options &given) {
    const std::string_view name = given.text("law");
    if (name == "alaw") return alaw();
    if (name == "ulaw") return ulaw();
    throw option_failure("law", name, "alaw or ulaw");
}

} // namespace

const g711_law &alaw() noexcept {
    static const g711_law law = law_of(alaw_encode, alaw_decode);
    return law;
}

const g711_law &ulaw() noexcept {
    static const g711_law law = law_of(ulaw_encode, ulaw_decode);
    return law;
}

class g711_encode : public transform<g711_encode> {
public:
    static constexpr port ports[] = {
        in("inbox", "Samples of 16 bits, cut anywhere.", "pcm-s16le"),
        out("outbox", "A byte for each.", "g711"),
    };
    static constexpr option options[] = {law_option};

    explicit g711_encode(const kam::options &given) : law_(law_named(given)) {}

    void each(context &context, chunk message, outlet &out) {
        chunk samples = samples_.take(context, std::move(message));
        if (!samples.size()) return;
        chunk codes = context.rent(samples.size() / 2);
        const uint8_t *from = samples.data();
        for (uint8_t &code : codes.writable()) {
            int16_t sample;
            std::memcpy(&sample, from, 2);
            code = law_.encode(sample);
            from += 2;
        }
        codes.stamp_like(samples.raw());
        out.push(codes);
    }

private:
    const g711_law &law_;
    whole_samples samples_{2};
};

class g711_decode : public transform<g711_decode> {
public:
    static constexpr port ports[] = {
        in("inbox", "A byte for each sample.", "g711"),
        out("outbox", "Samples of 16 bits.", "pcm-s16le"),
    };
    static constexpr option options[] = {law_option};

    explicit g711_decode(const kam::options &given) : law_(law_named(given)) {}

    void each(context &context, chunk codes, outlet &out) {
        if (!codes.size()) return;
        if (codes.size() > UINT32_MAX / 2) throw failure(KAM_E_INVALID, "a message of over 2 GiB");
        chunk samples = context.rent(codes.size() * 2);
        uint8_t *to = samples.writable().data();
        for (const uint8_t code : codes.bytes()) {
            const int16_t sample = law_.decode(code);
            std::memcpy(to, &sample, 2);
            to += 2;
        }
        samples.stamp_like(codes.raw());
        out.push(samples);
    }

private:
    const g711_law &law_;
};

} // namespace kam::sound

KAM_COMPONENT("g711.encode", "Encodes samples by G.711.", kam::sound::g711_encode)
KAM_COMPONENT("g711.decode", "Decodes G.711 to samples.", kam::sound::g711_decode)

const kam_component_type &kam::sound::g711_encode_type() {
    return type_of<g711_encode>;
}

const kam_component_type &kam::sound::g711_decode_type() {
    return type_of<g711_decode>;
}
