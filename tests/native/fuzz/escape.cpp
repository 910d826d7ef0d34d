// Byte stuffing: a sync is refused with a sentence or works, and then any data survives, grows as foretold, and holds
// no byte of the sync; and any bytes at all can be read back without running over.
#include "bytes.hpp"
#include "rig.hpp"

#include <vector>

#include "framing/escape.hpp"

using kam::framing::escape_code;

namespace {

const uint8_t *bytes_of(std::string_view text) {
    return reinterpret_cast<const uint8_t *>(text.data());
}

std::vector<uint8_t> escaped(const escape_code &code, std::string_view data, std::size_t step) {
    const uint8_t *at = bytes_of(data);
    const uint8_t *end = at + data.size();
    std::vector<uint8_t> made;
    while (at != end) {
        // As the chunker does: a piece of room, and more when it was too little.
        std::vector<uint8_t> room(escape_code::room_bytes + step);
        const escape_code::progress now = code.escape(at, end, room.data(), room.data() + room.size());
        kam::fuzz::expect(now.in > at);
        made.insert(made.end(), room.data(), now.out);
        at = now.in;
    }
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    const std::string_view sync = input.take(input.below(8));
    const std::size_t step = input.byte();
    const std::string_view text = input.rest();
    try {
        const escape_code code(sync);
        const std::vector<uint8_t> made = escaped(code, text, step);
        kam::fuzz::expect(made.size() == code.escaped_bytes(bytes_of(text), text.size()));
        for (const uint8_t byte : made) kam::fuzz::expect(!code.sync_bytes().has(byte));
        std::vector<uint8_t> back(made.size() + 1);
        const uint8_t *end = code.unescape(made.data(), made.size(), back.data());
        kam::fuzz::expect(std::string_view(reinterpret_cast<const char *>(back.data()),
                                           static_cast<std::size_t>(end - back.data())) == text);
        std::vector<uint8_t> room(text.size());
        kam::fuzz::expect(code.unescape(bytes_of(text), text.size(), room.data()) <= room.data() + room.size());
    } catch (const kam::failure &refusal) {
        kam::fuzz::expect(refusal.status() == KAM_E_INVALID && *refusal.what() != '\0');
    }
    return 0;
}
