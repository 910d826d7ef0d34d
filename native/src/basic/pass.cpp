// "pass": every chunk goes out as it came in. It exists for tests and benches: what it costs is what a hop costs.
#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"

namespace kam::basic {

struct pass : transform<pass> {
    static constexpr port ports[] = {in("inbox", "Any chunks."), out("outbox", "The same chunks, in the same order.")};

    void each(context &, chunk message, outlet &out) { out.push(message); }
};

} // namespace kam::basic

KAM_COMPONENT("pass", "Passes every chunk on as it is.", kam::basic::pass)

const kam_component_type &kam::basic::pass_type() { return type_of<pass>; }
