// "pcm.gain": see pcm.hpp for how it rounds.
#include <cmath>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "sound/number.hpp"
#include "sound/pcm.hpp"
#include "sound/whole_samples.hpp"

namespace kam::sound {

class pcm_gain : public transform<pcm_gain> {
public:
    static constexpr port ports[] = {
        in("inbox", "Samples, cut anywhere.", "pcm-s16le"),
        out("outbox", "The same samples, louder or softer, clipped.", "pcm-s16le"),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "factor", "1", "What each sample is multiplied with, 0 to 1000; with a point if need be."),
        opt(KAM_OPTION_TEXT, "gain_db", "0", "The same in decibels, -200 to 60: both together multiply."),
    };

    explicit pcm_gain(const kam::options &given)
        : factor_(static_cast<float>(number(given, "factor", 0, 1000, "0 to 1000") *
                                     std::pow(10.0, number(given, "gain_db", -200, 60, "-200 to 60") / 20.0))) {
        if (factor_ > factor_max) throw failure(KAM_E_INVALID, "gain_db and factor together make more than 1000");
    }

    void each(context &context, chunk message, outlet &out) {
        chunk samples = samples_.take(context, std::move(message));
        if (!samples.size()) return;
        // Nobody else looks at it: then it is changed where it lies.
        chunk louder = samples.sole() ? std::move(samples) : context.rent(samples.size());
        const uint8_t *from = samples.size() ? samples.data() : louder.data();
        pcm().gain(from, louder.writable().data(), louder.size() / 2, factor_);
        if (samples.size()) louder.stamp_like(samples.raw());
        out.push(louder);
    }

private:
    static constexpr float factor_max = 1000;
    float factor_;
    whole_samples samples_{2};
};

} // namespace kam::sound

KAM_COMPONENT("pcm.gain", "Makes 16-bit samples louder or softer.", kam::sound::pcm_gain)

const kam_component_type &kam::sound::pcm_gain_type() {
    return type_of<pcm_gain>;
}
