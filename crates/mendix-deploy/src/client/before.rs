//! What was there before a mutating call, to know afterwards what is new.

use super::Client;
use crate::retry::Budget;
use crate::{Error, Result};

/// What has an identifier of the service's.
pub(crate) trait Identified {
    fn id(&self) -> &str;
}

/// A list as it was before a mutating call.
pub(crate) struct Before<T, L> {
    list: L,
    /// `None` when it could not be read, or is not to be.
    known: Option<Vec<T>>,
}

impl Client {
    /// Lists what is there before a mutating call, unless read-back is off. The call is made without it, too.
    pub(crate) fn list_before<T, L>(&self, budget: Budget, list: L) -> Result<Before<T, L>>
    where
        L: Fn(&Client) -> Result<Vec<T>>,
    {
        let known = self.read_before(budget, &list)?;
        Ok(Before { list, known })
    }
}

impl<T: Identified, L: Fn(&Client) -> Result<Vec<T>>> Before<T, L> {
    /// The one new item that is like this. Of two, one is somebody else's.
    pub(crate) fn only_new(&self, client: &Client, is_it: impl Fn(&T) -> bool) -> Result<Option<T>> {
        let Some(known) = &self.known else { return Err(Error::inconclusive()) };
        let is_new = |item: &T| is_it(item) && known.iter().all(|known| known.id() != item.id());
        let mut new = (self.list)(client)?.into_iter().filter(is_new);
        Ok(new.next().filter(|_| new.next().is_none()))
    }
}
