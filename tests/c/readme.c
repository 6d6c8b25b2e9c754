/* Deploys a package: readme '{"app_id": "calc", "mode": "Acceptance", "package": "calc.mda"}' */
#include <stdio.h>

#include <mendix_deploy.h>

static int show(void *user_data, const char *text) {
    mxd_json *step = NULL;
    const char *name, *status; /* belong to `step` */
    (void)user_data;
    if (mxd_json_parse(text, &step, NULL) == MXD_OK && mxd_json_string(step, "name", &name, NULL) == MXD_OK &&
        mxd_json_string(step, "status", &status, NULL) == MXD_OK) {
        printf("%s: %s\n", name, status);
    }
    mxd_json_free(step);
    return 0; /* anything else ends the deployment, to be resumed */
}

static mxd_status deploy(const char *deployment, mxd_error **error) {
    mxd_config *config = NULL;
    mxd_client *client = NULL;
    char *report = NULL;
    mxd_status status = mxd_config_from_env(&config, error); /* MENDIX_USERNAME, MENDIX_API_KEY */
    if (status == MXD_OK) status = mxd_client_new(config, &client, error);
    if (status == MXD_OK) status = mxd_deploy(client, deployment, show, NULL, &report, error);
    if (status == MXD_OK) printf("%s\n", report);
    mxd_string_free(report);
    mxd_client_free(client);
    mxd_config_free(config);
    return status;
}

int main(int argc, char **argv) {
    mxd_error *error = NULL;
    mxd_status status;
    if (argc != 2) {
        fprintf(stderr, "usage: readme DEPLOYMENT\n");
        return 2;
    }
    status = deploy(argv[1], &error);
    if (status == MXD_DEPLOY_FAILED) printf("%s\n", mxd_error_report(error));
    if (status != MXD_OK) fprintf(stderr, "%s\n", mxd_error_text(error));
    mxd_error_free(error);
    return status == MXD_OK ? 0 : 1;
}
