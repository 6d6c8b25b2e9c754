//! The simulator as a program.

#![forbid(unsafe_code)]

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

use mendix_deploy_sim::{Bodies, Clock, LogEntry, Profile, Simulator, SimulatorBuilder, State, Tls};
use serde::de::{DeserializeOwned, IntoDeserializer as _, value::Error as ValueError};
use serde_json::json;

const HELP: &str = "\
A stateful stand-in for the Mendix Deploy API, for tests and dry runs.

Usage: mendix-deploy-sim [OPTIONS]

Prints one line of JSON with its url, username, api_key and app_id when it is ready, and ends when its standard input
is closed, or by SIGTERM or SIGINT.

Options:
      --port PORT            listen on this port, not on a free one
      --bind ADDRESS         listen on this address, not on 127.0.0.1; whoever reaches it controls the simulator
      --profile PROFILE      `document` (the API document, the default) or `today` (what the service does today)
      --bodies BODIES        undocumented bodies: `empty`, `text` or `json` (the default)
      --time TIME            `real` (the default), `manual` (moved by POST /_sim/advance), or a factor such as 60
      --state FILE           start with this state, as GET /_sim/state shows it
      --save FILE            write the state here at the end
      --tls                  speak TLS; the certificate to trust is in the file that the first line names as ca_file
      --accept-any-package   take anything for a package, and keep none of its bytes
      --log                  write every request to standard error, without secrets
      --keep-running         do not end when standard input is closed
  -h, --help                 print this
  -V, --version              print the version
";

#[derive(Default)]
struct Arguments {
    port: u16,
    bind: Option<IpAddr>,
    profile: Option<Profile>,
    bodies: Option<Bodies>,
    clock: Clock,
    state: Option<PathBuf>,
    save: Option<PathBuf>,
    tls: Tls,
    accept_any_package: bool,
    log: bool,
    keep_running: bool,
}

enum Command {
    Run(Box<Arguments>),
    Print(String),
}

