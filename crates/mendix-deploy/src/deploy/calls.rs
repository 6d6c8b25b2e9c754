//! The calls that run a deployment, and how one ends.

use std::cell::{Cell, RefCell};
use std::path::Path;

use super::found::{FileStamp, Found};
use super::goal::Now;
use super::journal::Journal;
use super::lock::{self, Lease};
use super::plan::{check, decide};
use super::record::{Begin, Failure, Record, Step, VERSION};
use super::rollback::Aftermath;
use super::steps::{Halt, Halting, Run, while_it_passes};
use super::unchanged::{in_place, of_another, unchanged};
use super::{DeployOptions, DeployPlan, Deployment};
use crate::deploy_report::{DeployOutcome, DeployReport, DeployedState, StepStatus};
use crate::retry::{Budget, Work, is_retryable};
use crate::{Client, Error, Result};

impl Client {
    /// Decides what a deployment would do, with GETs only.
    ///
    /// A package that is on the environment already is not transported again. But that it is there does not prove that it
    /// runs: the environment is restarted all the same.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when the package is not one, or when a constant or scheduled event that is wanted is neither in the
    /// package nor on the environment, or a value does not fit its type. `NotFound` when the environment or its package is
    /// not there; those of [`get_environment`](Client::get_environment),
    /// [`get_environment_package`](Client::get_environment_package) and
    /// [`get_environment_settings`](Client::get_environment_settings).
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{DeployPackage, Deployment};
    ///
    /// let package = DeployPackage::File("calc_1.0.0.45.mda".into());
    /// let plan = client.plan_deploy(&Deployment::new("calc", "Acceptance", package))?;
    /// println!("{plan}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn plan_deploy(&self, deployment: &Deployment) -> Result<DeployPlan> {
        self.plan_deploy_with(deployment, None)
    }

    /// Decides what a deployment with this journal would do, with GETs only.
    ///
    /// A journal that says that the package was deployed proves that it runs, as long as the environment is as the journal
    /// says. Then nothing is to be done: every step is skipped. A journal that does not exist proves nothing.
    ///
    /// # Errors
    ///
    /// Those of [`plan_deploy`](Client::plan_deploy), and those of [`deploy`](Client::deploy) about the journal.
    pub fn plan_deploy_with<'a>(
        &self,
        deployment: &Deployment,
        journal: impl Into<Option<&'a Path>>,
    ) -> Result<DeployPlan> {
        const OPERATION: &str = "plan_deploy";
        let plan = || {
            let deployment = deployment.absolute()?;
            check(&deployment)?;
            let found = Found::read(self, &deployment, OPERATION)?;
            if let Some(path) = journal.into().filter(|path| path.exists()) {
                let journal = Journal::open(path, false)?;
                if let Some(plan) = in_place(&journal, &deployment, &found)? {
                    return Ok(plan);
                }
            }
            decide(&deployment, &found)
        };
        plan().map_err(|error| error.of_operation(OPERATION))
    }

    /// Deploys a package: this package runs on that environment, with these settings; and if not, what ran before runs
    /// again.
    ///
    /// The steps: backup, upload, stop, transport, settings, scale, start, confirm. Those that are not needed are skipped.
    /// After a failure from the stop on, what was changed is put back, by the policy of the deployment. An outage is waited
    /// for, as long as a step may take. Nothing that the service may have done already is sent a second time.
    ///
    /// With a [`journal`](DeployOptions::journal) a deployment survives a crash: the same call continues it, and so does
    /// [`resume_deploy`](Client::resume_deploy). When it was deployed and the environment is still so, no change is sent, and
    /// the outcome is [`Unchanged`](DeployOutcome::Unchanged).
    ///
    /// # Errors
    ///
    /// Those of [`plan_deploy`](Client::plan_deploy), and nothing is changed. `Conflict` when the lease or the journal is held
    /// by another process; `InvalidInput` for the journal of another deployment, or a damaged one; `Io` when it cannot be
    /// written. `DeployFailed` with the [`report`](Error::report) when a step failed: its text says what state the
    /// environment is in, and its source is the error of the step. `Cancelled` when the token or an observer ends it:
    /// everything is left as it is, to be resumed.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::{DeployOptions, DeployPackage, Deployment};
    ///
    /// let deployment = Deployment::new("calc", "Acceptance", DeployPackage::File("calc_1.0.0.45.mda".into()));
    /// let report = client.deploy(&deployment, DeployOptions::new().journal("calc-1.0.0.45.journal"))?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn deploy(&self, deployment: &Deployment, options: DeployOptions<'_>) -> Result<DeployReport> {
        const OPERATION: &str = "deploy";
        self.deploy_as(OPERATION, deployment, options).map_err(|error| error.of_operation(OPERATION))
    }

    /// Continues a deployment from its journal: one that was cancelled, or whose process ended.
    ///
    /// Where it is not known whether a change took effect, the state of the environment decides. One that has ended is not
    /// run again: its report is returned, or its error, and nothing is sent. The lease, and the time of a step, are those of
    /// the first call; of `options`, the observers are used.
    ///
    /// # Errors
    ///
    /// Those of [`deploy`](Client::deploy). `Io` when there is no such journal.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// use mendix_deploy::DeployOptions;
    ///
    /// let report = client.resume_deploy("calc-1.0.0.45.journal", DeployOptions::new())?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_deploy(
        &self,
        journal: impl AsRef<Path>,
        options: DeployOptions<'_>,
    ) -> Result<DeployReport> {
        const OPERATION: &str = "resume_deploy";
        self.resume_as(OPERATION, journal.as_ref(), options).map_err(|error| error.of_operation(OPERATION))
    }

    fn deploy_as(
        &self,
        operation: &'static str,
        deployment: &Deployment,
        mut options: DeployOptions<'_>,
    ) -> Result<DeployReport> {
        options.check()?;
        let deployment = deployment.absolute()?;
        check(&deployment)?;
        let lease = options.lease.as_deref().map(|path| lock::absolute(path, "lease")).transpose()?;
        let mut held = lease.as_deref().map(Lease::take).transpose()?;
        let mut journal = match &options.journal {
            Some(path) => Journal::open(path, true)?,
            None => Journal::in_memory(),
        };
        if let Some(begin) = journal.begin() {
            if begin.deployment != deployment {
                return Err(of_another(&journal, begin));
            }
            let is_current = begin.before.file == FileStamp::of_package(&deployment.package);
            if journal.finished().is_none() && (is_current || journal.has_changes()) {
                let begin = begin.clone();
                let mut run = Run::new(self, operation, options, journal, begin, held);
                let report = run.run()?;
                if is_current {
                    return Ok(report);
                }
                // The file is another one by now, which is deployed next.
                Run { journal, _lease: held, .. } = run;
                options = run.options.into_inner();
            }
        }
        let budget = Budget::new(self.clock(), options.step_timeout);
        let passes = |error: &Error| is_retryable(Work::Wait, error);
        let found = while_it_passes(self, operation, budget, passes, |client| {
            Found::read(client, &deployment, operation)
        })?;
        if let Some(plan) = in_place(&journal, &deployment, &found)? {
            return Ok(unchanged(plan, self.clock().timestamp()));
        }
        let begin = Begin {
            version: VERSION,
            id: new_id(),
            at: self.clock().timestamp(),
            plan: decide(&deployment, &found)?,
            deployment,
            lease,
            step_timeout_ms: u64::try_from(options.step_timeout.as_millis()).unwrap_or(u64::MAX),
            before: found.before(),
        };
        journal.write(Record::Begin(Box::new(begin.clone())))?;
        Run::new(self, operation, options, journal, begin, held).run()
    }

    fn resume_as(
        &self,
        operation: &'static str,
        path: &Path,
        mut options: DeployOptions<'_>,
    ) -> Result<DeployReport> {
        let journal = Journal::open(path, false)?;
        let Some(begin) = journal.begin().cloned() else {
            let problem = format!("the journal {} is empty: nothing was begun", path.display());
            return Err(Error::invalid_input(problem).with_hint("deploy with it instead of resuming"));
        };
        if let Some((report, failure)) = journal.finished() {
            return match failure {
                None => Ok(report.clone()),
                Some(failure) => Err(failed(operation, report.clone(), failure.to_error())),
            };
        }
        let held = begin.lease.as_deref().map(Lease::take).transpose()?;
        options.step_timeout = std::time::Duration::from_millis(begin.step_timeout_ms);
        Run::new(self, operation, options, journal, begin, held).run()
    }
}

