// "deframer": see frame.hpp.
#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "framing/frame.hpp"

namespace kam::framing {

class deframer : public transform<deframer> {
public:
    static constexpr port ports[] = {
        in("inbox", "One whole frame in each chunk.", "frame"),
        out("outbox", "The data of each frame, without a copy; its tag is the chunk's tag."),
    };

    void each(context &context, chunk frame, outlet &out) {
        const frame_view view = frame_parse(frame.bytes());
        if (view.state != frame_state::good) {
            (view.state == frame_state::cut ? short_ : malformed_).add();
            frame.reset(context.pool());
            return;
        }
        frame.trim(view.data_offset, view.data_bytes);
        frame.raw().tag = view.tag;
        out.push(frame);
        frames_.add();
    }

    void counters(counter_list &list) const {
        list.add("frames", frames_);
        list.add("malformed", malformed_);
        list.add("short", short_);
    }

private:
    counter frames_;
    counter malformed_;
    counter short_;
};

} // namespace kam::framing

KAM_COMPONENT("deframer", "Takes the data out of each frame; drops and counts what is none.", kam::framing::deframer)

const kam_component_type &kam::framing::deframer_type() {
    return type_of<deframer>;
}
