# The commands that README.md and docs/command-line.md show, as a test runs them: in a folder with calc.mda, release.mda and
# settings.toml, against a simulator with the apps calc and shop.
set -eu

# Ends what would go on for ever.
mendix-deploy() {
    case "$*" in
    *--follow*) timeout --signal INT 2 mendix-deploy "$@" || test $? -eq 124 ;;
    *) command mendix-deploy "$@" ;;
    esac
}

mendix-deploy deploy --app calc --mode Acceptance calc.mda    # shows the plan, and asks on a terminal
mendix-deploy status --app calc --all-environments
mendix-deploy logs --app calc --mode Production --level error

mendix-deploy deploy --app calc --mode Acceptance calc.mda

mendix-deploy deploy --app calc --mode Production --from-mode Acceptance --yes

mendix-deploy deploy --app calc --app shop --mode Test --mode Acceptance --in-order --yes release.mda

mendix-deploy backups create --app calc --mode Production --comment "nightly $(date -I)"
mendix-deploy backups download --app calc --mode Production --latest "calc-$(date -I).backup"

mendix-deploy logs --app calc --mode Production --level error
mendix-deploy logs --app calc --mode Production --date yesterday --after 02:00 --before 03:00
mendix-deploy logs --app calc --mode Production --follow

mendix-deploy settings diff --app calc --mode Acceptance settings.toml
mendix-deploy settings apply --app calc --mode Acceptance settings.toml
mendix-deploy restart --app calc --mode Acceptance

mendix-deploy resume                                # what can be resumed

mendix-deploy completions bash > ~/.local/share/bash-completion/completions/mendix-deploy
mendix-deploy man --folder ~/.local/share/man/man1
