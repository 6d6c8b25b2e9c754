/* Deployments: those that each language runs, and what C has for them. */
#define _GNU_SOURCE
#include "suite.h"

#include <stdlib.h>
#include <unistd.h>

static mxd_error *error;
static char *json, *cases;

/* A value of a case, by the number of the case. */
static const char *value(int number, const char *path) {
    char whole[128];
    snprintf(whole, sizeof whole, "cases/%d/%s", number, path);
    return at(cases, whole);
}

static const char *folder(void) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/mendix-deploy-test-XXXXXX");
    CHECK(mkdtemp(path) != NULL);
    return path;
}

static void remove_folder(const char *path) {
    char file[128];
    snprintf(file, sizeof file, "%s/journal", path);
    remove(file);
    snprintf(file, sizeof file, "%s/lease", path);
    remove(file);
    CHECK(remove(path) == 0);
}

/* Whether the steps that are done are those that are expected. */
static void check_steps(int number, const char *report) {
    char path[64];
    int step, found = 0;
    for (step = 0; step < count(at(report, "steps")); step++) {
        snprintf(path, sizeof path, "steps/%d/status", step);
        if (strcmp(at(report, path), "done") == 0) {
            char name[64];
            snprintf(path, sizeof path, "steps/%d/name", step);
            snprintf(name, sizeof name, "%s", at(report, path));
            snprintf(path, sizeof path, "expected/done/%d", found++);
            CHECK_TEXT(name, value(number, path));
        }
    }
    CHECK(count(value(number, "expected/done")) == found);
}

static void check_effects(int number, const char *before) {
    int effect;
    const char *call;
    for (effect = 0; (call = name_at(value(number, "expected/effects"), effect)) != NULL; effect++) {
        char path[128], counted[128];
        snprintf(path, sizeof path, "expected/effects/%s", call);
        snprintf(counted, sizeof counted, "effects/%s", call);
        CHECK(sim_count("effects", call) - (at(before, counted) == NULL ? 0 : atoi(at(before, counted))) ==
              atoi(value(number, path)));
    }
}

static void run_case(const mxd_client *client, int number) {
    const char *where = folder();
    char *deployment = strdup(value(number, "deployment"));
    char *before;
    const char *report;
    const int fails = value(number, "expected/kind") != NULL;
    int runs = value(number, "runs") == NULL ? 1 : atoi(value(number, "runs")), fault;
    mxd_status status = MXD_OK;
    sim_reset();
    sim_do("PATCH", "state", at(cases, "state"));
    if (value(number, "state") != NULL) {
        sim_do("PATCH", "state", value(number, "state"));
    }
    for (fault = 0; value(number, "faults") != NULL && fault < count(value(number, "faults")); fault++) {
        char path[64];
        snprintf(path, sizeof path, "faults/%d", fault);
        sim_do("POST", "faults", value(number, path));
    }
    before = sim("GET", "accounting", NULL);
    deployment = replaced(replaced(deployment, "$PACKAGE", getenv("MENDIX_DEPLOY_TEST_PACKAGE")), "$FOLDER", where);
    while (runs-- > 0) {
        mxd_string_free(json);
        json = NULL;
        status = mxd_deploy(client, deployment, NULL, NULL, &json, &error);
    }
    if ((status != MXD_OK) != fails) {
        fprintf(stderr, "%s: %s\n", value(number, "name"), error == NULL ? json : mxd_error_text(error));
    }
    CHECK((status != MXD_OK) == fails && (error != NULL) == fails);
    report = status == MXD_OK ? json : mxd_error_report(error);
    CHECK((report == NULL) == (value(number, "expected/outcome") == NULL));
    if (report != NULL) {
        const char *orphans = value(number, "expected/orphans");
        CHECK_TEXT(at(report, "outcome"), value(number, "expected/outcome"));
        CHECK(count(at(report, "orphans")) == (orphans == NULL ? 0 : atoi(orphans)));
        check_steps(number, report);
    }
    if (error != NULL) {
        const char *text = value(number, "expected/text");
        CHECK_TEXT(at(mxd_error_json(error), "kind"), value(number, "expected/kind"));
        CHECK_TEXT(mxd_error_code(error), value(number, "expected/code"));
        CHECK(text == NULL || strstr(mxd_error_text(error), text) != NULL);
        CHECK((mxd_error_status(error) == MXD_DEPLOY_FAILED) == (report != NULL));
    }
    check_effects(number, before);
    mxd_error_free(error);
    error = NULL;
    mxd_string_free(json);
    json = NULL;
    free(before);
    free(deployment);
    remove_folder(where);
}

struct steps {
    int seen;
    int end_at;
    char last[256];
};

static int step(void *user_data, const char *step) {
    struct steps *steps = user_data;
    snprintf(steps->last, sizeof steps->last, "%s %s", at(step, "name"), at(step, "status"));
    return ++steps->seen == steps->end_at;
}

