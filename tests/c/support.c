#define _GNU_SOURCE
#include "support.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct simulator simulator;
/* The programs that run, each with the end of a pipe that keeps it running. */
static struct {
    pid_t pid;
    int input;
} programs[2];
static int passed;
static char *seed;
static char file_path[] = "/tmp/mendix-deploy-test-XXXXXX";
static int file_made;

static void fail(const char *file, int line, const char *format, ...) {
    va_list arguments;
    fflush(stdout);
    fprintf(stderr, "%s:%d: ", file, line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    simulator_stop();
    _exit(1);
}

void check(int condition, const char *what, const char *file_name, int line) {
    if (!condition) {
        fail(file_name, line, "not so: %s", what);
    }
    __atomic_add_fetch(&passed, 1, __ATOMIC_RELAXED);
}

void check_text(const char *is, const char *should, const char *what, const char *file_name, int line) {
    int same = is == NULL || should == NULL ? is == should : strcmp(is, should) == 0;
    if (!same) {
        fail(file_name, line, "%s is \"%s\", not \"%s\"", what, is ? is : "(null)", should ? should : "(null)");
    }
    __atomic_add_fetch(&passed, 1, __ATOMIC_RELAXED);
}

void check_status(mxd_status is, mxd_status should, mxd_error **error, const char *what, const char *file_name,
                  int line) {
    if (is != should) {
        const char *text = error && *error ? mxd_error_text(*error) : "no error";
        fail(file_name, line, "%s is %d, not %d (%s)", what, (int)is, (int)should, text);
    }
    /* An error is there when, and only when, the call failed. */
    if (error != NULL && ((is == MXD_OK) != (*error == NULL) || mxd_error_status(*error) != is)) {
        fail(file_name, line, "%s: the error does not fit the status %d", what, (int)is);
    }
    __atomic_add_fetch(&passed, 1, __ATOMIC_RELAXED);
}

int checks_passed(void) { return __atomic_load_n(&passed, __ATOMIC_RELAXED); }

/* Starts a simulator, and reads where it is. */
static void start(int number, struct simulator *made, const char *option) {
    const char *program = getenv("MENDIX_DEPLOY_SIM"), *ca_file;
    int input[2], output[2];
    char line[1024];
    size_t length = 0;
    CHECK(program != NULL);
    CHECK(pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0);
    programs[number].pid = fork();
    if (programs[number].pid == 0) {
        dup2(input[0], 0);
        dup2(output[1], 1);
        execl(program, program, option, (char *)NULL);
        _exit(127);
    }
    close(input[0]);
    close(output[1]);
    programs[number].input = input[1];
    while (length < sizeof line - 1 && read(output[0], line + length, 1) == 1 && line[length] != '\n') {
        length++;
    }
    line[length] = '\0';
    close(output[0]);
    CHECK(length > 0);
    snprintf(made->url, sizeof made->url, "%s", at(line, "url"));
    snprintf(made->username, sizeof made->username, "%s", at(line, "username"));
    snprintf(made->api_key, sizeof made->api_key, "%s", at(line, "api_key"));
    snprintf(made->app_id, sizeof made->app_id, "%s", at(line, "app_id"));
    ca_file = at(line, "ca_file");
    snprintf(made->ca_file, sizeof made->ca_file, "%s", ca_file ? ca_file : "");
}

static void stop(int number) {
    if (programs[number].pid > 0) {
        close(programs[number].input);
        waitpid(programs[number].pid, NULL, 0);
        programs[number].pid = 0;
    }
}

void simulator_start(void) {
    start(0, &simulator, NULL);
    seed = sim("GET", "state", NULL);
}

void tls_simulator_start(struct simulator *tls) {
    start(1, tls, "--tls");
    CHECK(strncmp(tls->url, "https://", 8) == 0 && tls->ca_file[0] != '\0');
}

void tls_simulator_stop(void) { stop(1); }

static void remove_with(const char *suffix) {
    char path[sizeof file_path + 16];
    snprintf(path, sizeof path, "%s%s", file_path, suffix);
    unlink(path);
}

void simulator_stop(void) {
    stop(1);
    stop(0);
    free(seed);
    seed = NULL;
    if (file_made) {
        remove_with("");
        /* What a download that was given up leaves beside its target. */
        remove_with(".part");
        remove_with(".part.json");
        file_made = 0;
    }
}

/* A connection to the simulator, or -1. */
static int reach(void) {
    struct sockaddr_in address;
    const char *port = strrchr(simulator.url, ':') + 1;
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) {
        close(connection);
        return -1;
    }
    return connection;
}

