#!/bin/sh
# Deploys the package of the night to all environments of some apps, unattended: nightly.sh FILE APP...
# Run again after a crash, it goes on. What is in place is left alone. MENDIX_USERNAME and MENDIX_API_KEY are in the environment.
set -u
file=$1 && shift
worst=0
for app in "$@"; do
    mendix-deploy backups create --app "$app" --mode Production --comment "before $file" || worst=$?
    mendix-deploy deploy --yes --app "$app" --all-environments --in-order "$file"
    code=$?
    case $code in
        0) ;;
        9) echo "$app: rolled back" >&2 && worst=$code ;;
        *) echo "$app: failed with exit code $code" >&2 && worst=$code ;;
    esac
done
exit "$worst"
