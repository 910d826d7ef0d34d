// The x86-64 intrinsics. GCC 12 takes what an intrinsic leaves undefined on purpose for a mistake of the caller's.
#pragma once

#include "simd/facts.hpp"

#if KAM_SIMD_X86
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif
