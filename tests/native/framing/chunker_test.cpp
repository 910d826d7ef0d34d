#include <gtest/gtest.h>

#include <kamaelia/failure.hpp>

#include "../host.hpp"
#include "bytes.hpp"
#include "framing/chunk_splitter.hpp"
#include "framing/escape.hpp"

namespace {

using kam::framing::sync_default;
using kam::test::dice;
using kam::test::hex;
using kam::test::message;
using kam::test::rig;

const std::string sync24(sync_default);

std::vector<std::string> texts(const std::vector<message> &messages) {
    std::vector<std::string> all;
    for (const message &m : messages) all.push_back(m.bytes);
    return all;
}

using strings = std::vector<std::string>;

TEST(Chunker, Vectors_OfTheOriginal_AreGivenByteForByte) {
    rig standard("chunker");
    for (const char *data : {"hello", "100%X", ""}) standard.put(data, 5, 9, KAM_CHUNK_HAS_PTS);
    EXPECT_EQ(standard.run(), (std::vector<message>{
                                  {sync24 + "hello", 5, 9, KAM_CHUNK_HAS_PTS},
                                  {sync24 + hex("31 30 30 25 32 35 25 35 38"), 5, 9, KAM_CHUNK_HAS_PTS},
                                  {sync24, 5, 9, KAM_CHUNK_HAS_PTS},
                              }));
    rig own("chunker", {{"sync", "SYNC"}});
    own.put("a SYNC % S");
    EXPECT_EQ(texts(own.run()), strings{"SYNCa %53%59%4e%43 %25 %53"});
    EXPECT_EQ(standard.leaked(), 0);
}

TEST(Chunker, DataOfNothingButEscapes_GrowsThreefold) {
    for (const uint32_t bytes : {1u, 100u, 1316u, 5000u, 70000u}) {
        rig rig("chunker");
        rig.put(std::string(bytes, 'X'));
        std::string expected = sync24;
        for (uint32_t i = 0; i < bytes; ++i) expected += "%58";
        EXPECT_EQ(texts(rig.run()), strings{expected});
        EXPECT_EQ(rig.leaked(), 0);
    }
}

TEST(Chunker, BadSync_IsRefusedAtCreation) {
    for (const char *type : {"chunker", "dechunker"}) {
        try {
            rig rig(type, {{"sync", "h8"}});
            FAIL() << type;
        } catch (const kam::failure &e) {
            EXPECT_EQ(e.status(), KAM_E_INVALID);
            EXPECT_EQ(std::string(e.what()).rfind(type, 0), 0u) << e.what();
            EXPECT_NE(std::string(e.what()).find("sync holds '8'"), std::string::npos);
        }
    }
}

TEST(Dechunker, ManyChunksInOneMessage_AreAllSent) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    rig.put("SYNCc0SYNCc1SYNCc2SYNCc3SYNCc4");
    EXPECT_EQ(texts(rig.run()), (strings{"c0", "c1", "c2", "c3"}));
    EXPECT_EQ(texts(rig.finish()), strings{"c4"});
    EXPECT_TRUE(rig.done());
    EXPECT_EQ(rig.counter("chunks"), 5u);
    EXPECT_EQ(rig.counter("malformed"), 0u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Dechunker, OneChunkAMessage_GoesOutWhenTheNextSyncIsSeen) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    for (uint32_t i = 0; i < 4; ++i) {
        rig.put("SYNCc" + std::to_string(i), i, i * 10, KAM_CHUNK_HAS_PTS);
        const std::vector<message> got = rig.run();
        if (i == 0) {
            EXPECT_TRUE(got.empty());
            continue;
        }
        EXPECT_EQ(got, (std::vector<message>{{"c" + std::to_string(i - 1), i - 1, (i - 1) * 10, KAM_CHUNK_HAS_PTS}}));
    }
    EXPECT_EQ(rig.finish(), (std::vector<message>{{"c3", 3, 30, KAM_CHUNK_HAS_PTS}}));
}

TEST(Dechunker, JunkBeforeTheFirstSync_IsSkipped) {
    for (const char *junk : {"x", "headless chunk", "XX", "aX", "XXXXXXXXXXXXXXXXXXXXXXXb"}) {
        rig rig("dechunker");
        rig.put(junk + sync24 + "one" + sync24 + "two");
        EXPECT_EQ(texts(rig.finish()), (strings{"one", "two"})) << junk;
        EXPECT_EQ(rig.counter("malformed"), 0u);
    }
}

TEST(Dechunker, EmptyChunks_AreChunks) {
    rig rig("dechunker");
    rig.put(sync24 + sync24 + "a" + sync24 + sync24);
    EXPECT_EQ(texts(rig.finish()), (strings{"", "a", "", ""}));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Dechunker, ByteOfTheSyncInTheContent_IsDamageAndTheNextChunkIsFound) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    rig.put("SYNCgoodSYNCbaSYdSYNCnextSYNSYNClast");
    EXPECT_EQ(texts(rig.finish()), (strings{"good", "last"}));
    EXPECT_EQ(rig.counter("malformed"), 2u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Dechunker, EndBehindPartOfASync_SendsTheContent) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    rig.put("SYNCabcSYN");
    EXPECT_EQ(texts(rig.finish()), strings{"abc"});
}