fn main() -> ExitCode {
    let command = match parse() {
        Ok(command) => command,
        Err(error) => {
            complain(&format!("{error}\nTry `mendix-deploy-sim --help`."));
            return ExitCode::from(2);
        }
    };
    let done = match command {
        Command::Print(text) => print(&text),
        Command::Run(arguments) => run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Result<Command, lexopt::Error> {
    use lexopt::prelude::*;

    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => arguments.port = parser.value()?.parse()?,
            Long("bind") => arguments.bind = Some(parser.value()?.parse()?),
            Long("profile") => arguments.profile = Some(parser.value()?.parse_with(named)?),
            Long("bodies") => arguments.bodies = Some(parser.value()?.parse_with(named)?),
            Long("time") => arguments.clock = parser.value()?.parse_with(clock)?,
            Long("state") => arguments.state = Some(parser.value()?.into()),
            Long("save") => arguments.save = Some(parser.value()?.into()),
            Long("tls") => arguments.tls = Tls::On,
            Long("accept-any-package") => arguments.accept_any_package = true,
            Long("log") => arguments.log = true,
            Long("keep-running") => arguments.keep_running = true,
            Short('h') | Long("help") => return Ok(Command::Print(HELP.to_owned())),
            Short('V') | Long("version") => {
                return Ok(Command::Print(format!("mendix-deploy-sim {}\n", env!("CARGO_PKG_VERSION"))));
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Run(Box::new(arguments)))
}

/// A value by the name that it has in JSON.
fn named<T: DeserializeOwned>(name: &str) -> Result<T, ValueError> {
    T::deserialize(name.into_deserializer())
}

fn clock(text: &str) -> Result<Clock, String> {
    match text {
        "real" => Ok(Clock::Real),
        "manual" => Ok(Clock::Manual),
        factor => match factor.parse::<f64>() {
            Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(Clock::Fast(factor)),
            _ => Err("it is neither `real`, `manual` nor a factor above zero".to_owned()),
        },
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    // Before the first line, so that whoever reads it may send a signal at once.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let ending = {
        let _context = runtime.enter();
        Ending::new(arguments.keep_running)?
    };
    let simulator = builder(arguments)?.start()?;
    let ca_file = simulator.ca_pem().map(CaFile::write).transpose()?;
    let mut ready = json!({
        "url": simulator.url(),
        "username": simulator.username(),
        "api_key": simulator.api_key(),
        "app_id": simulator.app_id(),
    });
    if let Some(ca_file) = &ca_file {
        ready["ca_file"] = json!(ca_file.0.path());
    }
    print(&format!("{ready}\n"))?;
    runtime.block_on(ending.wait());
    if let Some(path) = &arguments.save {
        let state = simulator.with_state(|state| serde_json::to_vec_pretty(state))?;
        fs::write(path, state).map_err(|error| in_file(path, &error))?;
    }
    simulator.stop();
    Ok(())
}

fn builder(arguments: &Arguments) -> io::Result<SimulatorBuilder> {
    let address = SocketAddr::new(arguments.bind.unwrap_or(Ipv4Addr::LOCALHOST.into()), arguments.port);
    let mut builder = Simulator::builder().bind(address).clock(arguments.clock).tls(arguments.tls);
    if let Some(path) = &arguments.state {
        let text = fs::read(path).map_err(|error| in_file(path, &error))?;
        let state: State = serde_json::from_slice(&text).map_err(|error| in_file(path, &error.into()))?;
        builder = builder.state(state);
    }
    if let Some(profile) = arguments.profile {
        builder = builder.profile(profile);
    }
    if let Some(bodies) = arguments.bodies {
        builder = builder.bodies(bodies);
    }
    if arguments.accept_any_package {
        builder = builder.accept_any_package(true);
    }
    if arguments.log {
        builder = builder.observer(log);
    }
    Ok(builder)
}

/// The certificate to trust, in a file that goes away with the program.
struct CaFile(tempfile::NamedTempFile);

impl CaFile {
    fn write(pem: &str) -> io::Result<Self> {
        let mut file = tempfile::Builder::new().prefix("mendix-deploy-sim-").suffix(".pem").tempfile()?;
        file.write_all(pem.as_bytes())?;
        file.flush()?;
        Ok(Self(file))
    }
}

/// What ends the program.
struct Ending {
    input: tokio::sync::oneshot::Receiver<()>,
    /// What `input` waits for, when it is to wait for ever.
    _keep: Option<tokio::sync::oneshot::Sender<()>>,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Ending {
    fn new(keep_running: bool) -> io::Result<Self> {
        let (closed, input) = tokio::sync::oneshot::channel();
        let keep = if keep_running {
            Some(closed)
        } else {
            // This thread is never joined: reading cannot be interrupted.
            thread::Builder::new().name("stdin".to_owned()).spawn(move || {
                read_to_end();
                drop(closed);
            })?;
            None
        };
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            Ok(Self { input, _keep: keep, terminate, interrupt })
        }
        #[cfg(not(unix))]
        Ok(Self { input, _keep: keep })
    }

    async fn wait(mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = &mut self.input => {}
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        tokio::select! {
            _ = &mut self.input => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
}

/// Reads standard input until it is closed; what comes is of no interest.
fn read_to_end() {
    let mut buffer = [0; 1024];
    let mut input = io::stdin().lock();
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
            Ok(_) | Err(_) => {}
        }
    }
}

fn in_file(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn log(entry: &LogEntry) {
    let status = entry.status.map_or("closed".to_owned(), |status| status.to_string());
    let call = entry.call.map_or(if entry.link { "link" } else { "-" }, |call| call.stem());
    let LogEntry { connection, method, path, effect, .. } = entry;
    // A log that nobody reads must not end the program.
    let _ = writeln!(
        io::stderr().lock(),
        "#{connection} {method} {path} {call} {status}{}",
        if *effect { " effect" } else { "" }
    );
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}

fn complain(message: &str) {
    // There is nowhere to report this failing.
    let _ = writeln!(io::stderr().lock(), "mendix-deploy-sim: {message}");
}
