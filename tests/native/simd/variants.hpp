// Runs every variant of a kernel that this machine can run, the plain one too.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "simd/kernel.hpp"

namespace kam::test {

/// Calls test(run) for each variant; what fails inside names it.
template <class Function, class Test>
void for_each_variant(const simd::kernel<Function> &kernel, Test test) {
    for (const auto &each : kernel.variants()) {
        if ((each.needs & simd::machine_facts()) != each.needs) continue;
        SCOPED_TRACE(std::string("variant ") + std::string(each.name));
        test(each.run);
        if (::testing::Test::HasFailure()) return;
    }
}

inline std::vector<uint8_t> random_bytes(std::mt19937_64 &random, std::size_t count) {
    std::vector<uint8_t> bytes(count);
    for (auto &byte : bytes) byte = static_cast<uint8_t>(random());
    return bytes;
}

/// Lengths to try: all to 300, then odd ones round powers of two and some large.
inline const std::vector<std::size_t> &lengths() {
    static const std::vector<std::size_t> all = [] {
        std::vector<std::size_t> made;
        for (std::size_t i = 0; i <= 300; ++i) made.push_back(i);
        for (const std::size_t more : {383, 511, 513, 767, 1023, 1025, 1316, 2047, 4095, 4099, 65535, 65537, 100003})
            made.push_back(more);
        return made;
    }();
    return all;
}

} // namespace kam::test
