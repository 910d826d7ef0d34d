/* What the plain loops share: how they fail, and their own time. */
#ifndef KAM_BENCH_PLAIN_H
#define KAM_BENCH_PLAIN_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* Each program names itself before it includes this. */
static void die(const char *what)
{
    fprintf(stderr, PLAIN_PROGRAM ": %s: %s\n", what, strerror(errno));
    exit(1);
}

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

#endif
