// "ts.filter": keeps or removes the packets of some PIDs.
#include <bit>
#include <string>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "ts/aligner.hpp"
#include "ts/pid_set.hpp"

namespace kam::ts {

class ts_filter {
public:
    static constexpr port ports[] = {
        in("inbox", "Transport packets, cut anywhere.", "mpegts"),
        out("outbox", "Whole packets, those that pass, a message for each that has some.", "mpegts"),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "pids", "", "PIDs and ranges with commas between: 256,0x1ffb,100-200.",
            KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        opt(KAM_OPTION_TEXT, "mode", "keep", "What is done with these packets, not with the others: keep or remove."),
        opt(KAM_OPTION_BOOL, "drop_null", "false", "Removes null packets (PID 0x1fff) whatever pids says."),
    };

    explicit ts_filter(const kam::options &given) : passes_(pids_parse(given.text("pids"))) {
        const std::string_view mode = given.text("mode");
        if (mode != "keep" && mode != "remove") throw option_failure("mode", mode, "keep or remove");
        if (mode == "remove") passes_.flip();
        if (given.flag("drop_null")) passes_.reset(null_pid);
    }

    kam::step step(context &context) {
        inlet in = context.in();
        outlet out = context.out();
        for (uint32_t left = context.batch_max(); left; --left) {
            if (!out.room()) return step::wait_room;
            if (!in.pop(message_)) {
                if (!in.ended() || finished_) return finished_ ? step::done : step::wait_in;
                finished_ = true;
                collector visitor(*this, context, message_);
                aligner_.finish(visitor);
                send(visitor, out);
                return step::done;
            }
            collector visitor(*this, context, message_);
            aligner_.push(message_.bytes(), visitor);
            send(visitor, out);
        }
        return in.count() ? step::more : step::wait_in;
    }

    void counters(counter_list &list) const {
        list.add("packets", packets_);
        list.add("removed", removed_);
        list.add("junk_bytes", junk_bytes_);
    }

private:
    /// Packets that pass, as one run of the message as long as that is what they are, else as a copy.
    class collector {
    public:
        collector(ts_filter &owner, context &context, chunk &message)
            : owner_(owner), context_(context), message_(message) {}
        ~collector() {
            owner_.packets_.add(kept_);
            owner_.removed_.add(seen_ - kept_);
            if (junk_) owner_.junk_bytes_.add(junk_);
        }
        collector(const collector &) = delete;
        collector &operator=(const collector &) = delete;

        void packet(const uint8_t *bytes) {
            ++seen_;
            if (!owner_.passes_[pid_of(bytes)]) return;
            ++kept_;
            if (bytes != run_ + run_bytes_) {
                flush();
                run_ = bytes;
            }
            run_bytes_ += packet_bytes;
            // What lies in the aligner's own memory does not stay there.
            if (!inside(bytes)) flush();
        }
        void junk(std::size_t bytes) noexcept { junk_ += bytes; }

        chunk take() {
            if (!copy_.raw().block) {
                if (!run_bytes_) return {};
                if (run_bytes_ == message_.size()) return std::move(message_);
                chunk part = message_.slice(static_cast<uint32_t>(run_ - message_.data()), run_bytes_);
                return part;
            }
            flush();
            copy_.trim(0, copied_);
            copy_.stamp_like(message_.raw().block ? message_.raw() : owner_.last_);
            return std::move(copy_);
        }

    private:
        bool inside(const uint8_t *bytes) const noexcept {
            const uint8_t *first = message_.data();
            return first && bytes >= first && bytes < first + message_.size();
        }
        void flush() {
            if (!run_bytes_) return;
            // The aligner holds less than three packets beside the message.
            if (!copy_.raw().block) copy_ = context_.rent(message_.size() + 3 * static_cast<uint32_t>(packet_bytes));
            std::memcpy(copy_.writable().data() + copied_, run_, run_bytes_);
            copied_ += run_bytes_;
            run_bytes_ = 0;
        }

        ts_filter &owner_;
        context &context_;
        chunk &message_;
        chunk copy_;
        uint32_t copied_ = 0;
        const uint8_t *run_ = nullptr;
        uint32_t run_bytes_ = 0;
        uint64_t seen_ = 0;
        uint64_t kept_ = 0;
        uint64_t junk_ = 0;
    };

    void send(collector &visitor, outlet &out) {
        if (message_.raw().block) last_ = message_.raw();
        chunk passed = visitor.take();
        message_.reset();
        if (passed.size()) out.push(passed);
    }

    pid_set passes_;
    aligner aligner_;
    chunk message_;
    kam_chunk last_{}; ///< The stamp of the last message; its block is not ours any more.
    bool finished_ = false;
    counter packets_;
    counter removed_;
    counter junk_bytes_;
};

} // namespace kam::ts

KAM_COMPONENT("ts.filter", "Keeps or removes the transport packets of some PIDs.", kam::ts::ts_filter)

const kam_component_type &kam::ts::ts_filter_type() {
    return type_of<ts_filter>;
}
