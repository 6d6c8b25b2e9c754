// Made by `cargo xtask regen` from mendix_deploy.h and a template in crates/mendix-deploy-capi. Do not edit.
//
// A C++17 interface to libmendix_deploy, header only. mendix_deploy.h documents the calls and their JSON.
//
//     mendix_deploy::Client client(mendix_deploy::Config().credentials("me@example.com", key));
//     std::cout << client.get_environment("calc", "Acceptance") << '\n';
//
// Each call has two forms: `get_app(...)` returns its result or throws an Error; `try_get_app(...)` returns a
// Result<std::string> and throws only what a callback throws. With -fno-exceptions only the second form exists.
// Results are JSON text: use the JSON library of your choice.
//
// A Client may be used by any number of threads at once, and destroyed in a callback of its own calls. Objects are moved,
// not copied; one that was moved from is refused with InvalidInput. A callback that throws ends the call, and its
// exception comes out of it.
//
// Names are in an inline namespace: include this header rather than declaring them.
// The library's log is one for the process: see mxd_set_log.
#ifndef MENDIX_DEPLOY_HPP
#define MENDIX_DEPLOY_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif
#if defined(__cpp_lib_expected)
#include <expected>
#endif

#include "mendix_deploy.h"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define MENDIX_DEPLOY_EXCEPTIONS 1
#define MENDIX_DEPLOY_VARIANT with_exceptions
#else
#define MENDIX_DEPLOY_EXCEPTIONS 0
#define MENDIX_DEPLOY_VARIANT without_exceptions
#endif

