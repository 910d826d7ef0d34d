// ts.filter: any bytes cut anywhere give the same packets as the same bytes in one piece, and only packets that pass.
#include "rig.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t bytes) {
    const kam::test::given_options given = {{"pids", "0-4095"}};
    kam::test::rig cut("ts.filter", given);
    kam::test::rig whole("ts.filter", given);
    kam::fuzz::feed_and_end(cut, data, bytes);
    if (bytes > 1) whole.put({reinterpret_cast<const char *>(data + 1), bytes - 1});
    std::string one, other;
    for (const auto &m : cut.finish()) one += m.bytes;
    for (const auto &m : whole.finish()) other += m.bytes;
    kam::fuzz::expect(one == other && one.size() % 188 == 0);
    for (std::size_t at = 0; at < one.size(); at += 188)
        kam::fuzz::expect(one[at] == 0x47 && (static_cast<uint8_t>(one[at + 1]) & 0x1f) < 16);
    kam::fuzz::expect(cut.done() && whole.done());
    kam::fuzz::expect(cut.counter("junk_bytes") == whole.counter("junk_bytes"));
    kam::fuzz::expect(cut.leaked() == 0 && whole.leaked() == 0);
    return 0;
}
