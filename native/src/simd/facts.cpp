#include "simd/facts.hpp"

#include <cstdlib>

#if KAM_SIMD_ARM64
#include "platform/cpu.hpp"
#endif

namespace kam::simd {
namespace {

constexpr uint32_t at_v2 = fact::v2 | fact::pclmul;
constexpr uint32_t at_avx2 = at_v2 | fact::avx2;
constexpr uint32_t at_avx512 = at_avx2 | fact::avx512 | fact::vbmi2 | fact::vpclmul;
constexpr uint32_t at_neon = fact::neon | fact::pmull;

struct level {
    std::string_view name;
    uint32_t facts;
};
constexpr level levels[] = {
    {"scalar", fact::none}, {"v2", at_v2}, {"avx2", at_avx2}, {"avx512", at_avx512}, {"neon", at_neon},
};

#if KAM_SIMD_X86
// The compiler's own test, which also asks whether the system saves the wide registers.
uint32_t facts_find() noexcept {
    __builtin_cpu_init(); // Kernels are chosen while the library is loaded, maybe before the compiler's own start.
    uint32_t found = fact::none;
    if (!__builtin_cpu_supports("ssse3") || !__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt"))
        return found;
    found |= fact::v2;
    if (__builtin_cpu_supports("pclmul")) found |= fact::pclmul;
    // LZCNT, F16C and MOVBE came with AVX2 on every machine that has it and BMI2; not every compiler can ask for them.
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") || !__builtin_cpu_supports("bmi2") ||
        !__builtin_cpu_supports("fma"))
        return found;
    found |= fact::avx2;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512cd") ||
        !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512dq") ||
        !__builtin_cpu_supports("avx512vl"))
        return found;
    found |= fact::avx512;
    if (__builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2")) found |= fact::vbmi2;
    if (__builtin_cpu_supports("vpclmulqdq") && (found & fact::pclmul)) found |= fact::vpclmul;
    return found;
}
#elif KAM_SIMD_ARM64
uint32_t facts_find() noexcept {
    uint32_t found = fact::neon;
    constexpr unsigned long has_pmull = 1ul << 4; // The kernel's HWCAP bit, which never changes.
    const unsigned long has = platform::cpu_hwcap();
    if (has & has_pmull) found |= fact::pmull;
    return found;
}
#else
uint32_t facts_find() noexcept {
    return fact::none;
}
#endif

} // namespace

uint32_t machine_facts() noexcept {
    static const uint32_t found = facts_find();
    return found;
}

uint32_t facts() noexcept {
    static const uint32_t used = [] {
        const char *level = std::getenv("KAM_SIMD");
        return level ? facts_at(level, machine_facts()) : machine_facts();
    }();
    return used;
}

uint32_t facts_at(std::string_view level, uint32_t machine) noexcept {
    for (const auto &known : levels)
        if (known.name == level) return machine & known.facts;
    return machine;
}

std::string_view level_name(uint32_t facts) noexcept {
    if (facts & fact::avx512) return "avx512";
    if (facts & fact::avx2) return "avx2";
    if (facts & fact::v2) return "v2";
    return facts & fact::neon ? "neon" : "scalar";
}

} // namespace kam::simd
