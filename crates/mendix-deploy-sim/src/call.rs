//! The calls of the service, by the names that this project uses for them everywhere.
//!
//! Made by `cargo xtask regen` from crates/mendix-deploy-sim/data/calls.json. Do not edit.

use serde::{Deserialize, Serialize};

/// One call of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `list_apps`: Deploy API v1, section 3.1, *Retrieve Apps*.
    ListApps,
    /// `create_sandbox`: Deploy API v1, section 3.2, *Create Sandbox*.
    CreateSandbox,
    /// `get_app`: Deploy API v1, section 3.3, *Retrieve App*.
    GetApp,
    /// `list_environments`: Deploy API v1, section 3.4, *Retrieve Environments*.
    ListEnvironments,
    /// `get_environment`: Deploy API v1, section 3.5, *Retrieve Environment*.
    GetEnvironment,
    /// `start_environment`: Deploy API v1, section 3.6, *Start Environment*.
    StartEnvironment,
    /// `get_start_status`: Deploy API v1, section 3.7, *Get Start Environment Status*.
    GetStartStatus,
    /// `stop_environment`: Deploy API v1, section 3.8, *Stop Environment*.
    StopEnvironment,
    /// `get_environment_package`: Deploy API v1, section 3.9, *Retrieve Environment Package*.
    GetEnvironmentPackage,
    /// `upload_package`: Deploy API v1, section 3.10, *Upload Package*.
    UploadPackage,
    /// `transport_package`: Deploy API v1, section 3.11, *Transporting a Deployment Package to an Environment*.
    TransportPackage,
    /// `clean_environment`: Deploy API v1, section 3.12, *Clean environment*.
    CleanEnvironment,
    /// `get_environment_settings`: Deploy API v1, section 3.13, *Retrieve Environment Settings*.
    GetEnvironmentSettings,
    /// `set_environment_settings`: Deploy API v1, section 3.14, *Set Environment Settings*.
    SetEnvironmentSettings,
    /// `list_backups`: Deploy API v1, section 3.15, *List Environment Backups*.
    ListBackups,
    /// `get_backup_links`: Deploy API v1, section 3.16, *Download a Backup for an Environment*.
    GetBackupLinks,
    /// `create_backup`: Deploy API v1, section 3.17, *Create a Backup of an Environment*.
    CreateBackup,
    /// `restore_backup`: Deploy API v1, section 3.18, *Restore a Backup to an Environment*.
    RestoreBackup,
    /// `scale_environment`: Deploy API v1, section 3.19, *Scaling Environments*.
    ScaleEnvironment,
    /// `create_environment_tag`: Deploy API v1, section 3.20, *Create Environment Tags*.
    CreateEnvironmentTag,
    /// `list_environment_tags`: Deploy API v1, section 3.21, *Retrieve Environment Tags*.
    ListEnvironmentTags,
    /// `delete_environment_tag`: Deploy API v1, section 3.22, *Delete Environment Tags*.
    DeleteEnvironmentTag,
    /// `get_archived_logs`: Deploy API v1, section 3.23, *Download Archived Logs for a Specific Date*.
    GetArchivedLogs,
    /// `get_archived_access_logs`: Deploy API v1, later documentation, *Download Archived Access Logs for a Specific Date*.
    GetArchivedAccessLogs,
    /// `list_packages`: Build API v1, *Retrieve Packages*.
    ListPackages,
    /// `get_package`: Build API v1, *Retrieve Package*.
    GetPackage,
    /// `get_package_link`: Build API v1, *Retrieve Package with a Link*.
    GetPackageLink,
    /// `delete_package`: Build API v1, *Delete Package*.
    DeletePackage,
    /// `build_package`: Build API v1, *Start Building Package*.
    BuildPackage,
    /// `get_environment_package_link`: Deploy API v1, later documentation, *Retrieve Environment Package with a Link*.
    GetEnvironmentPackageLink,
    /// `upload_package_v2`: Deploy API v2, *Upload Package*.
    UploadPackageV2,
    /// `get_upload_status`: Deploy API v2, *Retrieve Job Status*.
    GetUploadStatus,
    /// `list_snapshots`: Backups API v2, *List Snapshots*.
    ListSnapshots,
    /// `create_snapshot`: Backups API v2, *Create Snapshot*.
    CreateSnapshot,
    /// `get_snapshot`: Backups API v2, *Retrieve Snapshot*.
    GetSnapshot,
    /// `update_snapshot`: Backups API v2, *Update Snapshot*.
    UpdateSnapshot,
    /// `delete_snapshot`: Backups API v2, *Delete Snapshot*.
    DeleteSnapshot,
    /// `create_archive`: Backups API v2, *Request Backup Archive*.
    CreateArchive,
    /// `get_archive`: Backups API v2, *Retrieve Backup Archive*.
    GetArchive,
    /// `restore_snapshot`: Backups API v2, *Restore Snapshot*.
    RestoreSnapshot,
    /// `get_restore`: Backups API v2, *Retrieve Restore*.
    GetRestore,
}

impl Call {
    /// Every call, in the order of the document.
    pub const ALL: [Self; 41] = [
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
        Self::ListPackages,
        Self::GetPackage,
        Self::GetPackageLink,
        Self::DeletePackage,
        Self::BuildPackage,
        Self::GetEnvironmentPackageLink,
        Self::UploadPackageV2,
        Self::GetUploadStatus,
        Self::ListSnapshots,
        Self::CreateSnapshot,
        Self::GetSnapshot,
        Self::UpdateSnapshot,
        Self::DeleteSnapshot,
        Self::CreateArchive,
        Self::GetArchive,
        Self::RestoreSnapshot,
        Self::GetRestore,
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
            Self::ListPackages => "list_packages",
            Self::GetPackage => "get_package",
            Self::GetPackageLink => "get_package_link",
            Self::DeletePackage => "delete_package",
            Self::BuildPackage => "build_package",
            Self::GetEnvironmentPackageLink => "get_environment_package_link",
            Self::UploadPackageV2 => "upload_package_v2",
            Self::GetUploadStatus => "get_upload_status",
            Self::ListSnapshots => "list_snapshots",
            Self::CreateSnapshot => "create_snapshot",
            Self::GetSnapshot => "get_snapshot",
            Self::UpdateSnapshot => "update_snapshot",
            Self::DeleteSnapshot => "delete_snapshot",
            Self::CreateArchive => "create_archive",
            Self::GetArchive => "get_archive",
            Self::RestoreSnapshot => "restore_snapshot",
            Self::GetRestore => "get_restore",
        }
    }
}
