//! Results as frozen Python objects: each holds a value of the core, and shows its fields.

pub(crate) mod given;
pub(crate) mod html;
mod list;
mod lists;
mod model;
mod values;

pub(crate) use self::list::{
    App, Archive, ArchivedLogs, Backup, BackupLinks, BuildJob, Downloaded, Environment, Job, Package,
    PackageLink, Restore, SignedUrl, Snapshot, StartJob, StartStatus, Tag, UploadJob, UploadStatus,
    UploadedPackage,
};
pub(crate) use self::lists::{NamedItems, ResultList};
pub(crate) use self::model::{Fielded, MatchArgs, View, literal, model, read, show, show_names, write};
pub(crate) use self::values::{Fields, Moment, PlainFields};
