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

/// Whether a tool of the server fits one of the patterns.
pub(super) fn fits(patterns: &str, server: &str, tool: &str) -> bool {
    patterns.split(' ').any(|pattern| match pattern.split_once('/') {
        Some((own, pattern)) => {
            let own: String = letters(own.trim_end_matches('*')).collect();
            let server: String = letters(server).collect();
            server.contains(&own) && glob(pattern, tool)
        }
        None => glob(pattern, tool),
    })
}

/// Whether the name fits the pattern, in which `*` stands for any characters.
fn glob(pattern: &str, name: &str) -> bool {
    let name: String = letters(name).take(128).collect();
    let mut parts = pattern.split('*');
    let first: String = letters(parts.next().unwrap_or("")).collect();
    let Some(mut rest) = name.strip_prefix(first.as_str()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        let part: String = letters(part).collect();
        if parts.peek().is_none() {
            return rest.ends_with(part.as_str());
        }
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
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
            assert_eq!(fits(patterns, server, tool), expect, "{patterns} {tool}");
        }
    }
}
