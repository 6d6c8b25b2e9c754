//! The simulator, in this process. `mendix_deploy.testing` wraps it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use mendix_deploy_sim::{
    Call, Clock, ErrorRow, Fault, FaultKind, Rule, RuleState, Simulator, State, Target, Tls, error_rows,
};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::arguments::names::{
    accept_any_package, after_effect, backup_duration, bind, bodies, call, idle_limit, kind, nth, one_port,
    port, processing_duration, profile, rules, speed, start_duration, state, stop_duration, times, tls,
};
use crate::arguments::time::{self, Factor};
use crate::arguments::{Arg, names};
use crate::closest::closest;

/// The simulator, with JSON for what has structure.
#[pyclass(frozen, module = "mendix_deploy._native", name = "_Simulator")]
pub(crate) struct NativeSimulator {
    running: Mutex<Option<Simulator>>,
    /// Its thread lives in this process only.
    process: u32,
}

#[pymethods]
impl NativeSimulator {
    /// Starts a simulator. `speed` is 1 for real time, 0 for time moved by hand; `port` is 0 for a free one.
    #[new]
    #[pyo3(signature = (
        *, profile, rules, bodies, speed, start_duration, stop_duration, backup_duration, processing_duration,
        idle_limit, accept_any_package, bind, port, one_port, tls, state
    ))]
    #[expect(clippy::too_many_arguments, reason = "each is one keyword in Python")]
    fn new(
        py: Python<'_>,
        profile: Arg<profile, &str>,
        rules: Arg<rules, &str>,
        bodies: Arg<bodies, &str>,
        speed: Arg<speed, Factor>,
        start_duration: Option<Arg<start_duration, f64>>,
        stop_duration: Option<Arg<stop_duration, f64>>,
        backup_duration: Option<Arg<backup_duration, f64>>,
        processing_duration: Option<Arg<processing_duration, f64>>,
        idle_limit: Option<Arg<idle_limit, f64>>,
        accept_any_package: Arg<accept_any_package, bool>,
        bind: Arg<bind, &str>,
        port: Arg<port, u16>,
        one_port: Option<Arg<one_port, bool>>,
        tls: Arg<tls, bool>,
        state: Option<Arg<state, &str>>,
    ) -> PyResult<NativeSimulator> {
        let address: IpAddr = bind.parse().map_err(|error| refuse("bind", error))?;
        let start_ms = start_duration.map(|duration| millis(*duration));
        let stop_ms = stop_duration.map(|duration| millis(*duration));
        let backup_ms = backup_duration.map(|duration| millis(*duration));
        let processing_ms = processing_duration.map(|duration| millis(*duration));
        let idle_limit_ms = idle_limit.map(|limit| millis(*limit));
        let mut builder = Simulator::builder()
            .bind(SocketAddr::new(address, *port))
            .profile(named("profile", &profile)?)
            .bodies(named("bodies", &bodies)?)
            .accept_any_package(*accept_any_package)
            .tls(if *tls { Tls::On } else { Tls::Off })
            .clock(match speed.0 {
                1.0 => Clock::Real,
                0.0 => Clock::Manual,
                factor => Clock::Fast(factor),
            });
        if let Some(state) = state {
            builder = builder.state(parse::<State>("state", &state)?);
        }
        for (rule, holds) in parse::<BTreeMap<Rule, bool>>("rules", &rules)? {
            builder = builder.rule(rule, holds);
        }
        if let Some(one) = one_port {
            builder = builder.one_port(*one);
        }
        builder = builder.options(move |options| {
            options.start_ms = start_ms.unwrap_or(options.start_ms);
            options.stop_ms = stop_ms.unwrap_or(options.stop_ms);
            options.backup_ms = backup_ms.unwrap_or(options.backup_ms);
            options.processing_ms = processing_ms.unwrap_or(options.processing_ms);
            options.idle_limit_ms = idle_limit_ms.or(options.idle_limit_ms);
        });
        let simulator = py.detach(|| builder.start())?;
        Ok(NativeSimulator { running: Mutex::new(Some(simulator)), process: std::process::id() })
    }

    /// Stops it, and closes its connections. In a forked process it keeps running, for the process that started it.
    fn stop(&self, py: Python<'_>) {
        let simulator = self.take();
        py.detach(|| drop(simulator));
    }

    /// The origins of the API and of the signed links, username, API key, app, and certificate.
    fn facts(&self) -> PyResult<Facts> {
        self.with(|simulator| {
            Ok((
                simulator.url().to_owned(),
                simulator.links_url().to_owned(),
                simulator.username().to_owned(),
                simulator.api_key().to_owned(),
                simulator.app_id().to_owned(),
                simulator.ca_pem().map(str::to_owned),
            ))
        })
    }

    /// Adds a fault.
    fn add_fault(
        &self,
        py: Python<'_>,
        call: Arg<call, &str>,
        kind: Arg<kind, &str>,
        nth: Arg<nth, u32>,
        times: Arg<times, u32>,
        after_effect: Arg<after_effect, bool>,
    ) -> PyResult<()> {
        let fault = Fault {
            call: target(py, &call)?,
            kind: fault_kind(&kind)?,
            nth: *nth,
            times: *times,
            after_effect: *after_effect,
        };
        fault.check().map_err(PyValueError::new_err)?;
        self.with(|simulator| {
            simulator.add_fault(fault);
            Ok(())
        })
    }

    /// The faults that never hit a request.
    fn unused_faults(&self) -> PyResult<String> {
        self.with(|simulator| write(&simulator.unused_faults()))
    }

    /// Removes all faults.
    fn clear_faults(&self) -> PyResult<()> {
        self.with(|simulator| {
            simulator.clear_faults();
            Ok(())
        })
    }

    /// The requests that arrived until now, and which of them took effect.
    fn accounting(&self) -> PyResult<String> {
        self.with(|simulator| write(&simulator.accounting()))
    }

    /// Advances the simulator's time.
    fn advance(&self, seconds: Arg<names::seconds, f64>) -> PyResult<()> {
        let by = time::seconds(*seconds);
        self.with(|simulator| {
            simulator.advance(by);
            Ok(())
        })
    }

    /// The state.
    fn state(&self) -> PyResult<String> {
        self.with(|simulator| simulator.with_state(|state| write(state)))
    }

    /// Replaces the state.
    fn set_state(&self, state: &str) -> PyResult<()> {
        let changed: State = parse("state", state)?;
        self.with(|simulator| {
            simulator.with_state(|state| *state = changed);
            Ok(())
        })
    }

    /// Changes the state by a JSON merge patch.
    fn patch_state(&self, py: Python<'_>, patch: &str) -> PyResult<()> {
        let changes: Value = parse("patch", patch)?;
        self.with(|simulator| {
            simulator.patch_state(&changes).map_err(|error| {
                // A misspelt app is a new one, which lacks what an app must have.
                let apps: Vec<String> = simulator.with_state(|state| state.apps.keys().cloned().collect());
                let known: Vec<&str> = apps.iter().map(String::as_str).collect();
                let patched = changes["apps"].as_object().into_iter().flat_map(|apps| apps.keys());
                let mut unknown = patched.filter(|app| !known.contains(&app.as_str()));
                let meant = unknown.find_map(|app| closest(py, app, &known));
                refuse("patch", meant.map_or_else(|| error.to_string(), |meant| format!("{error}; {meant}")))
            })
        })
    }

    /// Every rule with its source, and whether it holds.
    fn rules(&self) -> PyResult<String> {
        self.with(|simulator| simulator.with_state(|state| write(&RuleState::all(&state.options))))
    }

    /// Restarts a running app as the platform does by itself, and gives the id of the start job.
    fn restart(&self, app_id: Arg<names::app_id, &str>, mode: Arg<names::mode, &str>) -> PyResult<String> {
        let restarted = self.with(|simulator| Ok(simulator.restart(&app_id, &mode)))?;
        restarted.map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// Prepares an error row, and gives the arguments to call with.
    fn arrange(&self, row: &str) -> PyResult<String> {
        let row: ErrorRow = parse("row", row)?;
        self.with(|simulator| write(&simulator.arrange(&row)?))
    }

    /// The documented error rows.
    #[staticmethod]
    fn error_rows() -> PyResult<String> {
        write(&error_rows())
    }
}

