/* What io_uring would save: the same work by epoll and by a ring, in plain C.
 *
 *   uring_plain send ADDRESS PORT sendmmsg|uring PACKETS [BYTES [SEGMENTS]]
 *   uring_plain recv ADDRESS PORT epoll|uring PACKETS [IDLE_MS]
 *   uring_plain listeners epoll|uring LISTENERS INTERVAL_MS SECONDS [KBIT_S]
 *   uring_plain probe
 *
 * ADDRESS is IPv4; a group is sent to and joined on lo with TTL 0. `recv` by a ring is multishot with provided buffers.
 * `listeners` writes to as many loopback streams, each as many bytes an interval as the rate gives, while a child reads
 * them; only the writer's time counts. The ring is driven by bare system calls: it needs no library. One line of JSON
 * on stdout; ends with 77 where the system has no ring for us. One file because it is one program that is read from end
 * to end, like its neighbours: the loops to compare side by side, and the ring that they share. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLAIN_PROGRAM "uring_plain"
#include "plain.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { batch_max = 64, ring_entries = 4096, no_ring = 77, block_bytes = 65536, buffers = 1024, buffer_bytes = 2048 };

struct ring {
    int fd;
    unsigned *sq_head, *sq_tail, *sq_mask, *cq_head, *cq_tail, *cq_mask;
    struct io_uring_sqe *sqes;
    struct io_uring_cqe *cqes;
    unsigned waiting; /* Prepared and not yet handed over. */
};

static int ring_open(struct ring *ring)
{
    struct io_uring_params params;
    char *rings;
    char *entries;
    size_t bytes;
    unsigned *array;
    unsigned i;
    memset(&params, 0, sizeof params);
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    params.cq_entries = ring_entries * 4;
    ring->fd = (int)syscall(__NR_io_uring_setup, ring_entries, &params);
    if (ring->fd < 0)
        return -1;
    bytes = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
    if (bytes < params.sq_off.array + params.sq_entries * sizeof(unsigned))
        bytes = params.sq_off.array + params.sq_entries * sizeof(unsigned);
    rings = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQ_RING);
    entries = mmap(NULL, params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQES);
    if (rings == MAP_FAILED || entries == MAP_FAILED)
        die("mmap");
    ring->sq_head = (unsigned *)(void *)(rings + params.sq_off.head);
    ring->sq_tail = (unsigned *)(void *)(rings + params.sq_off.tail);
    ring->sq_mask = (unsigned *)(void *)(rings + params.sq_off.ring_mask);
    ring->cq_head = (unsigned *)(void *)(rings + params.cq_off.head);
    ring->cq_tail = (unsigned *)(void *)(rings + params.cq_off.tail);
    ring->cq_mask = (unsigned *)(void *)(rings + params.cq_off.ring_mask);
    ring->cqes = (struct io_uring_cqe *)(void *)(rings + params.cq_off.cqes);
    ring->sqes = (struct io_uring_sqe *)(void *)entries;
    array = (unsigned *)(void *)(rings + params.sq_off.array);
    for (i = 0; i < params.sq_entries; i++)
        array[i] = i;
    ring->waiting = 0;
    return 0;
}

static void ring_need(struct ring *ring)
{
    if (ring_open(ring) == 0)
        return;
    fprintf(stderr, "uring_plain: no io_uring here: %s\n", strerror(errno));
    exit(no_ring);
}

/* There must be room: callers hand over before they have prepared ring_entries. */
static struct io_uring_sqe *ring_next(struct ring *ring, uint8_t operation, int fd)
{
    unsigned tail = *ring->sq_tail + ring->waiting++;
    struct io_uring_sqe *entry = &ring->sqes[tail & *ring->sq_mask];
    memset(entry, 0, sizeof *entry);
    entry->opcode = operation;
    entry->fd = fd;
    return entry;
}

