/* Every call, and the values that it gives. */
#include "suite.h"

#include <unistd.h>

#define PACKAGE "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7"
#define BACKUP "c879c6b1-3aa5-4e10-aaab-cb145841862f"

static mxd_error *error;
static char *json;

/* A value of the last result. */
#define VALUE(path, should) CHECK_TEXT(at(json, path), should)
#define DONE() (mxd_string_free(json), json = NULL)

/* The element of the last result, a list, whose field has this value. */
static int element(const char *field, const char *value) {
    char path[64];
    int i;
    for (i = 0; i < count(json); i++) {
        snprintf(path, sizeof path, "%d/%s", i, field);
        if (at(json, path) && strcmp(at(json, path), value) == 0) {
            return i;
        }
    }
    return -1;
}

static void apps(const mxd_client *client) {
    WORKS(mxd_list_apps(client, &json, &error));
    CHECK(count(json) == 3);
    CHECK(element("AppId", "calc") >= 0 && element("Name", "Tic Tac Toc") >= 0);
    DONE();
    WORKS(mxd_get_app(client, "calc", &json, &error));
    VALUE("AppId", "calc");
    VALUE("Name", "Calculation App");
    VALUE("ProjectId", "fae5de74-69c2-4488-a4de-abf89daac63e");
    VALUE("Url", "https://calc.mendixcloud.com");
    DONE();
    WORKS(mxd_create_sandbox(client, "0f0a1b2c-69c2-4488-a4de-abf89daac63e", &json, &error));
    CHECK(at(json, "AppId") != NULL);
    VALUE("ProjectId", "0f0a1b2c-69c2-4488-a4de-abf89daac63e");
    DONE();
}

static void environments(const mxd_client *client) {
    WORKS(mxd_list_environments(client, "calc", &json, &error));
    CHECK(count(json) == 3 && element("Mode", "Production") >= 0);
    DONE();
    WORKS(mxd_get_environment(client, "calc", "Acceptance", &json, &error));
    VALUE("Status", "Running");
    VALUE("Mode", "Acceptance");
    VALUE("Url", "https://calc-accp.mendixcloud.com");
    VALUE("ModelVersion", "1.1.0.253");
    VALUE("MendixVersion", "7.5.0");
    VALUE("Production", "false");
    DONE();
    /* A flexible environment: its name is not ASCII and has a space. */
    WORKS(mxd_get_environment(client, "tictactoc",
                              "Pr\xc3\xbc"
                              "fung 2",
                              &json, &error));
    VALUE("Mode", "Pr\xc3\xbc"
                  "fung 2");
    DONE();
}

static void packages(const mxd_client *client) {
    char id[64], data[4096];
    FILE *file = fopen(getenv("MENDIX_DEPLOY_TEST_PACKAGE"), "rb");
    size_t size;
    WORKS(mxd_get_environment_package(client, "calc", "Test", &json, &error));
    VALUE("PackageId", "b3d14e53-2654-4534-b374-9179a69ef3cf");
    VALUE("Name", "Main line-2.5.4.63.mda");
    VALUE("Description", "Add scientific mode");
    VALUE("CreationDate", "1404990271835");
    VALUE("Status", "Succeeded");
    VALUE("Size", "3205620"); /* which the service writes in MiB here */
    DONE();

    WORKS(mxd_upload_package(client, "calc", getenv("MENDIX_DEPLOY_TEST_PACKAGE"), NULL, NULL, NULL, &json, &error));
    CHECK(at(json, "PackageId") != NULL);
    snprintf(id, sizeof id, "%s", at(json, "PackageId"));
    DONE();
    WORKS(mxd_transport_package(client, "calc", "Test", id, &error));
    WORKS(mxd_get_environment_package(client, "calc", "Test", &json, &error));
    VALUE("PackageId", id);
    VALUE("Version", "1.2.0.254");
    VALUE("Name", "calc_1.2.0.254.mda"); /* that of the file */
    DONE();

    CHECK(file != NULL);
    size = fread(data, 1, sizeof data, file);
    fclose(file);
    WORKS(mxd_upload_package_bytes(client, "calc", (const uint8_t *)data, size, "bytes.mda", NULL, NULL, &json,
                                   &error));
    snprintf(id, sizeof id, "%s", at(json, "PackageId"));
    DONE();
    WORKS(mxd_transport_package(client, "calc", "Test", id, &error));
    WORKS(mxd_get_environment_package(client, "calc", "Test", &json, &error));
    VALUE("Name", "bytes.mda");
    DONE();
}

