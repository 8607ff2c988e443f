//! What a tool argument of a pattern names: a tool, a set of tools, or either with a pattern on its arguments.
//!
//! `bash:rm -rf` means calls of `bash` whose arguments match the regular expression `rm -rf`. But
//! `acme:fetch` is also how namespaced tools are called, and the text alone cannot say which was meant. A
//! contract that guesses wrongly never fires. So a text that could be both means both: the tool of that
//! name, or the call that matches. `{a, b}` is a set, `mcp__bank__*` a glob, `@risky` a tag.

use sponsio_engine::formula::{Constant, Formula, Node};

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
    /// What the arguments must match, quoted for a formula; none if every call of the tool is meant.
    pub(crate) regex: Option<String>,
}

impl Alternative {
    /// `word(tool)` or `word_with(tool, regex)`.
    fn word(&self, word: &str) -> String {
        match &self.regex {
            None => format!("{word}({})", self.tool),
            Some(regex) => format!("{word}_with({}, {regex})", self.tool),
        }
    }

    /// True of the calls that are meant.
    pub(crate) fn called(&self) -> String {
        self.word("called")
    }
}

impl<'t> ToolSpec<'t> {
    /// Reads a tool argument that [`problem`] has no objection to.
    pub(crate) fn new(text: &'t str) -> Self {
        let with = split(text).filter(|(tool, regex)| {
            // A `*` alone is no regular expression: `github:*` is a glob.
            !tool.is_empty() && !regex.is_empty() && !regex.starts_with('*')
        });
        let is_set = text.starts_with(['{', '@']);
        let is_name = !is_set && !text.contains(".*") && text.chars().all(is_name_character);
        Self { text, with, named: with.is_none() || is_name }
    }

    /// The alternatives; at least one.
    pub(crate) fn alternatives(&self) -> Vec<Alternative> {
        let mut list = Vec::new();
        if self.named {
            list.push(Alternative { tool: in_formula(self.text), regex: None });
        }
        if let Some((tool, regex)) = self.with {
            let (tool, regex) = (in_formula(tool), Some(in_formula(regex)));
            list.push(Alternative { tool, regex });
        }
        list
    }

    fn any(&self, word: &str) -> String {
        let list: Vec<String> = self.alternatives().iter().map(|a| a.word(word)).collect();
        any_of(&list)
    }

    /// True of a call that is meant.
    pub(crate) fn called(&self) -> String {
        self.any("called")
    }

    /// True once a call that is meant was made and did not fail.
    pub(crate) fn done(&self) -> String {
        self.any("done")
    }

    /// [`done`](Self::done), or that a call was made at all.
    pub(crate) fn made(&self, attempted: bool) -> String {
        if attempted { format!("O {}", self.called()) } else { self.done() }
    }

    /// True of a result that says that a call of the tool failed. Results do not carry arguments.
    pub(crate) fn failed(&self) -> String {
        let mut tools: Vec<String> = self.alternatives().into_iter().map(|a| a.tool).collect();
        tools.dedup();
        let outcomes = ["error", "denied", "timeout"];
        let results =
            tools.iter().flat_map(|tool| outcomes.map(|o| format!("result({tool}, {o})")));
        any_of(&results.collect::<Vec<_>>())
    }

    /// True while at most `limit` calls that are meant were made. Both readings are limited.
    pub(crate) fn at_most(&self, limit: u64, within: &str) -> String {
        let limits = self.alternatives().into_iter();
        let limits = limits.map(|a| format!("{}{within} <= {limit}", a.word("count")));
        limits.collect::<Vec<_>>().join(" & ")
    }

    /// The conjunction of `body` over all readings, each guarded by its own calls.
    pub(crate) fn each_call(&self, body: impl Fn(&str) -> String) -> String {
        let parts: Vec<String> = self
            .alternatives()
            .iter()
            .map(|a| format!("({} -> {})", a.called(), body(&a.tool)))
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

    /// Whether the text can be the name of a tool, or of a set of them.
    pub(crate) fn is_name(&self) -> bool {
        self.named
    }

    /// Whether the text names one tool, not a set, a glob or a tag.
    pub(crate) fn is_single(&self) -> bool {
        !self.name().starts_with(['{', '@']) && !self.name().contains('*')
    }
}

/// `a`, or `(a | b)`.
pub(crate) fn any_of(list: &[String]) -> String {
    match list {
        [one] => one.clone(),
        several => format!("({})", several.join(" | ")),
    }
}

/// The part before the colon that ends the tool, and the part after it.
fn split(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with('{') {
        return text.split_once(':');
    }
    let (mut depth, mut quote, mut escaped) = (0usize, None, false);
    let end = text.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(mark), _) if c == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => depth = depth.saturating_add(1),
            (None, '}') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
        (depth == 0).then(|| at.saturating_add(c.len_utf8()))
    })?;
    let (set, rest) = text.split_at_checked(end)?;
    Some((set, rest.strip_prefix(':')?))
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || "_-.:/@*".contains(c)
}

