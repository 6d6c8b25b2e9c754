//! The parts of the state. All of it reads and writes as JSON, in snake case; times are milliseconds since the epoch.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Bodies, Profile, Rule, TagForm};

/// The whole state of the simulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Who may call.
    pub credentials: Credentials,
    /// How it behaves.
    #[serde(default)]
    pub options: Options,
    /// The apps by their `AppId`.
    pub apps: BTreeMap<String, App>,
    /// How many ids were given out.
    #[serde(default)]
    pub last_id: u64,
}

/// The one user of the simulator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// `Mendix-Username`.
    pub username: String,
    /// `Mendix-ApiKey`.
    pub api_key: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// How the simulator behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Which service it behaves like.
    pub profile: Profile,
    /// Rules that are switched on or off, whatever the profile says.
    pub rules: BTreeMap<Rule, bool>,
    /// The form of undocumented bodies.
    pub bodies: Bodies,
    /// The form of tags.
    pub tags: TagForm,
    /// How long a start takes.
    pub start_ms: u64,
    /// How long a stop takes after its reply.
    pub stop_ms: u64,
    /// How long a backup waits after its reply until it is being made.
    pub backup_queue_ms: u64,
    /// How long a backup is being made after that.
    pub backup_ms: u64,
    /// How long an uploaded package is processed, where [`Rule::UploadsAreProcessed`] holds.
    pub processing_ms: u64,
    /// How long a package waits after the response until it is being built.
    pub build_queue_ms: u64,
    /// How long a package is being built after that.
    pub build_ms: u64,
    /// How long an archive of a snapshot is being made.
    pub archive_ms: u64,
    /// How long a restore takes.
    pub restore_ms: u64,
    /// How long a signed link is valid.
    pub link_ms: u64,
    /// How long the link to an archive is valid.
    pub archive_link_ms: u64,
    /// How many bytes there are behind a signed link.
    pub link_bytes: u64,
    /// Accepts any bytes as a package, and keeps none of them.
    pub accept_any_package: bool,
    /// Computes the digest of uploads.
    pub hash_uploads: bool,
    /// How long a connection may be idle before it is closed; without limit if not given.
    pub idle_limit_ms: Option<u64>,
}

impl Options {
    /// Whether a rule holds: as it is switched, else as the profile says.
    #[must_use]
    pub fn has(&self, rule: Rule) -> bool {
        self.rules.get(&rule).copied().unwrap_or_else(|| rule.holds_in(self.profile))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            rules: BTreeMap::new(),
            bodies: Bodies::default(),
            tags: TagForm::default(),
            start_ms: 300,
            stop_ms: 0,
            backup_queue_ms: 0,
            backup_ms: 300,
            processing_ms: 300,
            build_queue_ms: 0,
            build_ms: 300,
            archive_ms: 300,
            restore_ms: 300,
            link_ms: 15 * 60 * 1000,
            archive_link_ms: 8 * 3600 * 1000,
            link_bytes: 64 * 1024,
            accept_any_package: false,
            hash_uploads: true,
            idle_limit_ms: None,
        }
    }
}

/// An app. Its `AppId` is its key in [`State::apps`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// Its name.
    pub name: String,
    /// Its project.
    pub project_id: String,
    /// Its URL.
    pub url: String,
    /// Whether it is a free app, for which the API offers little.
    #[serde(default)]
    pub sandbox: bool,
    /// Its environments by their mode.
    #[serde(default)]
    pub environments: BTreeMap<String, Environment>,
    /// Its packages by their id.
    #[serde(default)]
    pub packages: BTreeMap<String, Package>,
    /// Whether processing its next upload fails, where [`Rule::UploadsAreProcessed`] holds, or it is of version 2.
    #[serde(default)]
    pub next_processing_fails: bool,
    /// Whether its next build fails.
    #[serde(default)]
    pub next_build_fails: bool,
    /// The jobs of its uploads of version 2 by their id: the package of each.
    #[serde(default)]
    pub upload_jobs: BTreeMap<String, String>,
}

