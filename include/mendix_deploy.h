// libmendix_deploy: a blocking client of the Mendix Deploy API.
//
// Made by `cargo xtask regen` from the comments in crates/mendix-deploy-capi. Do not edit.
//
// RESULTS
// Every call returns an mxd_status: 0 (MXD_OK), or why it failed. The last two parameters are where results go:
//
//     char *json;
//     mxd_error *error;
//     if (mxd_get_environment(client, "calc", "Acceptance", &json, &error) != MXD_OK) {
//         fprintf(stderr, "%s\n", mxd_error_text(error));
//         mxd_error_free(error);
//         return 1;
//     }
//     puts(json);
//     mxd_string_free(json);
//
// They are set to NULL on entry, numbers to 0. `out_...` is set on success only, and is required. `error` is set on failure
// only, and may be NULL for callers to whom the status is enough.
//
// OWNERSHIP
// What a function makes belongs to the caller, who frees it with the `_free` of its type; strings (`out_json`) with
// mxd_string_free. NULL may be freed. A string may be written to, up to and including the NUL at its end, for instance
// by a parser that works in place. What an accessor of mxd_error or mxd_json gives is borrowed: it is valid until the
// error or the JSON is freed. What the caller passes is copied, or used during the call only.
//
// TEXT AND JSON
// All text is UTF-8 that ends with a NUL, paths included. Results are JSON with the service's own field names. Values
// are in one form each: flags such as "Production" are true or false, sizes are bytes, times are milliseconds since
// 1970 in UTC, codes are upper case with '_' for spaces. A field that the service left out is left out. Fields that
// this version does not know are kept, as values: a number may be written otherwise, 1.10 as 1.1. Readers must skip what
// they do not know. mxd_json_parse and its like read results, for programs without a JSON library of their own.
//
// MISUSE
// Detected: NULL, text that is not UTF-8, and a handle (mxd_config, mxd_client, mxd_cancel, mxd_error, mxd_json) that was
// freed or is of another type. The call returns MXD_INVALID_INPUT with an error that names the argument, and sends nothing.
// Handles are checked against a table and never dereferenced. The address of a freed handle may be reused after 1024
// others were freed. Not detected: a pointer to text, data or results that is wrong but not NULL;
// text without a NUL at its end; a string that is freed twice; a callback that does not return; a thread that is cancelled
// (pthread_cancel) inside a call.
//
// THREADS
// An mxd_client may be used by any number of threads at once, and freed while others use it. An mxd_cancel may be
// triggered from any thread, and an mxd_json read by several. An mxd_config or mxd_error is for one thread at a time.
// Callbacks run on the thread of the call; they may call the library, but must return: no longjmp, no C++ exception.
// What a client or the log calls (mxd_event_fn, mxd_poll_fn, mxd_log_fn) runs on several threads at once where several
// use the client.
//
// PROCESSES
// A client that was made before fork() can be used in the child, which opens connections of its own, as long as no
// other thread was inside the library at the fork. A child of a fork in a callback must not return from that callback.
// errno, the locale and signal handlers are left alone; SIGPIPE is never raised. dlclose() leaves the shared library in
// memory.
//
// VERSIONS
// Before 1.0 each minor version is an ABI of its own: the shared library is libmendix_deploy.so.0.1. Within one,
// functions and statuses are only added.
//
// LINKING
//     cc deploy.c $(pkg-config --cflags --libs mendix_deploy)
//     cc deploy.c $(pkg-config --cflags --libs mendix_deploy-static)
//     cc -static deploy.c $(pkg-config --static --cflags --libs mendix_deploy)
//     find_package(MendixDeploy)   MendixDeploy::mendix_deploy, MendixDeploy::mendix_deploy_static
// By hand, libmendix_deploy.a needs on Linux: -Wl,--exclude-libs,libmendix_deploy.a -lutil -lrt -lpthread -lm -ldl -lc
//
// The section and title above each call are those of the API document.


#ifndef MENDIX_DEPLOY_H
#define MENDIX_DEPLOY_H

#include <stddef.h>
#include <stdint.h>

/// The version of this header; that of the library is mxd_version().
#define MXD_VERSION_STRING "0.1.0"
#define MXD_VERSION_MAJOR 0
#define MXD_VERSION_MINOR 1
#define MXD_VERSION_PATCH 0

/// The default of `timeout_ms` in a wait (mxd_wait_...), 15 minutes. Not for any other parameter.
#define MXD_DEFAULT_TIMEOUT (-1)

/// A failure.
#define MXD_LOG_ERROR 1

/// Something that looks wrong.
#define MXD_LOG_WARN 2

/// Something worth knowing.
#define MXD_LOG_INFO 3

/// Each call, with its result and how long it took.
#define MXD_LOG_DEBUG 4

/// The statuses as an enum, for compilers that check a `switch`, and for tools that read headers: `(mxd_status_code)status`.
/// A later version may have more of them.
typedef enum {
    /// The call succeeded.
    MXD_OK = 0,
    /// An argument or a setting is invalid. Nothing was sent.
    MXD_INVALID_INPUT = 10,
    /// The username or the API key was refused.
    MXD_UNAUTHORIZED = 20,
    /// The account has no right to do this.
    MXD_FORBIDDEN = 21,
    /// The app, environment, package, backup or job does not exist, or is not visible to the account. Of an mxd_json: the value
    /// is absent or null.
    MXD_NOT_FOUND = 22,
    /// The current state forbids the call: the app is running, is already starting, is locked ...
    MXD_CONFLICT = 23,
    /// Too many requests.
    MXD_RATE_LIMITED = 24,
    /// Any other error response of the service.
    MXD_API = 25,
    /// The time limit of the call was reached. The request cannot have changed anything.
    MXD_TIMEOUT = 30,
    /// The connection could not be made, or broke. The request cannot have changed anything.
    MXD_TRANSPORT = 31,
    /// A mutating call may or may not have taken effect: the whole request was sent, and no usable response came. It is
    /// never sent again.
    MXD_AMBIGUOUS = 32,
    /// A wait reached its time limit before its goal. The service continues what was waited for.
    MXD_WAIT_TIMED_OUT = 33,
    /// The response of the service is not a valid response to the call.
    MXD_INVALID_RESPONSE = 40,
    /// A local file could not be read or written.
    MXD_IO = 50,
    /// The caller cancelled the call, with a token or by the result of a callback.
    MXD_CANCELLED = 60,
    /// A step of a deployment failed. mxd_error_report tells what was done, and what state the environment is in.
    MXD_DEPLOY_FAILED = 70,
    /// A bug in this library. Please report it.
    MXD_INTERNAL = 90,
} mxd_status_code;

/// What a failure proves, as an enum: see mxd_status_code.
typedef enum {
    /// No byte of the request left this machine.
    MXD_EVIDENCE_NOT_SENT = 1,
    /// The last byte of the request was not written: the service cannot have the whole request.
    MXD_EVIDENCE_INCOMPLETE = 2,
    /// The service refused the request with an error response.
    MXD_EVIDENCE_REFUSED = 3,
    /// The whole request was sent and no usable response came: a mutating call may have taken effect.
    MXD_EVIDENCE_AMBIGUOUS = 4,
} mxd_evidence_code;

/// What of a backup to download, as an enum: see mxd_status_code.
typedef enum {
    /// The files.
    MXD_BACKUP_FILES_ONLY = 1,
    /// The database.
    MXD_BACKUP_DATABASE_ONLY = 2,
    /// Both.
    MXD_BACKUP_DATABASE_AND_FILES = 3,
} mxd_backup_part_code;

/// A token that cancels the calls and waits of the clients that hold it, from any thread.
typedef struct mxd_cancel mxd_cancel;

/// A client of the service. Any number of threads may use one at once.
typedef struct mxd_client mxd_client;

/// The settings of a client. For one thread at a time.
typedef struct mxd_config mxd_config;

/// Why a call failed. Belongs to the caller, who frees it with mxd_error_free.
typedef struct mxd_error mxd_error;

/// JSON that was parsed, or a value in it. Any number of threads may read one at once.
///
///     mxd_json *app;
///     const char *name;
///     status = mxd_json_parse(text, &app, &error);
///     if (status == MXD_OK) status = mxd_json_string(app, "Name", &name, &error);
///     if (status == MXD_OK) puts(name);
///     mxd_json_free(app);
///
/// What was parsed belongs to the caller, who frees it with mxd_json_free. All that is read out of it, values and strings,
/// is borrowed: it is valid until then, and must not be freed.
///
/// `name` in these functions is the name of a member, such as "Name"; or a JSON pointer (RFC 6901), which begins with '/',
/// such as "/0/AppId"; or NULL for the value itself. They fail with MXD_NOT_FOUND where nothing or null is there, and with
/// MXD_INVALID_INPUT where it is of another type. `out_...` is then NULL or 0.
typedef struct mxd_json mxd_json;

/// The result of a function: MXD_OK, or why it failed: one of mxd_status_code. The numbers never change; new ones may be
/// added.
typedef int32_t mxd_status;

/// What a failure proves: whether the request can have taken effect. One of mxd_evidence_code.
typedef int32_t mxd_evidence;

