//! Identifiers: text, or the result that has it.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Deref;

use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::{Borrowed, PyTypeInfo, type_hint_union};

use crate::arguments::{Arg, Argument, Name, Wrong, builtin, names};
use crate::models::{
    App, Archive, Backup, BuildJob, Environment, Package, Restore, Snapshot, StartJob, Tag, UploadJob,
    UploadedPackage,
};

/// An argument that identifies something. Its errors name it.
pub(crate) type Id<'a, N> = Arg<N, Identifier<'a, N>>;

/// The text of an identifier.
pub(crate) struct Identifier<'a, N>(Cow<'a, str>, PhantomData<N>);

impl<N> Deref for Identifier<'_, N> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// The name of a parameter that identifies something, and the results that it can be taken from.
pub(crate) trait Identifies: Name {
    const HINT: PyStaticExpr;
    const EXPECTED: &'static str;

    /// The identifier in a result of the right class, where it has one.
    fn find(object: &Bound<'_, PyAny>) -> Result<Option<String>, OtherClass>;
}

/// It is not a result of the right class.
pub(crate) struct OtherClass;

macro_rules! identifiers {
    ($($name:ident: $expected:literal, $($class:ident => |$found:ident| $identifier:expr),+;)+) => {
        $(
            impl Identifies for names::$name {
                const HINT: PyStaticExpr = type_hint_union!(builtin("str"), $($class::TYPE_HINT),+);
                const EXPECTED: &'static str = $expected;

                fn find(object: &Bound<'_, PyAny>) -> Result<Option<String>, OtherClass> {
                    $(if let Ok(object) = object.cast::<$class>() {
                        let $found = &object.get().0;
                        return Ok($identifier.into());
                    })+
                    Err(OtherClass)
                }
            }
        )+
    };
}

identifiers! {
    app_id: "str or App", App => |app| app.app_id.clone();
    mode: "str or Environment", Environment => |environment| environment.mode.to_string();
    from_mode: "str or Environment", Environment => |environment| environment.mode.to_string();
    project_id: "str or App", App => |app| app.project_id.clone();
    environment_id: "str or Environment", Environment => |environment| environment.environment_id.clone();
    package_id: "str, Package, UploadedPackage, UploadJob or BuildJob",
        Package => |package| package.package_id.clone(),
        UploadedPackage => |package| package.package_id.clone(),
        UploadJob => |job| job.package_id.clone(),
        BuildJob => |job| job.package_id.clone();
    job_id: "str, StartJob or UploadJob",
        StartJob => |job| job.job_id.clone(),
        UploadJob => |job| job.job_id.clone();
    snapshot_id: "str, Snapshot or Backup",
        Snapshot => |snapshot| snapshot.snapshot_id.clone(),
        Backup => |backup| backup.snapshot_id.clone();
    source_snapshot_id: "str or Snapshot", Snapshot => |snapshot| snapshot.snapshot_id.clone();
    archive_id: "str or Archive", Archive => |archive| archive.archive_id.clone();
    restore_id: "str or Restore", Restore => |restore| restore.restore_id.clone();
    tag: "str or Tag", Tag => |tag| tag.tag.clone();
}

impl<'a, 'py, N: Identifies> Argument<'a, 'py> for Identifier<'a, N> {
    const HINT: PyStaticExpr = N::HINT;
    const EXPECTED: &'static str = N::EXPECTED;

    fn from_object(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Wrong> {
        match N::find(&object) {
            Ok(Some(found)) => Ok(Identifier(Cow::Owned(found), PhantomData)),
            Ok(None) => {
                let (class, expected) = (object.get_type().name()?, N::EXPECTED);
                Err(Wrong::Value(format!("is None in this {class}; expected {expected} that has it")))
            }
            Err(OtherClass) => match <&str>::from_object(object) {
                Ok(text) => Ok(Identifier(Cow::Borrowed(text), PhantomData)),
                Err(Wrong::Type) => Err(other(object, N::NAME, N::EXPECTED)),
                Err(wrong) => Err(wrong),
            },
        }
    }
}

/// What is wrong with an object of another class: it may be a result that has the identifier all the same.
fn other(object: Borrowed<'_, '_, PyAny>, name: &str, expected: &str) -> Wrong {
    let class = object.get_type();
    let is_result = class.module().is_ok_and(|module| module == "mendix_deploy");
    match class.name() {
        Ok(class) if is_result && object.hasattr(name).unwrap_or(false) => {
            Wrong::Kind(format!("is of class {class}; expected {expected}, such as its field {name}"))
        }
        _ => Wrong::Type,
    }
}
