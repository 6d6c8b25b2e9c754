//! `doctor`

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use mendix_deploy::{Client, Error, ErrorKind};
use serde::Serialize;

use crate::complete;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::printable;

const PROFILES: &str = "\
Find out what is wrong: credentials, name, proxy, TLS, and rights; nothing is changed

Profiles are in mendix-deploy/config.toml in the configuration folder (~/.config on Linux), which only its owner may read:

  [default]
  username = \"me@example.com\"
  api_key = \"…\"

  [work]
  credential_process = \"pass-mendix work\"   # writes {\"username\": …, \"api_key\": …}
  base_url = \"https://deploy.mendix.com\"    # may be left out
  ca_file = \"/etc/ssl/company.pem\"          # may be left out";

/// Find out what is wrong: credentials, name, proxy, TLS, and rights; nothing is changed
#[derive(Debug, Args)]
#[command(
    long_about = PROFILES,
    after_help = "\
Examples:
  mendix-deploy doctor
  mendix-deploy doctor --app calc --profile work"
)]
pub(crate) struct Doctor {
    /// Check the rights to this app alone; may be repeated
    #[arg(short, long = "app", value_name = "APP", add = ArgValueCompleter::new(complete::apps))]
    apps: Vec<String>,
}

/// One thing that was checked.
#[derive(Debug, Serialize)]
struct Check {
    what: String,
    ok: bool,
    found: String,
    advice: Option<String>,
}

impl Check {
    fn passed(what: impl Into<String>, found: impl Into<String>) -> Check {
        Check { what: what.into(), ok: true, found: found.into(), advice: None }
    }

    fn failed(what: impl Into<String>, error: &Error) -> Check {
        Check { what: what.into(), ok: false, found: error.to_string(), advice: advice(error) }
    }
}

impl Doctor {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let (client, source) = session.connect()?;
        let mut checks = vec![
            Check::passed("credentials", source.to_string()),
            Check::passed("server", client.base_url()),
            Check::passed("proxy", proxy()),
        ];
        let mut exit = Exit::Done;
        match client.list_apps() {
            Err(error) => {
                exit = Exit::of(&error);
                checks.push(Check::failed("connection", &error));
            }
            Ok(apps) => {
                checks.push(Check::passed(
                    "connection",
                    format!("connected; the account has {} apps", apps.len()),
                ));
                let ids = if self.apps.is_empty() {
                    apps.into_iter().map(|app| app.app_id).collect()
                } else {
                    self.apps
                };
                for app in ids {
                    exit = exit.worse(rights(client, &app, &mut checks));
                }
            }
        }
        session.console.show(&checks, |checks| text(checks))?;
        if exit == Exit::Done {
            return Ok(exit);
        }
        Err(Failure::Told(exit))
    }
}

/// The mode of the environment of a free app, to which nothing can be deployed by the API.
const FREE: &str = "Sandbox";

/// Whether the account may read what a deployment reads. Rights to change something show only when it is changed.
fn rights(client: &Client, app: &str, checks: &mut Vec<Check>) -> Exit {
    let environments = match client.list_environments(app) {
        Ok(environments) => environments,
        Err(error) => {
            checks.push(Check::failed(format!("{app}: environments"), &error));
            return Exit::of(&error);
        }
    };
    let mut exit = Exit::Done;
    for environment in environments {
        let mode = environment.mode.as_str();
        let what = |of: &str| format!("{app} {mode}: {of}");
        for (of, read) in [
            ("package", client.get_environment_package(app, mode).map(drop)),
            ("settings", client.get_environment_settings(app, mode).map(drop)),
        ] {
            match read {
                Ok(()) => checks.push(Check::passed(what(of), "can be read")),
                // An environment without a package has neither.
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    checks.push(Check::passed(what(of), "there is none"));
                }
                Err(error) if error.kind() == ErrorKind::Forbidden && mode == FREE => {
                    checks.push(Check::passed(what(of), "not offered for a free app"));
                }
                Err(error) => {
                    exit = exit.worse(Exit::of(&error));
                    checks.push(Check::failed(what(of), &error));
                }
            }
        }
    }
    exit
}

fn advice(error: &Error) -> Option<String> {
    let advice = match error.kind() {
        ErrorKind::Unauthorized => {
            "create an API key in your profile in the Mendix portal, and check the username, which is an e-mail address"
        }
        ErrorKind::Forbidden => {
            "have a technical contact of the app give you API rights and the right to this environment (Environments, Permissions)"
        }
        ErrorKind::NotFound => "`mendix-deploy apps` lists the apps of this account",
        ErrorKind::Transport | ErrorKind::Timeout
            if error.to_string().to_lowercase().contains("certificate") =>
        {
            "a proxy of your company may sign with a certificate of its own: trust it with --ca-file"
        }
        ErrorKind::Transport | ErrorKind::Timeout => {
            "check the name of the server, the network, and HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
        }
        _ => return None,
    };
    Some(advice.to_owned())
}

/// The proxy that the environment names, without its credentials.
fn proxy() -> String {
    const NAMES: [&str; 6] =
        ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let set: Vec<&str> = NAMES
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        .collect();
    if set.is_empty() { "none".to_owned() } else { format!("of {}", set.join(", ")) }
}

fn text(checks: &[Check]) -> String {
    let line = |check: &Check| {
        let mark = if check.ok { "ok" } else { "FAILED" };
        let advice = check.advice.as_ref().map_or_else(String::new, |advice| format!("\n       {advice}"));
        format!("{mark:6} {}: {}{advice}", check.what, printable(&check.found))
    };
    checks.iter().map(line).collect::<Vec<_>>().join("\n")
}
