#include <gtest/gtest.h>

#include <kamaelia/failure.hpp>

#include "bytes.hpp"
#include "framing/escape.hpp"

namespace {

using kam::framing::escape_code;
using kam::framing::sync_default;
using kam::test::dice;
using kam::test::hex;
using kam::test::span_of;

std::string escape(const escape_code &code, std::string_view text) {
    std::string out(3 * text.size() + escape_code::room_bytes, '\0');
    auto *first = reinterpret_cast<uint8_t *>(out.data());
    const uint8_t *in = span_of(text).data();
    const escape_code::progress at = code.escape(in, in + text.size(), first, first + out.size());
    EXPECT_EQ(at.in, in + text.size());
    out.resize(static_cast<std::size_t>(at.out - first));
    EXPECT_EQ(out.size(), code.escaped_bytes(in, text.size()));
    return out;
}

std::string unescape(const escape_code &code, std::string_view text) {
    std::string out(text.size(), '\0');
    auto *first = reinterpret_cast<uint8_t *>(out.data());
    out.resize(static_cast<std::size_t>(code.unescape(span_of(text).data(), text.size(), first) - first));
    return out;
}

void replace_all(std::string &text, const std::string &from, const std::string &to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::string code_of(char c) {
    char text[8];
    std::snprintf(text, sizeof text, "%%%x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    return text;
}

/// As the original does it: one pass over everything for each character.
std::string original_escape(std::string text, const std::string &sync) {
    replace_all(text, "%", "%25");
    for (const char c : sync) replace_all(text, std::string(1, c), code_of(c));
    return text;
}
std::string original_unescape(std::string text, const std::string &sync) {
    for (const char c : sync) replace_all(text, code_of(c), std::string(1, c));
    replace_all(text, "%25", "%");
    return text;
}

const std::string syncs[] = {
    std::string(sync_default), "SYNC", "-", "\n", "h", "XYXYXY", std::string("\0\x01\xff", 3), "ghijklmnopqrst",
    hex("03 ff 80 07")};

TEST(Escape, Vectors_OfTheOriginal_AreGivenByteForByte) {
    EXPECT_EQ(escape(escape_code(sync_default), "hello"), "hello");
    EXPECT_EQ(escape(escape_code(sync_default), "100%X"), hex("31 30 30 25 32 35 25 35 38"));
    EXPECT_EQ(escape(escape_code("SYNC"), "a SYNC % S"), "a %53%59%4e%43 %25 %53");
    EXPECT_EQ(escape(escape_code("\n"), "a\nb"), "a%ab");
    EXPECT_EQ(escape(escape_code(sync_default), ""), "");
}

TEST(Escape, AnyData_ComesBackAndIsWhatTheOriginalMade) {
    dice dice(1);
    for (const std::string &sync : syncs) {
        const escape_code code(sync);
        for (uint32_t bytes = 0; bytes < 200; ++bytes) {
            const std::string plain = bytes % 2 ? dice.bytes(bytes) : dice.bytes_of(sync + "%5a", bytes);
            const std::string wire = escape(code, plain);
            ASSERT_EQ(wire, original_escape(plain, sync)) << sync << bytes;
            ASSERT_EQ(wire.find_first_of(sync), std::string::npos);
            ASSERT_EQ(unescape(code, wire), plain) << sync << bytes;
        }
    }
}

TEST(Unescape, AnyWire_IsReadAsTheOriginalReadIt) {
    dice dice(2);
    for (const std::string &sync : {std::string(sync_default), std::string("SYNC"), std::string("h-")}) {
        const escape_code code(sync);
        for (int turn = 0; turn < 3000; ++turn) {
            const std::string wire = dice.bytes_of("%%%2553849ecd6g", dice.upto(60));
            ASSERT_EQ(unescape(code, wire), original_unescape(wire, sync)) << wire;
        }
    }
}

TEST(Unescape, WhatIsNoCode_StandsForItself) {
    const escape_code code(sync_default);
    for (const char *wire : {"%", "a%", "%5", "%5G", "%58x%", "%4E", "%%", "%05", "%zz"}) {
        const std::string expected = std::string(wire) == "%58x%" ? "Xx%" : wire;
        EXPECT_EQ(unescape(code, wire), expected) << wire;
    }
}

TEST(Escape, LittleRoom_StopsAndGoesOn) {
    const escape_code code(sync_default);
    const std::string plain(1000, 'X');
    const std::string whole = escape(code, plain);
    std::string got;
    const uint8_t *in = span_of(plain).data();
    const uint8_t *end = in + plain.size();
    int turns = 0;
    while (in != end) {
        std::vector<uint8_t> out(escape_code::room_bytes + 40);
        const escape_code::progress at = code.escape(in, end, out.data(), out.data() + out.size());
        ASSERT_NE(at.in, in);
        got.append(out.begin(), out.begin() + (at.out - out.data()));
        in = at.in;
        ++turns;
    }
    EXPECT_EQ(got, whole);
    EXPECT_GT(turns, 10);
}

TEST(Sync, ThatWouldBeReadBackWrongly_IsRefusedWithTheReason) {
    const std::pair<std::string, const char *> cases[] = {
        {"", "1 to 255"},
        {std::string(256, 'X'), "1 to 255"},
        {"h8", "sync holds '8'"},
        {"X%", "sync holds '%'"},
        {"Xa", "sync holds 'a'"},
        {"f", "sync holds 'f'"},
        {"\x02", "begins the escape %25"},
        {"\x05X", "begins the escape %58"},
    };
    for (const auto &[sync, reason] : cases) {
        try {
            escape_code code(sync);
            FAIL() << "'" << sync << "' was taken";
        } catch (const kam::failure &e) {
            EXPECT_EQ(e.status(), KAM_E_INVALID);
            EXPECT_NE(std::string(e.what()).find(reason), std::string::npos) << e.what();
        }
    }
    EXPECT_THROW(escape_code("\x05Y"), kam::failure);
    EXPECT_NO_THROW(escape_code("\x05-gk")); // No other code begins with %5.
}

} // namespace
