// "opus.encode": frames of samples to Opus packets (RFC 6716), by libopus.
#include <algorithm>
#include <cstring>
#include <vector>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "sound/opus_library.hpp"

namespace kam::sound {

class opus_encode {
public:
    static constexpr port ports[] = {
        in("inbox", "Samples, channels interleaved, cut anywhere."),
        out("outbox", "Opus packets, one a message, each with the time of its first sample.", "opus"),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_RATE, "bitrate_bps", "64k", "Bits per second of the packets: 500 to 512k."),
        opt(KAM_OPTION_TEXT, "frame_ms", "20", "Milliseconds of sound a packet: 20, 2.5, 5, 10, 40 or 60."),
        opt(KAM_OPTION_TEXT, "application", "audio", "What is encoded: audio, voip (speech) or lowdelay."),
        opt(KAM_OPTION_INT, "complexity", "9", "How hard it tries: 0 (quick) to 10 (best)."),
        opt(KAM_OPTION_INT, "rate_hz", "48000", "Samples per second: 8000, 12000, 16000, 24000 or 48000."),
        opt(KAM_OPTION_INT, "channels", "2", "1 or 2."),
        opt(KAM_OPTION_TEXT, "format", "s16le", "Of the samples: s16le or f32le."),
        opt(KAM_OPTION_BOOL, "vbr", "true", "Packets may differ in length."),
        opt(KAM_OPTION_BOOL, "fec", "false", "Packets carry a coarse copy of the one before, for lossy ways."),
        opt(KAM_OPTION_INT, "loss_percent", "0",
            "How many packets are expected to be lost, which fec needs: 0 to 100."),
        opt(KAM_OPTION_BOOL, "dtx", "false", "Silence gives packets of one or two bytes."),
    };

    explicit opus_encode(const kam::options &given)
        : sound_(given), bitrate_bps_(static_cast<int32_t>(given.rate_bps("bitrate_bps"))),
          complexity_(static_cast<int>(given.integer("complexity", 0, 10))),
          loss_percent_(static_cast<int>(given.integer("loss_percent", 0, 100))), vbr_(given.flag("vbr")),
          fec_(given.flag("fec")), dtx_(given.flag("dtx")) {
        const int64_t bitrate = given.rate_bps("bitrate_bps");
        if (bitrate < 500 || bitrate > 512'000)
            throw option_failure("bitrate_bps", given.text("bitrate_bps"), "500 to 512k");
        const std::string_view application = given.text("application");
        application_ = application == "audio"      ? opus_library::audio
                       : application == "voip"     ? opus_library::voip
                       : application == "lowdelay" ? opus_library::low_delay
                                                   : 0;
        if (!application_) throw option_failure("application", application, "audio, voip or lowdelay");
        const std::string_view length = given.text("frame_ms");
        for (const auto &[name, halves] :
             {std::pair<std::string_view, int>{"2.5", 5}, {"5", 10}, {"10", 20}, {"20", 40}, {"40", 80}, {"60", 120}})
            if (name == length) samples_ = sound_.rate_hz / 2000 * halves;
        if (!samples_) throw option_failure("frame_ms", length, "2.5, 5, 10, 20, 40 or 60");
        frame_.resize(static_cast<std::size_t>(samples_) * sound_.frame_bytes());
    }

    kam::step step(context &context) {
        if (!encoder_) begin();
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            if (const uint8_t *samples = frame_next()) {
                send(context, samples, out);
                continue;
            }
            at_ = 0;
            new_message_ = true;
            if (in.pop(message_)) continue;
            if (!in.ended()) return step::wait_in;
            if (filled_) {
                // What is left of the last frame is silence.
                std::fill(frame_.begin() + static_cast<std::ptrdiff_t>(filled_), frame_.end(), uint8_t{});
                filled_ = 0;
                send(context, frame_.data(), out);
            }
            return step::done;
        }
        return step::more;
    }

