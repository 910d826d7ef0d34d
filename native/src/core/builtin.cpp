#include "core/builtin.hpp"

namespace kam::core {

std::span<const kam_component_type *const> builtin_types() {
    // One a line, by subject: a new component adds a line here and its declaration in builtin.hpp.
    static const kam_component_type *const types[] = {
        &basic::pass_type(),           &basic::counter_source_type(),   &framing::framer_type(),
        &framing::deframer_type(),     &framing::chunker_type(),        &framing::dechunker_type(),
        &framing::length_frame_type(), &framing::length_deframe_type(), &net::udp_send_type(),
        &net::udp_recv_type(),         &sound::pcm_mix_type(),          &sound::pcm_gain_type(),
        &sound::pcm_convert_type(),
        // Each on a line of its own: several people add here.
        &crc::append_type(),
        &crc::check_type(),
        &fec::xor_type(),
        &fec::xor_recover_type(),
        &net::tcp_serve_type(),
        &net::tcp_connect_type(),
        &net::tcp_sendfile_type(),
        &net::tcp_listen_type(),
        &ts::ts_filter_type(),
        &sound::g711_encode_type(),
        &sound::g711_decode_type(),
        &sound::opus_encode_type(),
        &sound::opus_decode_type(),
    };
    return types;
}

} // namespace kam::core
