// Connecting to a host: its name looked up, each of its addresses tried, and all of that again after a pause.
#pragma once

#include "net/byte_stream.hpp"

#include <kamaelia/kamaelia.hpp>

namespace kam::net {

class stream_connector {
public:
    // What a component that connects lists among its options.
    static constexpr kam::option address_option =
        kam::opt(KAM_OPTION_ADDRESS, "address", "",
                 "Whom to connect to: host:port, an IPv6 host in brackets; each address of a name is tried.",
                 KAM_OPTION_REQUIRED | KAM_OPTION_POSITIONAL);
    static constexpr kam::option timeout_option =
        kam::opt(KAM_OPTION_DURATION, "timeout", "10s",
                 "How long one try to connect may take; 0s: as long as the system lets it.");
    static constexpr kam::option retry_option =
        kam::opt(KAM_OPTION_DURATION, "retry", "0s",
                 "How long to go on trying when nobody answers, with pauses that grow from 0.1 to 5 s; 0s: one try.");

    explicit stream_connector(const kam::options &given);

    // The stream, watched for both directions; null while there is none yet. Throws kam::failure when nobody answers.
    std::unique_ptr<byte_stream> connect(kam::context &context);
    // What to wait for while there is none.
    kam::step wait(kam::context &context) const;

private:
    void begin(kam::context &context);
    bool look(kam::context &context, std::unique_ptr<byte_stream> &stream);
    void try_next(kam::context &context);
    void refuse(kam::context &context, connect_refusal refusal);
    [[noreturn]] void give_up(const connect_refusal &refusal) const;
    void watch(kam::context &context, int descriptor, uint32_t events);

    std::string address_;
    std::string host_;
    uint16_t port_ = 0;
    int64_t timeout_ns_;
    int64_t retry_ns_;

    std::unique_ptr<host_lookup> lookup_;
    std::unique_ptr<stream_attempt> attempt_;
    size_t index_ = 0; // Of the address that is tried.
    bool looking_up_ = false;
    bool watched_ = false;
    int64_t begun_at_ns_ = INT64_MIN;
    int64_t pause_ns_;
    int64_t wake_at_ns_ = INT64_MAX; // When the try is given up, or the pause is over.
};

} // namespace kam::net
