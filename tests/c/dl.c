/* Loads and unloads the library a hundred times, or a few where time is slow: dl PATH-OF-LIBRARY */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mendix_deploy.h"

#define TIMES 100
#define TIMES_SLOW 5
/* Growth in pages that is more than noise. */
#define GROWTH 512

/* The functions under their own types. (ISO C does not convert object pointers to functions.) */
#define LOAD(name)                                                                                                   \
    __typeof__(name) *name##_ = NULL;                                                                                \
    void *name##_symbol = dlsym(library, #name);                                                                     \
    memcpy((void *)&name##_, &name##_symbol, sizeof name##_symbol);                                                  \
    if (name##_ == NULL) return "no " #name

static const char *use(void *library) {
    mxd_config *config;
    mxd_client *client = NULL;
    mxd_error *error = NULL;
    char *json = NULL;
    const char *problem = NULL;
    LOAD(mxd_config_new);
    LOAD(mxd_config_set_credentials);
    LOAD(mxd_config_set_base_url);
    LOAD(mxd_config_set_max_attempts);
    LOAD(mxd_config_free);
    LOAD(mxd_client_new);
    LOAD(mxd_client_free);
    LOAD(mxd_list_apps);
    LOAD(mxd_error_free);
    config = mxd_config_new_();
    if (mxd_config_set_credentials_(config, "me", "key", NULL) != MXD_OK ||
        mxd_config_set_base_url_(config, "http://127.0.0.1:1", NULL) != MXD_OK ||
        mxd_config_set_max_attempts_(config, 1, NULL) != MXD_OK || mxd_client_new_(config, &client, NULL) != MXD_OK) {
        problem = "no client";
    } else if (mxd_list_apps_(client, &json, &error) != MXD_TRANSPORT || error == NULL) {
        problem = "a call that nobody can answer did not fail";
    }
    mxd_error_free_(error);
    mxd_client_free_(client);
    mxd_config_free_(config);
    return problem;
}

static long pages(void) {
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL) {
        if (fscanf(file, "%ld %ld", &size, &resident) != 2) {
            resident = 0;
        }
        fclose(file);
    }
    return resident;
}

int main(int argc, char **argv) {
    const int slow = getenv("MENDIX_DEPLOY_TEST_SLOW") != NULL, times = slow ? TIMES_SLOW : TIMES;
    long begin = 0;
    int i;
    for (i = 0; argc == 2 && i < times; i++) {
        /* A look-up of a name that was given up may be running still, so the code of it stays. */
        const int stayed = i == 0 || dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) != NULL;
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        const char *problem = !stayed ? "it did not stay in memory" : library ? use(library) : dlerror();
        if (problem != NULL || dlclose(library) != 0) {
            fprintf(stderr, "the %d. time: %s\n", i + 1, problem ? problem : dlerror());
            return 1;
        }
        if (i == times / 10) {
            begin = pages();
        }
    }
    if (argc != 2 || (!slow && pages() - begin > GROWTH)) {
        fprintf(stderr, "memory grew from %ld to %ld pages\n", begin, pages());
        return 1;
    }
    printf("%d checks passed\n", times);
    return 0;
}
