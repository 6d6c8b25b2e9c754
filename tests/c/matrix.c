/* The conformance matrix of tests/conformance/retry-matrix.json, on a fresh connection and on a reused one: a call of each
 * class meets every fault, as does one with cells of its own; the others, which differ in nothing that C adds, meet every
 * fourth. The tests in Rust play all cells. The verdict is the simulator's count. Its arguments are that file and the table of calls. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "functions.h"

/* Processes at once: most of the time is spent in waiting. */
#define WORKERS 96
#define MOST_CALLS 256

static char *matrix, *calls;
static int adopted;

static const char *kind_name(mxd_status status) {
    switch (status) {
    case MXD_UNAUTHORIZED: return "Unauthorized";
    case MXD_FORBIDDEN: return "Forbidden";
    case MXD_CONFLICT: return "Conflict";
    case MXD_API: return "Api";
    case MXD_TIMEOUT: return "Timeout";
    case MXD_TRANSPORT: return "Transport";
    case MXD_AMBIGUOUS: return "Ambiguous";
    case MXD_INVALID_RESPONSE: return "InvalidResponse";
    default: return "another kind";
    }
}

static const char *evidence_name(mxd_evidence evidence) {
    switch (evidence) {
    case MXD_EVIDENCE_NOT_SENT: return "NotSent";
    case MXD_EVIDENCE_INCOMPLETE: return "Incomplete";
    case MXD_EVIDENCE_REFUSED: return "Refused";
    default: return "Ambiguous";
    }
}

static int told(void *user_data, const char *event) {
    (void)user_data;
    if (strcmp(at(event, "kind"), "Adopted") == 0) {
        adopted = 1;
    }
    return 0;
}

/* Whether a fault lasts until the time of the client is up, of which it then has little. */
static int lasts(const char *fault) {
    char path[128];
    snprintf(path, sizeof path, "faults/%s/client", fault);
    return at(matrix, path) != NULL;
}

static int64_t limit(const char *fault, const char *name) {
    char path[128];
    const char *own;
    snprintf(path, sizeof path, "faults/%s/client/%s", fault, name);
    own = at(matrix, path);
    if (own != NULL) {
        return atoll(own);
    }
    snprintf(path, sizeof path, "client/%s", name);
    return atoll(at(matrix, path));
}

static mxd_client *client_for(const char *fault) {
    mxd_error *error = NULL;
    mxd_client *client = NULL;
    mxd_config *config = new_config();
    CHECK(mxd_config_set_timeout_ms(config, limit(fault, "timeout_ms"), NULL) == MXD_OK);
    CHECK(mxd_config_set_answer_timeout_ms(config, limit(fault, "answer_timeout_ms"), NULL) == MXD_OK);
    CHECK(mxd_config_set_action_timeout_ms(config, limit(fault, "action_timeout_ms"), NULL) == MXD_OK);
    CHECK(mxd_config_set_max_attempts(config, (int32_t)limit(fault, "max_attempts"), NULL) == MXD_OK);
    CHECK(mxd_config_set_reply_limit(config, (size_t)limit(fault, "reply_limit"), NULL) == MXD_OK);
    CHECK(mxd_config_set_event_callback(config, told, NULL, NULL) == MXD_OK);
    CHECK_STATUS(mxd_client_new(config, &client, &error), MXD_OK, &error);
    mxd_config_free(config);
    return client;
}

static int is_upload(const char *call) { return strncmp(call, "upload_package", strlen("upload_package")) == 0; }

/* Leaves an open connection that the call will use; transfers have their own. */
static void warm_up(const mxd_client *client, const char *call) {
    char *json = NULL;
    mxd_error *error = NULL;
    if (is_upload(call)) {
        CHECK_STATUS(mxd_upload_package_bytes(client, "calc", (const uint8_t *)"PK", 2, "a.mda", NULL, NULL, &json, &error),
                     MXD_OK, &error);
    } else {
        CHECK_STATUS(mxd_list_apps(client, &json, &error), MXD_OK, &error);
    }
    mxd_string_free(json);
}