/// The status of an environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvironmentStatus {
    /// Nothing was ever deployed.
    #[default]
    Empty,
    /// Stopped.
    Stopped,
    /// Running.
    Running,
}

/// An environment. Its mode is its key in [`App::environments`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Environment {
    /// Its id, which the API shows with archived logs.
    pub environment_id: String,
    /// Its status.
    pub status: EnvironmentStatus,
    /// Its URL.
    pub url: String,
    /// Whether it is the production environment.
    pub production: bool,
    /// The package that was transported to it.
    pub package: Option<String>,
    /// The package that runs in it.
    pub running_package: Option<String>,
    /// Its start jobs by their id.
    pub jobs: BTreeMap<String, StartJob>,
    /// When it will have stopped.
    pub stopping: Option<i64>,
    /// Whether something else holds its lock.
    pub locked: bool,
    /// How its next start fails, as one of the codes of the start status.
    pub next_start_failure: Option<String>,
    /// Whether its next start never ends.
    pub next_start_hangs: bool,
    /// Why its next backup fails.
    pub next_backup_failure: Option<String>,
    /// Why its next archive fails.
    pub next_archive_failure: Option<String>,
    /// Why its next restore fails.
    pub next_restore_failure: Option<String>,
    /// Whether it is in maintenance, which keeps the Backups API v2 from it.
    pub maintenance: bool,
    /// The state of its database.
    pub database: Database,
    /// Where its data come from: empty after a clean, else the id of a snapshot, or any text.
    pub data: String,
    /// `Constants`, `CustomSettings` and `ScheduledEvents` as the API shows them.
    pub settings: Map<String, Value>,
    /// Its snapshots by their id.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// The restores of snapshots to it by their id.
    pub restores: BTreeMap<String, Restore>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its archived logs by the day, as `2018-08-10`. Those of a day that is not there are generated bytes.
    pub logs: BTreeMap<String, String>,
    /// Its archived access logs by the day, in the same way.
    pub access_logs: BTreeMap<String, String>,
    /// How many instances it has.
    pub instances: u32,
    /// The memory of each, in MB.
    pub memory_per_instance: u32,
    /// The memory of the plan, in MB.
    pub memory_limit: u32,
    /// Whether it is of Mendix Cloud v4.
    pub cloud_v4: bool,
    /// What the user may do.
    pub rights: Rights,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            environment_id: String::new(),
            status: EnvironmentStatus::Empty,
            url: String::new(),
            production: false,
            package: None,
            running_package: None,
            jobs: BTreeMap::new(),
            stopping: None,
            locked: false,
            next_start_failure: None,
            next_start_hangs: false,
            next_backup_failure: None,
            next_archive_failure: None,
            next_restore_failure: None,
            maintenance: false,
            database: Database::InSync,
            data: String::new(),
            settings: Map::new(),
            snapshots: BTreeMap::new(),
            restores: BTreeMap::new(),
            logs: BTreeMap::new(),
            access_logs: BTreeMap::new(),
            tags: Vec::new(),
            instances: 1,
            memory_per_instance: 1024,
            memory_limit: 8192,
            cloud_v4: true,
            rights: Rights::default(),
        }
    }
}

/// A start job. Its id is its key in [`Environment::jobs`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StartJob {
    /// Its state.
    pub state: JobState,
    /// Whether it may change the database.
    pub auto_sync_db: bool,
    /// When it ends; never if not given.
    pub due: Option<i64>,
    /// The code with which it failed.
    pub failure: Option<String>,
}

/// The state of a start job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobState {
    /// In progress.
    #[default]
    Starting,
    /// Succeeded.
    Started,
    /// Failed.
    Failed,
}

