#define KAM_VECTOR_BYTES 16
#include "simd/facts.hpp"
#include "sound/pcm_vector.inc"

namespace kam::sound {

constinit const pcm_kernels pcm_baseline = kernels_called("baseline");

const pcm_kernels &pcm() noexcept {
#if KAM_SIMD_X86
    static const pcm_kernels &best = simd::facts() & simd::fact::avx512 ? pcm_avx512
                                     : simd::facts() & simd::fact::avx2 ? pcm_avx2
                                                                        : pcm_baseline;
    return best;
#else
    return pcm_baseline;
#endif
}

} // namespace kam::sound
