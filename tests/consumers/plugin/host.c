/* Loads a plugin and says which version of the library it has: host PLUGIN */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    const char *(*version)(void) = NULL;
    void *plugin = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    void *found = plugin != NULL ? dlsym(plugin, "plugin_version") : NULL;
    if (found == NULL) {
        const char *why = dlerror();
        fprintf(stderr, "%s\n", why != NULL ? why : "usage: host PLUGIN");
        return 1;
    }
    memcpy(&version, &found, sizeof version); /* ISO C has no cast from data to code */
    puts(version());
    return 0;
}
