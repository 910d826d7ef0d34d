// What this machine can do beyond what the library is compiled for. Found once; native/README.md tells users.
//
// The library is compiled for the compiler's default (plain x86-64, plain arm64, ...) and runs there. What more a
// machine has is used only by functions that say so (KAM_TARGET), chosen by a kernel (kernel.hpp) when the library
// is loaded.
//
// KAM_SIMD, an environment variable read once, takes levels away, for tests and for comparing: scalar, v2, avx2,
// avx512, neon. A level that the machine lacks gives the best below it that it has; any other word is as if unset.
#pragma once

#include <cstdint>
#include <string_view>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define KAM_SIMD_X86 1
#else
#define KAM_SIMD_X86 0
#endif
#if defined(__aarch64__) && (defined(__GNUC__) || defined(__clang__))
#define KAM_SIMD_ARM64 1
#else
#define KAM_SIMD_ARM64 0
#endif

/// On a function that may use more than the compiler's default. Intrinsics are inlined only into functions that have
/// at least their target, and so are other functions with KAM_TARGET: no lambda inherits it, and no std:: template.
#if KAM_SIMD_X86 || KAM_SIMD_ARM64
#define KAM_TARGET(isa) __attribute__((target(isa)))
#define KAM_TARGET_INLINE(isa) __attribute__((target(isa), always_inline)) inline
#endif
#define KAM_ISA_V2 "sse3,ssse3,sse4.1,sse4.2,popcnt"
#define KAM_ISA_V2_PCLMUL KAM_ISA_V2 ",pclmul"
#define KAM_ISA_AVX2 KAM_ISA_V2 ",avx,avx2,bmi,bmi2,lzcnt,fma,f16c,movbe"
#define KAM_ISA_AVX512 KAM_ISA_AVX2 ",avx512f,avx512cd,avx512bw,avx512dq,avx512vl"
#define KAM_ISA_AVX512_VBMI2 KAM_ISA_AVX512 ",avx512vbmi,avx512vbmi2"
#define KAM_ISA_AVX512_VPCLMUL KAM_ISA_AVX512 ",pclmul,vpclmulqdq"
#define KAM_ISA_ARM64_CRYPTO "+crypto"

namespace kam::simd {

/// Bits of what a machine has; a function that needs several names them all.
namespace fact {
inline constexpr uint32_t none = 0;          ///< Plain C++: what every machine has.
inline constexpr uint32_t v2 = 1u << 0;      ///< x86-64-v2: SSE3, SSSE3, SSE4.1, SSE4.2, POPCNT.
inline constexpr uint32_t pclmul = 1u << 1;  ///< PCLMULQDQ, of 128 bits.
inline constexpr uint32_t avx2 = 1u << 2;    ///< AVX2 with BMI1, BMI2, LZCNT, FMA, F16C, MOVBE (x86-64-v3); v2 too.
inline constexpr uint32_t avx512 = 1u << 3;  ///< AVX-512 F, CD, BW, DQ, VL (x86-64-v4); avx2 too.
inline constexpr uint32_t vbmi2 = 1u << 4;   ///< AVX-512 VBMI and VBMI2; avx512 too.
inline constexpr uint32_t vpclmul = 1u << 5; ///< VPCLMULQDQ of 512 bits; avx512 and pclmul too.
inline constexpr uint32_t neon = 1u << 6;    ///< arm64's own vectors: every arm64 machine.
inline constexpr uint32_t pmull = 1u << 7;   ///< arm64: polynomial multiplication of 64 bits.
} // namespace fact

/// What the machine has, KAM_SIMD not looked at. Any thread.
uint32_t machine_facts() noexcept;
/// What is used: the machine's facts, less those that KAM_SIMD takes away. Any thread.
uint32_t facts() noexcept;
/// What is left of a machine's facts at a level by name: as KAM_SIMD would leave.
uint32_t facts_at(std::string_view level, uint32_t machine) noexcept;
/// The name of the best level in these facts, for people: "avx512", "avx2", "v2", "neon" or "scalar".
std::string_view level_name(uint32_t facts) noexcept;

} // namespace kam::simd
