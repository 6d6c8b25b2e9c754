/* What goes again, what is read back, and what a client tells of it. */
#include "suite.h"

static mxd_error *error;
static char *json;

struct told {
    int count;
    char kinds[256];
    char last[4096];
};

static int end_at_once(void *user_data, const char *event) {
    (void)user_data, (void)event;
    return 1;
}

static int tell(void *user_data, const char *event) {
    struct told *told = user_data;
    told->count++;
    snprintf(told->last, sizeof told->last, "%s", event);
    strncat(told->kinds, at(event, "kind"), sizeof told->kinds - strlen(told->kinds) - 2);
    strcat(told->kinds, " ");
    CHECK(strstr(event, simulator.api_key) == NULL);
    return 0;
}

static mxd_client *listening(struct told *told) {
    mxd_config *config = new_config();
    mxd_client *client = NULL;
    WORKS(mxd_config_set_event_callback(config, tell, told, &error));
    WORKS(mxd_client_new(config, &client, &error));
    mxd_config_free(config);
    return client;
}

static void retrying(void) {
    struct told told = {0};
    mxd_client *client = listening(&told);
    int before = sim_count("requests", "list_apps");
    sim_do("POST", "faults", "{\"call\": \"list_apps\", \"kind\": \"close\", \"times\": 2}");
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    CHECK(sim_count("requests", "list_apps") == before + 3);
    CHECK(told.count == 2);
    CHECK_TEXT(told.kinds, "Retrying Retrying ");
    CHECK_TEXT(at(told.last, "operation"), "list_apps");
    CHECK(atoi(at(told.last, "pause_ms")) <= 400);
    CHECK_TEXT(at(told.last, "error/kind"), "Transport");
    CHECK_TEXT(at(told.last, "error/evidence"), "Ambiguous");
    CHECK(strncmp(at(told.last, "error/text"), "list_apps: ", 11) == 0);
    WORKS(mxd_list_apps(client, &json, &error)); /* nothing to tell */
    mxd_string_free(json);
    CHECK(told.count == 2);

    /* Whoever hears of it can end the call. */
    {
        mxd_config *config = new_config();
        mxd_client *impatient = NULL;
        WORKS(mxd_config_set_event_callback(config, end_at_once, NULL, &error));
        WORKS(mxd_client_new(config, &impatient, &error));
        mxd_config_free(config);
        before = sim_count("requests", "list_apps");
        sim_do("POST", "faults", "{\"call\": \"list_apps\", \"kind\": \"close\"}");
        FAILS(mxd_list_apps(impatient, &json, &error), MXD_CANCELLED);
        CHECK(mxd_error_attempt_count(error) == 1 && sim_count("requests", "list_apps") == before + 1);
        mxd_error_free(error);
        mxd_client_free(impatient);
    }

    /* As often as it may be tried, with a report of every attempt. */
    sim_do("POST", "faults", "{\"call\": \"list_apps\", \"kind\": \"close\", \"times\": 9}");
    FAILS(mxd_list_apps(client, &json, &error), MXD_TRANSPORT);
    CHECK(mxd_error_attempt_count(error) == 4 && told.count == 5);
    CHECK(count(at(mxd_error_json(error), "attempts")) == 4);
    CHECK_TEXT(at(mxd_error_json(error), "attempts/0/evidence"), "Ambiguous");
    CHECK_TEXT(at(mxd_error_json(error), "attempts/3/reused_connection"), "false");
    CHECK(atoi(at(mxd_error_json(error), "attempts/3/elapsed_ms")) >= 0);
    mxd_error_free(error);
    sim_do("DELETE", "faults", NULL);
    mxd_client_free(client);
}

static void adopting(void) {
    static const char lost[] = "{\"call\": \"stop_environment\", \"kind\": \"close\", \"after_effect\": true}";
    struct told told = {0};
    mxd_client *client = listening(&told);
    int before = sim_count("effects", "stop_environment");
    sim_do("POST", "faults", lost);
    WORKS(mxd_stop_environment(client, "calc", "Acceptance", &error));
    CHECK_TEXT(told.kinds, "Adopted ");
    CHECK_TEXT(at(told.last, "operation"), "stop_environment");
    CHECK_TEXT(at(told.last, "pause_ms"), "null");
    CHECK_TEXT(at(told.last, "error/kind"), "Ambiguous");
    CHECK(sim_count("effects", "stop_environment") == before + 1);
    mxd_client_free(client);

    /* Without a look at the state nobody knows; and it is not sent again. */
    client = new_strict_client();
    before = sim_count("requests", "stop_environment");
    sim_do("POST", "faults", lost);
    FAILS(mxd_stop_environment(client, "calc", "Production", &error), MXD_AMBIGUOUS);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_AMBIGUOUS && mxd_error_attempt_count(error) == 1);
    mxd_error_free(error);
    CHECK(sim_count("requests", "stop_environment") == before + 1);
    mxd_client_free(client);
}

static void trying_once(void) {
    mxd_client *client = new_strict_client();
    sim_do("POST", "faults", "{\"call\": \"list_apps\", \"kind\": \"close\"}");
    FAILS(mxd_list_apps(client, &json, &error), MXD_TRANSPORT);
    CHECK(mxd_error_attempt_count(error) == 1);
    CHECK(mxd_error_retry_after_ms(error) == -1 && mxd_error_path(error) == NULL);
    mxd_error_free(error);
    sim_do("POST", "faults",
           "{\"call\": \"list_apps\", \"kind\": {\"rate_limit\": {\"retry_after\": {\"seconds\": 7}}}}");
    FAILS(mxd_list_apps(client, &json, &error), MXD_RATE_LIMITED);
    CHECK(mxd_error_retry_after_ms(error) == 7000);
    CHECK_TEXT(at(mxd_error_json(error), "retry_after_ms"), "7000");
    mxd_error_free(error);
    FAILS(mxd_upload_package(client, "calc", "/nowhere.mda", NULL, NULL, NULL, &json, &error), MXD_IO);
    CHECK_TEXT(mxd_error_path(error), "/nowhere.mda");
    CHECK_TEXT(at(mxd_error_json(error), "path"), "/nowhere.mda");
    CHECK_TEXT(at(mxd_error_json(error), "os_error"), "2");
    CHECK(mxd_error_attempt_count(error) == 0);
    mxd_error_free(error);
    mxd_client_free(client);
}

/* The last callback that was set counts, and NULL is none. */
static void nobody_listens(void) {
    struct told told = {0};
    mxd_config *config = new_config();
    mxd_client *client = NULL;
    WORKS(mxd_config_set_event_callback(config, tell, &told, &error));
    WORKS(mxd_config_set_event_callback(config, NULL, NULL, &error));
    WORKS(mxd_client_new(config, &client, &error));
    mxd_config_free(config);
    sim_do("POST", "faults", "{\"call\": \"list_apps\", \"kind\": \"close\"}");
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    CHECK(told.count == 0);
    mxd_client_free(client);
}

void test_events(void) {
    retrying();
    adopting();
    trying_once();
    nobody_listens();
}
