//! Settings, which are immutable: a caller makes changed copies.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::arguments::names::{constants, custom_settings, enabled, name, scheduled_events, value};
use crate::arguments::{Arg, ByName};
use crate::constant_value::ConstantValue;
use crate::errors;
use crate::models::{NamedItems, model};

model! {
    /// A constant of the package.
    Constant {
        /// Its name with its module, for example `MyFirstModule.BooleanConstant`.
        name: &str,
        /// Its type, as the service names it.
        data_type: Option<&str>,
        /// Its value, as text; in effect from the next start on.
        value: Option<&str>,
        /// The value that the running app has.
        deployed_value: Option<&str>,
    }
    blank r#"{"Name": ""}"#
}

model! {
    /// A setting of the runtime.
    CustomSetting {
        /// Its name.
        name: &str,
        /// Its value, as text; in effect from the next start on.
        value: Option<&str>,
        /// The value that the running app has.
        deployed_value: Option<&str>,
    }
    blank r#"{"Name": ""}"#
}

model! {
    /// A scheduled event of the package.
    ScheduledEvent {
        /// Its name with its module.
        name: &str,
        /// `Enabled` or `Disabled`; in effect from the next start on.
        value: Option<&str>,
        /// The value that the running app has.
        deployed_value: Option<&str>,
    }
    blank r#"{"Name": ""}"#
}

model! {
    /// The settings of an environment, in the order in which the service lists them.
    ///
    /// They are immutable: `with_constant` and the like give changed copies.
    ///
    /// >>> settings = client.get_environment_settings("calc", "Acceptance")
    /// >>> changed = settings.with_constant("MyFirstModule.BooleanConstant", "true")
    /// >>> client.set_environment_settings("calc", "Acceptance", changed)
    EnvironmentSettings {
        /// The constants of the package.
        constants: NamedItems<'_, Constant, mendix_deploy::Constant>,
        /// Settings of the runtime.
        custom_settings: NamedItems<'_, CustomSetting, mendix_deploy::CustomSetting>,
        /// The scheduled events of the package.
        scheduled_events: NamedItems<'_, ScheduledEvent, mendix_deploy::ScheduledEvent>,
    }
    with {
        /// Gives these settings with another value of a constant.
        ///
        /// value is text, or a bool or a number where the type of the constant is one.
        ///
        /// Raises InvalidInputError when the package has no such constant, or it has another type.
        fn with_constant(
            &self, py: Python<'_>, name: Arg<name, &str>, value: Arg<value, ConstantValue>,
        ) -> PyResult<EnvironmentSettings> {
            let mut settings = self.0.clone();
            set_constant(py, &mut settings, "value", &name, value.into_inner())?;
            Ok(EnvironmentSettings(settings))
        }

        /// Gives these settings with other values of constants, by their names.
        ///
        /// >>> settings.with_constants({"Sales.Enabled": True, "Sales.Limit": 100, "Sales.Url": "https://example.com"})
        ///
        /// Raises what `with_constant` raises.
        fn with_constants(
            &self, py: Python<'_>, constants: Arg<constants, ByName<ConstantValue>>,
        ) -> PyResult<EnvironmentSettings> {
            let mut settings = self.0.clone();
            for (name, value) in constants.into_inner().0 {
                set_constant(py, &mut settings, "constants has a value that", &name, value)?;
            }
            Ok(EnvironmentSettings(settings))
        }

        /// Gives these settings with another value of a custom setting.
        ///
        /// Raises InvalidInputError when the environment has no such setting.
        fn with_custom_setting(
            &self, py: Python<'_>, name: Arg<name, &str>, value: Arg<value, &str>,
        ) -> PyResult<EnvironmentSettings> {
            self.changed(py, |settings| settings.set_custom_setting(&name, *value))
        }

        /// Gives these settings with other values of custom settings, by their names. They have no types: values are text.
        ///
        /// Raises what `with_custom_setting` raises.
        fn with_custom_settings(
            &self, py: Python<'_>, custom_settings: Arg<custom_settings, ByName<String>>,
        ) -> PyResult<EnvironmentSettings> {
            let mut changes = custom_settings.into_inner().0.into_iter();
            self.changed(py, |settings| {
                changes.try_for_each(|(name, value)| settings.set_custom_setting(&name, value))
            })
        }

        /// Gives these settings with a scheduled event enabled or disabled.
        ///
        /// Raises InvalidInputError when the package has no such event.
        #[pyo3(signature = (name, *, enabled))]
        fn with_scheduled_event(&self, py: Python<'_>, name: Arg<name, &str>, enabled: Arg<enabled, bool>) -> PyResult<EnvironmentSettings> {
            self.changed(py, |settings| settings.set_scheduled_event(&name, *enabled))
        }

        /// Gives these settings with scheduled events enabled or disabled, by their names.
        ///
        /// Raises what `with_scheduled_event` raises.
        fn with_scheduled_events(
            &self, py: Python<'_>, scheduled_events: Arg<scheduled_events, ByName<bool>>,
        ) -> PyResult<EnvironmentSettings> {
            let mut changes = scheduled_events.into_inner().0.into_iter();
            self.changed(py, |settings| {
                changes.try_for_each(|(name, enabled)| settings.set_scheduled_event(&name, enabled))
            })
        }
    }
}

