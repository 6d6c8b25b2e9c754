//! The calls of the API, one file per resource: its models and its calls together.

mod apps;
mod backups;
mod environments;
mod logs;
mod packages;
mod scaling;
mod settings;
mod tags;
#[cfg(test)]
mod tests;

pub use self::apps::App;
pub use self::backups::{Backup, BackupLinks, BackupPart, BackupState};
pub use self::environments::{Environment, Mode, StartJob, StartState, StartStatus, Status};
pub use self::logs::ArchivedLogs;
pub use self::packages::{Package, PackageStatus, UploadedPackage};
pub(crate) use self::scaling::check_scale;
pub use self::settings::{Constant, CustomSetting, EnvironmentSettings, ScheduledEvent};
pub use self::tags::Tag;
