//! What grows where it should not: many calls, clients, waits and threads.

use std::sync::Mutex;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use mendix_deploy::{Client, Credentials, DeployOptions, DeployPackage, Deployment, ErrorKind, WaitOptions};
use mendix_deploy_sim::{Simulator, State};
use serde_json::{Value, json};

use crate::{Result, peak_kib};

/// How long waits are measured. It is long enough for the longest pause between two looks.
const WAITED: Duration = Duration::from_mins(1);

/// `count` calls, one after another: how fast the first tenth and the last are, and the memory that is more from the
/// one to the other.
pub(crate) fn calls(client: &Client, count: u32) -> Result<Value> {
    let tenth = || -> Result<f64> {
        let started = Instant::now();
        for _ in 0..count / 10 {
            client.list_environments("calc")?;
        }
        Ok(f64::from(count / 10) / started.elapsed().as_secs_f64())
    };
    let first = tenth()?;
    let before = peak_kib();
    for _ in 0..8 {
        tenth()?;
    }
    let last = tenth()?;
    Ok(json!({"first": first, "last": last, "growth_kib": grown(before)}))
}

/// `count` clients, each of which is made, used once and dropped.
pub(crate) fn clients(make: impl Fn() -> Result<Client>, count: u32) -> Result<Value> {
    let use_one = || -> Result<()> { Ok(make()?.list_environments("calc").map(drop)?) };
    (0..count / 10).try_for_each(|_| use_one())?;
    let before = peak_kib();
    let started = Instant::now();
    (0..count).try_for_each(|_| use_one())?;
    Ok(json!({"count": count, "seconds": started.elapsed().as_secs_f64(), "growth_kib": grown(before)}))
}

/// `count` waits at once, for something that does not come.
pub(crate) fn waits(client: &Client, count: u32) -> Result<Value> {
    let cpu = ProcessTime::now();
    let wait = || client.wait_for_start("calc", "Acceptance", "job", WaitOptions::new().timeout(WAITED));
    let timed_out = thread::scope(|scope| {
        let waits: Vec<_> = (0..count).map(|_| scope.spawn(wait)).collect();
        let ends = waits.into_iter().map(ScopedJoinHandle::join);
        ends.filter(|end| matches!(end, Ok(Err(error)) if error.kind() == ErrorKind::WaitTimedOut)).count()
    });
    if timed_out != count as usize {
        return Err(format!("{timed_out} of {count} waits went on to their ends").into());
    }
    Ok(json!({"share": cpu.elapsed().as_secs_f64() / WAITED.as_secs_f64()}))
}

/// `count` calls in as many threads as are named.
pub(crate) fn threads(client: &Client, threads: u32, count: u32) -> Result<Value> {
    let (started, cpu) = (Instant::now(), ProcessTime::now());
    let calls = || (0..count / threads).try_for_each(|_| client.list_environments("calc").map(drop));
    thread::scope(|scope| -> Result<()> {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(calls)).collect();
        for one in all {
            one.join().map_err(|_| "a thread panicked")??;
        }
        Ok(())
    })?;
    let (seconds, cpu) = (started.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64());
    Ok(json!({"count": count, "seconds": seconds, "cpu_seconds": cpu}))
}

/// How long the simulator takes to start an app.
const STARTED_WITHIN_MS: u64 = 1000;

/// A matrix of `apps` with three environments each, to which a package that they have is deployed, so many at a time.
pub(crate) fn deployments(at_a_time: usize, apps: u32) -> Result<Value> {
    let mut state = State::seed();
    state.options.start_ms = STARTED_WITHIN_MS;
    let seed = state.apps.get("calc").cloned().ok_or("the simulator has no app calc")?;
    let mut targets = Vec::new();
    for number in 0..apps {
        let app_id = format!("app{number}");
        let mut app = seed.clone();
        for (mode, environment) in &mut app.environments {
            environment.environment_id = format!("{app_id}-{mode}");
            targets.push((app_id.clone(), mode.clone()));
        }
        state.apps.insert(app_id, app);
    }
    let package_id = seed.packages.keys().next().ok_or("the app has no package")?;
    let simulator = Simulator::builder().state(state).start()?;
    let credentials = Credentials::new(simulator.username(), simulator.api_key())?;
    let client = Client::builder(credentials).base_url(simulator.url()).build()?;
    let (count, targets) = (targets.len(), Mutex::new(targets));
    let work = || -> Result<(), String> {
        loop {
            let next = targets.lock().map_err(|error| error.to_string())?.pop();
            let Some((app_id, mode)) = next else { return Ok(()) };
            let deployment = Deployment::new(app_id, mode, DeployPackage::Id(package_id.clone()));
            client.deploy(&deployment, DeployOptions::new()).map_err(|error| format!("{error:#}"))?;
        }
    };
    let started = Instant::now();
    thread::scope(|scope| -> Result<()> {
        let all: Vec<_> = (0..at_a_time).map(|_| scope.spawn(work)).collect();
        for one in all {
            one.join().map_err(|_| "a thread panicked")??;
        }
        Ok(())
    })?;
    Ok(json!({"count": count, "seconds": started.elapsed().as_secs_f64()}))
}

fn grown(before: Option<u64>) -> Option<u64> {
    peak_kib().zip(before).map(|(peak, before)| peak - before)
}
