//! The text of a tool position: a name, `name:regex`, a set `{a, b}`, a glob, a tag `@t`.

use super::Naming;
use crate::suggest;

/// Why a text cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::config) struct Problem {
    pub(in crate::config) message: String,
    pub(in crate::config) hint: String,
}

/// The members of tags.
pub(in crate::config) type Tags = std::collections::BTreeMap<String, Vec<String>>;

impl Naming {
    /// The text with tools renamed and tags replaced by their members.
    pub(in crate::config) fn tool_text(
        &mut self,
        text: &str,
        tags: &Tags,
    ) -> Result<String, Problem> {
        if let Some(to) = self.rename(text) {
            return Ok(to);
        }
        if text.starts_with(['{', '@']) {
            return self.set(text, tags);
        }
        match text.split_once(':') {
            Some((tool, rest)) => match self.rename(tool) {
                Some(to) => Ok(format!("{to}:{rest}")),
                None => Ok(text.to_owned()),
            },
            None => Ok(text.to_owned()),
        }
    }

    /// What one tool is called.
    pub(in crate::config) fn tool_name(&mut self, name: &str) -> String {
        self.rename(name).unwrap_or_else(|| name.to_owned())
    }

    fn rename(&mut self, name: &str) -> Option<String> {
        let rename = self.renames.get(name)?;
        self.used.insert(name.to_owned());
        Some(rename.to.clone())
    }

    /// The set, with what follows it.
    fn set(&mut self, text: &str, tags: &Tags) -> Result<String, Problem> {
        let mut out = String::new();
        let mut depth = 0usize;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (token, after) = match first {
                '{' | '}' | ',' => rest.split_at_checked(1).unwrap_or((rest, "")),
                '"' => quoted(rest),
                _ if first.is_whitespace() => {
                    rest.split_at_checked(first.len_utf8()).unwrap_or((rest, ""))
                }
                _ => bare(rest, depth == 0),
            };
            rest = after;
            match (first, token.strip_prefix('@')) {
                ('{', _) => depth = depth.saturating_add(1),
                ('}', _) => depth = depth.saturating_sub(1),
                (_, Some(tag)) => {
                    out.push_str(&members(tag.trim_end(), tags)?);
                    if depth == 0 {
                        out.push_str(rest);
                        return Ok(out);
                    }
                    continue;
                }
                _ => {}
            }
            match first {
                '{' | '}' | ',' => out.push(first),
                '"' => {
                    let name = self.tool_name(&unquoted(token));
                    out.push_str(&as_member(&name));
                }
                _ if first.is_whitespace() => out.push(first),
                _ => {
                    let name = self.tool_name(token.trim_end());
                    out.push_str(&as_member(&name));
                }
            }
            if depth == 0 {
                break;
            }
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// The tools with a tag, as a set; one tool as its name.
fn members(tag: &str, tags: &Tags) -> Result<String, Problem> {
    match tags.get(tag).map(Vec::as_slice) {
        Some([only]) => Ok(only.clone()),
        Some(several) if !several.is_empty() => {
            let members: Vec<String> = several.iter().map(|name| as_member(name)).collect();
            Ok(format!("{{{}}}", members.join(", ")))
        }
        _ => {
            let message = format!("no tool has the tag `@{tag}`");
            let hint = match suggest::nearest(tag, tags.keys().map(String::as_str)) {
                Some(near) => format!("did you mean `@{near}`?"),
                None if tags.is_empty() => {
                    format!("declare it: `tools: {{some_tool: {{tags: [{tag}]}}}}`")
                }
                None => {
                    let known: Vec<String> = tags.keys().map(|tag| format!("`@{tag}`")).collect();
                    format!("the tags of this file are {}", known.join(", "))
                }
            };
            Err(Problem { message, hint })
        }
    }
}

/// A name as a member of a set.
fn as_member(name: &str) -> String {
    let is_plain =
        name.trim() == name && !name.is_empty() && !name.contains(['{', '}', ',', '"', '\\']);
    if is_plain {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The text between the quotes, a backslash taking the next character as it is.
fn unquoted(token: &str) -> String {
    let inner = token.strip_prefix('"').unwrap_or(token);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut out = String::new();
    let mut letters = inner.chars();
    while let Some(c) = letters.next() {
        out.extend(if c == '\\' { letters.next() } else { Some(c) });
    }
    out
}

fn quoted(text: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then(|| at.saturating_add(1))
    });
    text.split_at_checked(end.unwrap_or(text.len())).unwrap_or((text, ""))
}

/// The names in the text of a tool position: the members of a set, or the text itself.
pub(in crate::config) fn members_of(text: &str) -> Vec<String> {
    if !text.starts_with('{') {
        return vec![text.to_owned()];
    }
    let mut members = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '"' => quoted(rest),
            '{' | '}' | ',' => rest.split_at_checked(1).unwrap_or((rest, "")),
            _ => bare(rest, false),
        };
        rest = after;
        match first {
            '"' => members.push(unquoted(token)),
            '{' | '}' | ',' => {}
            _ if token.trim().is_empty() => {}
            _ => members.push(token.trim().to_owned()),
        }
    }
    members
}

/// A bare member; outside braces it ends at the `:` before a regular expression too.
fn bare(text: &str, outside: bool) -> (&str, &str) {
    let ends = |c: char| matches!(c, '{' | '}' | ',') || (outside && c == ':');
    text.split_at_checked(text.find(ends).unwrap_or(text.len())).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::super::Rename;
    use super::*;
    use crate::diagnostic::Location;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let rename = |(from, to): (&str, &str)| {
            let (args, location) = (Default::default(), Location::default());
            (from.to_owned(), Rename { to: to.to_owned(), args, location })
        };
        let renames = [("exec", "Bash"), ("write", "exec"), ("a:b", "c")].map(rename).into();
        let mut naming = Naming { renames, ..Naming::default() };
        let tags = [("one", vec!["rm"]), ("two", vec!["rm", "drop table"])];
        let tags: Tags = tags
            .into_iter()
            .map(|(t, m)| (t.to_owned(), m.into_iter().map(str::to_owned).collect()))
            .collect();
        let got = naming.tool_text(text, &tags).unwrap_or_else(|problem| problem.message);
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn names_are_replaced_whole_and_once() {
        check("exec", "Bash");
        check("write", "exec");
        check("exec-sync", "exec-sync");
        check("mcp__exec", "mcp__exec");
        check("a:b", "c");
    }

    #[test]
    fn a_regular_expression_keeps_its_letters() {
        check("exec:docker exec", "Bash:docker exec");
        check("other:exec", "other:exec");
        check("{exec, rm}:exec {2,}", "{Bash, rm}:exec {2,}");
        check("@one:exec {2}", "rm:exec {2}");
    }

    #[test]
    fn members_of_sets_are_replaced() {
        check("{exec, write}", "{Bash, exec}");
        check("{ exec , \"write\",mcp__github__* }", "{ Bash, exec,mcp__github__*}");
        check("{exec, {write, x}}", "{Bash, {exec, x}}");
    }

    #[test]
    fn a_tag_stands_for_its_tools() {
        check("@one", "rm");
        check("@two", "{rm, drop table}");
        check("{exec, @two}", "{Bash, {rm, drop table}}");
        check("@none", "no tool has the tag `@none`");
        check("{a, @ones}", "no tool has the tag `@ones`");
    }
}
