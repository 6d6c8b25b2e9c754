//! How a deployment is run, and who is notified of its steps.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::deploy_report::DeployStep;
use crate::transfer::Progress;
use crate::wait::DEFAULT_WAIT_TIMEOUT;
use crate::{Error, Result};

type OnStep<'a> = Box<dyn FnMut(&DeployStep) -> ControlFlow<()> + 'a>;
type OnProgress<'a> = Box<dyn FnMut(Progress) -> ControlFlow<()> + 'a>;

/// How [`Client::deploy`](crate::Client::deploy) runs: where its journal and its lease are, how long a step may take, and who
/// is notified.
#[must_use]
pub struct DeployOptions<'a> {
    pub(super) journal: Option<PathBuf>,
    pub(super) lease: Option<PathBuf>,
    pub(super) step_timeout: Duration,
    pub(super) on_step: Option<OnStep<'a>>,
    pub(super) on_progress: Option<OnProgress<'a>>,
}

impl Default for DeployOptions<'_> {
    fn default() -> Self {
        DeployOptions {
            journal: None,
            lease: None,
            step_timeout: DEFAULT_WAIT_TIMEOUT,
            on_step: None,
            on_progress: None,
        }
    }
}

impl<'a> DeployOptions<'a> {
    /// The default options: no journal, no lease, 15 minutes for each step.
    pub fn new() -> DeployOptions<'a> {
        DeployOptions::default()
    }

    /// Records the deployment in this file, so that [`resume_deploy`](crate::Client::resume_deploy) can continue it after a
    /// crash.
    ///
    /// The folder must exist. The file can be read by its owner only: it contains the values of constants and settings. It
    /// contains neither the API key nor a signed link.
    pub fn journal(mut self, path: impl Into<PathBuf>) -> DeployOptions<'a> {
        self.journal = Some(path.into());
        self
    }

    /// Holds a lock on this file while the deployment runs. A second deployment with the same file ends at once with
    /// `Conflict`.
    ///
    /// The lock is advisory: it protects only against those who use the same file, on the same machine or a file system
    /// that shares locks. It ends with the process.
    pub fn lease(mut self, path: impl Into<PathBuf>) -> DeployOptions<'a> {
        self.lease = Some(path.into());
        self
    }

    /// Sets how long each step may take, with its waits and its retries; 15 minutes by default.
    ///
    /// An upload may take longer as long as it makes progress, and so may looking for the effect of a change whose response
    /// was lost.
    pub fn step_timeout(mut self, timeout: Duration) -> DeployOptions<'a> {
        self.step_timeout = timeout;
        self
    }

    /// Notifies `observer` when a step begins and when it has ended, on the thread of the call.
    ///
    /// When it returns [`ControlFlow::Break`], the deployment ends there with `Cancelled`. Its journal is complete, and
    /// [`resume_deploy`](crate::Client::resume_deploy) continues it.
    pub fn on_step(mut self, observer: impl FnMut(&DeployStep) -> ControlFlow<()> + 'a) -> DeployOptions<'a> {
        self.on_step = Some(Box::new(observer));
        self
    }

    /// Notifies `observer` of the progress of the upload, on the thread of the call.
    pub fn on_progress(
        mut self,
        observer: impl FnMut(Progress) -> ControlFlow<()> + 'a,
    ) -> DeployOptions<'a> {
        self.on_progress = Some(Box::new(observer));
        self
    }

    /// The path of the journal, where there is one.
    #[must_use]
    pub fn journal_path(&self) -> Option<&Path> {
        self.journal.as_deref()
    }

    /// Refuses a time that no step can keep to.
    pub(super) fn check(&self) -> Result<()> {
        if self.step_timeout.is_zero() {
            return Err(Error::invalid_input("step_timeout is 0; expected a positive time"));
        }
        Ok(())
    }
}

impl fmt::Debug for DeployOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeployOptions")
            .field("journal", &self.journal)
            .field("lease", &self.lease)
            .field("step_timeout", &self.step_timeout)
            .finish_non_exhaustive()
    }
}
