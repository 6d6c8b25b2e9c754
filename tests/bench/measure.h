/* What the clients in C measure with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The most memory that this process had. What getrusage says counts that of the program which started it, too. */
static long peak_kib(void) {
    char line[256];
    long peak = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) peak = strtol(line + 6, NULL, 10);
    }
    if (status != NULL) fclose(status);
    return peak;
}

/* Since when a piece of work is measured. */
struct start {
    double wall, cpu;
    long peak;
};

static struct start begin(long peak_before) {
    struct start start = {seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID), peak_before};
    return start;
}

static void end(struct start start, long count) {
    double wall = seconds(CLOCK_MONOTONIC) - start.wall, cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - start.cpu;
    long peak = peak_kib();
    printf("{\"count\": %ld, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"peak_kib\": %ld, \"growth_kib\": %ld}\n", count, wall,
           cpu, peak, peak - start.peak);
}