/* A callback ends it; it is resumed, and a journal that is over is told again. */
static void ended_by_a_callback(const mxd_client *client) {
    const char *where = folder();
    struct steps steps = {0};
    char deployment[1024], journal[128];
    int before, before_resumed;
    sim_reset();
    snprintf(journal, sizeof journal, "%s/journal", where);
    snprintf(deployment, sizeof deployment,
             "{\"app_id\": \"calc\", \"mode\": \"Acceptance\", \"package\": \"%s\", \"journal\": \"%s\"}",
             getenv("MENDIX_DEPLOY_TEST_PACKAGE"), journal);
    steps.end_at = 5;
    before = sim_count("effects", "stop_environment");
    FAILS(mxd_deploy(client, deployment, step, &steps, &json, &error), MXD_CANCELLED);
    CHECK_TEXT(steps.last, "stop done");
    CHECK(strstr(mxd_error_text(error), "the deployment was left after stop; resume it with resume_deploy(\"") != NULL);
    CHECK(mxd_error_report(error) == NULL);
    mxd_error_free(error);
    before_resumed = sim_requests();
    WORKS(mxd_inspect_journal(journal, &json, &error));
    CHECK_TEXT(at(json, "app_id"), "calc");
    CHECK_TEXT(at(json, "mode"), "Acceptance");
    CHECK_TEXT(at(json, "package"), getenv("MENDIX_DEPLOY_TEST_PACKAGE"));
    CHECK_TEXT(at(json, "package_id"), "null");
    CHECK_TEXT(at(json, "from_mode"), "null");
    CHECK(at(json, "begun_at") != NULL);
    CHECK_TEXT(at(json, "outcome"), "null");
    CHECK(count(at(json, "steps")) == 3);
    CHECK_TEXT(at(json, "steps/2/name"), "stop");
    CHECK_TEXT(at(json, "steps/2/status"), "done");
    mxd_string_free(json);
    CHECK(sim_requests() == before_resumed);
    memset(&steps, 0, sizeof steps);
    WORKS(mxd_resume_deploy(client, journal, step, &steps, &json, &error));
    CHECK_TEXT(at(json, "outcome"), "deployed");
    CHECK_TEXT(steps.last, "confirm done");
    mxd_string_free(json);
    CHECK(sim_count("effects", "stop_environment") == before + 1);
    before = sim_requests();
    WORKS(mxd_resume_deploy(client, journal, NULL, NULL, &json, &error));
    CHECK_TEXT(at(json, "outcome"), "deployed");
    mxd_string_free(json);
    WORKS(mxd_inspect_journal(journal, &json, &error));
    CHECK_TEXT(at(json, "outcome"), "deployed");
    mxd_string_free(json);
    CHECK(sim_requests() == before);
    WORKS(mxd_plan_deploy(client, deployment, &json, &error));
    CHECK_TEXT(at(json, "steps/1/skipped"), "the package runs already, by the journal");
    mxd_string_free(json);
    json = NULL;
    remove_folder(where);
}

/* What is told of one that failed, and that it has its cause. */
static void told_of_a_failure(const mxd_client *client) {
    char deployment[1024];
    const char *all;
    sim_reset();
    sim_do("PATCH", "state",
           "{\"apps\": {\"calc\": {\"environments\": {\"Acceptance\": {\"next_start_failure\": \"START_FAILED\"}}}}}");
    snprintf(deployment, sizeof deployment, "{\"app_id\": \"calc\", \"mode\": \"Acceptance\", \"package\": \"%s\"}",
             getenv("MENDIX_DEPLOY_TEST_PACKAGE"));
    FAILS(mxd_deploy(client, deployment, NULL, NULL, &json, &error), MXD_DEPLOY_FAILED);
    all = mxd_error_json(error);
    CHECK_TEXT(at(all, "kind"), "DeployFailed");
    CHECK_TEXT(at(all, "report/outcome"), "rolled_back");
    CHECK_TEXT(at(all, "cause/operation"), "get_start_status");
    CHECK_TEXT(at(all, "cause/code"), "START_FAILED");
    CHECK_TEXT(at(all, "cause/report"), "null");
    CHECK_TEXT(mxd_error_operation(error), "deploy");
    CHECK_TEXT(at(mxd_error_report(error), "before/package_id"), at(mxd_error_report(error), "rolled_back_to"));
    CHECK(strstr(mxd_error_text(error), at(all, "cause/text")) != NULL);
    CHECK(strstr(mxd_error_message(error), at(all, "cause/text")) == NULL);
    mxd_error_free(error);
    error = NULL;
}

/* The calls that take effect, of those that a deployment of a package sends. */
static const char *const mutating[] = {"upload_package", "stop_environment", "transport_package", "start_environment"};
#define MUTATING (sizeof mutating / sizeof *mutating)

struct rival {
    const mxd_client *client;
    const char *deployment, *journal;
    int attempts;
};

