//! Made by `cargo xtask regen` from crates/mendix-deploy-sim/data/calls.json. Do not edit.

use mendix_deploy::{Client, Error};
use mendix_deploy_sim::Call;

use super::calls::Args;

/// Makes a call, and forgets its result.
#[expect(clippy::too_many_lines, reason = "an arm for each call")]
pub(crate) fn dispatch(client: &Client, call: Call, args: Args<'_>) -> Result<(), Error> {
    match call {
        Call::ListApps => client.list_apps().map(drop),
        Call::CreateSandbox => client.create_sandbox(args.text("project_id")).map(drop),
        Call::GetApp => client.get_app(args.text("app_id")).map(drop),
        Call::ListEnvironments => client.list_environments(args.text("app_id")).map(drop),
        Call::GetEnvironment => client.get_environment(args.text("app_id"), args.text("mode")).map(drop),
        Call::StartEnvironment => client
            .start_environment(args.text("app_id"), args.text("mode"), args.bool("auto_sync_db"))
            .map(drop),
        Call::GetStartStatus => {
            client.get_start_status(args.text("app_id"), args.text("mode"), args.text("job_id")).map(drop)
        }
        Call::StopEnvironment => client.stop_environment(args.text("app_id"), args.text("mode")),
        Call::GetEnvironmentPackage => {
            client.get_environment_package(args.text("app_id"), args.text("mode")).map(drop)
        }
        Call::UploadPackage => {
            client.upload_package(args.text("app_id"), args.source(), args.optional("name")).map(drop)
        }
        Call::TransportPackage => {
            client.transport_package(args.text("app_id"), args.text("mode"), args.text("package_id"))
        }
        Call::CleanEnvironment => client.clean_environment(args.text("app_id"), args.text("mode")).map(drop),
        Call::GetEnvironmentSettings => {
            client.get_environment_settings(args.text("app_id"), args.text("mode")).map(drop)
        }
        Call::SetEnvironmentSettings => client
            .set_environment_settings(args.text("app_id"), args.text("mode"), &args.settings("settings"))
            .map(drop),
        Call::ListBackups => client.list_backups(args.text("app_id"), args.text("mode")).map(drop),
        Call::GetBackupLinks => client
            .get_backup_links(args.text("app_id"), args.text("mode"), args.text("snapshot_id"))
            .map(drop),
        Call::CreateBackup => {
            client.create_backup(args.text("app_id"), args.text("mode"), args.optional("comment")).map(drop)
        }
        Call::RestoreBackup => {
            client.restore_backup(args.text("app_id"), args.text("mode"), args.text("snapshot_id")).map(drop)
        }
        Call::ScaleEnvironment => client
            .scale_environment(
                args.text("app_id"),
                args.text("mode"),
                args.integer("instances"),
                args.integer("memory_per_instance"),
            )
            .map(drop),
        Call::CreateEnvironmentTag => {
            client.create_environment_tag(args.text("app_id"), args.text("mode"), args.text("tag")).map(drop)
        }
        Call::ListEnvironmentTags => {
            client.list_environment_tags(args.text("app_id"), args.text("mode")).map(drop)
        }
        Call::DeleteEnvironmentTag => {
            client.delete_environment_tag(args.text("app_id"), args.text("mode"), args.text("tag"))
        }
        Call::GetArchivedLogs => {
            client.get_archived_logs(args.text("app_id"), args.text("mode"), args.text("date")).map(drop)
        }
        Call::GetArchivedAccessLogs => client
            .get_archived_access_logs(args.text("app_id"), args.text("mode"), args.text("date"))
            .map(drop),
        Call::ListPackages => client.list_packages(args.text("app_id")).map(drop),
        Call::GetPackage => client.get_package(args.text("app_id"), args.text("package_id")).map(drop),
        Call::GetPackageLink => {
            client.get_package_link(args.text("app_id"), args.text("package_id")).map(drop)
        }
        Call::DeletePackage => client.delete_package(args.text("app_id"), args.text("package_id")),
        Call::BuildPackage => client
            .build_package(
                args.text("app_id"),
                args.text("branch"),
                args.text("revision"),
                args.text("version"),
                args.optional("description"),
            )
            .map(drop),
        Call::GetEnvironmentPackageLink => {
            client.get_environment_package_link(args.text("app_id"), args.text("mode")).map(drop)
        }
        Call::UploadPackageV2 => {
            client.upload_package_v2(args.text("app_id"), args.source(), args.optional("name")).map(drop)
        }
        Call::GetUploadStatus => client.get_upload_status(args.text("app_id"), args.text("job_id")).map(drop),
        Call::ListSnapshots => {
            client.list_snapshots(args.text("project_id"), args.text("environment_id")).map(drop)
        }
        Call::CreateSnapshot => client
            .create_snapshot(args.text("project_id"), args.text("environment_id"), args.optional("comment"))
            .map(drop),
        Call::GetSnapshot => client
            .get_snapshot(args.text("project_id"), args.text("environment_id"), args.text("snapshot_id"))
            .map(drop),
        Call::UpdateSnapshot => client
            .update_snapshot(
                args.text("project_id"),
                args.text("environment_id"),
                args.text("snapshot_id"),
                args.text("comment"),
            )
            .map(drop),
        Call::DeleteSnapshot => client.delete_snapshot(
            args.text("project_id"),
            args.text("environment_id"),
            args.text("snapshot_id"),
        ),
        Call::CreateArchive => client
            .create_archive(
                args.text("project_id"),
                args.text("environment_id"),
                args.text("snapshot_id"),
                args.text("data_type"),
            )
            .map(drop),
        Call::GetArchive => client
            .get_archive(
                args.text("project_id"),
                args.text("environment_id"),
                args.text("snapshot_id"),
                args.text("archive_id"),
            )
            .map(drop),
        Call::RestoreSnapshot => client
            .restore_snapshot(
                args.text("project_id"),
                args.text("environment_id"),
                args.text("source_snapshot_id"),
                args.bool("db_only"),
            )
            .map(drop),
        Call::GetRestore => client
            .get_restore(args.text("project_id"), args.text("environment_id"), args.text("restore_id"))
            .map(drop),
    }
}
