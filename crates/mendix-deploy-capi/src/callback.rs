//! Functions of the caller: the data they are called with, and what their results mean.

use std::ffi::{c_int, c_void};
use std::ops::ControlFlow;

/// The `user_data` of a callback that may run on any thread.
#[derive(Clone, Copy)]
pub(crate) struct UserData(pub(crate) *mut c_void);

impl UserData {
    pub(crate) fn get(self) -> *mut c_void {
        self.0
    }
}

// SAFETY: this library never reads what it points to, and the caller promises that the function may be called with
// it on any thread.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

/// Whether a call continues after a callback with this result.
pub(crate) fn flow(result: c_int) -> ControlFlow<()> {
    if result == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}
