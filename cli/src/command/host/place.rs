//! Where the files of hosts are, and what stands in them.
#![expect(
    clippy::disallowed_methods,
    reason = "the user's folders and programs are looked at here"
)]

use std::path::{Path, PathBuf};

use sponsio_engine::strategy::Mode;
use sponsio_hosts::Host;
use sponsio_hosts::install::{File, Hook, Install};

use super::{Scope, Wanted, files};
use crate::failure::Failure;

/// The folder of a scope.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) scope: Scope,
    pub(crate) path: PathBuf,
}

impl Folder {
    /// The folder of this scope.
    pub(crate) fn of(scope: Scope) -> Result<Self, Failure> {
        let path = match scope {
            Scope::User => home()?,
            Scope::Project => std::env::current_dir()
                .map_err(|error| Failure::unreadable(Path::new("."), &error))?,
        };
        Ok(Self { scope, path })
    }

    /// How a host is installed, and its files in this scope.
    pub(crate) fn files_of(
        &self,
        host: &Host,
    ) -> Result<(&'static Install, &'static [File]), Failure> {
        let install = sponsio_hosts::find(host.name).and_then(|host| host.install.as_ref());
        let install = install.ok_or_else(|| {
            Failure::new(format!("`{}` is not installed in a program", host.name))
                .hint(format!("run `sponsio hook {}` before each call", host.name))
        })?;
        let (files, other) = match self.scope {
            Scope::User => (install.user, Scope::Project),
            Scope::Project => (install.project, Scope::User),
        };
        if files.is_empty() {
            let scope = self.scope.name();
            return Err(Failure::new(format!("{} has no hooks in the {scope} scope", host.title))
                .hint(format!("install it with `--scope {}`", other.name())));
        }
        Ok((install, files))
    }

    /// The first command of ours that the files of a host hold.
    pub(crate) fn command(&self, host: &Host) -> Option<String> {
        let (_, all) = self.files_of(host).ok()?;
        all.iter().find_map(|file| {
            file.command(&files::read(&self.path.join(file.path)).ok()??, host.name)
        })
    }
}

/// The home of the user.
fn home() -> Result<PathBuf, Failure> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home = std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    home.ok_or_else(|| {
        Failure::new("there is no home folder")
            .hint(format!("set `{name}`, or install with `--scope project`"))
    })
}

/// Whether something of a host is in the home of the user.
pub(crate) fn is_there(install: &Install) -> bool {
    home().is_ok_and(|home| install.signs.iter().any(|sign| home.join(sign).exists()))
}

/// What a hook consists of, as text.
pub(super) struct Words {
    program: String,
    mode: Mode,
    config: Option<String>,
}

impl Words {
    /// What the user wants.
    pub(super) fn of(wanted: &Wanted) -> Result<Self, Failure> {
        let text = |path: PathBuf| {
            path.into_os_string().into_string().map_err(|path| {
                Failure::new(format!("the path `{}` is not UTF-8", path.to_string_lossy()))
            })
        };
        let program = match &wanted.program {
            Some(path) => absolute(path)?,
            None => this_program()?,
        };
        let config = wanted.config.as_deref().map(absolute).transpose()?.map(text).transpose()?;
        Ok(Self { program: text(program)?, mode: wanted.mode.into(), config })
    }

    /// The hook of a host.
    pub(super) fn hook(&self, host: &'static str) -> Hook<'_> {
        Hook { program: &self.program, host, mode: self.mode, config: self.config.as_deref() }
    }
}

/// The path of something that is there.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    if !path.exists() {
        return Err(Failure::new(format!("there is no `{}`", path.display())));
    }
    std::path::absolute(path).map_err(|error| Failure::unreadable(path, &error))
}

/// The path of this program: as the shell finds it, if that is this program, so that an update in another folder is
/// found too.
fn this_program() -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(|error| {
        Failure::new(format!("the path of this program is not known: {error}"))
            .hint("name it with `--program PATH`")
    })?;
    let name = own.file_name().map(PathBuf::from).unwrap_or_default();
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_absolute() && path.exists());
    Ok(found.filter(|path| real(path).is_some() && real(path) == real(&own)).unwrap_or(own))
}
