//! Uploads: the package is read from the multipart body in chunks, measured, and inspected.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
};

use hyper::{HeaderMap, body::Bytes, header};
use multer::Multipart;
use sha2::{Digest as _, Sha256};

use crate::{
    Call, Options, Rule, secret,
    state::{Invocation, Metadata, Refusal, Upload},
};

/// Why an upload failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request itself was truncated.
    Connection,
    Refused(Refusal),
}

impl From<multer::Error> for Failure {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamReadFailed(_) => Self::Connection,
            other => refused("INVALID_PACKAGE", &other.to_string()),
        }
    }
}

/// The documented refusal, with the detail that the service would keep to itself.
fn refused(code: &str, detail: &str) -> Failure {
    // Version 2 has no errors of its own.
    let mut refusal = Refusal::of(Call::UploadPackage, code);
    refusal.message = format!("{} ({detail})", refusal.message);
    Failure::Refused(refusal)
}

/// Reads an upload. The name of the query comes before that of the file.
pub(crate) async fn receive<B>(
    body: B,
    headers: &HeaderMap,
    invocation: &Invocation,
    options: &Options,
) -> Result<Upload, Failure>
where
    B: hyper::body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = content_type.and_then(|content_type| multer::parse_boundary(content_type).ok());
    let boundary =
        boundary.ok_or_else(|| refused("INVALID_PACKAGE", "the request is no multipart/form-data"))?;
    let mut parts = Multipart::new(http_body_util::BodyDataStream::new(body), boundary);
    let only_file = options.has(Rule::PartIsNamedFile);
    let mut found: Option<(u8, String, Spool)> = None;
    while let Some(mut part) = parts.next_field().await? {
        // One that is named so is it for sure; else it is one that is a file, else any.
        let rank = match (part.name(), part.file_name()) {
            (Some("file"), _) => 3,
            _ if only_file => 0,
            (_, Some(_)) => 2,
            (_, None) => 1,
        };
        let wanted = rank > found.as_ref().map_or(0, |(rank, ..)| *rank);
        let file_name = part.file_name().or(part.name()).unwrap_or("package.mda").to_owned();
        let mut spool =
            Spool::new(options).map_err(|error| refused("UPLOAD_COPY_FAILED", &error.to_string()))?;
        while let Some(piece) = part.chunk().await? {
            if wanted {
                spool.write(&piece).map_err(|error| refused("UPLOAD_COPY_FAILED", &error.to_string()))?;
            }
        }
        if wanted {
            found = Some((rank, file_name, spool));
        }
    }
    let missing = if only_file { "there is no part named 'file'" } else { "there is no part" };
    let (_, file_name, spool) = found.ok_or_else(|| refused("INVALID_PACKAGE", missing))?;
    let by_default = if options.has(Rule::DefaultPackageName) { "default.mda".to_owned() } else { file_name };
    let name = invocation.query("name").filter(|name| !name.is_empty());
    let upload = spool.finish(name.map_or(by_default, str::to_owned));
    match &upload.problem {
        // Version 2 finds out when it processes the package.
        Some(detail) if invocation.call == Call::UploadPackage => Err(refused("INVALID_PACKAGE", detail)),
        _ => Ok(upload),
    }
}

/// A package on its way in. Its bytes go to a file without a name, never to memory.
struct Spool {
    file: Option<File>,
    size: u64,
    digest: Option<Sha256>,
}

impl Spool {
    fn new(options: &Options) -> io::Result<Self> {
        let file = if options.accept_any_package { None } else { Some(tempfile::tempfile()?) };
        Ok(Self { file, size: 0, digest: options.hash_uploads.then(Sha256::new) })
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.size += piece.len() as u64;
        if let Some(digest) = &mut self.digest {
            digest.update(piece);
        }
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(piece))
    }

    fn finish(self, name: String) -> Upload {
        let (metadata, problem) = match self.file.map(read_metadata) {
            None => (Metadata::default(), None),
            Some(Ok(metadata)) => (metadata, None),
            Some(Err(problem)) => (Metadata::default(), Some(problem)),
        };
        let sha256 = self.digest.map(|digest| secret::hex(&digest.finalize()));
        Upload { name, size: self.size, sha256, metadata, problem }
    }
}

/// Deployment packages are zip files with `model/metadata.json`.
fn read_metadata(file: File) -> Result<Metadata, String> {
    const MAX_METADATA: u64 = 1 << 20;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| error.to_string())?;
    let metadata = archive.by_name("model/metadata.json").map_err(|error| error.to_string())?;
    let mut text = String::new();
    metadata.take(MAX_METADATA).read_to_string(&mut text).map_err(|error| error.to_string())?;
    let metadata = serde_json::from_str(&text).map_err(|error| format!("model/metadata.json: {error}"))?;
    Ok(Metadata::read(&metadata))
}
