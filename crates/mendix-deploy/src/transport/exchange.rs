//! The HTTP exchange in progress on this thread: its limits, and what the socket learns about it.
//!
//! ureq's connector and transport see a connection, not the exchange that uses it, and a pooled connection serves many
//! of them. An exchange runs on one thread from beginning to end, so it is put where the socket can find it: in a
//! thread-local slot, set for the time of one exchange and restored after it. (A callback may make another call in
//! between; the slot then holds that exchange for its time.)

use std::cell::{Cell, RefCell};
use std::io;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cancel::POLL_INTERVAL;
use crate::{Attempt, CancelToken, Credentials, Evidence};

/// How many informational responses a server may send.
const MOST_INFORMATIONAL: u32 = 10_000;

/// How much of the request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No byte of the request was written to the socket.
    Connecting,
    /// A part of the head may have been written.
    Head,
    /// The head was written, and so many bytes of the body are still to come.
    Body { left: u64 },
    /// All of it was written.
    Whole,
}

/// Why the client ended the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupt {
    Cancelled,
    ConnectTimeout,
    CallTimeout,
    Stalled,
}

/// The limits of one exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For resolving the name, connecting, the proxy and TLS together.
    pub(crate) connect: Duration,
    /// For everything; a transfer has none.
    pub(crate) total: Option<Total>,
    /// Between two moments of progress.
    pub(crate) stall: Option<Duration>,
    /// From the last byte of an upload to the response.
    pub(crate) answer: Option<Duration>,
}

/// The time for one attempt, which is a part of a limit that was set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Total {
    pub(crate) share: Duration,
    /// The limit, and the name of the setting that it comes from: what errors name.
    pub(crate) limit: Duration,
    pub(crate) setting: &'static str,
}

/// What the connection has to know of the request.
#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    /// Added to the head; a request to another origin has none.
    pub(crate) credentials: Option<Arc<Credentials>>,
    pub(crate) body_len: u64,
    /// The request cannot be repeated when its response is lost.
    pub(crate) mutates: bool,
    /// The body is sent only after the server agreed, or after a moment without a response.
    pub(crate) expects_continue: bool,
}

#[derive(Debug)]
pub(crate) struct Exchange {
    started: Instant,
    limits: Limits,
    cancel: Option<CancelToken>,
    pub(crate) outgoing: Outgoing,
    deadline: Cell<Option<Instant>>,
    last_progress: Cell<Instant>,
    phase: Cell<Phase>,
    /// What is being done to connect.
    connecting: RefCell<String>,
    reused_connection: Cell<bool>,
    /// The response began, or the connection ended, before the request was sent: the rest of it is not sent.
    answered_early: Cell<bool>,
    /// The final response has begun.
    response_begun: Cell<bool>,
    /// How many informational responses came.
    informational: Cell<u32>,
    /// Reading failed in another way than by an orderly end.
    read_failed: Cell<bool>,
    interrupt: Cell<Option<Interrupt>>,
}

impl Exchange {
    pub(crate) fn new(limits: Limits, cancel: Option<CancelToken>, outgoing: Outgoing) -> Rc<Exchange> {
        let started = Instant::now();
        Rc::new(Exchange {
            started,
            limits,
            cancel,
            outgoing,
            deadline: Cell::new(limits.total.and_then(|total| started.checked_add(total.share))),
            last_progress: Cell::new(started),
            phase: Cell::new(Phase::Connecting),
            connecting: RefCell::new(String::new()),
            reused_connection: Cell::new(true),
            answered_early: Cell::new(false),
            response_begun: Cell::new(false),
            informational: Cell::new(0),
            read_failed: Cell::new(false),
            interrupt: Cell::new(None),
        })
    }

    /// Makes this the exchange of the thread, until the guard is dropped.
    pub(crate) fn enter(self: &Rc<Self>) -> Entered {
        Entered(replace(Some(Rc::clone(self))))
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.set(phase);
        self.progress();
        if phase == Phase::Whole {
            // From here on the service works on the upload: silence is not a stall.
            self.await_response();
        }
    }

    /// Notes what is being done to connect, for the message of a time-out.
    pub(crate) fn set_connecting(&self, step: String) {
        self.connecting.replace(step);
    }

    /// What had happened when a limit ended the exchange.
    pub(crate) fn progress_so_far(&self) -> String {
        match self.phase.get() {
            Phase::Connecting if self.connecting.borrow().is_empty() => {
                "the connection was not begun".to_owned()
            }
            Phase::Connecting => format!("it was still {}", self.connecting.borrow()),
            Phase::Head => "the request was not sent whole".to_owned(),
            Phase::Body { left } => {
                let length = self.outgoing.body_len;
                format!("{} of {length} bytes of the body were sent", length.saturating_sub(left))
            }
            Phase::Whole if self.response_begun.get() => "the response began and did not end".to_owned(),
            Phase::Whole => "the request was sent, and no response began".to_owned(),
        }
    }

    /// Records that the response has begun, or the server has closed the connection: the rest of the request is not sent.
    pub(crate) fn set_answered_early(&self) {
        if !self.answered_early.replace(true) {
            self.await_response();
        }
    }

