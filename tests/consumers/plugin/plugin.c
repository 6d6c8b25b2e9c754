/* A plugin that has the static library in it. It exports one function, and nothing of the library. */
#include <mendix_deploy.h>

const char *plugin_version(void);

const char *plugin_version(void) {
    return mxd_version();
}
