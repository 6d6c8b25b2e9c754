//! What a command runs with: the client, the console, and the signals that end it.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use mendix_deploy::{CallEvent, Client, ErrorKind};
use serde_json::json;

use crate::arguments::Global;
use crate::console::Console;
use crate::credentials::{self, Source};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::interrupt::{Interrupt, Listening};

pub(crate) struct Session {
    pub(crate) global: Global,
    /// The declaration of all commands.
    pub(crate) whole: fn() -> clap::Command,
    pub(crate) console: Arc<Console>,
    pub(crate) interrupt: Interrupt,
    _listening: Option<Listening>,
    client: OnceLock<(Client, Source)>,
}

impl Session {
    pub(crate) fn new(global: Global, console: Arc<Console>, whole: fn() -> clap::Command) -> Session {
        let told = Arc::clone(&console);
        let listened = Interrupt::listen(move |text| told.tell(text));
        let (interrupt, listening) = match listened {
            Ok((interrupt, listening)) => (interrupt, Some(listening)),
            Err(error) => {
                console.warn(&format!("Ctrl-C cannot be heard, and ends the process: {error}"));
                (Interrupt::default(), None)
            }
        };
        Session { global, whole, console, interrupt, _listening: listening, client: OnceLock::new() }
    }

    /// The client, which is made once.
    pub(crate) fn client(&self) -> Outcome<&Client> {
        self.connect().map(|(client, _)| client)
    }

    /// The client, and where its credentials came from.
    pub(crate) fn connect(&self) -> Outcome<(&Client, &Source)> {
        if self.client.get().is_none() {
            let made = self.make()?;
            self.client.get_or_init(|| made);
        }
        let unmade = || Failure::local("the client was not made");
        self.client.get().map(|(client, source)| (client, source)).ok_or_else(unmade)
    }

    fn make(&self) -> Outcome<(Client, Source)> {
        let found = credentials::find(self.global.profile.as_deref(), &self.interrupt)?;
        let source = found.source.clone();
        let builder = found.builder(self.global.base_url.clone(), self.global.ca_file.clone())?;
        let console = Arc::clone(&self.console);
        let client = builder
            .user_agent("mendix-deploy-cli")
            .on_event(move |event| {
                if let CallEvent::Retrying { error, pause, .. } = event {
                    console.progress(&format!("{error}; retrying in {} s", pause.as_secs_f64().ceil()));
                }
                ControlFlow::Continue(())
            })
            .build()?;
        Ok((client.with_cancel_token(self.interrupt.token()), source))
    }

    /// Tells what went wrong, for a program or a person.
    pub(crate) fn fail(&self, failure: Failure, at: Option<(&str, &str)>) -> Exit {
        let failure = failure.resumable();
        let exit = match &failure {
            Failure::Call(error, _) if error.kind() == ErrorKind::Cancelled => self.interrupt.exit(),
            _ => failure.exit(),
        };
        if self.console.is_json()
            && let Some(mut error) = failure.json()
        {
            error["exit_code"] = json!(exit.code());
            let line = match at {
                Some((app_id, mode)) => json!({"app_id": app_id, "mode": mode, "error": error}),
                None => json!({"error": error}),
            };
            self.console.tell(&line.to_string());
        } else if let Some(text) = failure.text() {
            match at {
                Some((app_id, mode)) => self.console.error(&format!("{mode} of {app_id}: {text}")),
                None => self.console.error(&text),
            }
        }
        exit
    }

    /// Ends the command: its exit code.
    pub(crate) fn end(&self, result: Outcome<Exit>) -> Exit {
        match result {
            Ok(exit) => exit,
            Err(failure) => self.fail(failure, None),
        }
    }
}
