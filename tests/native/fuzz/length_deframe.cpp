// length.deframe: any bytes cut anywhere give the same payloads as the same bytes in one piece, and the same fault.
#include "rig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    const kam::test::given_options given = {{"length_max", "1000"}};
    kam::test::rig cut("length.deframe", given);
    kam::test::rig whole("length.deframe", given);
    kam::fuzz::feed_and_end(cut, data, bytes);
    if (bytes > 1) whole.put({reinterpret_cast<const char *>(data + 1), bytes - 1});
    kam::fuzz::expect(cut.finish() == whole.finish());
    kam::fuzz::expect(cut.done() && whole.done());
    kam::fuzz::expect(cut.node().error() == whole.node().error());
    kam::fuzz::expect(cut.leaked() == 0 && whole.leaked() == 0);
    return 0;
}