    pub(crate) fn answered_early(&self) -> bool {
        self.answered_early.get()
    }

    /// Records that the final response has begun.
    pub(crate) fn begin_response(&self) {
        if !self.response_begun.replace(true) && self.phase.get() != Phase::Whole {
            self.await_response();
        }
    }

    /// Records that a connection was made for this exchange.
    pub(crate) fn set_new_connection(&self) {
        self.reused_connection.set(false);
    }

    pub(crate) fn set_read_failed(&self) {
        self.read_failed.set(true);
    }

    pub(crate) fn read_failed(&self) -> bool {
        self.read_failed.get()
    }

    fn await_response(&self) {
        if let Some(answer) = self.limits.answer {
            self.deadline.set(Instant::now().checked_add(answer));
        }
    }

    /// Allows no more than so much time from now on.
    pub(crate) fn end_within(&self, time: Duration) {
        let end = Instant::now().checked_add(time);
        let deadline = [self.deadline.get(), end].into_iter().flatten().min();
        self.deadline.set(deadline);
    }

    pub(crate) fn progress(&self) {
        if self.limits.stall.is_some() {
            self.last_progress.set(Instant::now());
        }
    }

    /// Counts an informational response. There is no use for many.
    pub(crate) fn count_informational(&self) -> io::Result<()> {
        self.informational.set(self.informational.get() + 1);
        if self.informational.get() > MOST_INFORMATIONAL {
            let message = "the server sends informational responses without end";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(())
    }

    pub(crate) fn interrupt(&self) -> Option<Interrupt> {
        self.interrupt.get()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.interrupt.get() == Some(Interrupt::Cancelled)
    }

    /// How long the next system call may block. An error when the exchange is to end now.
    pub(crate) fn slice(&self) -> io::Result<Duration> {
        // Who asks again gets the same: a layer above may have lost the first error.
        if let Some(interrupt) = self.interrupt.get() {
            return Err(self.end(interrupt));
        }
        if self.cancel.as_ref().is_some_and(CancelToken::is_cancelled) {
            return Err(self.end(Interrupt::Cancelled));
        }
        let now = Instant::now();
        let mut slice = POLL_INTERVAL;
        for (limit, interrupt) in [
            (self.connect_deadline(), Interrupt::ConnectTimeout),
            (self.deadline.get(), Interrupt::CallTimeout),
            (self.stall_deadline(), Interrupt::Stalled),
        ] {
            let Some(limit) = limit else { continue };
            let left = limit.saturating_duration_since(now);
            if left.is_zero() {
                return Err(self.end(interrupt));
            }
            slice = slice.min(left);
        }
        // A socket takes a timeout of zero for none at all.
        Ok(slice.max(Duration::from_millis(1)))
    }

    fn connect_deadline(&self) -> Option<Instant> {
        match self.phase.get() {
            Phase::Connecting => self.started.checked_add(self.limits.connect),
            _ => None,
        }
    }

    fn stall_deadline(&self) -> Option<Instant> {
        match self.phase.get() {
            Phase::Connecting => None,
            Phase::Whole if self.limits.answer.is_some() => None,
            _ => self.limits.stall.and_then(|stall| self.last_progress.get().checked_add(stall)),
        }
    }

    fn end(&self, interrupt: Interrupt) -> io::Error {
        self.interrupt.set(Some(interrupt));
        match interrupt {
            Interrupt::Cancelled => io::Error::other("cancelled by the caller"),
            _ => io::Error::new(io::ErrorKind::TimedOut, "timed out"),
        }
    }

    /// What is proven when no usable response came.
    pub(crate) fn evidence(&self) -> Evidence {
        match self.phase.get() {
            Phase::Connecting => Evidence::NotSent,
            Phase::Head | Phase::Body { .. } => Evidence::Incomplete,
            Phase::Whole => Evidence::Ambiguous,
        }
    }

    pub(crate) fn attempt(&self, evidence: Evidence) -> Attempt {
        Attempt {
            evidence,
            elapsed: self.started.elapsed(),
            reused_connection: self.reused_connection.get() && self.phase.get() != Phase::Connecting,
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }
}

thread_local! {
    /// `Entered` empties it. What needs no destructor can be used to the very end of a thread, when others of its
    /// variables are gone: C programs make calls from there.
    static CURRENT: RefCell<ManuallyDrop<Option<Rc<Exchange>>>> = const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Restores the exchange that was current before.
pub(crate) struct Entered(Option<Rc<Exchange>>);

impl Drop for Entered {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

fn replace(exchange: Option<Rc<Exchange>>) -> Option<Rc<Exchange>> {
    ManuallyDrop::into_inner(CURRENT.replace(ManuallyDrop::new(exchange)))
}

/// The exchange that this thread is making.
pub(crate) fn current() -> io::Result<Rc<Exchange>> {
    CURRENT
        .with_borrow(|current| (**current).clone())
        .ok_or_else(|| io::Error::other("no exchange is in progress on this thread"))
}
