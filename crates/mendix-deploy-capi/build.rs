//! Options of the linker, so that every way of building gives the same library.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let part = |name: &str| env::var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => {
            // Before 1.0 every minor version is an ABI of its own.
            let soname = format!("libmendix_deploy.so.{}.{}", part("MAJOR"), part("MINOR"));
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{soname}");
            // An abandoned name resolution continues in a thread for a while: its code must stay.
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
        Ok("macos") => {
            let name = format!("@rpath/libmendix_deploy.{}.{}.dylib", part("MAJOR"), part("MINOR"));
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,{name}");
        }
        _ => {}
    }
}
