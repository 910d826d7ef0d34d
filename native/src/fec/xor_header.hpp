// The stream of "fec.xor" and "fec.xor.recover": packets in groups, and a parity behind each group.
//
// Wire. Each chunk is one packet (one datagram, one frame), numbers most significant byte first:
//     0      kind: 1 data, 2 parity
//     1      data: its index in the group, from 0. Parity: how many packets it is of, 1 to group.
//     2      group: packets in a whole group, 2 to 255
//     3      0
//     4..7   sequence: the group's number, from 0, and from 4294967295 on to 0
//     data:    then the payload
//     parity:  then four bytes, the XOR of the payloads' lengths, and the XOR of the payloads, filled with zeros to the
//              longest
// So of each group one packet may be lost: any one, the parity too. (The parity of SMPTE ST 2022-1 without RTP.)
//
// fec.xor: every chunk becomes a data packet with its time, flags and tag; the parity follows at once, with those of
// the last. At the end of the input a group that was begun gets its parity too. Option: group (default 10, 2 to 255).
// Counters: data, parity.
//
// fec.xor.recover: payloads in their order, without a copy, with the time, flags and tag of their packets; one that was
// got back has those of the packet that made it possible, and KAM_CHUNK_DISCONTINUITY is taken off. While one is
// missing, those behind it in its group wait. They go out when it comes or is got back; or, when a packet of a later
// group or the end of the input comes first, without it. So packets may change places within a group. What is 16 groups
// old or less is late: dropped. What is older or more than 16 groups ahead is taken as a stream that begins anew.
// A packet that these rules do not allow, or a parity that cannot be of its group, is dropped and counted.
// Counters: received (data), recovered, lost (known to be missing; at the start also what was sent before it listened),
// late (data that came too late or twice), malformed.
#pragma once

#include <cstdint>
#include <span>

namespace kam::fec {

inline constexpr uint32_t header_bytes = 8;
inline constexpr uint32_t length_bytes = 4; ///< Of a parity packet, behind the header.
inline constexpr uint32_t group_min = 2;
inline constexpr uint32_t group_max = 255;
inline constexpr uint32_t groups_late_max = 16; ///< What a network may delay; beyond, the sender has begun again.

enum class packet_kind : uint8_t { data = 1, parity = 2 };

struct header {
    packet_kind kind;
    uint8_t index; ///< Of a parity: how many.
    uint8_t group;
    uint32_t sequence;
};

inline void number_put(uint32_t value, uint8_t *to) noexcept {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}
inline uint32_t number_get(const uint8_t *from) noexcept {
    uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | from[i];
    return value;
}

inline void header_put(const header &header, uint8_t *to) noexcept {
    to[0] = static_cast<uint8_t>(header.kind);
    to[1] = header.index;
    to[2] = header.group;
    to[3] = 0;
    number_put(header.sequence, to + 4);
}

/// False for a packet that no sender makes.
inline bool header_get(std::span<const uint8_t> packet, header &out) noexcept {
    if (packet.size() < header_bytes || packet[0] < 1 || packet[0] > 2 || packet[2] < group_min || packet[3] != 0)
        return false;
    out = {static_cast<packet_kind>(packet[0]), packet[1], packet[2], number_get(packet.data() + 4)};
    if (out.kind == packet_kind::data) return out.index < out.group;
    return out.index >= 1 && out.index <= out.group && packet.size() >= header_bytes + length_bytes;
}

} // namespace kam::fec