namespace mendix_deploy {
/// One program may be linked from parts with exceptions and without: what is compiled differently is named differently.
inline namespace MENDIX_DEPLOY_VARIANT {

/// What kind of failure it was; the numbers are those of mxd_status.
enum class Kind : mxd_status {
    /// An argument or a setting is invalid. Nothing was sent.
    InvalidInput = MXD_INVALID_INPUT,
    /// The username or the API key was refused.
    Unauthorized = MXD_UNAUTHORIZED,
    /// The account has no right to do this.
    Forbidden = MXD_FORBIDDEN,
    /// The app, environment, package, backup or job does not exist, or is not visible to the account. Of an mxd_json: the value
    /// is absent or null.
    NotFound = MXD_NOT_FOUND,
    /// The current state forbids the call: the app is running, is already starting, is locked ...
    Conflict = MXD_CONFLICT,
    /// Too many requests.
    RateLimited = MXD_RATE_LIMITED,
    /// Any other error response of the service.
    Api = MXD_API,
    /// The time limit of the call was reached. The request cannot have changed anything.
    Timeout = MXD_TIMEOUT,
    /// The connection could not be made, or broke. The request cannot have changed anything.
    Transport = MXD_TRANSPORT,
    /// A mutating call may or may not have taken effect: the whole request was sent, and no usable response came. It is
    /// never sent again.
    Ambiguous = MXD_AMBIGUOUS,
    /// A wait reached its time limit before its goal. The service continues what was waited for.
    WaitTimedOut = MXD_WAIT_TIMED_OUT,
    /// The response of the service is not a valid response to the call.
    InvalidResponse = MXD_INVALID_RESPONSE,
    /// A local file could not be read or written.
    Io = MXD_IO,
    /// The caller cancelled the call, with a token or by the result of a callback.
    Cancelled = MXD_CANCELLED,
    /// A step of a deployment failed. Error::report tells what was done, and what state the environment is in.
    DeployFailed = MXD_DEPLOY_FAILED,
    /// A bug in this library. Please report it.
    Internal = MXD_INTERNAL,
};

/// What a failure proves about the request.
enum class Evidence : mxd_evidence {
    /// No byte of the request left this machine.
    NotSent = MXD_EVIDENCE_NOT_SENT,
    /// The last byte of the request was not written: the service cannot have the whole request.
    Incomplete = MXD_EVIDENCE_INCOMPLETE,
    /// The service refused the request with an error response.
    Refused = MXD_EVIDENCE_REFUSED,
    /// The whole request was sent and no usable response came: a mutating call may have taken effect.
    Ambiguous = MXD_EVIDENCE_AMBIGUOUS,
};

/// The name of a kind, such as "NotFound".
constexpr const char *to_string(Kind kind) noexcept {
    switch (kind) {
    case Kind::InvalidInput: return "InvalidInput";
    case Kind::Unauthorized: return "Unauthorized";
    case Kind::Forbidden: return "Forbidden";
    case Kind::NotFound: return "NotFound";
    case Kind::Conflict: return "Conflict";
    case Kind::RateLimited: return "RateLimited";
    case Kind::Api: return "Api";
    case Kind::Timeout: return "Timeout";
    case Kind::Transport: return "Transport";
    case Kind::Ambiguous: return "Ambiguous";
    case Kind::WaitTimedOut: return "WaitTimedOut";
    case Kind::InvalidResponse: return "InvalidResponse";
    case Kind::Io: return "Io";
    case Kind::Cancelled: return "Cancelled";
    case Kind::DeployFailed: return "DeployFailed";
    case Kind::Internal: return "Internal";
    }
    return "Unknown";
}

/// The name of an evidence, such as "Refused".
constexpr const char *to_string(Evidence evidence) noexcept {
    switch (evidence) {
    case Evidence::NotSent: return "NotSent";
    case Evidence::Incomplete: return "Incomplete";
    case Evidence::Refused: return "Refused";
    case Evidence::Ambiguous: return "Ambiguous";
    }
    return "Unknown";
}

/// What of a backup to download.
enum class BackupPart : mxd_backup_part {
    /// The files.
    FilesOnly = MXD_BACKUP_FILES_ONLY,
    /// The database.
    DatabaseOnly = MXD_BACKUP_DATABASE_ONLY,
    /// Both.
    DatabaseAndFiles = MXD_BACKUP_DATABASE_AND_FILES,
};

/// Receives the progress of a transfer: `done` bytes of `total`, which is 0 for a download of unknown size. Returning
/// false cancels the transfer.
using Progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Called after every poll of a wait. Returning false cancels the wait with Cancelled, unless that poll has reached
/// the goal: then the wait succeeds.
using Observer = std::function<bool(const std::string &seen, std::chrono::milliseconds elapsed)>;

/// Called when a step of a deployment begins and when it has ended, with the step as JSON: see mxd_step_fn. Returning false
/// ends the deployment there with Cancelled; resume_deploy continues it from its journal.
using StepObserver = std::function<bool(const std::string &step)>;

/// Reads the next chunk of a package: writes up to `capacity` bytes to `buffer`, and returns how many. 0 is the end,
/// less than 0 a failure.
using Reader = std::function<std::int64_t(std::uint8_t *buffer, std::size_t capacity)>;

/// Receives events as JSON, such as a retry: see mxd_event_fn. Runs on the thread of the call, so on several at once
/// where several use the client. Returning false cancels a call that would be retried.
using Listener = std::function<bool(const std::string &event)>;

/// Returns whether to cancel a call. Runs on the thread of the call.
using Poll = std::function<bool()>;

/// Waits as long as the library does by default.
inline constexpr std::chrono::milliseconds default_timeout{MXD_DEFAULT_TIMEOUT};

/// Why a call failed. Copies share what it says, and making one throws nothing.
class Error : public std::exception {
public:
    /// One of one's own, for tests of what handles errors.
    Error(Kind kind, std::string message, std::string code = {}, std::int32_t http_status = 0) {
        Content content;
        content.kind = kind;
        content.text = code.empty() ? message : message + " [" + code + "]";
        content.message = std::move(message);
        content.code = std::move(code);
        content.http_status = http_status;
        content_ = std::make_shared<const Content>(std::move(content));
    }

    /// What to match on.
    [[nodiscard]] Kind kind() const noexcept { return content_->kind; }
    /// The service's code, such as "ALREADY_STARTED"; empty where it gave none.
    [[nodiscard]] const std::string &code() const noexcept { return content_->code; }
    /// The HTTP status of the response; 0 where there was none.
    [[nodiscard]] std::int32_t http_status() const noexcept { return content_->http_status; }
    /// What failed, such as "stop_environment"; for a wait or a download it may be the call that it made.
    [[nodiscard]] const std::string &operation() const noexcept { return content_->operation; }
    /// The message: the service's own where it gave one.
    [[nodiscard]] const std::string &message() const noexcept { return content_->message; }
    /// Whether the request can have taken effect.
    [[nodiscard]] Evidence evidence() const noexcept { return content_->evidence; }
    /// The number of attempts; json() lists them.
    [[nodiscard]] std::int32_t attempt_count() const noexcept { return content_->attempt_count; }
    /// How long the service asks to wait before the next attempt.
    [[nodiscard]] std::optional<std::chrono::milliseconds> retry_after() const noexcept { return content_->retry_after; }
    /// What to do next; empty where there is nothing to say.
    [[nodiscard]] const std::string &hint() const noexcept { return content_->hint; }
    /// With Kind::Io: the file that could not be used; empty where it has no name.
    [[nodiscard]] const std::string &path() const noexcept { return content_->path; }
    /// When a wait failed that had begun: what resume_wait takes, in any process; otherwise empty.
    [[nodiscard]] const std::string &wait_token() const noexcept { return content_->wait_token; }
    /// With Kind::DeployFailed: what the deployment did, as JSON; otherwise empty.
    [[nodiscard]] const std::string &report() const noexcept { return content_->report; }
    /// All of it as JSON; empty for one of one's own.
    [[nodiscard]] const std::string &json() const noexcept { return content_->json; }
    /// One line for a person or a log.
    [[nodiscard]] const char *what() const noexcept override { return content_->text.c_str(); }

    /// Takes what a C function gave.
    static Error take(mxd_error *error) {
        const std::unique_ptr<mxd_error, void (*)(mxd_error *)> owner(error, mxd_error_free);
        return Error(error);
    }

private:
    struct Content {
        Kind kind = Kind::Internal;
        std::string code;
        std::int32_t http_status = 0;
        std::string operation;
        std::string message;
        Evidence evidence = Evidence::NotSent;
        std::int32_t attempt_count = 0;
        std::optional<std::chrono::milliseconds> retry_after;
        std::string hint;
        std::string path;
        std::string wait_token;
        std::string report;
        std::string json;
        std::string text;
    };

    explicit Error(const mxd_error *error) {
        Content content;
        content.kind = static_cast<Kind>(mxd_error_status(error));
        content.code = text(mxd_error_code(error));
        content.http_status = mxd_error_http_status(error);
        content.operation = text(mxd_error_operation(error));
        content.message = text(mxd_error_message(error));
        content.evidence = static_cast<Evidence>(mxd_error_evidence(error));
        content.attempt_count = mxd_error_attempt_count(error);
        content.hint = text(mxd_error_hint(error));
        content.path = text(mxd_error_path(error));
        content.wait_token = text(mxd_error_wait_token(error));
        content.report = text(mxd_error_report(error));
        content.json = text(mxd_error_json(error));
        content.text = text(mxd_error_text(error));
        const std::int64_t retry_after = mxd_error_retry_after_ms(error);
        if (retry_after >= 0) content.retry_after = std::chrono::milliseconds(retry_after);
        content_ = std::make_shared<const Content>(std::move(content));
    }

    static std::string text(const char *text) { return text == nullptr ? std::string() : std::string(text); }

    std::shared_ptr<const Content> content_;
};

/// A value, or why there is none. Asking for the one that is not there ends the program, and says so on standard error;
/// value() throws the error instead, where there are exceptions.
template <class T> class [[nodiscard]] Result {
public:
    /// The type of the value.
    using value_type = T;
    /// The type of the error.
    using error_type = Error;

    /// A value.
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    /// Why there is none.
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

    /// Whether there is a value.
    [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
    /// Whether there is a value.
    explicit operator bool() const noexcept { return has_value(); }

    /// Why there is no value.
    [[nodiscard]] const Error &error() const & noexcept {
        if (has_value()) end("there is a value, and no error");
        return *std::get_if<1>(&content_);
    }
    /// Why there is no value.
    [[nodiscard]] Error error() && noexcept { return static_cast<const Result &>(*this).error(); }

    /// The value.
    [[nodiscard]] T &operator*() & noexcept { return there(); }
    /// The value.
    [[nodiscard]] const T &operator*() const & noexcept { return there(); }
    /// The value.
    [[nodiscard]] T &&operator*() && noexcept { return std::move(there()); }
    /// The value.
    T *operator->() noexcept { return &there(); }
    /// The value.
    const T *operator->() const noexcept { return &there(); }

    /// The value, or the error as an exception.
    T &value() & { return checked().there(); }
    /// The value, or the error as an exception.
    const T &value() const & { return checked().there(); }
    /// The value, or the error as an exception.
    T &&value() && { return std::move(checked().there()); }
    /// The value, or another one.
    template <class U> [[nodiscard]] T value_or(U &&other) const & {
        return has_value() ? there() : static_cast<T>(std::forward<U>(other));
    }
    /// The value, or another one.
    template <class U> [[nodiscard]] T value_or(U &&other) && {
        return has_value() ? std::move(there()) : static_cast<T>(std::forward<U>(other));
    }

    /// What a function makes of the value, or the same error.
    template <class F> auto transform(F &&function) const & -> Result<std::decay_t<std::invoke_result_t<F, const T &>>> {
        if (!has_value()) return error();
        return std::forward<F>(function)(there());
    }
    /// What a function makes of the value, or the same error.
    template <class F> auto transform(F &&function) && -> Result<std::decay_t<std::invoke_result_t<F, T &&>>> {
        if (!has_value()) return error();
        return std::forward<F>(function)(std::move(there()));
    }
    /// The same for a function that gives a Result.
    template <class F> auto and_then(F &&function) const & -> std::decay_t<std::invoke_result_t<F, const T &>> {
        if (!has_value()) return error();
        return std::forward<F>(function)(there());
    }
    /// The same for a function that gives a Result.
    template <class F> auto and_then(F &&function) && -> std::decay_t<std::invoke_result_t<F, T &&>> {
        if (!has_value()) return error();
        return std::forward<F>(function)(std::move(there()));
    }

#if defined(__cpp_lib_expected)
    /// The same in the type of C++23.
    operator std::expected<T, Error>() const & {
        if (!has_value()) return std::unexpected(error());
        return there();
    }
    /// The same in the type of C++23.
    operator std::expected<T, Error>() && {
        if (!has_value()) return std::unexpected(error());
        return std::move(there());
    }
#endif

private:
    [[noreturn]] static void end(const char *why) noexcept {
        static_cast<void>(std::fprintf(stderr, "mendix_deploy::Result: %s\n", why));
        std::abort();
    }
    const T &there() const noexcept {
        if (!has_value()) end(std::get_if<1>(&content_)->what());
        return *std::get_if<0>(&content_);
    }
    T &there() noexcept { return const_cast<T &>(static_cast<const Result &>(*this).there()); }
    const Result &checked() const {
#if MENDIX_DEPLOY_EXCEPTIONS
        if (!has_value()) throw error();
#endif
        return *this;
    }
    Result &checked() { return const_cast<Result &>(static_cast<const Result &>(*this).checked()); }

    std::variant<T, Error> content_;
};

/// The result of what gives no value.
using Done = Result<std::monostate>;

namespace detail {

/// A text that is passed: anything that is one. A null pointer is none; where it is known to be one, it does not compile.
class Text {
public:
    Text(const char *text) {
        if (text != nullptr) text_ = text;
    }
    Text(std::nullptr_t) = delete;
    template <class T, std::enable_if_t<std::is_class_v<T> && std::is_convertible_v<const T &, std::string_view>, int> = 0>
    Text(const T &text) : text_(std::string_view(text)) {}
    template <class T, std::enable_if_t<std::is_class_v<T> && !std::is_convertible_v<const T &, std::string_view> &&
                                            std::is_convertible_v<const T &, std::string>, int> = 0>
    Text(const T &text) : text_(static_cast<std::string>(text)) {}

    /// For C, which would cut it off at a NUL: such text is passed on as bytes that are no text at all, for the library to
    /// refuse by the name of the argument.
    const char *pass() const noexcept {
        if (!text_) return nullptr;
        return text_->find('\0') == std::string::npos ? text_->c_str() : "\xff";
    }

    std::string str() const { return text_.value_or(std::string()); }

protected:
    Text() = default;

private:
    std::optional<std::string> text_;
};

/// A text that may be left out.
class OptionalText : public Text {
public:
    OptionalText() = default;
    OptionalText(std::nullopt_t) {}
    using Text::Text;
    template <class T, std::enable_if_t<std::is_constructible_v<Text, const T &>, int> = 0>
    OptionalText(const std::optional<T> &text) : Text(text ? Text(*text) : Text(static_cast<const char *>(nullptr))) {}
};

/// True or false, and nothing that merely converts to them, such as the text "no".
class Flag {
public:
    template <class T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0> Flag(T value) noexcept : value_(value) {}
    explicit operator bool() const noexcept { return value_; }

private:
    bool value_;
};

inline const char *pass(const Text &text) noexcept { return text.pass(); }
template <class T, std::enable_if_t<!std::is_class_v<T>, int> = 0> T pass(T value) noexcept { return value; }

template <auto Free> struct Freer {
    template <class T> void operator()(T *handle) const noexcept { Free(handle); }
};
template <class T, auto Free> using Handle = std::unique_ptr<T, Freer<Free>>;

/// Keeps what callbacks throw in the call that this thread makes. A callback may make another call in between.
class Catcher {
public:
    Catcher() noexcept : outer_(std::exchange(current(), this)) {}
    ~Catcher() { current() = outer_; }
    Catcher(const Catcher &) = delete;
    Catcher &operator=(const Catcher &) = delete;

    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }
    static void keep(std::exception_ptr thrown) noexcept { current()->thrown_ = std::move(thrown); }

private:
    static Catcher *&current() noexcept {
        static thread_local Catcher *current = nullptr;
        return current;
    }

    Catcher *outer_;
    std::exception_ptr thrown_;
};

/// What a callback of the caller's answers, or `instead` when it throws: no exception may pass the library.
template <class Answer, class Function, class... Arguments>
Answer call(Answer instead, const Function &function, const Arguments &...arguments) noexcept {
#if MENDIX_DEPLOY_EXCEPTIONS
    try {
        return function(arguments...);
    } catch (...) {
        Catcher::keep(std::current_exception());
        return instead;
    }
#else
    static_cast<void>(instead);
    return function(arguments...);
#endif
}

inline int report(void *progress, std::uint64_t done, std::uint64_t total) {
    return call(false, *static_cast<const Progress *>(progress), done, total) ? 0 : 1;
}

inline int observe(void *observer, const char *seen, std::uint64_t elapsed_ms) {
    const std::chrono::milliseconds elapsed(static_cast<std::chrono::milliseconds::rep>(elapsed_ms));
    return call(false, *static_cast<const Observer *>(observer), seen, elapsed) ? 0 : 1;
}

inline int step(void *observer, const char *step) {
    return call(false, *static_cast<const StepObserver *>(observer), step) ? 0 : 1;
}

/// The two callbacks of an upload from a reader share one `user_data`.
struct Source {
    const Reader &reader;
    const Progress &progress;
};

inline std::int64_t read(void *source, std::uint8_t *buffer, std::size_t capacity) {
    return call(std::int64_t{-1}, static_cast<Source *>(source)->reader, buffer, capacity);
}

inline int report_read(void *source, std::uint64_t done, std::uint64_t total) {
    return call(false, static_cast<Source *>(source)->progress, done, total) ? 0 : 1;
}

inline int tell(void *listener, const char *event) {
    return call(false, *static_cast<const Listener *>(listener), event) ? 0 : 1;
}

inline int ask(void *poll) { return call(true, *static_cast<const Poll *>(poll)) ? 1 : 0; }

/// A function that gives text.
template <class Function, class... Arguments>
Result<std::string> text(Function function, const Arguments &...arguments) {
    char *text = nullptr;
    mxd_error *error = nullptr;
    if (function(pass(arguments)..., &text, &error) != MXD_OK) return Error::take(error);
    const Handle<char, mxd_string_free> owner(text);
    return std::string(text);
}

#if MENDIX_DEPLOY_EXCEPTIONS
template <class T> T unwrap(Result<T> result) {
    if (!result) throw result.error();
    return *std::move(result);
}
#endif

}  // namespace detail

/// The configuration of a client. Invalid settings are reported when the client is made.
class Config {
public:
    /// The defaults, without credentials.
    Config() : handle_(mxd_config_new()) {}

    /// MENDIX_USERNAME, MENDIX_API_KEY and MENDIX_DEPLOY_URL.
    static Config from_env() {
        mxd_config *config = nullptr;
        mxd_error *error = nullptr;
        const mxd_status status = mxd_config_from_env(&config, &error);
        Config made(config);
        if (status != MXD_OK) made.wrong_ = Error::take(error);
        return made;
    }

    /// The username and the API key of the account. Both are required.
    Config &credentials(const detail::Text &username, const detail::Text &api_key) & {
        return set(mxd_config_set_credentials, username, api_key);
    }
    /// The username and the API key of the account. Both are required.
    Config credentials(const detail::Text &username, const detail::Text &api_key) && { return std::move(credentials(username, api_key)); }
    /// Another address of the service: scheme, host and port, such as "https://deploy.example.com".
    Config &base_url(const detail::Text &url) & { return set(mxd_config_set_base_url, url); }
    /// Another address of the service: scheme, host and port, such as "https://deploy.example.com".
    Config base_url(const detail::Text &url) && { return std::move(base_url(url)); }
    /// Allows http:// to other machines than this one; false by default.
    Config &allow_insecure_http(detail::Flag allow) & { return set(mxd_config_set_allow_insecure_http, allow ? 1 : 0); }
    /// Allows http:// to other machines than this one; false by default.
    Config allow_insecure_http(detail::Flag allow) && { return std::move(allow_insecure_http(allow)); }
    /// How long a read may take, with all retries; 60 s by default.
    Config &timeout(std::chrono::milliseconds time) & { return set(mxd_config_set_timeout_ms, time.count()); }
    /// How long a read may take, with all retries; 60 s by default.
    Config timeout(std::chrono::milliseconds time) && { return std::move(timeout(time)); }
    /// How long connecting may take; 10 s by default.
    Config &connect_timeout(std::chrono::milliseconds time) & {
        return set(mxd_config_set_connect_timeout_ms, time.count());
    }
    /// How long connecting may take; 10 s by default.
    Config connect_timeout(std::chrono::milliseconds time) && { return std::move(connect_timeout(time)); }
    /// After how long without progress a transfer fails; 60 s by default.
    Config &stall_timeout(std::chrono::milliseconds time) & {
        return set(mxd_config_set_stall_timeout_ms, time.count());
    }
    /// After how long without progress a transfer fails; 60 s by default.
    Config stall_timeout(std::chrono::milliseconds time) && { return std::move(stall_timeout(time)); }
    /// How long the response to an upload may take; 15 min by default.
    Config &answer_timeout(std::chrono::milliseconds time) & {
        return set(mxd_config_set_answer_timeout_ms, time.count());
    }
    /// How long the response to an upload may take; 15 min by default.
    Config answer_timeout(std::chrono::milliseconds time) && { return std::move(answer_timeout(time)); }
    /// How long a mutating call may take, with read-back; 5 min by default.
    Config &action_timeout(std::chrono::milliseconds time) & {
        return set(mxd_config_set_action_timeout_ms, time.count());
    }
    /// How long a mutating call may take, with read-back; 5 min by default.
    Config action_timeout(std::chrono::milliseconds time) && { return std::move(action_timeout(time)); }
    /// The longest reply that is read, in bytes.
    Config &reply_limit(std::size_t bytes) & { return set(mxd_config_set_reply_limit, bytes); }
    /// The longest reply that is read, in bytes.
    Config reply_limit(std::size_t bytes) && { return std::move(reply_limit(bytes)); }
    /// The proxy, as a URL, instead of that of the environment.
    Config &proxy(const detail::Text &url) & { return set(mxd_config_set_proxy, url); }
    /// The proxy, as a URL, instead of that of the environment.
    Config proxy(const detail::Text &url) && { return std::move(proxy(url)); }
    /// Connects without a proxy, whatever the environment says.
    Config &no_proxy() & { return set(mxd_config_set_no_proxy); }
    /// Connects without a proxy, whatever the environment says.
    Config no_proxy() && { return std::move(no_proxy()); }
    /// A file of certificates in PEM that are trusted, too.
    Config &ca_file(const detail::Text &path) & { return set(mxd_config_set_ca_file, path); }
    /// A file of certificates in PEM that are trusted, too.
    Config ca_file(const detail::Text &path) && { return std::move(ca_file(path)); }
    /// The program and its version, for the header User-Agent.
    Config &user_agent(const detail::Text &program) & { return set(mxd_config_set_user_agent, program); }
    /// The program and its version, for the header User-Agent.
    Config user_agent(const detail::Text &program) && { return std::move(user_agent(program)); }
    /// How often a call is made at the most; 1 turns retries off.
    Config &max_attempts(std::int32_t attempts) & { return set(mxd_config_set_max_attempts, attempts); }
    /// How often a call is made at the most; 1 turns retries off.
    Config max_attempts(std::int32_t attempts) && { return std::move(max_attempts(attempts)); }
    /// Whether the state is read back after a lost response; true by default.
    Config &read_back(detail::Flag enabled) & { return set(mxd_config_set_read_back, enabled ? 1 : 0); }
    /// Whether the state is read back after a lost response; true by default.
    Config read_back(detail::Flag enabled) && { return std::move(read_back(enabled)); }
    /// Whether an upload checks first that it is a deployment package; true by default.
    Config &check_packages(detail::Flag enabled) & {
        return set(mxd_config_set_check_packages, enabled ? 1 : 0);
    }
    /// Whether an upload checks first that it is a deployment package; true by default.
    Config check_packages(detail::Flag enabled) && { return std::move(check_packages(enabled)); }
    /// The clients keep the listener as long as they need it; an empty one is none.
    Config &on_event(Listener listener) & {
        listener_ = listener ? std::make_shared<Listener>(std::move(listener)) : nullptr;
        return set(mxd_config_set_event_callback, listener_ ? detail::tell : nullptr,
                   static_cast<void *>(listener_.get()));
    }
    /// The clients keep the listener as long as they need it; an empty one is none.
    Config on_event(Listener listener) && { return std::move(on_event(std::move(listener))); }

    /// The configuration in C, which stays this object's.
    [[nodiscard]] mxd_config *native_handle() const noexcept { return handle_.get(); }

private:
    friend class Client;

    explicit Config(mxd_config *handle) : handle_(handle) {}

    template <class Function, class... Arguments> Config &set(Function function, const Arguments &...arguments) {
        mxd_error *error = nullptr;
        if (!wrong_ && function(handle_.get(), detail::pass(arguments)..., &error) != MXD_OK) {
            wrong_ = Error::take(error);
        }
        return *this;
    }

    detail::Handle<mxd_config, mxd_config_free> handle_;
    std::shared_ptr<Listener> listener_;
    std::optional<Error> wrong_;
};

/// Ends the calls and waits of the clients that hold it, from any thread.
class CancelToken {
public:
    /// One that only cancel() triggers.
    CancelToken() : handle_(mxd_cancel_new()) {}
    /// One that also asks `poll`, about every 50 milliseconds: so a signal handler needs only to set a flag.
    explicit CancelToken(Poll poll) : poll_(std::make_shared<Poll>(std::move(poll))) {
        mxd_cancel *cancel = nullptr;
        mxd_error *error = nullptr;
        if (mxd_cancel_new_polling(*poll_ ? detail::ask : nullptr, poll_.get(), &cancel, &error) != MXD_OK) {
            wrong_ = Error::take(error);
        }
        handle_.reset(cancel);
    }
    /// Ends the calls, now and later.
    void cancel() const noexcept { mxd_cancel_trigger(handle_.get(), nullptr); }
    /// Whether the token was triggered, or its poll says so.
    [[nodiscard]] bool is_cancelled() const {
        const detail::Catcher catcher;
        const bool is_cancelled = mxd_cancel_is_triggered(handle_.get()) != 0;
        catcher.rethrow();
        return is_cancelled;
    }

    /// The token in C, which stays this object's.
    [[nodiscard]] mxd_cancel *native_handle() const noexcept { return handle_.get(); }

private:
    friend class Client;

    std::shared_ptr<Poll> poll_;
    detail::Handle<mxd_cancel, mxd_cancel_free> handle_;
    std::optional<Error> wrong_;
};

namespace detail {
/// Text as a string of JSON.
inline std::string quoted(std::string_view text) {
    static const char digits[] = "0123456789abcdef";
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (byte < 0x20) {
            json += "\\u00";
            json += digits[byte / 16];
            json += digits[byte % 16];
        } else {
            json += c;
        }
    }
    json += '"';
    return json;
}

/// An object of JSON, of values that are JSON.
inline std::string object(const std::map<std::string, std::string> &values) {
    std::string json = "{";
    for (const auto &[name, value] : values) {
        if (json.size() > 1) json += ", ";
        json += quoted(name) + ": " + value;
    }
    return json + "}";
}
} // namespace detail

/// A deployment: which package is wanted on which environment, and with which settings. It converts to the JSON that
/// plan_deploy and deploy take.
class Deployment {
public:
    /// Of a package file, which is uploaded.
    static Deployment file(std::string_view app_id, std::string_view mode, std::string_view path) {
        return {app_id, mode, "package", path};
    }
    /// Of a package that the app has.
    static Deployment package(std::string_view app_id, std::string_view mode, std::string_view package_id) {
        return {app_id, mode, "package_id", package_id};
    }
    /// Of the package that is on another environment of the app.
    static Deployment from_mode(std::string_view app_id, std::string_view mode, std::string_view from) {
        return {app_id, mode, "from_mode", from};
    }