/* Hands over what was prepared and waits for so many completions; time_ms < 0: for ever. -1: the time is over. */
static int ring_enter(struct ring *ring, unsigned wanted, int time_ms)
{
    struct __kernel_timespec time = {time_ms / 1000, (long long)(time_ms % 1000) * 1000000};
    struct io_uring_getevents_arg limit;
    unsigned count = ring->waiting;
    int done;
    memset(&limit, 0, sizeof limit);
    limit.ts = time_ms >= 0 ? (uint64_t)(uintptr_t)&time : 0;
    /* Release: partners the kernel's look at the tail. */
    __atomic_store_n(ring->sq_tail, *ring->sq_tail + count, __ATOMIC_RELEASE);
    ring->waiting = 0;
    done = (int)syscall(__NR_io_uring_enter, ring->fd, count, wanted, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG,
                        &limit, sizeof limit);
    if (done < 0 && errno != ETIME && errno != EINTR)
        die("io_uring_enter");
    return done < 0 && errno == ETIME ? -1 : 0;
}

static struct io_uring_cqe *ring_peek(const struct ring *ring)
{
    unsigned head = *ring->cq_head;
    /* Acquire: partners the kernel's release of a completion. */
    if (head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE))
        return NULL;
    return &ring->cqes[head & *ring->cq_mask];
}

static void ring_seen(struct ring *ring)
{
    __atomic_store_n(ring->cq_head, *ring->cq_head + 1, __ATOMIC_RELEASE);
}

static void report(const char *work, const char *mode, uint64_t count, double seconds, double cpu)
{
    printf("{\"who\":\"plain\",\"verb\":\"%s\",\"mode\":\"%s\",\"packets\":%llu,\"seconds\":%.4f,"
           "\"kpackets_per_s\":%.1f,\"cpu_ns_per_packet\":%.1f,\"cpu_percent\":%.2f}\n",
           work, mode, (unsigned long long)count, seconds, seconds > 0 ? (double)count / seconds / 1000 : 0,
           count > 0 ? cpu * 1e9 / (double)count : 0, seconds > 0 ? 100 * cpu / seconds : 0);
}

static struct sockaddr_in address_of(const char *host, const char *port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "uring_plain: '%s' is not an IPv4 address\n", host);
        exit(2);
    }
    return address;
}

static char *payload(size_t length)
{
    char *bytes = malloc(length);
    if (!bytes)
        die("malloc");
    memset(bytes, 'k', length);
    return bytes;
}

/* ---- datagrams out ---- */

static int open_sender(const struct sockaddr_in *to)
{
    struct ip_mreqn lo;
    unsigned char ttl = 0;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    memset(&lo, 0, sizeof lo);
    lo.imr_address.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        die("socket");
    if (IN_MULTICAST(ntohl(to->sin_addr.s_addr))) {
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo);
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, sizeof ttl);
    }
    if (connect(fd, (const struct sockaddr *)to, sizeof *to) != 0)
        die("connect");
    return fd;
}

static union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
} segment_space;

static void describe(struct msghdr *message, struct iovec *part, char *bytes, size_t length, unsigned segments)
{
    memset(message, 0, sizeof *message);
    part->iov_base = bytes;
    part->iov_len = length * segments;
    message->msg_iov = part;
    message->msg_iovlen = 1;
    if (segments > 1) {
        uint16_t segment = (uint16_t)length;
        struct cmsghdr *control;
        message->msg_control = &segment_space;
        message->msg_controllen = sizeof segment_space;
        control = CMSG_FIRSTHDR(message);
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof segment);
        memcpy(CMSG_DATA(control), &segment, sizeof segment);
    }
}

/* `at_once` messages a call by either way. */
static uint64_t send_by_calls(int fd, struct mmsghdr *messages, unsigned at_once, uint64_t wanted)
{
    uint64_t sent = 0;
    while (sent < wanted) {
        int done = sendmmsg(fd, messages, at_once, 0);
        if (done > 0)
            sent += (uint64_t)done;
        else if (errno != ECONNREFUSED && errno != EINTR && errno != ENOBUFS)
            die("sendmmsg");
    }
    return sent;
}

