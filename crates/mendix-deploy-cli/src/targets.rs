//! The environments of a command, one after the other or several at a time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use mendix_deploy::{Client, ErrorKind};
use serde::Serialize;
use serde_json::json;

use crate::arguments::Targets;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::suggest;

/// An app and the mode of one of its environments.
pub(crate) type Pair = (String, String);

/// What a command does to an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes nothing, so a failure does not keep the others from being read.
    Reads,
    Changes,
}

/// The environments that come after all others, in this order.
const LAST: [&str; 2] = ["acceptance", "production"];

impl Targets {
    /// The environments, each once.
    pub(crate) fn resolve(&self, client: &Client) -> Outcome<Vec<Pair>> {
        let mut pairs: Vec<Pair> = Vec::new();
        for app in &self.apps {
            let modes = if self.all_environments {
                let environments =
                    client.list_environments(app).map_err(|error| about_app(client, app, error))?;
                environments.iter().map(|environment| environment.mode.to_string()).collect()
            } else {
                self.modes.clone()
            };
            for mode in modes {
                let pair = (app.clone(), mode);
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
        if pairs.is_empty() {
            return Err(Failure::usage("there is no environment to do this with"));
        }
        Ok(pairs)
    }

    /// Does `work` with each environment, and shows each result as it comes: the worst exit code.
    pub(crate) fn run<T: Serialize + Send>(
        &self,
        session: &Session,
        effect: Effect,
        work: impl Fn(&Client, &str, &str) -> Outcome<T> + Sync,
        text: impl Fn(&T) -> String + Sync,
    ) -> Outcome<Exit> {
        let pairs = self.resolve(session.client()?)?;
        self.run_with(session, &pairs, effect, |client, app_id, mode| {
            let result = work(client, app_id, mode)?;
            show(session, pairs.len() > 1, (app_id, mode), &result, &text)?;
            Ok(Exit::Done)
        })
    }

    /// Does `work`, which shows its result itself, with each environment: the worst exit code.
    pub(crate) fn run_with(
        &self,
        session: &Session,
        pairs: &[Pair],
        effect: Effect,
        work: impl Fn(&Client, &str, &str) -> Outcome<Exit> + Sync,
    ) -> Outcome<Exit> {
        let client = session.client()?;
        let stops = effect == Effect::Changes && !self.keep_going;
        let usual = if effect == Effect::Changes { 1 } else { 8 };
        let mut worst = Exit::Done;
        let mut left: Vec<&Pair> = Vec::new();
        for stage in self.stages(pairs) {
            let is_over = is_bad(worst) && (stops || self.in_order);
            if is_over || session.interrupt.was_asked() {
                left.extend(stage);
                continue;
            }
            let queue = Mutex::new((stage.into_iter().collect::<VecDeque<_>>(), worst));
            std::thread::scope(|scope| {
                for _ in 0..usize::from(self.parallel.unwrap_or(usual)).min(pairs.len()) {
                    scope.spawn(|| {
                        loop {
                            let next = {
                                let (pairs, worst) = &mut *locked(&queue);
                                let ends = (stops && is_bad(*worst)) || session.interrupt.was_asked();
                                if ends { None } else { pairs.pop_front() }
                            };
                            let Some((app_id, mode)) = next else { return };
                            let exit = work(client, app_id, mode).unwrap_or_else(|failure| {
                                let at = (app_id.as_str(), mode.as_str());
                                let failure = with_meant(client, at, failure);
                                // One environment alone is named by the error already.
                                let is_named = pairs.len() > 1 || session.console.is_json();
                                session.fail(failure, is_named.then_some(at))
                            });
                            let (_, worst) = &mut *locked(&queue);
                            *worst = worst.worse(exit);
                        }
                    });
                }
            });
            let (unbegun, exit) = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
            left.extend(unbegun);
            worst = exit;
        }
        // What was done before it was interrupted is done.
        if !left.is_empty() && session.interrupt.was_asked() {
            worst = worst.worse(session.interrupt.exit());
        }
        for (app_id, mode) in left {
            session.console.warn(&format!("{mode} of {app_id}: not begun"));
        }
        Ok(worst)
    }

    /// The environments that are worked on together.
    fn stages<'p>(&self, pairs: &'p [Pair]) -> Vec<Vec<&'p Pair>> {
        if !self.in_order {
            return vec![pairs.iter().collect()];
        }
        let stage =
            |mode: &str| LAST.iter().position(|last| mode.eq_ignore_ascii_case(last)).map_or(0, |at| at + 1);
        (0..=LAST.len())
            .map(|wanted| pairs.iter().filter(|(_, mode)| stage(mode) == wanted).collect::<Vec<_>>())
            .filter(|stage| !stage.is_empty())
            .collect()
    }
}

/// Whether an exit code keeps others from being begun.
fn is_bad(exit: Exit) -> bool {
    !matches!(exit, Exit::Done | Exit::Changes)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows the result of one environment: a line of JSON, or text, under a heading where there are several.
pub(crate) fn show<T: Serialize>(
    session: &Session,
    is_one_of_many: bool,
    (app_id, mode): (&str, &str),
    result: &T,
    text: impl FnOnce(&T) -> String,
) -> Outcome {
    if session.console.is_json() {
        return session.console.json(&json!({"app_id": app_id, "mode": mode, "result": result}));
    }
    let text = text(result);
    match (is_one_of_many, text.trim_end()) {
        (_, "") => Ok(()),
        (false, text) => session.console.line(text),
        (true, text) if text.contains('\n') => {
            session.console.line(&format!("{mode} of {app_id}:\n{text}\n"))
        }
        (true, text) => session.console.line(&format!("{mode} of {app_id}: {text}")),
    }
}

/// A failure with the environment or the app that may have been meant, where this one does not exist.
pub(crate) fn with_meant(client: &Client, (app_id, mode): (&str, &str), failure: Failure) -> Failure {
    if failure.exit() != Exit::NotFound {
        return failure;
    }
    // Advice is all that this is for: when it cannot be had, the error stands without it.
    let Ok(environments) = client.list_environments(app_id) else {
        let meant = meant_app(client, app_id);
        return failure.advised(meant);
    };
    let modes: Vec<&str> = environments.iter().map(|environment| environment.mode.as_str()).collect();
    if modes.contains(&mode) {
        return failure;
    }
    let has = format!("{app_id} has {}", modes.join(", "));
    failure.advised(Some(match suggest::closest(mode, modes.iter().copied()) {
        Some(meant) => format!("did you mean `--mode {meant}`? {has}"),
        None => has,
    }))
}

/// Advice that names the app which may have been meant.
fn meant_app(client: &Client, app_id: &str) -> Option<String> {
    let apps = client.list_apps().ok()?;
    let ids: Vec<&str> = apps.iter().map(|app| app.app_id.as_str()).collect();
    if ids.contains(&app_id) {
        return None;
    }
    Some(match suggest::closest(app_id, ids.iter().copied()) {
        Some(meant) => format!("did you mean `--app {meant}`?"),
        None => "`mendix-deploy apps` lists the apps of this account".to_owned(),
    })
}

/// The failure of a call about an app, with the one that may have been meant.
pub(crate) fn about_app(client: &Client, app_id: &str, error: mendix_deploy::Error) -> Failure {
    let advice = (error.kind() == ErrorKind::NotFound).then(|| meant_app(client, app_id)).flatten();
    Failure::from(error).advised(advice)
}
