//! The deployment in one call: it ends as it should, or leaves the environment as it was, and nothing is done twice.

mod conformance;
mod ends;
mod faults;
mod inputs;
mod journal;
mod journal_info;
mod nightly;
mod plan;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::clock::Skipping;
use crate::support::deployments::{UPLOADS, declare_settings};
use crate::support::package::package;
use mendix_deploy::{
    CancelToken, Client, Credentials, DeployOptions, DeployPackage, DeployReport, Deployment, Error,
    StepStatus,
};
use mendix_deploy_sim::{Accounting, Call, Clock, Environment, Fault, Profile, Simulator, State};

pub(super) const CONSTANT: &str = "MyFirstModule.BooleanConstant";
pub(super) const METADATA: &str = r#"{
    "RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254", "ScheduledEvents": [{"Name": "M.New"}],
    "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean", "DefaultValue": "true"},
                  {"Name": "M.Retries", "Type": "Integer", "DefaultValue": "3"}]
}"#;
pub(super) const BOTH: [Profile; 2] = [Profile::Document, Profile::Today];

/// An outage: every call gets a gateway's page.
#[derive(Default)]
struct Outage {
    /// With which request of a call it begins, and how long it goes on.
    begins: Option<(Call, u64, Duration)>,
    left: Option<Duration>,
}

impl Outage {
    fn begin(&mut self, simulator: &Simulator, time: Duration) {
        simulator.add_fault(Fault::on_any().status(502).html("<h1>Bad Gateway</h1>").times(u32::MAX));
        self.left = Some(time);
    }

    fn pass(&mut self, simulator: &Simulator, skipped: Duration) {
        if let Some((call, request, time)) = self.begins
            && simulator.accounting().requests(call) >= request
        {
            self.begins = None;
            self.begin(simulator, time);
        } else if let Some(left) = self.left {
            self.left = left.checked_sub(skipped).filter(|left| !left.is_zero());
            if self.left.is_none() {
                simulator.clear_faults();
            }
        }
    }
}

/// A simulator whose time is that of the client's pauses, a client, a package, and a folder for journals.
pub(super) struct Service {
    pub(super) simulator: Arc<Simulator>,
    pub(super) client: Client,
    outage: Arc<Mutex<Outage>>,
    pub(super) folder: tempfile::TempDir,
    pub(super) file: PathBuf,
}

pub(super) fn service(profile: Profile) -> Service {
    let simulator = Simulator::builder()
        .profile(profile)
        .clock(Clock::Manual)
        .options(|options| {
            options.start_ms = 90_000;
            options.stop_ms = 20_000;
            options.backup_ms = 60_000;
            options.processing_ms = 40_000;
        })
        .start()
        .unwrap();
    simulator.with_state(declare_settings);
    let simulator = Arc::new(simulator);
    let outage = Arc::<Mutex<Outage>>::default();
    let (time, passing) = (Arc::downgrade(&simulator), Arc::clone(&outage));
    let clock = Skipping::telling(move |skipped| {
        let Some(simulator) = time.upgrade() else { return };
        simulator.advance(skipped);
        passing.lock().unwrap().pass(&simulator, skipped);
    });
    let credentials = Credentials::new(simulator.username(), simulator.api_key()).unwrap();
    let client = Client::builder(credentials).base_url(simulator.url()).clock(clock).build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calc_1.2.0.254.mda");
    std::fs::write(&file, package(METADATA)).unwrap();
    Service { simulator, client, outage, folder, file }
}

impl Service {
    pub(super) fn file(&self, mode: &str) -> Deployment {
        Deployment::new("calc", mode, DeployPackage::File(self.file.clone()))
    }

