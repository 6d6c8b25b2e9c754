//! `inspect`

use std::path::PathBuf;

use clap::{Args, ValueHint};
use mendix_deploy::PackageInfo;

use crate::exit::Exit;
use crate::failure::{Outcome, refuse_missing};
use crate::session::Session;
use crate::table::{or_dash, printable};

/// Show what a package file contains; nothing is sent
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mendix-deploy inspect calc.mda")]
pub(crate) struct Inspect {
    /// The package, a file
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
}

impl Inspect {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        refuse_missing("the package", &self.file)?;
        session.console.show(&PackageInfo::read(self.file)?, text)?;
        Ok(Exit::Done)
    }
}

fn text(info: &PackageInfo) -> String {
    let mut lines = vec![
        format!("model version: {}", or_dash(info.model_version.as_ref())),
        format!("Mendix version: {}", or_dash(info.runtime_version.as_ref())),
        format!("Java version: {}", or_dash(info.java_version.as_ref())),
        format!("project: {}", or_dash(info.project_id.as_ref())),
    ];
    for constant in info.constants.iter().flatten() {
        let default = constant
            .default_value
            .as_ref()
            .map_or("no default".to_owned(), |value| format!("default {value:?}"));
        lines.push(format!(
            "constant {} ({}): {default}",
            constant.name,
            or_dash(constant.data_type.as_ref())
        ));
    }
    for event in info.scheduled_events.iter().flatten() {
        lines.push(format!("scheduled event {}", event.name));
    }
    lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}
