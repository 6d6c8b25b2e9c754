//! The entry of functions that can fail: the status they return, and the error they write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::error::mxd_error;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle;
use crate::status::{MXD_INTERNAL, MXD_OK, mxd_status};

/// Runs the body of a function that can fail, in [`guard`]. Returns its status, and writes the error to `error`.
///
/// # Safety
///
/// `error` is NULL or can be written to.
pub(crate) unsafe fn enter(
    operation: &'static str,
    error: *mut *mut mxd_error,
    body: impl FnOnce() -> Result<(), Failure>,
) -> mxd_status {
    let mut body = Some(body);
    let mut body = || body.take().map_or(Ok(()), |body| body());
    // SAFETY: the caller's promise.
    unsafe { run(operation, error, &mut body) }
}

/// [`enter`], once for all bodies.
unsafe fn run(
    operation: &'static str,
    error: *mut *mut mxd_error,
    body: &mut dyn FnMut() -> Result<(), Failure>,
) -> mxd_status {
    guard(MXD_INTERNAL, || {
        if !error.is_null() {
            // SAFETY: not NULL, so the caller promises that it can be written to.
            unsafe { error.write(ptr::null_mut()) };
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(feature = "planted-panic")]
            assert_ne!(operation, "list_apps", "planted");
            body()
        }));
        let Err(failure) = result.unwrap_or(Err(Failure::Panic)) else { return MXD_OK };
        let failure = mxd_error::new(operation, &failure);
        let status = failure.status();
        if !error.is_null() {
            // SAFETY: as above.
            unsafe { error.write(handle::new(failure)) };
        }
        status
    })
}

/// [`enter`] for a function that gives a value: NULL or 0 when it fails.
///
/// # Safety
///
/// `out` and `error` are NULL or can be written to.
pub(crate) unsafe fn give<T: Default>(
    operation: &'static str,
    (name, out): (&str, *mut T),
    error: *mut *mut mxd_error,
    body: impl FnOnce() -> Result<T, Failure>,
) -> mxd_status {
    if !out.is_null() {
        // SAFETY: not NULL, so the caller promises that it can be written to.
        unsafe { out.write(T::default()) };
    }
    let body = || {
        if out.is_null() {
            return Err(Failure::misuse(format!("{name} is NULL; expected where to put the result")));
        }
        let value = body()?;
        // SAFETY: as above.
        unsafe { out.write(value) };
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { enter(operation, error, body) }
}

#[cfg(test)]
mod tests {
    use std::ffi::c_char;

    use super::*;
    use crate::error::mxd_error_free;
    use crate::status::MXD_INVALID_INPUT;

    #[test]
    fn a_panic_becomes_a_status() {
        let mut error = ptr::null_mut();
        // SAFETY: the pointer is to a local variable.
        let status = unsafe { enter("test", &raw mut error, || panic!("injected")) };
        assert_eq!(status, MXD_INTERNAL);
        assert!(handle::find(error).is_some());
        mxd_error_free(error);
    }

    #[test]
    fn an_out_parameter_that_is_missing_is_found_before_the_body_runs() {
        let out = ptr::null_mut::<*mut c_char>();
        // SAFETY: both are NULL.
        let status = unsafe { give("test", ("out", out), ptr::null_mut(), || panic!("it ran")) };
        assert_eq!(status, MXD_INVALID_INPUT);
    }

    #[test]
    fn errno_is_left_alone() {
        errno::set_errno(errno::Errno(77));
        // SAFETY: the pointer is NULL.
        unsafe {
            enter("test", ptr::null_mut(), || {
                errno::set_errno(errno::Errno(5));
                Ok(())
            })
        };
        assert_eq!(errno::errno().0, 77);
    }
}
