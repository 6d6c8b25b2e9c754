// Puts a deployment package on an environment: readme APP MODE FILE.mda
#include <iostream>
#include <string>

#include <mendix_deploy.hpp>

// A field of a flat JSON object. Your program has a JSON library for that.
static std::string field(const std::string &json, const std::string &name) {
    const std::string pattern = '"' + name + "\":\"";
    const auto begin = json.find(pattern);
    if (begin == std::string::npos) return {};
    const auto from = begin + pattern.size();
    return json.substr(from, json.find('"', from) - from);
}

static void deploy(const mendix_deploy::Client &client, const std::string &app, const std::string &mode,
                   const std::string &file) {
    const auto show = [](const std::string &seen, std::chrono::milliseconds elapsed) {
        std::cout << seen << " after " << elapsed.count() << " ms\n";
        return true;  // false ends the wait
    };
    const auto package = field(client.upload_package(app, file), "PackageId");

    client.stop_environment(app, mode);
    client.wait_for_status(app, mode, "Stopped", mendix_deploy::default_timeout, show);
    client.transport_package(app, mode, package);
    const auto job = field(client.start_environment(app, mode), "JobId");
    client.wait_for_start(app, mode, job, mendix_deploy::default_timeout, show);

    const auto deployed = field(client.get_environment_package(app, mode), "PackageId");
    if (deployed != package) throw std::runtime_error("another package runs: " + deployed);
    std::cout << mode << " runs package " << deployed << '\n';
}

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: readme APP MODE FILE.mda\n";
        return 2;
    }
    try {
        // MENDIX_USERNAME, MENDIX_API_KEY
        deploy(mendix_deploy::Client::from_env(), argv[1], argv[2], argv[3]);
    } catch (const mendix_deploy::Error &error) {
        std::cerr << error.what() << " (" << error.code() << ")\n";
        return 1;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
