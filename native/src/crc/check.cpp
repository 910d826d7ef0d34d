// "crc.check": see kind.hpp.
#include <cstdio>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "crc/kind.hpp"

namespace kam::crc {

class check : public transform<check> {
public:
    static constexpr port ports[] = {
        in("inbox", "Chunks, each with a CRC as its last four bytes."),
        out("outbox", "The good ones, without the CRC; the bad ones too if they are to be flagged."),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "kind", "mpeg2", kind_sentence),
        opt(KAM_OPTION_TEXT, "bad", "drop", "What becomes of a bad chunk: drop, flag (as a discontinuity) or fail."),
        opt(KAM_OPTION_BOOL, "strip", "yes", "Whether the CRC is taken off good chunks."),
    };

    explicit check(const kam::options &given)
        : kind_(kind_of(given.text("kind"))), bad_(bad_of(given.text("bad"))), strip_(given.flag("strip")) {}

    void each(context &context, chunk data, outlet &out) {
        if (!is_good(data.bytes())) {
            bad_count_.add();
            if (bad_ == when_bad::fail) throw failure(KAM_E_INVALID, sentence(data.bytes()));
            if (bad_ == when_bad::drop) return data.reset(context.pool());
            data.raw().flags |= KAM_CHUNK_DISCONTINUITY;
        } else {
            good_count_.add();
            if (strip_) data = stripped(std::move(data));
        }
        out.push(data);
    }

    void counters(counter_list &list) const {
        list.add("good", good_count_);
        list.add("bad", bad_count_);
    }

private:
    enum class when_bad { drop, flag, fail };

    static when_bad bad_of(std::string_view text) {
        if (text == "drop") return when_bad::drop;
        if (text == "flag") return when_bad::flag;
        if (text == "fail") return when_bad::fail;
        throw failure(KAM_E_INVALID, "bad '" + std::string(text) + "' is none of drop, flag, fail");
    }

    bool is_good(std::span<const uint8_t> bytes) const noexcept {
        if (bytes.size() < value_bytes) return false;
        const auto data = bytes.first(bytes.size() - value_bytes);
        return simd::crc32(kind_, data) == value_get(kind_, bytes.data() + data.size());
    }

    static chunk stripped(chunk data) {
        const uint32_t left = data.size() - value_bytes;
        if (left) {
            data.trim(0, left);
            return data;
        }
        chunk empty; // Holds no block: an empty chunk has none.
        empty.stamp_like(data.raw());
        return empty;
    }

    std::string sentence(std::span<const uint8_t> bytes) const {
        if (bytes.size() < value_bytes)
            return "a chunk of " + std::to_string(bytes.size()) + " bytes is too short for a CRC";
        const auto data = bytes.first(bytes.size() - value_bytes);
        char text[100];
        std::snprintf(text, sizeof text, "a chunk of %zu bytes says its CRC is %08x, but it is %08x", bytes.size(),
                      value_get(kind_, bytes.data() + data.size()), simd::crc32(kind_, data));
        return text;
    }

    simd::crc32_kind kind_;
    when_bad bad_;
    bool strip_;
    counter good_count_;
    counter bad_count_;
};

} // namespace kam::crc

KAM_COMPONENT("crc.check", "Drops, flags or refuses chunks whose CRC is wrong, and counts them.", kam::crc::check)

const kam_component_type &kam::crc::check_type() {
    return type_of<check>;
}
