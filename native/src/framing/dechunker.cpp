// "dechunker": see chunk_splitter.hpp and escape.hpp.
#include <cstring>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "framing/chunk_splitter.hpp"
#include "framing/escape.hpp"

namespace kam::framing {

class dechunker {
public:
    static constexpr port ports[] = {
        in("inbox", "A stream of bytes, cut anywhere, in which syncs mark the chunks.", "chunked"),
        out("outbox", "The data of each chunk once the next sync, or the end, has come."),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "sync", sync_default,
            "What marks the beginning of a chunk: 1 to 255 bytes, none of them '%', 0 to 9 or a to f."),
        opt(KAM_OPTION_INT, "chunk_max", "16Mi",
            "Bytes of one chunk, as on the wire, before it is dropped as damaged: 1 to 1Gi."),
    };

    explicit dechunker(const kam::options &given)
        : code_(given.text("sync")), splitter_(given.text("sync"), code_.sync_bytes(),
                                               static_cast<uint32_t>(given.integer("chunk_max", 1, 1 << 30))) {}

    kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            chunk_splitter::content content;
            if (splitter_.next(content)) {
                send(context, content, out);
                continue;
            }
            malformed_.set(splitter_.malformed());
            if (!in.pop(input_)) {
                if (!in.ended()) return step::wait_in;
                if (splitter_.finish(content)) send(context, content, out);
                return step::done;
            }
            splitter_.feed(input_.bytes(), stamp_of(input_.raw()));
        }
        return step::more;
    }

    void counters(counter_list &list) const {
        list.add("chunks", chunks_);
        list.add("malformed", malformed_);
    }

private:
    void send(context &context, const chunk_splitter::content &content, outlet &out) {
        chunk made = unescaped(context, content.escaped);
        stamp_put(made.raw(), content.stamp);
        out.push(made);
        chunks_.add();
    }

    chunk unescaped(context &context, std::span<const uint8_t> escaped) const {
        const auto bytes = static_cast<uint32_t>(escaped.size());
        if (!bytes) return {};
        const uint8_t *first = input_.data();
        const bool in_input = escaped.data() >= first && escaped.data() < first + input_.size();
        if (in_input && !std::memchr(escaped.data(), '%', bytes))
            return input_.slice(static_cast<uint32_t>(escaped.data() - first), bytes);
        chunk made = context.rent(bytes);
        uint8_t *to = made.writable().data();
        made.trim(0, static_cast<uint32_t>(code_.unescape(escaped.data(), bytes, to) - to));
        return made;
    }

    escape_code code_;
    chunk_splitter splitter_;
    chunk input_; ///< What the splitter reads.
    counter chunks_;
    counter malformed_;
};

} // namespace kam::framing

KAM_COMPONENT("dechunker", "Finds chunks in a stream of bytes by their sync; drops and counts what is damaged.",
              kam::framing::dechunker)

const kam_component_type &kam::framing::dechunker_type() {
    return type_of<dechunker>;
}
