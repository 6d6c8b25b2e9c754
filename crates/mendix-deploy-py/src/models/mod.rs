//! Results as frozen Python objects: each holds a value of the core, and shows its fields.

mod list;
mod model;
mod values;

pub(crate) use self::list::{
    App, ArchivedLogs, Backup, BackupLinks, Downloaded, Environment, Job, Package, SignedUrl, StartJob,
    StartStatus, Tag, UploadedPackage,
};
pub(crate) use self::model::{Fielded, MatchArgs, View, literal, model, read, show, show_names, write};
pub(crate) use self::values::{Fields, Moment};
