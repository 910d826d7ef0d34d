// "pcm.convert": see pcm.hpp for how it rounds.
#include <string>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "sound/pcm.hpp"
#include "sound/whole_samples.hpp"

namespace kam::sound {
namespace {

format format_option(const options &given, std::string_view name) {
    const std::optional<format> named = format_of(given.text(name));
    if (!named) throw option_failure(name, given.text(name), "s16le, s24le, s32le or f32le");
    return *named;
}

} // namespace

class pcm_convert : public transform<pcm_convert> {
public:
    static constexpr port ports[] = {
        in("inbox", "Samples in the one format, cut anywhere."),
        out("outbox", "The same samples in the other format."),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "from", "s16le", "What comes in: s16le, s24le, s32le or f32le (1.0 is full scale)."),
        opt(KAM_OPTION_TEXT, "to", "f32le", "What goes out: f32le, s16le, s24le or s32le."),
    };

    explicit pcm_convert(const kam::options &given)
        : from_(format_option(given, "from")), to_(format_option(given, "to")), samples_(bytes_of(from_)) {}

    void each(context &context, chunk message, outlet &out) {
        chunk samples = samples_.take(context, std::move(message));
        if (!samples.size()) return;
        if (from_ != to_) {
            const uint32_t count = samples.size() / bytes_of(from_);
            if (count > UINT32_MAX / bytes_of(to_))
                throw failure(KAM_E_INVALID, std::to_string(samples.size()) + " bytes in one message are too many");
            chunk made = context.rent(count * bytes_of(to_));
            pcm().convert[index(from_)][index(to_)](samples.data(), made.writable().data(), count);
            made.stamp_like(samples.raw());
            samples.reset(context.pool());
            samples = std::move(made);
        }
        out.push(samples);
    }

private:
    static constexpr std::size_t index(format format) { return static_cast<std::size_t>(format); }

    format from_;
    format to_;
    whole_samples samples_;
};

} // namespace kam::sound

KAM_COMPONENT("pcm.convert", "Changes the format of samples.", kam::sound::pcm_convert)

const kam_component_type &kam::sound::pcm_convert_type() {
    return type_of<pcm_convert>;
}
