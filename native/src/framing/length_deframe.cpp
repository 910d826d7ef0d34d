// "length.deframe": see length.hpp.
#include <cstring>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "framing/length.hpp"

namespace kam::framing {

class length_deframe {
public:
    static constexpr port ports[] = {
        in("inbox", "A stream of bytes, cut anywhere: payloads, each behind its length.", "length-framed"),
        out("outbox", "The payloads, without a copy where one lies within one chunk."),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_INT, "length_max", "16Mi",
            "Bytes of the longest payload, 1 to 4294967295; a longer one is a fault."),
    };

    explicit length_deframe(const kam::options &given)
        : splitter_(static_cast<uint32_t>(given.integer("length_max", 1, UINT32_MAX))) {}

    kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            length_splitter::piece piece;
            if (splitter_.next(piece)) {
                if (take(context, piece)) {
                    out.push(payload_);
                    frames_.add();
                }
                continue;
            }
            if (!in.pop(input_)) {
                if (!in.ended()) return step::wait_in;
                if (splitter_.begun()) short_.add();
                return step::done;
            }
            splitter_.feed(input_.bytes(), stamp_of(input_.raw()));
        }
        return step::more;
    }

    void counters(counter_list &list) const {
        list.add("frames", frames_);
        list.add("short", short_);
    }

private:
    /// True when payload_ is whole.
    bool take(context &context, const length_splitter::piece &piece) {
        if (piece.before_bytes == 0 && piece.last()) {
            part_of_input(piece.bytes);
        } else {
            if (piece.before_bytes == 0) payload_ = context.rent(piece.frame_bytes);
            std::memcpy(payload_.writable().data() + piece.before_bytes, piece.bytes.data(), piece.bytes.size());
        }
        stamp_put(payload_.raw(), piece.stamp);
        return piece.last();
    }

    void part_of_input(std::span<const uint8_t> bytes) {
        if (bytes.empty()) {
            payload_.reset();
            return;
        }
        const auto offset = static_cast<uint32_t>(bytes.data() - input_.data());
        const auto count = static_cast<uint32_t>(bytes.size());
        if (splitter_.rest_bytes()) {
            payload_ = input_.slice(offset, count);
        } else {
            // Nothing else is left in it: its own reference goes on, and no count is touched.
            payload_ = std::move(input_);
            payload_.trim(offset, count);
        }
    }

    length_splitter splitter_;
    chunk input_;   ///< What the splitter reads.
    chunk payload_; ///< What has come of a payload.
    counter frames_;
    counter short_;
};

} // namespace kam::framing

KAM_COMPONENT("length.deframe", "Cuts a stream of bytes into payloads by their lengths.", kam::framing::length_deframe)

const kam_component_type &kam::framing::length_deframe_type() {
    return type_of<length_deframe>;
}
