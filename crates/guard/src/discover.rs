//! Where the configuration is, and what the environment says.
//!
//! Three places, in this order: the path that was given, the variable `SPONSIO_CONFIG`, the file
//! `sponsio.yaml` in the working directory. Parent directories are not searched: a file that somebody
//! else put there would decide what an agent may do.
#![expect(clippy::disallowed_methods, reason = "the environment is read here and nowhere else")]

use std::path::{Path, PathBuf};

/// The name that is looked for.
pub const FILE_NAME: &str = "sponsio.yaml";
/// The variable with the path of the configuration.
pub const CONFIG_VARIABLE: &str = "SPONSIO_CONFIG";
/// The variable with the mode.
pub const MODE_VARIABLE: &str = "SPONSIO_MODE";

/// The variable with where sessions are.
pub const STORE_VARIABLE: &str = "SPONSIO_STORE";

/// What the environment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `SPONSIO_CONFIG`, if it is set and not empty.
    pub config: Option<PathBuf>,
    /// `SPONSIO_MODE`, if it is set and not empty.
    pub mode: Option<String>,
    /// `SPONSIO_STORE`, if it is set and not empty.
    pub store: Option<String>,
}

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        let read = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            config: read(CONFIG_VARIABLE).map(PathBuf::from),
            // A mode that is not UTF-8 is no mode: it stays and is refused as such.
            mode: read(MODE_VARIABLE).map(|value| value.to_string_lossy().into_owned()),
            store: read(STORE_VARIABLE).map(|value| value.to_string_lossy().into_owned()),
        }
    }
}

/// The value of a variable of this process, if it is set and is a text.
pub fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|value| value.into_string().ok())
}

/// There is no configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no `{FILE_NAME}` in `{}`, and neither a path nor `{CONFIG_VARIABLE}` was given; \
     write one, or say where it is",
    .directory.display()
)]
pub struct NotFound {
    directory: PathBuf,
}

/// The path of the configuration. A path that was asked for is taken as it is, whether or not it exists.
pub fn find(
    explicit: Option<&Path>,
    environment: &Environment,
    directory: &Path,
) -> Result<PathBuf, NotFound> {
    if let Some(path) = explicit.or(environment.config.as_deref()) {
        return Ok(path.to_path_buf());
    }
    let path = directory.join(FILE_NAME);
    if path.exists() { Ok(path) } else { Err(NotFound { directory: directory.to_path_buf() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(config: &str) -> Environment {
        Environment { config: Some(config.into()), ..Environment::default() }
    }

    #[test]
    fn the_given_path_comes_before_the_variable_before_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path();
        let none = Environment::default();
        let error = find(None, &none, here).unwrap_err();
        assert!(error.to_string().starts_with("there is no `sponsio.yaml` in `"), "{error}");
        std::fs::write(here.join(FILE_NAME), "").unwrap();
        assert_eq!(find(None, &none, here), Ok(here.join(FILE_NAME)));
        assert_eq!(find(None, &environment("b.yaml"), here), Ok("b.yaml".into()));
        assert_eq!(
            find(Some(Path::new("a.yaml")), &environment("b.yaml"), here),
            Ok("a.yaml".into())
        );
    }
}
