// The library's byte kernels, every variant that this machine can run, on data in cache: GB/s, best of several rounds.
// The variants take turns, so that a busy machine is unjust to none.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "framing/escape.hpp"
#include "simd/crc32.hpp"
#include "simd/xor_into.hpp"

namespace {

using namespace kam::simd;

constexpr int rounds = 15;
constexpr std::size_t round_bytes = 8u << 20; // A few milliseconds.
constexpr std::size_t lengths[] = {188, 1316, 65536};

struct contest {
    std::string name;
    std::function<void(std::size_t)> once; // One call on that many bytes.
};

double gb_per_s(const contest &one, std::size_t count) {
    const std::size_t calls = std::max<std::size_t>(1, round_bytes / count);
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < calls; ++i) one.once(count);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    return static_cast<double>(calls * count) / took.count();
}

void run(const std::vector<contest> &contests) {
    for (const std::size_t count : lengths) {
        std::vector<double> best(contests.size());
        for (int round = 0; round < rounds; ++round)
            for (std::size_t i = 0; i < contests.size(); ++i) best[i] = std::max(best[i], gb_per_s(contests[i], count));
        for (std::size_t i = 0; i < contests.size(); ++i)
            std::printf("%-28s %8zu B %8.1f GB/s\n", contests[i].name.c_str(), count, best[i]);
    }
}

volatile uint32_t sink; // What is computed is wanted.

template <class Function, class Call>
void add(std::vector<contest> &to, std::string_view name, const kernel<Function> &kernel, Call call) {
    for (const auto &each : kernel.variants())
        if ((each.needs & machine_facts()) == each.needs)
            to.push_back({std::string(name) + " " + std::string(each.name),
                          [call, run = each.run](std::size_t count) { call(run, count); }});
}

} // namespace

int main() {
    std::vector<uint8_t> from(1 << 17), to(1 << 17);
    std::mt19937_64 random(1);
    for (auto &byte : from) byte = static_cast<uint8_t>(random());
    std::vector<contest> contests{{"memcpy", [&](std::size_t count) {
                                       std::memcpy(to.data(), from.data(), count);
                                       sink = to[count / 2];
                                   }}};
    const auto crc = [&](crc32_fn *run, std::size_t count) { sink = run(crc32_begin, from.data(), count); };
    add(contests, "crc32 mpeg2", crc32_mpeg2, crc);
    add(contests, "crc32 ieee", crc32_ieee, crc);
    add(contests, "crc32c", crc32_castagnoli, crc);
    add(contests, "xor_into", xor_into, [&](xor_into_fn *run, std::size_t count) {
        run(to.data(), from.data(), count);
        sink = to[count / 2];
    });
    // What a chunker and a dechunker do with random bytes, and with bytes of which all are escaped.
    const kam::framing::escape_code code(kam::framing::sync_default);
    const std::vector<uint8_t> dense(from.size(), 'X');
    std::vector<uint8_t> room(3 * from.size() + kam::framing::escape_code::room_bytes);
    const auto escape = [&](const std::vector<uint8_t> &bytes) {
        return [&](std::size_t count) {
            const uint8_t *end = room.data() + room.size();
            sink = *(code.escape(bytes.data(), bytes.data() + count, room.data(), end).out - 1);
        };
    };
    const auto escaped = [&](const std::vector<uint8_t> &bytes) {
        std::vector<uint8_t> made(room.size());
        const uint8_t *end = made.data() + made.size();
        made.resize(static_cast<std::size_t>(
            code.escape(bytes.data(), bytes.data() + bytes.size(), made.data(), end).out - made.data()));
        return made;
    };
    const std::vector<uint8_t> random_escaped = escaped(from), dense_escaped = escaped(dense);
    const auto unescape = [&](const std::vector<uint8_t> &bytes) {
        return [&](std::size_t count) { sink = *(code.unescape(bytes.data(), count, room.data()) - 1); };
    };
    contests.push_back({"escape, random", escape(from)});
    contests.push_back({"escape, all escaped", escape(dense)});
    contests.push_back({"unescape, random", unescape(random_escaped)});
    contests.push_back({"unescape, all escaped", unescape(dense_escaped)});
    std::printf("level %s\n", std::string(level_name(facts())).c_str());
    run(contests);
    return 0;
}