/// Receives an event as JSON, which is valid during the callback only.
///
///     {"kind": "Retrying", "operation": "list_apps", "pause_ms": 130,
///      "error": {"kind": "Transport", "evidence": "Ambiguous", "text": "list_apps: ...", ...}}
///
/// "Retrying": an attempt failed, and the call is retried after "pause_ms". Any result but 0 cancels it instead, with
/// MXD_CANCELLED. "Adopted": the response to a mutating call was lost, and read-back confirmed its effect: the call
/// succeeds. More kinds may be added. "error" is what mxd_error_json would give.
typedef int (*mxd_event_fn)(void *user_data, const char *event);

/// Returns whether to cancel a call: any result but 0 cancels it.
typedef int (*mxd_poll_fn)(void *user_data);

/// Receives the progress of a transfer: `done` bytes of `total`, which is 0 for a download of unknown size. Runs on the
/// thread of the call. Any result but 0 cancels the transfer with MXD_CANCELLED.
typedef int (*mxd_progress_fn)(void *user_data, uint64_t done, uint64_t total);

/// Reads the next chunk of a package: writes up to `capacity` bytes, which is never 0, to `buffer`, and returns how many.
/// 0 is the end; less than 0, or more than `capacity`, is a failure. Runs on the thread of the call.
typedef int64_t (*mxd_read_fn)(void *user_data, uint8_t *buffer, size_t capacity);

/// Is called after every poll of a wait, with the state that was last `seen` (empty when none was yet) and how long the
/// wait has lasted. Runs on the thread of the call. Any result but 0 cancels the wait with MXD_CANCELLED, unless that
/// poll has reached the goal: then the wait succeeds.
typedef int (*mxd_wait_fn)(void *user_data, const char *seen, uint64_t elapsed_ms);

/// What of a backup to download.
typedef int32_t mxd_backup_part;

/// Is called when a step of a deployment begins and when it has ended, with the step as JSON, which is valid during the
/// callback only. Runs on the thread of the call.
///
///     {"name": "stop", "status": "done", "started_at": "2026-11-26T01:30:00.25Z", "elapsed_ms": 20312, "reason": null}
///
/// "status" is "started", "done", "skipped" or "failed"; "reason" is why it was skipped, or failed. Any result but 0 ends the
/// deployment there with MXD_CANCELLED: it is left as it is, and mxd_resume_deploy continues it from its journal.
typedef int (*mxd_step_fn)(void *user_data, const char *step);

/// Receives a line of the log. `level` is one of MXD_LOG_..., `target` names the part of the library that logs.
/// Both strings are valid during the callback only. It runs on the thread of the call, so on several at once where
/// several make calls. Calls that it makes itself are not logged.
typedef void (*mxd_log_fn)(void *user_data, int level, const char *target, const char *message);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/// The version of the library that is loaded, such as "0.1.0"; that of the header is MXD_VERSION_STRING.
const char *mxd_version(void);

/// The major version of the library that is loaded.
int32_t mxd_version_major(void);

/// The minor version of the library that is loaded.
int32_t mxd_version_minor(void);

/// The patch version of the library that is loaded.
int32_t mxd_version_patch(void);

/// The status that was returned with the error. MXD_OK for NULL; MXD_INVALID_INPUT for what is not an error.
mxd_status mxd_error_status(const mxd_error *error);

/// The message: the service's own where it gave one. Borrowed from the error; NULL without one.
const char *mxd_error_message(const mxd_error *error);

/// One line for a person or a log: the operation, the message, HTTP status and code, and what to do.
///
///     transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; stop the environment, and wait ...
///
/// It holds no API key and no signed link. Borrowed from the error; NULL without one.
const char *mxd_error_text(const mxd_error *error);

/// The service's code in upper case with '_' for spaces, such as "ALREADY_STARTED". Borrowed from the error; NULL
/// where the service gave none.
const char *mxd_error_code(const mxd_error *error);

/// The HTTP status of the response; 0 where there was none.
int32_t mxd_error_http_status(const mxd_error *error);

/// The name of the function that failed, without "mxd_": "stop_environment". For a wait or a download it may be the call
/// of the service that it made: "get_start_status". Uploads are all "upload_package". Borrowed from the error; NULL
/// without one.
const char *mxd_error_operation(const mxd_error *error);

/// What the failure proves, whether the request can have taken effect: one of MXD_EVIDENCE_...; 0 without an error.
mxd_evidence mxd_error_evidence(const mxd_error *error);

/// The number of attempts; 0 where there was none, or without an error. mxd_error_json lists them.
int32_t mxd_error_attempt_count(const mxd_error *error);

/// How long the service asks to wait before the next attempt, counted from its response; -1 where it does not ask.
int64_t mxd_error_retry_after_ms(const mxd_error *error);

/// A hint: what to do next. Borrowed from the error; NULL where there is none.
const char *mxd_error_hint(const mxd_error *error);

/// The path of the file that could not be used, after MXD_IO. Borrowed from the error; NULL where it has none.
const char *mxd_error_path(const mxd_error *error);

/// The text with which mxd_resume_wait resumes a wait that had begun, in this process or another one, in any language. It is
/// JSON, names what was waited for, and holds no secret. Borrowed from the error; NULL where it was not a wait.
///
///     {"wait_for": "start", "app_id": "calc", "mode": "Acceptance", "job_id": "02df2e50-...", ...}
const char *mxd_error_wait_token(const mxd_error *error);

/// What a deployment did that failed, as JSON: see mxd_deploy. Its "outcome" is "rolled_back", "rollback_failed" or "failed";
/// "differences" says what is not as it was before, one sentence each. Borrowed from the error; NULL where it has none.
const char *mxd_error_report(const mxd_error *error);

/// The whole error as JSON.
///
///     {"kind": "Conflict", "status": 23, "operation": "transport_package", "message": "The app must be stopped.",
///      "text": "transport_package: The app must be stopped. [HTTP 403 APP_IS_RUNNING]; ...",
///      "http_status": 403, "code": "APP_IS_RUNNING", "code_text": "APP_IS_RUNNING", "evidence": "Refused",
///      "attempts": [{"evidence": "Refused", "elapsed_ms": 87, "reused_connection": true}], "retry_after_ms": null,
///      "hint": "stop the environment, and wait until its status is Stopped", "path": null, "os_error": null,
///      "pending": null, "wait_token": null, "report": null, "cause": null}
///
/// "pending" is there when a wait failed that had begun: what was waited for; "wait_token" is that as text. "os_error" is
/// the error number of the operating system, where there is one. "report" is what a deployment did that failed, and "cause" the
/// error of its step. Borrowed from the error; NULL without one.
const char *mxd_error_json(const mxd_error *error);

/// Frees an error, and with it the strings that were borrowed from it. NULL is allowed.
void mxd_error_free(mxd_error *error);

/// Frees a string that a function of this library gave as a result ("out_..."). NULL is allowed.
///
/// A string is plain memory, which its owner may write to as far as the NUL at its end, that NUL included: what it
/// holds when it is freed does not matter. That it is freed once, and by nothing else, cannot be checked.
void mxd_string_free(char *string);

/// Parses a JSON text, such as the result of a call. Fails with MXD_INVALID_INPUT and its line and column where it is
/// not valid JSON. Free what it gives with mxd_json_free.
mxd_status mxd_json_parse(const char *text,
                          mxd_json **out_json,
                          mxd_error **error);

/// Reads a text. It is in UTF-8, and borrowed from `json`. A text with U+0000 in it is refused rather than cut.
mxd_status mxd_json_string(const mxd_json *json,
                           const char *name,
                           const char **out_string,
                           mxd_error **error);

/// Reads a whole number. One with a fraction, or beyond int64_t, is refused.
mxd_status mxd_json_int(const mxd_json *json, const char *name, int64_t *out_number, mxd_error **error);

/// Reads any number.
mxd_status mxd_json_double(const mxd_json *json, const char *name, double *out_number, mxd_error **error);

/// Reads true as 1, and false as 0.
mxd_status mxd_json_bool(const mxd_json *json, const char *name, int32_t *out_bool, mxd_error **error);

/// How many items a list has, or members an object.
mxd_status mxd_json_length(const mxd_json *json, const char *name, size_t *out_length, mxd_error **error);

/// The value with a name, null included. It is borrowed from `json`.
mxd_status mxd_json_value(const mxd_json *json,
                          const char *name,
                          const mxd_json **out_value,
                          mxd_error **error);

/// An item of a list, or the value of a member of an object, by its number from 0. It is borrowed from `json`. Fails with
/// MXD_NOT_FOUND where there are fewer.
///
///     for (i = 0; mxd_json_item(apps, i, &app, NULL) == MXD_OK; i++) ...
mxd_status mxd_json_item(const mxd_json *json,
                         size_t index,
                         const mxd_json **out_value,
                         mxd_error **error);

/// The name of a member of an object, by its number from 0. It is borrowed from `json`. Fails with MXD_NOT_FOUND where there
/// are fewer.
mxd_status mxd_json_name(const mxd_json *json,
                         size_t index,
                         const char **out_name,
                         mxd_error **error);

/// Writes a value as JSON again. Free the text with mxd_string_free.
mxd_status mxd_json_text(const mxd_json *json, char **out_text, mxd_error **error);

