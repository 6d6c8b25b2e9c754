//! Any of the 23 calls, from data.

use mendix_deploy::{Client, EnvironmentSettings, Error, PackageSource};
use mendix_deploy_sim::Call;
use serde_json::{Map, Value, json};

/// Makes a call with arguments by their names, and forgets what it answers.
pub(crate) fn call(client: &Client, call: Call, args: &Map<String, Value>) -> Result<(), Error> {
    let text = |name: &str| args.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| u32::try_from(args[name].as_u64().unwrap()).unwrap();
    let (app, mode) = (text("app_id"), text("mode"));
    match call {
        Call::ListApps => client.list_apps().map(drop),
        Call::CreateSandbox => client.create_sandbox(text("project_id")).map(drop),
        Call::GetApp => client.get_app(app).map(drop),
        Call::ListEnvironments => client.list_environments(app).map(drop),
        Call::GetEnvironment => client.get_environment(app, mode).map(drop),
        Call::StartEnvironment => {
            client.start_environment(app, mode, args["auto_sync_db"].as_bool().unwrap()).map(drop)
        }
        Call::GetStartStatus => client.get_start_status(app, mode, text("job_id")).map(drop),
        Call::StopEnvironment => client.stop_environment(app, mode),
        Call::GetEnvironmentPackage => client.get_environment_package(app, mode).map(drop),
        Call::UploadPackage => {
            let source = PackageSource::bytes(text("content").as_bytes());
            client.upload_package(app, source, Some(text("name"))).map(drop)
        }
        Call::TransportPackage => client.transport_package(app, mode, text("package_id")),
        Call::CleanEnvironment => client.clean_environment(app, mode).map(drop),
        Call::GetEnvironmentSettings => client.get_environment_settings(app, mode).map(drop),
        Call::SetEnvironmentSettings => {
            let settings = EnvironmentSettings::from_json(&args["settings"].to_string()).unwrap();
            client.set_environment_settings(app, mode, &settings).map(drop)
        }
        Call::ListBackups => client.list_backups(app, mode).map(drop),
        Call::GetBackupLinks => client.get_backup_links(app, mode, text("snapshot_id")).map(drop),
        Call::CreateBackup => {
            client.create_backup(app, mode, args.get("comment").and_then(Value::as_str)).map(drop)
        }
        Call::RestoreBackup => client.restore_backup(app, mode, text("snapshot_id")).map(drop),
        Call::ScaleEnvironment => {
            client.scale_environment(app, mode, number("instances"), number("memory_per_instance")).map(drop)
        }
        Call::CreateEnvironmentTag => client.create_environment_tag(app, mode, text("tag")).map(drop),
        Call::ListEnvironmentTags => client.list_environment_tags(app, mode).map(drop),
        Call::DeleteEnvironmentTag => client.delete_environment_tag(app, mode, text("tag")),
        Call::GetArchivedLogs => client.get_archived_logs(app, mode, text("date")).map(drop),
    }
}

/// Arguments that every call takes.
pub(crate) fn any_args() -> Map<String, Value> {
    let args = json!({
        "project_id": "0b1a9b2c-7f0e-4d57-8a8e-3c1f6a1d2e4f", "app_id": "calc", "mode": "Acceptance",
        "auto_sync_db": true, "name": "a.mda", "content": "PK", "package_id": "p", "settings": {"Constants": []},
        "snapshot_id": "s", "instances": 2, "memory_per_instance": 2048, "tag": "europe", "job_id": "j",
        "date": "2018-08-10",
    });
    args.as_object().unwrap().clone()
}