void sim_wait(void) {
    int connection, tries = 0;
    while ((connection = reach()) < 0) {
        CHECK(tries++ < 6000);
        usleep(10 * 1000);
    }
    close(connection);
}

char *sim(const char *method, const char *path, const char *body) {
    size_t length = body ? strlen(body) : 0, capacity = 1 << 16, got = 0;
    char *answer = malloc(capacity), *start;
    char head[512];
    ssize_t count;
    int connection = reach();
    CHECK(answer != NULL && connection >= 0);
    snprintf(head, sizeof head,
             "%s /_sim/%s HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: %zu\r\n\r\n", method,
             path, length);
    CHECK(send(connection, head, strlen(head), MSG_NOSIGNAL) == (ssize_t)strlen(head));
    CHECK(length == 0 || send(connection, body, length, MSG_NOSIGNAL) == (ssize_t)length);
    while ((count = read(connection, answer + got, capacity - got - 1)) > 0) {
        got += (size_t)count;
        if (capacity - got < 4096) {
            answer = realloc(answer, capacity *= 2);
            CHECK(answer != NULL);
        }
    }
    close(connection);
    answer[got] = '\0';
    start = strstr(answer, "\r\n\r\n");
    if (start == NULL || strncmp(answer, "HTTP/1.1 200", 12) != 0) {
        fail(__FILE__, __LINE__, "%s /_sim/%s %s: %s", method, path, body ? body : "", answer);
    }
    memmove(answer, start + 4, strlen(start + 4) + 1);
    return answer;
}

void sim_do(const char *method, const char *path, const char *body) { free(sim(method, path, body)); }

void sim_reset(void) {
    sim_do("DELETE", "faults", NULL);
    sim_do("PUT", "state", seed);
}

int sim_count(const char *what, const char *call) {
    char *accounting = sim("GET", "accounting", NULL), path[128];
    const char *number;
    int is;
    snprintf(path, sizeof path, "%s/%s", what, call);
    number = at(accounting, path);
    is = number ? atoi(number) : 0;
    free(accounting);
    return is;
}

int sim_requests(void) {
    char *accounting = sim("GET", "accounting", NULL);
    int is = atoi(at(accounting, "total_requests"));
    free(accounting);
    return is;
}

mxd_config *new_config(void) {
    mxd_error *error = NULL;
    mxd_config *config = mxd_config_new();
    CHECK_STATUS(mxd_config_set_credentials(config, simulator.username, simulator.api_key, &error), MXD_OK, &error);
    CHECK_STATUS(mxd_config_set_base_url(config, simulator.url, &error), MXD_OK, &error);
    /* Most uploads of the tests are not packages. */
    CHECK_STATUS(mxd_config_set_check_packages(config, 0, &error), MXD_OK, &error);
    return config;
}

static mxd_client *made_from(mxd_config *config) {
    mxd_error *error = NULL;
    mxd_client *client = NULL;
    CHECK_STATUS(mxd_client_new(config, &client, &error), MXD_OK, &error);
    mxd_config_free(config);
    return client;
}

mxd_client *new_client(void) { return made_from(new_config()); }

mxd_client *new_strict_client(void) {
    mxd_config *config = new_config();
    CHECK(mxd_config_set_max_attempts(config, 1, NULL) == MXD_OK);
    CHECK(mxd_config_set_read_back(config, 0, NULL) == MXD_OK);
    return made_from(config);
}

char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    long size = 0;
    char *text;
    CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0);
    rewind(file);
    text = malloc((size_t)size + 1);
    CHECK(text != NULL && fread(text, 1, (size_t)size, file) == (size_t)size);
    text[size] = '\0';
    fclose(file);
    return text;
}

char *replaced(char *text, const char *mark, const char *by) {
    char *found;
    while ((found = strstr(text, mark)) != NULL) {
        char *whole = malloc(strlen(text) + strlen(by) + 1);
        CHECK(whole != NULL);
        sprintf(whole, "%.*s%s%s", (int)(found - text), text, by, found + strlen(mark));
        free(text);
        text = whole;
    }
    return text;
}

const char *big_file(long bytes) {
    if (!file_made) {
        int file = mkstemp(file_path);
        CHECK(file >= 0 && close(file) == 0);
        file_made = 1;
    }
    /* By its name: a download puts another file in its place. */
    CHECK(truncate(file_path, bytes) == 0);
    return file_path;
}
