// "opus.decode": Opus packets (RFC 6716) to samples, by libopus.
#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "sound/opus_library.hpp"

namespace kam::sound {

class opus_decode {
public:
    static constexpr port ports[] = {
        in("inbox", "Opus packets, one a message; an empty message stands for a lost one.", "opus"),
        out("outbox", "Samples, channels interleaved: a message for each packet, lost ones too."),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_INT, "rate_hz", "48000", "Samples per second: 8000, 12000, 16000, 24000 or 48000."),
        opt(KAM_OPTION_INT, "channels", "2", "1 or 2."),
        opt(KAM_OPTION_TEXT, "format", "s16le", "Of the samples: s16le or f32le."),
        opt(KAM_OPTION_BOOL, "fec", "false",
            "A lost packet waits for the next, whose coarse copy of it is used: both come as one message."),
    };

    explicit opus_decode(const kam::options &given) : sound_(given), fec_(given.flag("fec")) {
        last_samples_ = sound_.rate_hz / 50; // 20 ms, until a packet says otherwise.
    }

    kam::step step(context &context) {
        if (!decoder_) begin();
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            chunk packet;
            if (in.pop(packet)) {
                take(context, packet, out);
                continue;
            }
            if (!in.ended()) return step::wait_in;
            if (lost_) conceal(context, lost_stamp_, out);
            return step::done;
        }
        return in.count() ? step::more : step::wait_in;
    }

    void counters(counter_list &list) const {
        list.add("packets", packets_);
        list.add("lost", lost_count_);
        list.add("bad", bad_);
    }

private:
    void begin() {
        library_ = &opus_library::get();
        int error = 0;
        decoder_ = {library_->decoder_create(sound_.rate_hz, sound_.channels, &error), library_->decoder_destroy};
        library_->check(error, "opus_decoder_create");
    }

    void take(context &context, const chunk &packet, outlet &out) {
        const auto bytes = static_cast<int32_t>(packet.size());
        const int samples = bytes ? library_->decoder_samples(decoder_.get(), packet.data(), bytes) : 0;
        if (samples <= 0 || samples > samples_max()) {
            if (bytes) bad_.add();
            lose(context, packet.raw(), out);
            return;
        }
        const int before = lost_ ? last_samples_ : 0;
        chunk made = context.rent(static_cast<uint32_t>(before + samples) * sound_.frame_bytes());
        uint8_t *to = made.writable().data();
        if (lost_) decode(packet, to, before, 1);
        to += static_cast<uint32_t>(before) * sound_.frame_bytes();
        if (decode(packet, to, samples, 0) < 0) bad_.add();
        kam_chunk stamp = packet.raw();
        if (lost_) {
            const int64_t pts_ns = stamp.pts_ns - sound_.ns_of(static_cast<uint64_t>(before));
            const bool timed = !(lost_stamp_.flags & KAM_CHUNK_HAS_PTS) && (stamp.flags & KAM_CHUNK_HAS_PTS);
            stamp = lost_stamp_;
            if (timed) {
                stamp.pts_ns = pts_ns;
                stamp.flags |= KAM_CHUNK_HAS_PTS;
            }
        }
        lost_ = false;
        last_samples_ = samples;
        made.stamp_like(stamp);
        out.push(made);
        packets_.add();
    }

    void lose(context &context, const kam_chunk &stamp, outlet &out) {
        lost_count_.add();
        if (!fec_) {
            conceal(context, stamp, out);
            return;
        }
        if (lost_) conceal(context, lost_stamp_, out);
        lost_ = true;
        lost_stamp_ = stamp;
        lost_stamp_.block = nullptr;
    }

    /// What the decoder makes up, as long as the last packet.
    void conceal(context &context, const kam_chunk &stamp, outlet &out) {
        chunk made = context.rent(static_cast<uint32_t>(last_samples_) * sound_.frame_bytes());
        library_->check(decode(chunk(), made.writable().data(), last_samples_, 0), "opus_decode");
        made.stamp_like(stamp);
        out.push(made);
    }

    int decode(const chunk &packet, uint8_t *to, int samples, int fec) {
        const auto bytes = static_cast<int32_t>(packet.size());
        const int answer = sound_.floats ? library_->decode_float(decoder_.get(), packet.data(), bytes,
                                                                  reinterpret_cast<float *>(to), samples, fec)
                                         : library_->decode(decoder_.get(), packet.data(), bytes,
                                                            reinterpret_cast<int16_t *>(to), samples, fec);
        // What it did not write must not be somebody else's bytes.
        const auto done = static_cast<uint32_t>(answer < 0 ? 0 : answer);
        if (answer < samples)
            for (uint32_t i = done * sound_.frame_bytes(); i < static_cast<uint32_t>(samples) * sound_.frame_bytes();
                 ++i)
                to[i] = 0;
        return answer;
    }

    int samples_max() const { return sound_.rate_hz / 25 * 3; } // 120 ms.

    opus_sound sound_;
    bool fec_;
    const opus_library *library_ = nullptr;
    opus_handle<opus_library::decoder> decoder_{nullptr, [](opus_library::decoder *) {}};
    int last_samples_;
    bool lost_ = false; ///< One waits for the next packet.
    kam_chunk lost_stamp_{};
    counter packets_;
    counter lost_count_;
    counter bad_;
};

} // namespace kam::sound

KAM_COMPONENT("opus.decode", "Decodes Opus packets to samples.", kam::sound::opus_decode)

const kam_component_type &kam::sound::opus_decode_type() {
    return type_of<opus_decode>;
}
