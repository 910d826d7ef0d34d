// opus.decode: any bytes as packets, cut by their own length bytes, give samples or a concealment for each, and nothing
// is lost or leaked. Without libopus it does nothing.
#include "rig.hpp"

#include "sound/opus_library.hpp"

namespace {

bool has_library() {
    try {
        kam::sound::opus_library::get();
        return true;
    } catch (const kam::failure &) {
        return false;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    static const bool there = has_library();
    if (!there || bytes == 0) return 0;
    const bool floats = data[0] & 1, fec = data[0] & 2, mono = data[0] & 4;
    kam::test::rig rig("opus.decode", {{"format", floats ? "f32le" : "s16le"},
                                       {"fec", fec ? "true" : "false"},
                                       {"channels", mono ? "1" : "2"},
                                       {"rate_hz", data[0] & 8 ? "8000" : "48000"}});
    std::size_t packets = 0, lost = 0;
    for (std::size_t at = 1; at < bytes; ++packets) {
        const std::size_t left = bytes - at - 1;
        const std::size_t count = data[at] < left ? data[at] : left;
        lost += count == 0;
        rig.put({reinterpret_cast<const char *>(data + at + 1), count});
        at += count + 1;
    }
    const std::size_t frame_bytes = (floats ? 4u : 2u) * (mono ? 1u : 2u);
    std::size_t messages = 0;
    for (const auto &m : rig.finish()) {
        kam::fuzz::expect(!m.bytes.empty() && m.bytes.size() % frame_bytes == 0);
        ++messages;
    }
    // With fec a lost packet and the next come as one message.
    kam::fuzz::expect(rig.done() && messages <= packets && (fec || messages == packets));
    kam::fuzz::expect(rig.counter("lost") >= lost);
    kam::fuzz::expect(rig.leaked() == 0);
    return 0;
}
