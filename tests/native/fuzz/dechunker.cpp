// dechunker: any bytes cut anywhere give the same chunks as the same bytes in one piece.
#include "rig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    // A short sync, so that the fuzzer finds it; it overlaps itself, so that it finds that too.
    const kam::test::given_options given = {{"sync", "XYX"}, {"chunk_max", "40"}};
    kam::test::rig cut("dechunker", given);
    kam::test::rig whole("dechunker", given);
    kam::fuzz::feed_and_end(cut, data, bytes);
    if (bytes > 1) whole.put({reinterpret_cast<const char *>(data + 1), bytes - 1});
    kam::fuzz::expect(cut.finish() == whole.finish());
    kam::fuzz::expect(cut.done() && !cut.node().failed());
    kam::fuzz::expect(cut.counter("malformed") == whole.counter("malformed"));
    kam::fuzz::expect(cut.leaked() == 0 && whole.leaked() == 0);
    return 0;
}
