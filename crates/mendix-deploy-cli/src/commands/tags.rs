//! `tags`

use clap::{Args, Subcommand};
use serde_json::json;

use crate::arguments::Targets;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;
use crate::table::printable;
use crate::targets::Effect;

/// List, add or remove tags of environments
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy tags list --app calc --all-environments
  mendix-deploy tags add --app calc --mode Acceptance europe")]
pub(crate) struct Tags {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the tags of environments
    #[command(after_help = "Examples:\n  mendix-deploy tags list --app calc --all-environments")]
    List {
        #[command(flatten)]
        targets: Targets,
    },
    /// Add a tag to environments
    #[command(after_help = "Examples:\n  mendix-deploy tags add --app calc --mode Acceptance europe")]
    Add {
        /// The tag
        tag: String,
        #[command(flatten)]
        targets: Targets,
    },
    /// Remove a tag from environments
    #[command(after_help = "Examples:\n  mendix-deploy tags remove --app calc --mode Acceptance europe")]
    Remove {
        /// The tag
        tag: String,
        #[command(flatten)]
        targets: Targets,
    },
}

impl Tags {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        match self.action {
            Action::List { targets } => targets.run(
                session,
                Effect::Reads,
                |client, app_id, mode| Ok(client.list_environment_tags(app_id, mode)?),
                |tags| tags.iter().map(|tag| printable(&tag.tag)).collect::<Vec<_>>().join("\n"),
            ),
            Action::Add { tag, targets } => targets.run(
                session,
                Effect::Changes,
                |client, app_id, mode| Ok(client.create_environment_tag(app_id, mode, &tag)?),
                |tag| format!("tagged {}", printable(&tag.tag)),
            ),
            Action::Remove { tag, targets } => targets.run(
                session,
                Effect::Changes,
                |client, app_id, mode| {
                    client.delete_environment_tag(app_id, mode, &tag)?;
                    Ok(json!({"Tag": tag}))
                },
                |_| format!("removed {}", printable(&tag)),
            ),
        }
    }
}
