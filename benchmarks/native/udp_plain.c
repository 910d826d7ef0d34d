/* The loop that anybody would write by hand, as the measure of udp.send and udp.recv.
 *
 *   udp_plain send ADDRESS PORT sendto|sendmmsg|gso|parts PACKETS [BYTES [SEGMENTS]]
 *   udp_plain many ADDRESS PORT DESTINATIONS PACKETS [BYTES [SEGMENTS]]
 *   udp_plain recv ADDRESS PORT recv|recvmmsg|gro [IDLE_MS]
 *
 * ADDRESS is IPv4; a multicast group is sent to and joined on lo with TTL 0. BYTES 1316, SEGMENTS 49 (what fits in
 * 64 KiB), IDLE_MS 500: the receiver ends when nothing has come for so long. `gso` sends datagrams that lie side by
 * side, `parts` gathers each from a block of its own, as whoever passes on what others made must. `many` sends the same
 * to DESTINATIONS addresses from ADDRESS on, by one socket. One line of JSON on stdout. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PLAIN_PROGRAM "udp_plain"
#include "plain.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { batch_max = 64, block_bytes = 65536 };

static void report(const char *verb, const char *mode, uint64_t packets, double seconds, double cpu)
{
    double per_s = seconds > 0 ? (double)packets / seconds : 0;
    double cpu_ns = packets > 0 ? cpu * 1e9 / (double)packets : 0;
    printf("{\"who\":\"plain\",\"verb\":\"%s\",\"mode\":\"%s\",\"packets\":%llu,\"seconds\":%.4f,"
           "\"kpackets_per_s\":%.1f,\"cpu_ns_per_packet\":%.1f}\n",
           verb, mode, (unsigned long long)packets, seconds, per_s / 1000, cpu_ns);
}

static struct sockaddr_in address_of(const char *host, const char *port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "udp_plain: '%s' is not an IPv4 address\n", host);
        exit(2);
    }
    return address;
}

static int open_sender(const struct sockaddr_in *to)
{
    struct ip_mreqn lo;
    unsigned char ttl = 0;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0)
        die("socket");
    if (IN_MULTICAST(ntohl(to->sin_addr.s_addr))) {
        memset(&lo, 0, sizeof lo);
        lo.imr_address.s_addr = htonl(INADDR_LOOPBACK);
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo);
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl);
    }
    if (connect(fd, (const struct sockaddr *)to, sizeof *to) != 0)
        die("connect");
    return fd;
}

/* Written once: memory that never was is one page of zeros, which the kernel copies out of its nearest cache. */
static char *payload(size_t length)
{
    char *bytes = malloc(length);
    if (!bytes)
        die("malloc");
    memset(bytes, 'k', length);
    return bytes;
}

/* Unicast to nobody answers with a refusal now and then: not our business here. */
static int transient(void)
{
    return errno == ECONNREFUSED || errno == EINTR || errno == EAGAIN || errno == ENOBUFS;
}

static void send_singly(int fd, const char *bytes, size_t length, uint64_t packets)
{
    uint64_t n;
    for (n = 0; n < packets; n++)
        if (sendto(fd, bytes, length, 0, NULL, 0) < 0 && !transient())
            die("sendto");
}

union segment_control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
};

static void segment_into(struct msghdr *header, union segment_control *space, size_t length)
{
    uint16_t segment = (uint16_t)length;
    struct cmsghdr *control;
    header->msg_control = space;
    header->msg_controllen = sizeof *space;
    control = CMSG_FIRSTHDR(header);
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof segment);
    memcpy(CMSG_DATA(control), &segment, sizeof segment);
}

static void send_all(int fd, struct mmsghdr *messages, unsigned count, unsigned segments, uint64_t packets)
{
    uint64_t sent = 0;
    unsigned at = 0;
    while (sent < packets) {
        int done = sendmmsg(fd, messages + at, count - at < batch_max ? count - at : batch_max, 0);
        if (done < 0 && !transient())
            die("sendmmsg");
        if (done > 0) {
            sent += (uint64_t)done * segments;
            at += (unsigned)done;
            at = at == count ? 0 : at;
        }
    }
}

