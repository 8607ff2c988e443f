//! A page for people: headings, paragraphs, labelled lines.
//!
//! Colours are always written into the page; the stream they are printed to takes them out where they are not
//! wanted, so nothing else has to know.

use anstyle::{AnsiColor, Style as Ansi};

use super::text::{width, wrapped};

/// What a piece of text is, from which follows how it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Style {
    /// Ordinary text.
    #[default]
    Plain,
    /// A heading.
    Strong,
    /// Of less weight than its surroundings.
    Faint,
    /// Kept, allowed, identical.
    Good,
    /// Lost, refused, wrong.
    Bad,
    /// Owed, warned about.
    Warn,
    /// A name that the reader can use elsewhere.
    Accent,
}

impl Style {
    fn ansi(self) -> Ansi {
        let plain = Ansi::new();
        let colour = |colour: AnsiColor| plain.fg_color(Some(colour.into()));
        match self {
            Self::Plain => plain,
            Self::Strong => plain.bold(),
            Self::Faint => plain.dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red).bold(),
            Self::Warn => colour(AnsiColor::Yellow),
            Self::Accent => colour(AnsiColor::Cyan),
        }
    }

    /// The text in this style.
    pub(crate) fn paint(self, text: &str) -> String {
        if self == Self::Plain || text.is_empty() {
            return text.to_owned();
        }
        let ansi = self.ansi();
        format!("{ansi}{text}{ansi:#}")
    }
}

/// A page that grows line by line.
#[derive(Debug)]
pub(crate) struct Page {
    out: String,
    width: usize,
}

impl Page {
    /// An empty page, so many columns wide.
    pub(crate) fn new(width: usize) -> Self {
        Self { out: String::new(), width }
    }

    /// How wide it is.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// An empty line, except at the top and after another one.
    pub(crate) fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Text that is laid out already; a line break is added if it has none.
    pub(crate) fn raw(&mut self, text: &str) {
        self.out.push_str(text);
        if !text.is_empty() && !text.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// A line across the page with a title in it.
    pub(crate) fn banner(&mut self, name: &str, title: &str) {
        let used = width(name).saturating_add(width(title)).saturating_add(6);
        let rest = "─".repeat(self.width.saturating_sub(used).max(2));
        let line = format!(
            "{} {}  {} {}",
            Style::Faint.paint("──"),
            Style::Accent.paint(name),
            Style::Strong.paint(title),
            Style::Faint.paint(&rest)
        );
        self.raw(&line);
    }

    /// A heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.raw(&Style::Strong.paint(text));
    }

    /// A paragraph, wrapped.
    pub(crate) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        let margin = " ".repeat(indent);
        for line in wrapped(text, self.width.saturating_sub(indent)) {
            self.raw(&format!("{margin}{}", style.paint(&line)));
        }
    }

    /// A label and text beside it; further lines of the text stay beside the label.
    pub(crate) fn labelled(&mut self, label: &str, style: Style, text: &str) {
        let margin = width(label).saturating_add(1);
        let mut label = style.paint(label);
        for line in wrapped(text, self.width.saturating_sub(margin)) {
            self.raw(&format!("{label} {line}"));
            label = " ".repeat(margin.saturating_sub(1));
        }
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.out
    }
}
