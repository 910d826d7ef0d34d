/* The loops that anybody would write by hand, as the measure of the TCP components; and the far ends of their benches.
 *
 *   tcp_plain serve LISTENERS BITS_PER_S INTERVAL_MS SECONDS PORT
 *   tcp_plain listen ADDRESS PORT LISTENERS [PATH]
 *   tcp_plain echo PORT CLIENTS
 *   tcp_plain ask CLIENTS REQUESTS BYTES PORT...
 *   tcp_plain stream BYTES WRITES
 *   tcp_plain file PATH
 *
 * `serve` waits for so many listeners, writes to each of them every INTERVAL_MS for so many seconds
 * and prints one line of JSON: its own CPU over that time. `listen` opens so many connections, reads all of
 * them to their end and prints how many bytes came; with a PATH each asks for it first, as HTTP has it. `file` sends
 * one by sendfile to a thread that reads it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PLAIN_PROGRAM "tcp_plain"
#include "plain.h"

enum { events_max = 256, buffer_bytes = 1 << 20 };

static char buffer[buffer_bytes];

static int watch(int epoll, int socket, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.fd = socket}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

static int *accept_all(int listener, int count)
{
    int *sockets = calloc((size_t)count, sizeof *sockets);
    if (!sockets)
        die("calloc");
    for (int i = 0; i < count; i++) {
        const int one = 1;
        sockets[i] = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (sockets[i] < 0)
            die("accept");
        setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    return sockets;
}

static int serve(int count, double bits_per_s, int interval_ms, double seconds, int port)
{
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (const struct sockaddr *)&at, sizeof at) || listen(listener, 1024))
        die("listen");
    int *sockets = accept_all(listener, count);
    const int epoll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    const long ns = interval_ms * 1000000L;
    const struct itimerspec every = {.it_interval = {ns / 1000000000, ns % 1000000000},
                                     .it_value = {ns / 1000000000, ns % 1000000000}};
    if (timerfd_settime(timer, 0, &every, NULL) || watch(epoll, timer, EPOLLIN))
        die("timer");
    for (int i = 0; i < count; i++)
        if (watch(epoll, sockets[i], EPOLLIN | EPOLLRDHUP | EPOLLET))
            die("epoll_ctl");
    const size_t bytes = (size_t)(bits_per_s / 8 * interval_ms / 1000);
    const double start = wall_s(), cpu = cpu_s();
    while (wall_s() - start < seconds) {
        struct epoll_event events[events_max];
        const int ready = epoll_wait(epoll, events, events_max, -1);
        for (int i = 0; i < ready; i++) {
            uint64_t ticks;
            if (events[i].data.fd != timer || read(timer, &ticks, sizeof ticks) < 0)
                continue;
            for (int each = 0; each < count; each++)
                if (send(sockets[each], buffer, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN)
                    die("send");
        }
    }
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", wall_s() - start, cpu_s() - cpu);
    return 0;
}

static int listen_to(const char *address, int port, int count, const char *path)
{
    const int epoll = epoll_create1(0);
    char request[256];
    const int words = path ? snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", path) : 0;
    for (int i = 0; i < count; i++) {
        const int one = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        inet_pton(AF_INET, address, &to.sin_addr);
        if (one < 0 || connect(one, (struct sockaddr *)&to, sizeof to) || watch(epoll, one, EPOLLIN))
            die("connect");
        if (words > 0 && send(one, request, (size_t)words, MSG_NOSIGNAL) != words)
            die("request");
        if (words > 0)
            usleep(1000); /* A server with a short queue would lose connections for a second each. */
    }
    long long total = 0;
    for (int open = count; open > 0;) {
        struct epoll_event events[events_max];
        const int ready = epoll_wait(epoll, events, events_max, -1);
        for (int i = 0; i < ready; i++) {
            const ssize_t got = recv(events[i].data.fd, buffer, sizeof buffer, 0);
            if (got > 0) {
                total += got;
                continue;
            }
            close(events[i].data.fd);
            open--;
        }
    }
    printf("%lld\n", total);
    return 0;
}

static int connect_to(const char *address, int port)
{
    const int one = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, address, &to.sin_addr);
    if (one < 0 || connect(one, (struct sockaddr *)&to, sizeof to))
        die("connect");
    setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return one;
}

static int open_listener(int port)
{
    const int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (const struct sockaddr *)&at, sizeof at) || listen(listener, 1024))
        die("listen");
    return listener;
}

static int report(double start, double cpu)
{
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f}\n", wall_s() - start, cpu_s() - cpu);
    return 0;
}

static int echo(int port, int clients)
{
    int *sockets = accept_all(open_listener(port), clients);
    const int epoll = epoll_create1(0);
    for (int i = 0; i < clients; i++)
        if (watch(epoll, sockets[i], EPOLLIN))
            die("epoll_ctl");
    const double start = wall_s(), cpu = cpu_s();
    for (int open = clients; open > 0;) {
        struct epoll_event events[events_max];
        const int ready = epoll_wait(epoll, events, events_max, -1);
        for (int i = 0; i < ready; i++) {
            const ssize_t got = recv(events[i].data.fd, buffer, sizeof buffer, 0);
            if (got > 0 && send(events[i].data.fd, buffer, (size_t)got, MSG_NOSIGNAL) == got)
                continue;
            close(events[i].data.fd);
            open--;
        }
    }
    return report(start, cpu);
}

