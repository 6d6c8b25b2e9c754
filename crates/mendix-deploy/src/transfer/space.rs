//! Reserves disk space.

use std::fs::File;
use std::io;

/// There is less disk space than a download needs.
#[derive(Debug)]
#[cfg_attr(
    not(any(target_os = "linux", target_os = "android")),
    expect(dead_code, reason = "not checked there")
)]
pub(super) struct Shortage {
    /// How many bytes are still to come.
    pub(super) needed: u64,
    /// How many are free.
    pub(super) free: u64,
    /// The error of the system.
    pub(super) error: io::Error,
}

/// Reserves the space for a file that has `len` bytes now and will have `total`. Its length stays the same; truncating it
/// to its length frees the space. Where the system does not support that, nothing is reserved.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn reserve(file: &File, len: u64, total: u64) -> Result<(), Shortage> {
    use std::os::unix::fs::MetadataExt;

    let Ok(system) = rustix::fs::fstatvfs(file) else { return Ok(()) };
    // An earlier download's reservation counts as well.
    let taken = file.metadata().map_or(0, |metadata| metadata.blocks().saturating_mul(512)).max(len);
    let needed = total.saturating_sub(taken);
    // A file system that does not count its blocks has none.
    if needed == 0 || system.f_blocks == 0 {
        return Ok(());
    }
    let bytes = |blocks: u64| blocks.saturating_mul(system.f_frsize);
    let short = |error| Err(Shortage { needed, free: bytes(system.f_bavail), error });
    // What is kept for the superuser is in `f_bfree`: less than that is too little for anybody.
    if needed > bytes(system.f_bfree) {
        return short(rustix::io::Errno::NOSPC.into());
    }
    match allocate(file, len, total) {
        Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            // What there was of it.
            let _ = file.set_len(len);
            short(error)
        }
        _ => Ok(()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn reserve(_: &File, _: u64, _: u64) -> Result<(), Shortage> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn allocate(file: &File, len: u64, total: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate};
    Ok(rustix::io::retry_on_intr(|| fallocate(file, FallocateFlags::KEEP_SIZE, len, total - len))?)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn room_is_taken_without_length_and_given_back() {
        let file = tempfile::tempfile().unwrap();
        reserve(&file, 0, 8 << 20).unwrap();
        assert_eq!(file.metadata().unwrap().len(), 0);
        let taken = file.metadata().unwrap().blocks();
        file.set_len(0).unwrap();
        assert!(file.metadata().unwrap().blocks() <= taken);
        assert_eq!(file.metadata().unwrap().blocks(), 0);
    }

    #[test]
    fn a_shortage_says_how_much_there_is() {
        let file = tempfile::tempfile().unwrap();
        let shortage = reserve(&file, 10, 1 << 60).unwrap_err();
        assert_eq!(shortage.error.kind(), io::ErrorKind::StorageFull);
        assert!(shortage.needed > shortage.free && shortage.needed <= (1 << 60) - 10, "{shortage:?}");
        assert_eq!(file.metadata().unwrap().blocks(), 0);
    }
}