/// Frees what mxd_json_parse gave, with all that was read out of it. NULL is left alone, and so is a value inside.
void mxd_json_free(mxd_json *json);

/// Makes a configuration with the defaults, and without credentials. Free it with mxd_config_free. NULL only when the
/// library has a bug.
mxd_config *mxd_config_new(void);

/// Makes a configuration from the environment variables MENDIX_USERNAME, MENDIX_API_KEY and, where it is set,
/// MENDIX_DEPLOY_URL.
/// Fails with MXD_INVALID_INPUT when one of them is missing or invalid.
mxd_status mxd_config_from_env(mxd_config **out_config, mxd_error **error);

/// Sets the credentials: the e-mail address of a Mendix account, and one of its API keys. Both are copied. The copy of
/// the key is wiped when the last client that holds it is freed.
mxd_status mxd_config_set_credentials(mxd_config *config,
                                      const char *username,
                                      const char *api_key,
                                      mxd_error **error);

/// Sets the origin of the service, "https://deploy.mendix.com" by default; "/api/1" is added to it. "http://" is refused
/// except for loopback, where a simulator runs. mxd_client_new reports an invalid one.
mxd_status mxd_config_set_base_url(mxd_config *config,
                                   const char *base_url,
                                   mxd_error **error);

/// Allows (1) "http://" to any host, or not (0). The API key then crosses the network in the clear.
mxd_status mxd_config_set_allow_insecure_http(mxd_config *config, int allow, mxd_error **error);

/// Sets the time limit of a read, with all its attempts; 60000 by default. A mutating call has a limit of its own: see
/// mxd_config_set_action_timeout_ms. A transfer may take longer as long as it makes progress: see
/// mxd_config_set_stall_timeout_ms.
mxd_status mxd_config_set_timeout_ms(mxd_config *config,
                                     int64_t timeout_ms,
                                     mxd_error **error);

/// Sets the time limit of connecting: name resolution, connection, proxy and TLS together; 10000 by default.
mxd_status mxd_config_set_connect_timeout_ms(mxd_config *config, int64_t timeout_ms, mxd_error **error);

/// Sets how long an upload or download may make no progress, 60000 by default.
mxd_status mxd_config_set_stall_timeout_ms(mxd_config *config, int64_t timeout_ms, mxd_error **error);

/// Sets the time limit of the response to an upload, 900000 by default. The service inspects the package before it
/// responds.
mxd_status mxd_config_set_answer_timeout_ms(mxd_config *config,
                                            int64_t timeout_ms,
                                            mxd_error **error);

/// Sets the time limit of a mutating call, with all its attempts; by default five times that of
/// mxd_config_set_timeout_ms, so 300000. The service works on such a call before it responds: transporting a package
/// takes about two minutes.
mxd_status mxd_config_set_action_timeout_ms(mxd_config *config,
                                            int64_t timeout_ms,
                                            mxd_error **error);

/// Sets the longest response that is read into memory, in bytes; 16 MiB by default. It may have one value for every 16
/// of them. Downloads have no limit.
mxd_status mxd_config_set_reply_limit(mxd_config *config,
                                      size_t bytes,
                                      mxd_error **error);

/// Sets the proxy for every host but loopback: "http://[user:password@]host[:port]". By default it comes from
/// HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.
mxd_status mxd_config_set_proxy(mxd_config *config, const char *url, mxd_error **error);

/// Uses no proxy, whatever the environment variables are.
mxd_status mxd_config_set_no_proxy(mxd_config *config, mxd_error **error);

/// Sets a file of certificates in PEM form that are trusted alongside those of the platform: of authorities, or of the
/// server itself. A certificate that cannot be used is skipped, with a warning in the log. mxd_client_new reads the
/// file.
mxd_status mxd_config_set_ca_file(mxd_config *config,
                                  const char *path,
                                  mxd_error **error);

/// Sets what follows this library's own name in "User-Agent": the name and version of your program.
mxd_status mxd_config_set_user_agent(mxd_config *config, const char *program, mxd_error **error);

/// Sets how often a call is attempted when the failure proves that it is retryable; 4 by default, 1 turns retries off.
///
/// A mutating call is retried when it was not sent, or not sent whole. A read is also retried when no response came, and
/// after HTTP 408, 421, 425, 500 without an error code, 502 to 504 and 520 to 529. Where the service asks to retry later, a
/// call is retried until its time limit. Waits continue until their own time limit.
mxd_status mxd_config_set_max_attempts(mxd_config *config,
                                       int32_t max_attempts,
                                       mxd_error **error);

/// Sets whether to read back the state (1, the default) or not (0) when the response to a mutating call was lost. When
/// the state shows the effect, the call succeeds. It is never sent again. The state is read until it shows the effect,
/// or until the time limit of the call.
mxd_status mxd_config_set_read_back(mxd_config *config,
                                    int read_back,
                                    mxd_error **error);

/// Sets whether uploads of files and bytes that are not a deployment package are refused before anything is sent (1, the
/// default), or left to the service (0).
mxd_status mxd_config_set_check_packages(mxd_config *config,
                                         int check_packages,
                                         mxd_error **error);

/// Sets the callback for events: a failure that is retried, in calls, transfers and waits, and a mutating call whose
/// response was lost and which read-back confirmed. NULL for none, as at first.
///
/// It runs on the thread of the call, so on several at once where several use the client. `callback` and `user_data`
/// must stay valid until every client made from this configuration is freed and its calls have returned.
mxd_status mxd_config_set_event_callback(mxd_config *config,
                                         mxd_event_fn callback,
                                         void *user_data,
                                         mxd_error **error);

/// Frees a configuration. Clients made from it are unaffected. NULL is allowed.
void mxd_config_free(mxd_config *config);

/// Makes a client. Nothing is sent. The configuration is copied, and can be changed and used again.
/// Fails with MXD_INVALID_INPUT, which names the invalid setting; MXD_IO when the CA file cannot be read.
mxd_status mxd_client_new(const mxd_config *config, mxd_client **out_client, mxd_error **error);

/// Makes another client with a token that cancels its calls and waits. It shares the connections of the first. Each of
/// the two is freed separately.
mxd_status mxd_client_with_cancel(const mxd_client *client,
                                  const mxd_cancel *cancel,
                                  mxd_client **out_client,
                                  mxd_error **error);

/// Makes another client with another time limit for one call, of whatever kind. It shares the connections of the first.
/// Each of the two is freed separately.
mxd_status mxd_client_with_timeout_ms(const mxd_client *client,
                                      int64_t timeout_ms,
                                      mxd_client **out_client,
                                      mxd_error **error);

/// Gets the origin that calls go to, as plain text.
///
///     https://deploy.mendix.com
mxd_status mxd_client_base_url(const mxd_client *client, char **out_url, mxd_error **error);

/// Frees a client. Returns at once: calls in progress on other threads, or on this one when a callback frees the client,
/// continue undisturbed, and use the client's callbacks until they return. NULL is allowed.
void mxd_client_free(mxd_client *client);

/// Makes a token for mxd_client_with_cancel. Free it with mxd_cancel_free. NULL only when the library has a bug.
mxd_cancel *mxd_cancel_new(void);

/// Makes a token that also calls `poll`, on the thread of the blocked call and about every 50 milliseconds. So a signal
/// handler needs only to set a flag that `poll` reads.
///
/// `poll` and `user_data` must stay valid while a client holds the token and until its calls have returned, and be
/// usable on every thread that uses it.
mxd_status mxd_cancel_new_polling(mxd_poll_fn poll,
                                  void *user_data,
                                  mxd_cancel **out_cancel,
                                  mxd_error **error);

/// Cancels the calls of the clients that hold the token, now and later. They fail with MXD_CANCELLED within about 50
/// milliseconds, whatever they are blocked on; a mutating call whose response was lost before stays MXD_AMBIGUOUS. May be
/// called from any thread, but not from a signal handler.
mxd_status mxd_cancel_trigger(const mxd_cancel *cancel,
                              mxd_error **error);

/// Returns 1 when the token was triggered or its `poll` returns so, 0 when not or when it is not a token.
int mxd_cancel_is_triggered(const mxd_cancel *cancel);

/// Frees a token. Clients that hold it keep what they need. NULL is allowed.
void mxd_cancel_free(mxd_cancel *cancel);

/// Lists the apps that the account has access to.
/// Deploy API v1, section 3.1, Retrieve Apps: GET /apps
///
///     [{"AppId": "calc", "Name": "Calculation App", "ProjectId": "fae5de74-69c2-4488-a4de-abf89daac63e",
///       "Url": "https://calc.mendixcloud.com"}, ...]
mxd_status mxd_list_apps(const mxd_client *client, char **out_json, mxd_error **error);

/// Creates a sandbox for a project that has none. "AppId" is empty when the service accepted the call without giving it,
/// and the list of apps does not have it yet.
/// Deploy API v1, section 3.2, Create Sandbox: POST /apps
/// Fails with INVALID_PROJECTID; MXD_CONFLICT with APPLICATION_ALREADY_EXISTS.
///
///     {"AppId": "calc", "Name": "Calculation App", "ProjectId": "fae5de74-69c2-4488-a4de-abf89daac63e",
///      "Url": "https://calc.mendixcloud.com"}
mxd_status mxd_create_sandbox(const mxd_client *client,
                              const char *project_id,
                              char **out_json,
                              mxd_error **error);

