//! Uploads: section 3.10 of the API document, and version 2.

use std::ffi::{c_char, c_void};
use std::fmt::Display;
use std::io;

use mendix_deploy::PackageSource;

use crate::argument::{optional_text, text};
use crate::call;
use crate::client::mxd_client;
use crate::error::mxd_error;
use crate::failure::Failure;
use crate::status::mxd_status;
use crate::transfer::{mxd_progress_fn, observer};

/// The length of a package. (No object in memory is larger than `isize::MAX`.)
fn length<T: TryInto<isize> + Display + Copy>(size: T) -> Result<usize, Failure> {
    let length = size.try_into().ok().and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    length.ok_or_else(|| Failure::misuse(format!("size is {size}; expected a number of bytes, at least 1")))
}

/// A package in a file.
///
/// # Safety
///
/// That of [`text`], for `path`.
unsafe fn file<'a>(
    path: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
) -> Result<PackageSource<'a>, Failure> {
    // SAFETY: the caller's promise.
    let path = unsafe { text("path", path) }?;
    Ok(PackageSource::file(path).called("path").on_progress(observer(progress, user_data)))
}

/// A package in memory.
///
/// # Safety
///
/// `data` is NULL or points to `size` bytes, which do not change before the call ends.
unsafe fn bytes<'a>(
    data: *const u8,
    size: usize,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
) -> Result<PackageSource<'a>, Failure> {
    if data.is_null() {
        return Err(Failure::misuse("data is NULL; expected a deployment package (.mda)"));
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(data, length(size)?) };
    Ok(PackageSource::bytes(bytes).called("data").on_progress(observer(progress, user_data)))
}

/// A package that the caller's function reads.
///
/// # Safety
///
/// `read` may be called with `user_data` during the call.
unsafe fn reader<'a>(
    read: mxd_read_fn,
    size: u64,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
) -> Result<PackageSource<'a>, Failure> {
    let read = read.ok_or_else(|| Failure::misuse("read is NULL; expected a function"))?;
    let source = PackageSource::reader(Reader { read, user_data }, length(size)? as u64);
    Ok(source.called("read").on_progress(observer(progress, user_data)))
}

/// Reads the next chunk of a package: writes up to `capacity` bytes, which is never 0, to `buffer`, and returns how many.
/// 0 is the end; less than 0, or more than `capacity`, is a failure. Runs on the thread of the call.
pub type mxd_read_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void, buffer: *mut u8, capacity: usize) -> i64>;

/// A package that the caller's function reads.
struct Reader {
    read: unsafe extern "C" fn(*mut c_void, *mut u8, usize) -> i64,
    user_data: *mut c_void,
}

impl io::Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // SAFETY: the caller promises that its function may be called with its data during the call, and that it
        // writes no more than fits.
        let count = unsafe { (self.read)(self.user_data, buffer.as_mut_ptr(), buffer.len()) };
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= buffer.len())
            .ok_or_else(|| io::Error::other(format!("`read` returned {count}")))
    }
}

/// Uploads a deployment package (.mda), at most 1 GB, to an app. It is streamed from the file `path`. `name` is the name
/// of the package; NULL for the name of the file. `progress` is called for every chunk; it may be NULL.
/// The service may time out for packages over 300 MB: mxd_upload_package_v2 is for those. When the response is lost or does
/// not name the package, the one new package with that name is the result: give each upload a unique name.
/// Deploy API v1, section 3.10, Upload Package: POST /apps/{AppId}/packages/upload?name={Name}
/// Fails with MXD_INVALID_INPUT or MXD_IO, before anything is sent, when the file is missing, empty, not a regular file or
/// not a deployment package (see mxd_inspect_package and mxd_config_set_check_packages); with INVALID_APPID,
/// INVALID_PACKAGE or UPLOAD_COPY_FAILED; MXD_NOT_FOUND with APP_NOT_FOUND; MXD_CANCELLED. The response is not
/// documented: "PackageId" may be absent, and "Unreadable" is the start of a body that is not the JSON of a package.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_upload_package(
    client: *const mxd_client,
    app_id: *const c_char,
    path: *const c_char,
    name: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("upload_package", client, out_json, error, |client| {
            let (app_id, source) = (text("app_id", app_id)?, file(path, progress, user_data)?);
            Ok(client.upload_package(app_id, source, optional_text("name", name)?)?)
        })
    }
}

