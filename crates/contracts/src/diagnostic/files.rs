//! The texts that were read, and places in them.
//!
//! A place is a file and a range of bytes. Lines and columns are worked out when somebody asks: columns
//! count characters, not bytes, and both count from 1.

use core::ops::Range;

/// A file of a [`Files`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// Its place in the order in which the files were read.
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Location {
    /// The place `start..end` of `file`.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Self { file, start, end: end.max(start) }
    }

    /// The bytes.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// One text.
#[derive(Clone, Debug)]
pub struct File {
    name: Box<str>,
    text: Box<str>,
    /// The offset of the first byte of every line.
    lines: Box<[usize]>,
}

impl File {
    fn new(name: &str, text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = core::iter::once(0).chain(breaks.map(|(at, _)| at.saturating_add(1))).collect();
        Self { name: name.into(), text: text.into(), lines }
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte. A byte inside a character belongs to that character.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..).unwrap_or("");
        let column = before
            .char_indices()
            .take_while(|(at, c)| start.saturating_add(*at).saturating_add(c.len_utf8()) <= offset)
            .count();
        Position { line, column: column.saturating_add(1) }
    }

    /// The bytes of a line, counted from 1, without its line break.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or("");
        start..start.saturating_add(text.trim_end_matches(['\n', '\r']).len())
    }

    /// The text of a line, counted from 1.
    pub fn line(&self, line: usize) -> &str {
        self.text.get(self.line_range(line)).unwrap_or("")
    }

    /// The nearest range whose ends lie between characters of the text.
    pub fn clamp(&self, range: Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(range.end.min(self.text.len()));
        start..end.max(start)
    }
}

/// Every text that was read.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

impl Files {
    /// No file.
    pub fn new() -> Self {
        Self::default()
    }

    /// One file; places in it have the default [`FileId`].
    pub fn single(name: &str, text: &str) -> Self {
        Self { files: vec![File::new(name, text)] }
    }

    /// Keeps a text; its id.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File::new(name, text));
        id
    }

    /// The file with this id.
    pub fn get(&self, id: FileId) -> Option<&File> {
        self.files.get(id.index())
    }

    /// Every file, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: usize, column: usize) {
        assert_eq!(File::new("f", text).position(offset), Position { line, column });
    }

    #[test]
    fn columns_count_characters() {
        check("", 0, 1, 1);
        check("ab\ncd", 2, 1, 3);
        check("ab\ncd", 3, 2, 1);
        check("é: x", 2, 1, 2);
        check("é: x", 1, 1, 1);
        check("a\r\nb", 3, 2, 1);
        check("a", 99, 1, 2);
    }

    #[test]
    fn a_line_comes_without_its_break() {
        let file = File::new("f", "a\r\nbc\n");
        assert_eq!([file.line(1), file.line(2), file.line(3), file.line(9)], ["a", "bc", "", ""]);
    }

    #[test]
    fn a_range_inside_a_character_grows_to_the_character() {
        let file = File::new("f", "aéb");
        assert_eq!(file.clamp(2..2), 1..3);
        assert_eq!(file.clamp(7..99), 4..4);
    }
}
