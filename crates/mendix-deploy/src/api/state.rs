//! The states that the service has for all that it works on after its response.

use crate::model::open_field;

open_field! {
    without_case
    /// How far the service has come with an upload, a snapshot, an archive or a restore.
    TaskState {
        /// It has not begun.
        Queued,
        /// It is at work.
        Running,
        /// It is done.
        Completed,
        /// It failed.
        Failed,
    }
}