static uint64_t send_by_ring(int fd, struct mmsghdr *messages, unsigned at_once, uint64_t wanted)
{
    struct ring ring;
    struct io_uring_cqe *done;
    uint64_t sent = 0;
    unsigned i;
    ring_need(&ring);
    while (sent < wanted) {
        for (i = 0; i < at_once; i++) {
            struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_SENDMSG, fd);
            entry->addr = (uint64_t)(uintptr_t)&messages[i].msg_hdr;
            entry->len = 1;
        }
        ring_enter(&ring, at_once, -1);
        for (; (done = ring_peek(&ring)) != NULL; ring_seen(&ring)) {
            if (done->res >= 0)
                sent++;
            else if (done->res != -ECONNREFUSED && done->res != -ENOBUFS)
                exit(1);
        }
    }
    close(ring.fd);
    return sent;
}

static int send_main(int argc, char **argv)
{
    static struct mmsghdr messages[batch_max];
    static struct iovec parts[batch_max];
    struct sockaddr_in to = address_of(argv[2], argv[3]);
    uint64_t packets = strtoull(argv[5], NULL, 10);
    size_t length = argc > 6 ? (size_t)atoi(argv[6]) : 1316;
    unsigned segments = argc > 7 ? (unsigned)atoi(argv[7]) : 1;
    unsigned at_once = segments > 1 ? 4 : batch_max;
    char *bytes = payload(block_bytes);
    int by_ring = strcmp(argv[4], "uring") == 0;
    int fd = open_sender(&to);
    double wall, cpu;
    uint64_t sent;
    unsigned i;
    for (i = 0; i < batch_max; i++)
        describe(&messages[i].msg_hdr, &parts[i], bytes, length, segments);
    wall = wall_s();
    cpu = cpu_s();
    sent = (by_ring ? send_by_ring : send_by_calls)(fd, messages, at_once, packets / segments) * segments;
    report("send", argv[4], sent, wall_s() - wall, cpu_s() - cpu);
    free(bytes);
    close(fd);
    return 0;
}

/* ---- datagrams in ---- */

