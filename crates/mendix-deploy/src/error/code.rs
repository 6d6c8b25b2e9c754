//! The service's error codes, and what each of them means for a caller.

use std::fmt;

use super::kind::ErrorKind;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal => $kind:ident,)+) => {
        /// A code of the service, as its error replies carry it in `errorCode`.
        ///
        /// The set is open: a code that this version does not know is kept in [`ErrorCode::Other`]. Codes are
        /// compared in upper case with spaces read as `_`, since the service writes both `NOT_FOUND` and
        /// `NOT FOUND`; what was sent stays in [`Error::code_text`](crate::Error::code_text).
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $variant,)+
            /// A code that this version does not know, normalised.
            Other(String),
        }

        impl ErrorCode {
            /// Every code that has a name here.
            pub const KNOWN: &'static [ErrorCode] = &[$(ErrorCode::$variant,)+];

            /// Reads a code as the service writes it.
            #[must_use]
            pub fn new(text: &str) -> ErrorCode {
                let normalised = text.trim().to_uppercase().replace(' ', "_");
                match normalised.as_str() {
                    $($text => ErrorCode::$variant,)+
                    _ => ErrorCode::Other(normalised),
                }
            }

            /// The code in its normalised form, for example `APP_IS_RUNNING`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(ErrorCode::$variant => $text,)+
                    ErrorCode::Other(text) => text,
                }
            }

            /// The kind of error that this code stands for, whatever HTTP status came with it; `None` where
            /// only the status can tell.
            pub(crate) fn kind(&self) -> Option<ErrorKind> {
                match self {
                    $(ErrorCode::$variant => Some(ErrorKind::$kind),)+
                    ErrorCode::Other(_) => None,
                }
            }
        }
    };
}