/* What a package says of itself, and that nothing else is uploaded by default. */
static void inspected_packages(void) {
    char *json = NULL;
    mxd_error *error = NULL;
    mxd_client *client = NULL;
    mxd_config *config = new_config();
    int before = sim_requests();
    WORKS(mxd_inspect_package(getenv("MENDIX_DEPLOY_TEST_PACKAGE"), &json, &error));
    VALUE("ModelVersion", "1.2.0.254");
    VALUE("RuntimeVersion", "10.24.0");
    CHECK(at(json, "Constants") == NULL); /* which it does not say */
    DONE();
    WORKS(mxd_config_set_check_packages(config, 1, &error));
    WORKS(mxd_client_new(config, &client, &error));
    FAILS(mxd_upload_package_bytes(client, "calc", (const uint8_t *)"PK", 2, "a.mda", NULL, NULL, &json, &error),
          MXD_INVALID_INPUT);
    CHECK(strstr(mxd_error_message(error), "data: the package is not a readable zip archive") != NULL);
    mxd_error_free(error);
    FAILS(mxd_upload_package(client, "calc", big_file(100), NULL, NULL, NULL, &json, &error), MXD_INVALID_INPUT);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_NOT_SENT);
    mxd_error_free(error);
    CHECK(sim_requests() == before);
    mxd_client_free(client);
    mxd_config_free(config);
}

static void planned_deployment(const mxd_client *client) {
    char *json = NULL, deployment[1024];
    mxd_error *error = NULL;
    snprintf(deployment, sizeof deployment,
             "{\"app_id\": \"calc\", \"mode\": \"Acceptance\", \"package\": \"%s\", \"backup\": \"always\"}",
             getenv("MENDIX_DEPLOY_TEST_PACKAGE"));
    WORKS(mxd_plan_deploy(client, deployment, &json, &error));
    VALUE("before/status", "Running");
    VALUE("after/model_version", "1.2.0.254");
    VALUE("steps/0/name", "backup");
    VALUE("steps/0/skipped", "null");
    VALUE("steps/4/skipped", "nothing else is wanted");
    CHECK(count(at(json, "steps")) == 8 && count(at(json, "risks")) == 0);
    DONE();
    FAILS(mxd_plan_deploy(client, "{\"app_id\": \"calc\", \"Mode\": \"Test\"}", &json, &error), MXD_INVALID_INPUT);
    CHECK(strstr(mxd_error_message(error), "unknown field `Mode`") != NULL);
    mxd_error_free(error);
}

static void deployment(const mxd_client *client) {
    char *json = NULL, deployment[1024];
    mxd_error *error = NULL;
    snprintf(deployment, sizeof deployment, "{\"app_id\": \"calc\", \"mode\": \"Test\", \"package\": \"%s\"}",
             getenv("MENDIX_DEPLOY_TEST_PACKAGE"));
    WORKS(mxd_deploy(client, deployment, NULL, NULL, &json, &error));
    VALUE("outcome", "deployed");
    VALUE("before/status", "Stopped");
    VALUE("after/model_version", "1.2.0.254");
    VALUE("downtime_ms", "null");
    VALUE("steps/0/name", "backup");
    VALUE("steps/0/status", "skipped");
    VALUE("steps/0/reason", "it is not a production environment");
    DONE();
    FAILS(mxd_resume_deploy(client, "/nowhere/at/all", NULL, NULL, &json, &error), MXD_IO);
    CHECK_TEXT(mxd_error_operation(error), "resume_deploy");
    CHECK(mxd_error_report(error) == NULL);
    mxd_error_free(error);
}

