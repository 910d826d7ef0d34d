#include "framing/escape.hpp"

#include <bit>
#include <cstring>
#include <string>

#include <kamaelia/failure.hpp>

namespace kam::framing {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::size_t block_bytes = byte_set::block_bytes;

constexpr std::array<uint8_t, 256> hex_values = [] {
    std::array<uint8_t, 256> values{};
    values.fill(16);
    for (uint8_t i = 0; i < 16; ++i) values[static_cast<uint8_t>(hex_digits[i])] = i;
    return values;
}();

/// 0 to 15, or 16 for what is no lower-case hex digit. A table: in dense escapes no branch could be foretold.
constexpr unsigned hex_value(uint8_t c) {
    return hex_values[c];
}

std::string code_text(unsigned byte) {
    std::string text = "%";
    if (byte >= 16) text += hex_digits[byte >> 4];
    return text + hex_digits[byte & 15];
}

void check_bytes(std::string_view sync) {
    if (sync.empty() || sync.size() > 255)
        throw failure(KAM_E_INVALID, "sync has " + std::to_string(sync.size()) + " bytes; it must have 1 to 255");
    for (const char c : sync)
        if (c == '%' || hex_value(static_cast<uint8_t>(c)) < 16)
            throw failure(KAM_E_INVALID, std::string("sync holds '") + c +
                                             "'; escaped data holds '%', 0 to 9 and a to f, so a sync cannot");
}

void check_codes(const byte_set &sync) {
    for (unsigned low = 0; low < 16; ++low) {
        if (!sync.has(static_cast<uint8_t>(low))) continue;
        for (unsigned other = low << 4; low && other < (low + 1) << 4; ++other)
            if (other == '%' || sync.has(static_cast<uint8_t>(other)))
                throw failure(KAM_E_INVALID, "sync holds byte " + std::to_string(low) + ", whose escape " +
                                                 code_text(low) + " begins the escape " + code_text(other));
    }
}

} // namespace

escape_code::escape_code(std::string_view sync) {
    check_bytes(sync);
    for (const char c : sync) {
        sync_.add(static_cast<uint8_t>(c));
        special_.add(static_cast<uint8_t>(c));
    }
    check_codes(sync_);
    percent_.add('%');
    special_.add('%');
    for (unsigned byte = 0; byte < 256; ++byte) {
        std::string text(1, static_cast<char>(byte));
        if (special_.has(static_cast<uint8_t>(byte))) {
            text = code_text(byte);
            tables_.all_of_three = tables_.all_of_three && text.size() == 3;
        }
        std::memcpy(tables_.codes[byte].text, text.data(), text.size());
        tables_.code_bytes[byte] = static_cast<uint8_t>(text.size());
    }
    tables_.special.fill('%');
    std::size_t next = 0;
    for (unsigned byte = 0; special_.small() && byte < 256; ++byte)
        if (sync_.has(static_cast<uint8_t>(byte))) tables_.special[next++] = static_cast<uint8_t>(byte);
}

escape_code::progress escape_code::escape(const uint8_t *in, const uint8_t *in_end, uint8_t *out,
                                          const uint8_t *out_end) const noexcept {
    if (special_.small()) {
        const escape_progress at = escape_blocks(tables_, {in, out}, in_end, out_end);
        in = at.in;
        out = at.out;
    }
    // One byte's code: always four bytes written, of which its length counts; no branch to foretell.
    const auto put = [&](uint8_t byte) {
        std::memcpy(out, tables_.codes[byte].text, 4);
        out += tables_.code_bytes[byte];
    };
    while (static_cast<std::size_t>(in_end - in) >= block_bytes &&
           static_cast<std::size_t>(out_end - out) >= room_bytes) {
        const uint32_t hits = special_.mask(in);
        std::memcpy(out, in, block_bytes);
        if (!hits) {
            in += block_bytes;
            out += block_bytes;
        } else if (std::popcount(hits) <= 2) {
            // Few: the bytes before the first are in place already.
            const int before = std::countr_zero(hits);
            in += before;
            out += before;
            put(*in++);
        } else {
            for (std::size_t i = 0; i < block_bytes; ++i) put(in[i]);
            in += block_bytes;
        }
    }
    if (static_cast<std::size_t>(in_end - in) < block_bytes && static_cast<std::size_t>(out_end - out) >= room_bytes)
        while (in != in_end) put(*in++);
    return {in, out};
}

std::size_t escape_code::escaped_bytes(const uint8_t *in, std::size_t count) const noexcept {
    if (tables_.all_of_three) return count + 2 * special_.count(in, count);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sum += tables_.code_bytes[in[i]];
    return sum;
}

const uint8_t *escape_code::unescape_one(const uint8_t *in, const uint8_t *end, uint8_t *&out) const noexcept {
    const unsigned first = in + 1 < end ? hex_value(in[1]) : 16;
    if (first < 16) {
        if (sync_.has(static_cast<uint8_t>(first))) {
            *out++ = static_cast<uint8_t>(first);
            return in + 2;
        }
        const unsigned second = in + 2 < end ? hex_value(in[2]) : 16;
        // A leading zero is no code: "%0a" stands for itself.
        if (second < 16 && first && special_.has(static_cast<uint8_t>(first << 4 | second))) {
            *out++ = static_cast<uint8_t>(first << 4 | second);
            return in + 3;
        }
    }
    *out++ = '%';
    return in + 1;
}

uint8_t *escape_code::unescape(const uint8_t *in, std::size_t count, uint8_t *out) const noexcept {
    const uint8_t *end = in + count;
    if (special_.small() && tables_.all_of_three) {
        const escape_progress at = unescape_blocks(tables_, {in, out}, end);
        in = at.in;
        out = at.out;
    }
    while (static_cast<std::size_t>(end - in) >= block_bytes) {
        const uint32_t hits = percent_.mask(in);
        std::memcpy(out, in, block_bytes);
        if (!hits) {
            in += block_bytes;
            out += block_bytes;
        } else {
            const int before = std::countr_zero(hits);
            in += before;
            out += before;
            do // Escapes stand together more often than by chance: the padding of a frame, say.
                in = unescape_one(in, end, out);
            while (in != end && *in == '%');
        }
    }
    while (in != end) {
        if (*in == '%')
            in = unescape_one(in, end, out);
        else
            *out++ = *in++;
    }
    return out;
}

} // namespace kam::framing
