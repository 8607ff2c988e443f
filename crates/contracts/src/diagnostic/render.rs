//! Diagnostics as terminal text, in the look of rustc.
//!
//! The drawing is `annotate-snippets`; this file only cuts the excerpt, so that a diagnostic about line
//! three of a large file does not carry the file, and makes sure that no range points between the bytes of
//! a character.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, File, FileId, Files, Label, Severity};

/// Lines between two places of one file up to which they are drawn in one excerpt.
const EXCERPT_LINES_MAX: usize = 40;

/// Whether the text carries colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Terminal escape sequences.
    Always,
    /// Plain text.
    Never,
}

/// The text of one diagnostic, without a final line break.
pub fn render(diagnostic: &Diagnostic, files: &Files, colour: Colour, width: usize) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    for excerpt in excerpts(diagnostic, files) {
        group = group.element(excerpt.snippet());
    }
    if let Some(hint) = &diagnostic.hint {
        group =
            group.element(Level::HELP.message(annotate_snippets::normalize_untrusted_str(hint)));
    }
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    renderer.term_width(width.max(40)).render(&[group])
}

/// Consecutive lines of one file and the labels in them.
struct Excerpt<'d> {
    id: FileId,
    file: &'d File,
    first: usize,
    last: usize,
    labels: Vec<(&'d Label, AnnotationKind)>,
}

impl<'d> Excerpt<'d> {
    fn snippet(&self) -> Snippet<'d, annotate_snippets::Annotation<'d>> {
        let from = self.file.line_range(self.first).start;
        let to = self.file.line_range(self.last).end;
        let text = self.file.text().get(from..to).unwrap_or("");
        let annotations = self.labels.iter().map(|(label, kind)| {
            let range = self.file.clamp(label.location.range());
            let start = range.start.saturating_sub(from).min(text.len());
            let end = range.end.saturating_sub(from).clamp(start, text.len());
            let annotation = kind.span(start..end);
            if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
        });
        Snippet::source(text).path(self.file.name()).line_start(self.first).annotations(annotations)
    }
}

/// The primary label's excerpt first; a label that lies far from it gets an excerpt of its own.
fn excerpts<'d>(diagnostic: &'d Diagnostic, files: &'d Files) -> Vec<Excerpt<'d>> {
    let primary = diagnostic.primary.iter().map(|label| (label, AnnotationKind::Primary));
    let related = diagnostic.related.iter().map(|label| (label, AnnotationKind::Context));
    let mut list: Vec<Excerpt<'d>> = Vec::new();
    for (label, kind) in primary.chain(related) {
        let Some(file) = files.get(label.location.file) else { continue };
        let range = file.clamp(label.location.range());
        let first = file.position(range.start).line;
        // A place that covers many lines, such as a whole map, is shown by its beginning.
        let last = file.position(range.end).line.min(first.saturating_add(EXCERPT_LINES_MAX));
        let near = list.iter_mut().find(|e| {
            e.id == label.location.file
                && e.first.min(first).saturating_add(EXCERPT_LINES_MAX) >= e.last.max(last)
        });
        match near {
            Some(excerpt) => {
                excerpt.first = excerpt.first.min(first);
                excerpt.last = excerpt.last.max(last);
                excerpt.labels.push((label, kind));
            }
            None => {
                let labels = vec![(label, kind)];
                list.push(Excerpt { id: label.location.file, file, first, last, labels });
            }
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Location};
    use super::*;

    fn location(text: &str, part: &str) -> Location {
        let start = text.find(part).unwrap();
        Location::new(FileId::default(), start, start + part.len())
    }

    #[test]
    fn a_diagnostic_shows_code_place_excerpt_and_hint() {
        let text = "agents:\n  bot:\n    contract:\n      - G: x\n";
        let files = Files::single("sponsio.yaml", text);
        let diagnostic =
            Diagnostic::new(Code::UnknownKey, location(text, "contract"), "unknown key `contract`")
                .label("nothing reads this")
                .hint("did you mean `contracts`?");
        let expect = "\
error[E006]: unknown key `contract`
 --> sponsio.yaml:3:5
  |
3 |     contract:
  |     ^^^^^^^^ nothing reads this
  |
  = help: did you mean `contracts`?";
        assert_eq!(render(&diagnostic, &files, Colour::Never, 100), expect);
    }

    #[test]
    fn colour_adds_escape_sequences_only() {
        let files = Files::single("f", "abc");
        let diagnostic = Diagnostic::new(Code::Shape, location("abc", "b"), "no");
        let plain = render(&diagnostic, &files, Colour::Never, 100);
        let colour = render(&diagnostic, &files, Colour::Always, 100);
        assert!(!plain.contains('\u{1b}') && colour.contains('\u{1b}'));
    }

    #[test]
    fn no_place_is_too_strange_to_draw() {
        let files = Files::single("f", "é\r\n\u{1b}[31m\tx\n");
        for start in 0..16 {
            for end in start..16 {
                let place = Location::new(FileId::default(), start, end);
                let text =
                    render(&Diagnostic::new(Code::Shape, place, "m"), &files, Colour::Never, 0);
                assert!(text.starts_with("error[E005]: m") && !text.contains('\u{1b}'), "{text}");
            }
        }
        let nowhere = Diagnostic::without_place(Code::Include, "no such file");
        assert_eq!(render(&nowhere, &files, Colour::Never, 80), "error[E015]: no such file");
    }
}
