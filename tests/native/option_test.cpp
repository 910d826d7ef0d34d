// Options as text: every kind, and what is said of a wrong one.
#include <gtest/gtest.h>

#include <kamaelia/kamaelia.hpp>

#include "core/options.hpp"
#include "host.hpp"

namespace {

struct optioned {
    static constexpr kam::port ports[] = {kam::in("inbox", "Anything.")};
    static constexpr kam::option options[] = {
        kam::opt(KAM_OPTION_ADDRESS, "address", "", "Where to.", KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL),
        kam::opt(KAM_OPTION_INT, "ttl", "4", "Hops, 0 to 255."),
        kam::opt(KAM_OPTION_BOOL, "loop", "true", "Whether."),
        kam::opt(KAM_OPTION_DURATION, "timeout", "250ms", "How long."),
        kam::opt(KAM_OPTION_RATE, "rate", "2.5M", "How fast."),
        kam::opt(KAM_OPTION_TEXT, "note", "", "A word."),
    };
    std::string seen;

    explicit optioned(const kam::options &given) {
        const kam::address address = given.address("address");
        seen = address.host + "|" + std::to_string(address.port) + "|" + std::to_string(given.integer("ttl", 0, 255)) +
               "|" + std::to_string(given.flag("loop")) + "|" + std::to_string(given.duration_ns("timeout")) + "|" +
               std::to_string(given.rate_bps("rate")) + "|" + std::string(given.text_or("note", "none")) + "|" +
               std::to_string(given.has("note"));
    }
    kam::step step(kam::context &) { return kam::step::done; }
};

} // namespace

KAM_COMPONENT("test.optioned", "Reads its options.", optioned)

