// What a read may bring, in any order and of any lengths: every datagram comes out once, whole, in its order.
#include "bytes.hpp"
#include "rig.hpp"

#include "net/receive_buffers.hpp"

namespace {

using kam::net::receive_slot;

/// The kernel's part: a run of datagrams of one length, the last one perhaps shorter, each filled with its number.
std::vector<std::string> fill(receive_slot &slot, kam::fuzz::input &input, uint32_t datagram_bytes_max,
                              uint8_t &number) {
    const uint32_t room = slot.head_bytes + slot.rest_bytes;
    const uint32_t most = slot.rest_bytes ? room : std::min(room, 2048u);
    slot.segment_bytes = 1 + static_cast<uint32_t>(input.number(2)) % 2200;
    slot.bytes = static_cast<uint32_t>(input.number(2)) % (most + 1);
    slot.segment_bytes = std::min(slot.segment_bytes, std::max(slot.bytes, 1u));
    if (!slot.rest_bytes || slot.bytes == 0) slot.segment_bytes = slot.bytes; // Without GRO: one datagram.
    slot.truncated = input.below(16) == 0;
    slot.kernel_drops = input.below(3);
    slot.time_ns = input.below(3);
    std::vector<std::string> sent;
    uint32_t at = 0;
    do {
        const uint32_t length = std::min(slot.segment_bytes, slot.bytes - at);
        const std::string datagram(length, static_cast<char>(++number));
        for (uint32_t i = 0; i < length; ++i) {
            const uint32_t place = at + i;
            (place < slot.head_bytes ? slot.head[place] : slot.rest[place - slot.head_bytes]) = number;
        }
        if (!slot.truncated && length <= datagram_bytes_max) sent.push_back(datagram);
        at += length;
    } while (at < slot.bytes);
    return sent;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    kam::test::heap_pool pool;
    const kam::detail::pool_scope scope(&pool.raw);
    {
        const uint32_t datagram_bytes_max = 1 + static_cast<uint32_t>(input.number(2)) % 3000;
        kam::net::receive_buffers buffers(datagram_bytes_max, input.below(2) != 0);
        uint8_t number = 0;
        for (uint32_t round = 0; !input.empty() && round < 20; ++round) {
            const auto slots = buffers.prepare(&pool.raw, input.below(70));
            const auto count = input.below(static_cast<uint32_t>(slots.size()) + 1) % 8;
            std::vector<std::string> sent;
            for (uint32_t i = 0; i < count && i < slots.size(); ++i)
                for (std::string &each : fill(slots[i], input, datagram_bytes_max, number))
                    sent.push_back(std::move(each));
            buffers.accept(std::min(count, static_cast<uint32_t>(slots.size())));
            std::size_t seen = 0;
            // Sometimes it is given up in the middle, as when its reader ends.
            const std::size_t stop_at = input.below(8) == 0 ? sent.size() / 2 : SIZE_MAX;
            while (kam_chunk *next = buffers.front()) {
                if (seen == stop_at) return 0;
                kam::fuzz::expect(seen < sent.size());
                const auto *first = reinterpret_cast<const char *>(kam_chunk_data(next));
                kam::fuzz::expect(std::string_view(first, next->length_bytes) == sent[seen++]);
                kam_chunk mine = *next;
                kam_chunk_drop(&mine, &pool.raw);
                buffers.pop();
            }
            kam::fuzz::expect(seen == sent.size());
        }
    }
    kam::fuzz::expect(pool.outstanding() == 0);
    return 0;
}
