// Calls from places where a thread or the process is being taken apart: what the library keeps for them must be there
// to the end. Nobody answers, so every call ends with Transport.
#include "mendix_deploy.hpp"

#include <pthread.h>

#include <cstdio>
#include <thread>

namespace {

// What goes last is global, and calls as it goes.
// NOLINTBEGIN(*-avoid-non-const-global-variables,*-special-member-functions,bugprone-throwing-static-initialization)

int calls, lines;

void log(void *, int, const char *, const char *) { lines++; }

mendix_deploy::Result<mendix_deploy::Client> client() {
    mendix_deploy::Config config;
    return mendix_deploy::Client::try_create(
        config.credentials("me", "key").base_url("http://127.0.0.1:1").max_attempts(1));
}

void call(const mendix_deploy::Client &client) {
    const auto result = client.try_list_apps();
    if (!result && result.error().kind() == mendix_deploy::Kind::Transport) calls++;
}

void call_once() { call(*client()); }

struct Caller {
    mendix_deploy::Result<mendix_deploy::Client> own = client();
    ~Caller() { call(*own); }
};

// The first object of the program, and the last that goes: it says how it went.
struct Verdict : Caller {
    ~Verdict() {
        call(*own);
        std::fprintf(stderr, "%d calls, %d lines of log\n", calls, lines);
        std::printf("%d checks passed\n", calls == 6 && lines >= calls ? calls : 0);
    }
} verdict;

// NOLINTEND(*-avoid-non-const-global-variables,*-special-member-functions,bugprone-throwing-static-initialization)

}  // namespace

int main() {
    mxd_set_log(log, nullptr, MXD_LOG_DEBUG, nullptr);
    pthread_key_t key{};
    pthread_key_create(&key, [](void *) { call_once(); });
    std::thread([key] {
        thread_local Caller early;  // goes after what the library has on this thread
        call(*early.own);
        pthread_setspecific(key, &early);
    }).join();
    std::atexit(call_once);
    call_once();
    return 0;
}
