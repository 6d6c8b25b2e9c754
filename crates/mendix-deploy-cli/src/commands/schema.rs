//! `schema`

use clap::Args;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::schema;
use crate::session::Session;
use crate::suggest;

/// Print the JSON schema of what a command writes with --json
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy schema             # lists the commands
  mendix-deploy schema deploy
  mendix-deploy schema error       # of what is on standard error")]
pub(crate) struct Schema {
    /// The command, such as `apps` or `packages list`
    #[arg(num_args = 0..=2)]
    command: Vec<String>,
}

impl Schema {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        let name = self.command.join(" ");
        if name.is_empty() {
            session.console.show(&schema::names()?, |names| names.join("\n"))?;
            return Ok(Exit::Done);
        }
        let Some(schema) = schema::of(&name)? else {
            let names = schema::names()?;
            let meant = suggest::closest(&name, names.iter().map(String::as_str));
            let meant = meant.map_or_else(
                || "`mendix-deploy schema` lists them".to_owned(),
                |meant| format!("did you mean `{meant}`?"),
            );
            return Err(Failure::usage(format!("there is no schema of `{name}`; {meant}")));
        };
        session.console.write(format!("{schema:#}\n").as_bytes())?;
        Ok(Exit::Done)
    }
}
