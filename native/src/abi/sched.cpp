#include <kamaelia/sched.h>

#include "core/run.hpp"

extern "C" uint32_t kam_sched_run(kam_sched *sched, uint32_t activations_max) {
    return sched ? kam::core::run(*sched, activations_max) : 0;
}
