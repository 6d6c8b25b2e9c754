//! `transport`

use clap::Args;
use serde_json::json;

use crate::arguments::Targets;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::targets::Effect;

/// Put a package on environments, which are stopped
///
/// `deploy` does this with all that belongs to it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy transport --app calc --mode Acceptance b3d14e53-2654-4534-b374-9179a69ef3cf")]
pub(crate) struct Transport {
    /// The package, by its identifier: see `mendix-deploy packages list`
    package_id: String,
    #[command(flatten)]
    targets: Targets,
}

impl Transport {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let package_id = &self.package_id;
        self.targets.run(
            session,
            Effect::Changes,
            |client, app_id, mode| {
                client.transport_package(app_id, mode, package_id)?;
                Ok(json!({"PackageId": package_id}))
            },
            |_| format!("has package {package_id}; it runs after the next start"),
        )
    }
}