/// Gets one app.
/// Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}
/// Fails with INVALID_APPID; MXD_NOT_FOUND with APP_NOT_FOUND.
///
///     {"AppId": "calc", "Name": "Calculation App", "ProjectId": "fae5de74-69c2-4488-a4de-abf89daac63e",
///      "Url": "https://calc.mendixcloud.com"}
mxd_status mxd_get_app(const mxd_client *client, const char *app_id, char **out_json, mxd_error **error);

/// Lists the environments of an app.
/// Deploy API v1, section 3.4, Retrieve Environments: GET /apps/{AppId}/environments
///
///     [{"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///       "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///       "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///       "MemoryPerInstance": 2048, "TotalMemory": 2048}, ...]
mxd_status mxd_list_environments(const mxd_client *client,
                                 const char *app_id,
                                 char **out_json,
                                 mxd_error **error);

/// Gets one environment. `mode` is "Test", "Acceptance", "Production", or the name of a flexible environment.
/// Deploy API v1, section 3.5, Retrieve Environment: GET /apps/{AppId}/environments/{Mode}
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///      "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///      "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///      "MemoryPerInstance": 2048, "TotalMemory": 2048}
mxd_status mxd_get_environment(const mxd_client *client,
                               const char *app_id,
                               const char *mode,
                               char **out_json,
                               mxd_error **error);

/// Starts an environment, and returns before it runs: mxd_wait_for_start waits for that. `auto_sync_db` (1 or 0)
/// synchronises the database with the model; the Mendix Cloud does so in any case from v4 on.
/// Deploy API v1, section 3.6, Start Environment: POST /apps/{AppId}/environments/{Mode}/start
/// Fails with INVALID_APPID; MXD_NOT_FOUND with APP_NOT_FOUND; MXD_CONFLICT with NO_MDA_HAS_BEEN_DEPLOYED,
/// APP_ALREADY_HAS_A_STARTING_JOB or ALREADY_STARTED. "JobId" is absent when the service accepted the call without giving
/// it, or when its response was lost and the app was found running: mxd_wait_for_start takes NULL for it.
///
///     {"JobId": "02df2e50-0e79-11e4-9191-0800200c9a66"}
mxd_status mxd_start_environment(const mxd_client *client,
                                 const char *app_id,
                                 const char *mode,
                                 int auto_sync_db,
                                 char **out_json,
                                 mxd_error **error);

/// Gets the status of a start. A start that failed is an error, with the reason as its code.
/// Deploy API v1, section 3.7, Get Start Environment Status: GET /apps/{AppId}/environments/{Mode}/start/{JobId}
/// Fails with DB_SYNC_FAILED, INVALID_DB_STRUCTURE, MISSING_CONSTANT, INSECURE_ADMIN_PASSWORD, STARTUP_ACTION_FAILED or
/// START_FAILED; MXD_CONFLICT with NO_PACKAGE, ALREADY_LOCKED or ALREADY_STARTED; further with INVALID_PARAMETERS or
/// INVALID_ENVIRONMENT; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND or NO_SUCH_STARTJOB.
///
///     {"Status": "Starting"}
mxd_status mxd_get_start_status(const mxd_client *client,
                                const char *app_id,
                                const char *mode,
                                const char *job_id,
                                char **out_json,
                                mxd_error **error);

/// Stops an environment, and returns before it has stopped: mxd_wait_for_status waits for that.
/// Deploy API v1, section 3.8, Stop Environment: POST /apps/{AppId}/environments/{Mode}/stop
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or STOP_FAILED; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
mxd_status mxd_stop_environment(const mxd_client *client,
                                const char *app_id,
                                const char *mode,
                                mxd_error **error);

/// Removes ALL DATA of an environment: its files and its database records. It must be stopped. The environments in the
/// response may be partial.
/// Deploy API v1, section 3.12, Clean environment: POST /apps/{AppId}/environments/{Mode}/clean
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or ENVIRONMENT_CLEAN_FAILED; MXD_CONFLICT with
/// ENVIRONMENT_NOT_STOPPED; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     [{"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///       "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///       "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///       "MemoryPerInstance": 2048, "TotalMemory": 2048}, ...]
mxd_status mxd_clean_environment(const mxd_client *client,
                                 const char *app_id,
                                 const char *mode,
                                 char **out_json,
                                 mxd_error **error);

/// Gets the package that is deployed on an environment. "Size" is in bytes, times are milliseconds since 1970 in UTC.
/// Deploy API v1, section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with PACKAGE_NOT_FOUND.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda",
///      "Description": "Add scientific mode", "Version": "2.5.4.63", "Creator": "Richard Ford",
///      "CreationDate": 1404990271835, "Status": "Succeeded", "Size": 3205620}
mxd_status mxd_get_environment_package(const mxd_client *client,
                                       const char *app_id,
                                       const char *mode,
                                       char **out_json,
                                       mxd_error **error);

/// Gets a link to the bytes of the package that is deployed on an environment, which is valid for "TTL" seconds. Anyone who
/// has the link can use it until it expires: keep it out of logs.
/// Deploy API v1, later documentation, Retrieve Environment Package with a Link:
/// GET /apps/{AppId}/environments/{Mode}/package?url=true
/// Fails as mxd_get_environment_package does; MXD_INVALID_RESPONSE when the service sends no link.
///
///     {"Location": "https://...", "TTL": 900}
mxd_status mxd_get_environment_package_link(const mxd_client *client,
                                            const char *app_id,
                                            const char *mode,
                                            char **out_json,
                                            mxd_error **error);

/// Transports an uploaded package to an environment, which must be stopped.
/// Deploy API v1, section 3.11, Transporting a Deployment Package to an Environment:
/// POST /apps/{AppId}/environments/{Mode}/transport
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT, INVALID_RUNTIME_VERSION or PACKAGE_PARSE_FAILED; MXD_FORBIDDEN
/// with NO_ACCESS or TRANSPORT_NOT_ALLOWED; MXD_CONFLICT with APP_IS_RUNNING; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or PACKAGE_NOT_FOUND. Right after an upload today's service may respond with
/// SERVICE_UNAVAILABLE: the package is still being processed.
mxd_status mxd_transport_package(const mxd_client *client,
                                 const char *app_id,
                                 const char *mode,
                                 const char *package_id,
                                 mxd_error **error);

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
mxd_status mxd_upload_package(const mxd_client *client,
                              const char *app_id,
                              const char *path,
                              const char *name,
                              mxd_progress_fn progress,
                              void *user_data,
                              char **out_json,
                              mxd_error **error);

/// Uploads a deployment package of `size` bytes at `data`, as mxd_upload_package does. `name` is required.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf"}
mxd_status mxd_upload_package_bytes(const mxd_client *client,
                                    const char *app_id,
                                    const uint8_t *data,
                                    size_t size,
                                    const char *name,
                                    mxd_progress_fn progress,
                                    void *user_data,
                                    char **out_json,
                                    mxd_error **error);

/// Uploads a deployment package of `size` bytes that `read` gives in chunks, as mxd_upload_package does, but without a
/// check whether it is one. `read` and `progress`, which may be NULL, get the same `user_data`. `name` is required. Once
/// `read` was called, the upload is not retried.
/// Fails as mxd_upload_package does; MXD_IO when `read` fails, or ends before `size`.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf"}
mxd_status mxd_upload_package_reader(const mxd_client *client,
                                     const char *app_id,
                                     mxd_read_fn read,
                                     uint64_t size,
                                     const char *name,
                                     mxd_progress_fn progress,
                                     void *user_data,
                                     char **out_json,
                                     mxd_error **error);

/// Uploads a deployment package as mxd_upload_package does, and is made for packages of any size up to 1 GB. The service
/// processes it after its response: mxd_wait_for_upload waits for that. "JobId" is absent when the response was lost and the
/// package was found by its name.
/// Deploy API v2, Upload Package: POST /apps/{AppId}/packages/upload?name={Name}
/// Fails as mxd_upload_package does; the service documents no codes.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "JobId": "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0"}
mxd_status mxd_upload_package_v2(const mxd_client *client,
                                 const char *app_id,
                                 const char *path,
                                 const char *name,
                                 mxd_progress_fn progress,
                                 void *user_data,
                                 char **out_json,
                                 mxd_error **error);

/// Uploads a deployment package of `size` bytes at `data`, as mxd_upload_package_v2 does. `name` is required.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "JobId": "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0"}
mxd_status mxd_upload_package_v2_bytes(const mxd_client *client,
                                       const char *app_id,
                                       const uint8_t *data,
                                       size_t size,
                                       const char *name,
                                       mxd_progress_fn progress,
                                       void *user_data,
                                       char **out_json,
                                       mxd_error **error);

/// Uploads a deployment package of `size` bytes that `read` gives in chunks, as mxd_upload_package_reader does, but to version 2.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "JobId": "0b9fd8ed-6b53-4b5e-9ea8-3e8a5b5cf3a0"}
mxd_status mxd_upload_package_v2_reader(const mxd_client *client,
                                        const char *app_id,
                                        mxd_read_fn read,
                                        uint64_t size,
                                        const char *name,
                                        mxd_progress_fn progress,
                                        void *user_data,
                                        char **out_json,
                                        mxd_error **error);

