//! The service's error codes, and what each of them means for a caller.

use super::kind::ErrorKind;
use crate::model::{open_enum, to_the_letter};

open_enum! {
    /// A code of the service, as its error responses carry it in `errorCode`.
    ///
    /// The set is open: a code that this version does not know is kept in [`ErrorCode::Other`]. Codes are
    /// compared in upper case with spaces read as `_`, since the service writes both `NOT_FOUND` and
    /// `NOT FOUND`; what was sent stays in [`Error::code_text`](crate::Error::code_text).
    #[derive(PartialEq, Hash)]
    ErrorCode {
        /// The app has a start action in progress already.
        AppAlreadyHasAStartingJob = "APP_ALREADY_HAS_A_STARTING_JOB",
        /// The environment must be stopped first.
        AppIsRunning = "APP_IS_RUNNING",
        /// The app does not exist, or the account has no access to it.
        AppNotFound = "APP_NOT_FOUND",
        /// The project has a sandbox already.
        ApplicationAlreadyExists = "APPLICATION_ALREADY_EXISTS",
        /// The environment is locked by another action.
        AlreadyLocked = "ALREADY_LOCKED",
        /// The app runs already.
        AlreadyStarted = "ALREADY_STARTED",
        /// The package could not be built.
        BuildFailed = "BUILD_FAILED",
        /// The package is not built, or its build failed.
        BuildNotSucceeded = "BUILD_NOT_SUCCEEDED",
        /// The settings name a constant that the package does not have.
        ConstantNotFound = "CONSTANT_NOT_FOUND",
        /// The environment does not support that custom setting.
        CustomSettingNotSupported = "CUSTOM_SETTING_NOT_SUPPORTED",
        /// The database could not be synchronised with the model.
        DbSyncFailed = "DB_SYNC_FAILED",
        /// Another action is in progress on the environment.
        EnvironmentBusy = "ENVIRONMENT_BUSY",
        /// The data of the environment could not be removed.
        EnvironmentCleanFailed = "ENVIRONMENT_CLEAN_FAILED",
        /// Nothing is deployed on the environment.
        EnvironmentNotDeployed = "ENVIRONMENT_NOT_DEPLOYED",
        /// The environment does not exist.
        EnvironmentNotFound = "ENVIRONMENT_NOT_FOUND",
        /// The environment must be stopped first.
        EnvironmentNotStopped = "ENVIRONMENT_NOT_STOPPED",
        /// The environment's state does not allow a restore: stop it first.
        ErrorNotAllowed = "ERROR_NOT_ALLOWED",
        /// The account has no access.
        Forbidden = "FORBIDDEN",
        /// An administrator has the password `1`.
        InsecureAdminPassword = "INSECURE_ADMIN_PASSWORD",
        /// The app's identifier is not valid.
        InvalidAppId = "INVALID_APPID",
        /// The database does not match the model, and synchronising it was not allowed.
        InvalidDbStructure = "INVALID_DB_STRUCTURE",
        /// The service does not know the mode.
        InvalidEnvironment = "INVALID_ENVIRONMENT",
        /// The uploaded file is not a deployment package.
        InvalidPackage = "INVALID_PACKAGE",
        /// A parameter is missing.
        InvalidParameters = "INVALID_PARAMETERS",
        /// The project's identifier is not valid.
        InvalidProjectId = "INVALID_PROJECTID",
        /// The request asks for what the plan or the limits do not allow.
        InvalidRequest = "INVALID_REQUEST",
        /// The package needs a runtime that the environment does not have.
        InvalidRuntimeVersion = "INVALID_RUNTIME_VERSION",
        /// A scheduled event is neither `Enabled` nor `Disabled`.
        InvalidScheduledEventParameter = "INVALID_SCHEDULED_EVENT_PARAMETER",
        /// The environment's state does not allow it: it is in maintenance.
        InvalidState = "INVALID_STATE",
        /// The version is not `x.y.z`.
        InvalidVersion = "INVALID_VERSION",
        /// A constant has no value.
        MissingConstant = "MISSING_CONSTANT",
        /// The account has no access.
        NoAccess = "NO_ACCESS",
        /// Nothing was ever deployed on the environment.
        NoMdaHasBeenDeployed = "NO_MDA_HAS_BEEN_DEPLOYED",
        /// The environment has no package to start.
        NoPackage = "NO_PACKAGE",
        /// The start action does not exist.
        NoSuchStartJob = "NO_SUCH_STARTJOB",
        /// The plan or the version does not allow it.
        NotAllowed = "NOT_ALLOWED",
        /// The app, environment or snapshot was not found.
        NotFound = "NOT_FOUND",
        /// The environment does not support it.
        NotSupported = "NOT_SUPPORTED",
        /// The package is deployed to an environment.
        PackageInUse = "PACKAGE_IN_USE",
        /// The package does not exist, or the environment has none.
        PackageNotFound = "PACKAGE_NOT_FOUND",
        /// The package could not be read while it was transported.
        PackageParseFailed = "PACKAGE_PARSE_FAILED",
        /// The settings name a scheduled event that the package does not have.
        ScheduledEventNotFound = "SCHEDULED_EVENT_NOT_FOUND",
        /// The service cannot do it now; it may later.
        ServiceUnavailable = "SERVICE_UNAVAILABLE",
        /// The backups could not be listed.
        SnapshotListingFailed = "SNAPSHOT_LISTING_FAILED",
        /// The backup does not exist.
        SnapshotNotFound = "SNAPSHOT_NOT_FOUND",
        /// The app did not start.
        StartFailed = "START_FAILED",
        /// The app's after-startup action failed.
        StartupActionFailed = "STARTUP_ACTION_FAILED",
        /// The app could not be stopped.
        StopFailed = "STOP_FAILED",
        /// The account may not transport to this environment.
        TransportNotAllowed = "TRANSPORT_NOT_ALLOWED",
        /// The username or the API key is wrong.
        Unauthorized = "UNAUTHORIZED",
        /// The service does not know that type of data.
        Unsupported = "UNSUPPORTED",
        /// The service could not store the upload.
        UploadCopyFailed = "UPLOAD_COPY_FAILED",
    }
}

