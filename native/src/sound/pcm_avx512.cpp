// Compiled for AVX-512 (F, BW, VL), see CMakeLists.txt; run only where the processor has it.
#include "simd/facts.hpp"

#if KAM_SIMD_X86
#define KAM_VECTOR_BYTES 64
#include "sound/pcm_vector.inc"

constinit const kam::sound::pcm_kernels kam::sound::pcm_avx512 = kam::sound::kernels_called("avx512");
#endif