    /// The name of the uploaded package; that of the file by default.
    Deployment &name(std::string_view name) { return set("name", detail::quoted(name)); }
    /// The value of a constant.
    Deployment &constant(std::string_view name, std::string_view value) {
        constants_[std::string(name)] = detail::quoted(value);
        return *this;
    }
    /// The value of a custom setting.
    Deployment &custom_setting(std::string_view name, std::string_view value) {
        custom_settings_[std::string(name)] = detail::quoted(value);
        return *this;
    }
    /// Whether a scheduled event is enabled.
    Deployment &scheduled_event(std::string_view name, detail::Flag enabled) {
        scheduled_events_[std::string(name)] = enabled ? "true" : "false";
        return *this;
    }
    /// How many instances run.
    Deployment &instances(std::int32_t instances) { return set("instances", std::to_string(instances)); }
    /// The memory of each instance, in MB.
    Deployment &memory_per_instance(std::int32_t memory) {
        return set("memory_per_instance", std::to_string(memory));
    }
    /// Whether the start may change the structure of the database; true by default.
    Deployment &auto_sync_db(detail::Flag sync) { return set("auto_sync_db", sync ? "true" : "false"); }
    /// "never", "production" (the default) or "always".
    Deployment &backup(std::string_view policy) { return set("backup", detail::quoted(policy)); }
    /// "none", "package" (the default) or "data".
    Deployment &rollback(std::string_view policy) { return set("rollback", detail::quoted(policy)); }
    /// Whether to transport the package before the stop, where the service allows it; false by default.
    Deployment &while_running(detail::Flag running) { return set("while_running", running ? "true" : "false"); }
    /// By which calls to upload and to back up: "detected" (the default), "document" or "today".
    Deployment &service(std::string_view service) { return set("service", detail::quoted(service)); }

    /// A file that records the deployment: the same call, or resume_deploy, continues one that was cut off. Its folder must
    /// exist. It contains the values of constants and settings, and can be read by its owner only.
    Deployment &journal(std::string_view path) { return set("journal", detail::quoted(path)); }
    /// A file that is locked while the deployment runs: a second one with the same file fails at once with Conflict.
    Deployment &lease(std::string_view path) { return set("lease", detail::quoted(path)); }
    /// How long each step may take, with its waits and retries; 15 minutes by default.
    Deployment &step_timeout(std::chrono::milliseconds time) {
        return set("step_timeout", std::to_string(time.count()) + "e-3");
    }

    /// All of it as JSON, as plan_deploy and deploy take it.
    [[nodiscard]] std::string json() const {
        auto values = values_;
        values["constants"] = detail::object(constants_);
        values["custom_settings"] = detail::object(custom_settings_);
        values["scheduled_events"] = detail::object(scheduled_events_);
        return detail::object(values);
    }
    /// All of it as JSON.
    operator std::string() const { return json(); }

private:
    Deployment(std::string_view app_id, std::string_view mode, const char *key, std::string_view package) {
        set("app_id", detail::quoted(app_id)).set("mode", detail::quoted(mode)).set(key, detail::quoted(package));
    }
    Deployment &set(const char *key, std::string json) {
        values_[key] = std::move(json);
        return *this;
    }

    std::map<std::string, std::string> values_;
    std::map<std::string, std::string> constants_;
    std::map<std::string, std::string> custom_settings_;
    std::map<std::string, std::string> scheduled_events_;
};

namespace detail {
// The one value of a JSON text.
inline Result<Handle<mxd_json, mxd_json_free>> parse_json(const Text &text) {
    mxd_json *json = nullptr;
    mxd_error *error = nullptr;
    if (mxd_json_parse(text.pass(), &json, &error) != MXD_OK) return Error::take(error);
    return Handle<mxd_json, mxd_json_free>(json);
}

// Reads the fields of one result. A field of another type than documented is left out, as one that is not there.
class JsonReader {
public:
    explicit JsonReader(const Text &text) : text_(text.str()) {
        auto json = parse_json(text);
        if (!json) {
            wrong_ = json.error();
            return;
        }
        handle_ = *std::move(json);
        begin(handle_.get());
    }
    // Of a value that something else keeps.
    explicit JsonReader(const mxd_json *value) {
        char *text = nullptr;
        mxd_error *error = nullptr;
        if (mxd_json_text(value, &text, &error) != MXD_OK) {
            wrong_ = Error::take(error);
            return;
        }
        const Handle<char, mxd_string_free> owner(text);
        text_ = text;
        begin(value);
    }

    template <class T> bool read(std::optional<T> &field, std::initializer_list<const char *> names) const {
        T value{};
        if (!read(value, names)) return false;
        field = std::move(value);
        return true;
    }
    template <class T> bool read(T &field, std::initializer_list<const char *> names) const {
        if (wrong_) return false;
        for (const char *name : names) {
            if (get(name, field)) return true;
        }
        return false;
    }
    template <class T> void require(T &field, std::initializer_list<const char *> names) {
        if (read(field, names) || wrong_) return;
        wrong_ = Error(Kind::InvalidInput, std::string(*names.begin()) + " is missing, or no text");
    }

    template <class Model> Result<Model> end(Model model) {
        if (wrong_) return *std::move(wrong_);
        model.json = std::move(text_);
        return model;
    }

private:
    void begin(const mxd_json *value) {
        value_ = value;
        const mxd_json *any = nullptr;
        mxd_error *error = nullptr;
        // What is no object has no member of any name.
        if (mxd_json_value(value, "", &any, &error) == MXD_INVALID_INPUT) {
            wrong_ = Error::take(error);
        } else {
            mxd_error_free(error);
        }
    }
    bool get(const char *name, std::string &field) const {
        const char *text = nullptr;
        if (mxd_json_string(value_, name, &text, nullptr) != MXD_OK) return false;
        field = text;
        return true;
    }
    bool get(const char *name, std::int64_t &field) const {
        return mxd_json_int(value_, name, &field, nullptr) == MXD_OK;
    }
    bool get(const char *name, bool &field) const {
        std::int32_t flag = 0;
        if (mxd_json_bool(value_, name, &flag, nullptr) != MXD_OK) return false;
        field = flag != 0;
        return true;
    }
    bool get(const char *name, std::chrono::system_clock::time_point &field) const {
        std::int64_t milliseconds = 0;
        if (!get(name, milliseconds)) return false;
        field = std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds));
        return true;
    }

