// Compiled for AVX2, see CMakeLists.txt; run only where the processor has it.
#include "simd/facts.hpp"

#if KAM_SIMD_X86
#define KAM_VECTOR_BYTES 32
#include "sound/pcm_vector.inc"

constinit const kam::sound::pcm_kernels kam::sound::pcm_avx2 = kam::sound::kernels_called("avx2");
#endif
