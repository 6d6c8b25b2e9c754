//! The commands, a module each.

mod apps;
mod backups;
mod clean;
mod completions;
mod deploy;
mod doctor;
mod environments;
mod inspect;
mod logs;
mod man;
mod packages;
mod resume;
mod scale;
mod schema;
mod settings;
mod simulator;
mod start;
mod status;
mod tags;
mod transport;
mod upload;
mod wait;

use clap::Subcommand;

pub(crate) use self::completions::answer;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::session::Session;

/// The commands, in the order of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Deploy(Box<deploy::Deploy>),
    Plan(Box<deploy::Plan>),
    Resume(resume::Resume),
    Inspect(inspect::Inspect),
    Apps(apps::Apps),
    Environments(environments::Environments),
    Status(status::Status),
    Start(start::Start),
    Stop(start::Stop),
    Restart(start::Restart),
    Upload(upload::Upload),
    Packages(packages::Packages),
    Transport(transport::Transport),
    Settings(settings::Settings),
    Backups(backups::Backups),
    Logs(logs::Logs),
    AccessLogs(logs::AccessLogs),
    Tags(tags::Tags),
    Scale(scale::Scale),
    Clean(clean::Clean),
    Wait(wait::Wait),
    Doctor(doctor::Doctor),
    Simulator(simulator::Simulator),
    Completions(completions::Completions),
    Man(man::Man),
    Schema(schema::Schema),
}

pub(crate) fn run(session: &Session, command: Command) -> Outcome<Exit> {
    match command {
        Command::Deploy(command) => command.run(session),
        Command::Plan(command) => command.run(session),
        Command::Resume(command) => command.run(session),
        Command::Inspect(command) => command.run(session),
        Command::Apps(apps::Apps {}) => apps::Apps::run(session),
        Command::Environments(command) => command.run(session),
        Command::Status(command) => command.run(session),
        Command::Start(command) => command.run(session),
        Command::Stop(command) => command.run(session),
        Command::Restart(command) => command.run(session),
        Command::Upload(command) => command.run(session),
        Command::Packages(command) => command.run(session),
        Command::Transport(command) => command.run(session),
        Command::Settings(command) => command.run(session),
        Command::Backups(command) => command.run(session),
        Command::Logs(command) => command.run(session),
        Command::AccessLogs(command) => command.run(session),
        Command::Tags(command) => command.run(session),
        Command::Scale(command) => command.run(session),
        Command::Clean(command) => command.run(session),
        Command::Wait(command) => command.run(session),
        Command::Doctor(command) => command.run(session),
        Command::Simulator(command) => command.run(),
        Command::Completions(command) => command.run(session),
        Command::Man(command) => command.run(session),
        Command::Schema(command) => command.run(session),
    }
}
