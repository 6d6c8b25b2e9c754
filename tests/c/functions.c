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

JSON(list_apps)
JSON(create_sandbox, a[0])
JSON(get_app, a[0])
JSON(list_environments, a[0])
JSON(get_environment, a[0], a[1])
JSON(start_environment, a[0], a[1], 1)
JSON(get_start_status, a[0], a[1], a[2])
NOTHING(stop_environment, a[0], a[1])
JSON(get_environment_package, a[0], a[1])
JSON(upload_package, a[0], a[1], a[2], NULL, NULL)
JSON(upload_package_bytes, a[0], BYTES, a[1], NULL, NULL)
JSON(upload_package_reader, a[0], end_at_once, 2, a[1], NULL, NULL)
NOTHING(transport_package, a[0], a[1], a[2])
JSON(clean_environment, a[0], a[1])
JSON(get_environment_settings, a[0], a[1])
JSON(set_environment_settings, a[0], a[1], a[2])
JSON(list_backups, a[0], a[1])
JSON(get_backup_links, a[0], a[1], a[2])
JSON(create_backup, a[0], a[1], a[2])
JSON(restore_backup, a[0], a[1], a[2])
JSON(scale_environment, a[0], a[1], 2, 2048)
JSON(create_environment_tag, a[0], a[1], a[2])
JSON(list_environment_tags, a[0], a[1])
NOTHING(delete_environment_tag, a[0], a[1], a[2])
JSON(get_archived_logs, a[0], a[1], a[2])
JSON(wait_for_start, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(wait_for_status, a[0], a[1], a[2], 1000, NULL, NULL)
JSON(download_backup, a[0], a[1], a[2], MXD_BACKUP_FILES_ONLY, a[3], NULL, NULL)
JSON(download_archived_logs, a[0], a[1], a[2], a[3], NULL, NULL)

const struct function functions[] = {
    {"list_apps", do_list_apps, 1, {NULL}, {NULL}},
    {"create_sandbox", do_create_sandbox, 1, {"project_id"}, {"x"}},
    {"get_app", do_get_app, 1, {"app_id"}, {"calc"}},
    {"list_environments", do_list_environments, 1, {"app_id"}, {"calc"}},
    {"get_environment", do_get_environment, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"start_environment", do_start_environment, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"get_start_status", do_get_start_status, 1, {"app_id", "mode", "job_id"}, {"calc", "Acceptance", "x"}},
    {"stop_environment", do_stop_environment, 0, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"get_environment_package", do_get_environment_package, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"upload_package", do_upload_package, 1, {"app_id", "path", "name?"}, {"calc", "/nowhere/at/all.mda", "x"}},
    {"upload_package_bytes", do_upload_package_bytes, 1, {"app_id", "name"}, {"calc", "x"}},
    {"upload_package_reader", do_upload_package_reader, 1, {"app_id", "name"}, {"calc", "x"}},
    {"transport_package", do_transport_package, 0, {"app_id", "mode", "package_id"}, {"calc", "Acceptance", "x"}},
    {"clean_environment", do_clean_environment, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"get_environment_settings", do_get_environment_settings, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"set_environment_settings",
     do_set_environment_settings,
     1,
     {"app_id", "mode", "settings"},
     {"calc", "Acceptance", "{\"Constants\": []}"}},
    {"list_backups", do_list_backups, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"get_backup_links", do_get_backup_links, 1, {"app_id", "mode", "snapshot_id"}, {"calc", "Acceptance", "x"}},
    {"create_backup", do_create_backup, 1, {"app_id", "mode", "comment?"}, {"calc", "Acceptance", "x"}},
    {"restore_backup", do_restore_backup, 1, {"app_id", "mode", "snapshot_id"}, {"calc", "Acceptance", "x"}},
    {"scale_environment", do_scale_environment, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"create_environment_tag", do_create_environment_tag, 1, {"app_id", "mode", "tag"}, {"calc", "Acceptance", "x"}},
    {"list_environment_tags", do_list_environment_tags, 1, {"app_id", "mode"}, {"calc", "Acceptance"}},
    {"delete_environment_tag", do_delete_environment_tag, 0, {"app_id", "mode", "tag"}, {"calc", "Acceptance", "x"}},
    {"get_archived_logs", do_get_archived_logs, 1, {"app_id", "mode", "date"}, {"calc", "Acceptance", "2018-08-10"}},
    {"wait_for_start", do_wait_for_start, 1, {"app_id", "mode", "job_id?"}, {"calc", "Acceptance", "x"}},
    {"wait_for_status", do_wait_for_status, 1, {"app_id", "mode", "status"}, {"calc", "Acceptance", "Stopped"}},
    {"download_backup",
     do_download_backup,
     1,
     {"app_id", "mode", "snapshot_id", "target"},
     {"calc", "Acceptance", "x", "/tmp/mendix-deploy-never-written"}},
    {"download_archived_logs",
     do_download_archived_logs,
     1,
     {"app_id", "mode", "date", "target"},
     {"calc", "Acceptance", "2018-08-10", "/tmp/mendix-deploy-never-written"}},
};
const size_t function_count = sizeof functions / sizeof *functions;
