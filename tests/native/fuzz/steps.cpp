// One component and any messages: however it is stepped (batch, room, how much is there), the same comes out; and where
// the input is a stream, however that is cut.
#include "graph.hpp"

namespace {

struct subject {
    kam::fuzz::link link;
    bool stream;
};

const subject subjects[] = {
    {{"pass", {}}, false},
    {{"framer", {}}, false},
    {{"deframer", {}}, false},
    {{"chunker", {{"sync", "XYX"}}}, false},
    {{"dechunker", {{"sync", "XYX"}, {"chunk_max", "40"}}}, true},
    {{"dechunker", {{"sync", "\n"}}}, true},
    {{"length.frame", {{"length_max", "60"}}}, false},
    {{"length.deframe", {{"length_max", "1000"}}}, true},
    {{"crc.append", {{"kind", "ieee"}}}, false},
    {{"crc.check", {{"bad", "flag"}}}, false},
    {{"fec.xor", {{"group", "2"}}}, false},
    {{"fec.xor.recover", {}}, false},
};

std::vector<std::string> bytes_of(const kam::fuzz::outcome &outcome) {
    std::vector<std::string> all;
    for (const kam::test::message &message : outcome.messages) all.push_back(message.bytes);
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    kam::fuzz::input input(data, bytes);
    const subject &chosen = subjects[input.below(std::size(subjects))];
    const kam::fuzz::pace how = kam::fuzz::pace::any(input);
    const std::vector<kam::test::message> messages = kam::fuzz::messages_any(input, 100);
    const kam::fuzz::outcome at_once = kam::fuzz::run_chain({chosen.link}, messages, {});
    const kam::fuzz::outcome bit_by_bit = kam::fuzz::run_chain({chosen.link}, messages, how);
    kam::fuzz::expect(at_once == bit_by_bit);
    if (!chosen.stream) return 0;
    std::string stream;
    for (const kam::test::message &message : messages) stream += message.bytes;
    const kam::fuzz::outcome whole = kam::fuzz::run_chain({chosen.link}, {{stream, 0, 0, 0}}, {});
    std::vector<kam::test::message> crumbs;
    for (const char byte : stream) crumbs.push_back({std::string(1, byte), 0, 0, 0});
    const kam::fuzz::outcome crumbled = kam::fuzz::run_chain({chosen.link}, crumbs, how);
    kam::fuzz::expect(bytes_of(whole) == bytes_of(at_once) && bytes_of(whole) == bytes_of(crumbled));
    kam::fuzz::expect(whole.error == at_once.error && whole.error == crumbled.error);
    return 0;
}
