//! Deployment packages: sections 3.9 to 3.11 of the API document.

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

/// Gets the package that is deployed on an environment. "Size" is in bytes, times are milliseconds since 1970 in UTC.
/// Section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with PACKAGE_NOT_FOUND.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda",
///      "Description": "Add scientific mode", "Version": "2.5.4.63", "Creator": "Richard Ford",
///      "CreationDate": 1404990271835, "Status": "Succeeded", "Size": 3205620}
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_get_environment_package(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    out_json: *mut *mut c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::json("get_environment_package", client, out_json, error, |client| {
            Ok(client.get_environment_package(text("app_id", app_id)?, text("mode", mode)?)?)
        })
    }
}

/// Uploads a deployment package (.mda), at most 1 GB, to an app. It is streamed from the file `path`. `name` is the name
/// of the package; NULL for the name of the file. `progress` is called for every chunk; it may be NULL.
/// Section 3.10, Upload Package: POST /apps/{AppId}/packages/upload?name={Name}
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
            let (app_id, path) = (text("app_id", app_id)?, text("path", path)?);
            let source = PackageSource::file(path).called("path").on_progress(observer(progress, user_data));
            Ok(client.upload_package(app_id, source, optional_text("name", name)?)?)
        })
    }
}

/// The length of a package. (No object in memory is larger than `isize::MAX`.)
fn length<T: TryInto<isize> + Display + Copy>(size: T) -> Result<usize, Failure> {
    let length = size.try_into().ok().and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    length.ok_or_else(|| Failure::misuse(format!("size is {size}; expected a number of bytes, at least 1")))
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
            let app_id = text("app_id", app_id)?;
            if data.is_null() {
                return Err(Failure::misuse("data is NULL; expected a deployment package (.mda)"));
            }
            let bytes = std::slice::from_raw_parts(data, length(size)?);
            let source =
                PackageSource::bytes(bytes).called("data").on_progress(observer(progress, user_data));
            Ok(client.upload_package(app_id, source, Some(text("name", name)?))?)
        })
    }
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
            let app_id = text("app_id", app_id)?;
            let read = read.ok_or_else(|| Failure::misuse("read is NULL; expected a function"))?;
            let source = PackageSource::reader(Reader { read, user_data }, length(size)? as u64)
                .called("read")
                .on_progress(observer(progress, user_data));
            Ok(client.upload_package(app_id, source, Some(text("name", name)?))?)
        })
    }
}

/// Transports an uploaded package to an environment, which must be stopped.
/// Section 3.11, Transporting a Deployment Package to an Environment:
/// POST /apps/{AppId}/environments/{Mode}/transport
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT, INVALID_RUNTIME_VERSION or PACKAGE_PARSE_FAILED; MXD_FORBIDDEN
/// with NO_ACCESS or TRANSPORT_NOT_ALLOWED; MXD_CONFLICT with APP_IS_RUNNING; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or PACKAGE_NOT_FOUND. Right after an upload today's service may respond with
/// SERVICE_UNAVAILABLE: the package is still being processed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mxd_transport_package(
    client: *const mxd_client,
    app_id: *const c_char,
    mode: *const c_char,
    package_id: *const c_char,
    error: *mut *mut mxd_error,
) -> mxd_status {
    // SAFETY: the caller's promise.
    unsafe {
        call::nothing("transport_package", client, error, |client| {
            Ok(client.transport_package(
                text("app_id", app_id)?,
                text("mode", mode)?,
                text("package_id", package_id)?,
            )?)
        })
    }
}
