// "pcm.mix": the first of its streams that has not ended sets the pace, message by message.
#include <vector>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "sound/mix_input.hpp"
#include "sound/pcm.hpp"

namespace kam::sound {

class pcm_mix {
public:
    static constexpr port ports[] = {
        in("in", "Streams to mix, cut anywhere, of the same rate and channels; the first sets the pace.", "pcm-s16le",
           KAM_PORT_ARRAY),
        out("outbox", "Their sum, clipped: a message for each of the first stream's, with its time.", "pcm-s16le"),
    };

    kam::step step(context &context) {
        inputs_.resize(context.in_count());
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            uint32_t leader = 0;
            uint32_t bytes = 0;
            switch (lead(context, leader, bytes)) {
            case mix_input::answer::over:
                return step::done;
            case mix_input::answer::wait:
                return step::wait_in;
            case mix_input::answer::ready:
                break;
            }
            chunk block = mixed(context, leader, bytes);
            out.push(block);
            blocks_.add();
        }
        return step::more;
    }

    void counters(counter_list &list) const { list.add("blocks", blocks_); }

private:
    /// Finds who sets the pace and how many bytes all have or will not have any more.
    mix_input::answer lead(context &context, uint32_t &leader, uint32_t &bytes) {
        const auto count = static_cast<uint32_t>(inputs_.size());
        for (leader = 0; leader < count; ++leader) {
            const mix_input::answer first = inputs_[leader].gather(context.in(leader), sample_bytes);
            if (first == mix_input::answer::wait) return first;
            if (first == mix_input::answer::ready) break;
        }
        if (leader == count) return mix_input::answer::over;
        bytes = inputs_[leader].bytes() / sample_bytes * sample_bytes;
        for (uint32_t i = leader + 1; i < count; ++i)
            if (inputs_[i].gather(context.in(i), bytes) == mix_input::answer::wait) return mix_input::answer::wait;
        return mix_input::answer::ready;
    }

    chunk mixed(context &context, uint32_t leader, uint32_t bytes) {
        mix_input &first = inputs_[leader];
        kam_chunk stamp = first.message().raw();
        if (!first.at_stamp()) stamp.flags = 0; // Its time is that of another byte.
        if (!(stamp.flags & KAM_CHUNK_HAS_PTS)) stamp.pts_ns = 0;
        parts_.clear();
        for (auto i = leader + 1; i < inputs_.size(); ++i)
            if (const uint8_t *part = inputs_[i].bytes() ? inputs_[i].take(bytes) : nullptr) parts_.push_back(part);
        chunk block;
        if (!parts_.empty() || !first.slice(bytes, block)) {
            parts_.push_back(first.take(bytes));
            block = context.rent(bytes);
            pcm().mix(parts_.data(), parts_.size(), block.writable().data(), bytes / sample_bytes);
        }
        block.stamp_like(stamp);
        return block;
    }

    static constexpr uint32_t sample_bytes = 2;
    std::vector<mix_input> inputs_;
    std::vector<const uint8_t *> parts_;
    counter blocks_;
};

} // namespace kam::sound

KAM_COMPONENT("pcm.mix", "Mixes streams of 16-bit samples.", kam::sound::pcm_mix)

const kam_component_type &kam::sound::pcm_mix_type() {
    return type_of<pcm_mix>;
}
