/* Every argument that cannot be right: refused by its name, and nothing is sent. */
#include "functions.h"
#include "suite.h"

#define PK ((const uint8_t *)"PK")
#define BAD_UTF8 "\xc3("

static mxd_error *error;

static int64_t no_more(void *user_data, uint8_t *buffer, size_t capacity) {
    (void)user_data, (void)buffer, (void)capacity;
    return 0;
}

/* The function must refuse, begin with the name of the argument, and give no result. */
static void refused(const struct function *function, const mxd_client *client, const char *const *values,
                    int out_is_there, const char *argument) {
    char *before = (char *)1, **out = out_is_there ? &before : NULL;
    FAILS(function->call(client, values, out, &error), MXD_INVALID_INPUT);
    if (strncmp(mxd_error_message(error), argument, strlen(argument)) != 0) {
        CHECK_TEXT(mxd_error_text(error), argument);
    }
    CHECK(*mxd_error_operation(error) != '\0');
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_NOT_SENT);
    CHECK(before == (out_is_there && function->gives_json ? NULL : (char *)1));
    mxd_error_free(error);
    CHECK(function->call(client, values, out, NULL) == MXD_INVALID_INPUT);
}

static void function(const struct function *function, const mxd_client *client) {
    int i;
    refused(function, NULL, function->good, 1, "client");
    if (function->gives_json) {
        refused(function, client, function->good, 0, "out_json");
    }
    for (i = 0; i < MAX_ARGUMENTS && function->arguments[i] != NULL; i++) {
        const char *values[MAX_ARGUMENTS], *argument = function->arguments[i];
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(argument, MARKS), argument);
        if (strchr(argument, '=') != NULL) {
            continue;
        }
        memcpy(values, function->good, sizeof values);
        if (strcmp(function->arguments[1] != NULL ? function->arguments[1] : "", "path") == 0) {
            values[1] = getenv("MENDIX_DEPLOY_TEST_PACKAGE");
        }
        values[i] = BAD_UTF8;
        refused(function, client, values, 1, name);
        if (strchr(argument, '?') == NULL) {
            values[i] = NULL;
            refused(function, client, values, 1, name);
        }
        if (strpbrk(argument, MARKS) == NULL) {
            values[i] = "";
            refused(function, client, values, 1, name);
        }
    }
}

/* It must fail with a message that begins so. */
static void says(const char *beginning) {
    if (strncmp(mxd_error_message(error), beginning, strlen(beginning)) != 0) {
        CHECK_TEXT(mxd_error_message(error), beginning);
    }
    mxd_error_free(error);
}
#define REFUSED(beginning, ...)                                                                                      \
    FAILS(__VA_ARGS__, MXD_INVALID_INPUT);                                                                           \
    says(beginning)

