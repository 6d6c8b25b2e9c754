/* Random bytes for every argument, and random answers to every call: fuzz SECONDS [SEED]. To be run under ASan. */
#define _GNU_SOURCE
#include "functions.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#define BELOW(state, limit) ((size_t)(next_random(state) % (limit)))

/* Pieces that lead deeper than bytes alone. */
static const char *const pieces[] = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "7",
    "-1e999",
    "\\u0000",
    "\\ud800",
    "{\"AppId\":\"calc\"}",
    "{\"Constants\":[{\"Name\":\"a\",\"Value\":\"b\"}]}",
    "\"Status\":\"Running\"",
    "\"Size\":3.05",
    "{\"JobId\":\"x\"}",
    "{\"errorCode\":\"NOT FOUND\",\"errorMessage\":\"no\"}",
    "{\"DownloadUrl\":\"http://127.0.0.1:1/\"}",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 500 No\r\n",
    "content-length: 5\r\n",
    "transfer-encoding: chunked\r\n\r\n5\r\n",
    "\r\n",
    "\xc3\xa9",
    "\xff",
    "..",
    "/",
    "%2f",
    "2018-08-10",
    "Acceptance",
};

static size_t random_text(uint64_t *state, char *to, size_t capacity) {
    size_t length = 0, rounds = BELOW(state, 12);
    while (rounds-- > 0 && length + 64 < capacity) {
        if (BELOW(state, 2) == 0) {
            const char *piece = pieces[BELOW(state, sizeof pieces / sizeof *pieces)];
            length += (size_t)sprintf(to + length, "%s", piece);
        } else {
            to[length++] = (char)BELOW(state, 256);
        }
    }
    to[length] = '\0';
    return length;
}

/* Answers every connection with something. */
static void *serve(void *listener) {
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (;;) {
        char request[4096], body[1024], answer[2048];
        size_t length = random_text(&state, body, sizeof body), total;
        int connection = accept4(*(int *)listener, NULL, NULL, SOCK_CLOEXEC);
        if (connection < 0) {
            return NULL;
        }
        if (recv(connection, request, sizeof request, 0) > 0) {
            if (BELOW(&state, 4) > 0) {
                static const int statuses[] = {200, 200, 200, 204, 301, 400, 401, 403, 404, 429, 500, 502};
                total = (size_t)sprintf(answer, "HTTP/1.1 %d X\r\ncontent-length: %zu\r\n\r\n",
                                        statuses[BELOW(&state, sizeof statuses / sizeof *statuses)],
                                        BELOW(&state, 8) ? length : length + BELOW(&state, 9));
                memcpy(answer + total, body, length);
                total += length;
            } else {
                memcpy(answer, body, length);
                total = length;
            }
            (void)!send(connection, answer, total, MSG_NOSIGNAL);
        }
        shutdown(connection, SHUT_WR);
        close(connection);
    }
}

static int stop_sometimes(void *state, uint64_t done, uint64_t total) {
    return done > total ? 1 : BELOW((uint64_t *)state, 4) == 0;
}

static int tell(void *user_data, const char *event) {
    (void)user_data;
    CHECK(at(event, "kind") != NULL && at(event, "error/text") != NULL);
    return 0;
}

static mxd_client *make_client(uint16_t port) {
    mxd_config *config = mxd_config_new();
    mxd_client *client = NULL;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", port);
    CHECK(mxd_config_set_credentials(config, "me", "key", NULL) == MXD_OK);
    CHECK(mxd_config_set_base_url(config, url, NULL) == MXD_OK);
    CHECK(mxd_config_set_timeout_ms(config, 200, NULL) == MXD_OK);
    CHECK(mxd_config_set_stall_timeout_ms(config, 200, NULL) == MXD_OK);
    CHECK(mxd_config_set_event_callback(config, tell, NULL, NULL) == MXD_OK);
    CHECK(mxd_client_new(config, &client, NULL) == MXD_OK);
    mxd_config_free(config);
    return client;
}

/* Whatever is read, by whatever name: a value or an error, and text again that can be parsed. */
static void read_values(const char *text, const char *name, size_t index) {
    mxd_json *json = NULL, *again = NULL;
    const mxd_json *item = NULL;
    const char *string;
    char *written = NULL;
    int64_t number;
    if (mxd_json_parse(text, &json, NULL) != MXD_OK) {
        CHECK(json == NULL);
        return;
    }
    CHECK((mxd_json_item(json, index, &item, NULL) == MXD_OK) == (item != NULL));
    CHECK((mxd_json_string(json, name, &string, NULL) == MXD_OK) == (string != NULL));
    CHECK(mxd_json_int(item, name, &number, NULL) == MXD_OK || number == 0);
    CHECK(mxd_json_text(json, &written, NULL) == MXD_OK && mxd_json_parse(written, &again, NULL) == MXD_OK);
    mxd_string_free(written);
    mxd_json_free(again);
    mxd_json_free(json);
}

static void one(uint64_t *state, const mxd_client *client) {
    char texts[MAX_ARGUMENTS][1024];
    const char *arguments[MAX_ARGUMENTS];
    const struct function *function = &functions[BELOW(state, function_count)];
    char *json = NULL;
    mxd_error *error = NULL;
    mxd_status status;
    size_t i;
    for (i = 0; i < MAX_ARGUMENTS; i++) {
        random_text(state, texts[i], sizeof texts[i]);
        switch (BELOW(state, 8)) {
        case 0: arguments[i] = NULL; break;
        case 1:
        case 2: arguments[i] = texts[i]; break;
        default: arguments[i] = function->good[i]; break;
        }
        /* No file of the machine is to be written. */
        if (function->arguments[i] && strcmp(function->arguments[i], "target") == 0 && arguments[i] != NULL) {
            arguments[i] = "/nowhere/at/all";
        }
    }
    if (BELOW(state, 16) == 0) {
        status = mxd_settings_set_constant(texts[0], texts[1], arguments[2], &json, &error);
    } else if (BELOW(state, 16) == 0) {
        const uint8_t *data = (const uint8_t *)texts[0];
        status = mxd_upload_package_bytes(client, arguments[0], data, strlen(texts[0]), arguments[1], stop_sometimes,
                                          state, &json, &error);
    } else {
        status = function->call(client, arguments, &json, &error);
    }
    CHECK(status != MXD_INTERNAL);
    CHECK((status == MXD_OK) == (error == NULL));
    CHECK(status == MXD_OK || json == NULL);
    if (error != NULL) {
        CHECK(mxd_error_status(error) == status && strlen(mxd_error_text(error)) < 4096);
        CHECK(at(mxd_error_json(error), "kind") != NULL);
    }
    read_values(json != NULL ? json : texts[0], texts[1], BELOW(state, 4));
    mxd_string_free(json);
    mxd_error_free(error);
}

int main(int argc, char **argv) {
    uint64_t state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pthread_t server;
    mxd_client *client;
    unsigned long rounds = 0;
    state = state ? state : 1;
    printf("seed %llu\n", (unsigned long long)state);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 64) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    CHECK(pthread_create(&server, NULL, serve, &listener) == 0);
    client = make_client(ntohs(address.sin_port));
    for (; time(NULL) < end; rounds++) {
        one(&state, client);
    }
    mxd_client_free(client);
    shutdown(listener, SHUT_RDWR);
    pthread_join(server, NULL);
    close(listener);
    printf("%lu calls\n%d checks passed\n", rounds, checks_passed());
    return 0;
}