/// Uploads a deployment package of `size` bytes at `data`, as mxd_upload_package does. `name` is required.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_upload_package_bytes(
    client: *const mxd_client,
    app_id: *const c_char,
    data: *const u8,
    size: usize,
    name: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("upload_package", client, out_json, error, |client| {
            let (app_id, source) = (text("app_id", app_id)?, bytes(data, size, progress, user_data)?);
            Ok(client.upload_package(app_id, source, Some(text("name", name)?))?)
        })
    }
}

/// Uploads a deployment package of `size` bytes that `read` gives in chunks, as mxd_upload_package does, but without a
/// check whether it is one. `read` and `progress`, which may be NULL, get the same `user_data`. `name` is required. Once
/// `read` was called, the upload is not retried.
/// Fails as mxd_upload_package does; MXD_IO when `read` fails, or ends before `size`.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_upload_package_reader(
    client: *const mxd_client,
    app_id: *const c_char,
    read: mxd_read_fn,
    size: u64,
    name: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("upload_package", client, out_json, error, |client| {
            let (app_id, source) = (text("app_id", app_id)?, reader(read, size, progress, user_data)?);
            Ok(client.upload_package(app_id, source, Some(text("name", name)?))?)
        })
    }
}

/// Uploads a deployment package as mxd_upload_package does, and is made for packages of any size up to 1 GB. The service
/// processes it after its response: mxd_wait_for_upload waits for that. "JobId" is absent when the response was lost and the
/// package was found by its name.
/// Deploy API v2, Upload Package: POST /apps/{AppId}/packages/upload?name={Name}
/// Fails as mxd_upload_package does; the service documents no codes.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "JobId": "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_upload_package_v2(
    client: *const mxd_client,
    app_id: *const c_char,
    path: *const c_char,
    name: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("upload_package_v2", client, out_json, error, |client| {
            let (app_id, source) = (text("app_id", app_id)?, file(path, progress, user_data)?);
            Ok(client.upload_package_v2(app_id, source, optional_text("name", name)?)?)
        })
    }
}

/// Uploads a deployment package of `size` bytes at `data`, as mxd_upload_package_v2 does. `name` is required.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "JobId": "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_upload_package_v2_bytes(
    client: *const mxd_client,
    app_id: *const c_char,
    data: *const u8,
    size: usize,
    name: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("upload_package_v2", client, out_json, error, |client| {
            let (app_id, source) = (text("app_id", app_id)?, bytes(data, size, progress, user_data)?);
            Ok(client.upload_package_v2(app_id, source, Some(text("name", name)?))?)
        })
    }
}

/// Uploads a deployment package of `size` bytes that `read` gives in chunks, as mxd_upload_package_reader does, but to version 2.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "JobId": "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_upload_package_v2_reader(
    client: *const mxd_client,
    app_id: *const c_char,
    read: mxd_read_fn,
    size: u64,
    name: *const c_char,
    progress: mxd_progress_fn,
    user_data: *mut c_void,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("upload_package_v2", client, out_json, error, |client| {
            let (app_id, source) = (text("app_id", app_id)?, reader(read, size, progress, user_data)?);
            Ok(client.upload_package_v2(app_id, source, Some(text("name", name)?))?)
        })
    }
}

/// Gets how far the service has come with processing an upload: "Queued", "Running", "Completed" or "Failed".
/// Deploy API v2, Retrieve Job Status: GET /apps/{AppId}/jobs/{JobId}
/// Fails with MXD_NOT_FOUND when the service does not know the job; it documents no codes.
///
///     {"Status": "Completed"}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_upload_status(
    client: *const mxd_client,
    app_id: *const c_char,
    job_id: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_upload_status", client, out_json, error, |client| {
            Ok(client.get_upload_status(text("app_id", app_id)?, text("job_id", job_id)?)?)
        })
    }
}
