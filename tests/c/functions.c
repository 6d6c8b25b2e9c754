#include "functions.h"

#define JSON(name, ...)                                                                                              \
    static mxd_status do_##name(const mxd_client *c, const char *const *a, char **j, mxd_error **e) {                \
        (void)a;                                                                                                     \
        return mxd_##name(c, ##__VA_ARGS__, j, e);                                                                   \
    }
#define NOTHING(name, ...)                                                                                           \
    static mxd_status do_##name(const mxd_client *c, const char *const *a, char **j, mxd_error **e) {                \
        (void)j;                                                                                                     \
        return mxd_##name(c, __VA_ARGS__, e);                                                                        \
    }
#define BYTES ((const uint8_t *)"PK"), 2

static int64_t end_at_once(void *user_data, uint8_t *buffer, size_t capacity) {
    (void)user_data, (void)buffer, (void)capacity;
    return 0;
}

static int number(const char *text) { return text == NULL ? 0 : atoi(text); }

static int is_true(const char *text) { return text != NULL && strcmp(text, "true") == 0; }

/* All calls but the uploads, as the table of calls has them. */
#include "calls.inc"

JSON(upload_package, a[0], a[1], a[2], NULL, NULL)
JSON(upload_package_bytes, a[0], BYTES, a[1], NULL, NULL)
JSON(upload_package_reader, a[0], end_at_once, 2, a[1], NULL, NULL)
JSON(upload_package_v2, a[0], a[1], a[2], NULL, NULL)
JSON(upload_package_v2_bytes, a[0], BYTES, a[1], NULL, NULL)
JSON(upload_package_v2_reader, a[0], end_at_once, 2, a[1], NULL, NULL)
JSON(wait_for_start, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(wait_for_status, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(wait_for_backup, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(wait_for_package, a[0], a[1], 1000, NULL, NULL)
JSON(wait_for_upload, a[0], a[1], 1000, NULL, NULL)
JSON(wait_for_snapshot, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(wait_for_archive, a[0], a[1], a[2], a[3], 1000, NULL, NULL)
JSON(wait_for_restore, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(resume_wait, a[0], 1000, NULL, NULL)
JSON(plan_deploy, a[0])
JSON(deploy, a[0], NULL, NULL)
JSON(resume_deploy, a[0], NULL, NULL)
JSON(download_backup, a[0], a[1], a[2], MXD_BACKUP_FILES_ONLY, a[3], NULL, NULL)
JSON(download_package, a[0], a[1], a[2], NULL, NULL)
JSON(download_snapshot, a[0], a[1], a[2], a[3], a[4], NULL, NULL)
JSON(download_archived_logs, a[0], a[1], a[2], a[3], NULL, NULL)
JSON(download_archived_access_logs, a[0], a[1], a[2], a[3], NULL, NULL)

#define TARGET "/tmp/mendix-deploy-never-written"
#define PROJECT "fae5de74-69c2-4488-a4de-abf89daac63e"
#define ENVIRONMENT "38471410-861f-47e5-8efc-2f4b16f04005"

const struct function functions[] = {
    CALLS
    {"upload_package", do_upload_package, 1, {"app_id", "path", "name?"}, {"calc", "/nowhere/at/all.mda", "x"}},
    {"upload_package_bytes", do_upload_package_bytes, 1, {"app_id", "name"}, {"calc", "x"}},
    {"upload_package_reader", do_upload_package_reader, 1, {"app_id", "name"}, {"calc", "x"}},
    {"upload_package_v2", do_upload_package_v2, 1, {"app_id", "path", "name?"}, {"calc", "/nowhere/at/all.mda", "x"}},
    {"upload_package_v2_bytes", do_upload_package_v2_bytes, 1, {"app_id", "name"}, {"calc", "x"}},
    {"upload_package_v2_reader", do_upload_package_v2_reader, 1, {"app_id", "name"}, {"calc", "x"}},
    {"wait_for_start", do_wait_for_start, 1, {"app_id", "mode", "job_id?"}, {"calc", "Acceptance", "x"}},
    {"wait_for_status", do_wait_for_status, 1, {"app_id", "mode", "status"}, {"calc", "Acceptance", "Stopped"}},
    {"wait_for_backup", do_wait_for_backup, 1, {"app_id", "mode", "snapshot_id"}, {"calc", "Acceptance", "x"}},
    {"wait_for_package", do_wait_for_package, 1, {"app_id", "package_id"}, {"calc", "x"}},
    {"wait_for_upload", do_wait_for_upload, 1, {"app_id", "job_id"}, {"calc", "x"}},
    {"wait_for_snapshot",
     do_wait_for_snapshot,
     1,
     {"project_id", "environment_id", "snapshot_id"},
     {PROJECT, ENVIRONMENT, "x"}},
    {"wait_for_archive",
     do_wait_for_archive,
     1,
     {"project_id", "environment_id", "snapshot_id", "archive_id"},
     {PROJECT, ENVIRONMENT, "x", "x"}},
    {"wait_for_restore",
     do_wait_for_restore,
     1,
     {"project_id", "environment_id", "restore_id"},
     {PROJECT, ENVIRONMENT, "x"}},
    {"resume_wait",
     do_resume_wait,
     1,
     {"wait_token"},
     {"{\"wait_for\": \"start\", \"app_id\": \"calc\", \"mode\": \"Test\", \"job_id\": null}"}},
    {"plan_deploy",
     do_plan_deploy,
     1,
     {"deployment"},
     {"{\"app_id\": \"calc\", \"mode\": \"Test\", \"package_id\": \"x\"}"}},
    {"deploy", do_deploy, 1, {"deployment"}, {"{\"app_id\": \"calc\", \"mode\": \"Nowhere\", \"package_id\": \"x\"}"}},
    {"resume_deploy", do_resume_deploy, 1, {"journal"}, {"/nowhere/at/all.journal"}},
    {"download_backup",
     do_download_backup,
     1,
     {"app_id", "mode", "snapshot_id", "target"},
     {"calc", "Acceptance", "x", TARGET}},
    {"download_package", do_download_package, 1, {"app_id", "package_id", "target"}, {"calc", "x", TARGET}},
    {"download_snapshot",
     do_download_snapshot,
     1,
     {"project_id", "environment_id", "snapshot_id", "data_type", "target"},
     {PROJECT, ENVIRONMENT, "x", "database_only", TARGET}},
    {"download_archived_logs",
     do_download_archived_logs,
     1,
     {"app_id", "mode", "date", "target"},
     {"calc", "Acceptance", "2018-08-10", TARGET}},
    {"download_archived_access_logs",
     do_download_archived_access_logs,
     1,
     {"app_id", "mode", "date", "target"},
     {"calc", "Acceptance", "2018-08-10", TARGET}},
};
const size_t function_count = sizeof functions / sizeof *functions;

/* The reader of JSON uses its buffers again. */
static const char *keep(const char *text) {
    static char kept[MAX_ARGUMENTS][8192];
    static int next;
    return text == NULL ? NULL : strcpy(kept[next++ % MAX_ARGUMENTS], text);
}

mxd_status call_by_name(const char *call, const char *arguments, const mxd_client *client, char **json,
                        mxd_error **error) {
    const char *values[MAX_ARGUMENTS] = {NULL};
    const struct function *function = functions;
    int i;
    if (strncmp(call, "upload_package", strlen("upload_package")) == 0) {
        const char *app_id = keep(at(arguments, "app_id")), *name = keep(at(arguments, "name"));
        const char *content = keep(at(arguments, "content"));
        return (strcmp(call, "upload_package") == 0 ? mxd_upload_package_bytes : mxd_upload_package_v2_bytes)(
            client, app_id, (const uint8_t *)content, strlen(content), name, NULL, NULL, json, error);
    }
    while (strcmp(function->name, call) != 0) {
        CHECK(++function < functions + function_count);
    }
    for (i = 0; i < MAX_ARGUMENTS && function->arguments[i] != NULL; i++) {
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(function->arguments[i], MARKS), function->arguments[i]);
        values[i] = keep(at(arguments, name));
    }
    return function->call(client, values, json, error);
}
