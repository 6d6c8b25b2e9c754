#!/bin/sh
# The environment is stopped, and the response is lost: the program succeeds, and stopped it once.
set -eu
sim=$MENDIX_DEPLOY_URL/_sim
effects() {
    curl --fail --silent --show-error "$sim/accounting" | tr -d ' \n' |
        sed -n 's/.*"effects":{[^}]*"stop_environment":\([0-9]*\).*/\1/p'
}

before=$(effects)
patch='{"apps": {"calc": {"environments": {"Test": {"status": "Running"}}}}}'
curl --fail --silent --show-error --output /dev/null -X PATCH -d "$patch" "$sim/state"

fault='{"call": "stop_environment", "kind": "close", "after_effect": true}'
curl --fail --silent --show-error --output /dev/null -d "$fault" "$sim/faults"
"$1" calc Test

after=$(effects)
test "${after:-0}" -eq $((${before:-0} + 1))
test "$(curl --fail --silent --show-error "$sim/faults/unused")" = "[]"
