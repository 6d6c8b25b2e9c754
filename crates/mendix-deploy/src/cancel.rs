//! Cancelling a call from another thread.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often whatever blocks checks its token, and its limits.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Ends the calls and waits of the clients that hold it, from any thread.
///
/// A blocked call notices within about 50 milliseconds, whatever it is blocked on: resolving a name, connecting, the TLS
/// handshake, sending, receiving, or a pause. The call ends with
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled), and the client stays usable. A mutating call whose response was
/// lost before ends with [`Ambiguous`](crate::ErrorKind::Ambiguous) instead, which its caller must know.
///
/// ```
/// # fn main() -> mendix_deploy::Result<()> {
/// use mendix_deploy::{CancelToken, Client, Credentials};
///
/// let client = Client::new(Credentials::new("me@example.com", "key")?)?;
/// let token = CancelToken::new();
/// let cancellable = client.with_cancel_token(token.clone());
/// token.cancel();
/// let error = cancellable.list_apps().unwrap_err();
/// assert_eq!(error.kind(), mendix_deploy::ErrorKind::Cancelled);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Inner>);

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    poll: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

impl CancelToken {
    /// Makes a token that [`cancel`](CancelToken::cancel) trips.
    #[must_use]
    pub fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Makes a token that also asks `poll` whether to cancel.
    ///
    /// `poll` runs on the thread of the blocked call, about every 50 milliseconds. It is for callers that learn of an
    /// interrupt only by asking, such as a language runtime.
    #[must_use]
    pub fn polling(poll: impl Fn() -> bool + Send + Sync + 'static) -> CancelToken {
        CancelToken(Arc::new(Inner { cancelled: AtomicBool::new(false), poll: Some(Box::new(poll)) }))
    }

    /// Cancels the calls that hold this token, now and later.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
    }

    /// Whether the calls that hold this token are cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire) || self.0.poll.as_ref().is_some_and(|poll| poll())
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken")
            .field("cancelled", &self.0.cancelled.load(Ordering::Acquire))
            .finish_non_exhaustive()
    }
}