impl EnvironmentSettings {
    fn changed(
        &self,
        py: Python<'_>,
        change: impl FnOnce(&mut mendix_deploy::EnvironmentSettings) -> mendix_deploy::Result<()>,
    ) -> PyResult<EnvironmentSettings> {
        let mut settings = self.0.clone();
        change(&mut settings).map_err(|error| errors::raise(py, &error))?;
        Ok(EnvironmentSettings(settings))
    }
}

/// Sets a constant to a value of its type. `subject` begins the sentence that says what is wrong with the value.
fn set_constant(
    py: Python<'_>,
    settings: &mut mendix_deploy::EnvironmentSettings,
    subject: &str,
    name: &str,
    value: ConstantValue,
) -> PyResult<()> {
    let constant = settings.constants.iter().find(|constant| constant.name == name);
    let text = match constant {
        Some(constant) => value
            .for_type(name, constant.data_type.as_deref())
            .map_err(|problem| errors::invalid_input(py, &format!("{subject} {problem}")))?,
        // The core refuses the name.
        None => String::new(),
    };
    settings.set_constant(name, text).map_err(|error| errors::raise(py, &error))
}

pub(crate) use self::tuple::Tuple;

mod tuple {
    use std::marker::PhantomData;

    use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
    use pyo3::{PyClass, PyTypeInfo, type_hint_subscript};

    use super::{Bound, IntoPyObject, PyErr, PyResult, PyTuple, Python};
    use crate::arguments::builtin;
    use crate::models::View;

    /// A tuple of objects of one class.
    pub(crate) struct Tuple<'a, Class, Model>(&'a [Model], PhantomData<Class>);

    impl<'a, Class, Model> View<'a, Tuple<'a, Class, Model>> for Vec<Model> {
        fn view(&'a self) -> Tuple<'a, Class, Model> {
            Tuple(self, PhantomData)
        }
    }

    impl<'py, Class: PyClass + PyTypeInfo + From<Model>, Model: Clone> IntoPyObject<'py>
        for Tuple<'_, Class, Model>
    where
        Class: IntoPyObject<'py>,
    {
        type Target = PyTuple;
        type Output = Bound<'py, PyTuple>;
        type Error = PyErr;

        const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
            builtin("tuple"),
            Class::TYPE_HINT,
            PyStaticExpr::Constant { value: PyStaticConstant::Ellipsis }
        );

        fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
            PyTuple::new(py, self.0.iter().cloned().map(Class::from))
        }
    }
}
