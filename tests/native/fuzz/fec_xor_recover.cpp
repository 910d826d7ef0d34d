// fec.xor.recover. Twice from the same bytes:
//   * any bytes as packets: no crash, no leak, and not more payloads than packets could give;
//   * packets of fec.xor of which at most one a group is lost, some twice, some out of order within their group: all
//     payloads come back, in their order.
#include <algorithm>
#include <string>
#include <vector>

#include "graph.hpp"
#include "rig.hpp"

namespace {

void any_packets(const uint8_t *data, std::size_t bytes) {
    kam::test::rig rig("fec.xor.recover");
    // Length, then header-like bytes: most begin as a packet does, so that the deeper rules are reached.
    kam::fuzz::input input(data, bytes);
    for (const kam::test::message &message : kam::fuzz::messages_any(input, 40)) {
        std::string packet = message.bytes;
        if (packet.size() >= 8 && packet[7] & 1) {
            packet[0] = static_cast<char>(1 + (packet[0] & 1));
            packet[2] = 3;
            packet[3] = packet[4] = packet[5] = 0;
        }
        rig.put(packet);
    }
    rig.finish();
    kam::fuzz::expect(rig.done() && !rig.node().failed());
    kam::fuzz::expect(rig.leaked() == 0);
}

void lossy_stream(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    const uint32_t group = 2 + input.below(6);
    kam::test::rig sender("fec.xor", {{"group", std::to_string(group)}});
    std::vector<std::string> payloads;
    for (const kam::test::message &message : kam::fuzz::messages_any(input, 40)) {
        payloads.push_back(message.bytes);
        sender.put(message.bytes);
    }
    std::vector<std::string> packets;
    for (const kam::test::message &message : sender.finish()) packets.push_back(message.bytes);
    kam::test::rig receiver("fec.xor.recover");
    for (std::size_t at = 0; at < packets.size(); at += group + 1) {
        const std::size_t end = std::min<std::size_t>(at + group + 1, packets.size());
        std::vector<std::string> some(packets.begin() + static_cast<std::ptrdiff_t>(at),
                                      packets.begin() + static_cast<std::ptrdiff_t>(end));
        for (std::size_t i = some.size() - 1; i > 0; --i) // Fisher and Yates: any order.
            std::swap(some[i], some[input.below(static_cast<uint32_t>(i + 1))]);
        if (input.below(2)) some.pop_back();
        if (!some.empty() && input.below(2)) some.push_back(some[input.below(static_cast<uint32_t>(some.size()))]);
        for (const std::string &packet : some) receiver.put(packet);
    }
    std::vector<std::string> got;
    for (const kam::test::message &message : receiver.finish()) got.push_back(message.bytes);
    kam::fuzz::expect(got == payloads);
    kam::fuzz::expect(sender.leaked() == 0 && receiver.leaked() == 0);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    any_packets(data, bytes);
    lossy_stream(data, bytes);
    return 0;
}
