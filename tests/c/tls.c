/* TLS: what is trusted, and what is said when it is not. */
#include "suite.h"

static mxd_error *error;

/* A client of the simulator that speaks TLS. `ca_file` may be NULL. */
static mxd_status make(const struct simulator *tls, const char *ca_file, mxd_client **client) {
    mxd_config *config = mxd_config_new();
    mxd_status status;
    WORKS(mxd_config_set_credentials(config, tls->username, tls->api_key, &error));
    WORKS(mxd_config_set_base_url(config, tls->url, &error));
    if (ca_file != NULL) {
        WORKS(mxd_config_set_ca_file(config, ca_file, &error));
    }
    status = mxd_client_new(config, client, &error);
    mxd_config_free(config);
    return status;
}

void test_tls(void) {
    struct simulator tls;
    mxd_client *client = NULL;
    char *json = NULL;
    const char *package = getenv("MENDIX_DEPLOY_TEST_PACKAGE");
    tls_simulator_start(&tls);

    WORKS(make(&tls, tls.ca_file, &client));
    WORKS(mxd_get_app(client, tls.app_id, &json, &error));
    CHECK_TEXT(at(json, "AppId"), tls.app_id);
    mxd_string_free(json);
    WORKS(mxd_stop_environment(client, tls.app_id, "Acceptance", &error));
    WORKS(mxd_upload_package(client, tls.app_id, package, NULL, NULL, NULL, &json, &error));
    mxd_string_free(json);
    mxd_client_free(client);

    /* Nobody else knows this authority. */
    WORKS(make(&tls, NULL, &client));
    FAILS(mxd_get_app(client, tls.app_id, &json, &error), MXD_TRANSPORT);
    CHECK(mxd_error_evidence(error) == MXD_EVIDENCE_NOT_SENT);
    CHECK(strstr(mxd_error_message(error), "TLS") != NULL);
    CHECK(strstr(mxd_error_hint(error), "ca_file") != NULL);
    mxd_error_free(error);
    mxd_client_free(client);

    FAILS(make(&tls, "/nowhere/ca.pem", &client), MXD_IO);
    CHECK(client == NULL);
    mxd_error_free(error);
    FAILS(make(&tls, package, &client), MXD_INVALID_INPUT);
    mxd_error_free(error);
    tls_simulator_stop();
}
