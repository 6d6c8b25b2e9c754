//! The simulator as a program.

use std::{
    ffi::OsString,
    fs,
    io::{self, IsTerminal as _, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    thread,
};

use crate::{
    Bodies, Clock, LogEntry, Options, Profile, Rule, Simulator, SimulatorBuilder, State, Tls, differences,
};
use serde::de::{DeserializeOwned, IntoDeserializer as _, value::Error as ValueError};
use serde_json::{Value, json};

const HELP: &str = "\
A stateful stand-in for the Mendix Deploy API, for tests and dry runs.

Usage: {NAME} [OPTIONS]

Prints one line of JSON with its url, username, api_key and app_id when it is ready. It ends by SIGTERM or SIGINT, and
when its standard input is closed, unless that is a terminal: in the background of a script use --keep-running.

Options:
      --port PORT            listen on this port, not on a free one
      --bind ADDRESS         listen on this address, not on 127.0.0.1; whoever reaches it controls the simulator
      --one-port             serve signed links on the port of the API too, as --bind does beyond this machine
      --profile PROFILE      `document` (the API document, the default) or `today` (what the service does today)
      --rule NAME=on|off     switch one rule of the profiles; may be repeated
      --list-rules           print the rules, what either profile does, and where that is known from
      --bodies BODIES        undocumented bodies: `empty`, `text` or `json` (the default)
      --time TIME            `real` (the default), `manual` (moved by POST /_sim/advance), or a factor such as 60
      --state FILE           start with this state, as GET /_sim/state shows it
      --save FILE            write the state here at the end
      --option NAME=VALUE    set an option of the state, such as start_ms=5000 or idle_limit_ms=1000; may be repeated
      --tls                  speak TLS; the certificate to trust is in the file that the first line names as ca_file
      --accept-any-package   take anything for a package, and keep none of its bytes
      --log                  write every request to standard error, without secrets
      --keep-running         do not end when standard input is closed
  -h, --help                 print this
  -V, --version              print the version
";

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct Arguments {
    port: u16,
    bind: Option<IpAddr>,
    one_port: bool,
    rules: Vec<(Rule, bool)>,
    options: Vec<(String, Value)>,
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

/// Runs the simulator as the program `name` with these arguments, until it is ended: the exit code.
///
/// It reads and writes the standard streams of the process, and ends by SIGTERM or SIGINT.
pub fn program(name: &str, arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let command = match parse(name, arguments) {
        Ok(command) => command,
        Err(error) => {
            complain(name, &format!("{error}\nTry `{name} --help`."));
            return 2;
        }
    };
    let done = match command {
        Command::Print(text) => print(&text),
        Command::Run(arguments) => run(name, &arguments),
    };
    match done {
        Ok(()) => 0,
        Err(error) => {
            complain(name, &error.to_string());
            1
        }
    }
}

fn parse(name: &str, given: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    use lexopt::prelude::*;

    let mut arguments = Arguments::default();
    let mut parser = lexopt::Parser::from_args(given);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => arguments.port = parser.value()?.parse()?,
            Long("bind") => arguments.bind = Some(parser.value()?.parse()?),
            Long("one-port") => arguments.one_port = true,
            Long("rule") => arguments.rules.push(parser.value()?.parse_with(rule)?),
            Long("option") => arguments.options.push(parser.value()?.parse_with(option)?),
            Long("list-rules") => return Ok(Command::Print(list_of_rules())),
            Long("profile") => arguments.profile = Some(parser.value()?.parse_with(named)?),
            Long("bodies") => arguments.bodies = Some(parser.value()?.parse_with(named)?),
            Long("time") => arguments.clock = parser.value()?.parse_with(clock)?,
            Long("state") => arguments.state = Some(parser.value()?.into()),
            Long("save") => arguments.save = Some(parser.value()?.into()),
            Long("tls") => arguments.tls = Tls::On,
            Long("accept-any-package") => arguments.accept_any_package = true,
            Long("log") => arguments.log = true,
            Long("keep-running") => arguments.keep_running = true,
            Short('h') | Long("help") => return Ok(Command::Print(HELP.replace("{NAME}", name))),
            Short('V') | Long("version") => {
                return Ok(Command::Print(format!("{name} {}\n", env!("CARGO_PKG_VERSION"))));
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

/// `NAME=on` or `NAME=off`.
fn rule(text: &str) -> Result<(Rule, bool), String> {
    let (name, holds) = text.split_once('=').unwrap_or((text, ""));
    let rule = named(name).map_err(|_| format!("there is no rule `{name}`; see --list-rules"))?;
    match holds {
        "on" => Ok((rule, true)),
        "off" => Ok((rule, false)),
        _ => Err(format!("expected `{name}=on` or `{name}=off`")),
    }
}

fn list_of_rules() -> String {
    let mut text = String::new();
    for difference in differences() {
        let (name, document, today) = (difference.rule.name(), difference.document, difference.today);
        text.extend([name, "\n  document: ", document, "\n  today:    ", today, "\n  source:   "]);
        text.extend([difference.source, "\n"]);
    }
    text
}

/// `NAME=VALUE`, as the options of the state have it.
fn option(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    let value: Value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    let option = (name.to_owned(), value);
    with_options(Options::default(), [&option])?;
    Ok(option)
}

fn with_options<'a>(
    options: Options,
    changes: impl IntoIterator<Item = &'a (String, Value)>,
) -> Result<Options, String> {
    let mut options = serde_json::to_value(options).map_err(|error| error.to_string())?;
    for (name, value) in changes {
        options[name] = value.clone();
    }
    serde_json::from_value(options).map_err(|error| error.to_string())
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

fn run(name: &str, arguments: &Arguments) -> io::Result<()> {
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
    let ended = runtime.block_on(ending.wait());
    // Who used it closed it on purpose.
    if ended == Ended::InputClosed && simulator.accounting().total_requests() == 0 {
        complain(name, "standard input is closed, so the simulator ends; with --keep-running it does not");
    }
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
    if arguments.one_port {
        builder = builder.one_port(true);
    }
    let mut state = State::seed();
    if let Some(path) = &arguments.state {
        let text = fs::read(path).map_err(|error| in_file(path, &error))?;
        state = serde_json::from_slice(&text).map_err(|error| in_file(path, &error.into()))?;
    }
    state.options = with_options(state.options, &arguments.options).map_err(io::Error::other)?;
    builder = builder.state(state);
    for (rule, holds) in &arguments.rules {
        builder = builder.rule(*rule, *holds);
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

/// What ended the program.
#[derive(PartialEq)]
enum Ended {
    InputClosed,
    Signal,
}

/// What is to end the program.
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
        // A program in the background that reads from its terminal is stopped by the system.
        let keep = if keep_running || io::stdin().is_terminal() {
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

    async fn wait(mut self) -> Ended {
        #[cfg(unix)]
        tokio::select! {
            _ = &mut self.input => Ended::InputClosed,
            _ = self.terminate.recv() => Ended::Signal,
            _ = self.interrupt.recv() => Ended::Signal,
        }
        #[cfg(not(unix))]
        tokio::select! {
            _ = &mut self.input => Ended::InputClosed,
            _ = tokio::signal::ctrl_c() => Ended::Signal,
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

fn complain(name: &str, message: &str) {
    // There is nowhere to report this failing.
    let _ = writeln!(io::stderr().lock(), "{name}: {message}");
}
