//! The calls of the API, one file per resource: its models and its calls together.

mod apps;
mod archives;
mod backups;
mod builds;
mod environments;
mod logs;
mod packages;
mod restores;
mod scaling;
mod settings;
mod snapshots;
mod state;
mod tags;
#[cfg(test)]
mod tests;
mod uploads;

pub use self::apps::App;
pub use self::archives::Archive;
pub use self::backups::{Backup, BackupLinks, BackupPart, BackupState};
pub use self::builds::BuildJob;
pub use self::environments::{Environment, Mode, StartJob, StartState, StartStatus, Status};
pub use self::logs::ArchivedLogs;
pub use self::packages::{Package, PackageLink, PackageStatus};
pub use self::restores::Restore;
pub(crate) use self::scaling::check_scale;
pub use self::settings::{Constant, CustomSetting, EnvironmentSettings, ScheduledEvent};
pub use self::snapshots::{Snapshot, Snapshots};
pub use self::state::TaskState;
pub use self::tags::Tag;
pub use self::uploads::{UploadJob, UploadStatus, UploadedPackage};
