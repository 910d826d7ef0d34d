// Where there is no sendfile(2) of Linux's kind: the managed twin does the work.
#if !defined(__linux__)

#include "net/source_file.hpp"
#include <kamaelia/failure.hpp>

namespace kam::net {

std::unique_ptr<source_file> open_source_file(const std::string &) {
    throw failure(KAM_E_UNSUPPORTED, "native tcp.sendfile runs on Linux only: use managed:tcp.sendfile");
}

} // namespace kam::net

#endif
