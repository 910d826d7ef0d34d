// The components that libkamaelia brings along. Each lives in one file of its own, which defines its function here.
#pragma once

#include <span>

#include <kamaelia/component.h>

namespace kam {

namespace basic {
const kam_component_type &pass_type();
const kam_component_type &counter_source_type();
} // namespace basic

namespace framing {
const kam_component_type &framer_type();
const kam_component_type &deframer_type();
const kam_component_type &chunker_type();
const kam_component_type &dechunker_type();
const kam_component_type &length_frame_type();
const kam_component_type &length_deframe_type();
} // namespace framing

namespace crc {
const kam_component_type &append_type();
const kam_component_type &check_type();
} // namespace crc

namespace fec {
const kam_component_type &xor_type();
const kam_component_type &xor_recover_type();
} // namespace fec

namespace net {
const kam_component_type &udp_send_type();
const kam_component_type &udp_recv_type();
const kam_component_type &tcp_serve_type();
const kam_component_type &tcp_connect_type();
const kam_component_type &tcp_sendfile_type();
const kam_component_type &tcp_listen_type();
} // namespace net

namespace sound {
const kam_component_type &pcm_mix_type();
const kam_component_type &pcm_gain_type();
const kam_component_type &pcm_convert_type();
const kam_component_type &g711_encode_type();
const kam_component_type &g711_decode_type();
const kam_component_type &opus_encode_type();
const kam_component_type &opus_decode_type();
} // namespace sound

namespace ts {
const kam_component_type &ts_filter_type();
} // namespace ts

namespace core {
std::span<const kam_component_type *const> builtin_types();
} // namespace core

} // namespace kam