/* `segments` datagrams a message: 1 is plain sendmmsg. */
static void send_batched(int fd, char *bytes, size_t length, uint64_t packets, unsigned segments)
{
    static struct mmsghdr messages[batch_max];
    static struct iovec parts[batch_max];
    static union segment_control controls[batch_max];
    unsigned messages_a_call = segments > 1 ? 1 : batch_max;
    unsigned i;
    for (i = 0; i < messages_a_call; i++) {
        struct msghdr *header = &messages[i].msg_hdr;
        parts[i].iov_base = bytes;
        parts[i].iov_len = length * segments;
        header->msg_iov = &parts[i];
        header->msg_iovlen = 1;
        if (segments > 1)
            segment_into(header, &controls[i], length);
    }
    send_all(fd, messages, messages_a_call, segments, packets);
}

/* The same with a block of its own for each datagram, 128 of them in turn: as many as two full linkages hold. */
static void send_parts(int fd, size_t length, uint64_t packets, unsigned segments)
{
    enum { blocks = 128, block_stride = 2048 + 64 };
    struct iovec parts[batch_max];
    union segment_control control;
    struct mmsghdr message;
    char *bytes = payload(blocks * block_stride);
    unsigned at = 0;
    uint64_t sent;
    for (sent = 0; sent < packets;) {
        unsigned i;
        for (i = 0; i < segments; i++, at = (at + 1) % blocks) {
            parts[i].iov_base = bytes + (size_t)at * block_stride;
            parts[i].iov_len = length;
        }
        memset(&message, 0, sizeof message);
        message.msg_hdr.msg_iov = parts;
        message.msg_hdr.msg_iovlen = segments;
        segment_into(&message.msg_hdr, &control, length);
        if (sendmmsg(fd, &message, 1, 0) == 1)
            sent += segments;
        else if (!transient())
            die("sendmmsg");
    }
    free(bytes);
}

/* Datagrams that lie side by side, to each address after the other. */
static int many_main(int argc, char **argv)
{
    struct sockaddr_in first = address_of(argv[2], argv[3]);
    const unsigned count = (unsigned)atoi(argv[4]);
    uint64_t packets = strtoull(argv[5], NULL, 10);
    size_t length = argc > 6 ? (size_t)atoi(argv[6]) : 1316;
    unsigned segments = argc > 7 ? (unsigned)atoi(argv[7]) : 49;
    struct mmsghdr *messages = calloc(count, sizeof *messages);
    struct sockaddr_in *to = calloc(count, sizeof *to);
    char *bytes = payload(block_bytes * 2);
    struct iovec part;
    union segment_control control;
    unsigned i;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    double wall;
    double cpu;
    if (fd < 0 || !messages || !to || !bytes || count == 0)
        die("many");
    part.iov_base = bytes;
    part.iov_len = length * segments;
    for (i = 0; i < count; i++) {
        to[i] = first;
        to[i].sin_addr.s_addr = htonl(ntohl(first.sin_addr.s_addr) + i);
        messages[i].msg_hdr.msg_name = &to[i];
        messages[i].msg_hdr.msg_namelen = sizeof to[i];
        messages[i].msg_hdr.msg_iov = &part;
        messages[i].msg_hdr.msg_iovlen = 1;
        if (segments > 1)
            segment_into(&messages[i].msg_hdr, &control, length);
    }
    wall = wall_s();
    cpu = cpu_s();
    send_all(fd, messages, count, segments, packets);
    report("many", segments > 1 ? "gso" : "sendmmsg", packets, wall_s() - wall, cpu_s() - cpu);
    close(fd);
    free(bytes);
    free(to);
    free(messages);
    return 0;
}

static int send_main(int argc, char **argv)
{
    struct sockaddr_in to = address_of(argv[2], argv[3]);
    const char *mode = argv[4];
    uint64_t packets = strtoull(argv[5], NULL, 10);
    size_t length = argc > 6 ? (size_t)atoi(argv[6]) : 1316;
    unsigned segments = argc > 7 ? (unsigned)atoi(argv[7]) : 49;
    char *bytes = payload(block_bytes * 2);
    int fd = open_sender(&to);
    double wall = wall_s();
    double cpu = cpu_s();
    if (strcmp(mode, "sendto") == 0)
        send_singly(fd, bytes, length, packets);
    else if (strcmp(mode, "sendmmsg") == 0)
        send_batched(fd, bytes, length, packets, 1);
    else if (strcmp(mode, "parts") == 0)
        send_parts(fd, length, packets, segments < batch_max ? segments : batch_max);
    else
        send_batched(fd, bytes, length, packets, segments);
    report("send", mode, packets, wall_s() - wall, cpu_s() - cpu);
    close(fd);
    free(bytes);
    return 0;
}