struct pieces {
    const char *at;
    size_t left;
    int64_t bad_answer;
};

/* Up to 100 bytes at a time, or a wrong answer. */
static int64_t next_piece(void *user_data, uint8_t *buffer, size_t capacity) {
    struct pieces *pieces = user_data;
    size_t size = pieces->left < 100 ? pieces->left : 100;
    if (pieces->bad_answer != 0) {
        return pieces->bad_answer;
    }
    size = size < capacity ? size : capacity;
    memcpy(buffer, pieces->at, size);
    pieces->at += size;
    pieces->left -= size;
    return (int64_t)size;
}

static void package_in_pieces(const mxd_client *client) {
    static const int64_t bad_answers[] = {-1, INT64_MIN, INT64_MAX};
    char id[64], data[4096];
    FILE *file = fopen(getenv("MENDIX_DEPLOY_TEST_PACKAGE"), "rb");
    size_t size = file ? fread(data, 1, sizeof data, file) : 0, i;
    struct pieces pieces = {data, size, 0};
    int before = sim_count("effects", "upload_package");
    CHECK(file != NULL && fclose(file) == 0);
    WORKS(mxd_upload_package_reader(client, "calc", next_piece, size, "pieces.mda", NULL, &pieces, &json, &error));
    snprintf(id, sizeof id, "%s", at(json, "PackageId"));
    DONE();
    WORKS(mxd_transport_package(client, "calc", "Test", id, &error));
    WORKS(mxd_get_environment_package(client, "calc", "Test", &json, &error));
    VALUE("Name", "pieces.mda");
    VALUE("Version", "1.2.0.254");
    DONE();
    for (i = 0; i < sizeof bad_answers / sizeof *bad_answers; i++) {
        pieces.bad_answer = bad_answers[i];
        FAILS(mxd_upload_package_reader(client, "calc", next_piece, size, "x", NULL, &pieces, &json, &error), MXD_IO);
        mxd_error_free(error);
    }
    pieces.bad_answer = 0; /* and at its end already */
    FAILS(mxd_upload_package_reader(client, "calc", next_piece, size, "x", NULL, &pieces, &json, &error), MXD_IO);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_INCOMPLETE);
    mxd_error_free(error);
    CHECK(sim_count("effects", "upload_package") == before + 1);
}

