/* Faults that the gates must catch. Without any it is a clean program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mendix_deploy.h"

static mxd_client *make_client(void) {
    mxd_config *config = mxd_config_new();
    mxd_client *client = NULL;
    mxd_config_set_credentials(config, "me", "key", NULL);
    mxd_client_new(config, &client, NULL);
    mxd_config_free(config);
    return client;
}

/* In a frame of its own, so that nothing of it is left behind where a leak checker looks. */
static int use(void) {
    mxd_client *client = make_client();
    char *url = NULL;
    if (mxd_client_base_url(client, &url, NULL) != MXD_OK) {
        return 2;
    }
#ifdef PLANT_PANIC
    {
        mxd_error *error = NULL;
        char *json = NULL;
        if (mxd_list_apps(client, &json, &error) != MXD_INTERNAL || mxd_error_status(error) != MXD_INTERNAL ||
            json != NULL) {
            return 3;
        }
        puts(mxd_error_text(error));
        mxd_error_free(error);
    }
#endif
#ifdef PLANT_OVERFLOW
    if (url[strlen(url) + 1] == 'x') {
        puts("?");
    }
#endif
#ifdef PLANT_USE_AFTER_FREE
    mxd_string_free(url);
    puts(url);
    url = NULL;
#endif
#ifdef PLANT_LEAK
    url = NULL;
#endif
#ifdef PLANT_LOST_HANDLE
    client = NULL;
#endif
    mxd_string_free(url);
    mxd_client_free(client);
    return 0;
}

static int overwrite_the_stack(void) {
    volatile char rest[65536];
    size_t i;
    for (i = 0; i < sizeof rest; i++) {
        rest[i] = 0;
    }
    return rest[0];
}

int main(void) {
    int (*volatile never_inlined)(void) = use;
    int result = never_inlined();
    never_inlined = overwrite_the_stack;
    return result + never_inlined();
}
