//! The calls of the Deploy API, by the names that this project uses for them everywhere.
//!
//! Made by `cargo xtask regen` from crates/mendix-deploy-sim/data/calls.json. Do not edit.

use serde::{Deserialize, Serialize};

/// One call of the Deploy API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `list_apps`: section 3.1, *Retrieve Apps*.
    ListApps,
    /// `create_sandbox`: section 3.2, *Create Sandbox*.
    CreateSandbox,
    /// `get_app`: section 3.3, *Retrieve App*.
    GetApp,
    /// `list_environments`: section 3.4, *Retrieve Environments*.
    ListEnvironments,
    /// `get_environment`: section 3.5, *Retrieve Environment*.
    GetEnvironment,
    /// `start_environment`: section 3.6, *Start Environment*.
    StartEnvironment,
    /// `get_start_status`: section 3.7, *Get Start Environment Status*.
    GetStartStatus,
    /// `stop_environment`: section 3.8, *Stop Environment*.
    StopEnvironment,
    /// `get_environment_package`: section 3.9, *Retrieve Environment Package*.
    GetEnvironmentPackage,
    /// `upload_package`: section 3.10, *Upload Package*.
    UploadPackage,
    /// `transport_package`: section 3.11, *Transporting a Deployment Package to an Environment*.
    TransportPackage,
    /// `clean_environment`: section 3.12, *Clean environment*.
    CleanEnvironment,
    /// `get_environment_settings`: section 3.13, *Retrieve Environment Settings*.
    GetEnvironmentSettings,
    /// `set_environment_settings`: section 3.14, *Set Environment Settings*.
    SetEnvironmentSettings,
    /// `list_backups`: section 3.15, *List Environment Backups*.
    ListBackups,
    /// `get_backup_links`: section 3.16, *Download a Backup for an Environment*.
    GetBackupLinks,
    /// `create_backup`: section 3.17, *Create a Backup of an Environment*.
    CreateBackup,
    /// `restore_backup`: section 3.18, *Restore a Backup to an Environment*.
    RestoreBackup,
    /// `scale_environment`: section 3.19, *Scaling Environments*.
    ScaleEnvironment,
    /// `create_environment_tag`: section 3.20, *Create Environment Tags*.
    CreateEnvironmentTag,
    /// `list_environment_tags`: section 3.21, *Retrieve Environment Tags*.
    ListEnvironmentTags,
    /// `delete_environment_tag`: section 3.22, *Delete Environment Tags*.
    DeleteEnvironmentTag,
    /// `get_archived_logs`: section 3.23, *Download Archived Logs for a Specific Date*.
    GetArchivedLogs,
    /// `get_archived_access_logs`: *Download Archived Access Logs for a Specific Date*.
    GetArchivedAccessLogs,
}

impl Call {
    /// Every call, in the order of the document.
    pub const ALL: [Self; 24] = [
        Self::ListApps,
        Self::CreateSandbox,
        Self::GetApp,
        Self::ListEnvironments,
        Self::GetEnvironment,
        Self::StartEnvironment,
        Self::GetStartStatus,
        Self::StopEnvironment,
        Self::GetEnvironmentPackage,
        Self::UploadPackage,
        Self::TransportPackage,
        Self::CleanEnvironment,
        Self::GetEnvironmentSettings,
        Self::SetEnvironmentSettings,
        Self::ListBackups,
        Self::GetBackupLinks,
        Self::CreateBackup,
        Self::RestoreBackup,
        Self::ScaleEnvironment,
        Self::CreateEnvironmentTag,
        Self::ListEnvironmentTags,
        Self::DeleteEnvironmentTag,
        Self::GetArchivedLogs,
        Self::GetArchivedAccessLogs,
    ];

    /// The name of the call, in snake case.
    #[must_use]
    pub const fn stem(self) -> &'static str {
        match self {
            Self::ListApps => "list_apps",
            Self::CreateSandbox => "create_sandbox",
            Self::GetApp => "get_app",
            Self::ListEnvironments => "list_environments",
            Self::GetEnvironment => "get_environment",
            Self::StartEnvironment => "start_environment",
            Self::GetStartStatus => "get_start_status",
            Self::StopEnvironment => "stop_environment",
            Self::GetEnvironmentPackage => "get_environment_package",
            Self::UploadPackage => "upload_package",
            Self::TransportPackage => "transport_package",
            Self::CleanEnvironment => "clean_environment",
            Self::GetEnvironmentSettings => "get_environment_settings",
            Self::SetEnvironmentSettings => "set_environment_settings",
            Self::ListBackups => "list_backups",
            Self::GetBackupLinks => "get_backup_links",
            Self::CreateBackup => "create_backup",
            Self::RestoreBackup => "restore_backup",
            Self::ScaleEnvironment => "scale_environment",
            Self::CreateEnvironmentTag => "create_environment_tag",
            Self::ListEnvironmentTags => "list_environment_tags",
            Self::DeleteEnvironmentTag => "delete_environment_tag",
            Self::GetArchivedLogs => "get_archived_logs",
            Self::GetArchivedAccessLogs => "get_archived_access_logs",
        }
    }
}
