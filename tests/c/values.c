/* Values that are read out of results. */
#include "suite.h"

#include <pthread.h>

static mxd_error *error;

/* It must fail with a status, and a message that begins so; nothing of the JSON is repeated. */
static void failed(mxd_status expected, const char *beginning) {
    CHECK(mxd_error_status(error) == expected);
    if (strncmp(mxd_error_message(error), beginning, strlen(beginning)) != 0) {
        CHECK_TEXT(mxd_error_message(error), beginning);
    }
    CHECK(strstr(mxd_error_text(error), "secret") == NULL);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_NOT_SENT);
    mxd_error_free(error);
}
#define FAILED(status, beginning, call)                                                                              \
    FAILS(call, status);                                                                                             \
    failed(status, beginning)

static mxd_json *parse(const char *text) {
    mxd_json *json = NULL;
    WORKS(mxd_json_parse(text, &json, &error));
    return json;
}

static void of_every_type(void) {
    mxd_json *json = parse("{\"text\": \"a \\\"secret\\\" \\u00e9 and more than sixty-three bytes, which no buffer cuts off\","
                           "\"int\": -9223372036854775808, \"big\": 9223372036854775808, \"fraction\": 2.5,"
                           "\"yes\": true, \"no\": false, \"null\": null, \"nul\": \"a\\u0000b\","
                           "\"list\": [1, {\"a/b~c\": 2}], \"/slash\": 3}");
    const char *text = "x";
    int64_t number = 1;
    double fraction = 1;
    int32_t flag = 7;
    size_t length = 1;
    WORKS(mxd_json_string(json, "text", &text, &error));
    CHECK_TEXT(text, "a \"secret\" \xc3\xa9 and more than sixty-three bytes, which no buffer cuts off");
    WORKS(mxd_json_int(json, "int", &number, &error));
    CHECK(number == INT64_MIN);
    WORKS(mxd_json_double(json, "int", &fraction, &error));
    CHECK(fraction == -9223372036854775808.0);
    WORKS(mxd_json_double(json, "fraction", &fraction, &error));
    CHECK(fraction == 2.5);
    WORKS(mxd_json_bool(json, "yes", &flag, &error));
    CHECK(flag == 1);
    WORKS(mxd_json_bool(json, "no", &flag, &error));
    CHECK(flag == 0);
    WORKS(mxd_json_length(json, NULL, &length, &error));
    CHECK(length == 10);
    WORKS(mxd_json_length(json, "list", &length, &error));
    CHECK(length == 2);
    WORKS(mxd_json_int(json, "/list/1/a~1b~0c", &number, &error));
    CHECK(number == 2);
    WORKS(mxd_json_int(json, "/~1slash", &number, &error));
    CHECK(number == 3);

    FAILED(MXD_NOT_FOUND, "other is not there", mxd_json_string(json, "other", &text, &error));
    CHECK(text == NULL);
    FAILED(MXD_NOT_FOUND, "null is null", mxd_json_int(json, "null", &number, &error));
    CHECK(number == 0);
    FAILED(MXD_NOT_FOUND, "/list/2 is not there", mxd_json_double(json, "/list/2", &fraction, &error));
    CHECK(fraction == 0);
    FAILED(MXD_INVALID_INPUT, "text is a text; expected true or false", mxd_json_bool(json, "text", &flag, &error));
    CHECK(flag == 0);
    FAILED(MXD_INVALID_INPUT, "text is a text; expected a list or an object", mxd_json_length(json, "text", &length, &error));
    CHECK(length == 0);
    FAILED(MXD_INVALID_INPUT, "int is a number; expected a text", mxd_json_string(json, "int", &text, &error));
    FAILED(MXD_INVALID_INPUT, "big is no whole number, or beyond", mxd_json_int(json, "big", &number, &error));
    FAILED(MXD_INVALID_INPUT, "fraction is no whole number", mxd_json_int(json, "fraction", &number, &error));
    FAILED(MXD_INVALID_INPUT, "nul is a text with U+0000", mxd_json_string(json, "nul", &text, &error));
    CHECK(mxd_json_string(json, "other", &text, NULL) == MXD_NOT_FOUND);
    mxd_json_free(json);
}

static void values_inside(void) {
    static const char text[] = "[{\"AppId\":\"calc\",\"Url\":\"https://calc.example\"},{\"AppId\":\"other\"},[],null]";
    mxd_json *apps = parse(text);
    const mxd_json *app, *again, *itself;
    const char *app_id;
    char *written;
    size_t i;
    for (i = 0; mxd_json_item(apps, i, &app, NULL) == MXD_OK; i++) {
        WORKS(mxd_json_item(apps, i, &again, &error));
        CHECK(app == again);
    }
    CHECK(i == 4);
    FAILED(MXD_NOT_FOUND, "index is 4, and there are 4", mxd_json_item(apps, 4, &app, &error));
    WORKS(mxd_json_value(apps, "/1", &app, &error));
    WORKS(mxd_json_string(app, "AppId", &app_id, &error));
    CHECK_TEXT(app_id, "other");
    WORKS(mxd_json_value(app, NULL, &itself, &error));
    CHECK(itself == app);
    WORKS(mxd_json_item(apps, 0, &app, &error));
    WORKS(mxd_json_name(app, 1, &app_id, &error));
    CHECK_TEXT(app_id, "Url");
    WORKS(mxd_json_item(app, 1, &itself, &error));
    WORKS(mxd_json_string(itself, NULL, &app_id, &error));
    CHECK_TEXT(app_id, "https://calc.example");
    WORKS(mxd_json_text(app, &written, &error));
    CHECK_TEXT(written, "{\"AppId\":\"calc\",\"Url\":\"https://calc.example\"}");
    mxd_string_free(written);
    WORKS(mxd_json_text(apps, &written, &error));
    CHECK_TEXT(written, text);
    mxd_string_free(written);
    FAILED(MXD_INVALID_INPUT, "name is \"AppId\", but the value is a list", mxd_json_string(apps, "AppId", &app_id, &error));
    FAILED(MXD_INVALID_INPUT, "json is a list; expected an object", mxd_json_name(apps, 0, &app_id, &error));
    FAILED(MXD_INVALID_INPUT, "json is a text; expected a list", mxd_json_item(itself, 0, &again, &error));
    FAILED(MXD_NOT_FOUND, "index is 2", mxd_json_name(app, 2, &app_id, &error));

    mxd_json_free((mxd_json *)app); /* what is borrowed is left alone */
    WORKS(mxd_json_string(app, "AppId", &app_id, &error));
    mxd_json_free(apps);
    FAILED(MXD_INVALID_INPUT, "json is not an mxd_json", mxd_json_string(app, "AppId", &app_id, &error));
    FAILED(MXD_INVALID_INPUT, "json is not an mxd_json", mxd_json_item(apps, 0, &app, &error));
    mxd_json_free(apps);
    mxd_json_free(NULL);
}

