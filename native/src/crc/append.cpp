// "crc.append": see kind.hpp.
#include <cstring>

#include <kamaelia/kamaelia.hpp>

#include "core/builtin.hpp"
#include "crc/kind.hpp"

namespace kam::crc {

class append : public transform<append> {
public:
    static constexpr port ports[] = {
        in("inbox", "Data."),
        out("outbox", "The same data, each chunk with the CRC of its bytes behind it."),
    };
    static constexpr option options[] = {
        opt(KAM_OPTION_TEXT, "kind", "mpeg2", kind_sentence),
    };

    explicit append(const kam::options &given) : kind_(kind_of(given.text("kind"))) {}

    void each(context &context, chunk data, outlet &out) {
        const uint32_t bytes = data.size();
        if (bytes > UINT32_MAX - value_bytes)
            throw failure(KAM_E_INVALID, "a chunk of " + std::to_string(bytes) + " bytes has no room for a CRC");
        chunk made = context.rent(bytes + value_bytes);
        uint8_t *to = made.writable().data();
        if (bytes) std::memcpy(to, data.data(), bytes);
        value_put(kind_, simd::crc32(kind_, data.bytes()), to + bytes);
        made.stamp_like(data.raw());
        data.reset(context.pool());
        out.push(made);
    }

private:
    simd::crc32_kind kind_;
};

} // namespace kam::crc

KAM_COMPONENT("crc.append", "Puts a CRC of 32 bits behind each chunk.", kam::crc::append)

const kam_component_type &kam::crc::append_type() {
    return type_of<append>;
}