static void numbers_and_settings(const mxd_client *client) {
    static const char *settings[] = {
        "", "no JSON", "[", "[]", "7", "{}", "{\"Else\": []}", "{\"constants\": []}", "{\"Constants\": 7}",
        "{\"Constants\": [{}]}", "{\"Constants\": [{\"Name\": \"A.B\", \"value\": \"1\"}]}",
    };
    char *json, long_text[1000];
    size_t i;
    for (i = 0; i < sizeof settings / sizeof *settings; i++) {
        REFUSED("settings", mxd_set_environment_settings(client, "calc", "Test", settings[i], &json, &error));
    }
    REFUSED("instances", mxd_scale_environment(client, "calc", "Test", 0, 2048, &json, &error));
    REFUSED("instances", mxd_scale_environment(client, "calc", "Test", -1, 2048, &json, &error));
    REFUSED("memory_per_instance", mxd_scale_environment(client, "calc", "Test", 1, 1023, &json, &error));
    REFUSED("memory_per_instance", mxd_scale_environment(client, "calc", "Test", 1, INT32_MIN, &json, &error));
    REFUSED("timeout_ms", mxd_wait_for_start(client, "calc", "Test", "x", 0, NULL, NULL, &json, &error));
    REFUSED("timeout_ms", mxd_wait_for_status(client, "calc", "Test", "Stopped", -2, NULL, NULL, &json, &error));
    REFUSED("status", mxd_wait_for_status(client, "calc", "Test", "", 5000, NULL, NULL, &json, &error));
    REFUSED("part", mxd_download_backup(client, "calc", "Test", "x", 4, "/tmp/x", NULL, NULL, &json, &error));
    REFUSED("date", mxd_get_archived_logs(client, "calc", "Test", "10-08-2018", &json, &error));
    REFUSED("data", mxd_upload_package_bytes(client, "calc", NULL, 2, "a.mda", NULL, NULL, &json, &error));
    REFUSED("read", mxd_upload_package_reader(client, "calc", NULL, 2, "a.mda", NULL, NULL, &json, &error));
    REFUSED("size", mxd_upload_package_bytes(client, "calc", PK, 0, "a.mda", NULL, NULL, &json, &error));
    REFUSED("size", mxd_upload_package_bytes(client, "calc", PK, SIZE_MAX, "a.mda", NULL, NULL, &json, &error));
    REFUSED("size", mxd_upload_package_reader(client, "calc", no_more, 0, "a.mda", NULL, NULL, &json, &error));
    REFUSED("size", mxd_upload_package_reader(client, "calc", no_more, UINT64_MAX, "a", NULL, NULL, &json, &error));
    REFUSED("path: /tmp is a directory", mxd_upload_package(client, "calc", "/tmp", NULL, NULL, NULL, &json, &error));
    REFUSED("app_id", mxd_get_app(client, "..", &json, &error));
    REFUSED("app_id", mxd_get_app(client, "a\nb", &json, &error));
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    REFUSED("app_id", mxd_get_app(client, long_text, &json, &error));
    FAILS(mxd_upload_package(client, "calc", "/nowhere/at/all.mda", NULL, NULL, NULL, &json, &error), MXD_IO);
    says("path: /nowhere/at/all.mda cannot be read");
    FAILS(mxd_upload_package(client, "calc", "/no\nwhere", NULL, NULL, NULL, &json, &error), MXD_IO);
    CHECK(strchr(mxd_error_text(error), '\n') == NULL);
    CHECK_TEXT(mxd_error_path(error), "/no\nwhere");
    mxd_error_free(error);
}

static void settings_helpers(void) {
    static const char good[] = "{\"Constants\": [{\"Name\": \"A.B\", \"Value\": \"1\"}]}";
    char *json;
    REFUSED("settings", mxd_settings_set_constant(NULL, "A.B", "2", &json, &error));
    REFUSED("settings", mxd_settings_set_custom_setting(BAD_UTF8, "A.B", "2", &json, &error));
    REFUSED("settings", mxd_settings_set_scheduled_event("[]", "A.B", 1, &json, &error));
    REFUSED("name", mxd_settings_set_constant(good, NULL, "2", &json, &error));
    REFUSED("name", mxd_settings_set_custom_setting(good, BAD_UTF8, "2", &json, &error));
    REFUSED("name", mxd_settings_set_scheduled_event(good, NULL, 1, &json, &error));
    REFUSED("value", mxd_settings_set_constant(good, "A.B", NULL, &json, &error));
    REFUSED("value", mxd_settings_set_custom_setting(good, "A.B", BAD_UTF8, &json, &error));
    REFUSED("out_json", mxd_settings_set_constant(good, "A.B", "2", NULL, &error));
    REFUSED("name is \"A.C\"; expected a constant", mxd_settings_set_constant(good, "A.C", "2", &json, &error));
    CHECK(json == NULL);
}

