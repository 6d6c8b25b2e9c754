//! A package framed as `multipart/form-data` (RFC 7578), by hand: the frame is small, its length must be known
//! beforehand, and the file's name must not break out of it.

use std::io::{self, Read};

use super::source::{Opened, PackageSource};
use crate::request::{Upload, check_name};
use crate::{Error, Result};

/// A body of one part, named `file`: read from its beginning to its end for each attempt.
pub(crate) struct Multipart<'a> {
    name: String,
    boundary: String,
    head: Vec<u8>,
    tail: Vec<u8>,
    source: Opened<'a>,
    /// How much of the body was read in this attempt.
    done: u64,
}

impl<'a> Multipart<'a> {
    /// Opens the source. Nothing is sent yet.
    pub(crate) fn open(source: PackageSource<'a>, name: Option<&str>) -> Result<Multipart<'a>> {
        let source = source.open()?;
        let name = match (name, &source.file_name) {
            (Some(name), _) => name.to_owned(),
            (None, Some(name)) => name.clone(),
            (None, None) => {
                return Err(Error::invalid_input(
                    "name is missing; expected the name of the package, such as calc_1.0.0.45.mda",
                ));
            }
        };
        check_name("name", &name)?;
        let boundary = format!("mendix-deploy-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            escape(&name)
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let frame = (head.len() + tail.len()) as u64;
        if source.length.checked_add(frame).is_none() {
            return Err(Error::invalid_input(format!(
                "{}: the length is not a number of bytes that can be sent",
                source.argument
            )));
        }
        Ok(Multipart { name, boundary, head: head.into_bytes(), tail: tail.into_bytes(), source, done: 0 })
    }

    /// Refuses a source that is not a deployment package.
    pub(crate) fn check_is_package(&mut self) -> Result<()> {
        self.source.check_is_package()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn boundary(&self) -> &str {
        &self.boundary
    }

    /// Fills a part of the buffer from the section of the body that is next.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Multipart { head, tail, source, done, .. } = self;
        let source_begins = head.len() as u64;
        let source_ends = source_begins + source.length;
        if *done < source_begins {
            return Ok(copy(&head[as_index(*done)..], buffer));
        }
        if *done >= source_ends {
            return Ok(copy(&tail[as_index(*done - source_ends)..], buffer));
        }
        let left = source_ends - *done;
        let most = usize::try_from(left).map_or(buffer.len(), |left| buffer.len().min(left));
        let count = source.read(&mut buffer[..most])?;
        if count == 0 {
            // The server would wait for the rest.
            return Err(source.changed("ended early"));
        }
        if count as u64 == left {
            source.check_unchanged()?;
        }
        if source.report(*done + count as u64 - source_begins).is_break() {
            return Err(io::Error::other(Error::cancelled("cancelled by the progress observer")));
        }
        Ok(count)
    }
}

impl Upload for Multipart<'_> {
    fn length(&self) -> u64 {
        (self.head.len() + self.tail.len()) as u64 + self.source.length
    }

    fn rewind(&mut self) -> bool {
        self.done = 0;
        self.source.rewind()
    }
}

impl Read for Multipart<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let count = self.fill(&mut buffer[filled..])?;
            if count == 0 {
                break;
            }
            filled += count;
            self.done += count as u64;
        }
        Ok(filled)
    }
}

/// As browsers do (WHATWG, "multipart/form-data encoding algorithm").
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn copy(from: &[u8], to: &mut [u8]) -> usize {
    let count = from.len().min(to.len());
    to[..count].copy_from_slice(&from[..count]);
    count
}

/// An offset into a frame, which is short.
fn as_index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(source: PackageSource<'_>, name: &str) -> (u64, io::Result<Vec<u8>>) {
        let mut multipart = Multipart::open(source, Some(name)).unwrap();
        let length = multipart.length();
        let mut body = Vec::new();
        let result = multipart.read_to_end(&mut body);
        (length, result.map(|_| body))
    }

    #[test]
    fn the_frame_has_one_part_and_the_length_it_promised() {
        let (length, body) = frame(PackageSource::bytes(b"PK-data"), "a.mda");
        let body = String::from_utf8(body.unwrap()).unwrap();
        assert_eq!(length, body.len() as u64);
        let boundary = body.lines().next().unwrap();
        assert_eq!(
            body,
            format!(
                "{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mda\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\nPK-data\r\n{boundary}--\r\n"
            )
        );
    }

    #[test]
    fn a_name_cannot_break_out_of_its_quotes() {
        let (_, body) = frame(PackageSource::bytes(b"x"), "a\"; x=\"b.mda");
        let body = String::from_utf8(body.unwrap()).unwrap();
        assert!(body.contains("filename=\"a%22; x=%22b.mda\"\r\n"), "{body}");
        assert!(Multipart::open(PackageSource::bytes(b"x"), Some("a\r\nX-Evil: 1")).is_err());
    }

    #[test]
    fn a_source_that_is_shorter_than_promised_is_an_error() {
        let (_, body) = frame(PackageSource::reader(&b"PK-data"[..], 8), "a.mda");
        let error = body.unwrap_err().to_string();
        assert!(error.contains("ended early"), "{error}");
    }

    #[test]
    fn a_source_without_a_name_or_a_byte_is_refused() {
        let error = Multipart::open(PackageSource::bytes(b"x"), None).err().unwrap();
        assert!(error.message().starts_with("name"), "{error}");
        let endless = PackageSource::reader(io::empty(), u64::MAX);
        assert!(Multipart::open(endless, Some("a.mda")).err().unwrap().message().starts_with("source"));
        let error = Multipart::open(PackageSource::bytes(b""), Some("a.mda")).err().unwrap();
        assert!(error.message().contains("empty"), "{error}");
    }
}
