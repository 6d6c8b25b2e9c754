//! The journals and leases of deployments, in the state folder.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use mendix_deploy::{Client, Deployment, JournalInfo};

use crate::failure::{Failure, Outcome};

/// Where one deployment is recorded.
pub(crate) struct Paths {
    pub(crate) journal: PathBuf,
    pub(crate) lease: PathBuf,
}

/// The folder of the journals for this server.
pub(crate) fn folder(client: &Client) -> Outcome<PathBuf> {
    let folders = etcetera::choose_base_strategy()
        .map_err(|error| Failure::usage(format!("the state folder cannot be found: {error}")))?;
    let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    let server = file_name(client.base_url().trim_start_matches("https://").trim_start_matches("http://"));
    Ok(state.join("mendix-deploy").join(server))
}

/// Those of an environment, in the state folder.
pub(crate) fn of(client: &Client, app_id: &str, mode: &str) -> Outcome<Paths> {
    let folder = folder(client)?;
    let name = format!("{}-{}", file_name(app_id), file_name(mode));
    Ok(Paths { journal: folder.join(format!("{name}.journal")), lease: folder.join(format!("{name}.lease")) })
}

/// A name of its own for each text, without characters that a folder or another system refuses.
fn file_name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            name.push(c);
        } else {
            name.extend(c.to_string().bytes().map(|byte| format!("_{byte:02x}")));
        }
    }
    name
}

/// What an earlier deployment has left in a journal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// Nothing, or this deployment, which has ended.
    Nothing,
    /// This deployment, which goes on.
    Unfinished(String),
    /// Another deployment, whose journal is set aside: in words, where it has not ended and is given up.
    Another(Option<String>),
}

/// Looks at what an earlier deployment has left. One that was not finished is not given up unasked.
pub(crate) fn look(paths: &Paths, deployment: &Deployment, gives_up: bool) -> Outcome<Earlier> {
    if !paths.journal.exists() || is_empty(&paths.journal) {
        return Ok(Earlier::Nothing);
    }
    let (info, is_same) = JournalInfo::read_for(&paths.journal, deployment)?;
    // Of this one the lease tells which process runs it.
    if info.outcome.is_none() && !is_same && is_running(&paths.journal) {
        return Err(Failure::conflict(format!(
            "another deployment is running: {}; wait for it to end",
            describe(&info)
        )));
    }
    match (info.outcome, is_same) {
        (Some(_), true) => Ok(Earlier::Nothing),
        (None, true) => Ok(Earlier::Unfinished(describe(&info))),
        (Some(_), false) => Ok(Earlier::Another(None)),
        (None, false) if gives_up => Ok(Earlier::Another(Some(describe(&info)))),
        (None, false) => {
            let resume = resume_command(&info.app_id, &info.mode);
            Err(Failure::conflict(format!(
                "an earlier deployment was not finished: {}\n  finish it with `{resume}`, or give it up with \
                 `--discard-journal`",
                describe(&info)
            )))
        }
    }
}

/// Makes the folder, and sets the journal of another deployment aside, where it is kept until the next one.
pub(crate) fn prepare(paths: &Paths, earlier: &Earlier) -> Outcome {
    if let Some(folder) = paths.journal.parent() {
        make(folder)?;
    }
    if let Some(folder) = paths.lease.parent() {
        make(folder)?;
    }
    if let Earlier::Another(_) = earlier {
        let journal = &paths.journal;
        fs::rename(journal, journal.with_extension("journal.previous"))
            .map_err(|error| Failure::local(format!("{} cannot be renamed: {error}", journal.display())))?;
    }
    Ok(())
}

fn make(folder: &Path) -> Outcome {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| Failure::local(format!("{} cannot be created: {error}", folder.display())))
}

/// Whether a process holds the journal.
fn is_running(journal: &Path) -> bool {
    // The lock ends with this file, before the deployment takes it.
    fs::File::open(journal)
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

fn is_empty(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0)
}

/// A deployment in words.
pub(crate) fn describe(info: &JournalInfo) -> String {
    let package = match (&info.package, &info.package_id, &info.from_mode) {
        (Some(path), ..) => path.display().to_string(),
        (_, Some(id), _) => format!("package {id}"),
        (.., Some(mode)) => format!("the package of {mode}"),
        _ => "a package".to_owned(),
    };
    let last =
        info.steps.last().map_or("before its first step".to_owned(), |step| format!("after {}", step.name));
    let begun = info.begun_at.strftime("%Y-%m-%d %H:%M:%SZ");
    format!("{package} to {} of {}, begun {begun}, {last}", info.mode, info.app_id)
}

/// What resumes the deployment of an environment.
pub(crate) fn resume_command(app_id: &str, mode: &str) -> String {
    let quoted = |text| shlex::try_quote(text).map_or_else(|_| text.into(), Cow::into_owned);
    format!("mendix-deploy resume --app {} --mode {}", quoted(app_id), quoted(mode))
}

/// The deployments in the state folder that have not ended, with their journals.
pub(crate) fn unfinished(client: &Client) -> Outcome<Vec<(PathBuf, JournalInfo)>> {
    let folder = folder(client)?;
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(Failure::local(format!("{} cannot be read: {error}", folder.display())));
        }
    };
    let mut found: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "journal") && !is_empty(path))
        // One that cannot be read is told when it is used.
        .filter_map(|path| JournalInfo::read(&path).ok().map(|info| (path, info)))
        .filter(|(_, info)| info.outcome.is_none())
        .collect();
    found.sort_by_key(|(_, info)| info.begun_at);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_environment_has_a_file_of_its_own() {
        assert_ne!(file_name("a b"), file_name("a_b"));
        assert_eq!(file_name("../x"), "..\u{5f}2fx");
    }

    #[test]
    fn a_command_that_is_told_can_be_pasted() {
        assert_eq!(resume_command("calc", "my env"), "mendix-deploy resume --app calc --mode 'my env'");
    }
}
