//! What a tool argument of a pattern names: a tool, or a tool with a pattern on its arguments.
//!
//! `bash:rm -rf` means calls of `bash` whose arguments match the regular expression `rm -rf`. But
//! `acme:fetch` is also how namespaced tools are called, and the text alone cannot say which was meant. A
//! contract that guesses wrongly never fires. So a text that could be both means both: the tool of that
//! name, or the call that matches.

use super::quote::in_formula;

/// The calls that a tool argument speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolSpec<'t> {
    text: &'t str,
    /// Tool and regular expression, where the text can be read so.
    with: Option<(&'t str, &'t str)>,
    /// Whether the whole text can be the name of a tool.
    named: bool,
}

/// One way in which a call can be meant: the tool, and the formula that is true of such calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alternative {
    /// The tool's name, quoted for a formula.
    pub(crate) tool: String,
    /// True of the calls that are meant.
    pub(crate) called: String,
    /// Whether every call of the tool is meant.
    pub(crate) every_call: bool,
}

impl<'t> ToolSpec<'t> {
    /// Reads a tool argument that [`problem`] has no objection to.
    pub(crate) fn new(text: &'t str) -> Self {
        let with =
            text.split_once(':').filter(|(tool, regex)| !tool.is_empty() && !regex.is_empty());
        Self { text, with, named: with.is_none() || text.chars().all(is_name_character) }
    }

    /// The alternatives; at least one.
    pub(crate) fn alternatives(&self) -> Vec<Alternative> {
        let mut list = Vec::new();
        if self.named {
            let tool = in_formula(self.text);
            list.push(Alternative { called: format!("called({tool})"), tool, every_call: true });
        }
        if let Some((tool, regex)) = self.with {
            let tool = in_formula(tool);
            let called = format!("called_with({tool}, {})", in_formula(regex));
            list.push(Alternative { tool, called, every_call: false });
        }
        list
    }

    /// True of a call that is meant.
    pub(crate) fn called(&self) -> String {
        let alternatives: Vec<String> = self.alternatives().into_iter().map(|a| a.called).collect();
        match alternatives.as_slice() {
            [one] => one.clone(),
            several => format!("({})", several.join(" | ")),
        }
    }

    /// True while at most `limit` calls that are meant were made. Both readings are limited.
    pub(crate) fn at_most(&self, limit: u64) -> String {
        let mut limits = Vec::new();
        if self.named {
            limits.push(format!("count({}) <= {limit}", in_formula(self.text)));
        }
        if let Some((tool, regex)) = self.with {
            limits.push(format!(
                "count_with({}, {}) <= {limit}",
                in_formula(tool),
                in_formula(regex)
            ));
        }
        limits.join(" & ")
    }

    /// The conjunction of `body` over all readings, each guarded by its own calls.
    pub(crate) fn each_call(&self, body: impl Fn(&str) -> String) -> String {
        let parts: Vec<String> = self
            .alternatives()
            .iter()
            .map(|a| format!("({} -> {})", a.called, body(&a.tool)))
            .collect();
        parts.join(" & ")
    }

    /// The tool whose calls are meant, without a pattern on arguments unless the text can be a name.
    pub(crate) fn name(&self) -> &'t str {
        match self.with {
            Some((tool, _)) if !self.named => tool,
            _ => self.text,
        }
    }

    /// Whether the text can be the name of a tool.
    pub(crate) fn is_name(&self) -> bool {
        self.named
    }
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || "_-.:/@".contains(c)
}

/// Why a text is not a tool argument.
pub(crate) fn problem(text: &str) -> Option<&'static str> {
    let name = text.split_once(':').map_or(text, |(tool, _)| tool);
    if text.trim().is_empty() {
        Some("a tool name is empty")
    } else if name.trim() != name {
        Some("a tool name has a blank at its edge")
    } else if name.is_empty() {
        Some("there is no tool name before the `:`")
    } else if text.ends_with(':') && text.find(':') == Some(text.len().saturating_sub(1)) {
        Some("there is no argument pattern after the `:`")
    } else if text.chars().any(char::is_control) {
        Some("a tool name contains a control character")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, called: &str, at_most: &str) {
        assert_eq!(problem(text), None);
        let spec = ToolSpec::new(text);
        assert_eq!((spec.called().as_str(), spec.at_most(0).as_str()), (called, at_most));
    }

    #[test]
    fn a_plain_name_is_a_tool() {
        check("bash", r#"called("bash")"#, r#"count("bash") <= 0"#);
        check("my tool", r#"called("my tool")"#, r#"count("my tool") <= 0"#);
    }

    #[test]
    fn a_regex_after_a_colon_is_an_argument_pattern() {
        check(
            "bash:rm -rf",
            r#"called_with("bash", "rm -rf")"#,
            r#"count_with("bash", "rm -rf") <= 0"#,
        );
        check(
            r"bash:rm\b",
            r#"called_with("bash", "rm\\b")"#,
            r#"count_with("bash", "rm\\b") <= 0"#,
        );
    }

    #[test]
    fn what_can_be_both_is_both() {
        check(
            "bash:sudo",
            r#"(called("bash:sudo") | called_with("bash", "sudo"))"#,
            r#"count("bash:sudo") <= 0 & count_with("bash", "sudo") <= 0"#,
        );
        for text in ["my.plugin:run", "a:b:c", "srv:tool.name", "1abc:x"] {
            assert_eq!(ToolSpec::new(text).alternatives().len(), 2, "{text}");
        }
    }

    #[test]
    fn half_a_tool_argument_is_refused() {
        for text in ["", " ", "acme:", ":x", " bash", "bash :x", "a\nb"] {
            assert!(problem(text).is_some(), "{text:?}");
        }
    }
}
