// The parity of some packets, and one of them back from it and the rest: what SMPTE ST 2022-1 does for each column and
// row, whatever header its packets then travel with.
//
// The packets are thought to be filled with zeros to the longest; the parity is their XOR, and their lengths have a
// XOR of their own. So one that is missing is the XOR of the parity with all others, cut to the length so found.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "simd/xor_into.hpp"

namespace kam::fec {

class parity {
public:
    /// Adding what was added before takes it away again.
    void add(std::span<const uint8_t> packet) {
        if (packet.size() > bytes_.size()) bytes_.resize(packet.size());
        simd::xor_into(bytes_.data(), packet.data(), packet.size());
        length_xor_ ^= static_cast<uint32_t>(packet.size());
    }
    /// Adds a parity that was made elsewhere.
    void add(std::span<const uint8_t> parity_bytes, uint32_t length_xor) {
        add(parity_bytes);
        length_xor_ ^= static_cast<uint32_t>(parity_bytes.size()) ^ length_xor;
    }
    /// XOR of the packets, as long as the longest. Good until something is added.
    std::span<const uint8_t> bytes() const noexcept { return bytes_; }
    uint32_t length_xor() const noexcept { return length_xor_; }
    /// Keeps its memory.
    void clear() noexcept {
        bytes_.clear();
        length_xor_ = 0;
    }

private:
    std::vector<uint8_t> bytes_;
    uint32_t length_xor_ = 0;
};

} // namespace kam::fec
