// What the system says of the processor.
#pragma once

namespace kam::platform {

/// Linux's AT_HWCAP, whose bits mean something else on each architecture; 0 on other systems.
unsigned long cpu_hwcap() noexcept;

} // namespace kam::platform
