/* Handles that were freed, are of another type, or never were any. */
#include "suite.h"

static mxd_error *error;
static char *json;

#define REFUSED(...)                                                                                                 \
    FAILS(__VA_ARGS__, MXD_INVALID_INPUT);                                                                           \
    mxd_error_free(error)

static void freed(void) {
    mxd_client *client = new_client(), *other;
    mxd_config *config = new_config();
    mxd_cancel *cancel = mxd_cancel_new();
    mxd_error *old;
    int i;
    mxd_client_free(client);
    other = new_client();
    CHECK(other != client); /* a freed address does not come back soon */
    FAILS(mxd_list_apps(client, &json, &error), MXD_INVALID_INPUT);
    CHECK(strstr(mxd_error_message(error), "client") != NULL);
    old = error;
    mxd_error_free(old);
    mxd_error_free(old);
    CHECK(mxd_error_status(old) == MXD_INVALID_INPUT && mxd_error_message(old) == NULL);
    for (i = 0; i < 500; i++) {
        mxd_cancel_free(mxd_cancel_new());
    }
    mxd_client_free(client); /* a second time: nothing happens */
    REFUSED(mxd_list_apps(client, &json, &error));
    WORKS(mxd_list_apps(other, &json, &error));
    mxd_string_free(json);
    mxd_client_free(other);

    mxd_config_free(config);
    REFUSED(mxd_config_set_timeout_ms(config, 1, &error));
    REFUSED(mxd_client_new(config, &client, &error));
    mxd_config_free(config);
    mxd_cancel_free(cancel);
    REFUSED(mxd_cancel_trigger(cancel, &error));
    mxd_cancel_free(cancel);
}

static void of_another_type(void) {
    mxd_client *client = new_client();
    mxd_config *config = new_config();
    REFUSED(mxd_list_apps((const mxd_client *)config, &json, &error));
    REFUSED(mxd_config_set_timeout_ms((mxd_config *)client, 1, &error));
    REFUSED(mxd_cancel_trigger((mxd_cancel *)client, &error));
    CHECK(mxd_error_status((mxd_error *)client) == MXD_INVALID_INPUT);
    mxd_config_free((mxd_config *)client); /* left alone */
    mxd_error_free((mxd_error *)client);
    WORKS(mxd_list_apps(client, &json, &error));
    mxd_string_free(json);
    mxd_client_free(client);
    mxd_config_free(config);
}

static void never_any(void) {
    char local[64] = {0};
    char *heap = malloc(64);
    REFUSED(mxd_list_apps((const mxd_client *)(void *)local, &json, &error));
    REFUSED(mxd_list_apps((const mxd_client *)(void *)heap, &json, &error));
    REFUSED(mxd_list_apps((const mxd_client *)(uintptr_t)1, &json, &error));
    REFUSED(mxd_list_apps((const mxd_client *)UINTPTR_MAX, &json, &error));
    mxd_client_free((mxd_client *)(void *)heap);
    mxd_client_free((mxd_client *)(uintptr_t)0xdead0001);
    free(heap);
}

static void null(void) {
    mxd_string_free(NULL);
    mxd_error_free(NULL);
    mxd_config_free(NULL);
    mxd_client_free(NULL);
    mxd_cancel_free(NULL);
    mxd_json_free(NULL);
    CHECK(mxd_error_status(NULL) == MXD_OK);
    CHECK(mxd_error_message(NULL) == NULL && mxd_error_text(NULL) == NULL && mxd_error_json(NULL) == NULL);
    CHECK(mxd_error_code(NULL) == NULL && mxd_error_hint(NULL) == NULL && mxd_error_operation(NULL) == NULL);
    CHECK(mxd_error_path(NULL) == NULL && mxd_error_retry_after_ms(NULL) == -1);
    CHECK(mxd_error_http_status(NULL) == 0 && mxd_error_evidence(NULL) == 0 && mxd_error_attempt_count(NULL) == 0);
}

/* Strings are the caller's, to be written to: by a parser in place, or over all of it, the NUL at the end included. */
static void strings(void) {
    mxd_client *client = new_client();
    size_t length;
    char *end, *url;
    WORKS(mxd_list_apps(client, &json, &error));
    length = strlen(json);
    for (end = json; (end = strpbrk(end, ",:}]")) != NULL;) {
        *end++ = '\0';
    }
    CHECK(strlen(json) < length);
    mxd_string_free(json);
    WORKS(mxd_list_apps(client, &json, &error));
    *json = '\0';
    mxd_string_free(json);
    WORKS(mxd_list_apps(client, &json, &error));
    memset(json, 'x', strlen(json) + 1);
    mxd_string_free(json);
    WORKS(mxd_client_base_url(client, &url, &error));
    memset(url, 'x', strlen(url) + 1);
    mxd_string_free(url);
    mxd_client_free(client);
}

void test_handles(void) {
    freed();
    strings();
    of_another_type();
    never_any();
    null();
}
