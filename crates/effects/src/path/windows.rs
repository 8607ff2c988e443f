//! Windows' spellings of paths, on Windows and where its disks are mounted.

use std::borrow::Cow;

use crate::{Context, System};

/// The path with slashes, a drive as `/c:`, and the variables of the system in their places.
pub(super) fn slashed<'t>(text: &'t str, context: &Context<'_>) -> Cow<'t, str> {
    if !text.contains(['\\', ':', '%', '$']) {
        return Cow::Borrowed(text);
    }
    let is_windows = context.system == System::Windows;
    if !is_windows && !is_foreign(text) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('\\', "/");
    let text = variable(&text).unwrap_or(text);
    let rest = ["//?/UNC/", "//?/unc/", "//?/", "//./", "/??/"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text);
    if let Some(path) = share(rest) {
        return Cow::Owned(path);
    }
    let mut characters = rest.chars();
    match (characters.next(), characters.next()) {
        (Some(letter), Some(':')) if letter.is_ascii_alphabetic() => {
            let rest = characters.as_str();
            let slash = if rest.starts_with('/') { "" } else { "/" };
            Cow::Owned(format!("/{}:{slash}{}", letter.to_ascii_lowercase(), without_streams(rest)))
        }
        _ => Cow::Owned(rest.to_owned()),
    }
}

/// Whether a word is a Windows path wherever it stands: `C:\x`, `C:/x`, `\\host\share`, `%APPDATA%\x`.
fn is_foreign(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes {
        [b'\\', b'\\', ..] => true,
        [letter, b':', b'\\' | b'/', ..] => letter.is_ascii_alphabetic(),
        [letter, b':'] => letter.is_ascii_alphabetic(),
        [b'%', ..] => variable(&text.replace('\\', "/")).is_some(),
        _ => false,
    }
}

/// A path that begins with a variable of the environment.
fn variable(text: &str) -> Option<String> {
    let (name, rest) = match text.strip_prefix('%') {
        Some(rest) => rest.split_once('%')?,
        None => {
            let prefix = text.get(..5).filter(|prefix| prefix.eq_ignore_ascii_case("$env:"))?;
            let rest = text.get(prefix.len()..)?;
            rest.split_at(rest.find('/').unwrap_or(rest.len()))
        }
    };
    let place = match name.to_ascii_lowercase().as_str() {
        "userprofile" | "homepath" | "home" => "~",
        "homedrive" | "systemdrive" => "/c:",
        "appdata" => "~/AppData/Roaming",
        "localappdata" => "~/AppData/Local",
        "temp" | "tmp" => "~/AppData/Local/Temp",
        "systemroot" | "windir" => "/c:/Windows",
        "programfiles" | "programw6432" => "/c:/Program Files",
        "programfiles(x86)" => "/c:/Program Files (x86)",
        "programdata" | "allusersprofile" => "/c:/ProgramData",
        "public" => "/c:/Users/Public",
        _ => return None,
    };
    Some(format!("{place}{rest}"))
}

/// `\\localhost\c$\x` is `C:\x`.
fn share(text: &str) -> Option<String> {
    let (_, rest) = text.strip_prefix("//")?.split_once('/')?;
    let (drive, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let letter = drive.strip_suffix('$').filter(|letter| letter.len() == 1)?;
    Some(format!("/{}:/{rest}", letter.to_ascii_lowercase()))
}

/// `a.txt::$DATA` is `a.txt`.
fn without_streams(text: &str) -> &str {
    text.split("::$").next().unwrap_or(text)
}

/// `/mnt/c` and `/c` are a drive, where the disks of Windows are mounted there.
pub(super) fn mount(pattern: &mut String, context: &Context<'_>) {
    let rest = match (pattern.strip_prefix("/mnt/"), context.system) {
        (Some(rest), System::Windows) => rest,
        (Some(rest), System::Linux) if is_system_folder(rest) && !works_there(context) => rest,
        (None, System::Windows) => match pattern.strip_prefix('/') {
            Some(rest) => rest,
            None => return,
        },
        _ => return,
    };
    let mut characters = rest.chars();
    let Some(letter) = characters.next().filter(char::is_ascii_alphabetic) else { return };
    let rest = characters.as_str();
    if rest.is_empty() || rest.starts_with('/') {
        *pattern = format!("/{}:{rest}", letter.to_ascii_lowercase());
    }
}

fn works_there(context: &Context<'_>) -> bool {
    [context.workspace, context.home].iter().flatten().any(|path| path.starts_with("/mnt/"))
}

fn is_system_folder(rest: &str) -> bool {
    let Some((drive, rest)) = rest.split_once('/') else { return false };
    let folder = rest.split('/').next().unwrap_or(rest).to_ascii_lowercase();
    drive.len() == 1
        && matches!(
            folder.as_str(),
            "users" | "windows" | "program files" | "program files (x86)" | "programdata"
        )
}
