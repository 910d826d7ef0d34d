// Any run of framing components: it ends, leaves nothing, and however it is stepped the same comes out.
#include "graph.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    const kam::fuzz::link links[] = {
        {"pass", {}},
        {"framer", {}},
        {"deframer", {}},
        {"chunker", {{"sync", "XYX"}}},
        {"dechunker", {{"sync", "XYX"}, {"chunk_max", "1Ki"}}},
        {"length.frame", {}},
        {"length.deframe", {{"length_max", "4Ki"}}},
        {"crc.append", {}},
        {"crc.check", {}},
        {"fec.xor", {{"group", "3"}}},
        {"fec.xor.recover", {}},
    };
    kam::fuzz::input input(data, bytes);
    std::vector<kam::fuzz::link> chain;
    for (uint32_t left = 1 + input.below(7); left; --left) chain.push_back(links[input.below(std::size(links))]);
    const kam::fuzz::pace how = kam::fuzz::pace::any(input);
    const std::vector<kam::test::message> messages = kam::fuzz::messages_any(input, 60);
    const kam::fuzz::outcome at_once = kam::fuzz::run_chain(chain, messages, {});
    const kam::fuzz::outcome bit_by_bit = kam::fuzz::run_chain(chain, messages, how);
    kam::fuzz::expect(at_once == bit_by_bit);
    return 0;
}
