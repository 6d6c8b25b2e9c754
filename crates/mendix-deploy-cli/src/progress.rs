//! How far long work is: a bar on a terminal, lines with the time elsewhere.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use mendix_deploy::{Progress, WaitProgress};

use crate::console::Console;
use crate::session::Session;

/// Tells each state that a wait sees.
pub(crate) fn states(session: &Session, what: String) -> impl FnMut(&WaitProgress) -> ControlFlow<()> {
    let console = Arc::clone(&session.console);
    let mut last = String::new();
    move |progress| {
        if !progress.seen.is_empty() && progress.seen != last {
            last.clone_from(&progress.seen);
            console.progress(&format!("{what}: {last} after {} s", progress.elapsed.as_secs()));
        }
        ControlFlow::Continue(())
    }
}

/// Shows how much of a file was transferred.
pub(crate) fn transfer(session: &Session, what: String) -> Transfer {
    let bar = session.console.bars().map(|bars| {
        let style = "{msg} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        let bar = bars.add(ProgressBar::new(0));
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what.clone());
        bar
    });
    Transfer { console: Arc::clone(&session.console), what, bar, told: None }
}

/// A transfer that is shown.
pub(crate) struct Transfer {
    console: Arc<Console>,
    what: String,
    bar: Option<ProgressBar>,
    told: Option<Instant>,
}

/// How often a log has a line about a transfer.
const TOLD_EVERY: Duration = Duration::from_secs(10);

impl Transfer {
    pub(crate) fn show(&mut self, progress: Progress) {
        if let Some(bar) = &self.bar {
            if progress.total > 0 {
                bar.set_length(progress.total);
            }
            bar.set_position(progress.done);
            return;
        }
        let began = self.told.get_or_insert_with(Instant::now);
        if began.elapsed() >= TOLD_EVERY {
            self.told = Some(Instant::now());
            let of = if progress.total > 0 {
                format!(" of {}", HumanBytes(progress.total))
            } else {
                String::new()
            };
            self.console.progress(&format!("{}: {}{of}", self.what, HumanBytes(progress.done)));
        }
    }

    /// As an observer of a call.
    pub(crate) fn observer(mut self) -> impl FnMut(Progress) -> ControlFlow<()> {
        move |progress| {
            self.show(progress);
            ControlFlow::Continue(())
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
