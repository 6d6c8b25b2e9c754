/* Every error that the API document lists: its kind, code, HTTP status and operation. */
#include "functions.h"
#include "suite.h"

/* What each code means, in words of the caller's. */
static mxd_status meaning(const char *code) {
    static const struct {
        const char *code;
        mxd_status status;
    } table[] = {
        {"ALREADY_LOCKED", MXD_CONFLICT},
        {"ALREADY_STARTED", MXD_CONFLICT},
        {"APPLICATION_ALREADY_EXISTS", MXD_CONFLICT},
        {"APP_ALREADY_HAS_A_STARTING_JOB", MXD_CONFLICT},
        {"APP_IS_RUNNING", MXD_CONFLICT},
        {"ENVIRONMENT_BUSY", MXD_CONFLICT},
        {"ENVIRONMENT_NOT_STOPPED", MXD_CONFLICT},
        {"ERROR_NOT_ALLOWED", MXD_CONFLICT},
        {"INVALID_STATE", MXD_CONFLICT},
        {"NO_MDA_HAS_BEEN_DEPLOYED", MXD_CONFLICT},
        {"NO_PACKAGE", MXD_CONFLICT},
        {"PACKAGE_IN_USE", MXD_CONFLICT},
        {"FORBIDDEN", MXD_FORBIDDEN},
        {"NOT_ALLOWED", MXD_FORBIDDEN},
        {"NO_ACCESS", MXD_FORBIDDEN},
        {"TRANSPORT_NOT_ALLOWED", MXD_FORBIDDEN},
        {"APP_NOT_FOUND", MXD_NOT_FOUND},
        {"CONSTANT_NOT_FOUND", MXD_NOT_FOUND},
        {"ENVIRONMENT_NOT_FOUND", MXD_NOT_FOUND},
        {"NOT_FOUND", MXD_NOT_FOUND},
        {"NO_SUCH_STARTJOB", MXD_NOT_FOUND},
        {"PACKAGE_NOT_FOUND", MXD_NOT_FOUND},
        {"SCHEDULED_EVENT_NOT_FOUND", MXD_NOT_FOUND},
        {"SNAPSHOT_NOT_FOUND", MXD_NOT_FOUND},
    };
    size_t i;
    for (i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(code, table[i].code) == 0) {
            return table[i].status;
        }
    }
    return MXD_API;
}

static void row(const mxd_client *client, const char *row) {
    char asked[512], code[128], call[64], *underscore;
    char *given, *json = (char *)1;
    mxd_error *error = NULL;
    int http_status = atoi(at(row, "status"));
    snprintf(call, sizeof call, "%s", at(row, "call"));
    snprintf(code, sizeof code, "%s", at(row, "code"));
    snprintf(asked, sizeof asked, "{\"call\": \"%s\", \"status\": %d, \"code\": \"%s\"}", call,
             http_status, code);
    while ((underscore = strchr(code, ' ')) != NULL) {
        *underscore = '_';
    }
    given = sim("POST", "arrange", asked);
    CHECK_STATUS(call_by_name(call, given, client, &json, &error), meaning(code), &error);
    CHECK_TEXT(mxd_error_code(error), code);
    CHECK_TEXT(mxd_error_operation(error), call);
    CHECK(mxd_error_http_status(error) == http_status);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_REFUSED);
    CHECK(mxd_error_message(error) != NULL && *mxd_error_message(error) != '\0');
    CHECK(strstr(mxd_error_text(error), code) != NULL);
    CHECK_TEXT(at(mxd_error_json(error), "code"), code);
    CHECK(json == NULL || json == (char *)1); /* the latter where the call has no result */
    mxd_error_free(error);
    free(given);
}

void test_rows(void) {
    mxd_client *client = new_client();
    char *rows = sim("GET", "error-rows", NULL), place[16];
    int i;
    CHECK(count(rows) > 0);
    for (i = 0; i < count(rows); i++) {
        char *one;
        snprintf(place, sizeof place, "%d", i);
        one = strdup(at(rows, place));
        row(client, one);
        free(one);
    }
    free(rows);
    mxd_client_free(client);
}
