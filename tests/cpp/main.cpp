// The C++ layer: every call with its values, every error, moves, callbacks. Built with and without exceptions.
#include "mendix_deploy.hpp"

#include <cstdio>
#include <algorithm>
#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>
#include <type_traits>
#include <vector>

#include "support.h"

using namespace mendix_deploy;

namespace {

static_assert(!std::is_copy_constructible_v<Client> && std::is_nothrow_move_constructible_v<Client>);
static_assert(!std::is_copy_constructible_v<Config> && std::is_nothrow_move_constructible_v<CancelToken>);
static_assert(std::is_copy_constructible_v<Error> && std::is_base_of_v<std::exception, Error>);

const char backup[] = "c879c6b1-3aa5-4e10-aaab-cb145841862f";

Config config() {
    Config config;
    config.credentials(simulator.username, simulator.api_key).base_url(simulator.url).check_packages(false);
    return config;
}

Client client() {
    auto made = Client::try_create(config());
    CHECK(made);
    return *std::move(made);
}

// A value of a result that must be there.
std::string value(const Result<std::string> &json, const char *path) {
    if (!json) std::fprintf(stderr, "%s\n", json.error().what());
    CHECK(json);
    const char *found = at(json->c_str(), path);
    CHECK(found != nullptr);
    return found;
}

// What support.h gives belongs to the caller.
std::string taken(char *text) {
    const std::unique_ptr<char, void (*)(void *)> owner(text, std::free);
    return text;
}

#define VALUE(json, path, should) CHECK_TEXT(value(json, path).c_str(), should)

void calls(const Client &c) {
    const std::string package = std::getenv("MENDIX_DEPLOY_TEST_PACKAGE");
    CHECK(count(c.try_list_apps()->c_str()) == 3);
    VALUE(c.try_get_app("calc"), "Name", "Calculation App");
    VALUE(c.try_create_sandbox("0f0a1b2c-69c2-4488-a4de-abf89daac63e"), "ProjectId",
          "0f0a1b2c-69c2-4488-a4de-abf89daac63e");
    CHECK(count(c.try_list_environments("calc")->c_str()) == 3);
    VALUE(c.try_get_environment("calc", "Acceptance"), "ModelVersion", "1.1.0.253");
    VALUE(c.try_get_environment_package("calc", "Test"), "Size", "3205620");

    std::uint64_t done = 0;
    const auto progress = [&done](std::uint64_t now, std::uint64_t total) {
        done = now;
        return now <= total;
    };
    const auto id = value(c.try_upload_package("calc", package, std::nullopt, progress), "PackageId");
    CHECK(done == 305);
    CHECK(c.try_transport_package("calc", "Test", id));
    VALUE(c.try_get_environment_package("calc", "Test"), "PackageId", id.c_str());
    std::ifstream file(package, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    CHECK(value(c.try_upload_package_bytes("calc", bytes.data(), bytes.size(), "b.mda"), "PackageId") != id);
    VALUE(try_inspect_package(package), "ModelVersion", "1.2.0.254");
    CHECK(try_inspect_package("/nowhere.mda").error().kind() == Kind::Io);
    const auto deployment = Deployment::file("calc", "Acceptance", package)
                                .constant("MyFirstModule.BooleanConstant", "true")
                                .custom_setting("a \"quoted\"\n name", "a \"quoted\"\n value")
                                .scheduled_event("MyFirstModule.Monitor_Scheduled_event", true)
                                .backup("never");
    const auto plan = c.try_plan_deploy(deployment);
    VALUE(plan, "changes/0/name", "MyFirstModule.BooleanConstant");
    VALUE(plan, "changes/1/name", "a \"quoted\"\n name");
    VALUE(plan, "changes/2/after", "Enabled");
    VALUE(plan, "steps/0/skipped", "no backup is wanted");
    const auto none = Deployment::package("calc", "Test", "x").instances(0);
    CHECK(c.try_plan_deploy(none).error().kind() == Kind::InvalidInput);
    CHECK(c.try_plan_deploy(Deployment::from_mode("calc", "Test", "None")).error().kind() == Kind::Api);
    const auto checking = *Client::try_create(config().check_packages(true));
    CHECK(checking.try_upload_package_bytes("calc", "PK", 2, "b.mda").error().kind() == Kind::InvalidInput);
    std::size_t given = 0;
    const auto read = [&](std::uint8_t *buffer, std::size_t capacity) {
        const auto size = std::min({capacity, bytes.size() - given, std::size_t{100}});
        std::copy_n(bytes.data() + given, size, buffer);
        given += size;
        return static_cast<std::int64_t>(size);
    };
    CHECK(c.try_upload_package_reader("calc", read, bytes.size(), "r.mda", progress));
    CHECK(given == bytes.size() && done == given);
    CHECK(c.try_upload_package_reader("calc", {}, 1, "r.mda").error().kind() == Kind::InvalidInput);

    CHECK(c.try_stop_environment("calc", "Acceptance"));
    VALUE(c.try_wait_for_status("calc", "Acceptance", "Stopped"), "Status", "Stopped");
    sim_do("PATCH", "state", R"({"options": {"start_ms": 60000}})");  // until it is told to go on
    const auto job = value(c.try_start_environment("calc", "Acceptance", true), "JobId");
    VALUE(c.try_get_start_status("calc", "Acceptance", job), "Status", "Starting");
    sim_do("POST", "advance", R"({"ms": 60000})");
    std::string seen;
    const auto observe = [&seen](const std::string &now, std::chrono::milliseconds elapsed) {
        seen = now;
        return elapsed.count() >= 0;
    };
    VALUE(c.try_wait_for_start("calc", "Acceptance", job, std::chrono::seconds(30), observe), "Status", "Started");
    CHECK_TEXT(seen.c_str(), "Started");
    CHECK(c.try_clean_environment("calc", "Test"));
    const auto never = c.try_wait_for_status("calc", "Test", "Running", std::chrono::milliseconds(50)).error();
    CHECK(never.kind() == Kind::WaitTimedOut && c.try_list_apps());
    CHECK(c.try_resume_wait(never.wait_token(), std::chrono::milliseconds(50)).error().wait_token() == never.wait_token());
    CHECK(c.try_get_app("nowhere").error().wait_token().empty());
    VALUE(c.try_wait_for_backup("calc", "Acceptance", backup), "State", "Completed");

    VALUE(c.try_get_environment_settings("calc", "Test"), "Constants/0/Value", "false");
    VALUE(c.try_set_environment_settings(
              "calc", "Test", R"({"Constants": [{"Name": "MyFirstModule.BooleanConstant", "Value": "true"}]})"),
          "Constants/0/Value", "true");
    const auto settings = *c.try_get_environment_settings("calc", "Test");
    VALUE(try_set_constant(settings, "MyFirstModule.BooleanConstant", "false"), "Constants/0/Value", "false");
    VALUE(try_set_custom_setting(settings, "SessionTimeout", "7"), "CustomSettings/0/Value", "7");
    VALUE(try_set_scheduled_event(settings, "MyFirstModule.Monitor_Scheduled_event", true), "ScheduledEvents/0/Value",
          "Enabled");
    CHECK(try_set_constant(settings, "No.Such", "1").error().kind() == Kind::InvalidInput);
    CHECK(count(c.try_list_backups("calc", "Acceptance")->c_str()) == 2);
    CHECK(!value(c.try_get_backup_links("calc", "Acceptance", backup), "FilesOnly").empty());
    VALUE(c.try_create_backup("calc", "Test", "note"), "Comment", "note");
    CHECK(c.try_create_backup("calc", "Production"));
    VALUE(c.try_restore_backup("calc", "Test", "201703221355"), "SnapshotID", "201703221355");
    VALUE(c.try_scale_environment("calc", "Acceptance", 2, 2048), "Instances", "2");
    VALUE(c.try_create_environment_tag("calc", "Acceptance", "europe"), "Tag", "europe");
    CHECK(count(c.try_list_environment_tags("calc", "Acceptance")->c_str()) == 2);
    CHECK(c.try_delete_environment_tag("calc", "Acceptance", "A"));
    VALUE(c.try_get_archived_logs("calc", "Acceptance", "2018-08-10"), "Date", "1533859200000");
    const char *target = big_file(0);
    VALUE(c.try_download_backup("calc", "Acceptance", backup, BackupPart::DatabaseAndFiles, target, progress),
          "bytes", "65536");
    CHECK(done == 65536);
    VALUE(c.try_download_archived_logs("calc", "Acceptance", "2018-08-10", target), "path", target);
    VALUE(c.try_download_archived_access_logs("calc", "Acceptance", "2018-08-10", target), "path", target);
    CHECK_TEXT(c.try_base_url()->c_str(), simulator.url);
}

// What today's service has besides.
void calls_of_today(const Client &c) {
    const char *project = "fae5de74-69c2-4488-a4de-abf89daac63e";
    const char *acceptance = "38471410-861f-47e5-8efc-2f4b16f04005", *test = "5a0c8a0e-4d4c-4a0f-9d0b-6a3f5f1f3c01";
    const char *target = big_file(0);
    const auto built = value(c.try_build_package("calc", "main", "77", "1.2.3"), "PackageId");
    VALUE(c.try_wait_for_package("calc", built), "Version", "1.2.3.77");
    VALUE(c.try_download_package("calc", built, target), "bytes", "4194304");
    const std::string package = std::getenv("MENDIX_DEPLOY_TEST_PACKAGE");
    const auto job = value(c.try_upload_package_v2("calc", package), "JobId");
    VALUE(c.try_wait_for_upload("calc", job), "Status", "Completed");
    CHECK(c.try_upload_package_v2_bytes("calc", package.data(), 0, "x").error().kind() == Kind::InvalidInput);
    CHECK(c.try_upload_package_v2_reader("calc", {}, 1, "x").error().kind() == Kind::InvalidInput);

    const auto snapshot = value(c.try_create_snapshot(project, acceptance, "mine"), "snapshot_id");
    VALUE(c.try_wait_for_snapshot(project, acceptance, snapshot), "comment", "mine");
    const auto archive = value(c.try_create_archive(project, acceptance, snapshot, "database_only"), "archive_id");
    VALUE(c.try_wait_for_archive(project, acceptance, snapshot, archive), "state", "Completed");
    VALUE(c.try_download_snapshot(project, acceptance, snapshot, "database_only", target), "path", target);
    const auto restore = value(c.try_restore_snapshot(project, test, snapshot), "restore_id");
    VALUE(c.try_wait_for_restore(project, test, restore), "state", "Completed");
}

// The deployments that each language runs; and what C++ has for them.
void deployments(const Client &c) {
    const std::string table = taken(read_file("tests/conformance/deployments.json"));
    const std::string package = std::getenv("MENDIX_DEPLOY_TEST_PACKAGE");
    const auto get = [&](int number, const char *path) -> std::optional<std::string> {
        const char *found = at(table.c_str(), ("cases/" + std::to_string(number) + "/" + path).c_str());
        return found == nullptr ? std::nullopt : std::optional<std::string>(found);
    };
    for (int number = 0; get(number, "name"); number++) {
        char folder[] = "/tmp/mendix-deploy-test-XXXXXX";
        CHECK(mkdtemp(folder) != nullptr);
        sim_reset();
        sim_do("PATCH", "state", at(table.c_str(), "state"));
        if (const auto state = get(number, "state")) sim_do("PATCH", "state", state->c_str());
        if (const auto fault = get(number, "faults/0")) sim_do("POST", "faults", fault->c_str());
        char *text = replaced(strdup(get(number, "deployment").value_or("").c_str()), "$PACKAGE", package.c_str());
        const std::string deployment = taken(replaced(text, "$FOLDER", folder));
        for (int run = 1; run < std::stoi(get(number, "runs").value_or("1")); run++) CHECK(c.try_deploy(deployment));
        const auto result = c.try_deploy(deployment);
        const auto kind = get(number, "expected/kind");
        CHECK(static_cast<bool>(result) == !kind);
        const std::string report = result ? *result : result.error().report();
        CHECK(report.empty() == !get(number, "expected/outcome"));
        if (!report.empty()) CHECK_TEXT(at(report.c_str(), "outcome"), get(number, "expected/outcome").value_or("").c_str());
        if (!result) {
            CHECK_TEXT(at(result.error().json().c_str(), "kind"), kind.value_or("").c_str());
            CHECK(result.error().code() == get(number, "expected/code").value_or(""));
            CHECK(std::string(result.error().what()).find(get(number, "expected/text").value_or("")) != std::string::npos);
            CHECK((result.error().kind() == Kind::DeployFailed) == !report.empty());
        }
        std::remove((std::string(folder) + "/journal").c_str());
        std::remove((std::string(folder) + "/lease").c_str());
        CHECK(std::remove(folder) == 0);
    }
    sim_reset();
    const std::string journal = big_file(0);
    const auto deployment = Deployment::file("calc", "Acceptance", package)
                                .journal(journal)
                                .lease(journal + ".lease")
                                .step_timeout(std::chrono::milliseconds(600500));
    std::string last;
    const auto until_stopped = [&last](const std::string &step) {
        last = std::string(at(step.c_str(), "name")) + " " + at(step.c_str(), "status");
        return last != "stop done";
    };
    CHECK(c.try_deploy(deployment, until_stopped).error().kind() == Kind::Cancelled);
    VALUE(try_inspect_journal(journal), "outcome", "null");
    VALUE(try_inspect_journal(journal), "steps/2/name", "stop");
    CHECK(try_inspect_journal("/nowhere.journal").error().kind() == Kind::Io);
    VALUE(c.try_resume_deploy(journal, until_stopped), "outcome", "deployed");
    VALUE(try_inspect_journal(journal), "outcome", "deployed");
    CHECK_TEXT(last.c_str(), "confirm done");
    VALUE(c.try_plan_deploy(deployment), "steps/1/skipped", "the package runs already, by the journal");
    VALUE(c.try_deploy(deployment), "outcome", "unchanged");
    CHECK(c.try_deploy(Deployment(deployment).step_timeout(std::chrono::milliseconds(0))).error().kind() == Kind::InvalidInput);
    std::remove((journal + ".lease").c_str());

    // Text arrives as it is; what is not UTF-8 is refused before anything is sent.
    std::string control;
    for (char letter = 1; letter < 0x20; letter++) control += letter;
    CHECK(deployment.json().find("\"step_timeout\": 600500e-3") != std::string::npos);
    const auto odd = Deployment::package("calc", "a\"b\\c", "\xc3\xa9").name(control).constant("\"", "\\").json();
    CHECK(std::none_of(odd.begin(), odd.end(), [](unsigned char c) { return c < 0x20; }));
    CHECK_TEXT(at(odd.c_str(), "mode"), "a\"b\\c");
    CHECK_TEXT(at(odd.c_str(), "package_id"), "\xc3\xa9");
    CHECK_TEXT(at(odd.c_str(), "name"), control.c_str());
    CHECK(odd.find(R"("constants": {"\"": "\\"})") != std::string::npos);
    const int sent = sim_requests();
    CHECK(c.try_deploy(Deployment::package("calc", "Test", "\xc3(")).error().message().find("deployment") == 0);
    const auto nul = c.try_deploy(Deployment::package("calc", "Test", std::string("x\0y", 3)));
    CHECK_TEXT(nul.error().message().c_str(), "package_id has control characters");
    CHECK(c.try_resume_deploy("\xc3(").error().message().find("journal") == 0);
    CHECK(sim_requests() == sent);
}

Result<std::string> same(const Done &done) {
    if (!done) return done.error();
    return std::string();
}

// Every error that the API document lists, through the C++ layer.
void rows(const Client &c) {
    using Arguments = std::function<std::string(const char *)>;
    using Call = std::function<Result<std::string>(const Arguments &)>;
    const std::map<std::string, Call> table = {
#include "calls.inc"
        {"upload_package",
         [&](auto &a) {
             const std::string content = a("content");
             return c.try_upload_package_bytes(a("app_id"), content.data(), content.size(), a("name"));
         }},
        {"upload_package_v2",
         [&](auto &a) {
             const std::string content = a("content");
             return c.try_upload_package_v2_bytes(a("app_id"), content.data(), content.size(), a("name"));
         }},
    };
    const std::string all = taken(sim("GET", "error-rows", nullptr));
    CHECK(count(all.c_str()) > 0);
    for (int i = 0; i < count(all.c_str()); i++) {
        const std::string row = at(all.c_str(), std::to_string(i).c_str());
        const std::string call = at(row.c_str(), "call"), status = at(row.c_str(), "status");
        std::string code = at(row.c_str(), "code");
        std::string asked = R"({"call": ")";
        asked.append(call).append(R"(", "status": )").append(status).append(R"(, "code": ")").append(code).append("\"}");
        const std::string arguments = taken(sim("POST", "arrange", asked.c_str()));
        const auto result =
            table.at(call)([&](const char *name) { return std::string(at(arguments.c_str(), name)); });
        for (char &letter : code)
            letter = letter == ' ' ? '_' : letter;
        CHECK(!result);
        CHECK_TEXT(result.error().code().c_str(), code.c_str());
        CHECK_TEXT(result.error().operation().c_str(), call.c_str());
        CHECK(std::to_string(result.error().http_status()) == status);
        CHECK(result.error().evidence() == Evidence::Refused && !result.error().message().empty());
    }
}

void misuse(const Client &c) {
    auto error = c.try_get_app(std::string("calc\0x", 6)).error();
    CHECK(error.kind() == Kind::InvalidInput && error.message().find("app_id") != std::string::npos);
    CHECK(c.try_get_app("").error().kind() == Kind::InvalidInput);
    CHECK(Client::try_create(Config()).error().message().find("credentials") != std::string::npos);
    Config bad = config();
    bad.timeout(std::chrono::milliseconds(-7)).user_agent("never looked at");
    CHECK(Client::try_create(bad).error().message().find("timeout_ms is -7") != std::string::npos);
    CHECK(c.try_with_cancel(CancelToken(Poll())).error().message().find("poll") == 0);
    const auto &kept = c.try_get_app("").error();
    CHECK(kept.message().find("app_id") == 0);
    CHECK(c.try_with_timeout(std::chrono::milliseconds(0)).error().kind() == Kind::InvalidInput);
    Client first = client(), second = std::move(first);
    CHECK(second.try_list_apps());
    CHECK(first.try_list_apps().error().kind() == Kind::InvalidInput);
    first = std::move(second);
    CHECK(first.try_list_apps());
}

void cancelling(const Client &c) {
    const auto never = [](std::uint64_t, std::uint64_t) { return false; };
    const std::string package = std::getenv("MENDIX_DEPLOY_TEST_PACKAGE");
    CHECK(c.try_upload_package("calc", package, {}, never).error().kind() == Kind::Cancelled);
    const CancelToken token;
    const auto cancellable = c.try_with_cancel(token);
    CHECK(cancellable && !token.is_cancelled());
    sim_do("POST", "faults", R"({"call": "list_apps", "kind": "stall"})");
    const int before = sim_count("requests", "list_apps");
    std::thread other([&token, before] {
        while (sim_count("requests", "list_apps") == before) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        token.cancel();
    });
    CHECK(cancellable->try_list_apps().error().kind() == Kind::Cancelled);
    other.join();
    CHECK(token.is_cancelled() && c.try_list_apps());

    std::atomic<bool> interrupted = false;
    const auto polled = [&] {  // the token may go before the client
        return *c.try_with_cancel(CancelToken([&interrupted] { return interrupted.load(); }));
    }();
    CHECK(polled.try_list_apps());
    interrupted = true;
    CHECK(polled.try_with_timeout(std::chrono::seconds(50))->try_list_apps().error().kind() == Kind::Cancelled);
}

void events() {
    std::string told;
    Config settings = config();
    settings.on_event([&told](const std::string &event) {
        told += at(event.c_str(), "kind") + std::string(" ");
        return true;
    });
    const auto listening = [](Config from) { return *Client::try_create(from); }(std::move(settings));
    sim_do("POST", "faults", R"({"call": "list_apps", "kind": "close"})");
    CHECK(listening.try_list_apps());
    CHECK_TEXT(told.c_str(), "Retrying ");
    const char lost[] = R"({"call": "stop_environment", "kind": "close", "after_effect": true})";
    sim_do("POST", "faults", lost);
    CHECK(listening.try_with_timeout(std::chrono::seconds(50))->try_stop_environment("calc", "Acceptance"));
    CHECK_TEXT(told.c_str(), "Retrying Adopted ");

    const auto impatient = *Client::try_create(config().on_event([](const std::string &) { return false; }));
    sim_do("POST", "faults", R"({"call": "list_apps", "kind": "close"})");
    CHECK(impatient.try_list_apps().error().kind() == Kind::Cancelled);

    const auto strict = *Client::try_create(config().max_attempts(1).read_back(false).on_event({}));
    sim_do("POST", "faults", lost);
    const auto ambiguous = strict.try_stop_environment("calc", "Production").error();
    CHECK(ambiguous.kind() == Kind::Ambiguous && ambiguous.attempt_count() == 1 && !ambiguous.retry_after());
    sim_do("POST", "faults", R"({"call": "list_apps", "kind": {"rate_limit": {"retry_after": {"seconds": 7}}}})");
    CHECK(strict.try_list_apps().error().retry_after() == std::chrono::seconds(7));
    CHECK(strict.try_upload_package("calc", "/nowhere.mda").error().path() == "/nowhere.mda");
}

// A program of many parts ends its clients where it likes.
void ending_in_a_callback() {
    std::optional<Client> c;
    std::string told(100, 'x');
    const auto listening = [&c, told](const std::string &) {
        c.reset();
        return told == std::string(100, 'x');
    };
    c.emplace(*Client::try_create(config().on_event(listening)));
    sim_do("POST", "faults", R"({"call": "list_apps", "kind": "close"})");
    CHECK(c->try_list_apps());
    CHECK(!c);

    const auto poll = [&c, told] {
        c.reset();
        return told != std::string(100, 'x');
    };
    c.emplace(*client().try_with_cancel(CancelToken(poll)));
    CHECK(c->try_stop_environment("calc", "Acceptance"));
    CHECK(!c);
}

#if MENDIX_DEPLOY_EXCEPTIONS
struct Mine {};

// The call must end with what its callback throws.
template <class Call> void throws(Call call) {
    bool thrown = false;
    try {
        call();
    } catch (const Mine &) {
        thrown = true;
    }
    CHECK(thrown);
}

void callbacks_that_throw(const Client &c) {
    const auto progress = [](std::uint64_t, std::uint64_t) -> bool { throw Mine(); };
    const auto observer = [](const std::string &, std::chrono::milliseconds) -> bool { throw Mine(); };
    const auto reader = [](std::uint8_t *, std::size_t) -> std::int64_t { throw Mine(); };
    const std::string package = std::getenv("MENDIX_DEPLOY_TEST_PACKAGE"), target = big_file(1);
    const auto minute = std::chrono::minutes(1);
    throws([&] { c.upload_package("calc", package, {}, progress); });
    throws([&] { c.upload_package_bytes("calc", "PK", 2, "x.mda", progress); });
    throws([&] { c.upload_package_reader("calc", reader, 7, "x.mda"); });
    throws([&] { c.download_backup("calc", "Acceptance", backup, BackupPart::FilesOnly, target, progress); });
    throws([&] { c.download_archived_logs("calc", "Acceptance", "2018-08-10", target, progress); });
    for (const char *left : {".part", ".part.json"}) std::remove((target + left).c_str());
    throws([&] { c.wait_for_status("calc", "Acceptance", "Stopped", minute, observer); });
    const std::string journal = target + ".journal";
    const auto on_step = [](const std::string &) -> bool { throw Mine(); };
    const auto deployment = Deployment::package("calc", "Acceptance", "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7").journal(journal);
    throws([&] { c.deploy(deployment, on_step); });
    throws([&] { c.resume_deploy(journal, on_step); });
    CHECK_TEXT(at(c.resume_deploy(journal).c_str(), "outcome"), "deployed");
    CHECK_TEXT(at(inspect_journal(journal).c_str(), "outcome"), "deployed");
    std::remove(journal.c_str());

    Config listening = config();
    listening.on_event([](const std::string &) -> bool { throw Mine(); });
    sim_do("POST", "faults", R"({"call": "list_apps", "kind": "close"})");
    throws([&] { Client(listening).list_apps(); });
    const CancelToken token([]() -> bool { throw Mine(); });
    throws([&] { c.with_cancel(token).list_apps(); });
    throws([&] { c.with_cancel(token).stop_environment("calc", "Test"); });
    throws([&] { static_cast<void>(token.is_cancelled()); });

    // A call within a callback ends with its own exceptions; the one around it goes on.
    int inner = 0;
    c.upload_package("calc", package, "nested.mda", [&](std::uint64_t, std::uint64_t) {
        throws([&] { c.with_cancel(token).list_apps(); });
        inner++;
        return true;
    });
    CHECK(inner > 0);
    CHECK(c.try_list_apps());
}

void throwing() {
    const Client c(config());
    CHECK_TEXT(at(c.get_app("calc").c_str(), "AppId"), "calc");
    c.delete_environment_tag("calc", "Acceptance", "none");
    try {
        c.with_timeout(std::chrono::seconds(50)).get_app("nowhere");
        CHECK(!"thrown");
    } catch (const Error &error) {
        CHECK(error.kind() == Kind::NotFound && error.http_status() == 404 && error.code() == "APP_NOT_FOUND");
        CHECK(std::string(error.what()).find("get_app: ") == 0);
        CHECK_TEXT(at(error.json().c_str(), "kind"), "NotFound");
    }
    sim_do("PATCH", "state",
           R"({"apps": {"calc": {"environments": {"Acceptance": {"next_start_failure": "START_FAILED"}}}}})");
    const auto deployment = Deployment::package("calc", "Acceptance", "6f3bd8ac-6c0f-4b8c-a0a5-4fb4d1c0a3e7");
    CHECK_TEXT(at(c.plan_deploy(deployment).c_str(), "mode"), "Acceptance");
    try {
        c.deploy(deployment);
        CHECK(!"thrown");
    } catch (const Error &error) {
        CHECK(error.kind() == Kind::DeployFailed && error.code() == "START_FAILED");
        CHECK_TEXT(at(error.report().c_str(), "outcome"), at(error.json().c_str(), "report/outcome"));
        CHECK(std::string(error.what()).find(at(error.json().c_str(), "cause/text")) != std::string::npos);
    }
    CHECK_TEXT(
        at(set_constant(c.get_environment_settings("calc", "Test"), "MyFirstModule.BooleanConstant", "true").c_str(),
           "Constants/0/Value"),
        "true");
    try {
        const Client none{Config()};
        CHECK(!"thrown");
    } catch (const std::exception &error) {
        CHECK(std::string(error.what()).find("credentials") != std::string::npos);
    }
}
#endif

void tls() {
    struct simulator far {};
    tls_simulator_start(&far);
    Config config;
    config.credentials(far.username, far.api_key).base_url(far.url);
    const auto stranger = Client::try_create(config);
    CHECK(stranger && stranger->try_list_apps().error().kind() == Kind::Transport);
    const auto made = Client::try_create(config.ca_file(far.ca_file));
    CHECK(made);
    CHECK(value(made->try_get_app(far.app_id), "AppId") == far.app_id);
    tls_simulator_stop();
}

}  // namespace

int main() {
    simulator_start();
    setenv("MENDIX_USERNAME", simulator.username, 1);
    setenv("MENDIX_API_KEY", simulator.api_key, 1);
    setenv("MENDIX_DEPLOY_URL", simulator.url, 1);
    CHECK(Client::try_create(Config::from_env()));
    unsetenv("MENDIX_API_KEY");
    CHECK(Client::try_create(Config::from_env()).error().message().find("MENDIX_API_KEY") != std::string::npos);
    CHECK(version() == MXD_VERSION_STRING);
    {
        const Client c = client();
        calls(c);
        calls_of_today(c);
        sim_reset();
        deployments(c);
        sim_reset();
        rows(c);
        sim_reset();
        misuse(c);
        cancelling(c);
        sim_reset();
        events();
        sim_reset();
        ending_in_a_callback();
        tls();
    }
#if MENDIX_DEPLOY_EXCEPTIONS
    sim_reset();
    throwing();
    sim_reset();
    callbacks_that_throw(client());
#endif
    simulator_stop();
    std::printf("%d checks passed\n", checks_passed());
}
