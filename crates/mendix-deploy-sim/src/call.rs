//! The 23 calls of the Deploy API, by the names that this project uses for them everywhere.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! calls {
    ($($variant:ident $stem:literal $section:literal $mutating:literal,)*) => {
        /// One call of the Deploy API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Call {
            $(#[doc = concat!("`", $stem, "`, section ", $section, " of the API document.")] $variant,)*
        }

        impl Call {
            /// Every call, in the order of the document.
            pub const ALL: [Self; 23] = [$(Self::$variant),*];

            /// The name of the call, in snake case.
            #[must_use]
            pub const fn stem(self) -> &'static str {
                match self { $(Self::$variant => $stem,)* }
            }

            /// The section of the API document that describes the call.
            #[must_use]
            pub const fn section(self) -> &'static str {
                match self { $(Self::$variant => $section,)* }
            }

            /// Whether the call changes anything at the service.
            #[must_use]
            pub const fn is_mutating(self) -> bool {
                match self { $(Self::$variant => $mutating,)* }
            }
        }
    };
}

calls! {
    ListApps "list_apps" "3.1" false,
    CreateSandbox "create_sandbox" "3.2" true,
    GetApp "get_app" "3.3" false,
    ListEnvironments "list_environments" "3.4" false,
    GetEnvironment "get_environment" "3.5" false,
    StartEnvironment "start_environment" "3.6" true,
    GetStartStatus "get_start_status" "3.7" false,
    StopEnvironment "stop_environment" "3.8" true,
    GetEnvironmentPackage "get_environment_package" "3.9" false,
    UploadPackage "upload_package" "3.10" true,
    TransportPackage "transport_package" "3.11" true,
    CleanEnvironment "clean_environment" "3.12" true,
    GetEnvironmentSettings "get_environment_settings" "3.13" false,
    SetEnvironmentSettings "set_environment_settings" "3.14" true,
    ListBackups "list_backups" "3.15" false,
    GetBackupLinks "get_backup_links" "3.16" false,
    CreateBackup "create_backup" "3.17" true,
    RestoreBackup "restore_backup" "3.18" true,
    ScaleEnvironment "scale_environment" "3.19" true,
    CreateEnvironmentTag "create_environment_tag" "3.20" true,
    ListEnvironmentTags "list_environment_tags" "3.21" false,
    DeleteEnvironmentTag "delete_environment_tag" "3.22" true,
    GetArchivedLogs "get_archived_logs" "3.23" false,
}

impl Call {
    /// The call of this name, if there is one.
    #[must_use]
    pub fn from_stem(stem: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.stem() == stem)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stem())
    }
}
