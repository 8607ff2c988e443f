//! Names of tools and arguments, as the table compares them.

/// The server that a tool belongs to, as far as its name tells, and the tool.
pub(super) fn split(name: &str) -> (&str, &str) {
    let mut name = name.trim();
    for prefix in ["functions.", "function.", "tools.", "tool."] {
        name = name.strip_prefix(prefix).unwrap_or(name);
    }
    if let Some(rest) = name.strip_prefix("mcp__") {
        return rest.split_once("__").unwrap_or(("", rest));
    }
    if let Some(parts) = name.rsplit_once("__").filter(|(_, tool)| !tool.is_empty()) {
        return parts;
    }
    if let Some(rest) = name.strip_prefix("mcp_").or_else(|| name.strip_prefix("mcp-")) {
        return rest.split_once('_').unwrap_or(("", rest));
    }
    for sign in [':', '/'] {
        if let Some(parts) = name.rsplit_once(sign).filter(|(_, tool)| !tool.is_empty()) {
            return parts;
        }
    }
    match name.rsplit_once('.').filter(|(_, tool)| !tool.is_empty()) {
        Some(parts) => parts,
        None => ("", name),
    }
}

/// The characters of a name that count: case, `_`, `-` and blanks do not.
fn letters(name: &str) -> impl Iterator<Item = char> + Clone + '_ {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase())
}

/// Whether two names are the same where only letters count.
pub(super) fn same(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

/// Characters of a name that are compared.
const CHARACTERS_MAX: usize = 256;

/// A name without what does not count, as it is compared with many patterns.
#[derive(Debug)]
pub(super) struct Bare(String);

impl Bare {
    pub(super) fn new(name: &str) -> Self {
        Self(letters(name).take(CHARACTERS_MAX).collect())
    }
}

/// Whether a tool of the server fits one of the patterns.
pub(super) fn fits(patterns: &str, server: &Bare, tool: &Bare) -> bool {
    patterns.split(' ').any(|pattern| match pattern.split_once('/') {
        Some((own, pattern)) => {
            place(&server.0, own.trim_end_matches('*')).is_some() && glob(pattern, &tool.0)
        }
        None => glob(pattern, &tool.0),
    })
}

/// What follows the letters of the pattern, if the name begins with them.
fn after<'n>(name: &'n str, pattern: &str) -> Option<&'n str> {
    let mut rest = name.chars();
    for letter in letters(pattern) {
        if rest.next() != Some(letter) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// What follows the letters of the pattern where they first stand in the name.
fn place<'n>(name: &'n str, pattern: &str) -> Option<&'n str> {
    let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
    ends.filter_map(|at| name.get(at..)).find_map(|rest| after(rest, pattern))
}

/// Whether the name fits the pattern, in which `*` stands for any characters.
fn glob(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = after(name, parts.next().unwrap_or("")) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            let from = rest.chars().count().checked_sub(letters(part).count());
            let tail = from.and_then(|from| {
                rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(from)
            });
            return tail
                .and_then(|at| rest.get(at..))
                .is_some_and(|tail| letters(part).eq(tail.chars()));
        }
        let Some(next) = place(rest, part) else { return false };
        rest = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_namespace_is_taken_off() {
        for (name, expect) in [
            ("Bash", ("", "Bash")),
            ("mcp__github__delete_file", ("github", "delete_file")),
            ("mcp_fs_read_file", ("fs", "read_file")),
            ("developer__shell", ("developer", "shell")),
            ("github:delete_file", ("github", "delete_file")),
            ("functions.exec", ("", "exec")),
            (" functions.mcp__a__b__c ", ("a", "b__c")),
        ] {
            assert_eq!(split(name), expect, "{name}");
        }
    }

    #[test]
    fn patterns_ignore_case_and_separators() {
        for (patterns, server, tool, expect) in [
            ("read_file", "", "ReadFile", true),
            ("a read-file", "", "read_file", true),
            ("read_file", "", "read_files", false),
            ("git/commit", "git", "commit", true),
            ("git/commit", "", "commit", false),
            ("*exec*", "", "docker_exec_run", true),
            ("a*", "", "b", false),
        ] {
            assert_eq!(
                fits(patterns, &Bare::new(server), &Bare::new(tool)),
                expect,
                "{patterns} {tool}"
            );
        }
    }
}