/// What to do about an account without rights.
pub(crate) const NO_RIGHTS: &str = "the Technical Contact of the app must give this account API access to the \
                                    environment, and the Transport permission to change it";

impl ErrorCode {
    /// Reads a code as the service writes it.
    #[must_use]
    pub fn new(text: &str) -> ErrorCode {
        ErrorCode::find(&text.trim().to_uppercase().replace(' ', "_"), to_the_letter)
    }

    /// The kind of error that this code stands for, whatever HTTP status came with it; `None` where only the status can
    /// tell.
    pub(crate) fn kind(&self) -> Option<ErrorKind> {
        Some(match self {
            ErrorCode::Unauthorized => ErrorKind::Unauthorized,
            ErrorCode::Forbidden
            | ErrorCode::NoAccess
            | ErrorCode::NotAllowed
            | ErrorCode::TransportNotAllowed => ErrorKind::Forbidden,
            ErrorCode::AppNotFound
            | ErrorCode::ConstantNotFound
            | ErrorCode::EnvironmentNotFound
            | ErrorCode::NoSuchStartJob
            | ErrorCode::NotFound
            | ErrorCode::PackageNotFound
            | ErrorCode::ScheduledEventNotFound
            | ErrorCode::SnapshotNotFound => ErrorKind::NotFound,
            ErrorCode::AppAlreadyHasAStartingJob
            | ErrorCode::AppIsRunning
            | ErrorCode::ApplicationAlreadyExists
            | ErrorCode::AlreadyLocked
            | ErrorCode::AlreadyStarted
            | ErrorCode::EnvironmentBusy
            | ErrorCode::EnvironmentNotDeployed
            | ErrorCode::EnvironmentNotStopped
            | ErrorCode::ErrorNotAllowed
            | ErrorCode::InvalidState
            | ErrorCode::NoMdaHasBeenDeployed
            | ErrorCode::NoPackage
            | ErrorCode::PackageInUse => ErrorKind::Conflict,
            ErrorCode::BuildFailed
            | ErrorCode::BuildNotSucceeded
            | ErrorCode::CustomSettingNotSupported
            | ErrorCode::DbSyncFailed
            | ErrorCode::EnvironmentCleanFailed
            | ErrorCode::InsecureAdminPassword
            | ErrorCode::InvalidAppId
            | ErrorCode::InvalidDbStructure
            | ErrorCode::InvalidEnvironment
            | ErrorCode::InvalidPackage
            | ErrorCode::InvalidParameters
            | ErrorCode::InvalidProjectId
            | ErrorCode::InvalidRequest
            | ErrorCode::InvalidRuntimeVersion
            | ErrorCode::InvalidScheduledEventParameter
            | ErrorCode::InvalidVersion
            | ErrorCode::MissingConstant
            | ErrorCode::NotSupported
            | ErrorCode::PackageParseFailed
            | ErrorCode::ServiceUnavailable
            | ErrorCode::SnapshotListingFailed
            | ErrorCode::StartFailed
            | ErrorCode::StartupActionFailed
            | ErrorCode::StopFailed
            | ErrorCode::Unsupported
            | ErrorCode::UploadCopyFailed => ErrorKind::Api,
            ErrorCode::Other(_) => return None,
        })
    }

