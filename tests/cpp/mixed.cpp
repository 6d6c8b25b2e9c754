// One program of two parts, compiled from this file with exceptions and without: neither may get the other's code.
#include "mendix_deploy.hpp"

#include "support.h"

using namespace mendix_deploy;

int without_exceptions(const char *path);

namespace {

// Answers as the progress says; the upload that it ends is one of MXD_CANCELLED.
Result<std::string> upload(const char *path, const Progress &progress) {
    Config config;
    config.credentials(simulator.username, simulator.api_key).base_url(simulator.url).check_packages(false);
    const auto client = Client::try_create(config);
    CHECK(client);
    return client->try_upload_package("calc", path, "mixed.mda", progress);
}

}  // namespace

#if MENDIX_DEPLOY_EXCEPTIONS

int main() {
    simulator_start();
    const std::string path = big_file(100000);
    CHECK(without_exceptions(path.c_str()) == MXD_CANCELLED);
    int caught = 0;
    try {
        const auto ended = upload(path.c_str(), [](std::uint64_t, std::uint64_t) -> bool { throw 42; });
        CHECK(!ended);
    } catch (int thrown) {
        caught = thrown;
    }
    CHECK(caught == 42);
    CHECK(sim_count("effects", "upload_package") == 0);
    simulator_stop();
    std::printf("%d checks passed\n", checks_passed());
    return 0;
}

#else

int without_exceptions(const char *path) {
    const auto ended = upload(path, [](std::uint64_t, std::uint64_t) { return false; });
    return ended ? MXD_OK : static_cast<int>(ended.error().kind());
}

#endif
