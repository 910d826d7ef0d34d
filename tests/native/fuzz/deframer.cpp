// deframer: any bytes as one frame after another; each input is sent, malformed or short.
#include "rig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::test::rig rig("deframer");
    kam::fuzz::feed_and_end(rig, data, bytes);
    const uint32_t inputs = kam_ring_count(rig.node().ins[0]);
    const std::size_t sent = rig.finish().size();
    kam::fuzz::expect(rig.done() && !rig.node().failed());
    kam::fuzz::expect(sent == rig.counter("frames"));
    kam::fuzz::expect(sent + rig.counter("malformed") + rig.counter("short") == inputs);
    kam::fuzz::expect(rig.leaked() == 0);
    return 0;
}