    /// What to do next, where there is a suggestion.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            ErrorCode::InvalidDbStructure => "start with auto_sync_db to synchronise the database",
            ErrorCode::AppIsRunning | ErrorCode::EnvironmentNotStopped | ErrorCode::ErrorNotAllowed => {
                "stop the environment, and wait until its status is Stopped"
            }
            ErrorCode::AppAlreadyHasAStartingJob | ErrorCode::AlreadyLocked | ErrorCode::EnvironmentBusy => {
                "another action is in progress on this environment; wait for it to end"
            }
            ErrorCode::AlreadyStarted => {
                "the app runs already; check with get_environment_package whether it is your package"
            }
            ErrorCode::InvalidVersion => "write the version as x.y.z: the service adds the revision",
            ErrorCode::PackageInUse => "an environment has this package: transport another one to it first",
            ErrorCode::Unsupported => "data_type is files_and_database or database_only",
            ErrorCode::MissingConstant => "give every constant a value with set_environment_settings",
            ErrorCode::InsecureAdminPassword => "change the administrator's password from '1'",
            ErrorCode::NoPackage | ErrorCode::NoMdaHasBeenDeployed | ErrorCode::EnvironmentNotDeployed => {
                "transport a package to the environment first"
            }
            ErrorCode::NoAccess | ErrorCode::Forbidden | ErrorCode::TransportNotAllowed => NO_RIGHTS,
            ErrorCode::Unauthorized => "check the username and the API key",
            ErrorCode::InvalidPackage | ErrorCode::PackageParseFailed => {
                "the file must be a deployment package (.mda)"
            }
            ErrorCode::ServiceUnavailable => {
                "try again later; after an upload the package may still be in preparation"
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_compared_without_case_and_with_spaces_as_underscores() {
        assert_eq!(ErrorCode::new("NOT FOUND"), ErrorCode::NotFound);
        assert_eq!(ErrorCode::new(" not_found "), ErrorCode::NotFound);
        assert_eq!(ErrorCode::new("Brand new"), ErrorCode::Other("BRAND_NEW".into()));
    }

    #[test]
    fn every_known_code_reads_back_as_itself() {
        for code in ErrorCode::KNOWN {
            assert_eq!(&ErrorCode::new(code.as_str()), code);
        }
    }
}