error_codes! {
    /// The app has a start action under way already.
    AppAlreadyHasAStartingJob = "APP_ALREADY_HAS_A_STARTING_JOB" => Conflict,
    /// The environment must be stopped first.
    AppIsRunning = "APP_IS_RUNNING" => Conflict,
    /// There is no such app, or no access to it.
    AppNotFound = "APP_NOT_FOUND" => NotFound,
    /// The project has a sandbox already.
    ApplicationAlreadyExists = "APPLICATION_ALREADY_EXISTS" => Conflict,
    /// The environment is locked by another action.
    AlreadyLocked = "ALREADY_LOCKED" => Conflict,
    /// The app runs already.
    AlreadyStarted = "ALREADY_STARTED" => Conflict,
    /// The settings name a constant that the package does not have.
    ConstantNotFound = "CONSTANT_NOT_FOUND" => NotFound,
    /// The environment does not support that custom setting.
    CustomSettingNotSupported = "CUSTOM_SETTING_NOT_SUPPORTED" => Api,
    /// The database could not be synchronised with the model.
    DbSyncFailed = "DB_SYNC_FAILED" => Api,
    /// The data of the environment could not be removed.
    EnvironmentCleanFailed = "ENVIRONMENT_CLEAN_FAILED" => Api,
    /// Nothing is deployed on the environment.
    EnvironmentNotDeployed = "ENVIRONMENT_NOT_DEPLOYED" => Conflict,
    /// There is no such environment.
    EnvironmentNotFound = "ENVIRONMENT_NOT_FOUND" => NotFound,
    /// The environment must be stopped first.
    EnvironmentNotStopped = "ENVIRONMENT_NOT_STOPPED" => Conflict,
    /// The environment's state does not allow a restore: stop it first.
    ErrorNotAllowed = "ERROR_NOT_ALLOWED" => Conflict,
    /// The account has no access.
    Forbidden = "FORBIDDEN" => Forbidden,
    /// An administrator has the password `1`.
    InsecureAdminPassword = "INSECURE_ADMIN_PASSWORD" => Api,
    /// The app's identifier is not valid.
    InvalidAppId = "INVALID_APPID" => Api,
    /// The database does not fit the model, and was not to be synchronised.
    InvalidDbStructure = "INVALID_DB_STRUCTURE" => Api,
    /// The mode is none that the service knows.
    InvalidEnvironment = "INVALID_ENVIRONMENT" => Api,
    /// The upload is not a deployment package.
    InvalidPackage = "INVALID_PACKAGE" => Api,
    /// A parameter is missing.
    InvalidParameters = "INVALID_PARAMETERS" => Api,
    /// The project's identifier is not valid.
    InvalidProjectId = "INVALID_PROJECTID" => Api,
    /// The request asks for what the plan or the limits do not allow.
    InvalidRequest = "INVALID_REQUEST" => Api,
    /// The package needs a runtime that the environment does not have.
    InvalidRuntimeVersion = "INVALID_RUNTIME_VERSION" => Api,
    /// A scheduled event is neither `Enabled` nor `Disabled`.
    InvalidScheduledEventParameter = "INVALID_SCHEDULED_EVENT_PARAMETER" => Api,
    /// A constant has no value.
    MissingConstant = "MISSING_CONSTANT" => Api,
    /// The account has no access.
    NoAccess = "NO_ACCESS" => Forbidden,
    /// Nothing was ever deployed on the environment.
    NoMdaHasBeenDeployed = "NO_MDA_HAS_BEEN_DEPLOYED" => Conflict,
    /// The environment has no package to start.
    NoPackage = "NO_PACKAGE" => Conflict,
    /// There is no such start action.
    NoSuchStartJob = "NO_SUCH_STARTJOB" => NotFound,
    /// The plan or the version does not allow it.
    NotAllowed = "NOT_ALLOWED" => Forbidden,
    /// The app, environment or snapshot was not found.
    NotFound = "NOT_FOUND" => NotFound,
    /// There is no such package, or none on the environment.
    PackageNotFound = "PACKAGE_NOT_FOUND" => NotFound,
    /// The package could not be read on its way to the environment.
    PackageParseFailed = "PACKAGE_PARSE_FAILED" => Api,
    /// The settings name a scheduled event that the package does not have.
    ScheduledEventNotFound = "SCHEDULED_EVENT_NOT_FOUND" => NotFound,
    /// The service can't do it now; later it may.
    ServiceUnavailable = "SERVICE_UNAVAILABLE" => Api,
    /// The backups could not be listed.
    SnapshotListingFailed = "SNAPSHOT_LISTING_FAILED" => Api,
    /// There is no such backup.
    SnapshotNotFound = "SNAPSHOT_NOT_FOUND" => NotFound,
    /// The app did not start.
    StartFailed = "START_FAILED" => Api,
    /// The app's after-startup action failed.
    StartupActionFailed = "STARTUP_ACTION_FAILED" => Api,
    /// The app could not be stopped.
    StopFailed = "STOP_FAILED" => Api,
    /// The account may not transport to this environment.
    TransportNotAllowed = "TRANSPORT_NOT_ALLOWED" => Forbidden,
    /// The username or the API key is wrong.
    Unauthorized = "UNAUTHORIZED" => Unauthorized,
    /// The service could not store the upload.
    UploadCopyFailed = "UPLOAD_COPY_FAILED" => Api,
}

/// What to do about an account without rights.
pub(crate) const NO_RIGHTS: &str = "the Technical Contact of the app must give this account API access to the \
                                    environment, and the Transport permission to change it";

impl ErrorCode {
    /// What to do next, where there is something to say.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            ErrorCode::InvalidDbStructure => "start with auto_sync_db to synchronise the database",
            ErrorCode::AppIsRunning | ErrorCode::EnvironmentNotStopped | ErrorCode::ErrorNotAllowed => {
                "stop the environment, and wait until its status is Stopped"
            }
            ErrorCode::AppAlreadyHasAStartingJob | ErrorCode::AlreadyLocked => {
                "another action is under way on this environment; wait for it to end"
            }
            ErrorCode::AlreadyStarted => {
                "the app runs already; look with get_environment_package whether it is your package"
            }
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

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
