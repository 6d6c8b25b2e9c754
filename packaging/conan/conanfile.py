"""The recipe of a checkout: `conan create packaging/conan`. It needs cargo on the path."""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load


class MendixDeploy(ConanFile):
    """The C library, built by cargo through this project's CMake."""

    name = "mendix-deploy"
    description = "A blocking client of the Mendix Deploy API"
    license = ("MIT", "Apache-2.0")
    topics = ("mendix", "deploy")
    # The static library is in the package too, as a target of its own.
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"

    def set_version(self) -> None:
        manifest = load(self, Path(self.recipe_folder, "..", "..", "Cargo.toml"))
        self.version = re.search(r'^version = "(.*)"', manifest, re.MULTILINE).group(1)

    def export_sources(self) -> None:
        checkout = Path(self.recipe_folder, "..", "..")
        for pattern in (
            "CMakeLists.txt",
            "Cargo.*",
            "LICENSE-*",
            "README.md",
            "THIRD-PARTY.txt",
            "crates/*",
            "include/*",
            "packaging/*.in",
            "xtask/*",
        ):
            copy(self, pattern, checkout, self.export_sources_folder)

    def layout(self) -> None:
        cmake_layout(self)

    def package_id(self) -> None:
        # Cargo builds the same, whatever the compiler of C is.
        del self.info.settings.compiler
        del self.info.settings.build_type

    def generate(self) -> None:
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["CMAKE_INSTALL_LIBDIR"] = "lib"
        toolchain.generate()

    def build(self) -> None:
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self) -> None:
        CMake(self).install()
        for pattern in ("LICENSE-*", "THIRD-PARTY.txt"):
            copy(self, pattern, self.source_folder, Path(self.package_folder, "licenses"))

    def package_info(self) -> None:
        # The targets are those of the installed CMake files.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = ["lib/cmake/MendixDeploy"]
        self.cpp_info.set_property("pkg_config_name", "mendix_deploy")
        self.cpp_info.libs = ["mendix_deploy"]
