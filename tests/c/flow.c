/* Callbacks, cancellation and time-outs. */
#define _GNU_SOURCE
#include "suite.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define BACKUP "c879c6b1-3aa5-4e10-aaab-cb145841862f"
#define BIG (8L * 1024 * 1024)

static mxd_error *error;
static char *json;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct seen {
    int calls;
    int stop_at;
    uint64_t done;
    uint64_t total;
    char last[64];
    const mxd_client *client;
};

static int progress(void *user_data, uint64_t done, uint64_t total) {
    struct seen *seen = user_data;
    CHECK(done >= seen->done);
    seen->done = done;
    seen->total = total;
    return ++seen->calls == seen->stop_at;
}

static int observe(void *user_data, const char *status, uint64_t elapsed_ms) {
    struct seen *seen = user_data;
    CHECK(elapsed_ms < 600000);
    snprintf(seen->last, sizeof seen->last, "%s", status);
    if (seen->client != NULL) { /* a callback may call the library */
        char *apps;
        CHECK(mxd_list_apps(seen->client, &apps, NULL) == MXD_OK);
        mxd_string_free(apps);
    }
    return ++seen->calls == seen->stop_at;
}

static void transfers(const mxd_client *client) {
    struct seen seen = {0};
    const char *path = big_file(BIG);
    int before = sim_count("effects", "upload_package");
    sim_do("PATCH", "state", "{\"options\": {\"accept_any_package\": true}}");
    WORKS(mxd_upload_package(client, "calc", path, "big.mda", progress, &seen, &json, &error));
    mxd_string_free(json);
    CHECK(seen.calls > 1);
    CHECK(seen.done == BIG);
    CHECK(seen.total == BIG);
    CHECK(sim_count("effects", "upload_package") == before + 1);

    memset(&seen, 0, sizeof seen);
    seen.stop_at = 2;
    FAILS(mxd_upload_package(client, "calc", path, "big.mda", progress, &seen, &json, &error), MXD_CANCELLED);
    CHECK(seen.calls == 2 && seen.done < BIG && json == NULL);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_INCOMPLETE);
    mxd_error_free(error);
    CHECK(sim_count("effects", "upload_package") == before + 1);

    memset(&seen, 0, sizeof seen);
    path = big_file(3); /* of other content than the download */
    WORKS(mxd_download_backup(client, "calc", "Acceptance", BACKUP, MXD_BACKUP_FILES_ONLY, path, progress, &seen,
                              &json, &error));
    mxd_string_free(json);
    CHECK(seen.calls > 0 && seen.done == 65536 && seen.total == 65536);
    memset(&seen, 0, sizeof seen);
    seen.stop_at = 1;
    FAILS(
        mxd_download_archived_logs(client, "calc", "Acceptance", "2018-08-10", path, progress, &seen, &json, &error),
        MXD_CANCELLED);
    mxd_error_free(error);
}