/// Marks one deployment.
fn new_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

impl<'a, 'o> Run<'a, 'o> {
    fn new(
        client: &'a Client,
        operation: &'static str,
        options: DeployOptions<'o>,
        journal: Journal,
        begin: Begin,
        lease: Option<Lease>,
    ) -> Run<'a, 'o> {
        let started = (client.clock().now(), client.clock().timestamp());
        Run {
            client,
            operation,
            options: RefCell::new(options),
            journal,
            begin,
            started,
            budget: Cell::new(None),
            is_rolling_back: false,
            _lease: lease,
        }
    }

    fn run(&mut self) -> Result<DeployReport> {
        let ended = match self.forward() {
            Ok(()) => self.succeeded(),
            Err(Halt::Failed(error)) => self.failed(error),
            Err(Halt::Left(error)) => Err(Halt::Left(error)),
        };
        ended.unwrap_or_else(|halt| match halt {
            Halt::Failed(error) | Halt::Left(error) => Err(self.left(error)),
        })
    }

    fn succeeded(&mut self) -> Halting<Result<DeployReport>> {
        let (app_id, mode) = self.target();
        let now = self.read(|client| Now::read(client, &app_id, &mode))?;
        let report = self.report(DeployOutcome::Deployed, now.state, Vec::new());
        self.write(Record::Finished { report: Box::new(report.clone()), failure: None })?;
        Ok(Ok(report))
    }

