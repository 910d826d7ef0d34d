// "length.frame": see length.hpp.
#include <cstring>
#include <string>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "framing/length.hpp"

namespace kam::framing {

class length_frame : public transform<length_frame> {
public:
    static constexpr port ports[] = {
        in("inbox", "Payloads."),
        out("outbox", "Each payload behind its length in four bytes, most significant first.", "length-framed"),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_INT, "length_max", "16Mi",
            "Bytes of the longest payload, 1 to 4294967295; a longer one is a fault."),
    };

    explicit length_frame(const kam::options &given)
        : length_max_(static_cast<uint32_t>(given.integer("length_max", 1, UINT32_MAX))) {}

    void each(context &context, chunk payload, outlet &out) {
        const uint32_t bytes = payload.size();
        if (bytes > length_max_ || bytes > UINT32_MAX - length_header_bytes)
            throw failure(KAM_E_INVALID, "a payload of " + std::to_string(bytes) + " bytes is over length_max " +
                                             std::to_string(length_max_));
        chunk frame = context.rent(length_header_bytes + bytes);
        uint8_t *to = frame.writable().data();
        length_put(bytes, to);
        if (bytes) std::memcpy(to + length_header_bytes, payload.data(), bytes);
        frame.stamp_like(payload.raw());
        payload.reset(context.pool());
        out.push(frame);
        frames_.add();
    }

    void counters(counter_list &list) const { list.add("frames", frames_); }

private:
    uint32_t length_max_;
    counter frames_;
};

} // namespace kam::framing

KAM_COMPONENT("length.frame", "Puts its length in front of each payload.", kam::framing::length_frame)

const kam_component_type &kam::framing::length_frame_type() {
    return type_of<length_frame>;
}