TEST(Dechunker, EndWithoutASync_SendsNothing) {
    rig rig("dechunker");
    rig.put("no sync here");
    EXPECT_TRUE(rig.finish().empty());
    EXPECT_TRUE(rig.done());
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Dechunker, ContentOverChunkMax_IsDroppedAndTheNextIsFound) {
    rig rig("dechunker", {{"sync", "SYNC"}, {"chunk_max", "5"}});
    rig.put("SYNC12345SYNC123456SYNC1");
    rig.put("2345");
    rig.put("6");
    rig.put("78SYNCend");
    EXPECT_EQ(texts(rig.finish()), (strings{"12345", "end"}));
    EXPECT_EQ(rig.counter("malformed"), 2u);
    EXPECT_EQ(rig.leaked(), 0);
}

TEST(Dechunker, ContentWithoutEscapeInOneInput_IsNotCopied) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    rig.put("SYNConeSYNCt%25SYNC");
    rig.host().run();
    EXPECT_EQ(rig.host().pool.raw.rented, 2u); // The input, and the one with an escape.
    EXPECT_EQ(texts(rig.run()), (strings{"one", "t%"}));
}

/// The rules of chunk_splitter.hpp read literally: the whole stream at once, going back and looking again.
struct reference {
    strings chunks;
    uint64_t malformed = 0;

    reference(const std::string &stream, const std::string &sync, std::size_t chunk_max) {
        std::size_t from = 0;
        for (std::size_t own; (own = stream.find(sync, from)) != std::string::npos;) {
            std::size_t first = own + sync.size();
            for (;;) {
                const std::size_t last = std::min(stream.find_first_of(sync, first), stream.size());
                if (last - first > chunk_max) {
                    ++malformed;
                    from = last;
                    break;
                }
                const std::string_view rest = std::string_view(stream).substr(last);
                if (rest.size() < sync.size() && sync.compare(0, rest.size(), rest) == 0) {
                    chunks.push_back(stream.substr(first, last - first));
                    return;
                }
                if (rest.substr(0, sync.size()) != sync) {
                    malformed += last != first;
                    from = last != first ? last : own + 1;
                    break;
                }
                chunks.push_back(stream.substr(first, last - first));
                own = last;
                first = last + sync.size();
            }
        }
    }
};

TEST(Dechunker, AnyStreamCutAnywhere_IsReadAsTheRulesSay) {
    dice dice(4);
    // Syncs that overlap themselves in every way, streams that hold much of them.
    for (const std::string sync : {"XX", "XXXXX", "XYX", "XYXY", "XXY", "XYXXYX", "-", "XYXYXY", "SYNC", "XXYXXYXX"}) {
        for (int turn = 0; turn < 400; ++turn) {
            std::string stream;
            while (stream.size() < 80) {
                const uint32_t kind = dice.upto(3);
                stream += kind == 0   ? sync
                          : kind == 1 ? dice.bytes_of(sync, dice.upto(4))
                          : kind == 2 ? sync.substr(0, dice.upto(static_cast<uint32_t>(sync.size())))
                                      : dice.bytes_of("gh", dice.upto(6));
            }
            const std::string chunk_max = std::to_string(1 + dice.upto(12));
            const reference expected(stream, sync, std::stoul(chunk_max));
            rig rig("dechunker", {{"sync", sync}, {"chunk_max", chunk_max}});
            for (const std::string &piece : dice.cut(stream, 1 + dice.upto(30))) rig.put(piece);
            ASSERT_EQ(texts(rig.finish()), expected.chunks) << sync << " in " << stream << " max " << chunk_max;
            ASSERT_EQ(rig.counter("malformed"), expected.malformed) << sync << " in " << stream;
            ASSERT_EQ(rig.leaked(), 0);
        }
    }
}

TEST(ChunkerAndDechunker, RandomDataCutAnywhere_ComesBack) {
    dice dice(5);
    for (const std::string &sync : {sync24, std::string("SYNC"), hex("00 ff"), std::string("ghijklmn")}) {
        rig chunker("chunker", {{"sync", sync}});
        strings sent;
        for (int i = 0; i < 60; ++i) {
            sent.push_back(i % 3 ? dice.bytes(dice.upto(4000)) : dice.bytes_of(sync + "%a5", dice.upto(300)));
            chunker.put(sent.back());
        }
        std::string stream;
        for (const message &m : chunker.finish()) stream += m.bytes;
        for (const uint32_t most : {1u, 20u, 3000u, 100'000u}) {
            rig dechunker("dechunker", {{"sync", sync}});
            for (const std::string &piece : dice.cut(stream, most)) dechunker.put(piece);
            ASSERT_EQ(texts(dechunker.finish()), sent) << most;
            EXPECT_EQ(dechunker.counter("malformed"), 0u);
            EXPECT_EQ(dechunker.leaked(), 0);
        }
        EXPECT_EQ(chunker.leaked(), 0);
    }
}

TEST(Dechunker, NoRoom_KeepsItsPlace) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    rig.sink()->capacity = 2;
    rig.put("SYNC0SYNC1SYNC2SYNC3SYNC4SYNC");
    strings got;
    for (int turn = 0; turn < 5; ++turn)
        for (const message &m : rig.run()) got.push_back(m.bytes);
    EXPECT_EQ(got, (strings{"0", "1", "2", "3", "4"}));
}

TEST(Dechunker, MemoryRefused_EndsWithNoMemoryAndLosesNothing) {
    rig rig("dechunker", {{"sync", "SYNC"}});
    rig.put("SYNC%25SYNC");
    rig.host().pool.grows_left = 0;
    rig.run();
    EXPECT_EQ(rig.node().instance->last_answer, KAM_E_NO_MEMORY);
    EXPECT_EQ(rig.leaked(), 0);
}

} // namespace
