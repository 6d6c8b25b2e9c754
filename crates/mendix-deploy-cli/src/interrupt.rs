//! Ctrl-C and SIGTERM: the first Ctrl-C ends a deployment after its step, and anything else at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use mendix_deploy::CancelToken;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::exit::Exit;

/// What was asked for by signals.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<Inner>);

#[derive(Default)]
struct Inner {
    token: CancelToken,
    /// How many deployments run, which the first Ctrl-C leaves to end their step.
    patient: AtomicUsize,
    /// How many questions wait for their answer, which nothing but the end of the process ends.
    asking: AtomicUsize,
    times: AtomicUsize,
    signal: AtomicU8,
}

impl Interrupt {
    /// Listens to signals as long as the result lives. `tell` gets what a person should know.
    pub(crate) fn listen(tell: impl Fn(&str) + Send + 'static) -> std::io::Result<(Interrupt, Listening)> {
        let interrupt = Interrupt::default();
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let handle = signals.handle();
        let heard = interrupt.clone();
        let thread = std::thread::spawn(move || {
            for signal in signals.forever() {
                heard.hear(signal, &tell);
            }
        });
        Ok((interrupt, Listening { handle, thread: Some(thread) }))
    }

    fn hear(&self, signal: i32, tell: &impl Fn(&str)) {
        let inner = &self.0;
        let times = inner.times.fetch_add(1, Ordering::AcqRel) + 1;
        inner.signal.store(u8::try_from(signal).unwrap_or_default(), Ordering::Release);
        let is_patient = inner.patient.load(Ordering::Acquire) > 0;
        if signal == SIGINT && times == 1 && is_patient {
            tell("the deployment ends after this step; press Ctrl-C again to end it now");
        } else if times < 3 && inner.asking.load(Ordering::Acquire) == 0 {
            inner.token.cancel();
        } else {
            // Whatever a journal announces is synced before it is sent, and nothing was begun where a question is open.
            std::process::exit(i32::from(self.exit().code()));
        }
    }

    /// For the calls that end at once.
    pub(crate) fn token(&self) -> CancelToken {
        self.0.token.clone()
    }

    /// Whether the command is to end.
    pub(crate) fn was_asked(&self) -> bool {
        self.0.times.load(Ordering::Acquire) > 0
    }

    /// How the command ends when it was asked to.
    pub(crate) fn exit(&self) -> Exit {
        let is_terminated = i32::from(self.0.signal.load(Ordering::Acquire)) == SIGTERM;
        if is_terminated { Exit::Terminated } else { Exit::Interrupted }
    }

    /// Lets the first Ctrl-C wait for the end of a step, as long as the result lives.
    pub(crate) fn patiently(&self) -> Patient<'_> {
        self.0.patient.fetch_add(1, Ordering::AcqRel);
        Patient(self)
    }

    /// Lets a signal end the process, as long as the result lives: what is read does not come back by itself.
    pub(crate) fn while_asking(&self) -> Asking<'_> {
        self.0.asking.fetch_add(1, Ordering::AcqRel);
        Asking(self)
    }

    /// Sleeps, and returns early when the command is to end: whether it goes on.
    pub(crate) fn sleep(&self, time: std::time::Duration) -> bool {
        let slice = std::time::Duration::from_millis(50);
        let mut left = time;
        while !left.is_zero() && !self.was_asked() {
            std::thread::sleep(left.min(slice));
            left = left.saturating_sub(slice);
        }
        !self.was_asked()
    }
}

/// A deployment that runs.
pub(crate) struct Patient<'a>(&'a Interrupt);

impl Drop for Patient<'_> {
    fn drop(&mut self) {
        self.0.0.patient.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A question that is open.
pub(crate) struct Asking<'a>(&'a Interrupt);

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.0.asking.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The thread that listens to signals.
pub(crate) struct Listening {
    handle: signal_hook::iterator::Handle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            // It only hears signals: there is nothing that it could have left undone.
            drop(thread.join());
        }
    }
}
