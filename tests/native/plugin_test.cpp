// Loading libraries of one's own: the good, and each way to be refused.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "host.hpp"

namespace {

using kam::test::message;
using kam::test::rig;

struct answer {
    kam_status status;
    std::string text;
};

answer load(const std::string &path) {
    char words[2000];
    kam_error error{words, sizeof words, 0};
    const kam_status status = kam_plugin_load(path.data(), static_cast<uint32_t>(path.size()), &error);
    return {status, std::string(words, error.bytes_out)};
}

std::string plugin(const char *name) {
    return std::string(KAM_TEST_PLUGIN_DIR) + "/" + name + ".so";
}

TEST(Plugin, Good_ItsComponentsRun) {
    ASSERT_EQ(load(plugin("good")).status, KAM_OK);
    rig reverser("test.reverser");
    reverser.put("abc", 1, 2, KAM_CHUNK_KEY);
    EXPECT_EQ(reverser.finish(), (std::vector<message>{{"cba", 1, 2, KAM_CHUNK_KEY}}));
    EXPECT_TRUE(reverser.done());
    EXPECT_EQ(reverser.leaked(), 0);
    rig dropper("test.dropper");
    dropper.put("abc");
    EXPECT_TRUE(dropper.finish().empty());
    EXPECT_EQ(dropper.host().pool.raw.remote, nullptr) << "a drop in a step goes straight to the pool";
    EXPECT_EQ(dropper.leaked(), 0);
}

TEST(Plugin, LoadedTwiceAndByManyThreads_IsRegisteredOnce) {
    load(plugin("good"));
    const uint32_t count = kam_type_count();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([] { EXPECT_EQ(load(plugin("good")).status, KAM_OK); });
    for (std::thread &thread : threads) thread.join();
    EXPECT_EQ(kam_type_count(), count);
}

TEST(Plugin, OtherAbi_IsRefusedNamingBothNumbersAndThePath) {
    const answer got = load(plugin("wrong_abi"));
    EXPECT_EQ(got.status, KAM_E_ABI);
    EXPECT_EQ(got.text, plugin("wrong_abi") + " was built for ABI " + std::to_string(KAM_ABI_MAJOR + 1) +
                            ".7; this library has ABI " + std::to_string(KAM_ABI_MAJOR) + "." +
                            std::to_string(KAM_ABI_MINOR));
}

TEST(Plugin, LibraryThatIsNone_IsRefused) {
    const answer got = load(plugin("no_plugin"));
    EXPECT_EQ(got.status, KAM_E_ABI);
    EXPECT_NE(got.text.find("is no Kamaelia plugin"), std::string::npos) << got.text;
}

TEST(Plugin, RegistrationThatFails_IsToldWithThePath) {
    const answer got = load(plugin("refusing"));
    EXPECT_EQ(got.status, KAM_E_UNSUPPORTED);
    EXPECT_EQ(got.text, plugin("refusing") + ": the card is not in its slot");
}

TEST(Plugin, NoFile_IsNotFound) {
    const answer got = load(plugin("there_is_none"));
    EXPECT_EQ(got.status, KAM_E_NOT_FOUND);
    EXPECT_EQ(got.text, "there is no file " + plugin("there_is_none"));
}

TEST(Plugin, FileThatIsNoLibrary_HasTheSystemsWords) {
    const std::string path = testing::TempDir() + "kam_plugin_test_" + std::to_string(::getpid()) + ".so";
    std::ofstream(path) << "no ELF";
    const answer got = load(path);
    std::filesystem::remove(path);
    EXPECT_EQ(got.status, KAM_E_IO);
    EXPECT_NE(got.text.find("cannot be loaded"), std::string::npos) << got.text;
}

/// The sample that ctest's sample_build has built against the installed headers.
TEST(SamplePlugin, BuiltAgainstInstalledHeaders_UppercasesLines) {
    const char *path = std::getenv("KAM_SAMPLE_PLUGIN");
    if (!path) GTEST_SKIP() << "skipped, because KAM_SAMPLE_PLUGIN does not say where the sample is";
    const answer got = load(path);
    ASSERT_EQ(got.status, KAM_OK) << got.text;
    rig upper("sample.uppercase");
    upper.put("one line, \xc3\xa4 and all\n", 3, 4, KAM_CHUNK_HAS_PTS);
    EXPECT_EQ(upper.finish(), (std::vector<message>{{"ONE LINE, \xc3\xa4 AND ALL\n", 3, 4, KAM_CHUNK_HAS_PTS}}));
    EXPECT_EQ(upper.counter("lines"), 1u);
    EXPECT_EQ(upper.leaked(), 0);
    rig shouting("sample.uppercase", {{"suffix", "!"}});
    shouting.put("now");
    EXPECT_EQ(shouting.finish(), (std::vector<message>{{"NOW!", 0, 0, 0}}));
}

} // namespace
