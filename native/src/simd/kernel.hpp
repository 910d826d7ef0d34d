// A kernel: one small function over bytes or samples, written several times for several machines, chosen once.
//
// To add one, say `gain`:
//   1. gain.hpp: its type, what it does in a sentence, the plain C++ one (the reference: what every other must give bit
//      for bit), and the kernel itself:
//          using gain_fn = void(int16_t *to, const int16_t *from, std::size_t count, int32_t factor) noexcept;
//          void gain_plain(int16_t *to, const int16_t *from, std::size_t count, int32_t factor) noexcept;
//          extern const kernel<gain_fn> gain;
//   2. gain.cpp: the others, each with KAM_TARGET(KAM_ISA_...) inside #if KAM_SIMD_X86 (with simd/x86.hpp) or
//      KAM_SIMD_ARM64, and the
//      table, best first, the plain one last:
//          constexpr variant<gain_fn> gain_variants[] = {
//          #if KAM_SIMD_X86
//              {"avx2", fact::avx2, gain_avx2},
//          #endif
//              {"plain", fact::none, gain_plain},
//          };
//          const kernel<gain_fn> gain(gain_variants);
//   3. tests/native/simd/gain_test.cpp: for_each_variant (tests/native/simd/variants.hpp) runs every one that this
//      machine can against the plain one, on random lengths and alignments.
// Call it as a function: gain(to, from, count, factor). One indirect call, a few nanoseconds: give it a whole run.
// A kernel is chosen while the library is loaded, so nothing that runs before main may call one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "simd/facts.hpp"

namespace kam::simd {

template <class Function>
struct variant {
    std::string_view name;
    uint32_t needs; ///< Facts, all of which the machine must have.
    Function *run;
};

/// The first of the variants whose needs are met; the last of them needs nothing.
template <class Function>
constexpr const variant<Function> &best_of(std::span<const variant<Function>> variants, uint32_t facts) noexcept {
    for (const auto &each : variants)
        if ((each.needs & facts) == each.needs) return each;
    return variants.back();
}

template <class Function>
class kernel;

template <class Result, class... Args>
class kernel<Result(Args...) noexcept> {
public:
    using function = Result(Args...) noexcept;

    template <std::size_t count>
    explicit kernel(const variant<function> (&variants)[count]) noexcept
        : variants_(variants), best_(&best_of<function>(variants_, facts())), run_(best_->run) {}

    Result operator()(Args... args) const noexcept { return run_(args...); }

    /// All that are compiled in, best first, the plain one last.
    std::span<const variant<function>> variants() const noexcept { return variants_; }
    /// The one that is used.
    const variant<function> &best() const noexcept { return *best_; }

private:
    std::span<const variant<function>> variants_;
    const variant<function> *best_;
    function *run_;
};

} // namespace kam::simd
