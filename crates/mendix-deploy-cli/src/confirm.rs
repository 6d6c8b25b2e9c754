//! What is asked before something is lost.

use crate::failure::{Failure, Outcome};
use crate::session::Session;

/// Asks for the mode of each environment, unless it was given: by `--confirm`, where nobody can be asked.
pub(crate) fn by_name(
    session: &Session,
    what: &str,
    targets: &[(String, String)],
    given: &[String],
) -> Outcome {
    for (app_id, mode) in targets {
        if given.contains(mode) {
            continue;
        }
        if !session.console.can_ask() {
            return Err(Failure::usage(format!(
                "{what} of {mode} of {app_id} cannot be undone; confirm it with `--confirm {mode}`"
            )));
        }
        let question = format!("{what} of {mode} of {app_id} cannot be undone. Type {mode} to go on:");
        let answer = ask(session, &question)?;
        if answer.as_deref() != Some(mode) {
            return Err(Failure::usage("not confirmed; nothing was done"));
        }
    }
    Ok(())
}

/// Asks whether to go on, where somebody can be asked.
pub(crate) fn go_on(session: &Session, question: &str) -> Outcome {
    if !session.console.can_ask() {
        return Ok(());
    }
    let answer = ask(session, &format!("{question} [y/N]"))?;
    match answer.map(|answer| answer.to_ascii_lowercase()).as_deref() {
        Some("y" | "yes") => Ok(()),
        _ => Err(Failure::usage("not confirmed; nothing was done")),
    }
}

fn ask(session: &Session, question: &str) -> Outcome<Option<String>> {
    let _asking = session.interrupt.while_asking();
    session.console.ask(question)
}
