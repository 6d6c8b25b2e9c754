/* What the library does to the process that it lives in: nothing that can be seen. */
#define _GNU_SOURCE
#include "suite.h"

#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS 25

static mxd_error *error;
static char *json;

static void *work(void *client) {
    int i;
    for (i = 0; i < ROUNDS; i++) {
        mxd_error *failure = (mxd_error *)1;
        char *result = (char *)1;
        CHECK(mxd_get_environment(client, "calc", "Acceptance", &result, &failure) == MXD_OK && failure == NULL);
        CHECK(strstr(result, "\"ModelVersion\":\"1.1.0.253\"") != NULL);
        mxd_string_free(result);
        CHECK(mxd_get_app(client, "nowhere", &result, &failure) == MXD_NOT_FOUND && result == NULL);
        CHECK_TEXT(mxd_error_code(failure), "APP_NOT_FOUND");
        mxd_error_free(failure);
    }
    return NULL;
}

static void threads(mxd_client *client) {
    pthread_t thread[THREADS];
    int i, before = sim_requests();
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&thread[i], NULL, work, client) == 0);
    }
    for (i = 0; i < THREADS; i++) {
        CHECK(pthread_join(thread[i], NULL) == 0);
    }
    CHECK(sim_requests() == before + THREADS * ROUNDS * 2);
}

static void *last_call(void *client) {
    char *result = NULL;
    mxd_status status = mxd_list_apps(client, &result, NULL);
    CHECK(status == MXD_OK);
    mxd_string_free(result);
    return NULL;
}

/* A client may be freed while another thread uses it. */
static void freed_in_use(void) {
    mxd_client *client = new_client();
    pthread_t thread;
    int before = sim_count("requests", "list_apps");
    sim_do("POST", "faults", "{\"call\": \"list_apps\", \"kind\": {\"delay\": {\"ms\": 60000}}}");
    CHECK(pthread_create(&thread, NULL, last_call, client) == 0);
    while (sim_count("requests", "list_apps") == before) {
        usleep(10000); /* until the call is under way */
    }
    mxd_client_free(client);
    sim_do("POST", "advance", "{\"ms\": 60000}");
    CHECK(pthread_join(thread, NULL) == 0);
}

