//! Why a command failed.

use std::path::Path;

use mendix_deploy::{Error, ErrorKind};
use serde_json::{Value, json};

use crate::exit::Exit;

/// Why a command failed, with what to do next.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the library, and what to do next beyond what it says itself.
    Call(Box<Error>, Option<String>),
    /// What the caller gave cannot be used.
    Usage(String),
    /// What was named is not there.
    NotFound(String),
    /// The state does not allow it.
    Conflict(String),
    /// A local file or program failed.
    Local(String),
    /// Everything was said already.
    Told(Exit),
}

pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Call(Box::new(error), None)
    }
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(message.into())
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Failure {
        Failure::Conflict(message.into())
    }

    pub(crate) fn local(message: impl Into<String>) -> Failure {
        Failure::Local(message.into())
    }

    /// With the command that resumes a wait which reached its time limit.
    pub(crate) fn resumable(self) -> Failure {
        let token = match &self {
            Failure::Call(error, _) if error.kind() == ErrorKind::WaitTimedOut => error.wait_token(),
            _ => None,
        };
        // A token is JSON, which a shell must leave as it is.
        let quoted = token.and_then(|token| Some(shlex::try_quote(&token).ok()?.into_owned()));
        self.advised(quoted.map(|token| format!("resume it with `mendix-deploy resume --wait {token}`")))
    }

    /// With what to do next.
    pub(crate) fn advised(self, advice: Option<String>) -> Failure {
        match (self, advice) {
            (Failure::Call(error, None), advice) => Failure::Call(error, advice),
            (failure, _) => failure,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Failure::Call(error, _) => Exit::of(error),
            Failure::Usage(_) => Exit::Usage,
            Failure::NotFound(_) => Exit::NotFound,
            Failure::Conflict(_) => Exit::Conflict,
            Failure::Local(_) => Exit::Failed,
            Failure::Told(exit) => *exit,
        }
    }

    /// In a line for a person; `None` when it was said already.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            // With its cause, where it is a deployment.
            Failure::Call(error, None) => Some(format!("{error:#}")),
            Failure::Call(error, Some(advice)) => Some(format!("{error:#}\n  {advice}")),
            Failure::Usage(message)
            | Failure::NotFound(message)
            | Failure::Conflict(message)
            | Failure::Local(message) => Some(message.clone()),
            Failure::Told(_) => None,
        }
    }

    /// For a program.
    pub(crate) fn json(&self) -> Option<Value> {
        let exit = self.exit().code();
        match self {
            Failure::Call(error, advice) => Some(json!({
                "kind": format!("{:?}", error.kind()),
                "message": error.to_string(),
                "operation": error.operation(),
                "code": error.code_text(),
                "http_status": error.http_status(),
                "hint": error.hint(),
                "evidence": format!("{:?}", error.evidence()),
                "advice": advice,
                "wait_token": error.wait_token(),
                "cause": error.cause().map(ToString::to_string),
                "exit_code": exit,
            })),
            Failure::Usage(message) => Some(told("InvalidInput", message, exit)),
            Failure::NotFound(message) => Some(told("NotFound", message, exit)),
            Failure::Conflict(message) => Some(told("Conflict", message, exit)),
            Failure::Local(message) => Some(told("Io", message, exit)),
            Failure::Told(_) => None,
        }
    }
}

/// Whether a failure may be over soon.
pub(crate) fn is_outage(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::RateLimited)
        || (error.kind() == ErrorKind::Api && error.http_status().is_some_and(|status| status >= 500))
}

/// Refuses a file that was named and is not there, before anything is sent.
pub(crate) fn refuse_missing(what: &str, file: &Path) -> Outcome {
    if file.exists() {
        return Ok(());
    }
    Err(Failure::usage(format!("{what} {} is not there", file.display())))
}

fn told(kind: &str, message: &str, exit: u8) -> Value {
    json!({"kind": kind, "message": message, "exit_code": exit})
}