static void inspecting(void) {
    char *json = NULL;
    REFUSED("path", mxd_inspect_package(NULL, &json, &error));
    REFUSED("path", mxd_inspect_package(BAD_UTF8, &json, &error));
    REFUSED("path", mxd_inspect_package("", &json, &error));
    REFUSED("path: /tmp is a directory", mxd_inspect_package("/tmp", &json, &error));
    REFUSED("out_json", mxd_inspect_package(getenv("MENDIX_DEPLOY_TEST_PACKAGE"), NULL, &error));
    FAILS(mxd_inspect_package("/nowhere/at/all.mda", &json, &error), MXD_IO);
    CHECK_TEXT(mxd_error_operation(error), "inspect_package");
    mxd_error_free(error);
    REFUSED("path", mxd_inspect_journal(NULL, &json, &error));
    REFUSED("path", mxd_inspect_journal(BAD_UTF8, &json, &error));
    REFUSED("journal is an empty path", mxd_inspect_journal("", &json, &error));
    REFUSED("the journal /tmp is not a regular file", mxd_inspect_journal("/tmp", &json, &error));
    REFUSED("the journal /dev/null is not a regular file", mxd_inspect_journal("/dev/null", &json, &error));
    FAILS(mxd_inspect_journal("tests/conformance/deployments.json", &json, &error), MXD_INVALID_INPUT);
    CHECK(strstr(mxd_error_message(error), "/deployments.json is damaged in line 1") != NULL);
    mxd_error_free(error);
    REFUSED("out_json", mxd_inspect_journal("/nowhere/at/all.journal", NULL, &error));
    FAILS(mxd_inspect_journal("/nowhere/at/all.journal", &json, &error), MXD_IO);
    CHECK_TEXT(mxd_error_operation(error), "inspect_journal");
    mxd_error_free(error);
}