/// Gets how far the service has come with processing an upload: "Queued", "Running", "Completed" or "Failed".
/// Deploy API v2, Retrieve Job Status: GET /apps/{AppId}/jobs/{JobId}
/// Fails with MXD_NOT_FOUND when the service does not know the job; it documents no codes.
///
///     {"Status": "Completed"}
mxd_status mxd_get_upload_status(const mxd_client *client,
                                 const char *app_id,
                                 const char *job_id,
                                 char **out_json,
                                 mxd_error **error);

/// Reads the metadata of the deployment package (.mda) `path`. No client is needed and nothing is sent. The names are
/// those of the metadata, and whatever else is in it is kept. An absent field is not known.
/// Fails with MXD_INVALID_INPUT naming the file when it is empty, not a regular file, not a zip archive, or one whose
/// model/metadata.json is missing, damaged, not JSON, or larger than 16 MiB; MXD_IO when it cannot be read.
///
///     {"RuntimeVersion": "10.24.0", "ModelVersion": "1.2.0.254", "ProjectID": "543857rfds", "JavaVersion": "21",
///      "Constants": [{"Name": "MyFirstModule.BooleanConstant", "Type": "Boolean", "DefaultValue": "true"}],
///      "ScheduledEvents": [{"Name": "MyFirstModule.CleanUp"}]}
mxd_status mxd_inspect_package(const char *path,
                               char **out_json,
                               mxd_error **error);

/// Gets the settings of an environment. A changed value takes effect at the next start: until then "DeployedValue" is in
/// effect.
/// Deploy API v1, section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"Constants": [{"Name": "MyFirstModule.BooleanConstant", "DataType": "_Boolean", "Value": "true",
///                     "DeployedValue": "false"}],
///      "CustomSettings": [{"Name": "SessionTimeout", "Value": "600000", "DeployedValue": "600000"}],
///      "ScheduledEvents": [{"Name": "MyFirstModule.Monitor_Scheduled_event", "Value": "Disabled",
///                           "DeployedValue": "Disabled"}]}
mxd_status mxd_get_environment_settings(const mxd_client *client,
                                        const char *app_id,
                                        const char *mode,
                                        char **out_json,
                                        mxd_error **error);

/// Changes the settings of an environment, and gives all of them as they are then. `settings` is JSON of the form that
/// mxd_get_environment_settings gives; it may hold only the settings to change, but at least one.
/// Deploy API v1, section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or INVALID_SCHEDULED_EVENT_PARAMETER; MXD_NOT_FOUND with
/// CONSTANT_NOT_FOUND, SCHEDULED_EVENT_NOT_FOUND or ENVIRONMENT_NOT_FOUND; CUSTOM_SETTING_NOT_SUPPORTED.
///
///     {"Constants": [{"Name": "MyFirstModule.BooleanConstant", "DataType": "_Boolean", "Value": "true",
///                     "DeployedValue": "false"}], "CustomSettings": [], "ScheduledEvents": []}
mxd_status mxd_set_environment_settings(const mxd_client *client,
                                        const char *app_id,
                                        const char *mode,
                                        const char *settings,
                                        char **out_json,
                                        mxd_error **error);

/// Sets the value of a constant in `settings`, the JSON of mxd_get_environment_settings. Nothing is sent: the result is
/// the JSON with that change, for mxd_set_environment_settings.
/// Fails with MXD_INVALID_INPUT when the package has no such constant.
mxd_status mxd_settings_set_constant(const char *settings,
                                     const char *name,
                                     const char *value,
                                     char **out_json,
                                     mxd_error **error);

/// Sets the value of a custom setting, as mxd_settings_set_constant does.
/// Fails with MXD_INVALID_INPUT when the environment has no such setting.
mxd_status mxd_settings_set_custom_setting(const char *settings,
                                           const char *name,
                                           const char *value,
                                           char **out_json,
                                           mxd_error **error);

/// Enables (1) or disables (0) a scheduled event, as mxd_settings_set_constant does.
/// Fails with MXD_INVALID_INPUT when the package has no such event.
mxd_status mxd_settings_set_scheduled_event(const char *settings,
                                            const char *name,
                                            int enabled,
                                            char **out_json,
                                            mxd_error **error);

/// Lists the backups of an environment. Times are milliseconds since 1970 in UTC.
/// The service no longer documents this call: its successor is mxd_list_snapshots.
/// Deploy API v1, section 3.15, List Environment Backups: GET /apps/{AppId}/environments/{Mode}/snapshots
/// Fails with INVALID_PARAMETERS, INVALID_ENVIRONMENT or SNAPSHOT_LISTING_FAILED; MXD_FORBIDDEN with NO_ACCESS;
/// MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     [{"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "before 1.0.0.45", "State": "Completed",
///       "ExpiresOn": 1509804208000, "CreatedOn": 1501855408000, "ModelVersion": "1.0.11.50"}, ...]
mxd_status mxd_list_backups(const mxd_client *client,
                            const char *app_id,
                            const char *mode,
                            char **out_json,
                            mxd_error **error);

/// Gets the links to a backup; mxd_download_backup downloads it. Anyone who has a link can use it until it expires: keep
/// it out of logs.
/// The service no longer documents this call: its successor is mxd_create_archive.
/// Deploy API v1, section 3.16, Download a Backup for an Environment:
/// GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}
/// Fails with INVALID_PARAMETERS or INVALID_ENVIRONMENT; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or SNAPSHOT_NOT_FOUND.
///
///     {"FilesOnly": "https://...", "DatabaseOnly": "https://...", "DatabaseAndFiles": "https://..."}
mxd_status mxd_get_backup_links(const mxd_client *client,
                                const char *app_id,
                                const char *mode,
                                const char *snapshot_id,
                                char **out_json,
                                mxd_error **error);

/// Starts a backup of an environment; "CreatedOn" is absent until it is complete. `comment` may be NULL. "SnapshotID" is
/// empty when the service accepted the call without giving it, and the backup is not found by its comment. Mendix Cloud
/// v4 only.
/// The service no longer documents this call: its successor is mxd_create_snapshot.
/// Deploy API v1, section 3.17, Create a Backup of an Environment: POST /apps/{AppId}/environments/{Mode}/snapshots
/// Fails with INVALID_ENVIRONMENT; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "before 1.0.0.45", "State": "Completed",
///      "ExpiresOn": 1509804208000, "CreatedOn": 1501855408000, "ModelVersion": "1.0.11.50"}
mxd_status mxd_create_backup(const mxd_client *client,
                             const char *app_id,
                             const char *mode,
                             const char *comment,
                             char **out_json,
                             mxd_error **error);

/// Starts to restore a backup to an environment, which must be stopped: ITS DATA IS REPLACED. The backup may be one of
/// another environment of the app. Mendix Cloud v4 only.
/// The service no longer documents this call: its successor is mxd_restore_snapshot.
/// Deploy API v1, section 3.18, Restore a Backup to an Environment:
/// POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}
/// Fails with INVALID_ENVIRONMENT; MXD_NOT_FOUND with NOT_FOUND or ENVIRONMENT_NOT_FOUND; MXD_CONFLICT with
/// ERROR_NOT_ALLOWED; MXD_FORBIDDEN with NO_ACCESS.
///
///     {"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "before 1.0.0.45", "State": "Completed",
///      "ExpiresOn": 1509804208000, "CreatedOn": 1501855408000, "ModelVersion": "1.0.11.50"}
mxd_status mxd_restore_backup(const mxd_client *client,
                              const char *app_id,
                              const char *mode,
                              const char *snapshot_id,
                              char **out_json,
                              mxd_error **error);

/// Sets the number of instances of an environment, and the memory of each in MB (1024 at least). Mendix Cloud v4 only;
/// more than one instance needs Mendix 7 or later.
/// Deploy API v1, section 3.19, Scaling Environments: POST /apps/{AppId}/environments/{Mode}/scale
/// Fails with INVALID_REQUEST; MXD_FORBIDDEN with NOT_ALLOWED; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"Status": "Running", "Mode": "Acceptance", "Url": "https://calc-accp.mendixcloud.com",
///      "ModelVersion": "1.1.0.253", "MendixVersion": "7.5.0", "Production": false,
///      "EnvironmentId": "38471410-861f-47e5-8efc-2f4b16f04005", "RuntimeLayer": "SHARED", "Instances": 1,
///      "MemoryPerInstance": 2048, "TotalMemory": 2048}
mxd_status mxd_scale_environment(const mxd_client *client,
                                 const char *app_id,
                                 const char *mode,
                                 int32_t instances,
                                 int32_t memory_per_instance,
                                 char **out_json,
                                 mxd_error **error);

/// Adds a tag to an environment. Mendix Cloud v4 only.
/// Deploy API v1, section 3.20, Create Environment Tags: POST /apps/{AppId}/environments/{Mode}/tags
/// Fails with MXD_NOT_FOUND and NOT_FOUND.
///
///     {"Tag": "europe"}
mxd_status mxd_create_environment_tag(const mxd_client *client,
                                      const char *app_id,
                                      const char *mode,
                                      const char *tag,
                                      char **out_json,
                                      mxd_error **error);

