// The same work as udp_plain, through udp.send and udp.recv on a scheduler without .NET.
//
//   udp_component send ADDRESS:PORT PACKETS [BYTES [OPTION=VALUE ...]]
//   udp_component recv ADDRESS:PORT [OPTION=VALUE ...]      ends when nothing has come for 500 ms
//
// The sender's source gives slices of 64 KiB blocks, as a reader of files does, or with blocks=single a block for each
// datagram; the receiver's sink drops each chunk.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <sys/resource.h>

#include <kamaelia/poller.h>

#include "host.hpp"

namespace {

uint64_t source_packets = 0;
uint32_t source_bytes = 1316;
bool source_slices = true;

// Chunks of one length, so many.
struct chunk_source {
    static constexpr uint32_t type_flags = KAM_TYPE_SOURCE;
    static constexpr kam::port ports[] = {kam::out("outbox", "Chunks.")};
    uint64_t left = source_packets;

    kam::step step(kam::context &context) {
        kam::outlet out = context.out();
        for (uint32_t n = context.batch_max(); n > 0; n--) {
            if (left == 0) return kam::step::done;
            if (!out.room()) return kam::step::wait_room;
            out.push(next(context));
            left--;
        }
        return kam::step::more;
    }

private:
    kam::chunk next(kam::context &context) {
        if (!source_slices) return context.rent(source_bytes);
        if (!block_.data() || used_ + source_bytes > block_.size()) {
            block_ = context.rent(65536);
            used_ = 0;
        }
        used_ += source_bytes;
        return block_.slice(used_ - source_bytes, source_bytes);
    }

    kam::chunk block_;
    uint32_t used_ = 0;
};

struct chunk_sink {
    static constexpr kam::port ports[] = {kam::in("inbox", "Chunks.")};

    kam::step step(kam::context &context) {
        kam::inlet in = context.in();
        kam::chunk message;
        for (uint32_t n = context.batch_max(); n > 0; n--)
            if (!in.pop(message)) return in.ended() ? kam::step::done : kam::step::wait_in;
        return kam::step::more;
    }
};

} // namespace

KAM_COMPONENT("bench.source", "Chunks.", chunk_source)
KAM_COMPONENT("bench.sink", "Takes them.", chunk_sink)

namespace {

using kam::test::host;
using kam::test::node;

int64_t now_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

double cpu_s() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

uint64_t counter(const node &node, std::string_view name) {
    kam_counter counters[16];
    const uint32_t count = kam_instance_counters(node.instance, counters, 16);
    for (uint32_t i = 0; i < count; i++)
        if (kam::view(counters[i].name) == name) return counters[i].value;
    return 0;
}

// Runs until that component has ended. Ends of neighbours are passed on as the managed side does.
void run(host &graph, kam_poller *poller, const node &last, const node *first) {
    while (graph.state(last) != KAM_DONE) {
        graph.sched.now_ns = now_ns();
        graph.run(64);
        if (first != nullptr && graph.state(*first) == KAM_DONE && !(last.ins[0]->flags & KAM_RING_ENDED))
            graph.end(last.ins[0]);
        int64_t wait_ns = 50'000'000;
        for (const auto &[id, at_ns] : graph.timers) {
            if (at_ns <= graph.sched.now_ns) kam_wake(&graph.sched, id);
            wait_ns = std::min(wait_ns, std::max<int64_t>(0, at_ns - graph.sched.now_ns));
        }
        if (graph.timers.size() > 1) graph.timers.erase(graph.timers.begin(), graph.timers.end() - 1);
        const bool idle = graph.sched.native.head == graph.sched.native.tail;
        kam_poller_wait(poller, idle ? wait_ns : 0);
    }
}

int measure(const std::string &verb, const kam::test::given_options &options) {
    host graph;
    kam_poller *poller = nullptr;
    if (kam_poller_create(&graph.sched, nullptr, &poller) != KAM_OK) return 1;
    graph.sched.poller = poller;
    node &socket = graph.add(verb == "send" ? "udp.send" : "udp.recv", options);
    double cpu = cpu_s();
    int64_t start_ns = now_ns();
    if (verb == "send") {
        node &source = graph.add(kam::type_of<chunk_source>);
        host::link(source.outs[0], socket.ins[0]);
        run(graph, poller, socket, &source);
    } else {
        node &sink = graph.add(kam::type_of<chunk_sink>);
        host::link(socket.outs[0], sink.ins[0]);
        while (counter(socket, "packets") == 0) { // Time counts from the first datagram.
            graph.run();
            cpu = cpu_s();
            start_ns = now_ns();
            kam_poller_wait(poller, 1'000'000'000);
        }
        run(graph, poller, socket, nullptr);
    }
    const uint64_t packets = counter(socket, "packets");
    // The receiver has waited its idle_timeout at the end: 500 ms of sleep that are no work.
    const double seconds = static_cast<double>(now_ns() - start_ns) * 1e-9 - (verb == "recv" ? 0.5 : 0.0);
    const double cpu_ns = packets ? (cpu_s() - cpu) * 1e9 / static_cast<double>(packets) : 0;
    std::printf("{\"who\":\"component\",\"verb\":\"%s\",\"packets\":%llu,\"seconds\":%.4f,\"kpackets_per_s\":%.1f,"
                "\"cpu_ns_per_packet\":%.1f,\"kernel_drops\":%llu,\"syscalls\":%llu}\n",
                verb.c_str(), static_cast<unsigned long long>(packets), seconds,
                static_cast<double>(packets) / seconds / 1000, cpu_ns,
                static_cast<unsigned long long>(counter(socket, "kernel_drops")),
                static_cast<unsigned long long>(counter(socket, "syscalls")));
    const bool failed = socket.failed();
    if (failed) std::fprintf(stderr, "udp_component: %s\n", socket.error().c_str());
    graph.close();
    kam_poller_destroy(poller);
    return failed ? 1 : 0;
}

} // namespace

int main(int argc, char **argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 2 || (words[0] != "send" && words[0] != "recv")) {
        std::fputs("usage: udp_component send ADDRESS:PORT PACKETS [BYTES [OPTION=VALUE ...]]\n"
                   "       udp_component recv ADDRESS:PORT [OPTION=VALUE ...]\n",
                   stderr);
        return 2;
    }
    kam::test::given_options options{{"address", words[1]}};
    if (words[0] == "recv") options.emplace_back("idle_timeout", "500ms");
    for (size_t i = 2; i < words.size(); i++) {
        const size_t equals = words[i].find('=');
        if (words[i] == "blocks=single")
            source_slices = false;
        else if (equals != std::string::npos)
            options.emplace_back(std::string_view(words[i]).substr(0, equals),
                                 std::string_view(words[i]).substr(equals + 1));
        else if (i == 2)
            source_packets = std::stoull(words[i]);
        else
            source_bytes = static_cast<uint32_t>(std::stoul(words[i]));
    }
    try {
        return measure(words[0], options);
    } catch (const std::exception &reason) {
        std::fprintf(stderr, "udp_component: %s\n", reason.what());
        return 1;
    }
}
