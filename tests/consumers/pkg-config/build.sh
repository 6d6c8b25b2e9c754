#!/bin/sh
# The programs of the README, through pkg-config: build.sh FOLDER-OF-TESTS [KIND…], with PKG_CONFIG_PATH set.
set -eu
ask=${PKG_CONFIG:-pkg-config}
tests=$1
shift
build() { # FLAG KIND WORDS-FOR-PKG-CONFIG
    cc -Wall -Wextra $1 "$tests/c/readme.c" $("$ask" --cflags --libs $3) -o "c_$2"
    "${CXX:-c++}" -std=c++17 -Wall -Wextra $1 "$tests/cpp/readme.cpp" $("$ask" --cflags --libs $3) -o "cpp_$2"
}
for kind in ${@:-shared static alone plugin}; do
    case $kind in
    shared) build "" shared mendix_deploy ;;
    static) build "" static mendix_deploy-static ;;
    alone)
        build -static alone mendix_deploy-static
        build -static alone "--static mendix_deploy"
        ;;
    plugin)
        plugin=$tests/consumers/plugin/plugin.c
        cc -Wall -Wextra -shared -fPIC "$plugin" $("$ask" --cflags --libs mendix_deploy-static) -o plugin.so
        # What the library by itself would do.
        words=$("$ask" --cflags --libs mendix_deploy-static | sed 's/-Wl,--exclude-libs,[^ ]*//')
        cc -shared -fPIC "$plugin" $words -o plugin_open.so
        ;;
    esac
done
