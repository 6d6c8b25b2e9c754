//! A file that gets its name when it is complete. Until then it grows under another one, where a later download, in this
//! process or another, can resume it.
//!
//! A note records how much of the file is synced, and which version of which data it is. It is written after that much
//! was synced, and before anything overwrites it: after a power failure the note is true, or cannot be read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::disk;
use super::space;
use super::target::Target;
use crate::{Error, Result};

/// How much is written between two syncs, in bytes, and how long it takes at most.
const UNSYNCED: u64 = 64 * 1024 * 1024;
const UNSYNCED_TIME: Duration = Duration::from_secs(2);
/// The longest note that is read, in bytes.
const LONGEST_NOTE: u64 = 64 * 1024;

/// What the bytes in the file are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// How many of them are synced.
    synced: u64,
    /// What is downloaded. It is not the link, which changes.
    what: String,
    /// The version, where the server sent a strong `ETag`. Without one the download cannot be resumed.
    etag: Option<String>,
    /// What the service made ready for the download.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prepared: Option<String>,
}

/// The growing file `NAME.part`, locked as long as it is open, and its note `NAME.part.json`.
pub(super) struct Part {
    target: Target,
    what: String,
    file: File,
    note: File,
    len: u64,
    etag: Option<String>,
    prepared: Option<String>,
    /// How much is synced and noted. `None` after a sync failed: nobody knows what was stored then.
    synced: Option<u64>,
    synced_at: Instant,
    /// All of it is requested, although there is something to resume.
    asks_for_all: bool,
}

impl Part {
    /// Opens the part for `target`, with what an earlier download of the same data left there.
    pub(super) fn open(target: &Path, what: String) -> Result<Part> {
        let target = Target::new(target)?;
        let unwritable = |error| target.unwritable(error);
        let file = disk::open_locked(&target.part, &target.path).map_err(unwritable)?;
        disk::as_private_as(&target.path, &file, 0o600).map_err(unwritable)?;
        let note = disk::open_locked(&target.note, &target.path).map_err(unwritable)?;
        let mut part = Part {
            target,
            what,
            file,
            note,
            len: 0,
            etag: None,
            prepared: None,
            synced: Some(0),
            synced_at: Instant::now(),
            asks_for_all: false,
        };
        // What cannot be resumed stays until there is something to put in its place.
        if let Some(note) = part.recall() {
            part.prepared = note.prepared;
            if let Some(etag) = note.etag {
                part.resume(note.synced, etag).map_err(|error| part.target.unwritable(error))?;
            }
        }
        Ok(part)
    }

    /// What was noted, where it is of the same data.
    fn recall(&self) -> Option<Note> {
        let mut text = Vec::new();
        (&self.note).take(LONGEST_NOTE).read_to_end(&mut text).ok()?;
        let note: Note = serde_json::from_slice(&text).ok()?;
        let is_there = note.synced <= self.file.metadata().ok()?.len();
        Some(note).filter(|note| note.what == self.what && is_there)
    }

    fn resume(&mut self, synced: u64, etag: String) -> io::Result<()> {
        self.file.set_len(synced)?;
        self.len = self.file.seek(SeekFrom::End(0))?;
        self.etag = Some(etag);
        self.synced = Some(synced);
        Ok(())
    }

    /// What the service made ready for this download, in this process or before.
    pub(super) fn prepared(&self) -> Option<&str> {
        self.prepared.as_deref()
    }

    /// Notes what the service has made ready, so that it need not do it again.
    pub(super) fn note_prepared(&mut self, prepared: Option<String>) -> Result<()> {
        if self.prepared == prepared {
            return Ok(());
        }
        self.prepared = prepared;
        let noted = self.write_note(self.synced.unwrap_or(0)).and_then(|()| disk::sync(&self.note, "note"));
        noted.map_err(|error| self.target.unwritable(error))
    }

    /// How many bytes are there.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The version to resume, where there is something to resume.
    pub(super) fn resumable(&self) -> Option<&str> {
        self.etag.as_deref().filter(|_| self.len > 0 && !self.asks_for_all)
    }

    /// Requests all of it from now on. What is there stays until the server sends that.
    pub(super) fn ask_for_all(&mut self) {
        self.asks_for_all = true;
    }

    /// Starts from scratch, with bytes of the given version.
    pub(super) fn restart(&mut self, etag: Option<&str>) -> Result<()> {
        self.begin(etag).map_err(|error| self.target.unwritable(error))
    }

    fn begin(&mut self, etag: Option<&str>) -> io::Result<()> {
        self.etag = etag.map(str::to_owned);
        self.len = 0;
        self.asks_for_all = false;
        self.write_note(0)?;
        // The old note must be gone for good before its bytes are.
        disk::sync(&self.note, "note")?;
        disk::sync_directory_of(&self.target.note);
        disk::empty(&self.file)?;
        self.synced = Some(0);
        self.synced_at = Instant::now();
        Ok(())
    }

    fn write_note(&self, synced: u64) -> io::Result<()> {
        let (what, etag) = (self.what.clone(), self.etag.clone());
        let note = Note { synced, what, etag, prepared: self.prepared.clone() };
        disk::overwrite(&self.note, &serde_json::to_vec(&note)?)
    }

