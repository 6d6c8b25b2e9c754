//! Handles: what C holds of a configuration, a client, a cancel token or an error.
//!
//! A handle is an address that is never read. It is looked up in a table, which has its type and its object. So a
//! handle that was freed, or never was one, is detected without touching its memory, and an object that another thread
//! frees lives until the last call that uses it has returned.
//!
//! The address is that of a byte allocated for it, and the table keeps it inverted. So leak checkers see
//! when a program loses a handle, which a plain number or a visible reference in the table would hide from them.

use std::any::Any;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use crate::failure::Failure;

/// How many freed addresses are kept from being used again, so that a freed handle is not taken for a new one.
const RETIRED: usize = 1024;

/// What C holds by handle.
pub(crate) trait Held: Any + Send + Sync {
    /// The name of the type in C.
    const NAME: &'static str;
}

struct Table {
    /// Not a `HashMap`: what only that points to, valgrind takes for lost.
    live: BTreeMap<usize, Arc<dyn Any + Send + Sync>>,
    retired: VecDeque<Address>,
}

static TABLE: RwLock<Table> = RwLock::new(Table { live: BTreeMap::new(), retired: VecDeque::new() });

/// An allocation that is there for its address only.
type Address = Box<u8>;

fn key<T>(handle: *const T) -> usize {
    !handle.addr()
}

/// Gives an object a handle.
pub(crate) fn new<T: Held>(object: T) -> *mut T {
    let handle = Box::into_raw(Box::new(0_u8)).cast::<T>();
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    table.live.insert(key(handle), Arc::new(object));
    handle
}

/// The object of a handle.
pub(crate) fn get<T: Held>(argument: &str, handle: *const T) -> Result<Arc<T>, Failure> {
    let name = T::NAME;
    if handle.is_null() {
        return Err(Failure::misuse(format!("{argument} is NULL; expected a {name}")));
    }
    find(handle).ok_or_else(|| {
        Failure::misuse(format!("{argument} is not an {name}: it was freed, or is a handle of another type"))
    })
}

/// The object of a handle, if it is one.
pub(crate) fn find<T: Held>(handle: *const T) -> Option<Arc<T>> {
    object(key(handle))?.downcast().ok()
}

/// The object of a handle of any type.
fn object(key: usize) -> Option<Arc<dyn Any + Send + Sync>> {
    TABLE.read().unwrap_or_else(PoisonError::into_inner).live.get(&key).cloned()
}

/// Frees a handle. What is not a handle of this type is left alone.
pub(crate) fn free<T: Held>(handle: *mut T) {
    let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
    if !table.live.get(&key(handle)).is_some_and(|object| object.is::<T>()) {
        return;
    }
    let object = table.live.remove(&key(handle));
    // SAFETY: the table had this key, so `new` made the address from a box, and nobody took it back before.
    table.retired.push_back(unsafe { Address::from_raw(handle.cast()) });
    let oldest = if table.retired.len() > RETIRED { table.retired.pop_front() } else { None };
    drop(table);
    // Outside the lock: this may close connections.
    drop(object);
    drop(oldest);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct One(u8);
    struct Other;
    impl Held for One {
        const NAME: &'static str = "one";
    }
    impl Held for Other {
        const NAME: &'static str = "other";
    }

    #[test]
    fn a_handle_is_known_until_it_is_freed() {
        let handle = new(One(7));
        let held = get("argument", handle).ok().unwrap();
        free(handle);
        assert!(find(handle).is_none());
        assert_eq!(held.0, 7, "whoever uses it keeps it alive");
        free(handle);
    }

    #[test]
    fn what_is_no_handle_is_never_read() {
        let wild = std::ptr::without_provenance_mut::<One>(0xdead_0001);
        assert!(find(wild).is_none());
        free(wild);
        free(std::ptr::null_mut::<One>());
        let local = One(1);
        assert!(find(&raw const local).is_none());
    }

    #[test]
    fn a_handle_of_another_type_is_refused_and_survives() {
        let handle = new(One(7));
        let disguised = handle.cast::<Other>();
        assert!(find(disguised).is_none());
        free(disguised);
        assert_eq!(find(handle).unwrap().0, 7);
        free(handle);
    }

    #[test]
    fn a_freed_handle_does_not_come_back_soon() {
        let freed = new(One(0));
        free(freed);
        for _ in 0..RETIRED / 2 {
            let other = new(One(0));
            assert_ne!(other, freed);
            free(other);
        }
    }
}
