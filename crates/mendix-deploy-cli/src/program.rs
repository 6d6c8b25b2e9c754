//! The whole of the arguments.

use clap::Parser;

use crate::arguments::Global;
use crate::commands::Command;

/// Deploys to the Mendix Cloud, and does what else its Deploy API offers.
#[derive(Debug, Parser)]
#[command(
    name = "mendix-deploy",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  mendix-deploy deploy --app calc --mode Acceptance calc.mda
  mendix-deploy status --app calc --all-environments
  mendix-deploy logs --app calc --mode Production --follow

Credentials come from MENDIX_USERNAME and MENDIX_API_KEY, or from a profile: see `mendix-deploy doctor --help`.",
    after_long_help = EXIT_CODES
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Examples:
  mendix-deploy deploy --app calc --mode Acceptance calc.mda
  mendix-deploy status --app calc --all-environments
  mendix-deploy logs --app calc --mode Production --follow

Credentials:
  1. the profile that --profile or MENDIX_DEPLOY_PROFILE names
  2. MENDIX_USERNAME and MENDIX_API_KEY
  3. the profile `default`
  Profiles are in mendix-deploy/config.toml in the configuration folder; see `mendix-deploy doctor --help`.

Exit codes:
    0  done, or nothing was to do
    1  failed; nothing was changed
    2  invalid arguments, profile or file; nothing was sent
    3  there are changes, with --detailed-exitcode
    4  the credentials were refused, or lack the right
    5  the app, the environment, or what else was named does not exist
    6  the state does not allow it now, or another deployment is running
    7  a wait reached its time limit, and can be resumed
    8  a change was sent, and its response was lost: check before you repeat it
    9  the deployment failed, and what ran before runs again
   10  the deployment failed, and not everything is as it was before
  130  ended by Ctrl-C
  143  ended by SIGTERM
  Of several environments, the worst counts.

Environment variables:
  MENDIX_USERNAME, MENDIX_API_KEY   credentials
  MENDIX_DEPLOY_URL                 another server than https://deploy.mendix.com
  MENDIX_DEPLOY_PROFILE             a profile, as --profile
  HTTPS_PROXY, NO_PROXY, …          the proxy
  NO_COLOR, CLICOLOR, CI, TERM      colours and bars";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::exit::Exit;

    #[test]
    fn the_arguments_are_declared_soundly() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_help_names_every_exit_code() {
        for exit in Exit::ALL {
            assert!(EXIT_CODES.contains(&format!("{:>5}  {}\n", exit.code(), exit.meaning())), "{exit:?}");
        }
    }
}
