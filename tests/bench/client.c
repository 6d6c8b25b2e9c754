/* The client in C: WORK COUNT URL [CA_FILE], as src/main.rs says. */
#include "measure.h"
#include "mendix_deploy.h"

static void expect(mxd_status status, mxd_error *error) {
    if (status != MXD_OK) {
        fprintf(stderr, "%s\n", mxd_error_text(error));
        exit(1);
    }
}

static void once(const mxd_client *client, const char *work) {
    mxd_error *error = NULL;
    char *json = NULL;
    if (strcmp(work, "get") == 0) {
        expect(mxd_list_environments(client, "calc", &json, &error), error);
    } else if (strcmp(work, "list") == 0) {
        expect(mxd_list_apps(client, &json, &error), error);
    } else if (strcmp(work, "settings") == 0) {
        char *settings = NULL;
        expect(mxd_get_environment_settings(client, "calc", "Acceptance", &settings, &error), error);
        expect(mxd_set_environment_settings(client, "calc", "Acceptance", settings, &json, &error), error);
        mxd_string_free(settings);
    } else {
        fprintf(stderr, "%s: expected get, list or settings\n", work);
        exit(1);
    }
    mxd_string_free(json);
}

int main(int argc, char **argv) {
    mxd_error *error = NULL;
    mxd_config *config = mxd_config_new();
    mxd_client *client = NULL;
    struct start start;
    long count, i, before;
    if (argc < 4) {
        fprintf(stderr, "expected: WORK COUNT URL [CA_FILE]\n");
        return 1;
    }
    count = atol(argv[2]);
    expect(mxd_config_set_credentials(config, "me@example.com", "26587896-1cef-4483-accf-ad304e2673d6", &error), error);
    expect(mxd_config_set_base_url(config, argv[3], &error), error);
    if (argc > 4) {
        expect(mxd_config_set_ca_file(config, argv[4], &error), error);
    }
    expect(mxd_client_new(config, &client, &error), error);
    mxd_config_free(config);
    if (strcmp(argv[1], "get") != 0) {
        once(client, "get");
    }
    before = peak_kib();
    once(client, argv[1]);
    start = begin(before);
    for (i = 0; i < count; i++) {
        once(client, argv[1]);
    }
    end(start, count);
    mxd_client_free(client);
    return 0;
}
