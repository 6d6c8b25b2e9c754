#!/bin/sh
# The programs of the README, through pkg-config: build.sh FOLDER-OF-TESTS, with PKG_CONFIG_PATH set.
set -eu
ask=${PKG_CONFIG:-pkg-config}
build() { # FOLDER-OF-TESTS FLAG KIND WORDS-FOR-PKG-CONFIG
    cc -Wall -Wextra $2 "$1/c/readme.c" $("$ask" --cflags --libs $4) -o "c_$3"
    "${CXX:-c++}" -std=c++17 -Wall -Wextra $2 "$1/cpp/readme.cpp" $("$ask" --cflags --libs $4) -o "cpp_$3"
}
build "$1" "" shared mendix_deploy
build "$1" "" static mendix_deploy-static
build "$1" -static alone mendix_deploy-static
build "$1" -static alone "--static mendix_deploy"