namespace {

using kam::test::given_options;
using kam::test::host;

std::string seen(given_options given) {
    host host;
    return static_cast<optioned *>(host.add(kam::type_of<optioned>, given).instance->self)->seen;
}

std::string refusal(const kam_component_type &type, given_options given) {
    host host;
    try {
        host.add(type, given);
    } catch (const kam::failure &e) {
        EXPECT_EQ(e.status(), KAM_E_INVALID);
        return e.what();
    }
    return "";
}

TEST(Options, Defaults_AreFilledIn) {
    EXPECT_EQ(seen({{"address", "239.1.1.1:5004"}}), "239.1.1.1|5004|4|1|250000000|2500000|none|0");
}

TEST(Options, Given_ReplaceDefaults) {
    EXPECT_EQ(
        seen(
            {{"note", ""}, {"rate", "1k"}, {"timeout", "1.5s"}, {"loop", "off"}, {"ttl", "0"}, {"address", "[::1]:0"}}),
        "::1|0|0|0|1500000000|1000||1");
}

TEST(Options, Wrong_AreNamedWithValueAndWhatIsAllowed) {
    const kam_component_type &type = kam::type_of<optioned>;
    EXPECT_EQ(refusal(type, {}), "test.optioned: option 'address' is required (Where to.)");
    EXPECT_EQ(refusal(type, {{"address", "a:1"}, {"tll", "3"}}),
              "test.optioned: there is no option 'tll'; did you mean 'ttl'? It takes: address, ttl, loop, timeout, "
              "rate, note");
    EXPECT_EQ(refusal(type, {{"address", "a:1"}, {"colour", "3"}}),
              "test.optioned: there is no option 'colour'. It takes: address, ttl, loop, timeout, rate, note");
    EXPECT_EQ(refusal(type, {{"address", "a:1"}, {"ttl", "x"}}),
              "test.optioned: option ttl='x': wanted a whole number, if need be with k M G (1000) or Ki Mi Gi (1024)");
    EXPECT_EQ(refusal(type, {{"address", "a:1"}, {"ttl", "256"}}), "test.optioned: option ttl='256': wanted 0 to 255");
    EXPECT_EQ(refusal(type, {{"address", "a:1"}, {"loop", "maybe"}}),
              "test.optioned: option loop='maybe': wanted true false yes no on off 1 or 0");
    EXPECT_EQ(refusal(type, {{"address", "a:1"}, {"address", "b:1"}}),
              "test.optioned: option 'address' is given twice");
    EXPECT_EQ(refusal(kam::type_of<optioned>, {{"address", "239.1.1.1"}}),
              "test.optioned: option address='239.1.1.1': wanted host:port or [IPv6]:port");
}

TEST(Options, TypeWithoutOptions_SaysSo) {
    for (uint32_t i = 0; const kam_component_type *type = kam_type_get(i); ++i)
        if (kam::view(type->name) == "pass") {
            EXPECT_EQ(refusal(*type, {{"x", "1"}}), "pass: there is no option 'x'; it takes none");
        }
}

TEST(Options, EveryBuiltInDefault_FitsItsKind) {
    for (uint32_t i = 0; const kam_component_type *type = kam_type_get(i); ++i)
        for (uint32_t k = 0; k < type->option_count; ++k) {
            const kam_option_info &info = type->options[k];
            EXPECT_TRUE(info.default_text.bytes == 0 || kam::option_fits(info.kind, kam::view(info.default_text)))
                << kam::view(type->name) << " " << kam::view(info.name);
        }
}

TEST(IntParse, Numbers_WithAndWithoutSuffix) {
    const std::pair<const char *, int64_t> good[] = {
        {"0", 0},           {"-12", -12},          {"64k", 64'000},
        {"3M", 3'000'000},  {"2G", 2'000'000'000}, {"1Ki", 1024},
        {"16Mi", 16 << 20}, {"4Gi", 4ll << 30},    {"9223372036854775807", INT64_MAX},
        {"007", 7}};
    for (const auto &[text, value] : good) EXPECT_EQ(kam::int_parse(text), value) << text;
    for (const char *text : {"", "-", "k", "1.5", "1 k", " 1", "1 ", "+1", "1mi", "9223372036854775808",
                             "9223372036854775807k", "1e3", "0x10", "--1"})
        EXPECT_EQ(kam::int_parse(text), std::nullopt) << text;
}

TEST(DurationParse, NumbersWithAUnit) {
    const std::pair<const char *, int64_t> good[] = {
        {"0", 0},    {"5ns", 5}, {"1.5us", 1500}, {"250ms", 250'000'000}, {"2s", 2'000'000'000}, {"0.000000001s", 1},
        {"1.9ns", 1}};
    for (const auto &[text, value] : good) EXPECT_EQ(kam::duration_parse(text), value) << text;
    for (const char *text : {"", "5", "-5s", "1m", "1.s", ".5s", "1.0000000001s", "9223372037s", "5 s"})
        EXPECT_EQ(kam::duration_parse(text), std::nullopt) << text;
}

TEST(RateParse, BitsPerSecond) {
    EXPECT_EQ(kam::rate_parse("0"), 0);
    EXPECT_EQ(kam::rate_parse("128k"), 128'000);
    EXPECT_EQ(kam::rate_parse("2.5M"), 2'500'000);
    EXPECT_EQ(kam::rate_parse("-1"), std::nullopt);
    EXPECT_EQ(kam::rate_parse("1Mi"), std::nullopt);
}

TEST(Parse, WhatTheManagedReaderSaysToo) {
    EXPECT_EQ(kam::int_parse("64K"), 64'000);
    EXPECT_EQ(kam::rate_parse("64K"), 64'000);
    EXPECT_FALSE(kam::int_parse("+1").has_value());
    EXPECT_FALSE(kam::duration_parse("-0s").has_value());
    EXPECT_FALSE(kam::rate_parse("-0").has_value());
}

TEST(AddressParse, HostAndPort) {
    const auto is = [](const char *text, const char *host, uint16_t port) {
        const std::optional<kam::address> address = kam::address_parse(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->host, host);
        EXPECT_EQ(address->port, port);
    };
    is("239.1.1.1:5004", "239.1.1.1", 5004);
    is("host-name.example:0", "host-name.example", 0);
    is("[ff02::1%eth0]:65535", "ff02::1%eth0", 65535);
    is(":8080", "", 8080);
    for (const char *text : {"", "host", "host:", "host:65536", "host:1x", "::1:80", "[]:1", "[::1:1", "::1]:1",
                             "a b:1", "host:-1", "[::1]", "[::1]1", "a:99999999999999999999"})
        EXPECT_FALSE(kam::address_parse(text)) << text;
}

} // namespace
