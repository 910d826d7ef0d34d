// Stepping the native components that are ready.
#pragma once

#include <kamaelia/component.h>

namespace kam::core {

/// See kam_sched_run.
uint32_t run(kam_sched &sched, uint32_t activations_max) noexcept;

} // namespace kam::core
