//! Archived logs: section 3.23 of the document, and what later documentation has beside it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::model;
use crate::request::{Path, Request};
use crate::{Client, Error, Result, SignedUrl};

model! {
    /// A signed link to the logs of a day, which expires.
    ArchivedLogs {
        /// Identifier of the environment; opaque text.
        environment: Option<String> = "Environment",
        /// The day, as its first moment in UTC.
        date: Option<Timestamp> = "Date",
        /// The link to the logs.
        download_url: SignedUrl = "DownloadUrl",
    }
}

impl Client {
    /// Gets the link to the logs of a day; [`download_archived_logs`](Client::download_archived_logs) downloads them.
    ///
    /// Mendix Cloud v4 only. `date` is `YYYY-MM-DD`; for a day in the future the service gives the logs of today.
    ///
    /// Deploy API v1, section 3.23, *Download Archived Logs for a Specific Date*:
    /// `GET /apps/{AppId}/environments/{Mode}/logs/{Date}`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for an invalid date. `NotFound` with `NOT_FOUND`; `Forbidden` with `FORBIDDEN`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let logs = client.get_archived_logs("calc", "Acceptance", "2018-08-10")?;
    /// println!("{}", logs.download_url); // only its host
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Download Archived Logs for a Specific Date")]
    pub fn get_archived_logs(&self, app_id: &str, mode: &str, date: &str) -> Result<ArchivedLogs> {
        self.archived("get_archived_logs", app_id, mode, "logs", date)
    }

    /// Gets the link to the access logs of a day;
    /// [`download_archived_access_logs`](Client::download_archived_access_logs) downloads them.
    ///
    /// Mendix Cloud v4 only. `date` is `YYYY-MM-DD`; for a day in the future the service gives the logs of today.
    ///
    /// Deploy API v1, later documentation, *Download Archived Access Logs for a Specific Date*:
    /// `GET /apps/{AppId}/environments/{Mode}/access-logs/{Date}`.
    ///
    /// # Errors
    ///
    /// `InvalidInput` for an invalid date. `NotFound` with `NOT_FOUND`; `Forbidden` with `FORBIDDEN`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// let logs = client.get_archived_access_logs("calc", "Acceptance", "2018-08-10")?;
    /// println!("{}", logs.download_url); // only its host
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Download Archived Access Logs for a Specific Date")]
    pub fn get_archived_access_logs(&self, app_id: &str, mode: &str, date: &str) -> Result<ArchivedLogs> {
        self.archived("get_archived_access_logs", app_id, mode, "access-logs", date)
    }

    fn archived(
        &self,
        operation: &'static str,
        app_id: &str,
        mode: &str,
        logs: &'static str,
        date: &str,
    ) -> Result<ArchivedLogs> {
        check_date(date).map_err(|error| error.with_operation(operation))?;
        let path = Path::environment(app_id, mode).then(logs).given("date", date);
        self.send(&Request::get(operation, path)?)
    }
}

/// Exactly `YYYY-MM-DD`, and a day of the calendar.
fn check_date(date: &str) -> Result<()> {
    let has_form = date.len() == 10
        && date.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if has_form && date.parse::<Date>().is_ok() {
        return Ok(());
    }
    Err(Error::invalid_input(format!("date is {date:?}; expected a day as YYYY-MM-DD")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_calendar() {
        for good in ["2018-08-10", "2024-02-29"] {
            check_date(good).unwrap();
        }
        for bad in ["", "2023-02-29", "2018-8-10", "10-08-2018", "2018-08-10T00:00", "20180810", "yesterday"]
        {
            assert!(check_date(bad).is_err(), "{bad}");
        }
    }
}
