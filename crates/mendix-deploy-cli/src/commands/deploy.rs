//! `deploy` and `plan`

mod wanted;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};
use mendix_deploy::{
    Client, DeployOptions, DeployOutcome, DeployPlan, DeployReport, DeployStep, Deployment, Error, ErrorKind,
    StepStatus,
};
use serde_json::json;

use self::wanted::Wanted;
use crate::arguments::{self, Confirm};
use crate::ci::Section;
use crate::confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, is_outage};
use crate::journals::{self, Earlier, Paths};
use crate::progress;
use crate::session::Session;
use crate::targets::{Effect, Pair, show, with_meant};

/// Deploy a package: back up, upload, stop, transport, set, start, and roll back what fails
///
/// On a terminal the plan is shown first, and you are asked. A deployment whose process ended goes on when it is run again,
/// or with `resume`: its journal is in the state folder. When everything is in place, nothing is changed.
///
/// The first Ctrl-C ends the deployment after the step that runs, the second at once. Either can be resumed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy deploy --app calc --mode Acceptance calc.mda
  mendix-deploy deploy --app calc --mode Production --from-mode Acceptance --yes
  mendix-deploy deploy --app calc --mode Test --mode Acceptance --in-order calc.mda \\
      --constant Main.Url=https://example.com --constant-from-env Main.Secret=SECRET

Exit codes: 9 when it failed and was rolled back, 10 when not everything is as before; see `mendix-deploy --help`.")]
pub(crate) struct Deploy {
    #[command(flatten)]
    wanted: Wanted,
    /// Do not show the plan, and do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    confirm: Confirm,
    /// How long a step may take, such as 30m
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = arguments::duration)]
    step_timeout: Duration,
    /// Keep the journal in this file, not in the state folder; for one environment
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    journal: Option<PathBuf>,
    /// Give up an earlier deployment that was not finished, and deploy this
    #[arg(long)]
    discard_journal: bool,
}

/// Show what a deployment would do; nothing is changed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy plan --app calc --mode Acceptance calc.mda
  mendix-deploy plan --app calc --mode Acceptance calc.mda --detailed-exitcode || echo changes")]
pub(crate) struct Plan {
    #[command(flatten)]
    wanted: Wanted,
    /// End with 3 when there is something to do
    #[arg(long)]
    detailed_exitcode: bool,
    /// The journal of the deployment, where it is not in the state folder
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    journal: Option<PathBuf>,
}

impl Plan {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let deployments = Deployments::new(session, &self.wanted, self.journal.as_deref())?;
        deployments.run(session, Effect::Reads, |client, app_id, mode| {
            let (deployment, paths) = deployments.of(client, app_id, mode)?;
            let plan = plan(client, &deployment, &paths)?;
            show(session, deployments.are_many(), (app_id, mode), &plan, ToString::to_string)?;
            let has_changes = self.detailed_exitcode && !plan.is_empty();
            Ok(if has_changes { Exit::Changes } else { Exit::Done })
        })
    }
}

impl Deploy {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let deployments = Deployments::new(session, &self.wanted, self.journal.as_deref())?;
        if self.wanted.restores_data() {
            let what = "A rollback of the data";
            confirm::by_name(session, what, &deployments.pairs, &self.confirm.confirm)?;
        }
        self.announce(session, &deployments)?;
        deployments.run(session, Effect::Changes, |client, app_id, mode| {
            let (deployment, paths) = deployments.of(client, app_id, mode)?;
            journals::prepare(&paths, &journals::look(&paths, &deployment, self.discard_journal)?)?;
            let options = DeployOptions::new()
                .journal(&paths.journal)
                .lease(&paths.lease)
                .step_timeout(self.step_timeout);
            let shown = Shown { session, app_id, mode, are_many: deployments.are_many() };
            shown.run(options, |options| client.deploy(&deployment, options))
        })
    }

    /// Shows what will be done, and asks where somebody can be asked.
    fn announce(&self, session: &Session, deployments: &Deployments<'_>) -> Outcome {
        let client = session.client()?;
        let mut has_changes = false;
        for (app_id, mode) in &deployments.pairs {
            let (deployment, paths) = deployments.of(client, app_id, mode)?;
            match journals::look(&paths, &deployment, self.discard_journal)? {
                Earlier::Unfinished(what) => {
                    session.console.note(&format!("goes on with {what}"));
                    continue;
                }
                Earlier::Another(Some(what)) => session.console.warn(&format!("given up: {what}")),
                Earlier::Nothing | Earlier::Another(None) => {}
            }
            if self.yes {
                continue;
            }
            match plan(client, &deployment, &paths) {
                Ok(plan) if plan.is_empty() => {}
                Ok(plan) => {
                    has_changes = true;
                    show_plan(session, &plan)?;
                }
                // The deployment waits until the service is there.
                Err(Failure::Call(error, _)) if is_outage(&error) && !session.console.can_ask() => {
                    session.console.warn(&format!("there is no plan: {error}"));
                }
                Err(failure) => return Err(with_meant(client, (app_id, mode), failure)),
            }
        }
        if has_changes {
            confirm::go_on(session, "Deploy?")?;
        }
        Ok(())
    }
}