/// Lists the tags of an environment. Mendix Cloud v4 only.
/// Deploy API v1, section 3.21, Retrieve Environment Tags: GET /apps/{AppId}/environments/{Mode}/tags
/// Fails with MXD_NOT_FOUND and NOT_FOUND.
///
///     [{"Tag": "europe"}, {"Tag": "asia"}]
mxd_status mxd_list_environment_tags(const mxd_client *client,
                                     const char *app_id,
                                     const char *mode,
                                     char **out_json,
                                     mxd_error **error);

/// Removes a tag from an environment. It is not an error when the environment does not have it. Mendix Cloud v4 only.
/// Deploy API v1, section 3.22, Delete Environment Tags: DELETE /apps/{AppId}/environments/{Mode}/tags
/// Fails with MXD_NOT_FOUND and NOT_FOUND.
mxd_status mxd_delete_environment_tag(const mxd_client *client,
                                      const char *app_id,
                                      const char *mode,
                                      const char *tag,
                                      mxd_error **error);

/// Gets the link to a day's logs; mxd_download_archived_logs downloads them. `date` is "YYYY-MM-DD"; for a day in the
/// future the service gives the logs of today. Anyone who has the link can use it until it expires. Mendix Cloud v4 only.
/// Deploy API v1, section 3.23, Download Archived Logs for a Specific Date:
/// GET /apps/{AppId}/environments/{Mode}/logs/{Date}
/// Fails with MXD_NOT_FOUND and NOT_FOUND; MXD_FORBIDDEN with FORBIDDEN.
///
///     {"Environment": "38471410-861f-47e5-8efc-2f4b16f04005", "Date": 1533859200000, "DownloadUrl": "https://..."}
mxd_status mxd_get_archived_logs(const mxd_client *client,
                                 const char *app_id,
                                 const char *mode,
                                 const char *date,
                                 char **out_json,
                                 mxd_error **error);

/// Gets the link to a day's access logs; mxd_download_archived_access_logs downloads them. Its reply is like that of
/// mxd_get_archived_logs. Mendix Cloud v4 only.
/// Deploy API v1, later documentation, Download Archived Access Logs for a Specific Date:
/// GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}
/// Fails with MXD_NOT_FOUND and NOT_FOUND; MXD_FORBIDDEN with FORBIDDEN.
mxd_status mxd_get_archived_access_logs(const mxd_client *client,
                                        const char *app_id,
                                        const char *mode,
                                        const char *date,
                                        char **out_json,
                                        mxd_error **error);

/// Lists the packages of an app: those that were uploaded, and those that were built.
/// Build API v1, Retrieve Packages: GET /apps/{AppId}/packages
/// Fails with INVALID_APPID.
///
///     [{"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda", "Version": "2.5.4.63",
///       "Status": "Succeeded", "CreationDate": 1404990271835, "Size": 3205620, ...}, ...]
mxd_status mxd_list_packages(const mxd_client *client,
                             const char *app_id,
                             char **out_json,
                             mxd_error **error);

/// Gets one package of an app.
/// Build API v1, Retrieve Package: GET /apps/{AppId}/packages/{PackageId}
/// Fails with INVALID_PARAMETERS; MXD_NOT_FOUND with PACKAGE_NOT_FOUND.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda", "Status": "Succeeded", ...}
mxd_status mxd_get_package(const mxd_client *client,
                           const char *app_id,
                           const char *package_id,
                           char **out_json,
                           mxd_error **error);

/// Gets a link to the bytes of a package, which is valid for "TTL" seconds; mxd_download_package downloads them. Anyone who
/// has the link can use it until it expires: keep it out of logs.
/// Build API v1, Retrieve Package with a Link: GET /apps/{AppId}/packages/{PackageId}?url=true
/// Fails as mxd_get_package does; MXD_INVALID_RESPONSE when the service sends no link.
///
///     {"Location": "https://...", "TTL": 900}
mxd_status mxd_get_package_link(const mxd_client *client,
                                const char *app_id,
                                const char *package_id,
                                char **out_json,
                                mxd_error **error);

/// Deletes a package of an app, which must not be deployed to an environment. When the response is lost, the call succeeds
/// once the service does not find the package any more.
/// Build API v1, Delete Package: DELETE /apps/{AppId}/packages/{PackageId}
/// Fails with INVALID_PARAMETERS; MXD_NOT_FOUND with PACKAGE_NOT_FOUND; MXD_CONFLICT with PACKAGE_IN_USE.
mxd_status mxd_delete_package(const mxd_client *client,
                              const char *app_id,
                              const char *package_id,
                              mxd_error **error);

/// Begins to build a package from a revision of the model: mxd_wait_for_package waits for it. For a free app the service
/// deploys it, too. `branch` is "main", "trunk" or "branches/<name>". `version` is "x.y.z"; that of the package is
/// "x.y.z.<revision>". `description` may be NULL. When the response is lost, the one new package of that version is the result.
/// Build API v1, Start Building Package: POST /apps/{AppId}/packages
/// Fails with INVALID_APPID, INVALID_PARAMETERS, INVALID_VERSION or BUILD_FAILED; MXD_NOT_FOUND with APP_NOT_FOUND. "PackageId"
/// is absent when the service accepted the call without giving it.
///
///     {"PackageId": "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7"}
mxd_status mxd_build_package(const mxd_client *client,
                             const char *app_id,
                             const char *branch,
                             const char *revision,
                             const char *version,
                             const char *description,
                             char **out_json,
                             mxd_error **error);

/// Lists the snapshots of an environment on all pages, newest first. `project_id` is the "ProjectId" of the app, and
/// `environment_id` the "EnvironmentId" of the environment, for all functions for snapshots. Times are milliseconds since
/// 1970 in UTC. "state" is "Queued", "Running", "Completed" or "Failed"; "status_message" says why it failed.
/// Backups API v2, List Snapshots: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or SNAPSHOT_LISTING_FAILED; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND.
///
///     [{"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "model_version": "1.0.11.50",
///       "comment": "before 1.0.0.45", "created_at": 1501855408000, "finished_at": 1501855670000,
///       "updated_at": 1501855670000, "expires_at": 1509804208000}, ...]
mxd_status mxd_list_snapshots(const mxd_client *client,
                              const char *project_id,
                              const char *environment_id,
                              char **out_json,
                              mxd_error **error);

/// Begins to make a snapshot of an environment: mxd_wait_for_snapshot waits until it is complete. `comment` may be NULL. With
/// a comment that no other snapshot has, a lost response is no failure: the one new snapshot with it is the result.
/// "snapshot_id" is empty when the service accepted the call without giving it.
/// Backups API v2, Create Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or SERVICE_UNAVAILABLE; MXD_CONFLICT with ENVIRONMENT_BUSY or INVALID_STATE;
/// MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Queued", "comment": "before 1.0.0.45", ...}
mxd_status mxd_create_snapshot(const mxd_client *client,
                               const char *project_id,
                               const char *environment_id,
                               const char *comment,
                               char **out_json,
                               mxd_error **error);

/// Gets one snapshot.
/// Backups API v2, Retrieve Snapshot: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
/// Fails with INVALID_PARAMETERS or NOT_SUPPORTED; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND or
/// NOT_FOUND.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "comment": "before 1.0.0.45", ...}
mxd_status mxd_get_snapshot(const mxd_client *client,
                            const char *project_id,
                            const char *environment_id,
                            const char *snapshot_id,
                            char **out_json,
                            mxd_error **error);

/// Changes the comment of a snapshot. It cannot be empty. When the response is lost, the call succeeds once the snapshot has
/// the comment.
/// Backups API v2, Update Snapshot: PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
/// Fails as mxd_get_snapshot does.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "comment": "before 1.0.0.45", ...}
mxd_status mxd_update_snapshot(const mxd_client *client,
                               const char *project_id,
                               const char *environment_id,
                               const char *snapshot_id,
                               const char *comment,
                               char **out_json,
                               mxd_error **error);

/// Deletes a snapshot. It cannot be undone. When the response is lost, the call succeeds once the service does not find the
/// snapshot any more.
/// Backups API v2, Delete Snapshot: DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
/// Fails as mxd_get_snapshot does.
mxd_status mxd_delete_snapshot(const mxd_client *client,
                               const char *project_id,
                               const char *environment_id,
                               const char *snapshot_id,
                               mxd_error **error);

/// Begins to make an archive of a snapshot, which can be downloaded; mxd_download_snapshot does all of it. `data_type` is
/// "files_and_database" or "database_only". A lost response is MXD_AMBIGUOUS; to make another archive is harmless.
/// "archive_id" is empty when the service accepted the call without giving it.
/// Backups API v2, Request Backup Archive:
/// POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives, with ?data_type={DataType}
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or UNSUPPORTED; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with
/// ENVIRONMENT_NOT_FOUND or NOT_FOUND.
///
///     {"archive_id": "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10", "snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f",
///      "data_type": "files_and_database", "state": "Queued", ...}
mxd_status mxd_create_archive(const mxd_client *client,
                              const char *project_id,
                              const char *environment_id,
                              const char *snapshot_id,
                              const char *data_type,
                              char **out_json,
                              mxd_error **error);