/* The fault of this name, meant for the call. The text belongs to the caller. */
static char *fault_for(const char *name, const char *call) {
    static const char PLACE[] = "$CALL";
    char path[128], *fault = malloc(4096);
    const char *template, *place;
    snprintf(path, sizeof path, "faults/%s/fault", name);
    template = at(matrix, path);
    place = strstr(template, PLACE);
    CHECK(fault != NULL && template != NULL);
    if (place == NULL) {
        return strcpy(fault, template);
    }
    snprintf(fault, 4096, "%.*s%s%s", (int)(place - template), template, call, place + sizeof PLACE - 1);
    return fault;
}

static int is_expected(const char *expected, const char *seen) {
    size_t length = strlen(seen);
    for (; expected != NULL; expected = strstr(expected, " | ") ? strstr(expected, " | ") + 3 : NULL) {
        if (strncmp(expected, seen, length) == 0 && (expected[length] == '\0' || expected[length] == ' ')) {
            return 1;
        }
    }
    return 0;
}

/* What a fault must come to for a call: what is said of the call alone, or of its class. */
static const char *cell(const char *call, const char *fault, int reuse) {
    char path[256];
    const char *exception;
    snprintf(path, sizeof path, "exceptions/%s/%s/%d", call, fault, reuse);
    exception = at(matrix, path);
    if (exception != NULL) {
        return exception;
    }
    snprintf(path, sizeof path, "%s/class", call);
    snprintf(path, sizeof path, "classes/%s/%s/%d", at(calls, path), fault, reuse);
    return at(matrix, path);
}

/* Makes the call with its example, but that an upload has to be large. */
static mxd_status make(const char *call, const mxd_client *client, char **json, mxd_error **error) {
    char path[64], *args;
    mxd_status status;
    if (is_upload(call)) {
        const char *file = big_file(atol(at(matrix, "content_bytes")));
        return (strcmp(call, "upload_package") == 0 ? mxd_upload_package : mxd_upload_package_v2)(
            client, "calc", file, "calc_1.0.0.45.mda", NULL, NULL, json, error);
    }
    snprintf(path, sizeof path, "%s/example", call);
    args = strdup(at(calls, path));
    status = call_by_name(call, args, client, json, error);
    free(args);
    return status;
}

/* One cell. Gives whether it is as it should be. */
static int play(const char *call, const char *name, int reuse) {
    char path[256], *state, *expected, *fault, *json = NULL, seen[128];
    mxd_error *error = NULL;
    mxd_client *client;
    mxd_status status;
    const char *idle_ms;
    int requests, effects, is_good, hits, idle;

    sim_reset();
    snprintf(path, sizeof path, "%s/state", call);
    state = at(calls, path) ? strdup(at(calls, path)) : NULL;
    expected = strdup(cell(call, name, reuse));
    if (state != NULL) {
        sim_do("PATCH", "state", state);
    }
    client = client_for(name);
    snprintf(path, sizeof path, "faults/%s/idle_ms", name);
    idle_ms = at(matrix, path);
    idle = idle_ms == NULL ? 0 : atoi(idle_ms);
    if (reuse) {
        warm_up(client, call);
        usleep((useconds_t)idle * 1000);
    }
    requests = sim_count("requests", call);
    effects = sim_count("effects", call);
    fault = fault_for(name, call);
    /* A connection that was idle may not be used at all. */
    hits = idle == 0 && (!reuse || strcmp(at(fault, "call"), "connection") != 0);
    sim_do("POST", "faults", fault);
    adopted = 0;
    status = make(call, client, &json, &error);
    /* A connection that is refused is none to ask by. */
    sim_wait();
    requests = sim_count("requests", call) - requests;
    effects = sim_count("effects", call) - effects;
    if (status == MXD_OK) {
        snprintf(seen, sizeof seen, "%s %d %d", adopted ? "adopted" : "ok", requests, effects);
    } else {
        snprintf(seen, sizeof seen, "%s/%s %d %d", kind_name(status), evidence_name(mxd_error_evidence(error)),
                 requests, effects);
    }
    is_good = is_expected(expected, seen) && effects <= 1;
    if (!is_good) {
        fprintf(stderr, "%s, %s, %s: %s, not %s\n", call, name, reuse ? "reused" : "fresh", seen, expected);
    }
    if (hits) {
        char *unused = sim("GET", "faults/unused", NULL);
        CHECK(count(unused) == 0);
        free(unused);
    }
    mxd_string_free(json);
    mxd_error_free(error);
    mxd_client_free(client);
    free(state);
    free(expected);
    free(fault);
    return is_good;
}

