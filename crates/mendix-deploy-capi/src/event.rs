//! What a client tells of its calls beside their results.

use std::ffi::{c_char, c_int, c_void};
use std::ops::ControlFlow;

use mendix_deploy::{CallEvent, Error};
use serde::Serialize;

use crate::callback::{UserData, flow};
use crate::report::Report;
use crate::text::c_text;

/// Is told of an event as JSON, which is gone afterwards. "kind" is "Retrying": an attempt failed in a way that allows
/// another one, which follows after "pause_ms"; or "Adopted": the answer to a change was lost, and the state shows that
/// the change was made: the call succeeds. More kinds may be added. "error" is what mxd_error_json would say. Any answer
/// but 0 ends a call that would go again, with MXD_CANCELLED.
///
///     {"kind": "Retrying", "operation": "list_apps", "pause_ms": 130,
///      "error": {"kind": "Transport", "evidence": "Ambiguous", "text": "list_apps: ...", ...}}
pub type mxd_event_fn = Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const c_char) -> c_int>;

/// An event as JSON.
#[derive(Serialize)]
struct Told<'a> {
    kind: &'static str,
    operation: &'a str,
    pause_ms: Option<u128>,
    error: Report<'a>,
}

impl<'a> Told<'a> {
    /// `None` for what this version has no words for.
    fn new(event: &CallEvent<'a>) -> Option<Told<'a>> {
        let told = |kind, operation, pause_ms, error: &'a Error| Told {
            kind,
            operation,
            pause_ms,
            error: Report::of_core(operation, error),
        };
        match *event {
            CallEvent::Retrying { operation, error, pause } => {
                Some(told("Retrying", operation, Some(pause.as_millis()), error))
            }
            CallEvent::Adopted { operation, error } => Some(told("Adopted", operation, None, error)),
            _ => None,
        }
    }
}

/// Tells the caller's function of an event, if there is one.
pub(crate) fn notify(callback: mxd_event_fn, user_data: UserData, event: &CallEvent<'_>) -> ControlFlow<()> {
    let Some((callback, told)) = callback.zip(Told::new(event)) else { return ControlFlow::Continue(()) };
    // Strings and numbers: there is nothing in it that could not be written.
    let json = c_text(&serde_json::to_string(&told).unwrap_or_default());
    // SAFETY: the caller promises that its function may be called with its data on any thread that uses the client.
    flow(unsafe { callback(user_data.get(), json.as_ptr()) })
}