static void waits(const mxd_client *client) {
    struct seen seen = {0};
    mxd_error *again = NULL;
    char job[64];
    sim_do("PATCH", "state", "{\"options\": {\"start_ms\": 600000, \"stop_ms\": 600000}}");
    WORKS(mxd_stop_environment(client, "calc", "Acceptance", &error));
    seen.client = client;
    seen.stop_at = 2;
    FAILS(mxd_wait_for_status(client, "calc", "Acceptance", "Stopped", 60000, observe, &seen, &json, &error),
          MXD_CANCELLED);
    CHECK(seen.calls == 2);
    CHECK_TEXT(seen.last, "Running");
    mxd_error_free(error);

    sim_do("PATCH", "state", "{\"apps\": {\"calc\": {\"environments\": {\"Test\": {\"status\": \"Stopped\"}}}}}");
    memset(&seen, 0, sizeof seen);
    seen.stop_at = 1; /* what is waited for is there: the answer of the observer no longer counts */
    WORKS(mxd_wait_for_status(client, "calc", "Test", "Stopped", 60000, observe, &seen, &json, &error));
    CHECK(seen.calls == 1);
    CHECK_TEXT(at(json, "Status"), "Stopped");
    mxd_string_free(json);
    WORKS(mxd_start_environment(client, "calc", "Test", 1, &json, &error));
    snprintf(job, sizeof job, "%s", at(json, "JobId"));
    mxd_string_free(json);
    FAILS(mxd_wait_for_start(client, "calc", "Test", job, 2000, NULL, NULL, &json, &error), MXD_WAIT_TIMED_OUT);
    CHECK_TEXT(mxd_error_operation(error), "wait_for_start");
    CHECK_TEXT(at(mxd_error_json(error), "pending/job_id"), job);
    CHECK_TEXT(at(mxd_error_json(error), "pending/last_seen"), "Starting");
    CHECK_TEXT(at(mxd_error_wait_token(error), "job_id"), job);
    CHECK_TEXT(at(mxd_error_json(error), "wait_token"), mxd_error_wait_token(error));
    FAILS(mxd_resume_wait(client, mxd_error_wait_token(error), 100, NULL, NULL, &json, &again), MXD_WAIT_TIMED_OUT);
    CHECK_TEXT(mxd_error_operation(again), "wait_for_start");
    mxd_error_free(again);
    CHECK_TEXT(at(mxd_error_json(error), "kind"), "WaitTimedOut");
    CHECK(mxd_error_hint(error) != NULL);
    mxd_error_free(error);

    /* A start that was accepted without telling its job. */
    sim_do("PATCH", "state", "{\"options\": {\"start_ms\": 1}, \"apps\": {\"calc\": {\"environments\": {\"Production\": "
                             "{\"status\": \"Stopped\"}}}}}");
    sim_do("POST", "faults",
           "{\"call\": \"start_environment\", \"kind\": {\"reply\": {\"status\": 202}}, \"after_effect\": true}");
    WORKS(mxd_start_environment(client, "calc", "Production", 1, &json, &error));
    CHECK_TEXT(json, "{}");
    mxd_string_free(json);
    WORKS(mxd_wait_for_start(client, "calc", "Production", NULL, 60000, NULL, NULL, &json, &error));
    CHECK_TEXT(at(json, "Status"), "Started");
    mxd_string_free(json);
}

static void time_outs(void) {
    mxd_client *client = new_strict_client(), *hasty = NULL;
    double begin;
    WORKS(mxd_client_with_timeout_ms(client, 1000, &hasty, &error));
    sim_do("POST", "faults", "{\"call\": \"any\", \"kind\": \"stall\", \"times\": 2}");
    begin = now();
    FAILS(mxd_list_apps(hasty, &json, &error), MXD_TIMEOUT);
    CHECK(mxd_error_code(error) == NULL && mxd_error_http_status(error) == 0);
    mxd_error_free(error);
    FAILS(mxd_stop_environment(hasty, "calc", "Production", &error), MXD_AMBIGUOUS);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_AMBIGUOUS);
    mxd_error_free(error);
    CHECK(now() - begin < 40); /* and not the two minutes of the first client */
    mxd_client_free(hasty);
    mxd_client_free(client);
}

struct canceller {
    mxd_cancel *cancel;
    int before;
    double triggered;
};

static volatile int armed;

/* Cancels once the call has arrived. */
static void *trigger(void *user_data) {
    struct canceller *canceller = user_data;
    while (sim_count("requests", "list_apps") == canceller->before) {
        usleep(5000);
    }
    usleep(100000);
    canceller->triggered = now();
    armed = 1;
    CHECK(mxd_cancel_trigger(canceller->cancel, NULL) == MXD_OK);
    return NULL;
}

static int poll_armed(void *user_data) { return *(volatile int *)user_data; }

