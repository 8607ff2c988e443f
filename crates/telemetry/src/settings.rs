//! What the standard variables say.
//!
//! The SDK reads most of them itself: the endpoints, headers, compression, batches and intervals. Read here is what it
//! leaves to the program: whether anything is sent, and what. A value that means something that is not done is an
//! error, not a default: whoever set it would look for spans where none arrive.

use std::time::Duration;

use crate::limits::REQUEST_SECONDS;

/// Where variables are looked up: the environment, as a rule.
pub type Variables<'v> = &'v dyn Fn(&str) -> Option<String>;

const DISABLED: &str = "OTEL_SDK_DISABLED";
const NAME: &str = "OTEL_SERVICE_NAME";
const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
const TRACES: Signal =
    Signal { exporter: "OTEL_TRACES_EXPORTER", protocol: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL" };
const METRICS: Signal =
    Signal { exporter: "OTEL_METRICS_EXPORTER", protocol: "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL" };
/// The protocol of both, where one says nothing.
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
/// The only one that is spoken.
const SPOKEN: &str = "http/protobuf";

/// The variables of one kind of telemetry.
struct Signal {
    exporter: &'static str,
    protocol: &'static str,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether spans are.
    pub spans: bool,
    /// Whether metrics are.
    pub metrics: bool,
    /// How long a request takes, at most.
    pub timeout: Duration,
    /// Where the collector is; where nothing is said, what the variables say.
    pub endpoint: Option<String>,
    /// Whether the variables name the service; `sponsio`, where they do not.
    pub is_named: bool,
}

/// A variable means something that is not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{variable}` is `{value}`, and {needed}")]
pub struct SettingsError {
    variable: &'static str,
    value: String,
    needed: &'static str,
}

impl Settings {
    /// What the variables say. A variable that is empty is one that is not set.
    ///
    /// # Errors
    ///
    /// One of them means something that is not done.
    pub fn read(variables: Variables<'_>) -> Result<Self, SettingsError> {
        let look = |name: &str| variables(name).filter(|value| !value.trim().is_empty());
        let is_disabled = look(DISABLED).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let is_sent = |signal: &Signal| -> Result<bool, SettingsError> {
            Ok(!is_disabled && exporter(signal, &look)? && spoken(signal, &look)?)
        };
        let millis = match look(TIMEOUT).map(|value| (value.trim().parse::<u32>(), value)) {
            None => None,
            Some((Ok(millis), _)) if millis > 0 => Some(u64::from(millis)),
            Some((_, value)) => {
                let needed = "it is a number of milliseconds";
                return Err(SettingsError { variable: TIMEOUT, value, needed });
            }
        };
        let names =
            |text: String| text.split(',').any(|one| one.trim().starts_with("service.name="));
        Ok(Self {
            spans: is_sent(&TRACES)?,
            metrics: is_sent(&METRICS)?,
            timeout: millis.map_or(Duration::from_secs(REQUEST_SECONDS), Duration::from_millis),
            endpoint: None,
            is_named: look(NAME).is_some() || look(ATTRIBUTES).is_some_and(names),
        })
    }
}

fn exporter(signal: &Signal, look: &dyn Fn(&str) -> Option<String>) -> Result<bool, SettingsError> {
    match look(signal.exporter).as_deref().map(str::trim) {
        None | Some("otlp") => Ok(true),
        Some("none") => Ok(false),
        Some(value) => Err(SettingsError {
            variable: signal.exporter,
            value: value.to_owned(),
            needed: "only `otlp` and `none` are known here; send to a collector, which knows the others",
        }),
    }
}

fn spoken(signal: &Signal, look: &dyn Fn(&str) -> Option<String>) -> Result<bool, SettingsError> {
    let said = [signal.protocol, PROTOCOL].into_iter().find_map(|name| Some((name, look(name)?)));
    match said {
        Some((variable, value)) if value.trim() != SPOKEN => Err(SettingsError {
            variable,
            value,
            needed: "only `http/protobuf` is spoken; a collector takes it on port 4318",
        }),
        _ => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Settings, String> {
        let look = |name: &str| {
            set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(&look).map_err(|error| error.to_string())
    }

    #[test]
    fn without_variables_both_are_sent() {
        let settings = read(&[]).unwrap();
        assert!(settings.spans && settings.metrics && !settings.is_named);
        assert_eq!(settings.timeout, Duration::from_secs(10));
    }

    #[test]
    fn each_kind_can_be_turned_off() {
        let settings = read(&[("OTEL_TRACES_EXPORTER", "none")]).unwrap();
        assert!(!settings.spans && settings.metrics);
        let settings = read(&[("OTEL_SDK_DISABLED", "TRUE")]).unwrap();
        assert!(!settings.spans && !settings.metrics);
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert!(read(&[("OTEL_TRACES_EXPORTER", " "), (TIMEOUT, "")]).unwrap().spans);
    }

    #[test]
    fn a_protocol_that_is_not_spoken_is_an_error() {
        let error = read(&[(PROTOCOL, "grpc")]).unwrap_err();
        assert_eq!(
            error,
            "`OTEL_EXPORTER_OTLP_PROTOCOL` is `grpc`, and only `http/protobuf` is spoken; a collector takes it on port \
             4318"
        );
        assert!(
            read(&[(PROTOCOL, "grpc"), (TRACES.protocol, SPOKEN), (METRICS.protocol, SPOKEN)])
                .is_ok()
        );
        assert!(read(&[(PROTOCOL, "grpc"), ("OTEL_SDK_DISABLED", "true")]).is_ok());
    }

    #[test]
    fn an_exporter_that_is_not_known_is_an_error() {
        assert!(
            read(&[("OTEL_METRICS_EXPORTER", "prometheus")])
                .unwrap_err()
                .contains("`otlp` and `none`")
        );
    }

    #[test]
    fn a_time_is_a_number_of_milliseconds() {
        assert_eq!(read(&[(TIMEOUT, "250")]).unwrap().timeout, Duration::from_millis(250));
        for value in ["0", "-1", "1s", "99999999999"] {
            assert!(
                read(&[(TIMEOUT, value)]).unwrap_err().contains("number of milliseconds"),
                "{value}"
            );
        }
    }

    #[test]
    fn a_service_is_named_in_either_variable() {
        assert!(read(&[(NAME, "payments")]).unwrap().is_named);
        assert!(read(&[(ATTRIBUTES, "a=b, service.name=payments")]).unwrap().is_named);
        assert!(!read(&[(ATTRIBUTES, "a=b")]).unwrap().is_named);
    }
}
