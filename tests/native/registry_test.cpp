// The registry: the built-in types, and what it takes to be another.
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include <kamaelia/kamaelia.hpp>

namespace {

struct plain {
    static constexpr kam::port ports[] = {kam::in("inbox", "Anything."), kam::out("outbox", "The same.")};
    kam::step step(kam::context &) { return kam::step::done; }
};

} // namespace

KAM_COMPONENT("test.plain", "Does nothing.", plain)

namespace {

std::string refusal(const kam_component_type &type, kam_status expected = KAM_E_INVALID) {
    char words[200];
    kam_error error{words, sizeof words, 0};
    EXPECT_EQ(kam_type_register(&type, &error), expected);
    return {words, error.bytes_out};
}

TEST(Registry, BuiltIn_EachHasNamesAndSentences) {
    std::set<std::string_view> names;
    for (uint32_t i = 0; i < kam_type_count(); ++i) {
        const kam_component_type *type = kam_type_get(i);
        ASSERT_NE(type, nullptr);
        EXPECT_TRUE(names.insert(kam::view(type->name)).second) << kam::view(type->name);
        EXPECT_GT(type->sentence.bytes, 0u);
        for (uint32_t k = 0; k < type->port_count; ++k)
            EXPECT_TRUE(kam::view(type->ports[k].sentence).ends_with('.')) << kam::view(type->name);
        for (uint32_t k = 0; k < type->option_count; ++k)
            EXPECT_TRUE(kam::view(type->options[k].sentence).ends_with('.')) << kam::view(type->name);
    }
    for (const char *name : {"pass", "counter.source", "framer", "deframer", "chunker", "dechunker", "length.frame",
                             "length.deframe", "udp.send", "udp.recv", "crc.append", "crc.check", "fec.xor",
                             "fec.xor.recover"})
        EXPECT_TRUE(names.contains(name)) << name;
    EXPECT_EQ(kam_type_get(UINT32_MAX), nullptr);
}

TEST(Registry, Register_Once_IsFoundAndTwiceRefused) {
    const uint32_t before = kam_type_count();
    EXPECT_EQ(refusal(kam::type_of<plain>, KAM_OK), "");
    EXPECT_EQ(kam_type_count(), before + 1);
    EXPECT_EQ(kam_type_get(before), &kam::type_of<plain>);
    EXPECT_EQ(refusal(kam::type_of<plain>, KAM_E_EXISTS), "component type 'test.plain' exists already");
    EXPECT_EQ(kam_type_count(), before + 1);
}

TEST(Registry, Register_WrongTable_IsRefusedWithTheReason) {
    const kam_component_type good = kam::type_of<plain>;
    kam_component_type type = good;
    type.struct_bytes = 8;
    EXPECT_NE(refusal(type, KAM_E_ABI).find("8 bytes"), std::string::npos);
    type = good;
    type.name = kam::text("two words");
    EXPECT_NE(refusal(type).find("a name is letters"), std::string::npos);
    type = good;
    type.name = kam::text("test.other");
    type.step = nullptr;
    EXPECT_NE(refusal(type).find("create, step and destroy"), std::string::npos);
    type = good;
    type.name = kam::text("test.other");
    const kam_port twice[] = {plain::ports[0], plain::ports[0]};
    type.ports = twice;
    EXPECT_EQ(refusal(type), "component type 'test.other': port 'inbox' is there twice");
    type.ports = nullptr;
    EXPECT_EQ(refusal(type), "component type 'test.other': its ports are missing");
    kam_port sideways = plain::ports[0];
    sideways.direction = 2;
    type.ports = &sideways;
    type.port_count = 1;
    EXPECT_NE(refusal(type).find("neither in nor out"), std::string::npos);
}

TEST(Registry, ManyThreads_ReadWhileOneRegisters) {
    static std::vector<std::string> names;
    static std::vector<kam_component_type> types;
    for (int i = 0; i < 100; ++i) names.push_back("test.many-" + std::to_string(i));
    for (const std::string &name : names) {
        types.push_back(kam::type_of<plain>);
        types.back().name = kam::text(name);
    }
    std::thread writer([] {
        for (const kam_component_type &type : types) EXPECT_EQ(kam_type_register(&type, nullptr), KAM_OK);
    });
    uint32_t count = kam_type_count();
    for (int i = 0; i < 1000; ++i) {
        const uint32_t now = kam_type_count();
        ASSERT_GE(now, count);
        ASSERT_NE(kam_type_get(now - 1), nullptr);
        count = now;
    }
    writer.join();
}

TEST(Registry, PortBehindAnArrayOfTheSameDirection_IsRefused) {
    static constexpr kam::port ports[] = {kam::in("in", "Many.", {}, KAM_PORT_ARRAY), kam::out("outbox", "Out."),
                                          kam::in("late", "One more.")};
    kam_component_type type = kam::type_of<plain>;
    type.ports = ports;
    type.port_count = 3;
    EXPECT_EQ(refusal(type), "component type 'test.plain': port 'late' stands behind the array 'in', which must be the "
                             "last one that way");
}

} // namespace