static void stopping_and_starting(const mxd_client *client) {
    char job[64];
    WORKS(mxd_stop_environment(client, "calc", "Acceptance", &error));
    WORKS(
        mxd_wait_for_status(client, "calc", "Acceptance", "Stopped", MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("Status", "Stopped");
    DONE();
    sim_do("PATCH", "state", "{\"options\": {\"start_ms\": 60000}}"); /* until it is told to go on */
    WORKS(mxd_start_environment(client, "calc", "Acceptance", 1, &json, &error));
    CHECK(at(json, "JobId") != NULL);
    snprintf(job, sizeof job, "%s", at(json, "JobId"));
    DONE();
    WORKS(mxd_get_start_status(client, "calc", "Acceptance", job, &json, &error));
    VALUE("Status", "Starting");
    DONE();
    sim_do("POST", "advance", "{\"ms\": 60000}");
    WORKS(mxd_wait_for_start(client, "calc", "Acceptance", job, 30000, NULL, NULL, &json, &error));
    VALUE("Status", "Started");
    DONE();
    WORKS(mxd_clean_environment(client, "calc", "Test", &json, &error));
    CHECK(count(json) >= 0);
    DONE();
}

static void settings(const mxd_client *client) {
    WORKS(mxd_get_environment_settings(client, "calc", "Test", &json, &error));
    CHECK(count(at(json, "Constants")) == 2);
    VALUE("Constants/0/Name", "MyFirstModule.BooleanConstant");
    VALUE("Constants/0/Value", "false");
    VALUE("CustomSettings/0/Name", "SessionTimeout");
    VALUE("ScheduledEvents/0/Value", "Disabled");
    DONE();
    WORKS(mxd_set_environment_settings(
        client, "calc", "Test",
        "{\"Constants\": [{\"Name\": \"MyFirstModule.BooleanConstant\", \"Value\": \"true\"}],"
        " \"ScheduledEvents\": [{\"Name\": \"MyFirstModule.Monitor_Scheduled_event\", \"Value\": \"Enabled\"}]}",
        &json, &error));
    VALUE("Constants/0/Value", "true");
    VALUE("ScheduledEvents/0/Value", "Enabled");
    DONE();
}

/* Settings are changed without a JSON library, and nothing of them is lost on the way. */
static void changed_settings(const mxd_client *client) {
    char *is, *next;
    WORKS(mxd_get_environment_settings(client, "calc", "Test", &is, &error));
    WORKS(mxd_settings_set_constant(is, "MyFirstModule.BooleanConstant", "false", &next, &error));
    mxd_string_free(is);
    WORKS(mxd_settings_set_custom_setting(next, "SessionTimeout", "1234", &is, &error));
    mxd_string_free(next);
    WORKS(mxd_settings_set_scheduled_event(is, "MyFirstModule.Monitor_Scheduled_event", 0, &next, &error));
    mxd_string_free(is);
    WORKS(mxd_set_environment_settings(client, "calc", "Test", next, &json, &error));
    mxd_string_free(next);
    CHECK(count(at(json, "Constants")) == 2);
    VALUE("Constants/0/Value", "false");
    VALUE("CustomSettings/0/Value", "1234");
    VALUE("ScheduledEvents/0/Value", "Disabled");
    DONE();
}

static void backups(const mxd_client *client) {
    char made[64];
    WORKS(mxd_list_backups(client, "calc", "Acceptance", &json, &error));
    CHECK(count(json) == 2 && element("SnapshotID", BACKUP) >= 0);
    CHECK(element("CreatedOn", "1501855670000") >= 0 && element("State", "Completed") >= 0);
    DONE();
    WORKS(mxd_get_backup_links(client, "calc", "Acceptance", BACKUP, &json, &error));
    CHECK(strstr(at(json, "FilesOnly"), "signature=") && at(json, "DatabaseOnly") && at(json, "DatabaseAndFiles"));
    DONE();
    WORKS(mxd_create_backup(client, "calc", "Test", "a \"comment\"", &json, &error));
    VALUE("Comment", "a \"comment\"");
    snprintf(made, sizeof made, "%s", at(json, "SnapshotID"));
    DONE();
    WORKS(mxd_wait_for_backup(client, "calc", "Test", made, MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("SnapshotID", made);
    VALUE("State", "Completed");
    DONE();
    WORKS(mxd_resume_wait(client,
                          "{\"wait_for\": \"status\", \"app_id\": \"calc\", \"mode\": \"Production\", \"job_id\": null, \"status\": \"running\"}",
                          MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("Status", "Running");
    DONE();
    WORKS(mxd_create_backup(client, "calc", "Production", NULL, &json, &error));
    CHECK(at(json, "SnapshotID") != NULL && strcmp(at(json, "SnapshotID"), made) != 0);
    DONE();
    WORKS(mxd_restore_backup(client, "calc", "Test", "201703221355", &json, &error));
    VALUE("SnapshotID", "201703221355");
    DONE();
}

static void scaling_tags_and_logs(const mxd_client *client) {
    WORKS(mxd_scale_environment(client, "calc", "Acceptance", 2, 2048, &json, &error));
    VALUE("Instances", "2");
    VALUE("MemoryPerInstance", "2048");
    DONE();
    WORKS(mxd_create_environment_tag(client, "calc", "Acceptance", "europe \xe2\x82\xac", &json, &error));
    VALUE("Tag", "europe \xe2\x82\xac");
    DONE();
    WORKS(mxd_list_environment_tags(client, "calc", "Acceptance", &json, &error));
    CHECK(count(json) == 2 && element("Tag", "A") >= 0 && element("Tag", "europe \xe2\x82\xac") >= 0);
    DONE();
    WORKS(mxd_delete_environment_tag(client, "calc", "Acceptance", "A", &error));
    WORKS(mxd_list_environment_tags(client, "calc", "Acceptance", &json, &error));
    CHECK(count(json) == 1);
    DONE();
    WORKS(mxd_get_archived_logs(client, "calc", "Acceptance", "2018-08-10", &json, &error));
    VALUE("Date", "1533859200000");
    CHECK(strncmp(at(json, "DownloadUrl"), "http://", 7) == 0);
    DONE();
}

static int leave_directory(void *user_data, uint64_t done, uint64_t total) {
    (void)user_data, (void)done, (void)total;
    return chdir("/");
}

/* A relative target is where it was when the call began. */
static void relative_downloads(const mxd_client *client, const char *path) {
    const char *name = strrchr(path, '/') + 1;
    char before[4096], directory[4096];
    CHECK(getcwd(before, sizeof before) != NULL);
    snprintf(directory, sizeof directory, "%.*s", (int)(name - path), path);
    CHECK(chdir(directory) == 0);
    WORKS(mxd_download_backup(client, "calc", "Acceptance", BACKUP, MXD_BACKUP_FILES_ONLY, name, leave_directory, NULL,
                              &json, &error));
    VALUE("path", path);
    DONE();
    FAILS(mxd_download_backup(client, "calc", "Acceptance", BACKUP, MXD_BACKUP_FILES_ONLY, "missing/x", NULL, NULL,
                              &json, &error),
          MXD_IO);
    CHECK(strstr(mxd_error_message(error), "/missing/x cannot be written") != NULL);
    mxd_error_free(error);
    error = NULL;
    CHECK(chdir(before) == 0);
}

static void downloads(const mxd_client *client) {
    const char *path = big_file(0);
    FILE *file;
    WORKS(mxd_download_backup(client, "calc", "Acceptance", BACKUP, MXD_BACKUP_DATABASE_ONLY, path, NULL, NULL, &json,
                              &error));
    VALUE("path", path);
    VALUE("bytes", "65536");
    DONE();
    file = fopen(path, "rb");
    CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0 && ftell(file) == 65536);
    fclose(file);
    WORKS(mxd_download_archived_logs(client, "calc", "Acceptance", "2018-08-10", path, NULL, NULL, &json, &error));
    VALUE("bytes", "65536");
    DONE();
    WORKS(mxd_download_archived_access_logs(client, "calc", "Test", "2018-08-10", path, NULL, NULL, &json, &error));
    VALUE("path", path);
    DONE();
    relative_downloads(client, path);
}

#define PROJECT "fae5de74-69c2-4488-a4de-abf89daac63e"
#define ACCEPTANCE "38471410-861f-47e5-8efc-2f4b16f04005"
#define TEST "5a0c8a0e-4d4c-4a0f-9d0b-6a3f5f1f3c01"

static const char *kept(const char *name) {
    static char text[64];
    CHECK(at(json, name) != NULL);
    snprintf(text, sizeof text, "%s", at(json, name));
    DONE();
    return text;
}

/* Packages that are built, listed, downloaded and deleted; uploads with a job. */
static void packages_of_today(const mxd_client *client) {
    const char *id, *package = getenv("MENDIX_DEPLOY_TEST_PACKAGE");
    WORKS(mxd_build_package(client, "calc", "main", "77", "1.2.3", "nightly", &json, &error));
    id = kept("PackageId");
    WORKS(mxd_wait_for_package(client, "calc", id, MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("Status", "Succeeded");
    VALUE("Version", "1.2.3.77");
    VALUE("Description", "nightly");
    DONE();
    WORKS(mxd_list_packages(client, "calc", &json, &error));
    CHECK(element("PackageId", id) >= 0 && element("Version", "2.5.4.63") >= 0);
    DONE();
    WORKS(mxd_get_package_link(client, "calc", id, &json, &error));
    VALUE("TTL", "900");
    CHECK(strstr(at(json, "Location"), "signature=") != NULL);
    DONE();
    WORKS(mxd_download_package(client, "calc", id, big_file(0), NULL, NULL, &json, &error));
    VALUE("bytes", "4194304");
    DONE();
    WORKS(mxd_delete_package(client, "calc", id, &error));
    FAILS(mxd_get_package(client, "calc", id, &json, &error), MXD_NOT_FOUND);
    mxd_error_free(error);
    error = NULL;
    WORKS(mxd_upload_package_v2(client, "calc", package, "v2.mda", NULL, NULL, &json, &error));
    CHECK(at(json, "PackageId") != NULL);
    id = kept("JobId");
    WORKS(mxd_wait_for_upload(client, "calc", id, MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("Status", "Completed");
    DONE();
}

/* Snapshots, their archives, and restores. */
static void snapshots(const mxd_client *client) {
    char id[64];
    const char *other;
    WORKS(mxd_create_snapshot(client, PROJECT, ACCEPTANCE, "a \"comment\"", &json, &error));
    VALUE("comment", "a \"comment\"");
    VALUE("state", "Queued");
    snprintf(id, sizeof id, "%s", kept("snapshot_id"));
    WORKS(mxd_wait_for_snapshot(client, PROJECT, ACCEPTANCE, id, MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("state", "Completed");
    DONE();
    WORKS(mxd_list_snapshots(client, PROJECT, ACCEPTANCE, &json, &error));
    VALUE("0/snapshot_id", id);
    DONE();
    WORKS(mxd_update_snapshot(client, PROJECT, ACCEPTANCE, id, "keep", &json, &error));
    VALUE("comment", "keep");
    DONE();
    WORKS(mxd_create_archive(client, PROJECT, ACCEPTANCE, id, "database_only", &json, &error));
    CHECK(at(json, "url") == NULL);
    other = kept("archive_id");
    WORKS(mxd_wait_for_archive(client, PROJECT, ACCEPTANCE, id, other, MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    CHECK(strstr(at(json, "url"), "signature=") != NULL);
    DONE();
    WORKS(mxd_download_snapshot(client, PROJECT, ACCEPTANCE, id, "files_and_database", big_file(0), NULL, NULL, &json,
                                &error));
    VALUE("bytes", "65536");
    DONE();
    WORKS(mxd_restore_snapshot(client, PROJECT, TEST, id, 1, &json, &error));
    VALUE("target_environment_id", TEST);
    other = kept("restore_id");
    WORKS(mxd_wait_for_restore(client, PROJECT, TEST, other, MXD_DEFAULT_TIMEOUT, NULL, NULL, &json, &error));
    VALUE("state", "Completed");
    DONE();
    WORKS(mxd_delete_snapshot(client, PROJECT, ACCEPTANCE, id, &error));
}

void test_calls(void) {
    mxd_client *client = new_client();
    char *url;
    apps(client);
    environments(client);
    packages(client);
    inspected_packages();
    planned_deployment(client);
    deployment(client);
    sim_reset();
    package_in_pieces(client);
    stopping_and_starting(client);
    settings(client);
    changed_settings(client);
    backups(client);
    scaling_tags_and_logs(client);
    downloads(client);
    packages_of_today(client);
    snapshots(client);
    WORKS(mxd_client_base_url(client, &url, &error));
    CHECK_TEXT(url, simulator.url);
    mxd_string_free(url);
    mxd_client_free(client);
}