/// The state of a database in relation to the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Database {
    /// Fits the model.
    #[default]
    InSync,
    /// Has to be changed.
    OutOfSync,
    /// Has to be changed, which fails.
    Unsyncable,
}

/// What the user may do with an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rights {
    /// Use the API at all.
    pub api_access: bool,
    /// Transport packages.
    pub transport: bool,
    /// See and use backups.
    pub backups: bool,
}

impl Default for Rights {
    fn default() -> Self {
        Self { api_access: true, transport: true, backups: true }
    }
}

/// The status of a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackageStatus {
    /// Ready.
    #[default]
    Succeeded,
    /// Waits to be built.
    Queued,
    /// Is being built or processed.
    Building,
    /// Is being uploaded.
    Uploading,
    /// Cannot be used.
    Failed,
}

/// A package. Its id is its key in [`App::packages`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Its version, which is that of the model too.
    pub version: String,
    /// The version of Mendix that it needs.
    pub runtime_version: String,
    /// Who made it.
    pub creator: String,
    /// When it was made.
    pub creation_date: i64,
    /// When it expires.
    pub expiry_date: Option<i64>,
    /// Its status.
    pub status: PackageStatus,
    /// When it is no longer queued, if it is.
    pub begins: Option<i64>,
    /// When it is ready, if it is being built or processed.
    pub ready: Option<i64>,
    /// Whether building or processing it fails.
    pub processing_fails: bool,
    /// Its size in bytes.
    pub size: u64,
    /// Whether profile `document` shows its size in MiB.
    pub size_in_mib: bool,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Whether it needs another database than the one before.
    pub changes_database: bool,
    /// The constants of its model. Not given, transporting it leaves those of the environment as they are.
    pub constants: Option<Vec<Constant>>,
    /// The names of its scheduled events. Not given, transporting it leaves those of the environment as they are.
    pub scheduled_events: Option<Vec<String>>,
}

/// A constant of the model, as a package declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Constant {
    /// Its name, with that of its module.
    pub name: String,
    /// Its type.
    pub data_type: String,
    /// The value that it has until it is set. Not given, a start fails until it is.
    pub default_value: Option<String>,
}

/// The state of a snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SnapshotState {
    /// Can be used.
    #[default]
    Completed,
    /// Waits to be made.
    Queued,
    /// Is being made.
    InProgress,
    /// Could not be made.
    Failed,
}

/// A snapshot. Its id is its key in [`Environment::snapshots`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Snapshot {
    /// The comment of the user.
    pub comment: String,
    /// Its state.
    pub state: SnapshotState,
    /// When it was asked for, where that is not when it was completed.
    pub asked: Option<i64>,
    /// When it was completed; not known before, nor when it failed.
    pub created_on: Option<i64>,
    /// When it failed.
    pub failed_on: Option<i64>,
    /// When it expires.
    pub expires_on: Option<i64>,
    /// The version of the model that ran.
    pub model_version: String,
    /// When it will no longer wait to be made.
    pub starts: Option<i64>,
    /// When it will be completed, or have failed.
    pub due: Option<i64>,
    /// Why it fails, if it does.
    pub failure: Option<String>,
    /// Its archives by their id.
    pub archives: BTreeMap<String, Archive>,
}

/// An archive of a snapshot. Its id is its key in [`Snapshot::archives`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Archive {
    /// What is in it.
    pub data_type: String,
    /// How far it has come.
    pub task: Task,
}

/// A restore of a snapshot. Its id is its key in [`Environment::restores`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Restore {
    /// The snapshot.
    pub snapshot_id: String,
    /// The environment that the snapshot is of.
    pub source_environment_id: String,
    /// How far it has come.
    pub task: Task,
}

/// What the service works on after its response. It is completed when it is due, unless it fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Task {
    /// When it was asked for.
    pub asked: i64,
    /// When it is due; it was done, or failed, if that is past.
    pub due: i64,
    /// Why it fails, if it does.
    pub failure: Option<String>,
}