/// Gets one archive of a snapshot. "url" is there when it is completed, and valid for 8 hours. Anyone who has it can use it
/// until it expires: keep it out of logs.
/// Backups API v2, Retrieve Backup Archive:
/// GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}
/// Fails as mxd_get_snapshot does.
///
///     {"archive_id": "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10", "snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f",
///      "data_type": "files_and_database", "state": "Completed", ...}
mxd_status mxd_get_archive(const mxd_client *client,
                           const char *project_id,
                           const char *environment_id,
                           const char *snapshot_id,
                           const char *archive_id,
                           char **out_json,
                           mxd_error **error);

/// Begins to restore a snapshot to an environment, which must be stopped: its data is replaced. mxd_wait_for_restore waits for
/// it. The snapshot may be of another environment of the app. With `db_only` (not 0) the files stay as they are.
/// A lost response is MXD_AMBIGUOUS. "restore_id" is empty when the service accepted the call without giving it.
/// Backups API v2, Restore Snapshot:
/// POST /apps/{ProjectId}/environments/{EnvironmentId}/restores, with ?source_snapshot_id={SourceSnapshotId}&db_only={DbOnly}
/// Fails with INVALID_PARAMETERS, NOT_SUPPORTED or SERVICE_UNAVAILABLE; MXD_CONFLICT with ERROR_NOT_ALLOWED, ENVIRONMENT_BUSY or
/// INVALID_STATE; MXD_FORBIDDEN with NO_ACCESS; MXD_NOT_FOUND with ENVIRONMENT_NOT_FOUND or NOT_FOUND.
///
///     {"restore_id": "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70", "state": "Queued",
///      "source_snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", ...}
mxd_status mxd_restore_snapshot(const mxd_client *client,
                                const char *project_id,
                                const char *environment_id,
                                const char *source_snapshot_id,
                                int db_only,
                                char **out_json,
                                mxd_error **error);

/// Gets one restore.
/// Backups API v2, Retrieve Restore: GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}
/// Fails as mxd_get_snapshot does.
///
///     {"restore_id": "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70", "state": "Completed",
///      "source_snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", ...}
mxd_status mxd_get_restore(const mxd_client *client,
                           const char *project_id,
                           const char *environment_id,
                           const char *restore_id,
                           char **out_json,
                           mxd_error **error);

/// Waits until a start has succeeded. Where `job_id` is NULL or empty, since the start did not give it, waits until the
/// environment runs. `observer` may be NULL.
/// Fails as mxd_get_start_status does, with the reason why the app did not start as the code; MXD_WAIT_TIMED_OUT
/// at the time limit (the service continues, and mxd_error_wait_token gives what mxd_resume_wait takes); MXD_CANCELLED;
/// MXD_CONFLICT with NO_SUCH_STARTJOB when the job was there and is gone: another start superseded it, or the environment
/// was stopped again, as the message and the hint say.
///
///     {"Status": "Started"}
mxd_status mxd_wait_for_start(const mxd_client *client,
                              const char *app_id,
                              const char *mode,
                              const char *job_id,
                              int64_t timeout_ms,
                              mxd_wait_fn observer,
                              void *user_data,
                              char **out_json,
                              mxd_error **error);

/// Waits until an environment has a status: "Stopped" after mxd_stop_environment. `observer` may be NULL.
/// Fails as mxd_get_environment does; MXD_WAIT_TIMED_OUT at the time limit; MXD_CANCELLED.
///
///     {"Status": "Stopped", "Mode": "Acceptance", ...}
mxd_status mxd_wait_for_status(const mxd_client *client,
                               const char *app_id,
                               const char *mode,
                               const char *status,
                               int64_t timeout_ms,
                               mxd_wait_fn observer,
                               void *user_data,
                               char **out_json,
                               mxd_error **error);

/// Waits until a backup is complete, after mxd_create_backup. `observer` may be NULL.
/// Fails as mxd_list_backups does; MXD_API when the backup failed; MXD_NOT_FOUND with SNAPSHOT_NOT_FOUND when it is not
/// among the backups, or not any more; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"SnapshotID": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "Comment": "...", "State": "Completed", ...}
mxd_status mxd_wait_for_backup(const mxd_client *client,
                               const char *app_id,
                               const char *mode,
                               const char *snapshot_id,
                               int64_t timeout_ms,
                               mxd_wait_fn observer,
                               void *user_data,
                               char **out_json,
                               mxd_error **error);

/// Waits until a package is ready to use: built, after mxd_build_package, or processed after an upload. `observer` may be
/// NULL.
/// Fails as mxd_get_package does; MXD_API when the package failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"PackageId": "b3d14e53-2654-4534-b374-9179a69ef3cf", "Name": "Main line-2.5.4.63.mda", "Status": "Succeeded", ...}
mxd_status mxd_wait_for_package(const mxd_client *client,
                                const char *app_id,
                                const char *package_id,
                                int64_t timeout_ms,
                                mxd_wait_fn observer,
                                void *user_data,
                                char **out_json,
                                mxd_error **error);

/// Waits until the service has processed an upload, after mxd_upload_package_v2. `observer` may be NULL.
/// Fails as mxd_get_upload_status does; MXD_API when the upload failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"Status": "Completed"}
mxd_status mxd_wait_for_upload(const mxd_client *client,
                               const char *app_id,
                               const char *job_id,
                               int64_t timeout_ms,
                               mxd_wait_fn observer,
                               void *user_data,
                               char **out_json,
                               mxd_error **error);

/// Waits until a snapshot is completed, after mxd_create_snapshot. `observer` may be NULL.
/// Fails as mxd_get_snapshot does; MXD_API when the snapshot failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", "state": "Completed", "comment": "before 1.0.0.45", ...}
mxd_status mxd_wait_for_snapshot(const mxd_client *client,
                                 const char *project_id,
                                 const char *environment_id,
                                 const char *snapshot_id,
                                 int64_t timeout_ms,
                                 mxd_wait_fn observer,
                                 void *user_data,
                                 char **out_json,
                                 mxd_error **error);

/// Waits until an archive is completed, after mxd_create_archive. The result has its link. `observer` may be NULL.
/// Fails as mxd_get_archive does; MXD_API when the archive failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"archive_id": "2d6f6a2e-7a39-4d4e-8c0b-6f4f6c1f2b10", "snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f",
///      "data_type": "files_and_database", "state": "Completed", ...}
mxd_status mxd_wait_for_archive(const mxd_client *client,
                                const char *project_id,
                                const char *environment_id,
                                const char *snapshot_id,
                                const char *archive_id,
                                int64_t timeout_ms,
                                mxd_wait_fn observer,
                                void *user_data,
                                char **out_json,
                                mxd_error **error);

/// Waits until a restore is completed, after mxd_restore_snapshot. `observer` may be NULL.
/// Fails as mxd_get_restore does; MXD_API when the restore failed; MXD_WAIT_TIMED_OUT when the time is up; MXD_CANCELLED.
///
///     {"restore_id": "7c1b3a52-0d1e-4f62-9f8a-2b3c4d5e6f70", "state": "Completed",
///      "source_snapshot_id": "c879c6b1-3aa5-4e10-aaab-cb145841862f", ...}
mxd_status mxd_wait_for_restore(const mxd_client *client,
                                const char *project_id,
                                const char *environment_id,
                                const char *restore_id,
                                int64_t timeout_ms,
                                mxd_wait_fn observer,
                                void *user_data,
                                char **out_json,
                                mxd_error **error);

/// Resumes a wait that failed or timed out, in this process or another one. `wait_token` is what mxd_error_wait_token
/// returned for its error. `timeout_ms` is the time limit of the new wait. The result is that of the original wait.
/// Fails as that wait does; MXD_INVALID_INPUT when the token cannot be read.
///
///     {"Status": "Started"}
mxd_status mxd_resume_wait(const mxd_client *client,
                           const char *wait_token,
                           int64_t timeout_ms,
                           mxd_wait_fn observer,
                           void *user_data,
                           char **out_json,
                           mxd_error **error);

/// Downloads a part of a backup (one of MXD_BACKUP_...) to the file `target`, which is complete afterwards, or unchanged.
/// In the meantime there are `target` with ".part" and with ".part.json" alongside it, from which a later call resumes;
/// they belong to the library. A relative `target` is one of the current directory at the time of the call, and
/// "path" is absolute. A symbolic link stays one, and what it points to is written. `progress` may be NULL.
/// Fails as mxd_get_backup_links does; MXD_NOT_FOUND when the backup has no such part; MXD_IO when the file cannot be
/// written or the disk has too little space for it, with a message that names the file; MXD_TRANSPORT or MXD_TIMEOUT when the
/// download breaks off or stalls; MXD_INVALID_RESPONSE for a redirect that cannot be followed; MXD_CANCELLED.
///
///     {"path": "/srv/backups/calc.backup", "bytes": 1048576}
mxd_status mxd_download_backup(const mxd_client *client,
                               const char *app_id,
                               const char *mode,
                               const char *snapshot_id,
                               mxd_backup_part part,
                               const char *target,
                               mxd_progress_fn progress,
                               void *user_data,
                               char **out_json,
                               mxd_error **error);

