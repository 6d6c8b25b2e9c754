//! The program `mendix-deploy-sim`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(mendix_deploy_sim::program("mendix-deploy-sim", std::env::args_os().skip(1)))
}
