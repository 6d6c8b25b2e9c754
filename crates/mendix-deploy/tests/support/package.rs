//! Packages to deploy.

use std::io::{Cursor, Write};

/// A package as small as one can be, with this for metadata.
pub(crate) fn package(metadata: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("model/metadata.json", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(metadata.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}
