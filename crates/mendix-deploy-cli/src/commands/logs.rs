//! `logs` and `access-logs`

mod days;
mod filter;

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueHint};
use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use mendix_deploy::{Client, DownloadOptions, Downloaded};
use serde_json::json;

use self::days::Days;
use self::filter::{Filter, Level};
use crate::arguments::{self, Targets};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, is_outage};
use crate::progress;
use crate::session::Session;
use crate::targets::{Effect, show};
use crate::written::Written;

/// Print or download the archived logs of environments, by day
///
/// Prints the logs of today, unless days or a folder are given. The service gives the logs of a whole day: --follow downloads
/// those of today again and again, and prints what is new.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy logs --app calc --mode Production --level error
  mendix-deploy logs --app calc --mode Production --since 2026-11-01 --until 2026-11-07 --output logs/
  mendix-deploy logs --app calc --mode Production --after 02:00 --before 02:30
  mendix-deploy logs --app calc --mode Production --follow")]
pub(crate) struct Logs {
    #[command(flatten)]
    what: What,
    /// Print entries of this level and above: trace, debug, info, warning, error or critical
    #[arg(long, value_name = "LEVEL", value_parser = Level::parse, conflicts_with = "output")]
    level: Option<Level>,
}

/// Print or download the archived access logs of environments, by day
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mendix-deploy access-logs --app calc --mode Production --date 2026-11-26 --output logs/")]
pub(crate) struct AccessLogs {
    #[command(flatten)]
    what: What,
}

#[derive(Debug, Args)]
struct What {
    #[command(flatten)]
    targets: Targets,
    #[command(flatten)]
    days: Days,
    /// Write a file for each environment and day to this folder
    #[arg(short, long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    output: Option<PathBuf>,
    /// Print entries from this time of the day on, as HH:MM or HH:MM:SS, in UTC
    #[arg(long, value_name = "TIME", value_parser = filter::time, conflicts_with = "output")]
    after: Option<jiff::civil::Time>,
    /// Print entries before this time of the day
    #[arg(long, value_name = "TIME", value_parser = filter::time, conflicts_with = "output")]
    before: Option<jiff::civil::Time>,
    /// Go on with what is new, until Ctrl-C
    #[arg(short, long, conflicts_with_all = ["output", "date", "since", "until"])]
    follow: bool,
    /// How often to look for what is new
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = arguments::duration, requires = "follow")]
    interval: Duration,
}

/// Which logs.
#[derive(Debug, Clone, Copy)]
enum Kind {
    App,
    Access,
}

impl Logs {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.what.run(session, Kind::App, self.level)
    }
}

impl AccessLogs {
    pub(crate) fn run(self, session: &Session) -> Outcome<Exit> {
        self.what.run(session, Kind::Access, None)
    }
}

impl Kind {
    fn download(
        self,
        client: &Client,
        (app_id, mode, day): (&str, &str, Date),
        target: &Path,
        options: DownloadOptions<'_>,
    ) -> mendix_deploy::Result<Downloaded> {
        let day = day.to_string();
        match self {
            Kind::App => client.download_archived_logs(app_id, mode, &day, target, options),
            Kind::Access => client.download_archived_access_logs(app_id, mode, &day, target, options),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::App => "log",
            Kind::Access => "access-log",
        }
    }
}

impl What {
    fn run(&self, session: &Session, kind: Kind, level: Option<Level>) -> Outcome<Exit> {
        let pairs = self.targets.resolve(session.client()?)?;
        let days = self.days.resolve()?;
        if let Some(folder) = &self.output {
            fs::create_dir_all(folder).map_err(|error| {
                Failure::local(format!("{} cannot be created: {error}", folder.display()))
            })?;
        }
        let filter = Filter { level, after: self.after, before: self.before };
        self.targets.run_with(session, &pairs, Effect::Reads, |client, app_id, mode| {
            let source = Source {
                session,
                client,
                kind,
                app_id,
                mode,
                is_one_of_many: pairs.len() > 1,
                filter: &filter,
            };
            match &self.output {
                Some(folder) => source.save(&days, folder)?,
                None if self.follow => return source.follow(self.interval),
                None => source.print(&days)?,
            }
            Ok(Exit::Done)
        })
    }
}

/// The logs of an environment.
struct Source<'a> {
    session: &'a Session,
    client: &'a Client,
    kind: Kind,
    app_id: &'a str,
    mode: &'a str,
    is_one_of_many: bool,
    filter: &'a Filter,
}

