//! The program `mendix-deploy`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use mendix_deploy_cli::{Streams, run};

fn main() -> ExitCode {
    run(std::env::args_os(), Streams::of_process()).into()
}
