//! The journal of a deployment: a file of JSON lines, each synced to the disk before what it announces is done.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::lock;
use super::record::{Begin, Failure, Record, Step, VERSION};
use crate::deploy_report::{DeployReport, DeployStep};
use crate::{Error, Result};

/// The largest journal that is read. One of a deployment has some 10 KiB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The records of the last deployment in a journal, and the file that they are written to. Without a file they are only
/// kept.
#[derive(Debug)]
pub(super) struct Journal {
    file: Option<(PathBuf, File)>,
    begin: Option<Box<Begin>>,
    records: Vec<Record>,
}

impl Journal {
    /// A journal without a file.
    pub(super) fn in_memory() -> Journal {
        Journal { file: None, begin: None, records: Vec::new() }
    }

    /// Opens a journal, which no other process may use meanwhile.
    pub(super) fn open(path: &Path, create: bool) -> Result<Journal> {
        let path = lock::absolute(path, "journal")?;
        let is_new = !path.exists();
        let mut file = lock::open(&path, create, "journal")?;
        lock::lock(&file, &path, "journal", || {
            let message = format!("the journal {} is used by another process", path.display());
            (message, "its deployment is running: wait for it to end")
        })?;
        let cannot = |how: &str, error| {
            Error::io(&path, &format!("journal: {} cannot be {how}", path.display()), error)
        };
        if is_new {
            sync_folder(&path).map_err(|error| cannot("created", error))?;
        }
        let text = read_all(&mut file, &path)?;
        let whole = whole_lines(&text);
        if whole.len() < text.len() {
            file.set_len(whole.len() as u64).map_err(|error| cannot("repaired", error))?;
        }
        let mut journal = Journal::parse(&path, whole)?;
        journal.file = Some((path, file));
        Ok(journal)
    }

    /// Reads a journal, which another process may be writing meanwhile.
    pub(super) fn read(path: &Path) -> Result<Journal> {
        let path = lock::absolute(path, "journal")?;
        let cannot =
            |error| Error::io(&path, &format!("journal: {} cannot be opened", path.display()), error);
        // Opening a pipe would block until something writes to it.
        if !std::fs::metadata(&path).map_err(cannot)?.is_file() {
            let problem = format!("the journal {} is not a regular file", path.display());
            return Err(Error::invalid_input(problem));
        }
        let mut file = File::open(&path).map_err(cannot)?;
        let text = read_all(&mut file, &path)?;
        Journal::parse(&path, whole_lines(&text))
    }

