/* Any of the 23 calls, from data. */
#include "functions.h"

static const char *args;

/* An argument by its name. Kept apart, since the reader of JSON uses its buffers again. */
static const char *arg(const char *name) {
    static char kept[4][8192];
    static int next;
    const char *value = at(args, name);
    if (value == NULL) {
        return NULL;
    }
    return strcpy(kept[next++ % 4], value);
}

#define APP arg("app_id")
#define ENV arg("app_id"), arg("mode")
#define NUMBER(name) atoi(arg(name))

mxd_status call_by_name(const char *call, const char *arguments, const mxd_client *client, char **json,
                        mxd_error **error) {
    args = arguments;
#define CASE(name, ...)                                                                                              \
    if (strcmp(call, #name) == 0) return mxd_##name(client, __VA_ARGS__, json, error)
#define CASE_OF_NOTHING(name, ...)                                                                                   \
    if (strcmp(call, #name) == 0) return mxd_##name(client, __VA_ARGS__, error)
    if (strcmp(call, "list_apps") == 0) {
        return mxd_list_apps(client, json, error);
    }
    CASE(create_sandbox, arg("project_id"));
    CASE(get_app, APP);
    CASE(list_environments, APP);
    CASE(get_environment, ENV);
    CASE(start_environment, ENV, strcmp(arg("auto_sync_db"), "true") == 0);
    CASE(get_start_status, ENV, arg("job_id"));
    CASE_OF_NOTHING(stop_environment, ENV);
    CASE(get_environment_package, ENV);
    CASE_OF_NOTHING(transport_package, ENV, arg("package_id"));
    CASE(clean_environment, ENV);
    CASE(get_environment_settings, ENV);
    CASE(set_environment_settings, ENV, arg("settings"));
    CASE(list_backups, ENV);
    CASE(get_backup_links, ENV, arg("snapshot_id"));
    CASE(create_backup, ENV, arg("comment"));
    CASE(restore_backup, ENV, arg("snapshot_id"));
    CASE(scale_environment, ENV, NUMBER("instances"), NUMBER("memory_per_instance"));
    CASE(create_environment_tag, ENV, arg("tag"));
    CASE(list_environment_tags, ENV);
    CASE_OF_NOTHING(delete_environment_tag, ENV, arg("tag"));
    CASE(get_archived_logs, ENV, arg("date"));
    if (strcmp(call, "upload_package") == 0) {
        const char *content = arg("content"), *bytes = arg("content_bytes");
        if (bytes != NULL) {
            return mxd_upload_package(client, APP, big_file(atol(bytes)), arg("name"), NULL, NULL, json, error);
        }
        return mxd_upload_package_bytes(client, APP, (const uint8_t *)content, strlen(content), arg("name"), NULL,
                                        NULL, json, error);
    }
    CHECK(!"a call that is not known");
    return MXD_OK;
}
