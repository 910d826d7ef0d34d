// "pass": every chunk goes out as it came in. It exists for tests and benches: what it costs is what a hop costs.
#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"

namespace kam::basic {

struct pass {
    static constexpr port ports[] = {in("inbox", "Any chunks."), out("outbox", "The same chunks, in the same order.")};

    kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left;) {
            const uint32_t moved = move_messages(in, out, left);
            if (!moved) break;
            left -= moved;
            if (!in.count()) break;
        }
        if (in.count()) return out.room() ? step::more : step::wait_room;
        return in.ended() ? step::done : step::wait_in;
    }
};

} // namespace kam::basic

KAM_COMPONENT("pass", "Passes every chunk on as it is.", kam::basic::pass)

const kam_component_type &kam::basic::pass_type() {
    return type_of<pass>;
}