static void what_cannot_be_right(void) {
    static const char *const bad[] = {"", "secret", "{\"secret\": }", "[1,]", "[1] 2", "{\"a\": 1", "\xc3("};
    mxd_json *json = (mxd_json *)1;
    const char *text;
    char *deep = malloc(100000);
    size_t i;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        FAILED(MXD_INVALID_INPUT, "text is not valid", mxd_json_parse(bad[i], &json, &error));
        CHECK(json == NULL);
    }
    memset(deep, '[', 99999);
    deep[99999] = '\0';
    FAILED(MXD_INVALID_INPUT, "text is not valid JSON", mxd_json_parse(deep, &json, &error));
    free(deep);
    FAILED(MXD_INVALID_INPUT, "text is NULL", mxd_json_parse(NULL, &json, &error));
    FAILED(MXD_INVALID_INPUT, "out_json is NULL", mxd_json_parse("{}", NULL, &error));
    json = parse("{}");
    FAILED(MXD_INVALID_INPUT, "json is NULL", mxd_json_string(NULL, "a", &text, &error));
    FAILED(MXD_INVALID_INPUT, "out_string is NULL", mxd_json_string(json, "a", NULL, &error));
    FAILED(MXD_INVALID_INPUT, "name is not valid UTF-8", mxd_json_string(json, "\xc3(", &text, &error));
    mxd_json_free(json);
}

static void *read_all(void *json) {
    const mxd_json *item;
    int64_t number, sum = 0;
    size_t i;
    for (i = 0; mxd_json_item(json, i, &item, NULL) == MXD_OK; i++) {
        CHECK(mxd_json_int(item, "number", &number, NULL) == MXD_OK);
        sum += number;
    }
    CHECK(i == 100 && sum == 4950);
    return NULL;
}

static void by_several_threads(void) {
    char text[4096] = "[";
    pthread_t threads[8];
    mxd_json *json;
    size_t i;
    for (i = 0; i < 100; i++) {
        size_t end = strlen(text);
        snprintf(text + end, sizeof text - end, "{\"number\": %zu}%s", i, i < 99 ? "," : "]");
    }
    json = parse(text);
    for (i = 0; i < 8; i++) {
        CHECK(pthread_create(&threads[i], NULL, read_all, json) == 0);
    }
    for (i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
    mxd_json_free(json);
}

/* As the documentation shows it: a result of a call. */
static void of_a_result(void) {
    mxd_client *client = new_client();
    char *result;
    mxd_json *environment;
    const char *status;
    WORKS(mxd_get_environment(client, "calc", "Acceptance", &result, &error));
    environment = parse(result);
    mxd_string_free(result); /* nothing is borrowed from the text */
    WORKS(mxd_json_string(environment, "Status", &status, &error));
    CHECK_TEXT(status, "Running");
    mxd_json_free(environment);
    mxd_client_free(client);
}

/* Without a default: the compiler knows whether a status is missing here. */
static const char *name_of(mxd_status status) {
    switch ((mxd_status_code)status) {
    case MXD_OK: return "ok";
    case MXD_INVALID_INPUT:
    case MXD_IO: return "fix the call";
    case MXD_UNAUTHORIZED:
    case MXD_FORBIDDEN:
    case MXD_NOT_FOUND:
    case MXD_CONFLICT:
    case MXD_RATE_LIMITED:
    case MXD_API: return "refused";
    case MXD_TIMEOUT:
    case MXD_TRANSPORT: return "nothing changed";
    case MXD_AMBIGUOUS: return "look first";
    case MXD_WAIT_TIMED_OUT:
    case MXD_CANCELLED: return "resume";
    case MXD_INVALID_RESPONSE:
    case MXD_DEPLOY_FAILED:
    case MXD_INTERNAL: return "read the error";
    }
    return "of a later version";
}

static void statuses(void) {
    CHECK_TEXT(name_of(MXD_AMBIGUOUS), "look first");
    CHECK_TEXT(name_of(77), "of a later version");
    CHECK(sizeof(mxd_status) == sizeof(int32_t));
}

void test_values(void) {
    statuses();
    of_every_type();
    values_inside();
    what_cannot_be_right();
    by_several_threads();
    of_a_result();
}
