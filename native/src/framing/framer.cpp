// "framer": see frame.hpp.
#include <cstring>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "framing/frame.hpp"

namespace kam::framing {

class framer : public transform<framer> {
public:
    static constexpr port ports[] = {
        in("inbox", "Data to frame; each chunk's tag becomes its frame's tag."),
        out("outbox", "One frame for each chunk: tag, length and data.", "frame"),
    };

    void each(context &context, chunk data, outlet &out) {
        char header[frame_header_bytes_max];
        const auto header_bytes = static_cast<uint32_t>(frame_header_put(data.raw().tag, data.size(), header));
        if (data.size() > UINT32_MAX - header_bytes)
            throw failure(KAM_E_INVALID, "a chunk of " + std::to_string(data.size()) + " bytes is too long to frame");
        chunk frame = context.rent(header_bytes + data.size());
        uint8_t *to = frame.writable().data();
        std::memcpy(to, header, header_bytes);
        if (data.size()) std::memcpy(to + header_bytes, data.data(), data.size());
        frame.stamp_like(data.raw());
        data.reset(context.pool());
        out.push(frame);
        frames_.add();
    }

    void counters(counter_list &list) const { list.add("frames", frames_); }

private:
    counter frames_;
};

} // namespace kam::framing

KAM_COMPONENT("framer", "Puts tag and length in front of each chunk.", kam::framing::framer)

const kam_component_type &kam::framing::framer_type() {
    return type_of<framer>;
}
