//! Exit codes.

use std::process::ExitCode;

use mendix_deploy::{DeployOutcome, Error, ErrorCode, ErrorKind};

/// How a command ended. The numbers are part of the interface, and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing was to do.
    Done = 0,
    /// Failed; nothing was changed.
    Failed = 1,
    /// The arguments, the profile or a file that was given are invalid; nothing was sent.
    Usage = 2,
    /// There are changes, with `--detailed-exitcode`.
    Changes = 3,
    /// The credentials were refused, or the account has no right to it.
    Denied = 4,
    /// The app, the environment, or what else was named does not exist.
    NotFound = 5,
    /// The state does not allow it now, or another deployment is running.
    Conflict = 6,
    /// A wait reached its time limit. It can be resumed.
    WaitTimedOut = 7,
    /// A change was sent, and its response was lost: check before you repeat it.
    Ambiguous = 8,
    /// The deployment failed, and what ran before runs again.
    RolledBack = 9,
    /// The deployment failed, and not everything is as it was before.
    NotRolledBack = 10,
    /// Ended by Ctrl-C.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// All of them.
    pub const ALL: &[Exit] = &[
        Exit::Done,
        Exit::Failed,
        Exit::Usage,
        Exit::Changes,
        Exit::Denied,
        Exit::NotFound,
        Exit::Conflict,
        Exit::WaitTimedOut,
        Exit::Ambiguous,
        Exit::RolledBack,
        Exit::NotRolledBack,
        Exit::Interrupted,
        Exit::Terminated,
    ];

    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }

    /// What it means, for a person.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Done => "done, or nothing was to do",
            Exit::Failed => "failed; nothing was changed",
            Exit::Usage => "invalid arguments, profile or file; nothing was sent",
            Exit::Changes => "there are changes, with --detailed-exitcode",
            Exit::Denied => "the credentials were refused, or lack the right",
            Exit::NotFound => "the app, the environment, or what else was named does not exist",
            Exit::Conflict => "the state does not allow it now, or another deployment is running",
            Exit::WaitTimedOut => "a wait reached its time limit, and can be resumed",
            Exit::Ambiguous => "a change was sent, and its response was lost: check before you repeat it",
            Exit::RolledBack => "the deployment failed, and what ran before runs again",
            Exit::NotRolledBack => "the deployment failed, and not everything is as it was before",
            Exit::Interrupted => "ended by Ctrl-C",
            Exit::Terminated => "ended by SIGTERM",
        }
    }

    /// Of an error of the library.
    pub(crate) fn of(error: &Error) -> Exit {
        match error.kind() {
            ErrorKind::InvalidInput => Exit::Usage,
            ErrorKind::Unauthorized | ErrorKind::Forbidden => Exit::Denied,
            ErrorKind::NotFound => Exit::NotFound,
            // The service says so of an environment that the app does not have.
            ErrorKind::Api if error.code() == Some(&ErrorCode::InvalidEnvironment) => Exit::NotFound,
            ErrorKind::Conflict => Exit::Conflict,
            ErrorKind::WaitTimedOut => Exit::WaitTimedOut,
            ErrorKind::Ambiguous => Exit::Ambiguous,
            ErrorKind::Cancelled => Exit::Interrupted,
            ErrorKind::DeployFailed => Exit::of_deployment(error),
            _ => Exit::Failed,
        }
    }

    /// Of a deployment that failed: what its environment is in counts more than why.
    fn of_deployment(error: &Error) -> Exit {
        let Some(report) = error.report() else { return Exit::Failed };
        match report.outcome {
            DeployOutcome::RolledBack => Exit::RolledBack,
            DeployOutcome::Failed if report.before == report.after && report.differences.is_empty() => {
                error.cause().map_or(Exit::Failed, Exit::of)
            }
            _ => Exit::NotRolledBack,
        }
    }

    /// How bad it is, where several environments have ended differently.
    fn severity(self) -> usize {
        const RISING: &[Exit] = &[
            Exit::Done,
            Exit::Changes,
            Exit::Usage,
            Exit::NotFound,
            Exit::Denied,
            Exit::Conflict,
            Exit::Failed,
            Exit::WaitTimedOut,
            Exit::Interrupted,
            Exit::Terminated,
            Exit::RolledBack,
            Exit::Ambiguous,
            Exit::NotRolledBack,
        ];
        RISING.iter().position(|exit| *exit == self).unwrap_or(RISING.len())
    }

    /// The worse of two.
    pub(crate) fn worse(self, other: Exit) -> Exit {
        if other.severity() > self.severity() { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_numbers_never_change() {
        let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130, 143]);
        let severities: HashSet<usize> = Exit::ALL.iter().map(|exit| exit.severity()).collect();
        assert_eq!(severities.len(), Exit::ALL.len());
        assert_eq!(Exit::NotRolledBack.worse(Exit::RolledBack), Exit::NotRolledBack);
    }
}
