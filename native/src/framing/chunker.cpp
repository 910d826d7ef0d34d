// "chunker": see chunk_splitter.hpp and escape.hpp.
#include <cstring>
#include <string>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "framing/escape.hpp"

namespace kam::framing {

class chunker : public transform<chunker> {
public:
    static constexpr port ports[] = {
        in("inbox", "Data to chunk."),
        out("outbox", "For each chunk the sync and then its data, in which no byte of the sync occurs.", "chunked"),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "sync", sync_default,
            "What marks the beginning of a chunk: 1 to 255 bytes, none of them '%', 0 to 9 or a to f."),
    };

    explicit chunker(const kam::options &given) : sync_(given.text("sync")), code_(sync_) {}

    void each(context &context, chunk data, outlet &out) {
        chunk made = escaped(context, data);
        made.stamp_like(data.raw());
        data.reset(context.pool());
        out.push(made);
        chunks_.add();
    }

    void counters(counter_list &list) const { list.add("chunks", chunks_); }

private:
    /// Rents for data that needs few escapes, the usual case; only if that is too little is the rest counted.
    chunk escaped(context &context, const chunk &data) const {
        const uint8_t *in = data.data();
        const uint8_t *in_end = in + data.size();
        chunk made =
            context.rent(bytes_checked(sync_.size() + data.size() + data.size() / 16 + escape_code::room_bytes));
        uint8_t *first = made.writable().data();
        std::memcpy(first, sync_.data(), sync_.size());
        escape_code::progress at =
            code_.escape(in, in_end, first + sync_.size(), first + made.raw().block->capacity_bytes);
        if (at.in != in_end) {
            const auto so_far = static_cast<std::size_t>(at.out - first);
            const std::size_t rest = code_.escaped_bytes(at.in, static_cast<std::size_t>(in_end - at.in));
            chunk larger = context.rent(bytes_checked(so_far + rest + escape_code::room_bytes));
            std::memcpy(larger.writable().data(), first, so_far);
            made = std::move(larger);
            first = made.writable().data();
            at = code_.escape(at.in, in_end, first + so_far, first + made.size());
        }
        made.trim(0, static_cast<uint32_t>(at.out - first));
        return made;
    }

    static uint32_t bytes_checked(std::size_t bytes) {
        if (bytes > UINT32_MAX)
            throw failure(KAM_E_INVALID, "an escaped chunk of " + std::to_string(bytes) + " bytes is too long");
        return static_cast<uint32_t>(bytes);
    }

    std::string sync_;
    escape_code code_;
    counter chunks_;
};

} // namespace kam::framing

KAM_COMPONENT("chunker", "Marks where each chunk begins, so that it can be found again in a stream of bytes.",
              kam::framing::chunker)

const kam_component_type &kam::framing::chunker_type() {
    return type_of<chunker>;
}
