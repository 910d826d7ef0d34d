// "fec.xor": see xor_header.hpp.
#include <cstring>
#include <string>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "fec/parity.hpp"
#include "fec/xor_header.hpp"

namespace kam::fec {

class xor_adder {
public:
    static constexpr port ports[] = {
        in("inbox", "Packets to protect."),
        out("outbox", "Each packet behind a header, and a parity packet behind each group.", "fec-xor"),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_INT, "group", "10", "Packets for each parity packet, 2 to 255: one of them may be lost."),
    };

    explicit xor_adder(const kam::options &given)
        : group_(static_cast<uint8_t>(given.integer("group", group_min, group_max))) {}

    kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            chunk packet;
            if (count_ == group_) {
                out.push(parity_packet(context));
            } else if (in.pop(packet)) {
                out.push(data_packet(context, packet));
            } else {
                if (!in.ended()) return step::wait_in;
                if (!count_) return step::done;
                out.push(parity_packet(context));
            }
        }
        return step::more;
    }

    void counters(counter_list &list) const {
        list.add("data", data_);
        list.add("parity", parity_count_);
    }

private:
    chunk data_packet(context &context, chunk &payload) {
        const uint32_t bytes = payload.size();
        if (bytes > UINT32_MAX - header_bytes - length_bytes)
            throw failure(KAM_E_INVALID, "a packet of " + std::to_string(bytes) + " bytes has no room for a header");
        chunk made = context.rent(header_bytes + bytes);
        uint8_t *to = made.writable().data();
        header_put({packet_kind::data, count_, group_, sequence_}, to);
        if (bytes) std::memcpy(to + header_bytes, payload.data(), bytes);
        parity_.add(payload.bytes());
        made.stamp_like(payload.raw());
        last_.stamp_like(payload.raw());
        payload.reset(context.pool());
        ++count_;
        data_.add();
        return made;
    }

    chunk parity_packet(context &context) {
        const auto bytes = parity_.bytes();
        chunk made = context.rent(header_bytes + length_bytes + static_cast<uint32_t>(bytes.size()));
        uint8_t *to = made.writable().data();
        header_put({packet_kind::parity, count_, group_, sequence_}, to);
        number_put(parity_.length_xor(), to + header_bytes);
        if (!bytes.empty()) std::memcpy(to + header_bytes + length_bytes, bytes.data(), bytes.size());
        made.stamp_like(last_.raw());
        parity_.clear();
        count_ = 0;
        ++sequence_;
        parity_count_.add();
        return made;
    }

    uint8_t group_;
    uint8_t count_ = 0; ///< Of the group's packets, how many are in the parity.
    uint32_t sequence_ = 0;
    parity parity_;
    chunk last_; ///< Empty: the stamp of the group's last packet.
    counter data_;
    counter parity_count_;
};

} // namespace kam::fec

KAM_COMPONENT("fec.xor", "Sends a parity packet behind each group of packets, so that a lost one can be got back.",
              kam::fec::xor_adder)

const kam_component_type &kam::fec::xor_type() {
    return type_of<xor_adder>;
}