/// Downloads a day's logs to the file `target`, as mxd_download_backup does. `date` is "YYYY-MM-DD".
/// Fails as mxd_get_archived_logs does, and as mxd_download_backup does.
///
///     {"path": "/srv/logs/calc.log.gz", "bytes": 52311}
mxd_status mxd_download_archived_logs(const mxd_client *client,
                                      const char *app_id,
                                      const char *mode,
                                      const char *date,
                                      const char *target,
                                      mxd_progress_fn progress,
                                      void *user_data,
                                      char **out_json,
                                      mxd_error **error);

/// Downloads a day's access logs to the file `target`, as mxd_download_backup does. `date` is "YYYY-MM-DD".
/// Fails as mxd_get_archived_access_logs does, and as mxd_download_backup does.
///
///     {"path": "/srv/logs/calc.access.log.gz", "bytes": 52311}
mxd_status mxd_download_archived_access_logs(const mxd_client *client,
                                             const char *app_id,
                                             const char *mode,
                                             const char *date,
                                             const char *target,
                                             mxd_progress_fn progress,
                                             void *user_data,
                                             char **out_json,
                                             mxd_error **error);

/// Downloads a package to the file `target`, as mxd_download_backup does.
/// Fails as mxd_get_package_link does, and as mxd_download_backup does.
///
///     {"path": "/srv/packages/calc.mda", "bytes": 3205620}
mxd_status mxd_download_package(const mxd_client *client,
                                const char *app_id,
                                const char *package_id,
                                const char *target,
                                mxd_progress_fn progress,
                                void *user_data,
                                char **out_json,
                                mxd_error **error);

/// Downloads a snapshot to the file `target`, as mxd_download_backup does: has the service make an archive of it, waits for that
/// for an hour at most, and downloads it. `data_type` is "files_and_database" or "database_only". A download that was
/// abandoned, or whose archive was not ready in time, resumes with the same archive when it is made again to the same target.
/// Fails as mxd_create_archive and mxd_wait_for_archive do, and as mxd_download_backup does.
///
///     {"path": "/srv/backups/calc.backup", "bytes": 1048576}
mxd_status mxd_download_snapshot(const mxd_client *client,
                                 const char *project_id,
                                 const char *environment_id,
                                 const char *snapshot_id,
                                 const char *data_type,
                                 const char *target,
                                 mxd_progress_fn progress,
                                 void *user_data,
                                 char **out_json,
                                 mxd_error **error);

/// Plans a deployment: returns what it would do. Sends GETs only. `deployment` is a JSON object with these keys.
/// Required: "app_id", "mode", and one of "package" (path of a file to upload), "package_id" (a package of the app) and
/// "from_mode" (another environment of the app, whose package is used).
/// Optional: "name" (of the uploaded package), "constants" and "custom_settings" (values by name), "scheduled_events"
/// (true or false by name), "instances", "memory_per_instance", "auto_sync_db" (true by default), "backup" ("never",
/// "production" by default, or "always"), "rollback" ("none", "package" by default, or "data"; it is checked, and does
/// not change the plan), "while_running" (true: transport the package before the stop, where the service allows it),
/// "service" (by which calls to upload and to back up: "detected" by default, "document" or "today"), and what mxd_deploy takes besides: of these, "journal" tells whether the package runs already.
/// The result has no values of constants and custom settings: they may be secrets. The environment is restarted even if
/// it has the package already: that does not prove that it runs.
/// Fails with MXD_INVALID_INPUT when a key is unknown, the package is not one, a constant or scheduled event is neither in the
/// package nor on the environment, or a value does not fit its type; MXD_NOT_FOUND when the environment or its package is not
/// there; as mxd_get_environment, mxd_get_environment_package and mxd_get_environment_settings do; and about the journal as
/// mxd_deploy does. A journal that does not exist is not an error.
///
///     {"app_id": "calc", "mode": "Acceptance",
///      "before": {"status": "Running", "package_id": "b3d14e53-...", "model_version": "1.1.0.253"},
///      "after": {"status": "Running", "package_id": null, "model_version": "1.2.0.254"},
///      "steps": [{"name": "backup", "skipped": "it is not a production environment"}, {"name": "upload", "skipped": null}, ...],
///      "changes": [{"what": "constant", "name": "MyFirstModule.BooleanConstant", "before": null, "after": null}],
///      "risks": [{"code": "MISSING_CONSTANT", "name": "MyFirstModule.Endpoint", "message": "it has no default, ..."}]}
mxd_status mxd_plan_deploy(const mxd_client *client,
                           const char *deployment,
                           char **out_json,
                           mxd_error **error);

/// Deploys a package: this package runs on that environment, with these settings; and if not, what ran before runs again.
/// `deployment` is a JSON object with the keys of mxd_plan_deploy, and these: "journal" (path of a file that records the
/// deployment, so that it survives a crash), "lease" (path of a file that is locked while the deployment runs: a second one
/// with the same file fails at once), "step_timeout" (how long a step may take, with its waits and retries, in seconds; 900
/// by default; an upload may take longer as long as it makes progress).
/// `on_step` may be NULL.
/// The folder of the journal must exist. The journal can be read by its owner only: it contains the values of constants and
/// settings. It contains neither the API key nor a signed link. The lease is advisory: it protects only against those who
/// use the same file, and it ends with the process.
/// The steps are backup, upload, stop, transport, settings, scale, start and confirm. Those that are not needed are skipped.
/// After a failure from the stop on, what was changed is put back, by "rollback". An outage is waited for, as long as a
/// step may take. Nothing that the service may have done already is sent a second time.
/// With a journal, the same call continues a deployment that was cut off. When it was deployed and the environment is still
/// so, no change is sent, and "outcome" is "unchanged".
/// Fails as mxd_plan_deploy does, and nothing is changed; MXD_CONFLICT when the lease or the journal is in use by another
/// deployment; MXD_INVALID_INPUT for the journal of another deployment, or a damaged one; MXD_IO when it cannot be written;
/// MXD_DEPLOY_FAILED when a step failed: the text says what state the environment is in, and mxd_error_report gives the
/// report; MXD_CANCELLED: everything is left as it is, to be resumed.
///
///     {"app_id": "calc", "mode": "Acceptance", "outcome": "deployed",
///      "before": {"status": "Running", "package_id": "b3d14e53-...", "model_version": "1.1.0.253"},
///      "after": {"status": "Running", "package_id": "6f3bd8ac-...", "model_version": "1.2.0.254"},
///      "steps": [{"name": "stop", "status": "done", "started_at": "2026-11-26T01:30:00.25Z", "elapsed_ms": 20312,
///                 "reason": null}, ...],
///      "downtime_ms": 113204, "backup": null, "rolled_back_to": null, "differences": [], "orphans": []}
mxd_status mxd_deploy(const mxd_client *client,
                      const char *deployment,
                      mxd_step_fn on_step,
                      void *user_data,
                      char **out_json,
                      mxd_error **error);

/// Continues a deployment from its `journal`, a path: one that was cancelled, or whose process ended. `on_step` may be NULL.
/// Where it is not known whether a change took effect, the state of the environment decides. One that has ended is not run
/// again: its report is returned, or its error, and nothing is sent. The lease, and the time of a step, are those of
/// mxd_deploy.
/// Fails as mxd_deploy does; MXD_INVALID_INPUT when nothing was begun with the journal; MXD_IO when there is no such journal.
///
///     {"app_id": "calc", "mode": "Acceptance", "outcome": "deployed", ...}
mxd_status mxd_resume_deploy(const mxd_client *client,
                             const char *journal,
                             mxd_step_fn on_step,
                             void *user_data,
                             char **out_json,
                             mxd_error **error);

/// Reads the journal `path` of a deployment: what is deployed, and how far it is. No client is needed, nothing is sent, and
/// the journal is left as it is; its deployment may be running. There are no values of constants in the result.
/// One of "package" (the absolute path of a file), "package_id" and "from_mode" says what is deployed; the others are null.
/// "outcome" is that of mxd_deploy, or null where the deployment has not ended: it runs, or mxd_resume_deploy continues it.
/// "steps" are those that are over.
/// Fails with MXD_INVALID_INPUT when it is damaged, was written by another version, is empty, or is not a regular file;
/// MXD_IO when it cannot be read.
///
///     {"app_id": "calc", "mode": "Acceptance", "package": "/builds/calc_1.2.0.254.mda", "package_id": null,
///      "from_mode": null, "begun_at": "2026-11-26T01:29:58.5Z", "outcome": null,
///      "steps": [{"name": "stop", "status": "done", "started_at": "2026-11-26T01:30:00.25Z", "elapsed_ms": 20312,
///                 "reason": null}, ...]}
mxd_status mxd_inspect_journal(const char *path,
                               char **out_json,
                               mxd_error **error);

/// Sends the log of this library to `callback`, up to `max_level` (one of MXD_LOG_...). NULL turns it off, as it is
/// at first. Calls in progress on other threads may still log one line each to the old function: its `user_data` must
/// stay valid until they have returned. The log holds neither API keys nor signed links.
mxd_status mxd_set_log(mxd_log_fn callback,
                       void *user_data,
                       int max_level,
                       mxd_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MENDIX_DEPLOY_H */
