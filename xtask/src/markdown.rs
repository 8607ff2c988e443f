//! As much of Markdown as the checks of documents need: headings, fenced code, code spans and link targets.
//!
//! It reads line by line. A code span or a link that is broken over two lines is not seen, and indented code is
//! text: the documents here use neither.

/// A line of a document and what it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Its text, without the line break.
    pub(crate) text: &'t str,
    /// What it is part of.
    pub(crate) part: Part<'t>,
}

/// What a line is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// Running text, a list, a table.
    Text,
    /// A heading of this level.
    Heading(usize),
    /// The opening or closing line of fenced code.
    Fence,
    /// Fenced code; the words after the opening fence.
    Code(&'t str),
}

/// Fenced code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block<'t> {
    /// The number of its first line of code.
    pub(crate) line: usize,
    /// The words after the opening fence.
    pub(crate) info: &'t str,
    /// Its lines.
    pub(crate) lines: Vec<&'t str>,
}

/// The lines of a document.
pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut fence: Option<(&str, &str)> = None;
    let mut lines = Vec::new();
    for (index, text) in text.lines().enumerate() {
        let trimmed = text.trim_start();
        let mark = marks(trimmed, '`').or_else(|| marks(trimmed, '~'));
        let part = match (fence, mark) {
            (None, Some(mark)) => {
                fence = Some((mark, trimmed.trim_start_matches(['`', '~']).trim()));
                Part::Fence
            }
            (Some((open, _)), Some(mark)) if mark.starts_with(open) && trimmed.trim() == mark => {
                fence = None;
                Part::Fence
            }
            (Some((_, info)), _) => Part::Code(info),
            (None, None) => heading(text).map_or(Part::Text, Part::Heading),
        };
        lines.push(Line { number: index + 1, text, part });
    }
    lines
}

/// The run of three or more marks that opens or closes fenced code.
fn marks(text: &str, mark: char) -> Option<&str> {
    let rest = text.trim_start_matches(mark);
    let run = text.strip_suffix(rest)?;
    (run.len() >= 3).then_some(run)
}

fn heading(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches('#');
    let level = text.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then_some(level)
}

/// The fenced code of a document.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open = false;
    for line in lines(text) {
        match (line.part, blocks.last_mut()) {
            (Part::Code(_), Some(block)) if open => block.lines.push(line.text),
            (Part::Code(info), _) => {
                blocks.push(Block { line: line.number, info, lines: vec![line.text] });
                open = true;
            }
            _ => open = false,
        }
    }
    blocks
}

/// The code spans of a line, without their backticks.
pub(crate) fn spans(text: &str) -> Vec<&str> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('`') {
        let body = after.trim_start_matches('`');
        let width = after.len() - body.len() + 1;
        let Some((span, next)) = body.split_once("`".repeat(width).as_str()) else { break };
        spans.push(span.trim());
        rest = next;
    }
    spans
}

/// The targets of the links of a line; what stands in code spans is not a link.
pub(crate) fn links(text: &str) -> Vec<String> {
    let mut plain = text.to_owned();
    for span in spans(text) {
        plain = plain.replace(&format!("`{span}`"), "code");
    }
    let mut links = Vec::new();
    let mut rest = plain.as_str();
    while let Some((_, after)) = rest.split_once("](") {
        let Some((target, next)) = after.split_once(')') else { break };
        links.push(target.to_owned());
        rest = next;
    }
    links
}

/// The anchor of a heading, as code hosts derive it.
pub(crate) fn anchor(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_in_code_is_not_a_heading() {
        let parts: Vec<Part<'_>> =
            lines("# a\n```sh\n# b\n```\n## c\n#d").iter().map(|line| line.part).collect();
        let expect = [
            Part::Heading(1),
            Part::Fence,
            Part::Code("sh"),
            Part::Fence,
            Part::Heading(2),
            Part::Text,
        ];
        assert_eq!(parts, expect);
    }

    #[test]
    fn a_block_keeps_its_info_and_lines() {
        let blocks = blocks("x\n```yaml file=a.yaml\na: 1\n\nb: 2\n```\n\n```\nc\n```\n");
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].info, "yaml file=a.yaml");
        assert_eq!(blocks[0].line, 3);
        assert_eq!(blocks[0].lines, ["a: 1", "", "b: 2"]);
        assert_eq!(blocks[1].lines, ["c"]);
    }

    #[test]
    fn spans_may_have_two_backticks() {
        assert_eq!(spans("a `b` and ``c ` d`` e"), ["b", "c ` d"]);
    }

    #[test]
    fn a_link_in_code_is_not_a_link() {
        assert_eq!(links("[a](b.md) `[c](d.md)` [e](f.md#g)"), ["b.md", "f.md#g"]);
    }

    #[test]
    fn an_anchor_is_the_heading_in_lower_case_with_dashes() {
        assert_eq!(anchor("## Who may depend on `whom`?"), "who-may-depend-on-whom");
    }
}