type Facts = (String, String, String, String, String, Option<String>);

impl NativeSimulator {
    /// The simulator, where this process started it. In a forked process its thread does not exist, and cannot be joined.
    fn take(&self) -> Option<Simulator> {
        let simulator = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if self.is_here() {
            return simulator;
        }
        std::mem::forget(simulator);
        None
    }

    fn is_here(&self) -> bool {
        self.process == std::process::id()
    }

    fn with<T>(&self, f: impl FnOnce(&Simulator) -> PyResult<T>) -> PyResult<T> {
        if !self.is_here() {
            // A fork copies its locks as they are, and not the thread that would release them.
            return Err(PyRuntimeError::new_err("the simulator is in the process that started it"));
        }
        match &*self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(simulator) => f(simulator),
            None => Err(PyRuntimeError::new_err("the simulator is stopped")),
        }
    }
}

impl Drop for NativeSimulator {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// Milliseconds of a time in seconds.
fn millis(seconds: f64) -> u64 {
    u64::try_from(time::seconds(seconds).as_millis()).unwrap_or(u64::MAX)
}

fn refuse(name: &str, problem: impl Display) -> PyErr {
    let problem = problem.to_string();
    let meant =
        Python::attach(|py| meant(py, &problem)).map_or_else(String::new, |meant| format!("; {meant}"));
    PyValueError::new_err(format!("{name}: {problem}{meant}"))
}

/// What an unknown name may stand for: serde tells it and those that are known, all in backticks.
fn meant(py: Python<'_>, problem: &str) -> Option<String> {
    let (_, names) = problem.split_once("unknown ")?;
    let mut names = names.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    closest(py, unknown, &names.collect::<Vec<_>>())
}

/// The kind of a fault. Whether it has arguments is not told by serde in words for people.
fn fault_kind(json: &str) -> PyResult<FaultKind> {
    serde_json::from_str(json).map_err(|error| {
        let problem = error.to_string();
        if problem.contains("unit variant, expected") {
            refuse("kind", format!("{json} needs arguments; expected {{{json}: …}}, as the guide shows it"))
        } else if problem.contains("expected unit") {
            refuse("kind", "this fault has no arguments; expected its name alone")
        } else {
            refuse("kind", problem)
        }
    })
}

/// What a fault is meant for.
fn target(py: Python<'_>, call: &str) -> PyResult<Target> {
    serde_json::from_value(call.into()).map_err(|error| {
        let calls = Call::ALL.iter().map(|call| call.stem()).chain(["any", "link", "connection"]);
        let expected = closest(py, call, &calls.collect::<Vec<_>>())
            .unwrap_or_else(|| "expected a method of Client, any, link or connection".to_owned());
        PyValueError::new_err(format!("call: {error}; {expected}"))
    })
}

/// A value by the name that it has in JSON.
fn named<T: DeserializeOwned>(name: &str, value: &str) -> PyResult<T> {
    serde_json::from_value(value.into()).map_err(|error| refuse(name, error))
}

fn parse<T: DeserializeOwned>(name: &str, json: &str) -> PyResult<T> {
    serde_json::from_str(json).map_err(|error| refuse(name, error))
}

fn write<T: Serialize + ?Sized>(value: &T) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| PyRuntimeError::new_err(error.to_string()))
}