static void forks(mxd_client *client) {
    int i, status;
    for (i = 0; i < 3; i++) {
        pid_t child;
        WORKS(mxd_list_apps(client, &json, &error));
        mxd_string_free(json);
        fflush(NULL);
        child = fork();
        if (child == 0) {
            mxd_status is = mxd_list_apps(client, &json, NULL);
            mxd_string_free(json);
            mxd_client_free(client);
            exit(is == MXD_OK ? 0 : 1); /* not _exit: leaks of the child count too */
        }
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
}

static void errno_and_locale(mxd_client *client) {
    char *before = strdup(setlocale(LC_ALL, NULL));
    mxd_client *other;
    errno = 1234;
    WORKS(mxd_list_apps(client, &json, &error));
    CHECK(errno == 1234);
    mxd_string_free(json);
    FAILS(mxd_get_app(client, "nowhere", &json, &error), MXD_NOT_FOUND);
    CHECK(errno == 1234);
    mxd_error_free(error);
    FAILS(mxd_upload_package(client, "calc", "/nowhere", NULL, NULL, NULL, &json, &error), MXD_IO);
    CHECK(errno == 1234);
    mxd_error_free(error);
    other = new_client();
    mxd_client_free(other);
    CHECK(errno == 1234);
    CHECK_TEXT(setlocale(LC_ALL, NULL), before);
    free(before);
}

static volatile sig_atomic_t signals;

static void count_signal(int number) {
    (void)number;
    signals++;
}

/* The service closes the connection while an upload is being written to it. */
static void no_sigpipe(mxd_client *client) {
    struct sigaction action, old;
    mxd_status status;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_signal;
    CHECK(sigaction(SIGPIPE, &action, &old) == 0);
    CHECK(old.sa_handler == SIG_DFL); /* as the program found it */
    sim_do("POST", "faults",
           "[{\"call\": \"upload_package\", \"kind\": \"reset_early\"},"
           " {\"call\": \"upload_package\", \"nth\": 2, \"kind\": {\"refuse_early\":"
           " {\"status\": 500, \"code\": \"INVALID_PACKAGE\", \"message\": \"no\", \"drain\": false}}}]");
    status = mxd_upload_package(client, "calc", big_file(8L << 20), "a.mda", NULL, NULL, &json, &error);
    CHECK(status != MXD_OK && status != MXD_INTERNAL);
    mxd_error_free(error);
    FAILS(mxd_upload_package(client, "calc", big_file(8L << 20), "a.mda", NULL, NULL, &json, &error), MXD_API);
    CHECK_TEXT(mxd_error_code(error), "INVALID_PACKAGE");
    mxd_error_free(error);
    CHECK(signals == 0);
    CHECK(sigaction(SIGPIPE, &old, &action) == 0 && action.sa_handler == count_signal);
}

static int lines;

/* A log that uses the library: the client that is just making a call, and the settings of one that is being made. */
struct busy {
    mxd_client *client;
    mxd_config *config;
    int lines, inside;
    const char *only; /* lines of this target, where it is not NULL */
};

static void use_library(void *user_data, int level, const char *target, const char *message) {
    struct busy *busy = user_data;
    mxd_client *other = NULL;
    char *apps = NULL;
    (void)level, (void)message;
    CHECK(busy->inside == 0); /* what it makes the library log does not come back */
    if (busy->only != NULL && strncmp(target, busy->only, strlen(busy->only)) != 0) {
        return;
    }
    busy->inside = 1;
    busy->lines++;
    CHECK(mxd_list_apps(busy->client, &apps, NULL) == MXD_OK);
    mxd_string_free(apps);
    CHECK(mxd_config_set_read_back(busy->config, 1, NULL) == MXD_OK);
    CHECK(mxd_client_new(busy->config, &other, NULL) == MXD_OK);
    mxd_client_free(other);
    busy->inside = 0;
}

/* A log that turns itself off. */
static void only_once(void *user_data, int level, const char *target, const char *message) {
    (void)level, (void)target, (void)message;
    ++*(int *)user_data;
    CHECK(mxd_set_log(NULL, NULL, 0, NULL) == MXD_OK);
}

static int enough_lines(void *user_data) {
    return ((struct busy *)user_data)->lines >= 3;
}

static void busy_logging(mxd_client *client) {
    struct busy busy = {client, new_config(), 0, 0, NULL};
    struct simulator tls;
    mxd_config *config = mxd_config_new();
    mxd_client *https, *cancellable;
    mxd_cancel *cancel;
    WORKS(mxd_set_log(use_library, &busy, MXD_LOG_DEBUG, &error));
    alarm(600); /* for a deadlock */
    WORKS(mxd_list_apps(client, &json, &error)); /* on a connection from the pool */
    mxd_string_free(json);
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    CHECK(busy.lines > 0);
    busy.lines = 0;
    tls_simulator_start(&tls);
    WORKS(mxd_config_set_credentials(config, tls.username, tls.api_key, &error));
    WORKS(mxd_config_set_base_url(config, tls.url, &error));
    WORKS(mxd_config_set_ca_file(config, tls.ca_file, &error));
    WORKS(mxd_client_new(config, &https, &error));
    mxd_config_free(config);
    busy.client = https;
    busy.only = "rustls";
    WORKS(mxd_list_apps(https, &json, &error)); /* sets TLS up, which needs TLS */
    mxd_string_free(json);
    CHECK(busy.lines > 0);
    busy.client = client;
    busy.only = NULL;
    mxd_client_free(https);
    tls_simulator_stop();
    /* Lines come while a wait lasts, not only after it. */
    busy.lines = 0;
    WORKS(mxd_cancel_new_polling(enough_lines, &busy, &cancel, &error));
    WORKS(mxd_client_with_cancel(client, cancel, &cancellable, &error));
    FAILS(mxd_wait_for_status(cancellable, "calc", "Test", "Never", MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error),
          MXD_CANCELLED);
    mxd_error_free(error);
    lines = 0;
    WORKS(mxd_set_log(only_once, &lines, MXD_LOG_DEBUG, &error));
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    CHECK(lines == 1);
    alarm(0);
    mxd_client_free(cancellable);
    mxd_cancel_free(cancel);
    mxd_config_free(busy.config);
}

static void write_log(void *user_data, int level, const char *target, const char *message) {
    CHECK(user_data == &lines && level >= MXD_LOG_ERROR && level <= MXD_LOG_DEBUG);
    CHECK(*target != '\0');
    CHECK(strstr(message, simulator.api_key) == NULL && strstr(message, "signature=") == NULL);
    lines++;
}

static void logging(mxd_client *client) {
    FAILS(mxd_set_log(write_log, NULL, 5, &error), MXD_INVALID_INPUT);
    mxd_error_free(error);
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    CHECK(lines == 0); /* off at first */
    WORKS(mxd_set_log(write_log, &lines, MXD_LOG_DEBUG, &error));
    WORKS(mxd_get_archived_logs(client, "calc", "Acceptance", "2018-08-10", &json, &error));
    mxd_string_free(json);
    CHECK(lines > 0);
    WORKS(mxd_set_log(NULL, NULL, 0, &error));
    lines = 0;
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    CHECK(lines == 0);
}

static void from_the_environment(void) {
    mxd_config *config = NULL;
    mxd_client *client = NULL;
    char *url = NULL;
    setenv("MENDIX_USERNAME", simulator.username, 1);
    setenv("MENDIX_API_KEY", "not the key", 1);
    setenv("MENDIX_DEPLOY_URL", simulator.url, 1);
    WORKS(mxd_config_from_env(&config, &error));
    WORKS(mxd_client_new(config, &client, &error));
    FAILS(mxd_list_apps(client, &json, &error), MXD_UNAUTHORIZED);
    CHECK(strstr(mxd_error_json(error), "not the key") == NULL);
    mxd_error_free(error);
    mxd_client_free(client);
    /* Other credentials leave the rest as it was. */
    WORKS(mxd_config_set_credentials(config, simulator.username, simulator.api_key, &error));
    WORKS(mxd_config_set_user_agent(config, "suite/1.0", &error));
    WORKS(mxd_config_set_connect_timeout_ms(config, 50000, &error));
    WORKS(mxd_config_set_stall_timeout_ms(config, 50000, &error));
    WORKS(mxd_config_set_timeout_ms(config, 50000, &error));
    WORKS(mxd_config_set_reply_limit(config, 1 << 20, &error));
    WORKS(mxd_config_set_allow_insecure_http(config, 0, &error));
    WORKS(mxd_config_set_proxy(config, "http://127.0.0.1:1", &error)); /* loopback goes past it */
    WORKS(mxd_client_new(config, &client, &error));
    WORKS(mxd_client_base_url(client, &url, &error));
    CHECK_TEXT(url, simulator.url);
    mxd_string_free(url);
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    mxd_client_free(client);
    WORKS(mxd_config_set_no_proxy(config, &error));
    WORKS(mxd_config_set_reply_limit(config, 10, &error));
    WORKS(mxd_client_new(config, &client, &error));
    FAILS(mxd_list_apps(client, &json, &error), MXD_INVALID_RESPONSE);
    mxd_error_free(error);
    mxd_client_free(client);
    mxd_config_free(config);
}

static void version(void) {
    char composed[32];
    CHECK_TEXT(mxd_version(), MXD_VERSION_STRING);
    CHECK(mxd_version_major() == MXD_VERSION_MAJOR && mxd_version_minor() == MXD_VERSION_MINOR);
    CHECK(mxd_version_patch() == MXD_VERSION_PATCH);
    snprintf(composed, sizeof composed, "%d.%d.%d", MXD_VERSION_MAJOR, MXD_VERSION_MINOR, MXD_VERSION_PATCH);
    CHECK_TEXT(composed, MXD_VERSION_STRING);
}

void test_process(void) {
    mxd_client *client = new_client();
    version();
    from_the_environment();
    logging(client);
    busy_logging(client);
    errno_and_locale(client);
    no_sigpipe(client);
    forks(client);
    threads(client);
    freed_in_use();
    mxd_client_free(client);
}
