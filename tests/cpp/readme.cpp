// Deploys a package: readme APP MODE FILE.mda
#include <iostream>
#include <string>

#include <mendix_deploy.hpp>

static std::string deploy(const std::string &app, const std::string &mode, const std::string &file) {
    const auto client = mendix_deploy::Client::from_env();  // MENDIX_USERNAME, MENDIX_API_KEY
    const auto deployment = mendix_deploy::Deployment::file(app, mode, file).journal(file + "." + mode + ".journal");
    return client.deploy(deployment, [](const std::string &step) {
        std::cout << step << '\n';
        return true;  // false ends the deployment, to be resumed
    });
}

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "usage: readme APP MODE FILE.mda\n";
        return 2;
    }
    try {
        std::cout << deploy(argv[1], argv[2], argv[3]) << '\n';
    } catch (const mendix_deploy::Error &error) {
        std::cout << error.report();
        std::cerr << error.what() << '\n';
        return 1;
    }
}
