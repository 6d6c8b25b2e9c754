/* The program under test: stops an environment. */
#include <stdio.h>

#include <mendix_deploy.h>

int main(int argc, char **argv) {
    mxd_config *config = NULL;
    mxd_client *client = NULL;
    mxd_error *error = NULL;
    mxd_status status;
    if (argc != 3) {
        fprintf(stderr, "usage: release APP MODE\n");
        return 2;
    }
    status = mxd_config_from_env(&config, &error);
    if (status == MXD_OK) status = mxd_client_new(config, &client, &error);
    if (status == MXD_OK) status = mxd_stop_environment(client, argv[1], argv[2], &error);
    if (status != MXD_OK) fprintf(stderr, "%s\n", mxd_error_text(error));
    mxd_error_free(error);
    mxd_client_free(client);
    mxd_config_free(config);
    return status == MXD_OK ? 0 : 1;
}