    std::string text_;
    Handle<mxd_json, mxd_json_free> handle_;
    const mxd_json *value_ = nullptr;
    std::optional<Error> wrong_;
};
} // namespace detail

/// An app that the account has access to.
struct App {
    /// Sub-domain name of the app, which every other call takes. Empty only in the result of
    /// create_sandbox, when its response did not have it.
    std::string app_id;
    /// Name of the app.
    std::optional<std::string> name;
    /// Identifier of the project in the Developer Portal; opaque text.
    std::optional<std::string> project_id;
    /// Address of the app in production, or of the sandbox. May have no scheme.
    std::optional<std::string> url;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<App> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<App> read(detail::JsonReader reader) {
        App model;
        reader.require(model.app_id, {"AppId"});
        reader.read(model.name, {"Name"});
        reader.read(model.project_id, {"ProjectId"});
        reader.read(model.url, {"Url"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static App parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// An archive of a snapshot, which can be downloaded.
struct Archive {
    /// Identifier of the archive; opaque text. Empty only in the result of
    /// create_archive, when its response did not have it.
    std::string archive_id;
    /// Identifier of the snapshot.
    std::optional<std::string> snapshot_id;
    /// What is in it: FILES_AND_DATABASE or DATABASE_ONLY.
    std::optional<std::string> data_type;
    /// How far it has come: whether it can be downloaded.
    std::string state;
    /// Why it failed, or how far it has come.
    std::optional<std::string> status_message;
    /// The link to it, which expires; std::nullopt until it is completed.
    std::optional<std::string> url;
    /// When it was asked for, in UTC.
    std::optional<std::chrono::system_clock::time_point> created_at;
    /// When it was completed or failed, in UTC; std::nullopt until then.
    std::optional<std::chrono::system_clock::time_point> finished_at;
    /// When it was last changed, in UTC.
    std::optional<std::chrono::system_clock::time_point> updated_at;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Archive> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Archive> read(detail::JsonReader reader) {
        Archive model;
        reader.require(model.archive_id, {"archive_id"});
        reader.read(model.snapshot_id, {"snapshot_id"});
        reader.read(model.data_type, {"data_type"});
        reader.read(model.state, {"state"});
        reader.read(model.status_message, {"status_message"});
        reader.read(model.url, {"url"});
        reader.read(model.created_at, {"created_at"});
        reader.read(model.finished_at, {"finished_at"});
        reader.read(model.updated_at, {"updated_at"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Archive parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A signed link to the logs of a day, which expires.
struct ArchivedLogs {
    /// Identifier of the environment; opaque text.
    std::optional<std::string> environment;
    /// The day, as its first moment in UTC.
    std::optional<std::chrono::system_clock::time_point> date;
    /// The link to the logs.
    std::string download_url;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<ArchivedLogs> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<ArchivedLogs> read(detail::JsonReader reader) {
        ArchivedLogs model;
        reader.read(model.environment, {"Environment"});
        reader.read(model.date, {"Date"});
        reader.require(model.download_url, {"DownloadUrl"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static ArchivedLogs parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A backup of an environment, which the document also calls a snapshot.
struct Backup {
    /// Identifier of the backup; opaque text, for example 201703221355. Empty only in the result of
    /// create_backup, when its response did not have it.
    std::string snapshot_id;
    /// Comment.
    std::optional<std::string> comment;
    /// The state: whether it is complete.
    std::string state;
    /// When it expires, in UTC.
    std::optional<std::chrono::system_clock::time_point> expires_on;
    /// When it was completed, in UTC; std::nullopt until then.
    std::optional<std::chrono::system_clock::time_point> created_on;
    /// Version of the package that was deployed at the time.
    std::optional<std::string> model_version;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Backup> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Backup> read(detail::JsonReader reader) {
        Backup model;
        reader.require(model.snapshot_id, {"SnapshotID", "SnapshotId"});
        reader.read(model.comment, {"Comment"});
        reader.read(model.state, {"State"});
        reader.read(model.expires_on, {"ExpiresOn"});
        reader.read(model.created_on, {"CreatedOn"});
        reader.read(model.model_version, {"ModelVersion"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Backup parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// Signed links to the parts of a backup, which expire.
struct BackupLinks {
    /// The files.
    std::optional<std::string> files_only;
    /// The database.
    std::optional<std::string> database_only;
    /// Both.
    std::optional<std::string> database_and_files;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<BackupLinks> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<BackupLinks> read(detail::JsonReader reader) {
        BackupLinks model;
        reader.read(model.files_only, {"FilesOnly"});
        reader.read(model.database_only, {"DatabaseOnly"});
        reader.read(model.database_and_files, {"DatabaseAndFiles"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static BackupLinks parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A build in progress.
struct BuildJob {
    /// Identifier of the package that is being built, for wait_for_package. std::nullopt when the
    /// service accepted the call without sending it.
    std::optional<std::string> package_id;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<BuildJob> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<BuildJob> read(detail::JsonReader reader) {
        BuildJob model;
        reader.read(model.package_id, {"PackageId"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static BuildJob parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// An environment of an app.
struct Environment {
    /// Whether the app runs.
    std::string status;
    /// Which environment it is; empty where the service left it out.
    std::string mode;
    /// Address of the app, possibly without a scheme.
    std::optional<std::string> url;
    /// Version of the deployed package, for example 1.1.0.253 or 1.8.82.e3c1a393.
    std::optional<std::string> model_version;
    /// Mendix version of the deployed package, for example 7.5.0.
    std::optional<std::string> mendix_version;
    /// Whether this is a production environment.
    std::optional<bool> production;
    /// Identifier of the environment; opaque text.
    std::optional<std::string> environment_id;
    /// What the app runs on.
    std::optional<std::string> runtime_layer;
    /// Number of instances.
    std::optional<std::int64_t> instances;
    /// Memory of each instance, in MB.
    std::optional<std::int64_t> memory_per_instance;
    /// Memory of the environment, in MB; not always the product of the two above.
    std::optional<std::int64_t> total_memory;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Environment> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Environment> read(detail::JsonReader reader) {
        Environment model;
        reader.read(model.status, {"Status"});
        reader.read(model.mode, {"Mode"});
        reader.read(model.url, {"Url"});
        reader.read(model.model_version, {"ModelVersion"});
        reader.read(model.mendix_version, {"MendixVersion"});
        reader.read(model.production, {"Production"});
        reader.read(model.environment_id, {"EnvironmentId"});
        reader.read(model.runtime_layer, {"RuntimeLayer"});
        reader.read(model.instances, {"Instances"});
        reader.read(model.memory_per_instance, {"MemoryPerInstance"});
        reader.read(model.total_memory, {"TotalMemory"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Environment parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A deployment package.
struct Package {
    /// Identifier of the package.
    std::string package_id;
    /// Name, for example Main line-2.5.4.63.mda.
    std::optional<std::string> name;
    /// Description.
    std::optional<std::string> description;
    /// Version, which is also the name of the tag in Team Server.
    std::optional<std::string> version;
    /// Who uploaded or built it.
    std::optional<std::string> creator;
    /// When it became available, in UTC.
    std::optional<std::chrono::system_clock::time_point> creation_date;
    /// When it expires, in UTC; std::nullopt for never.
    std::optional<std::chrono::system_clock::time_point> expiry_date;
    /// Whether it is ready to use.
    std::string status;
    /// Size in bytes; converted where the service writes MiB with a fraction.
    std::optional<std::int64_t> size;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Package> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Package> read(detail::JsonReader reader) {
        Package model;
        reader.require(model.package_id, {"PackageId"});
        reader.read(model.name, {"Name"});
        reader.read(model.description, {"Description"});
        reader.read(model.version, {"Version"});
        reader.read(model.creator, {"Creator"});
        reader.read(model.creation_date, {"CreationDate"});
        reader.read(model.expiry_date, {"ExpiryDate"});
        reader.read(model.status, {"Status"});
        reader.read(model.size, {"Size"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Package parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A signed link to the bytes of a package, which expires.
struct PackageLink {
    /// The link.
    std::string location;
    /// For how long it is valid, in seconds from the response on.
    std::optional<std::int64_t> ttl;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<PackageLink> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<PackageLink> read(detail::JsonReader reader) {
        PackageLink model;
        reader.require(model.location, {"Location"});
        reader.read(model.ttl, {"TTL"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static PackageLink parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A restore of a snapshot to an environment.
struct Restore {
    /// Identifier of the restore; opaque text. Empty only in the result of
    /// restore_snapshot, when its response did not have it.
    std::string restore_id;
    /// The snapshot that is restored.
    std::optional<std::string> source_snapshot_id;
    /// The environment that it was made of.
    std::optional<std::string> source_environment_id;
    /// The environment whose data is replaced.
    std::optional<std::string> target_environment_id;
    /// How far it has come.
    std::string state;
    /// Why it failed, or how far it has come.
    std::optional<std::string> status_message;
    /// When it was asked for, in UTC.
    std::optional<std::chrono::system_clock::time_point> created_at;
    /// When it was completed or failed, in UTC; std::nullopt until then.
    std::optional<std::chrono::system_clock::time_point> finished_at;
    /// When it was last changed, in UTC.
    std::optional<std::chrono::system_clock::time_point> updated_at;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Restore> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Restore> read(detail::JsonReader reader) {
        Restore model;
        reader.require(model.restore_id, {"restore_id"});
        reader.read(model.source_snapshot_id, {"source_snapshot_id"});
        reader.read(model.source_environment_id, {"source_environment_id"});
        reader.read(model.target_environment_id, {"target_environment_id"});
        reader.read(model.state, {"state"});
        reader.read(model.status_message, {"status_message"});
        reader.read(model.created_at, {"created_at"});
        reader.read(model.finished_at, {"finished_at"});
        reader.read(model.updated_at, {"updated_at"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Restore parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A snapshot of the data of an environment.
struct Snapshot {
    /// Identifier of the snapshot; opaque text. Empty only in the result of
    /// create_snapshot, when its response did not have it.
    std::string snapshot_id;
    /// How far it has come: whether it can be used.
    std::string state;
    /// Why it failed, or how far it has come.
    std::optional<std::string> status_message;
    /// Version of the package that was deployed at the time.
    std::optional<std::string> model_version;
    /// Comment.
    std::optional<std::string> comment;
    /// When it was asked for, in UTC.
    std::optional<std::chrono::system_clock::time_point> created_at;
    /// When it was completed or failed, in UTC; std::nullopt until then.
    std::optional<std::chrono::system_clock::time_point> finished_at;
    /// When it was last changed, in UTC.
    std::optional<std::chrono::system_clock::time_point> updated_at;
    /// When it expires, in UTC.
    std::optional<std::chrono::system_clock::time_point> expires_at;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Snapshot> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Snapshot> read(detail::JsonReader reader) {
        Snapshot model;
        reader.require(model.snapshot_id, {"snapshot_id"});
        reader.read(model.state, {"state"});
        reader.read(model.status_message, {"status_message"});
        reader.read(model.model_version, {"model_version"});
        reader.read(model.comment, {"comment"});
        reader.read(model.created_at, {"created_at"});
        reader.read(model.finished_at, {"finished_at"});
        reader.read(model.updated_at, {"updated_at"});
        reader.read(model.expires_at, {"expires_at"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Snapshot parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A start action.
struct StartJob {
    /// Identifier of the action, for get_start_status.
    ///
    /// std::nullopt when the response did not have it, or was lost and the app was found running;
    /// wait_for_start takes that too.
    std::optional<std::string> job_id;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<StartJob> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<StartJob> read(detail::JsonReader reader) {
        StartJob model;
        reader.read(model.job_id, {"JobId"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static StartJob parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// The status of a start action.
struct StartStatus {
    /// Starting or Started.
    std::string status;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<StartStatus> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<StartStatus> read(detail::JsonReader reader) {
        StartStatus model;
        reader.read(model.status, {"Status"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static StartStatus parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A tag of an environment, which the service does not interpret.
struct Tag {
    /// The tag.
    std::string tag;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<Tag> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<Tag> read(detail::JsonReader reader) {
        Tag model;
        reader.require(model.tag, {"Tag"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static Tag parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// A package that was uploaded, and the job that processes it.
struct UploadJob {
    /// Identifier of the package, where the service sends it or the package was found by its name.
    std::optional<std::string> package_id;
    /// Identifier of the job, for get_upload_status; std::nullopt when the response was lost.
    std::optional<std::string> job_id;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<UploadJob> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<UploadJob> read(detail::JsonReader reader) {
        UploadJob model;
        reader.read(model.package_id, {"PackageId"});
        reader.read(model.job_id, {"JobId"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static UploadJob parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// How far the processing of an upload has come.
struct UploadStatus {
    /// The state. The service gives no reason for Failed.
    std::string status;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<UploadStatus> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<UploadStatus> read(detail::JsonReader reader) {
        UploadStatus model;
        reader.read(model.status, {"Status"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static UploadStatus parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// The response to an upload, which is not documented.
struct UploadedPackage {
    /// Identifier of the package, where the service sends it.
    std::optional<std::string> package_id;
    /// What a person can read of a response that is not JSON; the upload was accepted all the same.
    std::optional<std::string> unreadable;
    /// All of it as JSON: with what this version does not know.
    std::string json;

    /// Reads it from the JSON of a call.
    static Result<UploadedPackage> try_parse(const detail::Text &json) {
        return read(detail::JsonReader(json));
    }
    /// Reads it from a value that is parsed: what try_parse and try_parse_list have in common.
    static Result<UploadedPackage> read(detail::JsonReader reader) {
        UploadedPackage model;
        reader.read(model.package_id, {"PackageId"});
        reader.read(model.unreadable, {"Unreadable"});
        return reader.end(std::move(model));
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    /// Reads it from the JSON of a call, or throws.
    static UploadedPackage parse(const detail::Text &json) { return detail::unwrap(try_parse(json)); }
#endif
};

/// Reads a list of results from the JSON of a call: try_parse_list<App>(json).
template <class Model> Result<std::vector<Model>> try_parse_list(const detail::Text &json) {
    const auto list = detail::parse_json(json);
    if (!list) return list.error();
    std::vector<Model> models;
    const mxd_json *item = nullptr;
    std::size_t length = 0;
    mxd_error *error = nullptr;
    if (mxd_json_length(list->get(), nullptr, &length, &error) != MXD_OK) return Error::take(error);
    models.reserve(length);
    for (std::size_t i = 0; i < length; i++) {
        if (mxd_json_item(list->get(), i, &item, &error) != MXD_OK) return Error::take(error);
        auto model = Model::read(detail::JsonReader(item));
        if (!model) return model.error();
        models.push_back(*std::move(model));
    }
    return models;
}
#if MENDIX_DEPLOY_EXCEPTIONS
/// Reads a list of results from the JSON of a call, or throws: parse_list<App>(client.list_apps()).
template <class Model> std::vector<Model> parse_list(const detail::Text &json) {
    return detail::unwrap(try_parse_list<Model>(json));
}
#endif

/// A client of the service. Any number of threads may use one at once.
class Client {
public:
    /// A text: std::string, std::string_view, or a string literal.
    using Text = const detail::Text &;
    /// A text that may be left out, with std::nullopt or {}.
    using OptionalText = const detail::OptionalText &;
    /// true or false, and nothing that merely converts to them.
    using Flag = detail::Flag;
    /// What a call gives: JSON, or an error.
    using Json = Result<std::string>;

    /// A client with a configuration.
    static Result<Client> try_create(const Config &config) {
        if (config.wrong_) return *config.wrong_;
        return make({config.listener_, nullptr}, mxd_client_new,
                    static_cast<const mxd_config *>(config.handle_.get()));
    }
    /// The same client, whose calls a token ends.
    Result<Client> try_with_cancel(const CancelToken &token) const {
        if (token.wrong_) return *token.wrong_;
        return make({called_.listener, token.poll_}, mxd_client_with_cancel, get(),
                    static_cast<const mxd_cancel *>(token.handle_.get()));
    }
    /// The same client, with another time limit of a read.
    Result<Client> try_with_timeout(std::chrono::milliseconds time) const {
        return make(called_, mxd_client_with_timeout_ms, get(), static_cast<std::int64_t>(time.count()));
    }
    /// The address of the service.
    Json try_base_url() const { return json(mxd_client_base_url); }
    /// The client in C, which stays this object's.
    [[nodiscard]] const mxd_client *native_handle() const noexcept { return get(); }

    /// Uploads a package file (.mda) to an app. The result has its "PackageId".
    Json try_upload_package(Text app_id, Text path, OptionalText name = {}, const Progress &progress = {}) const {
        return reporting(mxd_upload_package, progress, detail::report, app_id, path, name);
    }
    /// Uploads a package from memory.
    Json try_upload_package_bytes(Text app_id, const void *data, std::size_t size, Text name,
                                  const Progress &progress = {}) const {
        return reporting(mxd_upload_package_bytes, progress, detail::report, app_id,
                         static_cast<const std::uint8_t *>(data), size, name);
    }
    /// Uploads a package of a known size that a function reads.
    Json try_upload_package_reader(Text app_id, const Reader &reader, std::uint64_t size, Text name,
                                   const Progress &progress = {}) const {
        detail::Source source{reader, progress};
        return json(mxd_upload_package_reader, app_id, reader ? detail::read : nullptr, size, name,
                    progress ? detail::report_read : nullptr, static_cast<void *>(&source));
    }

    /// Uploads a package file by version 2, for packages over 300 MB: wait_for_upload waits until it is processed.
    Json try_upload_package_v2(Text app_id, Text path, OptionalText name = {}, const Progress &progress = {}) const {
        return reporting(mxd_upload_package_v2, progress, detail::report, app_id, path, name);
    }
    /// The same from memory.
    Json try_upload_package_v2_bytes(Text app_id, const void *data, std::size_t size, Text name,
                                     const Progress &progress = {}) const {
        return reporting(mxd_upload_package_v2_bytes, progress, detail::report, app_id,
                         static_cast<const std::uint8_t *>(data), size, name);
    }
    /// The same of what a function reads.
    Json try_upload_package_v2_reader(Text app_id, const Reader &reader, std::uint64_t size, Text name,
                                      const Progress &progress = {}) const {
        detail::Source source{reader, progress};
        return json(mxd_upload_package_v2_reader, app_id, reader ? detail::read : nullptr, size, name,
                    progress ? detail::report_read : nullptr, static_cast<void *>(&source));
    }

    /// Lists the apps that the account has access to.
    /// Deploy API v1, section 3.1, Retrieve Apps: GET /apps
    Json try_list_apps() const { return json(mxd_list_apps); }
    /// Creates a sandbox for a project that has none.
    /// Deploy API v1, section 3.2, Create Sandbox: POST /apps
    Json try_create_sandbox(Text project_id) const { return json(mxd_create_sandbox, project_id); }
    /// Gets one app.
    /// Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}
    Json try_get_app(Text app_id) const { return json(mxd_get_app, app_id); }
    /// Lists the environments of an app.
    /// Deploy API v1, section 3.4, Retrieve Environments: GET /apps/{AppId}/environments
    Json try_list_environments(Text app_id) const { return json(mxd_list_environments, app_id); }
    /// Gets one environment.
    /// Deploy API v1, section 3.5, Retrieve Environment: GET /apps/{AppId}/environments/{Mode}
    Json try_get_environment(Text app_id, Text mode) const { return json(mxd_get_environment, app_id, mode); }
    /// Starts an environment, and returns before it runs: wait_for_start waits for that.
    /// Deploy API v1, section 3.6, Start Environment: POST /apps/{AppId}/environments/{Mode}/start
    Json try_start_environment(Text app_id, Text mode, Flag auto_sync_db = true) const {
        return json(mxd_start_environment, app_id, mode, auto_sync_db ? 1 : 0);
    }
    /// Gets the status of a start.
    /// Deploy API v1, section 3.7, Get Start Environment Status: GET /apps/{AppId}/environments/{Mode}/start/{JobId}
    Json try_get_start_status(Text app_id, Text mode, Text job_id) const {
        return json(mxd_get_start_status, app_id, mode, job_id);
    }
    /// Stops an environment, and returns before it has stopped: wait_for_status waits for that.
    /// Deploy API v1, section 3.8, Stop Environment: POST /apps/{AppId}/environments/{Mode}/stop
    Done try_stop_environment(Text app_id, Text mode) const { return nothing(mxd_stop_environment, app_id, mode); }
    /// Removes ALL DATA of an environment: its files and its database records.
    /// Deploy API v1, section 3.12, Clean environment: POST /apps/{AppId}/environments/{Mode}/clean
    Json try_clean_environment(Text app_id, Text mode) const { return json(mxd_clean_environment, app_id, mode); }
    /// Gets the package that is deployed on an environment.
    /// Deploy API v1, section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package
    Json try_get_environment_package(Text app_id, Text mode) const {
        return json(mxd_get_environment_package, app_id, mode);
    }
    /// Gets a link to the bytes of the package that is deployed on an environment, which is valid for "TTL" seconds.
    /// Deploy API v1, later documentation, Retrieve Environment Package with a Link:
    /// GET /apps/{AppId}/environments/{Mode}/package?url=true
    Json try_get_environment_package_link(Text app_id, Text mode) const {
        return json(mxd_get_environment_package_link, app_id, mode);
    }
    /// Transports an uploaded package to an environment, which must be stopped.
    /// Deploy API v1, section 3.11, Transporting a Deployment Package to an Environment:
    /// POST /apps/{AppId}/environments/{Mode}/transport
    Done try_transport_package(Text app_id, Text mode, Text package_id) const {
        return nothing(mxd_transport_package, app_id, mode, package_id);
    }
    /// Gets how far the service has come with processing an upload: "Queued", "Running", "Completed" or "Failed".
    /// Deploy API v2, Retrieve Job Status: GET /apps/{AppId}/jobs/{JobId}
    Json try_get_upload_status(Text app_id, Text job_id) const { return json(mxd_get_upload_status, app_id, job_id); }
    /// Gets the settings of an environment.
    /// Deploy API v1, section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings
    Json try_get_environment_settings(Text app_id, Text mode) const {
        return json(mxd_get_environment_settings, app_id, mode);
    }
    /// Changes the settings of an environment, and gives all of them as they are then.
    /// Deploy API v1, section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings
    Json try_set_environment_settings(Text app_id, Text mode, Text settings) const {
        return json(mxd_set_environment_settings, app_id, mode, settings);
    }
    /// Lists the backups of an environment.
    /// Deploy API v1, section 3.15, List Environment Backups: GET /apps/{AppId}/environments/{Mode}/snapshots
    Json try_list_backups(Text app_id, Text mode) const { return json(mxd_list_backups, app_id, mode); }
    /// Gets the links to a backup; download_backup downloads it.
    /// Deploy API v1, section 3.16, Download a Backup for an Environment:
    /// GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}
    Json try_get_backup_links(Text app_id, Text mode, Text snapshot_id) const {
        return json(mxd_get_backup_links, app_id, mode, snapshot_id);
    }
    /// Starts a backup of an environment; "CreatedOn" is absent until it is complete.
    /// Deploy API v1, section 3.17, Create a Backup of an Environment: POST /apps/{AppId}/environments/{Mode}/snapshots
    Json try_create_backup(Text app_id, Text mode, OptionalText comment = {}) const {
        return json(mxd_create_backup, app_id, mode, comment);
    }
    /// Starts to restore a backup to an environment, which must be stopped: ITS DATA IS REPLACED.
    /// Deploy API v1, section 3.18, Restore a Backup to an Environment:
    /// POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}
    Json try_restore_backup(Text app_id, Text mode, Text snapshot_id) const {
        return json(mxd_restore_backup, app_id, mode, snapshot_id);
    }
    /// Sets the number of instances of an environment, and the memory of each in MB (1024 at least).
    /// Deploy API v1, section 3.19, Scaling Environments: POST /apps/{AppId}/environments/{Mode}/scale
    Json try_scale_environment(Text app_id, Text mode, std::int32_t instances,
                               std::int32_t memory_per_instance) const {
        return json(mxd_scale_environment, app_id, mode, instances, memory_per_instance);
    }
    /// Adds a tag to an environment.
    /// Deploy API v1, section 3.20, Create Environment Tags: POST /apps/{AppId}/environments/{Mode}/tags
    Json try_create_environment_tag(Text app_id, Text mode, Text tag) const {
        return json(mxd_create_environment_tag, app_id, mode, tag);
    }
    /// Lists the tags of an environment.
    /// Deploy API v1, section 3.21, Retrieve Environment Tags: GET /apps/{AppId}/environments/{Mode}/tags
    Json try_list_environment_tags(Text app_id, Text mode) const {
        return json(mxd_list_environment_tags, app_id, mode);
    }
    /// Removes a tag from an environment.
    /// Deploy API v1, section 3.22, Delete Environment Tags: DELETE /apps/{AppId}/environments/{Mode}/tags
    Done try_delete_environment_tag(Text app_id, Text mode, Text tag) const {
        return nothing(mxd_delete_environment_tag, app_id, mode, tag);
    }
    /// Gets the link to a day's logs; download_archived_logs downloads them.
    /// Deploy API v1, section 3.23, Download Archived Logs for a Specific Date:
    /// GET /apps/{AppId}/environments/{Mode}/logs/{Date}
    Json try_get_archived_logs(Text app_id, Text mode, Text date) const {
        return json(mxd_get_archived_logs, app_id, mode, date);
    }
    /// Gets the link to a day's access logs; download_archived_access_logs downloads them.
    /// Deploy API v1, later documentation, Download Archived Access Logs for a Specific Date:
    /// GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}
    Json try_get_archived_access_logs(Text app_id, Text mode, Text date) const {
        return json(mxd_get_archived_access_logs, app_id, mode, date);
    }
    /// Lists the packages of an app: those that were uploaded, and those that were built.
    /// Build API v1, Retrieve Packages: GET /apps/{AppId}/packages
    Json try_list_packages(Text app_id) const { return json(mxd_list_packages, app_id); }
    /// Gets one package of an app.
    /// Build API v1, Retrieve Package: GET /apps/{AppId}/packages/{PackageId}
    Json try_get_package(Text app_id, Text package_id) const { return json(mxd_get_package, app_id, package_id); }
    /// Gets a link to the bytes of a package, which is valid for "TTL" seconds; download_package downloads them.
    /// Build API v1, Retrieve Package with a Link: GET /apps/{AppId}/packages/{PackageId}?url=true
    Json try_get_package_link(Text app_id, Text package_id) const {
        return json(mxd_get_package_link, app_id, package_id);
    }
    /// Deletes a package of an app, which must not be deployed to an environment.
    /// Build API v1, Delete Package: DELETE /apps/{AppId}/packages/{PackageId}
    Done try_delete_package(Text app_id, Text package_id) const {
        return nothing(mxd_delete_package, app_id, package_id);
    }
    /// Begins to build a package from a revision of the model: wait_for_package waits for it.
    /// Build API v1, Start Building Package: POST /apps/{AppId}/packages
    Json try_build_package(Text app_id, Text branch, Text revision, Text version,
                           OptionalText description = {}) const {
        return json(mxd_build_package, app_id, branch, revision, version, description);
    }
    /// Lists the snapshots of an environment on all pages, newest first.
    /// Backups API v2, List Snapshots: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
    Json try_list_snapshots(Text project_id, Text environment_id) const {
        return json(mxd_list_snapshots, project_id, environment_id);
    }
    /// Begins to make a snapshot of an environment: wait_for_snapshot waits until it is complete.
    /// Backups API v2, Create Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
    Json try_create_snapshot(Text project_id, Text environment_id, OptionalText comment = {}) const {
        return json(mxd_create_snapshot, project_id, environment_id, comment);
    }
    /// Gets one snapshot.
    /// Backups API v2, Retrieve Snapshot: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
    Json try_get_snapshot(Text project_id, Text environment_id, Text snapshot_id) const {
        return json(mxd_get_snapshot, project_id, environment_id, snapshot_id);
    }
    /// Changes the comment of a snapshot.
    /// Backups API v2, Update Snapshot: PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
    Json try_update_snapshot(Text project_id, Text environment_id, Text snapshot_id, Text comment) const {
        return json(mxd_update_snapshot, project_id, environment_id, snapshot_id, comment);
    }
    /// Deletes a snapshot.
    /// Backups API v2, Delete Snapshot: DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
    Done try_delete_snapshot(Text project_id, Text environment_id, Text snapshot_id) const {
        return nothing(mxd_delete_snapshot, project_id, environment_id, snapshot_id);
    }
    /// Begins to make an archive of a snapshot, which can be downloaded; download_snapshot does all of it.
    /// Backups API v2, Request Backup Archive:
    /// POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives, with ?data_type={DataType}
    Json try_create_archive(Text project_id, Text environment_id, Text snapshot_id, Text data_type) const {
        return json(mxd_create_archive, project_id, environment_id, snapshot_id, data_type);
    }
    /// Gets one archive of a snapshot.
    /// Backups API v2, Retrieve Backup Archive:
    /// GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}
    Json try_get_archive(Text project_id, Text environment_id, Text snapshot_id, Text archive_id) const {
        return json(mxd_get_archive, project_id, environment_id, snapshot_id, archive_id);
    }
    /// Begins to restore a snapshot to an environment, which must be stopped: its data is replaced.
    /// Backups API v2, Restore Snapshot:
    /// POST /apps/{ProjectId}/environments/{EnvironmentId}/restores, with ?source_snapshot_id={SourceSnapshotId}&db_only={DbOnly}
    Json try_restore_snapshot(Text project_id, Text environment_id, Text source_snapshot_id,
                              Flag db_only = false) const {
        return json(mxd_restore_snapshot, project_id, environment_id, source_snapshot_id, db_only ? 1 : 0);
    }
    /// Gets one restore.
    /// Backups API v2, Retrieve Restore: GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}
    Json try_get_restore(Text project_id, Text environment_id, Text restore_id) const {
        return json(mxd_get_restore, project_id, environment_id, restore_id);
    }
    /// Waits until a start has succeeded.
    Json try_wait_for_start(Text app_id, Text mode, OptionalText job_id,
                            std::chrono::milliseconds timeout = default_timeout,
                            const Observer &observer = {}) const {
        return reporting(mxd_wait_for_start, observer, detail::observe, app_id, mode, job_id, timeout.count());
    }
    /// Waits until an environment has a status: "Stopped" after stop_environment.
    Json try_wait_for_status(Text app_id, Text mode, Text status, std::chrono::milliseconds timeout = default_timeout,
                             const Observer &observer = {}) const {
        return reporting(mxd_wait_for_status, observer, detail::observe, app_id, mode, status, timeout.count());
    }
    /// Waits until a backup is complete, after create_backup.
    Json try_wait_for_backup(Text app_id, Text mode, Text snapshot_id,
                             std::chrono::milliseconds timeout = default_timeout,
                             const Observer &observer = {}) const {
        return reporting(mxd_wait_for_backup, observer, detail::observe, app_id, mode, snapshot_id, timeout.count());
    }
    /// Waits until a package is ready to use: built, after build_package, or processed after an upload.
    Json try_wait_for_package(Text app_id, Text package_id, std::chrono::milliseconds timeout = default_timeout,
                              const Observer &observer = {}) const {
        return reporting(mxd_wait_for_package, observer, detail::observe, app_id, package_id, timeout.count());
    }
    /// Waits until the service has processed an upload, after upload_package_v2.
    Json try_wait_for_upload(Text app_id, Text job_id, std::chrono::milliseconds timeout = default_timeout,
                             const Observer &observer = {}) const {
        return reporting(mxd_wait_for_upload, observer, detail::observe, app_id, job_id, timeout.count());
    }
    /// Waits until a snapshot is completed, after create_snapshot.
    Json try_wait_for_snapshot(Text project_id, Text environment_id, Text snapshot_id,
                               std::chrono::milliseconds timeout = default_timeout,
                               const Observer &observer = {}) const {
        return reporting(mxd_wait_for_snapshot, observer, detail::observe, project_id, environment_id, snapshot_id,
                         timeout.count());
    }
    /// Waits until an archive is completed, after create_archive.
    Json try_wait_for_archive(Text project_id, Text environment_id, Text snapshot_id, Text archive_id,
                              std::chrono::milliseconds timeout = default_timeout,
                              const Observer &observer = {}) const {
        return reporting(mxd_wait_for_archive, observer, detail::observe, project_id, environment_id, snapshot_id,
                         archive_id, timeout.count());
    }
    /// Waits until a restore is completed, after restore_snapshot.
    Json try_wait_for_restore(Text project_id, Text environment_id, Text restore_id,
                              std::chrono::milliseconds timeout = default_timeout,
                              const Observer &observer = {}) const {
        return reporting(mxd_wait_for_restore, observer, detail::observe, project_id, environment_id, restore_id,
                         timeout.count());
    }
    /// Resumes a wait that failed or timed out, in this process or another one.
    Json try_resume_wait(Text wait_token, std::chrono::milliseconds timeout = default_timeout,
                         const Observer &observer = {}) const {
        return reporting(mxd_resume_wait, observer, detail::observe, wait_token, timeout.count());
    }
    /// Downloads a part of a backup (a BackupPart) to the file `target`, which is complete afterwards, or unchanged.
    Json try_download_backup(Text app_id, Text mode, Text snapshot_id, BackupPart part, Text target,
                             const Progress &progress = {}) const {
        return reporting(mxd_download_backup, progress, detail::report, app_id, mode, snapshot_id,
                         static_cast<mxd_backup_part>(part), target);
    }
    /// Downloads a day's logs to the file `target`, as download_backup does.
    Json try_download_archived_logs(Text app_id, Text mode, Text date, Text target,
                                    const Progress &progress = {}) const {
        return reporting(mxd_download_archived_logs, progress, detail::report, app_id, mode, date, target);
    }
    /// Downloads a day's access logs to the file `target`, as download_backup does.
    Json try_download_archived_access_logs(Text app_id, Text mode, Text date, Text target,
                                           const Progress &progress = {}) const {
        return reporting(mxd_download_archived_access_logs, progress, detail::report, app_id, mode, date, target);
    }
    /// Downloads a package to the file `target`, as download_backup does.
    Json try_download_package(Text app_id, Text package_id, Text target, const Progress &progress = {}) const {
        return reporting(mxd_download_package, progress, detail::report, app_id, package_id, target);
    }
    /// Downloads a snapshot to the file `target`, as download_backup does: has the service make an archive of it,
    /// waits for that for an hour at most, and downloads it.
    Json try_download_snapshot(Text project_id, Text environment_id, Text snapshot_id, Text data_type, Text target,
                               const Progress &progress = {}) const {
        return reporting(mxd_download_snapshot, progress, detail::report, project_id, environment_id, snapshot_id,
                         data_type, target);
    }
    /// Plans a deployment: returns what it would do.
    Json try_plan_deploy(Text deployment) const { return json(mxd_plan_deploy, deployment); }
    /// Deploys a package: this package runs on that environment, with these settings; and if not, what ran before
    /// runs again.
    Json try_deploy(Text deployment, const StepObserver &on_step = {}) const {
        return reporting(mxd_deploy, on_step, detail::step, deployment);
    }
    /// Continues a deployment from its `journal`, a path: one that was cancelled, or whose process ended.
    Json try_resume_deploy(Text journal, const StepObserver &on_step = {}) const {
        return reporting(mxd_resume_deploy, on_step, detail::step, journal);
    }

#if MENDIX_DEPLOY_EXCEPTIONS
    /// The same, throwing.
    explicit Client(const Config &config) : Client(detail::unwrap(try_create(config))) {}
    /// A client with the configuration of the environment.
    static Client from_env() { return Client(Config::from_env()); }
    /// The same client, whose calls a token ends.
    [[nodiscard]] Client with_cancel(const CancelToken &token) const {
        return detail::unwrap(try_with_cancel(token));
    }
    /// The same client, with another time limit of a read.
    [[nodiscard]] Client with_timeout(std::chrono::milliseconds time) const {
        return detail::unwrap(try_with_timeout(time));
    }
    /// The address of the service.
    [[nodiscard]] std::string base_url() const { return detail::unwrap(try_base_url()); }

    /// Uploads a package file (.mda) to an app. The result has its "PackageId".
    std::string upload_package(Text app_id, Text path, OptionalText name = {}, const Progress &progress = {}) const {
        return detail::unwrap(try_upload_package(app_id, path, name, progress));
    }
    /// Uploads a package from memory.
    std::string upload_package_bytes(Text app_id, const void *data, std::size_t size, Text name,
                                     const Progress &progress = {}) const {
        return detail::unwrap(try_upload_package_bytes(app_id, data, size, name, progress));
    }
    /// Uploads a package of a known size that a function reads.
    std::string upload_package_reader(Text app_id, const Reader &reader, std::uint64_t size, Text name,
                                      const Progress &progress = {}) const {
        return detail::unwrap(try_upload_package_reader(app_id, reader, size, name, progress));
    }

    /// Uploads a package file by version 2, for packages over 300 MB: wait_for_upload waits until it is processed.
    std::string upload_package_v2(Text app_id, Text path, OptionalText name = {}, const Progress &progress = {}) const {
        return detail::unwrap(try_upload_package_v2(app_id, path, name, progress));
    }
    /// The same from memory.
    std::string upload_package_v2_bytes(Text app_id, const void *data, std::size_t size, Text name,
                                        const Progress &progress = {}) const {
        return detail::unwrap(try_upload_package_v2_bytes(app_id, data, size, name, progress));
    }
    /// The same of what a function reads.
    std::string upload_package_v2_reader(Text app_id, const Reader &reader, std::uint64_t size, Text name,
                                         const Progress &progress = {}) const {
        return detail::unwrap(try_upload_package_v2_reader(app_id, reader, size, name, progress));
    }

    /// Lists the apps that the account has access to.
    /// Deploy API v1, section 3.1, Retrieve Apps: GET /apps
    std::string list_apps() const { return detail::unwrap(try_list_apps()); }
    /// Creates a sandbox for a project that has none.
    /// Deploy API v1, section 3.2, Create Sandbox: POST /apps
    std::string create_sandbox(Text project_id) const { return detail::unwrap(try_create_sandbox(project_id)); }
    /// Gets one app.
    /// Deploy API v1, section 3.3, Retrieve App: GET /apps/{AppId}
    std::string get_app(Text app_id) const { return detail::unwrap(try_get_app(app_id)); }
    /// Lists the environments of an app.
    /// Deploy API v1, section 3.4, Retrieve Environments: GET /apps/{AppId}/environments
    std::string list_environments(Text app_id) const { return detail::unwrap(try_list_environments(app_id)); }
    /// Gets one environment.
    /// Deploy API v1, section 3.5, Retrieve Environment: GET /apps/{AppId}/environments/{Mode}
    std::string get_environment(Text app_id, Text mode) const {
        return detail::unwrap(try_get_environment(app_id, mode));
    }
    /// Starts an environment, and returns before it runs: wait_for_start waits for that.
    /// Deploy API v1, section 3.6, Start Environment: POST /apps/{AppId}/environments/{Mode}/start
    std::string start_environment(Text app_id, Text mode, Flag auto_sync_db = true) const {
        return detail::unwrap(try_start_environment(app_id, mode, auto_sync_db));
    }
    /// Gets the status of a start.
    /// Deploy API v1, section 3.7, Get Start Environment Status: GET /apps/{AppId}/environments/{Mode}/start/{JobId}
    std::string get_start_status(Text app_id, Text mode, Text job_id) const {
        return detail::unwrap(try_get_start_status(app_id, mode, job_id));
    }
    /// Stops an environment, and returns before it has stopped: wait_for_status waits for that.
    /// Deploy API v1, section 3.8, Stop Environment: POST /apps/{AppId}/environments/{Mode}/stop
    void stop_environment(Text app_id, Text mode) const { detail::unwrap(try_stop_environment(app_id, mode)); }
    /// Removes ALL DATA of an environment: its files and its database records.
    /// Deploy API v1, section 3.12, Clean environment: POST /apps/{AppId}/environments/{Mode}/clean
    std::string clean_environment(Text app_id, Text mode) const {
        return detail::unwrap(try_clean_environment(app_id, mode));
    }
    /// Gets the package that is deployed on an environment.
    /// Deploy API v1, section 3.9, Retrieve Environment Package: GET /apps/{AppId}/environments/{Mode}/package
    std::string get_environment_package(Text app_id, Text mode) const {
        return detail::unwrap(try_get_environment_package(app_id, mode));
    }
    /// Gets a link to the bytes of the package that is deployed on an environment, which is valid for "TTL" seconds.
    /// Deploy API v1, later documentation, Retrieve Environment Package with a Link:
    /// GET /apps/{AppId}/environments/{Mode}/package?url=true
    std::string get_environment_package_link(Text app_id, Text mode) const {
        return detail::unwrap(try_get_environment_package_link(app_id, mode));
    }
    /// Transports an uploaded package to an environment, which must be stopped.
    /// Deploy API v1, section 3.11, Transporting a Deployment Package to an Environment:
    /// POST /apps/{AppId}/environments/{Mode}/transport
    void transport_package(Text app_id, Text mode, Text package_id) const {
        detail::unwrap(try_transport_package(app_id, mode, package_id));
    }
    /// Gets how far the service has come with processing an upload: "Queued", "Running", "Completed" or "Failed".
    /// Deploy API v2, Retrieve Job Status: GET /apps/{AppId}/jobs/{JobId}
    std::string get_upload_status(Text app_id, Text job_id) const {
        return detail::unwrap(try_get_upload_status(app_id, job_id));
    }
    /// Gets the settings of an environment.
    /// Deploy API v1, section 3.13, Retrieve Environment Settings: GET /apps/{AppId}/environments/{Mode}/settings
    std::string get_environment_settings(Text app_id, Text mode) const {
        return detail::unwrap(try_get_environment_settings(app_id, mode));
    }
    /// Changes the settings of an environment, and gives all of them as they are then.
    /// Deploy API v1, section 3.14, Set Environment Settings: POST /apps/{AppId}/environments/{Mode}/settings
    std::string set_environment_settings(Text app_id, Text mode, Text settings) const {
        return detail::unwrap(try_set_environment_settings(app_id, mode, settings));
    }
    /// Lists the backups of an environment.
    /// Deploy API v1, section 3.15, List Environment Backups: GET /apps/{AppId}/environments/{Mode}/snapshots
    std::string list_backups(Text app_id, Text mode) const { return detail::unwrap(try_list_backups(app_id, mode)); }
    /// Gets the links to a backup; download_backup downloads it.
    /// Deploy API v1, section 3.16, Download a Backup for an Environment:
    /// GET /apps/{AppId}/environments/{Mode}/snapshots/{SnapshotId}
    std::string get_backup_links(Text app_id, Text mode, Text snapshot_id) const {
        return detail::unwrap(try_get_backup_links(app_id, mode, snapshot_id));
    }
    /// Starts a backup of an environment; "CreatedOn" is absent until it is complete.
    /// Deploy API v1, section 3.17, Create a Backup of an Environment: POST /apps/{AppId}/environments/{Mode}/snapshots
    std::string create_backup(Text app_id, Text mode, OptionalText comment = {}) const {
        return detail::unwrap(try_create_backup(app_id, mode, comment));
    }
    /// Starts to restore a backup to an environment, which must be stopped: ITS DATA IS REPLACED.
    /// Deploy API v1, section 3.18, Restore a Backup to an Environment:
    /// POST /apps/{AppId}/environments/{Mode}/restore/{SnapshotId}
    std::string restore_backup(Text app_id, Text mode, Text snapshot_id) const {
        return detail::unwrap(try_restore_backup(app_id, mode, snapshot_id));
    }
    /// Sets the number of instances of an environment, and the memory of each in MB (1024 at least).
    /// Deploy API v1, section 3.19, Scaling Environments: POST /apps/{AppId}/environments/{Mode}/scale
    std::string scale_environment(Text app_id, Text mode, std::int32_t instances,
                                  std::int32_t memory_per_instance) const {
        return detail::unwrap(try_scale_environment(app_id, mode, instances, memory_per_instance));
    }
    /// Adds a tag to an environment.
    /// Deploy API v1, section 3.20, Create Environment Tags: POST /apps/{AppId}/environments/{Mode}/tags
    std::string create_environment_tag(Text app_id, Text mode, Text tag) const {
        return detail::unwrap(try_create_environment_tag(app_id, mode, tag));
    }
    /// Lists the tags of an environment.
    /// Deploy API v1, section 3.21, Retrieve Environment Tags: GET /apps/{AppId}/environments/{Mode}/tags
    std::string list_environment_tags(Text app_id, Text mode) const {
        return detail::unwrap(try_list_environment_tags(app_id, mode));
    }
    /// Removes a tag from an environment.
    /// Deploy API v1, section 3.22, Delete Environment Tags: DELETE /apps/{AppId}/environments/{Mode}/tags
    void delete_environment_tag(Text app_id, Text mode, Text tag) const {
        detail::unwrap(try_delete_environment_tag(app_id, mode, tag));
    }
    /// Gets the link to a day's logs; download_archived_logs downloads them.
    /// Deploy API v1, section 3.23, Download Archived Logs for a Specific Date:
    /// GET /apps/{AppId}/environments/{Mode}/logs/{Date}
    std::string get_archived_logs(Text app_id, Text mode, Text date) const {
        return detail::unwrap(try_get_archived_logs(app_id, mode, date));
    }
    /// Gets the link to a day's access logs; download_archived_access_logs downloads them.
    /// Deploy API v1, later documentation, Download Archived Access Logs for a Specific Date:
    /// GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}
    std::string get_archived_access_logs(Text app_id, Text mode, Text date) const {
        return detail::unwrap(try_get_archived_access_logs(app_id, mode, date));
    }
    /// Lists the packages of an app: those that were uploaded, and those that were built.
    /// Build API v1, Retrieve Packages: GET /apps/{AppId}/packages
    std::string list_packages(Text app_id) const { return detail::unwrap(try_list_packages(app_id)); }
    /// Gets one package of an app.
    /// Build API v1, Retrieve Package: GET /apps/{AppId}/packages/{PackageId}
    std::string get_package(Text app_id, Text package_id) const {
        return detail::unwrap(try_get_package(app_id, package_id));
    }
    /// Gets a link to the bytes of a package, which is valid for "TTL" seconds; download_package downloads them.
    /// Build API v1, Retrieve Package with a Link: GET /apps/{AppId}/packages/{PackageId}?url=true
    std::string get_package_link(Text app_id, Text package_id) const {
        return detail::unwrap(try_get_package_link(app_id, package_id));
    }
    /// Deletes a package of an app, which must not be deployed to an environment.
    /// Build API v1, Delete Package: DELETE /apps/{AppId}/packages/{PackageId}
    void delete_package(Text app_id, Text package_id) const {
        detail::unwrap(try_delete_package(app_id, package_id));
    }
    /// Begins to build a package from a revision of the model: wait_for_package waits for it.
    /// Build API v1, Start Building Package: POST /apps/{AppId}/packages
    std::string build_package(Text app_id, Text branch, Text revision, Text version,
                              OptionalText description = {}) const {
        return detail::unwrap(try_build_package(app_id, branch, revision, version, description));
    }
    /// Lists the snapshots of an environment on all pages, newest first.
    /// Backups API v2, List Snapshots: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
    std::string list_snapshots(Text project_id, Text environment_id) const {
        return detail::unwrap(try_list_snapshots(project_id, environment_id));
    }
    /// Begins to make a snapshot of an environment: wait_for_snapshot waits until it is complete.
    /// Backups API v2, Create Snapshot: POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots
    std::string create_snapshot(Text project_id, Text environment_id, OptionalText comment = {}) const {
        return detail::unwrap(try_create_snapshot(project_id, environment_id, comment));
    }
    /// Gets one snapshot.
    /// Backups API v2, Retrieve Snapshot: GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
    std::string get_snapshot(Text project_id, Text environment_id, Text snapshot_id) const {
        return detail::unwrap(try_get_snapshot(project_id, environment_id, snapshot_id));
    }
    /// Changes the comment of a snapshot.
    /// Backups API v2, Update Snapshot: PUT /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
    std::string update_snapshot(Text project_id, Text environment_id, Text snapshot_id, Text comment) const {
        return detail::unwrap(try_update_snapshot(project_id, environment_id, snapshot_id, comment));
    }
    /// Deletes a snapshot.
    /// Backups API v2, Delete Snapshot: DELETE /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}
    void delete_snapshot(Text project_id, Text environment_id, Text snapshot_id) const {
        detail::unwrap(try_delete_snapshot(project_id, environment_id, snapshot_id));
    }
    /// Begins to make an archive of a snapshot, which can be downloaded; download_snapshot does all of it.
    /// Backups API v2, Request Backup Archive:
    /// POST /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives, with ?data_type={DataType}
    std::string create_archive(Text project_id, Text environment_id, Text snapshot_id, Text data_type) const {
        return detail::unwrap(try_create_archive(project_id, environment_id, snapshot_id, data_type));
    }
    /// Gets one archive of a snapshot.
    /// Backups API v2, Retrieve Backup Archive:
    /// GET /apps/{ProjectId}/environments/{EnvironmentId}/snapshots/{SnapshotId}/archives/{ArchiveId}
    std::string get_archive(Text project_id, Text environment_id, Text snapshot_id, Text archive_id) const {
        return detail::unwrap(try_get_archive(project_id, environment_id, snapshot_id, archive_id));
    }
    /// Begins to restore a snapshot to an environment, which must be stopped: its data is replaced.
    /// Backups API v2, Restore Snapshot:
    /// POST /apps/{ProjectId}/environments/{EnvironmentId}/restores, with ?source_snapshot_id={SourceSnapshotId}&db_only={DbOnly}
    std::string restore_snapshot(Text project_id, Text environment_id, Text source_snapshot_id,
                                 Flag db_only = false) const {
        return detail::unwrap(try_restore_snapshot(project_id, environment_id, source_snapshot_id, db_only));
    }
    /// Gets one restore.
    /// Backups API v2, Retrieve Restore: GET /apps/{ProjectId}/environments/{EnvironmentId}/restores/{RestoreId}
    std::string get_restore(Text project_id, Text environment_id, Text restore_id) const {
        return detail::unwrap(try_get_restore(project_id, environment_id, restore_id));
    }
    /// Waits until a start has succeeded.
    std::string wait_for_start(Text app_id, Text mode, OptionalText job_id,
                               std::chrono::milliseconds timeout = default_timeout,
                               const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_start(app_id, mode, job_id, timeout, observer));
    }
    /// Waits until an environment has a status: "Stopped" after stop_environment.
    std::string wait_for_status(Text app_id, Text mode, Text status,
                                std::chrono::milliseconds timeout = default_timeout,
                                const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_status(app_id, mode, status, timeout, observer));
    }
    /// Waits until a backup is complete, after create_backup.
    std::string wait_for_backup(Text app_id, Text mode, Text snapshot_id,
                                std::chrono::milliseconds timeout = default_timeout,
                                const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_backup(app_id, mode, snapshot_id, timeout, observer));
    }
    /// Waits until a package is ready to use: built, after build_package, or processed after an upload.
    std::string wait_for_package(Text app_id, Text package_id, std::chrono::milliseconds timeout = default_timeout,
                                 const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_package(app_id, package_id, timeout, observer));
    }
    /// Waits until the service has processed an upload, after upload_package_v2.
    std::string wait_for_upload(Text app_id, Text job_id, std::chrono::milliseconds timeout = default_timeout,
                                const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_upload(app_id, job_id, timeout, observer));
    }
    /// Waits until a snapshot is completed, after create_snapshot.
    std::string wait_for_snapshot(Text project_id, Text environment_id, Text snapshot_id,
                                  std::chrono::milliseconds timeout = default_timeout,
                                  const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_snapshot(project_id, environment_id, snapshot_id, timeout, observer));
    }
    /// Waits until an archive is completed, after create_archive.
    std::string wait_for_archive(Text project_id, Text environment_id, Text snapshot_id, Text archive_id,
                                 std::chrono::milliseconds timeout = default_timeout,
                                 const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_archive(project_id, environment_id, snapshot_id, archive_id, timeout,
                                                   observer));
    }
    /// Waits until a restore is completed, after restore_snapshot.
    std::string wait_for_restore(Text project_id, Text environment_id, Text restore_id,
                                 std::chrono::milliseconds timeout = default_timeout,
                                 const Observer &observer = {}) const {
        return detail::unwrap(try_wait_for_restore(project_id, environment_id, restore_id, timeout, observer));
    }
    /// Resumes a wait that failed or timed out, in this process or another one.
    std::string resume_wait(Text wait_token, std::chrono::milliseconds timeout = default_timeout,
                            const Observer &observer = {}) const {
        return detail::unwrap(try_resume_wait(wait_token, timeout, observer));
    }
    /// Downloads a part of a backup (a BackupPart) to the file `target`, which is complete afterwards, or unchanged.
    std::string download_backup(Text app_id, Text mode, Text snapshot_id, BackupPart part, Text target,
                                const Progress &progress = {}) const {
        return detail::unwrap(try_download_backup(app_id, mode, snapshot_id, part, target, progress));
    }
    /// Downloads a day's logs to the file `target`, as download_backup does.
    std::string download_archived_logs(Text app_id, Text mode, Text date, Text target,
                                       const Progress &progress = {}) const {
        return detail::unwrap(try_download_archived_logs(app_id, mode, date, target, progress));
    }
    /// Downloads a day's access logs to the file `target`, as download_backup does.
    std::string download_archived_access_logs(Text app_id, Text mode, Text date, Text target,
                                              const Progress &progress = {}) const {
        return detail::unwrap(try_download_archived_access_logs(app_id, mode, date, target, progress));
    }
    /// Downloads a package to the file `target`, as download_backup does.
    std::string download_package(Text app_id, Text package_id, Text target, const Progress &progress = {}) const {
        return detail::unwrap(try_download_package(app_id, package_id, target, progress));
    }
    /// Downloads a snapshot to the file `target`, as download_backup does: has the service make an archive of it,
    /// waits for that for an hour at most, and downloads it.
    std::string download_snapshot(Text project_id, Text environment_id, Text snapshot_id, Text data_type, Text target,
                                  const Progress &progress = {}) const {
        return detail::unwrap(try_download_snapshot(project_id, environment_id, snapshot_id, data_type, target,
                                                    progress));
    }
    /// Plans a deployment: returns what it would do.
    std::string plan_deploy(Text deployment) const { return detail::unwrap(try_plan_deploy(deployment)); }
    /// Deploys a package: this package runs on that environment, with these settings; and if not, what ran before
    /// runs again.
    std::string deploy(Text deployment, const StepObserver &on_step = {}) const {
        return detail::unwrap(try_deploy(deployment, on_step));
    }
    /// Continues a deployment from its `journal`, a path: one that was cancelled, or whose process ended.
    std::string resume_deploy(Text journal, const StepObserver &on_step = {}) const {
        return detail::unwrap(try_resume_deploy(journal, on_step));
    }
#endif

private:
    /// What the library may call as long as it has the client.
    struct Called {
        std::shared_ptr<Listener> listener;
        std::shared_ptr<Poll> poll;
    };

    Client(mxd_client *handle, Called called) : called_(std::move(called)), handle_(handle) {}

    const mxd_client *get() const noexcept { return handle_.get(); }

    template <class Function, class... Arguments>
    static Result<Client> make(Called called, Function function, const Arguments &...arguments) {
        mxd_client *client = nullptr;
        mxd_error *error = nullptr;
        if (function(arguments..., &client, &error) != MXD_OK) return Error::take(error);
        return Client(client, std::move(called));
    }

    template <class Function, class... Arguments> Json json(Function function, const Arguments &...arguments) const {
        const Called called = called_;  // A callback may end this client.
        const detail::Catcher catcher;
        Json result = detail::text(function, get(), arguments...);
        catcher.rethrow();
        return result;
    }

    template <class Function, class... Arguments>
    Done nothing(Function function, const Arguments &...arguments) const {
        const Called called = called_;
        const detail::Catcher catcher;
        mxd_error *error = nullptr;
        const mxd_status status = function(get(), detail::pass(arguments)..., &error);
        Done result = status == MXD_OK ? Done(std::monostate()) : Done(Error::take(error));
        catcher.rethrow();
        return result;
    }

    /// A call that reports to a callback; `trampoline` is NULL where there is none.
    template <class Call, class Function, class Trampoline, class... Arguments> Result<std::string>
    reporting(Call call, const Function &function, Trampoline *trampoline, const Arguments &...arguments) const {
        return json(call, arguments..., function ? trampoline : nullptr,
                    const_cast<void *>(static_cast<const void *>(&function)));
    }

    Called called_;
    detail::Handle<mxd_client, mxd_client_free> handle_;
};

/// Settings, the JSON of get_environment_settings, with a change. Nothing is sent. InvalidInput when there is nothing
/// of that name in them.
inline Result<std::string> try_set_constant(const detail::Text &settings, const detail::Text &name,
                                            const detail::Text &value) {
    return detail::text(mxd_settings_set_constant, settings, name, value);
}
/// The same for a custom setting.
inline Result<std::string> try_set_custom_setting(const detail::Text &settings, const detail::Text &name,
                                                  const detail::Text &value) {
    return detail::text(mxd_settings_set_custom_setting, settings, name, value);
}
/// The same for a scheduled event.
inline Result<std::string> try_set_scheduled_event(const detail::Text &settings, const detail::Text &name,
                                                   detail::Flag enabled) {
    return detail::text(mxd_settings_set_scheduled_event, settings, name, enabled ? 1 : 0);
}
#if MENDIX_DEPLOY_EXCEPTIONS
/// Settings with another value of a constant. Nothing is sent.
[[nodiscard]] inline std::string set_constant(const detail::Text &settings, const detail::Text &name,
                                              const detail::Text &value) {
    return detail::unwrap(try_set_constant(settings, name, value));
}
/// The same for a custom setting.
[[nodiscard]] inline std::string set_custom_setting(const detail::Text &settings, const detail::Text &name,
                                                    const detail::Text &value) {
    return detail::unwrap(try_set_custom_setting(settings, name, value));
}
/// The same for a scheduled event.
[[nodiscard]] inline std::string set_scheduled_event(const detail::Text &settings, const detail::Text &name,
                                                     detail::Flag enabled) {
    return detail::unwrap(try_set_scheduled_event(settings, name, enabled));
}
#endif

/// Reads the metadata of the deployment package at `path`, as JSON. Nothing is sent.
inline Result<std::string> try_inspect_package(const detail::Text &path) {
    return detail::text(mxd_inspect_package, path);
}
#if MENDIX_DEPLOY_EXCEPTIONS
/// Reads the metadata of the deployment package at `path`, as JSON. Nothing is sent.
inline std::string inspect_package(const detail::Text &path) { return detail::unwrap(try_inspect_package(path)); }
#endif

/// Reads the journal of a deployment at `path`, as JSON: how far it is. Nothing is sent; the deployment may be running.
inline Result<std::string> try_inspect_journal(const detail::Text &path) {
    return detail::text(mxd_inspect_journal, path);
}
#if MENDIX_DEPLOY_EXCEPTIONS
/// Reads the journal of a deployment at `path`, as JSON: how far it is. Nothing is sent; the deployment may be running.
inline std::string inspect_journal(const detail::Text &path) { return detail::unwrap(try_inspect_journal(path)); }
#endif

/// The version of the library that is loaded; that of the headers is MXD_VERSION_STRING.
inline std::string version() { return mxd_version(); }

}  // namespace MENDIX_DEPLOY_VARIANT
}  // namespace mendix_deploy

#undef MENDIX_DEPLOY_VARIANT

#endif  // MENDIX_DEPLOY_HPP
