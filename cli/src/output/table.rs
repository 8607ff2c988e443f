//! Tables: columns as wide as their content, and one column that gives way where the page is too narrow.

use super::page::{Page, Style};
use super::text::{width, wrapped};

/// Columns that the giving column keeps.
const GIVING_MIN: usize = 12;
/// Blanks between columns.
const GAP: usize = 2;

/// One cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A cell in a style.
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(Style::Plain, text)
    }
}

/// A table under construction.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    /// The column that is wrapped where the page is too narrow.
    giving: usize,
    indent: usize,
}

impl Table {
    /// A table with these column titles.
    pub(crate) fn new(head: &[&'static str], giving: usize, indent: usize) -> Self {
        Self { head: head.to_vec(), rows: Vec::new(), giving, indent }
    }

    /// Another row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        self.rows.push(cells.into());
    }

    /// Writes it.
    pub(crate) fn write(&self, page: &mut Page) {
        let widths = self.widths(page.width());
        let margin = " ".repeat(self.indent);
        if self.head.iter().any(|title| !title.is_empty()) {
            let titles = self.head.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>();
            let titles = format!("{margin}{}", joined(&titles, &widths));
            page.raw(&Style::Faint.paint(titles.trim_end()));
        }
        for row in &self.rows {
            let columns: Vec<Vec<String>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, columns)| wrapped(&cell.text, *columns))
                .collect();
            let height = columns.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                let mut out = margin.clone();
                let mut blanks = 0usize;
                for ((cell, lines), columns) in row.iter().zip(&columns).zip(&widths) {
                    let text = lines.get(line).map_or("", String::as_str);
                    out.push_str(&" ".repeat(blanks));
                    out.push_str(&cell.style.paint(text));
                    blanks = columns.saturating_sub(width(text)).saturating_add(GAP);
                }
                page.raw(out.trim_end());
            }
        }
    }

    fn widths(&self, page: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = self.head.iter().map(|title| width(title)).collect();
        for row in &self.rows {
            for (slot, cell) in widths.iter_mut().zip(row) {
                *slot = (*slot).max(width(&cell.text));
            }
        }
        let gaps = GAP.saturating_mul(widths.len().saturating_sub(1)).saturating_add(self.indent);
        let over = widths.iter().sum::<usize>().saturating_add(gaps).saturating_sub(page);
        if let Some(slot) = widths.get_mut(self.giving) {
            *slot = (*slot).saturating_sub(over).max((*slot).min(GIVING_MIN));
        }
        widths
    }
}

/// Texts in columns.
fn joined(texts: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    let mut blanks = 0usize;
    for (text, columns) in texts.iter().zip(widths) {
        out.push_str(&" ".repeat(blanks));
        out.push_str(text);
        blanks = columns.saturating_sub(width(text)).saturating_add(GAP);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: usize, expect: &str) {
        let mut table = Table::new(&["name", "what it is"], 1, 2);
        table.row(["a".into(), "something that is long".into()]);
        table.row([Cell::new(Style::Good, "bcdef"), "x".into()]);
        let mut page = Page::new(page);
        table.write(&mut page);
        assert_eq!(anstream::adapter::strip_str(&page.finish()).to_string(), expect);
    }

    #[test]
    fn columns_are_as_wide_as_their_content() {
        check(80, "  name   what it is\n  a      something that is long\n  bcdef  x\n");
    }

    #[test]
    fn one_column_gives_way_on_a_narrow_page() {
        check(24, "  name   what it is\n  a      something that\n         is long\n  bcdef  x\n");
    }
}