    /// With a setting of each kind, and another scale.
    pub(super) fn everything(&self, mode: &str) -> Deployment {
        self.file(mode)
            .constants([(CONSTANT, "true"), ("M.Retries", "5")])
            .custom_settings([("SessionTimeout", "1")])
            .scheduled_events([("M.New", true)])
            .instances(2)
            .memory_per_instance(2048)
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    pub(super) fn deploy(&self, deployment: &Deployment) -> Result<DeployReport, Error> {
        self.client.deploy(deployment, DeployOptions::new())
    }

    pub(super) fn journaled(&self, deployment: &Deployment) -> Result<DeployReport, Error> {
        self.client.deploy(deployment, DeployOptions::new().journal(self.journal()))
    }

    /// Deploys or resumes, and cancels at the so manieth time that the client asks whether to: wherever that is.
    pub(super) fn cut(&self, deployment: &Deployment, after: usize) -> Result<DeployReport, Error> {
        let left = AtomicUsize::new(after);
        let token = CancelToken::polling(move || {
            left.fetch_update(SeqCst, SeqCst, |left| Some(left.saturating_sub(1))) == Ok(0)
        });
        self.client.with_cancel_token(token).deploy(deployment, DeployOptions::new().journal(self.journal()))
    }

    pub(super) fn outage(&self, time: Duration) {
        self.outage.lock().unwrap().begin(&self.simulator, time);
    }

    /// An outage that begins with the so manieth request of a call.
    pub(super) fn outage_at(&self, call: Call, request: u64, time: Duration) {
        self.outage.lock().unwrap().begins = Some((call, request, time));
    }

    /// How often the client asks whether to cancel, until the deployment has ended.
    pub(super) fn places(&self, deployment: &Deployment) -> usize {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let token = CancelToken::polling(move || {
            count.fetch_add(1, SeqCst);
            false
        });
        let _ended = self.client.with_cancel_token(token).deploy(deployment, DeployOptions::new());
        asked.load(SeqCst)
    }

    pub(super) fn environment(&self, mode: &str) -> Environment {
        self.simulator.with_state(|state| comparable(&state.apps["calc"].environments[mode]))
    }

    pub(super) fn change(&self, mode: &str, change: impl FnOnce(&mut Environment)) {
        self.simulator.with_state(|state: &mut State| {
            change(state.apps.get_mut("calc").unwrap().environments.get_mut(mode).unwrap());
        });
    }

    pub(super) fn effects(&self, call: Call) -> u64 {
        self.simulator.accounting().effects(call)
    }

    /// The uploads that took effect.
    pub(super) fn uploads(&self) -> u64 {
        UPLOADS.map(|call| self.effects(call)).iter().sum()
    }

    /// All changes that took effect, but for those of tests.
    pub(super) fn changes(&self) -> u64 {
        let accounting = self.simulator.accounting();
        Call::ALL.iter().filter(|call| call.is_mutating()).map(|call| accounting.effects(*call)).sum()
    }
}

/// What an environment is, without what leaves traces by design: jobs and backups.
fn comparable(environment: &Environment) -> Environment {
    let mut environment = environment.clone();
    environment.jobs.clear();
    environment.snapshots.clear();
    environment.restores.clear();
    environment.next_start_failure = None;
    environment.next_backup_failure = None;
    environment.next_start_hangs = false;
    environment
}

/// Fails when a change took effect more than once, but for an upload, and for a start and a stop of a rollback.
pub(super) fn assert_once(accounting: &Accounting, allowed: &[(Call, u64)], what: &str) {
    for call in Call::ALL.iter().filter(|call| call.is_mutating()) {
        let most = allowed.iter().find(|(other, _)| other == call).map_or(1, |(_, most)| *most);
        let effects = accounting.effects(*call);
        assert!(effects <= most, "{what}: {call} took effect {effects} times");
    }
}

pub(super) fn done(report: &DeployReport) -> Vec<&str> {
    let done = report.steps.iter().filter(|step| step.status == StepStatus::Done);
    done.map(|step| step.name.as_str()).collect()
}

pub(super) fn go_on() -> ControlFlow<()> {
    ControlFlow::Continue(())
}
