// opus.encode and opus.decode by hand, beside the library called directly; skipped where it is not installed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "../host.hpp"
#include "sound/opus_library.hpp"

namespace {

using kam::sound::opus_library;
using kam::test::message;
using kam::test::rig;

constexpr int frame_samples = 960; // 20 ms of 48 kHz.
constexpr std::size_t frame_bytes = frame_samples * 2 * sizeof(int16_t);

std::string sine(std::size_t frames) {
    std::vector<int16_t> samples(frames * frame_samples * 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double turn = 2 * std::numbers::pi * static_cast<double>(i / 2) / 48000;
        samples[i] = static_cast<int16_t>(9000 * std::sin(turn * (i % 2 ? 440 : 660)));
    }
    std::string bytes(samples.size() * sizeof(int16_t), '\0');
    std::memcpy(bytes.data(), samples.data(), bytes.size());
    return bytes;
}

std::vector<std::string> encoded_directly(const std::string &sound, int32_t complexity) {
    const opus_library &library = opus_library::get();
    int error = 0;
    opus_library::encoder *encoder = library.encoder_create(48000, 2, opus_library::audio, &error);
    library.check(error, "opus_encoder_create");
    library.encoder_ctl(encoder, opus_library::set_bitrate, 64000);
    library.encoder_ctl(encoder, opus_library::set_complexity, complexity);
    std::vector<std::string> packets;
    std::vector<int16_t> frame(frame_samples * 2);
    for (std::size_t at = 0; at + frame_bytes <= sound.size(); at += frame_bytes) {
        std::memcpy(frame.data(), sound.data() + at, frame_bytes);
        uint8_t packet[4000];
        const int32_t bytes = library.check(
            library.encode(encoder, frame.data(), frame_samples, packet, sizeof packet), "opus_encode");
        packets.emplace_back(reinterpret_cast<const char *>(packet), static_cast<std::size_t>(bytes));
    }
    library.encoder_destroy(encoder);
    return packets;
}

std::string decoded_directly(const std::vector<std::string> &packets) {
    const opus_library &library = opus_library::get();
    int error = 0;
    opus_library::decoder *decoder = library.decoder_create(48000, 2, &error);
    library.check(error, "opus_decoder_create");
    std::string sound;
    std::vector<int16_t> samples(frame_samples * 2);
    for (const std::string &packet : packets) {
        const int count = library.check(
            library.decode(decoder, reinterpret_cast<const uint8_t *>(packet.data()),
                           static_cast<int32_t>(packet.size()), samples.data(), frame_samples, 0),
            "opus_decode");
        sound.append(reinterpret_cast<const char *>(samples.data()), static_cast<std::size_t>(count) * 4);
    }
    library.decoder_destroy(decoder);
    return sound;
}

class Opus : public ::testing::Test {
protected:
    void SetUp() override {
        try {
            opus_library::get();
        } catch (const kam::failure &e) {
            GTEST_SKIP() << "skipped, because " << e.what();
        }
    }
};

TEST_F(Opus, SoundCutAtRandom_GivesThePacketsOfTheLibrary) {
    const std::string sound = sine(12);
    std::mt19937 random(3);
    for (const int complexity : {0, 5, 10}) {
        const std::string text = std::to_string(complexity);
        rig rig("opus.encode", {{"complexity", text}, {"bitrate_bps", "64k"}});
        for (std::size_t at = 0; at < sound.size();) {
            const std::size_t count = std::min<std::size_t>(1 + random() % 9000, sound.size() - at);
            rig.put(sound.substr(at, count)); // Odd cuts: samples that lie across messages, at any address.
            at += count;
        }
        std::vector<std::string> packets;
        for (const message &m : rig.finish()) packets.push_back(m.bytes);
        EXPECT_EQ(packets, encoded_directly(sound, complexity)) << complexity;
        EXPECT_EQ(rig.counter("packets"), 12u);
        EXPECT_EQ(rig.leaked(), 0);
    }
}

TEST_F(Opus, Packets_GiveTheSamplesOfTheLibrary) {
    const std::vector<std::string> packets = encoded_directly(sine(20), 5);
    rig rig("opus.decode");
    for (const std::string &packet : packets) rig.put(packet);
    std::string sound;
    for (const message &m : rig.finish()) sound += m.bytes;
    EXPECT_EQ(sound, decoded_directly(packets));
    EXPECT_EQ(rig.leaked(), 0);
}

TEST_F(Opus, AnyBytes_GiveSoundOrAConcealment) {
    std::mt19937 random(9);
    for (const char *fec : {"false", "true"}) {
        rig rig("opus.decode", {{"fec", fec}});
        for (int i = 0; i < 300; ++i) {
            std::string bytes(random() % 60, '\0');
            for (char &byte : bytes) byte = static_cast<char>(random());
            rig.put(bytes);
        }
        for (const message &m : rig.finish()) EXPECT_EQ(m.bytes.size() % 4, 0u);
        EXPECT_TRUE(rig.done());
        EXPECT_GT(rig.counter("bad") + rig.counter("lost"), 0u);
        EXPECT_EQ(rig.leaked(), 0);
    }
}

TEST_F(Opus, ShortLastFrame_IsFilledWithSilence) {
    const std::string sound = sine(2).substr(0, frame_bytes + 1000);
    rig rig("opus.encode", {{"complexity", "5"}, {"bitrate_bps", "64k"}});
    rig.put(sound);
    std::vector<std::string> packets;
    for (const message &m : rig.finish()) packets.push_back(m.bytes);
    std::string filled = sound;
    filled.resize(2 * frame_bytes, '\0');
    EXPECT_EQ(packets, encoded_directly(filled, 5));
}

} // namespace
