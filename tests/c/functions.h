/* The functions that call the service, by name, with arguments that are all text. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "support.h"

#define MAX_ARGUMENTS 5
#define MARKS "?="

struct function {
    const char *name;
    mxd_status (*call)(const mxd_client *client, const char *const *a, char **json, mxd_error **error);
    int gives_json;
    /* Their names, with '?' at the end of one that may be NULL and '=' of one that is no text for the library, and what
     * is good for them. */
    const char *arguments[MAX_ARGUMENTS];
    const char *good[MAX_ARGUMENTS];
};

extern const struct function functions[];
extern const size_t function_count;

/* A call of the service by its name, with arguments by theirs in JSON. */
mxd_status call_by_name(const char *call, const char *arguments, const mxd_client *client, char **json,
                        mxd_error **error);

#endif
