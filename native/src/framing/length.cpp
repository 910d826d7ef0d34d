#include "framing/length.hpp"

#include <string>

#include <kamaelia/failure.hpp>

namespace kam::framing {

void length_splitter::refuse() const {
    throw failure(KAM_E_INVALID, "at offset " + std::to_string(offset_ - length_header_bytes) +
                                     " of the stream a frame of " + std::to_string(frame_bytes_) +
                                     " bytes is announced, over length_max " + std::to_string(length_max_));
}

} // namespace kam::framing