static int open_receiver(const struct sockaddr_in *at)
{
    int on = 1;
    int wanted = 4 << 20;
    struct ip_mreqn join;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (fd < 0)
        die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
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

struct tally {
    uint64_t packets, packets_max;
    double first_wall, last_wall, first_cpu;
    int idle_ms;
};

static int count_in(struct tally *tally, uint64_t more)
{
    if (tally->packets == 0 && more > 0) {
        tally->first_wall = wall_s();
        tally->first_cpu = cpu_s();
    }
    tally->packets += more;
    return tally->packets < tally->packets_max;
}

static int time_left(const struct tally *tally)
{
    return tally->packets ? tally->idle_ms : 30000;
}

static void recv_by_epoll(int fd, struct tally *tally)
{
    static char blocks[batch_max][buffer_bytes];
    static struct mmsghdr messages[batch_max];
    static struct iovec parts[batch_max];
    struct epoll_event event;
    int epoll = epoll_create1(0);
    int i, count;
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN | EPOLLET;
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        die("epoll");
    for (i = 0; i < batch_max; i++) {
        parts[i].iov_base = blocks[i];
        parts[i].iov_len = buffer_bytes;
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    while (epoll_wait(epoll, &event, 1, time_left(tally)) > 0) {
        do {
            count = recvmmsg(fd, messages, batch_max, MSG_DONTWAIT, NULL);
            if (!count_in(tally, count > 0 ? (uint64_t)count : 0))
                break;
        } while (count == batch_max); /* Fewer: it is empty. */
        tally->last_wall = wall_s();
        if (tally->packets >= tally->packets_max)
            break;
    }
    close(epoll);
}

static struct io_uring_buf_ring *provide(struct ring *ring, char *blocks)
{
    struct io_uring_buf_reg wanted;
    struct io_uring_buf_ring *given = mmap(NULL, buffers * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE,
                                           MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    unsigned i;
    if (given == MAP_FAILED)
        die("mmap");
    memset(&wanted, 0, sizeof wanted);
    wanted.ring_addr = (uint64_t)(uintptr_t)given;
    wanted.ring_entries = buffers;
    if (syscall(__NR_io_uring_register, ring->fd, IORING_REGISTER_PBUF_RING, &wanted, 1) != 0)
        die("IORING_REGISTER_PBUF_RING");
    for (i = 0; i < buffers; i++) {
        given->bufs[i].addr = (uint64_t)(uintptr_t)(blocks + (size_t)i * buffer_bytes);
        given->bufs[i].len = buffer_bytes;
        given->bufs[i].bid = (uint16_t)i;
    }
    __atomic_store_n(&given->tail, (uint16_t)buffers, __ATOMIC_RELEASE);
    return given;
}

static void give_back(struct io_uring_buf_ring *given, char *blocks, unsigned id, uint16_t *tail)
{
    struct io_uring_buf *slot = &given->bufs[*tail & (buffers - 1)];
    slot->addr = (uint64_t)(uintptr_t)(blocks + (size_t)id * buffer_bytes);
    slot->len = buffer_bytes;
    slot->bid = (uint16_t)id;
    ++*tail;
}

static void recv_by_ring(int fd, struct tally *tally)
{
    struct ring ring;
    struct io_uring_buf_ring *given;
    struct io_uring_cqe *done;
    char *blocks = payload((size_t)buffers * buffer_bytes);
    uint16_t tail = buffers;
    int is_armed = 0;
    ring_need(&ring);
    given = provide(&ring, blocks);
    while (tally->packets < tally->packets_max) {
        uint64_t count = 0;
        if (!is_armed) {
            struct io_uring_sqe *entry = ring_next(&ring, IORING_OP_RECV, fd);
            entry->ioprio = IORING_RECV_MULTISHOT;
            entry->flags = IOSQE_BUFFER_SELECT;
            is_armed = 1;
        }
        if (ring_enter(&ring, 1, time_left(tally)) != 0)
            break;
        for (; (done = ring_peek(&ring)) != NULL; ring_seen(&ring)) {
            is_armed = is_armed && (done->flags & IORING_CQE_F_MORE) != 0;
            if (done->res < 0)
                continue; /* ENOBUFS: all were in use; they are given back below. */
            count++;
            if (done->flags & IORING_CQE_F_BUFFER)
                give_back(given, blocks, done->flags >> IORING_CQE_BUFFER_SHIFT, &tail);
        }
        __atomic_store_n(&given->tail, tail, __ATOMIC_RELEASE);
        count_in(tally, count);
        tally->last_wall = wall_s();
    }
    close(ring.fd);
    free(blocks);
}

static int recv_main(int argc, char **argv)
{
    struct sockaddr_in at = address_of(argv[2], argv[3]);
    struct tally tally;
    int fd = open_receiver(&at);
    memset(&tally, 0, sizeof tally);
    tally.packets_max = strtoull(argv[5], NULL, 10);
    tally.idle_ms = argc > 6 ? atoi(argv[6]) : 500;
    (strcmp(argv[4], "uring") == 0 ? recv_by_ring : recv_by_epoll)(fd, &tally);
    report("recv", argv[4], tally.packets, tally.last_wall - tally.first_wall, cpu_s() - tally.first_cpu);
    close(fd);
    return tally.packets ? 0 : 1;
}

/* ---- one stream to many listeners ---- */

static void read_all(const struct sockaddr_in *to, unsigned listeners)
{
    struct epoll_event events[256];
    static char bytes[block_bytes];
    int epoll = epoll_create1(0);
    unsigned i;
    int n, count;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (i = 0; i < listeners; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct epoll_event event;
        memset(&event, 0, sizeof event);
        event.events = EPOLLIN;
        event.data.fd = fd;
        if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof *to) != 0 ||
            epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
            die("connect");
    }
    while ((count = epoll_wait(epoll, events, 256, -1)) > 0)
        for (n = 0; n < count; n++)
            if (recv(events[n].data.fd, bytes, sizeof bytes, MSG_DONTWAIT) == 0)
                _exit(0); /* The writer has ended: so have all. */
    _exit(1);
}

static void write_by_calls(const int *fds, unsigned count, const char *bytes, size_t length)
{
    unsigned i;
    for (i = 0; i < count; i++)
        if (send(fds[i], bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN)
            die("send");
}

static void write_by_ring(struct ring *ring, const int *fds, unsigned count, const char *bytes, size_t length)
{
    unsigned i = 0;
    while (i < count) {
        unsigned done = 0;
        unsigned wanted = 0;
        for (; i < count && wanted < ring_entries; i++, wanted++) {
            struct io_uring_sqe *entry = ring_next(ring, IORING_OP_SEND, fds[i]);
            entry->addr = (uint64_t)(uintptr_t)bytes;
            entry->len = (unsigned)length;
            entry->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
        }
        while (done < wanted) {
            ring_enter(ring, wanted - done, -1);
            for (; ring_peek(ring) != NULL; ring_seen(ring))
                done++;
        }
    }
}

static void run_intervals(int by_ring, const int *fds, unsigned listeners, const char *bytes, size_t length,
                          double interval, double seconds)
{
    struct ring ring;
    double begin = wall_s();
    double due = begin;
    if (by_ring)
        ring_need(&ring);
    while (due < begin + seconds) {
        double now = wall_s();
        if (now < due) {
            usleep((useconds_t)((due - now) * 1e6));
            continue;
        }
        if (by_ring)
            write_by_ring(&ring, fds, listeners, bytes, length);
        else
            write_by_calls(fds, listeners, bytes, length);
        due += interval;
    }
}

static int listeners_main(int argc, char **argv)
{
    const int by_ring = strcmp(argv[2], "uring") == 0;
    const unsigned listeners = (unsigned)atoi(argv[3]);
    const double interval = atof(argv[4]) / 1000;
    const double seconds = atof(argv[5]);
    const double rate_bps = (argc > 6 ? atof(argv[6]) : 128) * 1000;
    const size_t length = (size_t)(rate_bps / 8 * interval);
    struct sockaddr_in at = address_of("127.0.0.1", "0");
    socklen_t at_bytes = sizeof at;
    struct rlimit files = {listeners + 100, listeners + 100};
    int *fds = calloc(listeners, sizeof *fds);
    char *bytes = payload(length + 1);
    int door = socket(AF_INET, SOCK_STREAM, 0);
    pid_t reader;
    double wall, cpu;
    unsigned i;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0 || !fds || bind(door, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(door, 4096) != 0 || getsockname(door, (struct sockaddr *)&at, &at_bytes) != 0)
        die("listen");
    reader = fork();
    if (reader == 0)
        read_all(&at, listeners);
    for (i = 0; i < listeners; i++) {
        int on = 1;
        fds[i] = accept(door, NULL, NULL);
        if (fds[i] < 0 || setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
            die("accept");
    }
    wall = wall_s();
    cpu = cpu_s();
    run_intervals(by_ring, fds, listeners, bytes, length, interval, seconds);
    wall = wall_s() - wall;
    cpu = cpu_s() - cpu;
    report("listeners", argv[2], (uint64_t)((double)listeners * seconds / interval), wall, cpu);
    kill(reader, SIGKILL);
    waitpid(reader, NULL, 0);
    free(bytes);
    free(fds);
    return 0;
}

int main(int argc, char **argv)
{
    struct ring ring;
    if (argc >= 6 && strcmp(argv[1], "send") == 0)
        return send_main(argc, argv);
    if (argc >= 6 && strcmp(argv[1], "recv") == 0)
        return recv_main(argc, argv);
    if (argc >= 6 && strcmp(argv[1], "listeners") == 0)
        return listeners_main(argc, argv);
    if (argc == 2 && strcmp(argv[1], "probe") == 0) {
        ring_need(&ring);
        return 0;
    }
    fputs("usage: uring_plain send ADDRESS PORT sendmmsg|uring PACKETS [BYTES [SEGMENTS]]\n"
          "       uring_plain recv ADDRESS PORT epoll|uring PACKETS [IDLE_MS]\n"
          "       uring_plain listeners epoll|uring LISTENERS INTERVAL_MS SECONDS [KBIT_S]\n"
          "       uring_plain probe\n",
          stderr);
    return 2;
}
