//! What CI systems read in a log: sections that fold, and marks of errors.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

/// The system that the command runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ci {
    GitHub,
    GitLab,
    /// None whose marks are known.
    Other,
}

/// By the variables that the systems set for their jobs.
pub(crate) fn detect() -> Ci {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| value == "true");
    match () {
        () if is_set("GITHUB_ACTIONS") => Ci::GitHub,
        () if is_set("GITLAB_CI") => Ci::GitLab,
        () => Ci::Other,
    }
}

/// A workflow command of GitHub, whose text is one line.
pub(crate) fn command(name: &str, text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    format!("::{name}::{text}")
}

/// A part of a log that folds.
pub(crate) struct Section {
    ci: Ci,
    name: String,
}

impl Section {
    /// Its first line, where the system has sections.
    pub(crate) fn begin(ci: Ci, title: &str) -> (Section, Option<String>) {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("mendix_deploy_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let line = match ci {
            Ci::GitHub => Some(command("group", title)),
            Ci::GitLab => {
                Some(format!("\x1b[0Ksection_start:{}:{name}\r\x1b[0K{title}", Timestamp::now().as_second()))
            }
            Ci::Other => None,
        };
        (Section { ci, name }, line)
    }

    /// Its last line.
    pub(crate) fn end(self) -> Option<String> {
        match self.ci {
            Ci::GitHub => Some("::endgroup::".to_owned()),
            Ci::GitLab => {
                Some(format!("\x1b[0Ksection_end:{}:{}\r\x1b[0K", Timestamp::now().as_second(), self.name))
            }
            Ci::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_write_a_command_of_its_own() {
        assert_eq!(command("error", "100%\n::set-env"), "::error::100%25%0A::set-env");
    }
}
