/* Puts a deployment package on an environment: readme APP MODE FILE.mda */
#include <stdio.h>
#include <string.h>

#include <mendix_deploy.h>

/* A field of a flat JSON object. Your program has a JSON library for that. */
static const char *field(const char *json, const char *name, char *value, int size) {
    char pattern[64];
    const char *found;
    snprintf(pattern, sizeof pattern, "\"%s\":\"", name);
    found = strstr(json, pattern);
    found = found ? found + strlen(pattern) : "";
    snprintf(value, (size_t)size, "%.*s", (int)strcspn(found, "\""), found);
    return value;
}

static int show(void *user_data, const char *seen, uint64_t elapsed_ms) {
    (void)user_data;
    printf("%s after %u ms\n", seen, (unsigned)elapsed_ms);
    return 0; /* anything else ends the wait */
}

static mxd_status deploy(const mxd_client *client, const char *app, const char *mode, const char *file,
                         mxd_error **error) {
    char package[64], job[64], deployed[64], *json;
    mxd_status status;

    status = mxd_upload_package(client, app, file, NULL, NULL, NULL, &json, error);
    if (status != MXD_OK) return status;
    field(json, "PackageId", package, sizeof package);
    mxd_string_free(json);

    status = mxd_stop_environment(client, app, mode, error);
    if (status != MXD_OK) return status;
    status = mxd_wait_for_status(client, app, mode, "Stopped", MXD_DEFAULT_TIMEOUT, show, NULL, &json, error);
    if (status != MXD_OK) return status;
    mxd_string_free(json);

    status = mxd_transport_package(client, app, mode, package, error);
    if (status != MXD_OK) return status;

    status = mxd_start_environment(client, app, mode, 1, &json, error);
    if (status != MXD_OK) return status;
    field(json, "JobId", job, sizeof job);
    mxd_string_free(json);
    status = mxd_wait_for_start(client, app, mode, job, MXD_DEFAULT_TIMEOUT, show, NULL, &json, error);
    if (status != MXD_OK) return status;
    mxd_string_free(json);

    status = mxd_get_environment_package(client, app, mode, &json, error);
    if (status != MXD_OK) return status;
    printf("%s runs package %s\n", mode, field(json, "PackageId", deployed, sizeof deployed));
    mxd_string_free(json);
    return strcmp(package, deployed) == 0 ? MXD_OK : MXD_CONFLICT;
}

int main(int argc, char **argv) {
    mxd_config *config = NULL;
    mxd_client *client = NULL;
    mxd_error *error = NULL;
    mxd_status status;
    if (argc != 4) {
        fprintf(stderr, "usage: readme APP MODE FILE.mda\n");
        return 2;
    }
    status = mxd_config_from_env(&config, &error); /* MENDIX_USERNAME, MENDIX_API_KEY */
    if (status == MXD_OK) status = mxd_client_new(config, &client, &error);
    if (status == MXD_OK) status = deploy(client, argv[1], argv[2], argv[3], &error);
    if (status != MXD_OK) fprintf(stderr, "%s\n", error ? mxd_error_text(error) : "another package runs");
    mxd_error_free(error);
    mxd_client_free(client);
    mxd_config_free(config);
    return status == MXD_OK ? 0 : 1;
}
