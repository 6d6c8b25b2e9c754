//! Events: retries, and confirmations by read-back.

use std::ffi::{c_char, c_int, c_void};
use std::ops::ControlFlow;

use mendix_deploy::{CallEvent, Error};
use serde::Serialize;

use crate::callback::{UserData, flow};
use crate::report::Report;
use crate::text::c_text;

/// Receives an event as JSON, which is valid during the callback only.
///
///     {"kind": "Retrying", "operation": "list_apps", "pause_ms": 130,
///      "error": {"kind": "Transport", "evidence": "Ambiguous", "text": "list_apps: ...", ...}}
///
/// "Retrying": an attempt failed, and the call is retried after "pause_ms". Any result but 0 cancels it instead, with
/// MXD_CANCELLED. "Adopted": the response to a mutating call was lost, and read-back confirmed its effect: the call
/// succeeds. More kinds may be added. "error" is what mxd_error_json would give.
pub type mxd_event_fn = Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const c_char) -> c_int>;

/// An event as JSON.
#[derive(Serialize)]
struct Event<'a> {
    kind: &'static str,
    operation: &'a str,
    pause_ms: Option<u128>,
    error: Report<'a>,
}

impl<'a> Event<'a> {
    /// `None` for a kind that this version does not know.
    fn new(of: &CallEvent<'a>) -> Option<Event<'a>> {
        let event = |kind, operation, pause_ms, error: &'a Error| Event {
            kind,
            operation,
            pause_ms,
            error: Report::of_core(operation, error),
        };
        match *of {
            CallEvent::Retrying { operation, error, pause } => {
                Some(event("Retrying", operation, Some(pause.as_millis()), error))
            }
            CallEvent::Adopted { operation, error } => Some(event("Adopted", operation, None, error)),
            _ => None,
        }
    }
}

/// Notifies the caller's function of an event, if there is one.
pub(crate) fn notify(callback: mxd_event_fn, user_data: UserData, event: &CallEvent<'_>) -> ControlFlow<()> {
    let Some((callback, event)) = callback.zip(Event::new(event)) else { return ControlFlow::Continue(()) };
    // Strings and numbers: there is nothing in it that could not be written.
    let json = c_text(&serde_json::to_string(&event).unwrap_or_default());
    // SAFETY: the caller promises that its function may be called with its data on any thread that uses the client.
    flow(unsafe { callback(user_data.get(), json.as_ptr()) })
}