static int ask(int clients, long requests, int bytes, char **ports, int port_count)
{
    const int epoll = epoll_create1(0);
    long left = requests;
    for (int i = 0; i < clients; i++) {
        const int one = connect_to("127.0.0.1", atoi(ports[i % port_count]));
        if (watch(epoll, one, EPOLLIN) || send(one, buffer, (size_t)bytes, MSG_NOSIGNAL) != bytes)
            die("ask");
    }
    const double start = wall_s(), cpu = cpu_s();
    for (int open = clients; open > 0;) {
        struct epoll_event events[events_max];
        const int ready = epoll_wait(epoll, events, events_max, -1);
        for (int i = 0; i < ready; i++) {
            const int one = events[i].data.fd;
            for (int at = 0; at < bytes;) {
                const ssize_t got = recv(one, buffer, (size_t)(bytes - at), 0);
                if (got <= 0)
                    die("answer");
                at += (int)got;
            }
            if (--left >= clients) {
                if (send(one, buffer, (size_t)bytes, MSG_NOSIGNAL) != bytes)
                    die("ask");
                continue;
            }
            close(one);
            open--;
        }
    }
    return report(start, cpu);
}

/* `write` in a thread, to the socket that `job` begins with; this one reads to the end. */
static int through(void *(*write)(void *), int *job)
{
    static char into[1 << 16];
    const int listener = open_listener(0);
    struct sockaddr_in at;
    socklen_t length = sizeof at;
    getsockname(listener, (struct sockaddr *)&at, &length);
    *job = connect_to("127.0.0.1", ntohs(at.sin_port));
    const int reader = accept4(listener, NULL, NULL, 0);
    const double start = wall_s(), cpu = cpu_s();
    pthread_t writer;
    if (reader < 0 || pthread_create(&writer, NULL, write, job))
        die("a thread that writes");
    while (recv(reader, into, sizeof into, 0) > 0) {
    }
    pthread_join(writer, NULL);
    return report(start, cpu);
}

struct writing {
    int socket;
    size_t bytes;
    long writes;
};

static void *write_all(void *argument)
{
    const struct writing *job = argument;
    for (long left = job->writes; left > 0; left--)
        for (size_t at = 0; at < job->bytes;) {
            const ssize_t gone = send(job->socket, buffer + at, job->bytes - at, MSG_NOSIGNAL);
            if (gone < 0)
                die("send");
            at += (size_t)gone;
        }
    shutdown(job->socket, SHUT_WR);
    return NULL;
}

static int stream(size_t bytes, long writes)
{
    struct writing job = {-1, bytes, writes};
    if (bytes > sizeof buffer)
        die("stream");
    return through(write_all, &job.socket);
}

struct sending {
    int socket;
    int file;
    off_t length;
};

static void *send_all(void *argument)
{
    const struct sending *job = argument;
    for (off_t from = 0; from < job->length;)
        if (sendfile(job->socket, job->file, &from, (size_t)(job->length - from)) <= 0)
            die("sendfile");
    shutdown(job->socket, SHUT_WR);
    return NULL;
}

static int send_file(const char *path)
{
    struct sending job = {-1, open(path, O_RDONLY), 0};
    struct stat facts;
    if (job.file < 0 || fstat(job.file, &facts))
        die("file");
    job.length = facts.st_size;
    return through(send_all, &job.socket);
}

int main(int argc, char **argv)
{
    if (argc == 7 && !strcmp(argv[1], "serve"))
        return serve(atoi(argv[2]), atof(argv[3]), atoi(argv[4]), atof(argv[5]), atoi(argv[6]));
    if ((argc == 5 || argc == 6) && !strcmp(argv[1], "listen"))
        return listen_to(argv[2], atoi(argv[3]), atoi(argv[4]), argc == 6 ? argv[5] : NULL);
    if (argc == 3 && !strcmp(argv[1], "file"))
        return send_file(argv[2]);
    if (argc == 4 && !strcmp(argv[1], "echo"))
        return echo(atoi(argv[2]), atoi(argv[3]));
    if (argc >= 6 && !strcmp(argv[1], "ask"))
        return ask(atoi(argv[2]), atol(argv[3]), atoi(argv[4]), argv + 5, argc - 5);
    if (argc == 4 && !strcmp(argv[1], "stream"))
        return stream((size_t)atol(argv[2]), atol(argv[3]));
    fprintf(stderr, "tcp_plain serve LISTENERS BITS_PER_S INTERVAL_MS SECONDS PORT | "
                    "listen ADDRESS PORT LISTENERS [PATH] | echo PORT CLIENTS | ask CLIENTS REQUESTS BYTES PORT... | "
                    "stream BYTES WRITES | file PATH\n");
    return 2;
}
