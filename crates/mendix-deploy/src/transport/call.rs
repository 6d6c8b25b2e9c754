//! The call that is under way on this thread: its limits, and what the socket learns about it.
//!
//! ureq's connector and transport see a connection, not the call that uses it, and a pooled connection serves
//! many calls. A call runs on one thread from beginning to end, so it is put where the socket can find it: in a
//! thread-local slot, set for the time of one exchange and restored after it. (A callback may make another call
//! in between; the slot then holds that one for its time.)

use std::cell::{Cell, RefCell};
use std::io;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{Attempt, CancelToken, Credentials, Evidence};

/// How long a blocked system call goes on before the limits are looked at again.
pub(crate) const SLICE: Duration = Duration::from_millis(50);

/// How many interim answers a server may send.
const MOST_INTERIM: u32 = 10_000;

/// How far the request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No byte of the request has been handed over.
    Connecting,
    /// A part of the head may have been.
    Head,
    /// The head is out, and so many bytes of the body are still to come.
    Body { left: u64 },
    /// All of it has been handed to the socket.
    Whole,
}

/// Why the socket gave up by itself.
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
    /// For name look-up, connection, proxy and TLS together.
    pub(crate) connect: Duration,
    /// For everything; a transfer has none.
    pub(crate) total: Option<Total>,
    /// Between two moments of progress.
    pub(crate) stall: Option<Duration>,
    /// From the last byte of an upload to the answer.
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

#[derive(Debug)]
pub(crate) struct Call {
    started: Instant,
    limits: Limits,
    cancel: Option<CancelToken>,
    /// Put into the head by the transport; a call without any goes to another origin.
    pub(crate) credentials: Option<Arc<Credentials>>,
    pub(crate) body_len: u64,
    deadline: Cell<Option<Instant>>,
    last_progress: Cell<Instant>,
    phase: Cell<Phase>,
    /// What is being done to connect.
    connecting: RefCell<String>,
    mutates: Cell<bool>,
    pub(crate) reused: Cell<bool>,
    /// The answer began, or the connection ended, before the request was out: the rest of it is not sent.
    answered_early: Cell<bool>,
    /// The answer itself has begun to come in, not only interim ones.
    answer_begun: Cell<bool>,
    interim: Cell<u32>,
    /// Reading failed in another way than by an orderly end.
    pub(crate) read_failed: Cell<bool>,
    interrupt: Cell<Option<Interrupt>>,
}

impl Call {
    pub(crate) fn new(
        limits: Limits,
        cancel: Option<CancelToken>,
        credentials: Option<Arc<Credentials>>,
        body_len: u64,
    ) -> Rc<Call> {
        let started = Instant::now();
        Rc::new(Call {
            started,
            limits,
            cancel,
            credentials,
            body_len,
            deadline: Cell::new(limits.total.and_then(|total| started.checked_add(total.share))),
            last_progress: Cell::new(started),
            phase: Cell::new(Phase::Connecting),
            connecting: RefCell::new(String::new()),
            mutates: Cell::new(false),
            reused: Cell::new(true),
            answered_early: Cell::new(false),
            answer_begun: Cell::new(false),
            interim: Cell::new(0),
            read_failed: Cell::new(false),
            interrupt: Cell::new(None),
        })
    }

    /// Makes this the call of the thread, until the guard goes.
    pub(crate) fn enter(self: &Rc<Self>) -> Entered {
        Entered(replace(Some(Rc::clone(self))))
    }

    /// Whether the request cannot be repeated when its answer is lost.
    pub(crate) fn mutates(&self) -> bool {
        self.mutates.get()
    }

