#!/bin/sh
# A simulator for tests: simulator.sh start FOLDER PROGRAM | run FOLDER COMMAND… | stop FOLDER
set -eu
action=$1 ready=$2/simulator.json process=$2/simulator.pid
shift 2

case $action in
start)
    # Of a run that was killed.
    rm -f "$ready"
    # ctest waits until nobody has its output any more.
    "$1" --keep-running --profile today >"$ready" 2>"$ready.log" </dev/null &
    echo $! >"$process"
    # It prints one line when it is ready.
    until grep -q url "$ready"; do
        kill -0 "$(cat "$process")" || { cat "$ready.log" >&2; exit 1; }
        sleep 0.1
    done
    ;;
run)
    field() { sed "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/" "$ready"; }
    MENDIX_DEPLOY_URL=$(field url) MENDIX_USERNAME=$(field username) MENDIX_API_KEY=$(field api_key)
    export MENDIX_DEPLOY_URL MENDIX_USERNAME MENDIX_API_KEY
    exec "$@"
    ;;
stop)
    kill "$(cat "$process")"
    ;;
esac
