// The stream of "chunker" and "dechunker": Kamaelia's Protocol/Framing DataChunker and DataDeChunker, on bytes.
//
// Wire, for each chunk: the sync, then the data escaped (escape.hpp). Default sync: 24 times 'X'.
//
// chunker: every chunk becomes sync + escaped data in one chunk, with its time, flags and tag. Option: sync, its bytes
// (see escape.hpp for what is refused). Counter: chunks.
//
// dechunker: reads a stream of bytes that may be cut anywhere into chunks. Read so:
//   * Hunting. Bytes are skipped until a sync has been read; then it is inside a chunk.
//   * Inside. All up to the next byte that occurs in the sync is content. From that byte on the stream must spell the
//     sync: then the chunk is complete, its content unescaped is sent, and the next chunk begins. So a chunk goes out
//     when the sync of the next one has been read, as many as there are.
//   * If it does not spell the sync, the content is damaged: dropped, counted if it was not empty, and it hunts on from
//     the byte at which the content ended. If the content was empty, what was taken for the chunk's sync was junk that
//     ran into the real one, and it hunts on from the second byte of that: behind 26 'X' a chunk begins.
//   * Content longer than chunk_max bytes (as on the wire, escaped) is dropped and counted, and it hunts on from the
//     byte at which the content ended or the input did.
//   * When the input has ended: inside a chunk its content so far is sent, even if a sync has begun behind it (only
//     its whole bytes can be content). Hunting: nothing. Then it ends.
// A chunk has the time, flags and tag of the input chunk that held the last byte of its sync. Content without an escape
// that lies within one input chunk is sent without a copy. Options: sync, chunk_max (default 16Mi; 1 to 1Gi).
// Counters: chunks (sent), malformed (dropped).
// Where the original differs: it sends at most one chunk for each message, lags by two, never sends the last, and sends
// damaged content as it is.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "framing/byte_set.hpp"
#include "framing/stamp.hpp"

namespace kam::framing {

class chunk_splitter {
public:
    chunk_splitter(std::string_view sync, const byte_set &sync_bytes, uint32_t content_bytes_max);

    struct content {
        std::span<const uint8_t> escaped; ///< In the input that was fed last, or in the splitter's own memory.
        framing::stamp stamp;
    };

    /// The input is borrowed until next() has said false.
    void feed(std::span<const uint8_t> input, const stamp &stamp) noexcept;
    /// The next complete chunk: good until the next call. False: more input is wanted.
    bool next(content &out);
    /// At the end of the input, after next() has said false: the last chunk, if there is one.
    bool finish(content &out) noexcept;
    uint64_t malformed() const noexcept { return malformed_; }

private:
    enum class spelled { sync, damage, too_little };
    bool hunt() noexcept;
    bool content_end_find();
    spelled spell() noexcept;
    void damaged() noexcept;
    void drop() noexcept;
    void keep_rest();
    void begin() noexcept;

    std::vector<uint8_t> sync_;
    byte_set sync_bytes_;
    std::size_t content_bytes_max_;
    /// Knuth, Morris and Pratt: borders_[n] is how long a proper beginning of the sync ends its first n bytes.
    std::vector<std::size_t> borders_;
    /// How much of a sync has been read after a whole one and another n bytes of it, the last one counting.
    std::vector<std::size_t> overlaps_;

    std::span<const uint8_t> input_;
    stamp input_stamp_;
    stamp stamp_;               ///< Of the chunk it is inside.
    std::size_t at_ = 0;        ///< Next byte of the input.
    std::size_t first_ = 0;     ///< Content of the chunk it is inside, as far as it lies in this input:
    std::size_t last_ = 0;      ///< from first_ to last_.
    std::size_t matched_ = 0;   ///< How many bytes just before at_ begin a sync; all of them only while hunting.
    std::vector<uint8_t> kept_; ///< Content from earlier inputs.
    bool inside_ = false;
    bool kept_is_out_ = false;
    uint64_t malformed_ = 0;
};

} // namespace kam::framing