/// The text of a set of tools; of one tool, its name.
pub(crate) fn set<T: AsRef<str>>(tools: &[T]) -> String {
    let member = |tool: &T| {
        let tool = tool.as_ref();
        let plain = tool.starts_with('{') || tool.chars().all(is_name_character);
        if plain { tool.to_owned() } else { in_formula(tool) }
    };
    match tools {
        [only] => only.as_ref().to_owned(),
        several => format!("{{{}}}", several.iter().map(member).collect::<Vec<_>>().join(", ")),
    }
}

/// The one way of writing a tool argument: a set has a canonical text.
pub(crate) fn normal(text: &str) -> String {
    if !text.starts_with('{') {
        return text.to_owned();
    }
    let (set, rest) = match split(text) {
        Some((set, regex)) => (set, format!(":{regex}")),
        None => (text, String::new()),
    };
    canonical(set).map_or_else(|| text.to_owned(), |set| format!("{set}{rest}"))
}

/// The engine's text of a set of tools.
fn canonical(set: &str) -> Option<Box<str>> {
    let formula = Formula::parse(&format!("called({})", in_formula(set))).ok()?;
    match formula.node(formula.root())? {
        Node::Fact(symbol) => match symbol.args.first()? {
            Constant::Text(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Why a text is not a tool argument.
pub(crate) fn problem(text: &str) -> Option<&'static str> {
    if text.starts_with('{') {
        let set = split(text).map_or(text, |(set, _)| set);
        return canonical(set).is_none().then_some("a set is written `{first, second}`");
    }
    let name = text.split_once(':').map_or(text, |(tool, _)| tool);
    if text.trim().is_empty() {
        Some("a tool name is empty")
    } else if name.trim() != name {
        Some("a tool name has a blank at its edge")
    } else if name.is_empty() {
        Some("there is no tool name before the `:`")
    } else if name == "@" {
        Some("there is no tag after the `@`")
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
        assert_eq!((spec.called().as_str(), spec.at_most(0, "").as_str()), (called, at_most));
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
    fn sets_globs_and_tags_are_tools() {
        check("mcp__bank__*", r#"called("mcp__bank__*")"#, r#"count("mcp__bank__*") <= 0"#);
        check("github:*", r#"called("github:*")"#, r#"count("github:*") <= 0"#);
        check("@risky", r#"called("@risky")"#, r#"count("@risky") <= 0"#);
        check("{a, b}", r#"called("{a, b}")"#, r#"count("{a, b}") <= 0"#);
        check(
            "{bash, sh}:rm -rf",
            r#"called_with("{bash, sh}", "rm -rf")"#,
            r#"count_with("{bash, sh}", "rm -rf") <= 0"#,
        );
        assert_eq!(normal("{ a,{b , 'x}:y'} }:r}:m"), r#"{a, b, "x}:y"}:r}:m"#);
        assert_eq!(set(&["a", "b c"]), r#"{a, "b c"}"#);
        assert_eq!(set(&["a"]), "a");
    }

    #[test]
    fn a_call_that_failed_is_not_done() {
        let spec = ToolSpec::new("bash:make test");
        assert_eq!(spec.done(), r#"done_with("bash", "make test")"#);
        assert_eq!(spec.made(true), r#"O called_with("bash", "make test")"#);
        assert_eq!(
            spec.failed(),
            r#"(result("bash", error) | result("bash", denied) | result("bash", timeout))"#
        );
    }

    #[test]
    fn half_a_tool_argument_is_refused() {
        for text in ["", " ", "acme:", ":x", " bash", "bash :x", "a\nb", "{a", "{}", "{a} b", "@"] {
            assert!(problem(text).is_some(), "{text:?}");
        }
    }
}
