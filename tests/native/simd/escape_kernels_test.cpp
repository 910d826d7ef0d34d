#include <gtest/gtest.h>

#include <string>

#include "framing/escape_kernels.hpp"
#include "variants.hpp"

namespace kam::framing {
namespace {

/// Tables as escape_code makes them, and the plain ways to escape and to read back.
escape_tables tables_of(const std::vector<uint8_t> &special) {
    escape_tables tables;
    for (unsigned byte = 0; byte < 256; ++byte) {
        tables.codes[byte] = {{static_cast<char>(byte), 0, 0, 0}};
        tables.code_bytes[byte] = 1;
    }
    tables.special.fill('%');
    for (std::size_t i = 0; i < special.size(); ++i) {
        const uint8_t byte = special[i];
        const char *hex = "0123456789abcdef";
        tables.special[i] = byte;
        tables.codes[byte] = {{'%', byte < 16 ? hex[byte] : hex[byte >> 4], byte < 16 ? '\0' : hex[byte & 15], 0}};
        tables.code_bytes[byte] = byte < 16 ? 2 : 3;
        tables.all_of_three = tables.all_of_three && byte >= 16;
    }
    return tables;
}

std::string escaped(const escape_tables &tables, const uint8_t *in, const uint8_t *end) {
    std::string made;
    for (; in != end; ++in) made.append(tables.codes[*in].text, tables.code_bytes[*in]);
    return made;
}

std::string read_back(const escape_tables &tables, const std::string &text) {
    std::string made;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t bytes = 1;
        char value = text[i];
        for (const uint8_t byte : tables.special) {
            const std::string code(tables.codes[byte].text, 3);
            if (text.compare(i, 3, code) != 0) continue;
            value = static_cast<char>(byte);
            bytes = 3;
        }
        made += value;
        i += bytes;
    }
    return made;
}

/// Random bytes of which about one in `rarity` is special, and some digits and '%' that make half a code.
std::vector<uint8_t> bytes_any(std::mt19937_64 &random, std::size_t count, const std::vector<uint8_t> &special,
                               unsigned rarity) {
    std::vector<uint8_t> bytes = test::random_bytes(random, count);
    for (auto &byte : bytes) {
        if (random() % rarity == 0) byte = special[random() % special.size()];
        if (random() % (2 * rarity) == 0) byte = static_cast<uint8_t>("%0258abf"[random() % 8]);
    }
    return bytes;
}

const std::vector<std::vector<uint8_t>> sets = {{'%', 'X'}, {'%', 'S', 'Y', 'N'}, {'%', '\n'}, {'%', 255, 128, 'G'}};

TEST(EscapeKernels, Variants_AnyDensity_GiveWhatByteByByteGives) {
    test::for_each_variant(escape_blocks, [](escape_fn *run) {
        std::mt19937_64 random(11);
        for (const auto &set : sets)
            for (const unsigned rarity : {1u, 3u, 30u, 150u, 5000u})
                for (const std::size_t count : {0u, 63u, 129u, 130u, 131u, 300u, 1316u, 5000u}) {
                    const escape_tables tables = tables_of(set);
                    const auto in = bytes_any(random, count, set, rarity);
                    std::vector<uint8_t> out(3 * count + escape_room_bytes);
                    const uint8_t *end = in.data() + count;
                    const auto at = run(tables, {in.data(), out.data()}, end, out.data() + out.size());
                    ASSERT_EQ(std::string(out.data(), at.out), escaped(tables, in.data(), at.in));
                    if (run != escape_blocks.variants().back().run) {
                        ASSERT_LT(end - at.in, 130);
                    }
                }
    });
}

TEST(EscapeKernels, Variants_LittleRoom_StopBeforeItsEnd) {
    test::for_each_variant(escape_blocks, [](escape_fn *run) {
        std::mt19937_64 random(12);
        const escape_tables tables = tables_of(sets[0]);
        const auto in = bytes_any(random, 2000, sets[0], 2);
        for (std::size_t room = 0; room < 1500; room += 7) {
            std::vector<uint8_t> out(room); // The sanitizers see a byte written behind it.
            const auto at = run(tables, {in.data(), out.data()}, in.data() + in.size(), out.data() + room);
            ASSERT_EQ(std::string(out.data(), at.out), escaped(tables, in.data(), at.in)) << room;
        }
    });
}

TEST(UnescapeKernels, Variants_AnyText_GiveWhatByteByByteGives) {
    test::for_each_variant(unescape_blocks, [](unescape_fn *run) {
        std::mt19937_64 random(13);
        for (const auto &set : sets)
            for (const unsigned rarity : {1u, 2u, 5u, 60u, 5000u})
                for (const std::size_t count : {0u, 65u, 66u, 67u, 128u, 300u, 1316u, 5000u}) {
                    const escape_tables tables = tables_of(set);
                    if (!tables.all_of_three) continue;
                    auto plain = bytes_any(random, count, set, rarity);
                    std::string text = escaped(tables, plain.data(), plain.data() + count);
                    if (count % 2) text.assign(plain.begin(), plain.end()); // Codes only by chance, many broken.
                    std::vector<uint8_t> out(text.size());
                    const auto *in = reinterpret_cast<const uint8_t *>(text.data());
                    const auto at = run(tables, {in, out.data()}, in + text.size());
                    const std::string read(text.data(), static_cast<std::size_t>(at.in - in));
                    ASSERT_EQ(std::string(out.data(), at.out), read_back(tables, read));
                    ASSERT_EQ(read_back(tables, read) + read_back(tables, text.substr(read.size())),
                              read_back(tables, text))
                        << "it stopped in the middle of a code";
                }
    });
}

} // namespace
} // namespace kam::framing