    void counters(counter_list &list) const {
        list.add("packets", packets_);
        list.add("bytes", bytes_);
    }

private:
    static constexpr int32_t packet_bytes_max = 4000; // What the library recommends; 60 ms need 3,832.

    void begin() {
        library_ = &opus_library::get();
        int error = 0;
        encoder_ = {library_->encoder_create(sound_.rate_hz, sound_.channels, application_, &error),
                    library_->encoder_destroy};
        library_->check(error, "opus_encoder_create");
        const auto set = [&](int request, int32_t value) {
            library_->check(library_->encoder_ctl(encoder_.get(), request, value), "opus_encoder_ctl");
        };
        set(opus_library::set_bitrate, bitrate_bps_);
        set(opus_library::set_vbr, vbr_);
        set(opus_library::set_complexity, complexity_);
        set(opus_library::set_inband_fec, fec_);
        set(opus_library::set_packet_loss, loss_percent_);
        set(opus_library::set_dtx, dtx_);
    }

    /// The samples of a whole frame, or NULL once the message is used up.
    const uint8_t *frame_next() {
        const std::size_t left = message_.size() - at_;
        if (!filled_ && left) {
            stamp_ = message_.raw();
            if (!new_message_) stamp_.flags &= KAM_CHUNK_HAS_PTS; // The others are about the first frame.
            stamp_.pts_ns += sound_.ns_of(at_ / sound_.frame_bytes());
            new_message_ = false;
        }
        const uint8_t *from = message_.data() ? message_.data() + at_ : nullptr;
        const bool aligned = reinterpret_cast<uintptr_t>(from) % alignof(float) == 0;
        if (!filled_ && left >= frame_.size() && aligned) {
            at_ += static_cast<uint32_t>(frame_.size());
            return from;
        }
        const std::size_t part = std::min(left, frame_.size() - filled_);
        if (part) std::memcpy(frame_.data() + filled_, from, part);
        at_ += static_cast<uint32_t>(part);
        filled_ += part;
        if (filled_ < frame_.size()) return nullptr;
        filled_ = 0;
        return frame_.data();
    }

    void send(context &context, const uint8_t *samples, outlet &out) {
        uint8_t made[packet_bytes_max];
        const int32_t bytes = library_->check(
            sound_.floats ? library_->encode_float(encoder_.get(), reinterpret_cast<const float *>(samples), samples_,
                                                   made, packet_bytes_max)
                          : library_->encode(encoder_.get(), reinterpret_cast<const int16_t *>(samples), samples_, made,
                                             packet_bytes_max),
            "opus_encode");
        chunk packet = context.rent(static_cast<uint32_t>(bytes));
        std::memcpy(packet.writable().data(), made, static_cast<std::size_t>(bytes));
        if (!(stamp_.flags & KAM_CHUNK_HAS_PTS)) stamp_.pts_ns = 0;
        packet.stamp_like(stamp_);
        out.push(packet);
        packets_.add();
        bytes_.add(static_cast<uint64_t>(bytes));
    }

    opus_sound sound_;
    int32_t bitrate_bps_;
    int complexity_;
    int loss_percent_;
    bool vbr_;
    bool fec_;
    bool dtx_;
    int application_ = 0;
    int samples_ = 0;
    const opus_library *library_ = nullptr;
    opus_handle<opus_library::encoder> encoder_{nullptr, [](opus_library::encoder *) {}};
    chunk message_;
    uint32_t at_ = 0;
    bool new_message_ = true; ///< No frame has begun in it.
    std::vector<uint8_t> frame_;
    std::size_t filled_ = 0;
    kam_chunk stamp_{}; ///< Of the frame that is begun; its block is not ours.
    counter packets_;
    counter bytes_;
};

} // namespace kam::sound

KAM_COMPONENT("opus.encode", "Encodes samples to Opus packets.", kam::sound::opus_encode)

const kam_component_type &kam::sound::opus_encode_type() {
    return type_of<opus_encode>;
}