    /// Reserves the space for so many bytes in all.
    pub(super) fn reserve(&self, total: u64) -> Result<()> {
        space::reserve(&self.file, self.len, total).map_err(|shortage| {
            let path = &self.target.path;
            let message = format!(
                "target: {} cannot be written: {} bytes are needed, and {} are free",
                path.display(),
                shortage.needed,
                shortage.free
            );
            Error::io(path, &message, shortage.error)
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = disk::append(&self.file, bytes).and_then(|()| {
            self.len += bytes.len() as u64;
            let unsynced = self.len - self.synced.unwrap_or(self.len);
            if unsynced >= UNSYNCED || self.synced_at.elapsed() >= UNSYNCED_TIME {
                self.sync()?;
            }
            Ok(())
        });
        written.map_err(|error| self.target.unwritable(error))
    }

    /// Syncs the file, and then notes that.
    fn sync(&mut self) -> io::Result<()> {
        self.synced_at = Instant::now();
        if self.etag.is_none() || self.synced.is_none_or(|synced| synced == self.len) {
            return Ok(());
        }
        // After a failure the system may take for stored what is lost.
        self.synced = None;
        disk::sync(&self.file, "part")?;
        self.write_note(self.len)?;
        self.synced = Some(self.len);
        Ok(())
    }

    /// Syncs the file, and gives it the target's name.
    pub(super) fn complete(self) -> Result<PathBuf> {
        let Target { path, part, note } = &self.target;
        let stored = disk::sync(&self.file, "part")
            // Last, since others may open it from then on.
            .and_then(|()| disk::as_private_as(path, &self.file, 0))
            // A note that outlives its part says nothing of the next one, which is shorter.
            .and_then(|()| disk::rename(part, path))
            .and_then(|()| disk::remove(note));
        stored.map_err(|error| self.target.unwritable(error))?;
        disk::sync_directory_of(path);
        Ok(self.target.path)
    }

    /// Keeps what can be resumed, and removes the rest.
    pub(super) fn suspend(mut self) {
        // What was reserved is given back, and a piece of a write that failed with it.
        let cut = self.file.set_len(self.len);
        // Without its note the rest is fetched again.
        let _ = cut.and_then(|()| self.sync());
        if self.etag.is_none() || self.len == 0 || self.synced == Some(0) {
            // What cannot be removed does no harm: it is emptied when it is opened again.
            if self.prepared.is_none() {
                let _ = disk::remove(&self.target.note);
            }
            let _ = disk::remove(&self.target.part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::disk::steps;

    const BLOCK: usize = 1024 * 1024;

    fn is_note_of_stored_bytes(step: &str) -> bool {
        step.starts_with("note") && !step.contains(r#""synced":0,"#)
    }

    #[test]
    fn what_must_survive_a_power_failure_is_stored_before_it_is_relied_on() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        let mut part = Part::open(&target, "what".to_owned()).unwrap();
        steps::take();
        part.restart(Some("\"v1\"")).unwrap();
        let begun = steps::take();
        assert!(begun[0].starts_with(r#"note {"synced":0,"#), "{begun:?}");
        assert_eq!(begun[1..], ["sync note", "sync directory", "empty"]);

        let block = vec![7; BLOCK];
        for _ in 0..=UNSYNCED / BLOCK as u64 {
            part.write(&block).unwrap();
        }
        let grown = steps::take();
        let notes: Vec<usize> = (0..grown.len()).filter(|n| is_note_of_stored_bytes(&grown[*n])).collect();
        assert!(!notes.is_empty(), "nothing is stored before the end");
        for note in notes {
            assert_eq!(grown[note - 1], "sync part", "{note}: {grown:?}");
            let blocks = grown[..note].iter().filter(|step| step.starts_with("append")).count();
            let said = format!(r#"{{"synced":{},"#, blocks * BLOCK);
            assert!(grown[note].contains(&said), "{note}: {grown:?}");
        }

        part.complete().unwrap();
        assert_eq!(steps::take(), ["sync part", "rename", "sync directory"]);
    }

    #[test]
    fn what_is_left_is_stored_and_noted() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("x");
        let mut part = Part::open(&target, "what".to_owned()).unwrap();
        part.restart(Some("\"v1\"")).unwrap();
        part.reserve(64 << 20).unwrap();
        part.write(b"half").unwrap();
        steps::take();
        part.suspend();
        let left = steps::take();
        assert_eq!(left[0], "sync part");
        assert!(left[1].starts_with(r#"note {"synced":4,"#), "{left:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let taken = std::fs::metadata(target.with_file_name("x.part")).unwrap().blocks() * 512;
            assert!(taken < 1 << 20, "{taken} bytes are still reserved");
        }

        let part = Part::open(&target, "what".to_owned()).unwrap();
        assert_eq!((part.len(), part.resumable()), (4, Some("\"v1\"")));
        drop(part);
        let part = Part::open(&target, "something else".to_owned()).unwrap();
        assert_eq!((part.len(), part.resumable()), (0, None));
    }
}