static int open_receiver(const struct sockaddr_in *at, int gro)
{
    int on = 1;
    int buffer_bytes = 4 << 20;
    struct ip_mreqn join;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0)
        die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
    if (gro && setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on) != 0)
        die("UDP_GRO");
    if (bind(fd, (const struct sockaddr *)at, sizeof *at) != 0)
        die("bind");
    if (IN_MULTICAST(ntohl(at->sin_addr.s_addr))) {
        memset(&join, 0, sizeof join);
        join.imr_multiaddr = at->sin_addr;
        join.imr_address.s_addr = htonl(INADDR_LOOPBACK);
        if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof join) != 0)
            die("IP_ADD_MEMBERSHIP");
    }
    return fd;
}

/* How many datagrams one message is. */
static uint64_t datagrams_in(struct msghdr *header, unsigned bytes)
{
    struct cmsghdr *control;
    for (control = CMSG_FIRSTHDR(header); control; control = CMSG_NXTHDR(header, control)) {
        int segment = 0;
        if (control->cmsg_level != SOL_UDP || control->cmsg_type != UDP_GRO)
            continue;
        memcpy(&segment, CMSG_DATA(control), sizeof segment);
        if (segment > 0)
            return (bytes + (unsigned)segment - 1) / (unsigned)segment;
    }
    return 1;
}

/* One call: how many datagrams it brought, 0 when there are none now. */
static uint64_t receive_batch(int fd, int gro)
{
    static char blocks[batch_max][block_bytes];
    static struct mmsghdr messages[batch_max];
    static struct iovec parts[batch_max];
    static char controls[batch_max][CMSG_SPACE(sizeof(int))];
    const int wanted = gro ? 8 : batch_max;
    uint64_t packets = 0;
    int i;
    int count;
    for (i = 0; i < wanted; i++) {
        parts[i].iov_base = blocks[i];
        parts[i].iov_len = gro ? block_bytes : 2048;
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = gro ? controls[i] : NULL;
        messages[i].msg_hdr.msg_controllen = gro ? sizeof controls[i] : 0;
    }
    count = recvmmsg(fd, messages, (unsigned)wanted, MSG_DONTWAIT, NULL);
    if (count < 0 && errno != EAGAIN && errno != EINTR)
        die("recvmmsg");
    for (i = 0; i < count; i++)
        packets += gro ? datagrams_in(&messages[i].msg_hdr, messages[i].msg_len) : 1;
    return packets;
}

static uint64_t receive_one(int fd)
{
    static char block[block_bytes];
    if (recv(fd, block, sizeof block, MSG_DONTWAIT) >= 0)
        return 1;
    if (errno != EAGAIN && errno != EINTR)
        die("recv");
    return 0;
}

static int recv_main(int argc, char **argv)
{
    struct sockaddr_in at = address_of(argv[2], argv[3]);
    const char *mode = argv[4];
    int idle_ms = argc > 5 ? atoi(argv[5]) : 500;
    int gro = strcmp(mode, "gro") == 0;
    int singly = strcmp(mode, "recv") == 0;
    int fd = open_receiver(&at, gro);
    uint64_t packets = 0;
    double first = 0;
    double last = 0;
    double cpu = 0;
    struct pollfd ready;
    ready.fd = fd;
    ready.events = POLLIN;
    while (poll(&ready, 1, packets ? idle_ms : 30000) > 0) {
        uint64_t got;
        if (!packets) {
            first = wall_s();
            cpu = cpu_s();
        }
        while ((got = singly ? receive_one(fd) : receive_batch(fd, gro)) > 0)
            packets += got;
        last = wall_s();
    }
    report("recv", mode, packets, last - first, cpu_s() - cpu);
    close(fd);
    return packets ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc >= 6 && strcmp(argv[1], "send") == 0)
        return send_main(argc, argv);
    if (argc >= 6 && strcmp(argv[1], "many") == 0)
        return many_main(argc, argv);
    if (argc >= 5 && strcmp(argv[1], "recv") == 0)
        return recv_main(argc, argv);
    fputs("usage: udp_plain send ADDRESS PORT sendto|sendmmsg|gso|parts PACKETS [BYTES [SEGMENTS]]\n"
          "       udp_plain many ADDRESS PORT DESTINATIONS PACKETS [BYTES [SEGMENTS]]\n"
          "       udp_plain recv ADDRESS PORT recv|recvmmsg|gro [IDLE_MS]\n",
          stderr);
    return 2;
}
