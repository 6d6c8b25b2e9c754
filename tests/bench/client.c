/* The client in C: WORK COUNT URL [CA_FILE], as src/main.rs says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "mendix_deploy.h"

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void expect(mxd_status status, mxd_error *error) {
    if (status != MXD_OK) {
        fprintf(stderr, "%s\n", mxd_error_text(error));
        exit(1);
    }
}

static void once(const mxd_client *client, const char *work) {
    mxd_error *error = NULL;
    char *json = NULL;
    if (strcmp(work, "get") == 0) {
        expect(mxd_list_environments(client, "calc", &json, &error), error);
    } else if (strcmp(work, "list") == 0) {
        expect(mxd_list_apps(client, &json, &error), error);
    } else if (strcmp(work, "settings") == 0) {
        char *settings = NULL;
        expect(mxd_get_environment_settings(client, "calc", "Acceptance", &settings, &error), error);
        expect(mxd_set_environment_settings(client, "calc", "Acceptance", settings, &json, &error), error);
        mxd_string_free(settings);
    } else {
        fprintf(stderr, "%s: expected get, list or settings\n", work);
        exit(1);
    }
    mxd_string_free(json);
}

int main(int argc, char **argv) {
    mxd_error *error = NULL;
    mxd_config *config = mxd_config_new();
    mxd_client *client = NULL;
    double wall, cpu;
    struct rusage usage;
    long count, i, before;
    if (argc < 4) {
        fprintf(stderr, "expected: WORK COUNT URL [CA_FILE]\n");
        return 1;
    }
    count = atol(argv[2]);
    expect(mxd_config_set_credentials(config, "me@example.com", "26587896-1cef-4483-accf-ad304e2673d6", &error), error);
    expect(mxd_config_set_base_url(config, argv[3], &error), error);
    if (argc > 4) {
        expect(mxd_config_set_ca_file(config, argv[4], &error), error);
    }
    expect(mxd_client_new(config, &client, &error), error);
    mxd_config_free(config);
    if (strcmp(argv[1], "get") != 0) {
        once(client, "get");
    }
    getrusage(RUSAGE_SELF, &usage);
    before = usage.ru_maxrss;
    once(client, argv[1]);
    wall = seconds(CLOCK_MONOTONIC);
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (i = 0; i < count; i++) {
        once(client, argv[1]);
    }
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"count\": %ld, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"peak_kib\": %ld, \"growth_kib\": %ld}\n", count, wall,
           cpu, usage.ru_maxrss, usage.ru_maxrss - before);
    mxd_client_free(client);
    return 0;
}
