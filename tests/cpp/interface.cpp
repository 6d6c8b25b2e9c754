// What the C++ interface takes and gives, without a server. Built with and without exceptions, under C++17 and C++23.
// With REFUSED it has one line that must not compile.
#include "mendix_deploy.hpp"

#include <cstdio>
#include <string>
#include <string_view>

#include "support.h"

using namespace mendix_deploy;
using namespace std::literals;

namespace {

static_assert(std::is_nothrow_copy_constructible_v<Error> && std::is_nothrow_copy_assignable_v<Error>);
static_assert(to_string(Kind::NotFound) == "NotFound"sv && to_string(Evidence::Refused) == "Refused"sv);
static_assert(to_string(static_cast<Kind>(77)) == "Unknown"sv);

// Nothing listens there.
Config nowhere() { return Config().base_url("http://127.0.0.1:1"sv).credentials("me", "a-key-of-mine"s).max_attempts(1); }

void settings_chain() {
    // On a temporary, as far as a variable; and on that.
    auto config = Config().timeout(30s).read_back(false).ca_file("/nowhere"s).no_proxy();
    config.credentials("me", "a-key-of-mine").base_url("http://127.0.0.1:1");
    CHECK(config.native_handle() != nullptr);
    CHECK(!Client::try_create(config).has_value()); // there is no such file
    const auto client = Client::try_create(nowhere());
    CHECK(client && client->native_handle() != nullptr);
    CHECK(CancelToken().native_handle() != nullptr);
    const auto deployment = Deployment::file("calc"sv, "Acceptance"s, "x.mda").auto_sync_db(false).journal("x.journal"sv);
    CHECK(deployment.json().find("\"auto_sync_db\": false") != std::string::npos);
    CHECK(client->try_plan_deploy(deployment).error().kind() == Kind::Io);
}

// Whatever is a text is taken; what is none is refused by the name of the argument, and never cut.
void texts() {
    const auto client = *Client::try_create(nowhere());
    const std::string text = "calc";
    for (const auto &result : {client.try_get_app("calc"), client.try_get_app(text), client.try_get_app("calc"sv)}) {
        CHECK(result.error().kind() == Kind::Transport);
    }
    const char *const null = nullptr;
    CHECK(client.try_get_app(null).error().message() == "app_id is NULL; expected text in UTF-8");
    CHECK(client.try_get_app("a\0b"sv).error().kind() == Kind::InvalidInput);
    const std::optional<std::string> some = "job", none;
    for (const auto &result :
         {client.try_wait_for_start("calc", "Test", some, 1ms), client.try_wait_for_start("calc", "Test", none, 1ms),
          client.try_wait_for_start("calc", "Test", std::nullopt, 1ms),
          client.try_wait_for_start("calc", "Test", {}, 1ms), client.try_wait_for_start("calc", "Test", "job"sv, 1ms)}) {
        CHECK(result.error().kind() == Kind::WaitTimedOut);
    }
    CHECK(client.try_create_backup("calc", "Test", "a\0b"sv).error().kind() == Kind::InvalidInput);
    CHECK(try_set_constant("{}"sv, "A.B", "1"s).error().kind() == Kind::InvalidInput);
}

void errors_of_ones_own() {
    const Error error(Kind::Conflict, "The app is running.", "APP_IS_RUNNING", 403);
    const Error copy = error;  // NOLINT(performance-unnecessary-copy-initialization): copies are what is tested
    CHECK(copy.kind() == Kind::Conflict && copy.code() == "APP_IS_RUNNING" && copy.http_status() == 403);
    CHECK(copy.what() == "The app is running. [APP_IS_RUNNING]"sv && copy.message() == "The app is running.");
    CHECK(Error(Kind::Io, "gone").what() == "gone"sv);
    CHECK(copy.what() == error.what()); // they share it
}

void results() {
    const auto size = [](const std::string &text) { return text.size(); };
    const auto same = [](std::string text) { return Result<std::string>(std::move(text)); };
    const Result<std::string> good("four"s), bad(Error(Kind::NotFound, "gone"));
    CHECK(good.has_value() && *good == "four" && good->size() == 4 && good.value() == "four");
    CHECK(good.value_or("x") == "four" && bad.value_or("x") == "x");
    CHECK(*good.transform(size) == 4 && *good.and_then(same) == "four");
    CHECK(bad.transform(size).error().message() == "gone" && bad.and_then(same).error().kind() == Kind::NotFound);
    CHECK(*Result<std::string>("five5"s).transform(size) == 5 && Result<std::string>("y"s).value_or("x") == "y");
#if MENDIX_DEPLOY_EXCEPTIONS
    try {
        static_cast<void>(bad.value());
        CHECK(false);
    } catch (const Error &error) {
        CHECK(error.message() == "gone");
    }
#endif
#if defined(__cpp_lib_expected)
    const std::expected<std::string, Error> expected = good, unexpected = bad;
    CHECK(expected.value() == "four" && unexpected.error().message() == "gone");
#endif
}

// One odd field costs that field; without what identifies it, it is nothing.
void structs() {
    const auto json = R"({"SnapshotId": "c879", "Comment": "a \"quote\"", "ExpiresOn": 86400000, "ModelVersion": 7, "New": [1]})"sv;
    const auto backup = *Backup::try_parse(json);
    CHECK(backup.snapshot_id == "c879" && backup.comment == "a \"quote\"" && !backup.model_version && !backup.created_on);
    CHECK(backup.expires_on && backup.expires_on->time_since_epoch() == 24h);
    CHECK(backup.state.empty() && backup.json == json);
    const auto environment = *Environment::try_parse(R"({"Status": "Running", "Production": false, "Instances": 2})"s);
    CHECK(environment.status == "Running" && environment.production == false && environment.instances == 2);
    CHECK(App::try_parse(R"({"Name": "x"})").error().message() == "AppId is missing, or no text");
    CHECK(App::try_parse(R"({"AppId": 7})").error().kind() == Kind::InvalidInput);
    for (const char *bad : {"[]", "7", "{", "", "null"}) {
        CHECK(Environment::try_parse(bad).error().kind() == Kind::InvalidInput);
    }
    const auto apps = *try_parse_list<App>(R"([{"AppId": "calc", "Url": "https://calc.example"}, {"AppId": "other"}])");
    CHECK(apps.size() == 2 && apps[0].url == "https://calc.example" && apps[1].app_id == "other");
    CHECK(apps[1].json == R"({"AppId":"other"})" && try_parse_list<App>("[]")->empty());
    CHECK(!try_parse_list<App>("[{}]") && !try_parse_list<App>("7") && !try_parse_list<App>("[1]"));
#if MENDIX_DEPLOY_EXCEPTIONS
    CHECK(parse_list<Tag>(R"([{"Tag": "blue"}])")[0].tag == "blue" && Tag::parse(R"({"Tag": "red"})").tag == "red");
#endif
}

#if defined(REFUSED)
void refused(const Client &client) {
#if REFUSED == 1
    static_cast<void>(client.try_start_environment("calc", "Test", "no"));
#elif REFUSED == 2
    static_cast<void>(client.try_get_app(nullptr));
#elif REFUSED == 3
    static_cast<void>(client.try_wait_for_start("calc", "Test", nullptr));
#elif REFUSED == 4
    Config().read_back("no");
#elif REFUSED == 5
    Deployment::file("calc", "Test", "x.mda").scheduled_event("A.B", "no");
#elif REFUSED == 6
    client.try_list_apps(); // whose result is dropped
#endif
    static_cast<void>(client);
}
#endif

} // namespace

int main() {
    settings_chain();
    texts();
    errors_of_ones_own();
    results();
    structs();
    std::printf("%d checks passed\n", checks_passed());
    return 0;
}
