// "counter.source": a given number of chunks of a given length, as fast as they are taken.
//
// Chunk k (0, 1, 2, …) has tag k modulo 2^32, no time and no flags; with `fill` its byte i is (k + i) modulo 256, else
// its bytes are whatever was in the block. After the last one it is done; told to drain it makes no more.
#include <cstdint>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"

namespace kam::basic {

class counter_source {
public:
    static constexpr port ports[] = {out("outbox", "The chunks; the tag of each is its number, from 0.")};
    static constexpr option options[] = {
        opt(KAM_OPTION_INT, "n", "1000", "How many chunks; 0: until it is told to stop."),
        opt(KAM_OPTION_INT, "bytes", "1316", "Length of each in bytes, 0 to 16Mi."),
        opt(KAM_OPTION_BOOL, "fill", "true", "Whether byte i of chunk k is set to (k + i) modulo 256."),
    };
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;

    explicit counter_source(const kam::options &given)
        : count_max_(static_cast<uint64_t>(given.integer("n", 0, INT64_MAX))),
          chunk_bytes_(static_cast<uint32_t>(given.integer("bytes", 0, 16 << 20))), fill_(given.flag("fill")) {}

    kam::step step(context &context) {
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (context.draining() || (count_max_ && made_.get() == count_max_)) return step::done;
            if (!out.room()) return step::wait_room;
            chunk message = context.rent(chunk_bytes_);
            message.raw().tag = static_cast<uint32_t>(made_.get());
            if (fill_) fill(message.writable(), static_cast<uint32_t>(made_.get()));
            out.push(message);
            made_.add();
        }
        return step::more;
    }

    void counters(counter_list &list) const { list.add("chunks", made_); }

private:
    static void fill(std::span<uint8_t> bytes, uint32_t first) {
        for (uint8_t &byte : bytes) byte = static_cast<uint8_t>(first++);
    }

    uint64_t count_max_;
    uint32_t chunk_bytes_;
    bool fill_;
    counter made_;
};

} // namespace kam::basic

KAM_COMPONENT("counter.source", "Makes a given number of chunks of a given length.", kam::basic::counter_source)

const kam_component_type &kam::basic::counter_source_type() {
    return type_of<counter_source>;
}
