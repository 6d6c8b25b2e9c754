//! What every function of the interface has in common: no panic gets out, and `errno` stays as it was.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::handle::{self, Held};
use crate::log_queue;

/// Runs a body that cannot fail. Catches panics, delivers what the body logged, and leaves `errno` as it was.
pub(crate) fn guard<T>(instead: T, body: impl FnOnce() -> T) -> T {
    let before = errno::errno();
    let result = catch_unwind(AssertUnwindSafe(body)).unwrap_or(instead);
    let _ = catch_unwind(log_queue::deliver);
    errno::set_errno(before);
    result
}

/// Frees a handle; NULL and what is not a handle are left alone.
pub(crate) fn free<T: Held>(handle: *mut T) {
    guard((), || handle::free(handle));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught() {
        assert_eq!(guard(7, || panic!("injected")), 7);
    }

    #[test]
    fn errno_is_left_alone() {
        errno::set_errno(errno::Errno(77));
        guard((), || errno::set_errno(errno::Errno(5)));
        assert_eq!(errno::errno().0, 77);
    }
}