    /// The records of the last deployment in these lines.
    fn parse(path: &Path, lines: &[u8]) -> Result<Journal> {
        let mut journal = Journal { file: None, begin: None, records: Vec::new() };
        for (place, line) in lines.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let record = serde_json::from_slice(line).ok();
            let is_sound = match record {
                Some(Record::Begin(begin)) if begin.version != VERSION => {
                    let problem = format!(
                        "the journal {} has version {}; this library reads version {VERSION}",
                        path.display(),
                        begin.version
                    );
                    return Err(Error::invalid_input(problem));
                }
                Some(record) => journal.keep(record),
                None => false,
            };
            if !is_sound {
                let problem = format!("the journal {} is damaged in line {}", path.display(), place + 1);
                let hint = "check the environment in the Mendix portal, and deploy with another journal";
                return Err(Error::invalid_input(problem).with_hint(hint));
            }
        }
        Ok(journal)
    }

    /// Adds a record that is in the file: whether it can stand there.
    fn keep(&mut self, record: Record) -> bool {
        match record {
            Record::Begin(begin) => {
                self.begin = Some(begin);
                self.records.clear();
                true
            }
            record if self.begin.is_some() => {
                self.records.push(record);
                true
            }
            _ => false,
        }
    }

    /// Writes a record, and syncs it to the disk.
    pub(super) fn write(&mut self, record: Record) -> Result<()> {
        if let Some((path, file)) = &mut self.file {
            let mut write = || -> std::io::Result<()> {
                let mut line = serde_json::to_vec(&record)?;
                line.push(b'\n');
                file.write_all(&line)?;
                file.sync_data()
            };
            write().map_err(|error| {
                Error::io(path, &format!("journal: {} cannot be written", path.display()), error)
            })?;
        }
        self.keep(record);
        Ok(())
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|(path, _)| path.as_path())
    }

    /// The deployment that was begun last.
    pub(super) fn begin(&self) -> Option<&Begin> {
        self.begin.as_deref()
    }

    /// How it ended, where it has.
    pub(super) fn finished(&self) -> Option<(&DeployReport, Option<&Failure>)> {
        self.records.iter().rev().find_map(|record| match record {
            Record::Finished { report, failure } => Some((&**report, failure.as_ref())),
            _ => None,
        })
    }

    /// The record of a change that was announced and neither refused nor accepted; when it was announced for the first time.
    pub(super) fn is_announced(&self, wanted: Step) -> bool {
        let of_step = self.records.iter().rev().find_map(|record| match record {
            Record::Intent { step, .. } if *step == wanted => Some(true),
            Record::Accepted { step, .. } | Record::Refused { step, .. } if *step == wanted => Some(false),
            _ => None,
        });
        of_step == Some(true)
    }

    /// Whether a change was ever announced and not refused: it may have taken effect.
    pub(super) fn is_begun(&self, wanted: Step) -> bool {
        self.is_announced(wanted) || self.is_accepted(wanted)
    }

    /// Whether the environment was changed, or may have been.
    pub(super) fn has_changes(&self) -> bool {
        Step::CHANGES.iter().any(|step| self.is_begun(*step))
    }

    /// Whether the service accepted a change.
    pub(super) fn is_accepted(&self, wanted: Step) -> bool {
        self.records.iter().any(|record| matches!(record, Record::Accepted { step, .. } if *step == wanted))
    }

    /// The identifier with which a change was accepted, where the service gave one.
    pub(super) fn id_of(&self, wanted: Step) -> Option<&str> {
        self.records.iter().rev().find_map(|record| match record {
            Record::Accepted { step, id, .. } if *step == wanted => id.as_deref(),
            _ => None,
        })
    }

    /// The names under which a package was uploaded, or may have been.
    pub(super) fn upload_names(&self) -> Vec<&str> {
        let name = |record| match record {
            &Record::Intent { step: Step::Upload, name: Some(ref name), .. } => Some(name.as_str()),
            _ => None,
        };
        self.records.iter().filter_map(name).collect()
    }

    /// How a step ended, where it has.
    pub(super) fn ended(&self, wanted: Step) -> Option<(&DeployStep, Option<&Failure>)> {
        self.records.iter().rev().find_map(|record| match record {
            Record::Ended { step, report, failure } if *step == wanted => Some((report, failure.as_ref())),
            _ => None,
        })
    }

    /// Whether a step ended and did not fail.
    pub(super) fn is_done(&self, wanted: Step) -> bool {
        self.ended(wanted).is_some_and(|(_, failure)| failure.is_none())
    }

    /// When a step first sent something.
    pub(super) fn announced_at(&self, wanted: Step) -> Option<jiff::Timestamp> {
        self.records.iter().find_map(|record| match record {
            Record::Intent { step, at, .. } if *step == wanted => Some(*at),
            _ => None,
        })
    }

    /// When a step last sent something.
    pub(super) fn sent_at(&self, wanted: Step) -> Option<jiff::Timestamp> {
        self.records.iter().rev().find_map(|record| match record {
            Record::Intent { step, at, .. } if *step == wanted => Some(*at),
            _ => None,
        })
    }

    /// All steps that ended, in order.
    pub(super) fn steps(&self) -> Vec<DeployStep> {
        let ended = |record: &Record| match record {
            Record::Ended { report, .. } => Some(report.clone()),
            _ => None,
        };
        self.records.iter().filter_map(ended).collect()
    }
}

/// All of a journal.
fn read_all(file: &mut File, path: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    Read::by_ref(file)
        .take(LARGEST + 1)
        .read_to_end(&mut text)
        .map_err(|error| Error::io(path, &format!("journal: {} cannot be read", path.display()), error))?;
    if text.len() as u64 > LARGEST {
        let problem = format!("the journal {} is larger than {LARGEST} bytes", path.display());
        return Err(Error::invalid_input(problem));
    }
    Ok(text)
}

/// A line without its end was being written when the process ended: what it announces was not done.
fn whole_lines(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    &text[..end]
}

/// A file that is new stays after a power failure only when its folder is synced too.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
