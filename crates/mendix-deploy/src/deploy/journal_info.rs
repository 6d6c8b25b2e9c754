//! What a journal says, for whoever did not write it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::journal::Journal;
use super::{DeployPackage, Deployment};
use crate::deploy_report::{DeployOutcome, DeployStep};
use crate::{Error, Result};

/// What the journal of a deployment says: what is deployed, and how far it is. It has no values of constants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JournalInfo {
    /// The app.
    pub app_id: String,
    /// The environment.
    pub mode: String,
    /// The package, where it is a file: its absolute path.
    pub package: Option<PathBuf>,
    /// The package, where the app had it.
    pub package_id: Option<String>,
    /// The environment whose package is taken, where it is one.
    pub from_mode: Option<String>,
    /// When the deployment began.
    pub begun_at: Timestamp,
    /// How it ended; `None` where it has not: it runs, or its process ended before.
    pub outcome: Option<DeployOutcome>,
    /// The steps that are over.
    pub steps: Vec<DeployStep>,
}

impl JournalInfo {
    /// Reads a journal. It makes no call and changes nothing; the deployment may be running.
    ///
    /// # Errors
    ///
    /// `Io` when it cannot be read. `InvalidInput` when it is damaged, was written by another version, is empty, or is not a
    /// regular file.
    ///
    /// ```
    /// # fn main() -> mendix_deploy::Result<()> {
    /// use mendix_deploy::JournalInfo;
    /// # let folder = std::env::temp_dir();
    ///
    /// if let Ok(journal) = JournalInfo::read(folder.join("calc.journal"))
    ///     && journal.outcome.is_none()
    /// {
    ///     println!("{} of {}: to be resumed", journal.mode, journal.app_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn read(path: impl AsRef<Path>) -> Result<JournalInfo> {
        open(path.as_ref()).map(|(info, _)| info).map_err(|error| error.of_operation(OPERATION))
    }

    /// Reads a journal, and tells whether it is of this deployment: [`deploy`](crate::Client::deploy) takes only such a
    /// one.
    ///
    /// # Errors
    ///
    /// Those of [`read`](JournalInfo::read).
    pub fn read_for(path: impl AsRef<Path>, deployment: &Deployment) -> Result<(JournalInfo, bool)> {
        let read = || {
            let (info, of) = open(path.as_ref())?;
            Ok((info, of == deployment.absolute()?))
        };
        read().map_err(|error: Error| error.of_operation(OPERATION))
    }
}

const OPERATION: &str = "inspect_journal";

fn open(path: &Path) -> Result<(JournalInfo, Deployment)> {
    let journal = Journal::read(path)?;
    let Some(begin) = journal.begin() else {
        let problem = format!("the journal {} is empty: nothing was begun", path.display());
        return Err(Error::invalid_input(problem));
    };
    let (mut package, mut package_id, mut from_mode) = (None, None, None);
    match begin.deployment.package.clone() {
        DeployPackage::File(path) => package = Some(path),
        DeployPackage::Id(id) => package_id = Some(id),
        DeployPackage::FromMode(mode) => from_mode = Some(mode),
    }
    let info = JournalInfo {
        app_id: begin.deployment.app_id.clone(),
        mode: begin.deployment.mode.clone(),
        package,
        package_id,
        from_mode,
        // In milliseconds, as the times of steps are: it is not after the first of them.
        begun_at: Timestamp::from_millisecond(begin.at.as_millisecond()).unwrap_or(begin.at),
        outcome: journal.finished().map(|(report, _)| report.outcome),
        steps: journal.steps(),
    };
    Ok((info, begin.deployment.clone()))
}
