/* What the tests in C and C++ share: checks, the simulator, and as much JSON as they need. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mendix_deploy.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counts a check, and ends the program when it fails. */
#define CHECK(condition) check((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
/* Two texts that must be the same; NULL is the same as NULL. */
#define CHECK_TEXT(is, should) check_text((is), (should), #is, __FILE__, __LINE__)
/* A status that must be this one. Shows and frees the error, if there is one, when it is another. */
#define CHECK_STATUS(status, should, error) check_status((status), (should), (error), #status, __FILE__, __LINE__)

void check(int passed, const char *what, const char *file, int line);
void check_text(const char *is, const char *should, const char *what, const char *file, int line);
void check_status(mxd_status is, mxd_status should, mxd_error **error, const char *what, const char *file, int line);
/* Checks so far, over all threads. */
int checks_passed(void);

/* The simulator of this program, started by simulator_start and ended by simulator_stop. */
struct simulator {
    char url[128];
    char username[128];
    char api_key[128];
    char app_id[64];
    char ca_file[512]; /* the certificate to trust; empty without TLS */
};
extern struct simulator simulator;
void simulator_start(void);
void simulator_stop(void);
/* Another one, which speaks TLS. It ends with the first at the latest. */
void tls_simulator_start(struct simulator *tls);
void tls_simulator_stop(void);
/* A request to /_sim/...; `body` may be NULL. The text of the answer belongs to the caller. */
char *sim(const char *method, const char *path, const char *body);
/* The same, for its effect. */
void sim_do(const char *method, const char *path, const char *body);
/* Waits until the simulator accepts connections. */
void sim_wait(void);
/* Everything as it was at the start. */
void sim_reset(void);
/* How often a call arrived, or how often it took effect, since the simulator started. */
int sim_count(const char *what, const char *call);
/* How many requests arrived at all. */
int sim_requests(void);

/* A client of the simulator. */
mxd_config *new_config(void);
mxd_client *new_client(void);
/* One that tries once and does not look back. */
mxd_client *new_strict_client(void);
/* The text of a file. It belongs to the caller. */
char *read_file(const char *path);
/* The text with another one for each mark; it takes the place of the one that is given. */
char *replaced(char *text, const char *mark, const char *by);
/* The path of a file of so many bytes, which goes away at the end. */
const char *big_file(long bytes);

/* The value at a path such as "0/Constants/Name": text without quotes, or the JSON of anything else; NULL where there
 * is none. The text is one of a few buffers that are used again. */
const char *at(const char *json, const char *path);
/* The name of a member of an object by its number; NULL behind the last. As long-lived as the text of `at`. */
const char *name_at(const char *json, int number);
/* How many elements an array has; -1 for what is none. */
int count(const char *json);

#ifdef __cplusplus
}
#endif

#endif
