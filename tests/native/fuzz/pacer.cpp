// The token bucket: any rate, burst, lengths and clock; never more at once than the burst and one, never a wait without
// end.
#include "net/pacer.hpp"

#include "bytes.hpp"
#include "rig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    const uint64_t rate_bps = input.number(5) % 1'000'000'000'001; // What udp.send takes.
    const uint64_t burst_bytes = input.number(3) % ((16u << 20) + 1);
    kam::net::pacer pacer(rate_bps, burst_bytes);
    if (!pacer.active()) return 0;
    int64_t now_ns = static_cast<int64_t>(input.number(6));
    std::vector<kam::net::datagram_view> views;
    while (!input.empty()) {
        views.clear();
        for (uint32_t i = 1 + input.below(8); i; --i)
            views.push_back({data, static_cast<uint32_t>(input.number(2)) % 65508});
        const uint32_t count = pacer.allow(now_ns, views);
        kam::fuzz::expect(count <= views.size());
        uint64_t sum = 0;
        for (uint32_t i = 0; i < count; ++i) sum += views[i].length;
        pacer.spend(sum);
        if (count < views.size()) {
            // A datagram at a bit a second is a week; no rate makes it wait longer than its own length takes.
            const int64_t wait_ns = pacer.wake_at_ns() - now_ns;
            kam::fuzz::expect(wait_ns <
                              static_cast<int64_t>((sum + 65508) * 8 * 1'000'000'000 / rate_bps) + 1'000'000'000);
            now_ns = std::max(now_ns, pacer.wake_at_ns());
        } else {
            now_ns += static_cast<int64_t>(input.number(3)) * 1000;
        }
    }
    return 0;
}
