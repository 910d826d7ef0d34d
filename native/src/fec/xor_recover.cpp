// "fec.xor.recover": see xor_header.hpp.
#include <array>
#include <bitset>
#include <cstring>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "fec/parity.hpp"
#include "fec/xor_header.hpp"

namespace kam::fec {

class xor_recoverer {
public:
    static constexpr port ports[] = {
        in("inbox", "Packets of fec.xor, some lost or out of order.", "fec-xor"),
        out("outbox", "The payloads in their order; one lost of a group is got back."),
    };

    kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            if (send_next(out)) continue;
            if (!waiting_ && !in.pop(input_)) {
                if (!in.ended()) return step::wait_in;
                if (!open_) return step::done;
                closing_ = true;
                continue;
            }
            waiting_ = !take(context);
            if (!waiting_) input_.reset(context.pool());
        }
        return step::more;
    }

    void counters(counter_list &list) const {
        list.add("received", received_);
        list.add("recovered", recovered_);
        list.add("lost", lost_);
        list.add("late", late_);
        list.add("malformed", malformed_);
    }

private:
    /// Sends the group's next payload if it is there; a group with nothing more to send is ended.
    bool send_next(outlet &out) {
        if (!open_) return false;
        while (next_ < count_) {
            if (has_[next_]) {
                // Kept as well: the parity may need it.
                chunk payload = payloads_[next_].share();
                ++next_;
                out.push(payload);
                return true;
            }
            if (!closing_) return false;
            lost_.add();
            ++next_;
        }
        // The parity, if it is still to come, is of no more use.
        group_end();
        return false;
    }

    void group_end() {
        for (uint32_t i = 0; i < count_; ++i) payloads_[i].reset();
        parity_.reset();
        has_.reset();
        open_ = closing_ = false;
        begun_ = true;
        ++sequence_;
    }

    void group_begin(const header &header) {
        open_ = true;
        sequence_ = header.sequence;
        group_ = count_ = header.group;
        next_ = 0;
    }

    /// True when the input has been used or dropped; false when the group before must be ended first.
    bool take(context &context) {
        header header;
        if (!header_get(input_.bytes(), header)) {
            malformed_.add();
            return true;
        }
        const uint32_t ahead = header.sequence - sequence_;
        const bool late = (open_ || begun_) && 0u - ahead <= groups_late_max && ahead != 0;
        if (late) {
            if (header.kind == packet_kind::data) late_.add();
            return true;
        }
        if (open_ && ahead != 0) {
            closing_ = true;
            return false;
        }
        if (!open_) {
            if (begun_ && ahead <= groups_late_max) lost_.add(uint64_t{ahead} * header.group);
            group_begin(header);
        }
        if (header.kind == packet_kind::data)
            take_data(header);
        else
            take_parity(header);
        recover(context);
        return true;
    }

    void take_data(const header &header) {
        if (header.group != group_ || header.index >= count_) return malformed_.add();
        if (has_[header.index]) return late_.add();
        put(header.index,
            input_.size() == header_bytes ? chunk() : input_.slice(header_bytes, input_.size() - header_bytes));
        received_.add();
    }

    void take_parity(const header &header) {
        if (parity_.size()) return; // Came twice.
        // It cannot be of fewer packets than have come.
        if (header.group != group_ || has_any_from(header.index)) return malformed_.add();
        count_ = header.index;
        parity_ = input_.share();
    }

    bool has_any_from(uint32_t index) const noexcept {
        for (uint32_t i = index; i < group_; ++i)
            if (has_[i]) return true;
        return false;
    }

    void put(uint32_t index, chunk payload) {
        payload.stamp_like(input_.raw());
        payloads_[index] = std::move(payload);
        has_.set(index);
    }

    /// With the parity and all but one, that one.
    void recover(context &context) {
        if (!parity_.size() || has_.count() + 1 != count_) return;
        uint32_t missing = 0;
        while (has_[missing]) ++missing;
        const auto given = parity_.bytes().subspan(header_bytes + length_bytes);
        sum_.clear();
        sum_.add(given, number_get(parity_.data() + header_bytes));
        for (uint32_t i = 0; i < count_; ++i)
            if (i != missing) sum_.add(payloads_[i].bytes());
        const uint32_t bytes = sum_.length_xor();
        // Longer payloads than the parity, or a length beyond it: it is not of these.
        if (sum_.bytes().size() != given.size() || bytes > given.size()) {
            malformed_.add();
            parity_.reset();
            count_ = group_;
            return;
        }
        chunk made;
        if (bytes) {
            made = context.rent(bytes);
            std::memcpy(made.writable().data(), sum_.bytes().data(), bytes);
        }
        put(missing, std::move(made));
        payloads_[missing].raw().flags &= ~KAM_CHUNK_DISCONTINUITY;
        recovered_.add();
    }

    chunk input_;
    bool waiting_ = false; ///< The input has not been taken yet.
    bool open_ = false;    ///< In a group.
    bool closing_ = false; ///< What is missing of it will not come.
    bool begun_ = false;   ///< A group has been ended, and sequence_ is the one behind it.
    uint8_t group_ = 0;
    uint8_t count_ = 0; ///< Packets in this group: group_, unless its parity said fewer.
    uint32_t next_ = 0; ///< The next index to send.
    uint32_t sequence_ = 0;
    std::array<chunk, group_max> payloads_;
    std::bitset<group_max> has_;
    chunk parity_; ///< The whole packet.
    parity sum_;
    counter received_;
    counter recovered_;
    counter lost_;
    counter late_;
    counter malformed_;
};

} // namespace kam::fec

KAM_COMPONENT("fec.xor.recover", "Gets back one lost packet of each group that fec.xor made, and puts all in order.",
              kam::fec::xor_recoverer)

const kam_component_type &kam::fec::xor_recover_type() {
    return type_of<xor_recoverer>;
}