static void cancellation(const mxd_client *client) {
    struct canceller canceller = {mxd_cancel_new(), 0, 0};
    mxd_cancel *polling = NULL;
    mxd_client *cancellable = NULL;
    pthread_t thread;
    double late;
    int round;
    WORKS(mxd_cancel_new_polling(poll_armed, (void *)(uintptr_t)&armed, &polling, &error));
    for (round = 0; round < 2; round++) {
        const mxd_cancel *token = round == 0 ? canceller.cancel : polling;
        armed = 0;
        WORKS(mxd_client_with_cancel(client, token, &cancellable, &error));
        CHECK(mxd_cancel_is_triggered(token) == 0);
        sim_do("POST", "faults", "{\"call\": \"any\", \"kind\": \"stall\"}");
        canceller.before = sim_count("requests", "list_apps");
        CHECK(pthread_create(&thread, NULL, trigger, &canceller) == 0);
        FAILS(mxd_list_apps(cancellable, &json, &error), MXD_CANCELLED);
        late = now();
        mxd_error_free(error);
        pthread_join(thread, NULL);
        late -= canceller.triggered;
        printf("measured: a call from C ended %.1f ms after %s\n", late * 1000,
               round == 0 ? "its token was triggered" : "its callback had something to say");
        CHECK(late < 10); /* and not the minute that a call may take */
        CHECK(mxd_cancel_is_triggered(token) == 1);
        FAILS(mxd_list_apps(cancellable, &json, &error), MXD_CANCELLED); /* from now on always */
        mxd_error_free(error);
        mxd_client_free(cancellable);
    }
    mxd_cancel_free(canceller.cancel);
    mxd_cancel_free(polling);
    WORKS(mxd_list_apps(client, &json, &error)); /* the first client is not concerned */
    mxd_string_free(json);
}

/* What an answer can be that is none of the service's. */
static void hostile_answers(void) {
    static const struct {
        const char *fault;
        mxd_status look;
        mxd_status change;
    } table[] = {
        {"{\"reply\": {\"status\": 200, \"body\": \"[[[\"}}", MXD_INVALID_RESPONSE, MXD_OK},
        {"{\"reply\": {\"status\": 200, \"body\": \"{\\\"AppId\\\": 7\"}}", MXD_INVALID_RESPONSE, MXD_OK},
        {"{\"reply\": {\"status\": 502, \"body\": \"<h1>Bad Gateway</h1>\"}}", MXD_API, MXD_AMBIGUOUS},
        {"{\"reply\": {\"status\": 401, \"body\": \"\"}}", MXD_UNAUTHORIZED, MXD_UNAUTHORIZED},
        {"{\"redirect\": {\"status\": 302, \"location\": \"http://127.0.0.1:1/\"}}", MXD_INVALID_RESPONSE,
         MXD_AMBIGUOUS},
        {"{\"rate_limit\": {\"retry_after\": {\"seconds\": 1}}}", MXD_RATE_LIMITED, MXD_RATE_LIMITED},
        {"\"close\"", -1, MXD_AMBIGUOUS},
        {"\"reset\"", -1, MXD_AMBIGUOUS},
    };
    mxd_client *client = new_strict_client();
    char fault[256];
    size_t i;
    for (i = 0; i < sizeof table / sizeof *table; i++) {
        mxd_status status;
        snprintf(fault, sizeof fault, "{\"call\": \"any\", \"times\": 1, \"kind\": %s}", table[i].fault);
        sim_do("POST", "faults", fault);
        status = mxd_get_app(client, "calc", &json, &error);
        CHECK_STATUS(status, table[i].look == -1 ? MXD_TRANSPORT : table[i].look, &error);
        mxd_error_free(error);
        sim_do("DELETE", "faults", NULL);
        sim_do("POST", "faults", fault);
        CHECK_STATUS(mxd_stop_environment(client, "calc", "Production", &error), table[i].change, &error);
        mxd_error_free(error);
    }
    mxd_client_free(client);
}

void test_flow(void) {
    mxd_client *client = new_client();
    transfers(client);
    waits(client);
    time_outs();
    cancellation(client);
    hostile_answers();
    mxd_client_free(client);
}
