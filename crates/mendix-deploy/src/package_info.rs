//! What a deployment package contains, by the metadata inside its zip archive.

use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipReadOptions;
use zip::read::Config;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use crate::body::has_at_most;
use crate::model::model;
use crate::reply::describe;

const METADATA: &str = "model/metadata.json";
/// How much is unpacked of the metadata. That of a large app has some 100 KiB.
const LONGEST_METADATA: u64 = 16 * 1024 * 1024;
/// The metadata may have one value for every 16 bytes, as replies may.
const MOST_VALUES: usize = 1024 * 1024;
/// How much of the file is read. The directory of 100,000 files has some 12 MiB.
const MOST_READ: u64 = 32 * 1024 * 1024;

model! {
    /// What a deployment package (`.mda`) contains, by its metadata. Reading it makes no call.
    ///
    /// A field that is `None` is not known: the package does not have it, or it has another type, and is in `extra`.
    #[derive(Default)]
    PackageInfo {
        /// Mendix version that the package needs, for example `10.24.0`.
        runtime_version: Option<String> = "RuntimeVersion",
        /// Version of the model, for example `1.2.0.254`.
        model_version: Option<String> = "ModelVersion",
        /// Identifier of the project; opaque text.
        project_id: Option<String> = "ProjectID",
        /// Version of Java that the package needs, for example `21`.
        java_version: Option<String> = "JavaVersion",
        /// The constants of the model. `Some` of an empty list says that there are none.
        constants: Option<Vec<PackageConstant>> = "Constants",
        /// The scheduled events of the model. `Some` of an empty list says that there are none.
        scheduled_events: Option<Vec<PackageEvent>> = "ScheduledEvents",
    }
}

model! {
    /// A constant of a deployment package.
    PackageConstant {
        /// Name with its module, for example `MyFirstModule.BooleanConstant`.
        name: String = "Name",
        /// Type, in Mendix's words.
        data_type: Option<String> = "Type",
        /// The value that it has unless the environment gives another one.
        default_value: Option<String> = "DefaultValue",
    }
}

model! {
    /// A scheduled event of a deployment package.
    PackageEvent {
        /// Name with its module.
        name: String = "Name",
    }
}

impl PackageInfo {
    /// Reads the metadata out of a zip archive. Memory does not depend on the number of its entries.
    pub(crate) fn from_zip(archive: &mut dyn Seekable) -> Result<PackageInfo, Unreadable> {
        let mut archive =
            ZipIterable::try_new(Limited { inner: archive, left: MOST_READ }, Config::default())?;
        let entries = archive.files()?;
        while let Some(entry) = entries.next() {
            let entry = entry?;
            if !is_metadata(entry.name_raw()) {
                continue;
            }
            let mut metadata = Vec::new();
            entry
                .with_reader(entries.reader_mut(), ZipReadOptions::new())?
                .take(LONGEST_METADATA + 1)
                .read_to_end(&mut metadata)?;
            return PackageInfo::from_metadata(&metadata);
        }
        Err(Unreadable::Invalid(format!("a zip archive without {METADATA}")))
    }

    fn from_metadata(metadata: &[u8]) -> Result<PackageInfo, Unreadable> {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let metadata = metadata.strip_prefix(BYTE_ORDER_MARK).unwrap_or(metadata);
        if metadata.len() as u64 > LONGEST_METADATA || !has_at_most(MOST_VALUES, metadata) {
            return Err(Unreadable::Invalid(format!("a zip archive whose {METADATA} is too large")));
        }
        serde_json::from_slice(metadata).map_err(|error| {
            let problem = describe(&error);
            Unreadable::Invalid(format!("a zip archive whose {METADATA} cannot be read: {problem}"))
        })
    }
}

/// Some archivers write `./` before a name, or `\` in it.
fn is_metadata(name: &[u8]) -> bool {
    let is_same = |(is, should): (&u8, u8)| *is == should || (*is == b'\\' && should == b'/');
    let name = name.strip_prefix(b"./").or_else(|| name.strip_prefix(b".\\")).unwrap_or(name);
    name.len() == METADATA.len() && name.iter().zip(METADATA.bytes()).all(is_same)
}

/// Why the metadata cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// It is not a deployment package. The text continues "it is".
    Invalid(String),
    Io(io::Error),
}

impl From<ZipError> for Unreadable {
    fn from(error: ZipError) -> Unreadable {
        match error {
            ZipError::Io(error) => error.into(),
            other => Unreadable::Invalid(format!("not a readable zip archive ({other})")),
        }
    }
}

/// An error without a number of the operating system comes from the archive.
impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Unreadable {
        match error.raw_os_error() {
            Some(_) => Unreadable::Io(error),
            None => Unreadable::Invalid(format!("not a readable zip archive ({error})")),
        }
    }
}

/// A reader that gives so many bytes and no more, wherever they are: a hostile directory ends in bounded time.
struct Limited<'a> {
    inner: &'a mut dyn Seekable,
    left: u64,
}

/// Where an archive is read from.
pub(crate) trait Seekable: Read + Seek {}

impl<R: Read + Seek> Seekable for R {}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other("its directory is too large")),
        }
        Ok(count)
    }
}

impl Seek for Limited<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::is_metadata;

    #[test]
    fn the_metadata_is_found_by_whatever_name_an_archiver_gives() {
        for name in
            ["model/metadata.json", "./model/metadata.json", r"model\metadata.json", r".\model\metadata.json"]
        {
            assert!(is_metadata(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "./",
            "metadata.json",
            "xmodel/metadata.json",
            "model/metadata.json/",
            "././model/metadata.json",
        ] {
            assert!(!is_metadata(name.as_bytes()), "{name}");
        }
    }
}