/* Whether a call stands for its class: it is the first of it, or has cells of its own. */
static int stands_for_others(int call) {
    char path[256], class[64];
    int other;
    snprintf(path, sizeof path, "exceptions/%s", name_at(calls, call));
    if (at(matrix, path) != NULL) {
        return 1;
    }
    snprintf(path, sizeof path, "%s/class", name_at(calls, call));
    snprintf(class, sizeof class, "%s", at(calls, path));
    for (other = 0; other < call; other++) {
        snprintf(path, sizeof path, "%s/class", name_at(calls, other));
        if (strcmp(class, at(calls, path)) == 0) {
            return 0;
        }
    }
    return 1;
}

/* Which calls meet every fault: found once, for looking it up takes longer than a cell. */
static int meets_all[MOST_CALLS];

/* Whether a call meets a fault. */
static int meets(int call, int fault) { return (call + fault) % 4 == 0 || meets_all[call]; }

/* Plays every WORKERS-th cell of those that last, and of the others, with a simulator of its own. Counts them. */
static int work(int worker, int *played) {
    const char *faults = strdup(at(matrix, "faults"));
    int call, fault, reuse, cells[2] = {0, 0}, wrong = 0;
    simulator_start();
    for (call = 0; name_at(calls, call) != NULL; call++) {
        for (fault = 0; name_at(faults, fault) != NULL; fault++) {
            for (reuse = 0; meets(call, fault) && reuse < 2; reuse++) {
                if (cells[lasts(name_at(faults, fault))]++ % WORKERS == worker) {
                    ++*played;
                    wrong += !play(name_at(calls, call), name_at(faults, fault), reuse);
                }
            }
        }
    }
    simulator_stop();
    free((void *)faults);
    return wrong == 0;
}

int main(int argc, char **argv) {
    pid_t workers[WORKERS];
    int i, status, is_good = 1, cells = 0, total = 0;
    const int shared = PROT_READ | PROT_WRITE;
    int *played = mmap(NULL, WORKERS * sizeof *played, shared, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(argc == 3 && played != MAP_FAILED);
    matrix = read_file(argv[1]);
    calls = read_file(argv[2]);
    for (i = 0; name_at(calls, i) != NULL; i++) {
        CHECK(i < MOST_CALLS);
        meets_all[i] = stands_for_others(i);
    }
    for (i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            status = work(i, &played[i]) ? 0 : 1;
            free(matrix);
            free(calls);
            return status;
        }
    }
    for (i = 0; i < WORKERS; i++) {
        is_good = waitpid(workers[i], &status, 0) == workers[i] && status == 0 && is_good;
        total += played[i];
    }
    for (i = 0; name_at(calls, i) != NULL; i++) {
        int fault;
        for (fault = 0; name_at(at(matrix, "faults"), fault) != NULL; fault++) {
            cells += meets(i, fault) ? 2 : 0;
        }
    }
    free(matrix);
    free(calls);
    CHECK(total == cells && total > 500);
    if (is_good) {
        printf("%d checks passed\n", total);
    }
    return is_good ? 0 : 1;
}