fn show_plan(session: &Session, plan: &DeployPlan) -> Outcome {
    if session.console.is_json() {
        let line = json!({"event": "plan", "app_id": plan.app_id, "mode": plan.mode, "plan": plan});
        return session.console.json(&line);
    }
    session.console.note(&plan.to_string());
    Ok(())
}

fn plan(client: &Client, deployment: &Deployment, paths: &Paths) -> Outcome<DeployPlan> {
    // The journal of another deployment says nothing about this one.
    let is_of_this =
        mendix_deploy::JournalInfo::read_for(&paths.journal, deployment).is_ok_and(|(_, is_same)| is_same);
    let journal = is_of_this.then_some(paths.journal.as_path());
    Ok(client.plan_deploy_with(deployment, journal)?)
}

/// The deployments of one command: the same package to each environment.
struct Deployments<'a> {
    wanted: &'a Wanted,
    journal: Option<&'a std::path::Path>,
    pairs: Vec<Pair>,
}

impl<'a> Deployments<'a> {
    fn new(
        session: &Session,
        wanted: &'a Wanted,
        journal: Option<&'a std::path::Path>,
    ) -> Outcome<Deployments<'a>> {
        wanted.check()?;
        let pairs = wanted.targets.resolve(session.client()?)?;
        if journal.is_some() && pairs.len() > 1 {
            return Err(Failure::usage(
                "--journal is for one environment: each deployment has a journal of its own",
            ));
        }
        Ok(Deployments { wanted, journal, pairs })
    }

    fn are_many(&self) -> bool {
        self.pairs.len() > 1
    }

    fn of(&self, client: &Client, app_id: &str, mode: &str) -> Outcome<(Deployment, Paths)> {
        let mut paths = journals::of(client, app_id, mode)?;
        if let Some(journal) = self.journal {
            journal.clone_into(&mut paths.journal);
        }
        Ok((self.wanted.deployment(app_id, mode)?, paths))
    }

    fn run(
        &self,
        session: &Session,
        effect: Effect,
        work: impl Fn(&Client, &str, &str) -> Outcome<Exit> + Sync,
    ) -> Outcome<Exit> {
        self.wanted.targets.run_with(session, &self.pairs, effect, work)
    }
}

/// A deployment that is shown while it runs.
pub(super) struct Shown<'a> {
    pub(super) session: &'a Session,
    pub(super) app_id: &'a str,
    pub(super) mode: &'a str,
    pub(super) are_many: bool,
}

impl Shown<'_> {
    /// Runs the deployment, shows its steps and its report, and tells how it goes on where it was left.
    pub(super) fn run(
        &self,
        options: DeployOptions<'_>,
        deploy: impl FnOnce(DeployOptions<'_>) -> Result<DeployReport, Error>,
    ) -> Outcome<Exit> {
        let (session, console) = (self.session, &self.session.console);
        let _patient = session.interrupt.patiently();
        // Sections of deployments that run at the same time would be mixed up.
        let (section, line) =
            Section::begin(console.ci(), &format!("Deploy to {} of {}", self.mode, self.app_id));
        if let Some(line) = line.filter(|_| !self.are_many) {
            console.note(&line);
        }
        let mut transfer = progress::transfer(session, format!("upload to {}", self.app_id));
        let result = deploy(
            options
                .on_step(|step| {
                    self.step(step);
                    if session.interrupt.was_asked() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                })
                .on_progress(move |progress| {
                    transfer.show(progress);
                    if session.interrupt.was_asked() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                }),
        );
        if let Some(line) = section.end().filter(|_| !self.are_many) {
            console.note(&line);
        }
        match result {
            Ok(report) => {
                self.report(&report)?;
                Ok(Exit::Done)
            }
            Err(error) => {
                if let Some(report) = error.report() {
                    self.report(report)?;
                }
                let was_left =
                    error.kind() != ErrorKind::DeployFailed && error.message().contains("was left");
                let resume = journals::resume_command(self.app_id, self.mode);
                let advice =
                    was_left.then(|| format!("go on with `{resume}`, or run the same command again"));
                Err(Failure::from(error).advised(advice))
            }
        }
    }

    fn step(&self, step: &DeployStep) {
        let console = &self.session.console;
        if console.is_json() {
            let line = json!({"event": "step", "app_id": self.app_id, "mode": self.mode, "step": step});
            // Output that cannot be written is told with the report.
            drop(console.json(&line));
            return;
        }
        let at = if self.are_many { format!("{} of {}: ", self.mode, self.app_id) } else { String::new() };
        match step.status {
            StepStatus::Started => console.progress(&format!("{at}{} …", step.name)),
            StepStatus::Done => {
                let seconds = Duration::from_millis(step.elapsed_ms).as_secs_f64();
                console.progress(&format!("{at}{}: done in {seconds:.1} s", step.name));
            }
            _ => {
                let reason = step.reason.as_deref().unwrap_or_default();
                console.progress(&format!("{at}{}: {}, {reason}", step.name, step.status));
            }
        }
    }

    fn report(&self, report: &DeployReport) -> Outcome {
        let console = &self.session.console;
        if console.is_json() {
            let line = json!({"event": "report", "app_id": self.app_id, "mode": self.mode, "report": report});
            return console.json(&line);
        }
        if report.outcome == DeployOutcome::Unchanged {
            return console
                .line(&format!("{} of {}: unchanged, the package runs already", self.mode, self.app_id));
        }
        console.line(&report.to_string())
    }
}
