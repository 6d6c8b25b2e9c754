//! Calls start no thread, and the client keeps none running.
//!
//! This program runs itself again with stacks so large that no thread can be started. What works there needs none.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test program of its own")]

mod support;

use std::process::Command;
use std::thread;

use mendix_deploy::{ErrorKind, PackageSource};
use support::{APP, Server, builder};

fn main() {
    // nextest asks each program for its tests, and then for those that are ignored.
    if std::env::args().any(|argument| argument == "--list") {
        if !std::env::args().any(|argument| argument == "--ignored") {
            println!("threads: test");
        }
        return;
    }
    if let Ok(url) = std::env::var("SERVER_OF_THE_TEST") {
        return call(&url);
    }
    let server = Server::replying(|_| (200, APP.to_owned()));
    let status = Command::new(std::env::current_exe().unwrap())
        .env("SERVER_OF_THE_TEST", &server.url)
        .env("RUST_MIN_STACK", (1_u64 << 60).to_string())
        .status()
        .unwrap();
    assert!(status.success(), "the calls needed a thread");
    println!("test result: ok. 1 passed; 0 failed");
}

fn call(url: &str) {
    assert!(thread::Builder::new().spawn(|| ()).is_err(), "threads can still be started");
    let client = builder(url).build().unwrap();
    for _ in 0..100 {
        client.get_app("calc").unwrap();
        client.stop_environment("calc", "Test").unwrap();
    }
    client.upload_package("calc", PackageSource::bytes(b"PK"), Some("a.mda")).unwrap();

    // A name that is not known is looked up on a thread, so this shows that the test can fail.
    let by_name = builder(&url.replace("127.0.0.1", "localhost")).build().unwrap();
    assert_eq!(by_name.get_app("calc").unwrap_err().kind(), ErrorKind::Transport);
}