    fn failed(&mut self, error: Error) -> Halting<Result<DeployReport>> {
        self.is_rolling_back = true;
        let Aftermath { outcome, now, differences } = self.roll_back()?;
        let unknown = DeployedState { status: "unknown".to_owned(), ..DeployedState::default() };
        let after = now.map_or(unknown, |now| now.state);
        let report = self.report(outcome, after, differences);
        let failure = Failure::of(&error);
        self.write(Record::Finished { report: Box::new(report.clone()), failure: Some(failure) })?;
        Ok(Err(failed(self.operation, report, error)))
    }

    /// A deployment that is left as it is, and how it goes on.
    fn left(&self, error: Error) -> Error {
        let (_, mode) = self.target();
        let steps = self.journal.steps();
        let after = steps.iter().rev().find(|step| step.status == StepStatus::Done);
        let after = after.map_or("before its first step".to_owned(), |step| format!("after {}", step.name));
        let resume = match self.journal.path() {
            Some(path) => format!("resume it with resume_deploy({:?})", path.display().to_string()),
            None => format!("it has no journal to resume it from: check {mode} in the Mendix portal"),
        };
        let message = format!("{}: the deployment was left {after}; {resume}", error.message());
        error.described(message).with_operation(self.operation)
    }

    fn report(&self, outcome: DeployOutcome, after: DeployedState, differences: Vec<String>) -> DeployReport {
        let (app_id, mode) = self.target();
        let before = self.begin.before.state.clone();
        let is_rolled_back = outcome == DeployOutcome::RolledBack;
        let names = self.journal.upload_names();
        let orphans = names.iter().rev().skip(1).rev().map(|name| (*name).to_owned()).collect();
        DeployReport {
            app_id,
            mode,
            outcome,
            rolled_back_to: before.package_id.clone().filter(|_| is_rolled_back),
            before,
            after,
            downtime_ms: self.downtime(),
            backup: self.backup_id().map(str::to_owned),
            steps: self.journal.steps(),
            differences,
            orphans,
        }
    }

    /// From the stop until the app had started, with the new package or the old one.
    fn downtime(&self) -> Option<u64> {
        let from = [Step::Stop, Step::StopAgain, Step::RollbackStop]
            .iter()
            .find_map(|step| self.journal.announced_at(*step))?;
        let ended = |step| {
            let (report, failure) = self.journal.ended(step)?;
            let report = Some(report).filter(|_| failure.is_none())?;
            report.started_at.checked_add(std::time::Duration::from_millis(report.elapsed_ms)).ok()
        };
        let until = ended(Step::RollbackStart).or_else(|| ended(Step::Start))?;
        u64::try_from(until.duration_since(from).as_millis()).ok()
    }
}

/// The error of a deployment that failed: what state the environment is in, and what to do.
fn failed(operation: &'static str, report: DeployReport, cause: Error) -> Error {
    let DeployReport { app_id, mode, outcome, before, after, differences, .. } = &report;
    let step = report.failed_step().map_or("a step", |step| step.name.as_str());
    let why = cause.code().map_or_else(String::new, |code| format!(" with {code}"));
    let is = {
        let package = after.package_id.as_deref().unwrap_or("no package");
        format!("{mode} is {} with package {package}", after.status)
    };
    let nothing = "Nothing was changed on the environment";
    let list = differences.join(" ");
    let state = match outcome {
        DeployOutcome::RolledBack if list.is_empty() => format!("It was rolled back: {is}, as before."),
        DeployOutcome::RolledBack => format!("It was rolled back: {is}. Not as before: {list}"),
        DeployOutcome::RollbackFailed => format!("It was NOT rolled back completely: {is}. {list}"),
        _ if before == after && list.is_empty() => format!("{nothing}: {is}."),
        _ => format!("It was not rolled back: {is}. {list}"),
    };
    let hint = match outcome {
        DeployOutcome::RollbackFailed => {
            "put the environment back by hand before anything else is deployed; the report has every step"
        }
        _ => cause.hint().unwrap_or(
            "mend the cause and deploy again; download_archived_logs gets the log of the day, where the app did not start",
        ),
    };
    let message = format!(
        "{app_id} was not deployed to {mode}: {step} failed{why}. {}",
        state.trim_end().trim_end_matches('.')
    );
    Error::deploy_failed(message, hint, report, cause).with_operation(operation)
}