/* Somebody else uses the lease and the journal of the deployment that runs. */
static int compete(void *user_data, const char *step) {
    struct rival *rival = user_data;
    char *other = NULL, process[64];
    mxd_error *conflict = NULL;
    if (rival->attempts++ > 0) {
        return 0;
    }
    CHECK_TEXT(at(step, "name"), "backup");
    CHECK_TEXT(at(step, "status"), "skipped");
    snprintf(process, sizeof process, "/lease is held by process %ld on ", (long)getpid());
    CHECK_STATUS(mxd_deploy(rival->client, rival->deployment, NULL, NULL, &other, &conflict), MXD_CONFLICT, &conflict);
    CHECK(strstr(mxd_error_message(conflict), process) != NULL && other == NULL);
    CHECK(mxd_error_evidence(conflict) == MXD_EVIDENCE_NOT_SENT && mxd_error_report(conflict) == NULL);
    CHECK(mxd_error_hint(conflict) != NULL);
    mxd_error_free(conflict);
    CHECK_STATUS(mxd_resume_deploy(rival->client, rival->journal, NULL, NULL, &other, &conflict), MXD_CONFLICT,
                 &conflict);
    CHECK(strstr(mxd_error_message(conflict), "/journal is used by") != NULL);
    mxd_error_free(conflict);
    CHECK_STATUS(mxd_plan_deploy(rival->client, rival->deployment, &other, &conflict), MXD_CONFLICT, &conflict);
    mxd_error_free(conflict);
    /* Reading it is not using it. */
    CHECK_STATUS(mxd_inspect_journal(rival->journal, &other, &conflict), MXD_OK, &conflict);
    CHECK_TEXT(at(other, "outcome"), "null");
    mxd_string_free(other);
    return 0;
}

/* One runs at a time, and a second run of what is deployed sends no mutating call. */
static void one_at_a_time(const mxd_client *client) {
    const char *where = folder();
    char deployment[1024], journal[128];
    struct rival rival = {NULL, NULL, NULL, 0};
    int sent[MUTATING];
    size_t i;
    sim_reset();
    snprintf(journal, sizeof journal, "%s/journal", where);
    snprintf(deployment, sizeof deployment,
             "{\"app_id\": \"calc\", \"mode\": \"Acceptance\", \"package\": \"%s\", \"journal\": \"%s\", "
             "\"lease\": \"%s/lease\", \"step_timeout\": 60.5}",
             getenv("MENDIX_DEPLOY_TEST_PACKAGE"), journal, where);
    rival.client = client;
    rival.deployment = deployment;
    rival.journal = journal;
    for (i = 0; i < MUTATING; i++) {
        sent[i] = sim_count("requests", mutating[i]);
    }
    WORKS(mxd_deploy(client, deployment, compete, &rival, &json, &error));
    CHECK_TEXT(at(json, "outcome"), "deployed");
    CHECK(rival.attempts > 10);
    mxd_string_free(json);
    for (i = 0; i < MUTATING; i++) {
        CHECK(sim_count("requests", mutating[i]) == ++sent[i]);
    }
    WORKS(mxd_deploy(client, deployment, NULL, NULL, &json, &error));
    CHECK_TEXT(at(json, "outcome"), "unchanged");
    mxd_string_free(json);
    json = NULL;
    for (i = 0; i < MUTATING; i++) {
        CHECK(sim_count("requests", mutating[i]) == sent[i]);
    }
    remove_folder(where);
}

/* What is not a deployment is refused by the name of the key, and nothing is sent. */
static void not_a_deployment(const mxd_client *client) {
    static const char *const wrong[][2] = {
        {"\"jurnal\": \"x\"", "unknown field `jurnal`"},
        {"\"step_timeout\": \"60\"", "step_timeout"},
        {"\"step_timeout\": -1", "step_timeout is -1"},
        {"\"constants\": {\"A.B\": 1}", "constants.A.B"},
        {"\"backup\": \"daily\"", "backup"},
        {"\"from_mode\": \"Test\"", "exactly one of package, package_id and from_mode"},
    };
    const int before = sim_requests();
    size_t i;
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char deployment[256];
        snprintf(deployment, sizeof deployment,
                 "{\"app_id\": \"calc\", \"mode\": \"Acceptance\", \"package_id\": \"x\", %s}", wrong[i][0]);
        FAILS(mxd_deploy(client, deployment, NULL, NULL, &json, &error), MXD_INVALID_INPUT);
        if (strstr(mxd_error_message(error), wrong[i][1]) == NULL) {
            CHECK_TEXT(mxd_error_message(error), wrong[i][1]);
        }
        CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_NOT_SENT && json == NULL);
        CHECK(mxd_error_report(error) == NULL);
        CHECK_TEXT(at(mxd_error_json(error), "report"), "null");
        CHECK_TEXT(at(mxd_error_json(error), "cause"), "null");
        mxd_error_free(error);
        error = NULL;
    }
    CHECK(mxd_error_report(NULL) == NULL);
    CHECK(sim_requests() == before);
}

void test_deploy(void) {
    mxd_config *config = new_config();
    mxd_client *client;
    int number;
    WORKS(mxd_config_set_check_packages(config, 1, &error));
    WORKS(mxd_client_new(config, &client, &error));
    cases = read_file("tests/conformance/deployments.json");
    for (number = 0; number < count(at(cases, "cases")); number++) {
        run_case(client, number);
    }
    free(cases);
    ended_by_a_callback(client);
    told_of_a_failure(client);
    one_at_a_time(client);
    not_a_deployment(client);
    mxd_client_free(client);
    mxd_config_free(config);
}