static void configuration(const mxd_client *client) {
    mxd_config *config = mxd_config_new();
    mxd_client *made = NULL;
    mxd_cancel *cancel = NULL;
    char *url;
    REFUSED("credentials are missing", mxd_client_new(config, &made, &error));
    REFUSED("config", mxd_client_new(NULL, &made, &error));
    REFUSED("out_client", mxd_client_new(config, NULL, &error));
    REFUSED("username", mxd_config_set_credentials(config, NULL, "key", &error));
    REFUSED("api_key", mxd_config_set_credentials(config, "me", NULL, &error));
    REFUSED("api_key", mxd_config_set_credentials(config, "me", "", &error));
    REFUSED("api_key", mxd_config_set_credentials(config, "me", "a\r\nb", &error));
    REFUSED("username", mxd_config_set_credentials(config, BAD_UTF8, "key", &error));
    REFUSED("api_key", mxd_config_set_credentials(config, "me", BAD_UTF8, &error));
#define SETTER(name, argument)                                                                                       \
    REFUSED("config", mxd_config_set_##name(NULL, "x", &error));                                                     \
    REFUSED(argument, mxd_config_set_##name(config, NULL, &error));                                                  \
    REFUSED(argument, mxd_config_set_##name(config, BAD_UTF8, &error))
    SETTER(base_url, "base_url");
    SETTER(proxy, "url");
    SETTER(ca_file, "path");
    SETTER(user_agent, "program");
    REFUSED("config", mxd_config_set_credentials(NULL, "me", "key", &error));
    REFUSED("config", mxd_config_set_no_proxy(NULL, &error));
    REFUSED("config", mxd_config_set_timeout_ms(NULL, 1, &error));
    REFUSED("config", mxd_config_set_connect_timeout_ms(NULL, 1, &error));
    REFUSED("config", mxd_config_set_stall_timeout_ms(NULL, 1, &error));
    REFUSED("config", mxd_config_set_answer_timeout_ms(NULL, 1, &error));
    REFUSED("config", mxd_config_set_action_timeout_ms(NULL, 1, &error));
    REFUSED("config", mxd_config_set_reply_limit(NULL, 1, &error));
    REFUSED("config", mxd_config_set_allow_insecure_http(NULL, 1, &error));
    REFUSED("config", mxd_config_set_max_attempts(NULL, 1, &error));
    REFUSED("config", mxd_config_set_read_back(NULL, 1, &error));
    REFUSED("config", mxd_config_set_check_packages(NULL, 1, &error));
    REFUSED("config", mxd_config_set_event_callback(NULL, NULL, NULL, &error));
    REFUSED("max_attempts", mxd_config_set_max_attempts(config, -1, &error));
    REFUSED("timeout_ms", mxd_config_set_timeout_ms(config, 0, &error));
    REFUSED("timeout_ms", mxd_config_set_connect_timeout_ms(config, -1, &error));
    REFUSED("timeout_ms", mxd_config_set_stall_timeout_ms(config, INT64_MIN, &error));
    REFUSED("timeout_ms", mxd_config_set_answer_timeout_ms(config, -1, &error));
    REFUSED("timeout_ms", mxd_config_set_action_timeout_ms(config, 0, &error));
    mxd_config_free(config);
#define BAD_SETTING(argument, ...)                                                                                   \
    config = new_config();                                                                                           \
    WORKS(__VA_ARGS__);                                                                                              \
    REFUSED(argument, mxd_client_new(config, &made, &error));                                                        \
    mxd_config_free(config)
    BAD_SETTING("base_url", mxd_config_set_base_url(config, "", &error));
    BAD_SETTING("base_url", mxd_config_set_base_url(config, "ftp://deploy.mendix.com", &error));
    BAD_SETTING("base_url", mxd_config_set_base_url(config, "http://deploy.mendix.com", &error));
    BAD_SETTING("reply_limit", mxd_config_set_reply_limit(config, 0, &error));
    BAD_SETTING("ca_file", mxd_config_set_ca_file(config, "", &error));
    BAD_SETTING("user_agent", mxd_config_set_user_agent(config, "a\nb", &error));
    BAD_SETTING("max_attempts", mxd_config_set_max_attempts(config, 0, &error));
    config = new_config();
    WORKS(mxd_config_set_base_url(config, "https://deploy.mendix.com", &error)); /* loopback goes past any proxy */
    WORKS(mxd_config_set_proxy(config, "no proxy", &error));
    REFUSED("proxy", mxd_client_new(config, &made, &error));
    mxd_config_free(config);
    config = new_config();
    WORKS(mxd_config_set_ca_file(config, "/nowhere/at/all.pem", &error));
    FAILS(mxd_client_new(config, &made, &error), MXD_IO);
    mxd_error_free(error);
    mxd_config_free(config);

    unsetenv("MENDIX_USERNAME");
    REFUSED("the environment variable MENDIX_USERNAME", mxd_config_from_env(&config, &error));
    CHECK(config == NULL);
    REFUSED("out_config", mxd_config_from_env(NULL, &error));
    REFUSED("client", mxd_client_with_timeout_ms(NULL, 1, &made, &error));
    REFUSED("timeout_ms", mxd_client_with_timeout_ms(client, 0, &made, &error));
    REFUSED("timeout_ms", mxd_client_with_timeout_ms(client, -1, &made, &error));
    REFUSED("out_client", mxd_client_with_timeout_ms(client, 1, NULL, &error));
    REFUSED("cancel", mxd_client_with_cancel(client, NULL, &made, &error));
    REFUSED("client", mxd_client_base_url(NULL, &url, &error));
    REFUSED("out_url", mxd_client_base_url(client, NULL, &error));
    REFUSED("poll", mxd_cancel_new_polling(NULL, NULL, &cancel, &error));
    REFUSED("cancel", mxd_cancel_trigger(NULL, &error));
    CHECK(mxd_cancel_is_triggered(NULL) == 0);
}

void test_misuse(void) {
    mxd_client *client = new_client();
    int before = sim_requests();
    size_t i;
    for (i = 0; i < function_count; i++) {
        function(&functions[i], client);
    }
    numbers_and_settings(client);
    settings_helpers();
    inspecting();
    configuration(client);
    CHECK(sim_requests() == before);
    mxd_client_free(client);
}
