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
    std::printf("level %s\n", std::string(level_name(facts())).c_str());
    run(contests);
    return 0;
}