impl Source<'_> {
    /// Writes a file for each day.
    fn save(&self, days: &[Date], folder: &Path) -> Outcome {
        for day in days {
            let name =
                format!("{}-{}-{day}.{}", self.app_id, self.mode, self.kind.name()).replace(['/', '\\'], "_");
            let file = folder.join(name);
            let shown = progress::transfer(self.session, file.display().to_string());
            let options = DownloadOptions::new().on_progress(shown.observer());
            let downloaded =
                self.kind.download(self.client, (self.app_id, self.mode, *day), &file, options)?;
            let written = Written::new(&file, &downloaded);
            show(self.session, self.is_one_of_many, (self.app_id, self.mode), &written, Written::line)?;
        }
        Ok(())
    }

    fn print(&self, days: &[Date]) -> Outcome {
        for day in days {
            if self.session.console.is_closed() {
                return Ok(());
            }
            let fetched = self.fetch(*day)?;
            self.print_from(&fetched, Place::default(), true)?;
        }
        Ok(())
    }

    /// Prints what is new, until nobody listens.
    fn follow(&self, interval: Duration) -> Outcome<Exit> {
        let (mut day, mut place) = (days::today(), Place::default());
        loop {
            place = self.poll(day, place, false)?.unwrap_or(place);
            if self.session.console.is_closed() {
                return Ok(Exit::Done);
            }
            if !self.session.interrupt.sleep(interval) {
                return Ok(self.session.interrupt.exit());
            }
            let today = days::today();
            // With what came in the last moments of the day.
            if today != day && self.poll(day, place, true)?.is_some() {
                (day, place) = (today, Place::default());
            }
        }
    }

    /// Prints what is new on a day: where it ended. `None` when the service is away.
    fn poll(&self, day: Date, from: Place, is_whole: bool) -> Outcome<Option<Place>> {
        match self.fetch(day) {
            // A log that is shorter than before is another one.
            Ok(fetched) if fetched.length < from.printed => {
                self.print_from(&fetched, Place::default(), is_whole).map(Some)
            }
            Ok(fetched) => self.print_from(&fetched, from, is_whole).map(Some),
            Err(Failure::Call(error, _)) if is_outage(&error) => {
                self.session.console.warn(&error.to_string());
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Downloads the logs of a day to a file that goes away.
    fn fetch(&self, day: Date) -> Outcome<Fetched> {
        let failed = |error: io::Error| Failure::local(format!("a file for the log cannot be made: {error}"));
        let folder = tempfile::Builder::new().prefix("mendix-deploy-").tempdir().map_err(failed)?;
        let path = folder.path().join("log");
        self.kind.download(self.client, (self.app_id, self.mode, day), &path, DownloadOptions::new())?;
        let is_packed = {
            let mut head = [0; 2];
            File::open(&path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == [0x1f, 0x8b]
        };
        let length = if is_packed {
            let file = File::open(&path).map_err(failed)?;
            io::copy(&mut MultiGzDecoder::new(file), &mut io::sink()).map_err(failed)?
        } else {
            fs::metadata(&path).map_err(failed)?.len()
        };
        Ok(Fetched { _folder: folder, path, is_packed, length })
    }

    /// Prints from this place on: where it ended. A line without its end is left for the next time, unless this is the last.
    fn print_from(&self, fetched: &Fetched, from: Place, is_whole: bool) -> Outcome<Place> {
        let failed = |error: io::Error| Failure::local(format!("the log cannot be read: {error}"));
        let mut reader = fetched.open(from.printed).map_err(failed)?;
        let (mut place, mut line) = (from, Vec::new());
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line).map_err(failed)?;
            let is_partial = !is_whole && !line.ends_with(b"\n");
            if length == 0 || is_partial || self.session.console.is_closed() {
                return Ok(place);
            }
            place.printed += length as u64;
            // A line that begins no entry belongs to the one before.
            place.passes = self.filter.passes(&line).unwrap_or(place.passes || self.filter.is_empty());
            if place.passes {
                self.show(&line)?;
            }
        }
    }

    fn show(&self, line: &[u8]) -> Outcome {
        let console = &self.session.console;
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']);
        if console.is_json() {
            let (time, level) = filter::read(line);
            return console.json(&json!({
                "app_id": self.app_id, "mode": self.mode, "time": time, "level": level, "line": text,
            }));
        }
        if self.is_one_of_many {
            return console.line(&format!("{} of {}: {text}", self.mode, self.app_id));
        }
        console.write(line)
    }
}

/// How far a log was printed.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// How many bytes.
    printed: u64,
    /// Whether the last entry was one of those that are printed.
    passes: bool,
}

/// The logs of a day, in a file that goes away.
struct Fetched {
    _folder: tempfile::TempDir,
    path: PathBuf,
    is_packed: bool,
    /// How many bytes of text there are.
    length: u64,
}

impl Fetched {
    fn open(&self, skip: u64) -> io::Result<Box<dyn io::BufRead>> {
        let mut file = File::open(&self.path)?;
        if !self.is_packed {
            file.seek(SeekFrom::Start(skip))?;
            return Ok(Box::new(BufReader::new(file)));
        }
        let mut unpacked = MultiGzDecoder::new(file);
        io::copy(&mut unpacked.by_ref().take(skip), &mut io::sink())?;
        Ok(Box::new(BufReader::new(unpacked)))
    }
}