    pub(crate) fn set_mutates(&self, mutates: bool) {
        self.mutates.set(mutates);
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(crate) fn set_phase(&self, phase: Phase) {
        self.phase.set(phase);
        self.progress();
        if phase == Phase::Whole {
            // From here on the service works on the upload: silence is no stall.
            self.await_answer();
        }
    }

    /// Notes what is being done to connect, for the message of a time-out.
    pub(crate) fn set_connecting(&self, step: String) {
        self.connecting.replace(step);
    }

    /// What had happened when a limit ended the call.
    pub(crate) fn progress_so_far(&self) -> String {
        match self.phase.get() {
            Phase::Connecting if self.connecting.borrow().is_empty() => {
                "the connection was not begun".to_owned()
            }
            Phase::Connecting => format!("it was still {}", self.connecting.borrow()),
            Phase::Head => "the request was not sent whole".to_owned(),
            Phase::Body { left } => {
                format!(
                    "{} of {} bytes of the body were sent",
                    self.body_len.saturating_sub(left),
                    self.body_len
                )
            }
            Phase::Whole if self.answer_begun.get() => "the response began and did not end".to_owned(),
            Phase::Whole => "the request was sent, and no response began".to_owned(),
        }
    }

    /// The rest of the request is not sent: the answer is there, or the server has hung up.
    pub(crate) fn set_answered_early(&self) {
        if !self.answered_early.replace(true) {
            self.await_answer();
        }
    }

    pub(crate) fn answered_early(&self) -> bool {
        self.answered_early.get()
    }

    /// The answer itself has begun to come in.
    pub(crate) fn begin_answer(&self) {
        if !self.answer_begun.replace(true) && self.phase.get() != Phase::Whole {
            self.await_answer();
        }
    }

    fn await_answer(&self) {
        if let Some(answer) = self.limits.answer {
            self.deadline.set(Instant::now().checked_add(answer));
        }
    }

    /// Gives the call no more than so much time from now on.
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

    /// Counts an interim answer. There is no use for many.
    pub(crate) fn count_interim(&self) -> io::Result<()> {
        self.interim.set(self.interim.get() + 1);
        if self.interim.get() > MOST_INTERIM {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the server sends interim answers without end",
            ));
        }
        Ok(())
    }

    pub(crate) fn interrupt(&self) -> Option<Interrupt> {
        self.interrupt.get()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.interrupt.get() == Some(Interrupt::Cancelled)
    }

    pub(crate) fn cancel(&self) {
        self.interrupt.set(Some(Interrupt::Cancelled));
    }

    /// How long the next system call may block. An error when the call is to end now.
    pub(crate) fn slice(&self) -> io::Result<Duration> {
        // Who asks again must hear the same: a layer above may have lost the first word of it.
        if let Some(interrupt) = self.interrupt.get() {
            return Err(self.give_up(interrupt));
        }
        if self.cancel.as_ref().is_some_and(CancelToken::is_cancelled) {
            return Err(self.give_up(Interrupt::Cancelled));
        }
        let now = Instant::now();
        let mut slice = SLICE;
        for (limit, interrupt) in [
            (self.connect_deadline(), Interrupt::ConnectTimeout),
            (self.deadline.get(), Interrupt::CallTimeout),
            (self.stall_deadline(), Interrupt::Stalled),
        ] {
            let Some(limit) = limit else { continue };
            let left = limit.saturating_duration_since(now);
            if left.is_zero() {
                return Err(self.give_up(interrupt));
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

    fn give_up(&self, interrupt: Interrupt) -> io::Error {
        self.interrupt.set(Some(interrupt));
        match interrupt {
            Interrupt::Cancelled => io::Error::other("cancelled by the caller"),
            _ => io::Error::new(io::ErrorKind::TimedOut, "timed out"),
        }
    }

    /// What is proven when no usable answer came.
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
            reused_connection: self.reused.get() && self.phase.get() != Phase::Connecting,
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }
}

thread_local! {
    /// `Entered` empties it. What needs no destructor can be used to the very end of a thread, when others of its
    /// variables are gone: C programs make calls from there.
    static CURRENT: RefCell<ManuallyDrop<Option<Rc<Call>>>> = const { RefCell::new(ManuallyDrop::new(None)) };
}

/// Puts back the call that was current before.
pub(crate) struct Entered(Option<Rc<Call>>);

impl Drop for Entered {
    fn drop(&mut self) {
        replace(self.0.take());
    }
}

fn replace(call: Option<Rc<Call>>) -> Option<Rc<Call>> {
    ManuallyDrop::into_inner(CURRENT.replace(ManuallyDrop::new(call)))
}

/// The call that this thread is making.
pub(crate) fn current() -> io::Result<Rc<Call>> {
    CURRENT
        .with_borrow(|current| (**current).clone())
        .ok_or_else(|| io::Error::other("no call is under way on this thread"))
}
