/* The library that was linked is that of the headers. */
#include <stdio.h>
#include <string.h>

#include <mendix_deploy.h>

int main(void) {
    puts(mxd_version());
    return strcmp(mxd_version(), MXD_VERSION_STRING) == 0 ? 0 : 1;
}
