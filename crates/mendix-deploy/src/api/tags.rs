//! Tags: sections 3.20 to 3.22 of the document.

use serde::Serialize;

use crate::model::{Extra, Unfit, model};
use crate::request::{Path, Request, check_name};
use crate::{Client, Result, reply};

model! {
    /// A tag of an environment, which the service does not interpret.
    Tag {
        /// The tag.
        tag: String = "Tag",
    }
    // The service writes a tag as an object; a bare string is read too.
    fn from_text(tag: &str) -> std::result::Result<Tag, Unfit> {
        Ok(Tag { tag: tag.to_owned(), extra: Extra::default() })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    tag: &'a str,
}

impl Client {
    /// Adds a tag to an environment.
    ///
    /// Mendix Cloud v4 only.
    ///
    /// Deploy API v1, section 3.20, *Create Environment Tags*: `POST /apps/{AppId}/environments/{Mode}/tags`.
    ///
    /// # Errors
    ///
    /// `NotFound` with `NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.create_environment_tag("calc", "Acceptance", "europe")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Create Environment Tags")]
    pub fn create_environment_tag(&self, app_id: &str, mode: &str, tag: &str) -> Result<Tag> {
        const OPERATION: &str = "create_environment_tag";
        check_name("tag", tag).map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment(app_id, mode).then("tags");
        let request = Request::post_json(OPERATION, path, &Body { tag })?;
        self.change(
            &request,
            |body| {
                // The document shows one tag, which need not be the one that was sent; a list is of all of them.
                let mut tags: Vec<Tag> = reply::decode_list(&body)?;
                match tags.iter().position(|found| found.tag == tag) {
                    Some(place) => Ok(tags.swap_remove(place)),
                    None if tags.len() == 1 => Ok(tags.remove(0)),
                    None => reply::decode(&body),
                }
            },
            |client| {
                Ok(client.list_environment_tags(app_id, mode)?.into_iter().find(|found| found.tag == tag))
            },
            || Tag { tag: tag.to_owned(), extra: Extra::default() },
        )
    }

    /// Lists the tags of an environment.
    ///
    /// Mendix Cloud v4 only.
    ///
    /// Deploy API v1, section 3.21, *Retrieve Environment Tags*: `GET /apps/{AppId}/environments/{Mode}/tags`.
    ///
    /// # Errors
    ///
    /// `NotFound` with `NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// for tag in client.list_environment_tags("calc", "Acceptance")? {
    ///     println!("{}", tag.tag);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Retrieve Environment Tags")]
    pub fn list_environment_tags(&self, app_id: &str, mode: &str) -> Result<Vec<Tag>> {
        let path = Path::environment(app_id, mode).then("tags");
        let request = Request::get("list_environment_tags", path)?;
        self.receive(&request, None, |body| reply::decode_list_or_nothing(&body))
    }

    /// Removes a tag from an environment.
    ///
    /// Mendix Cloud v4 only. It is not an error when the environment does not have the tag.
    ///
    /// Deploy API v1, section 3.22, *Delete Environment Tags*: `DELETE /apps/{AppId}/environments/{Mode}/tags`.
    ///
    /// # Errors
    ///
    /// `NotFound` with `NOT_FOUND`.
    ///
    /// ```no_run
    /// # fn main() -> mendix_deploy::Result<()> {
    /// # let client = mendix_deploy::Client::from_env()?;
    /// client.delete_environment_tag("calc", "Acceptance", "europe")?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "Delete Environment Tags")]
    pub fn delete_environment_tag(&self, app_id: &str, mode: &str, tag: &str) -> Result<()> {
        const OPERATION: &str = "delete_environment_tag";
        check_name("tag", tag).map_err(|error| error.with_operation(OPERATION))?;
        let path = Path::environment(app_id, mode).then("tags");
        let request = Request::delete_json(OPERATION, path, &Body { tag })?;
        self.change(
            &request,
            |_| Ok(()),
            |client| {
                let tags = client.list_environment_tags(app_id, mode)?;
                Ok(tags.iter().all(|found| found.tag != tag).then_some(()))
            },
            || (),
        )
    }
}
