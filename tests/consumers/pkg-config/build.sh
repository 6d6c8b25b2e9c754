#!/bin/sh
# The programs of the README, through pkg-config: build.sh FOLDER-OF-TESTS, with PKG_CONFIG_PATH set.
set -eu
ask=${PKG_CONFIG:-pkg-config}
for kind in shared static; do
    package=mendix_deploy
    [ $kind = shared ] || package=mendix_deploy-static
    cc -Wall -Wextra "$1/c/readme.c" $("$ask" --cflags --libs $package) -o c_$kind
    "${CXX:-c++}" -std=c++17 -Wall -Wextra "$1/cpp/readme.cpp" $("$ask" --cflags --libs $package) -o cpp_$kind
done
