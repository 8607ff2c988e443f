//! Whether a line of Perl only computes: filters, sums and rewrites what it reads, as `perl -ne` and `perl -pe` do all
//! day.
//!
//! It says yes where every word of the program is on a list of functions that touch nothing, and where nothing is
//! written that could call another: no backquotes, no code in strings or patterns, no references, no packages. Whatever
//! it does not know makes the answer no, and the line is then as opaque as any script.
//!
//! Rejected: a list of what is dangerous. Perl has more ways to run a program than any list has lines.

/// Functions and words of the grammar that touch nothing outside of the program.
const HARMLESS: &[&str] = &[
    "BEGIN",
    "END",
    "STDERR",
    "STDIN",
    "STDOUT",
    "abs",
    "and",
    "chomp",
    "chop",
    "chr",
    "cmp",
    "cos",
    "defined",
    "delete",
    "die",
    "each",
    "else",
    "elsif",
    "eq",
    "exists",
    "exit",
    "exp",
    "for",
    "foreach",
    "ge",
    "gmtime",
    "grep",
    "gt",
    "hex",
    "if",
    "index",
    "int",
    "join",
    "keys",
    "last",
    "lc",
    "lcfirst",
    "le",
    "length",
    "localtime",
    "log",
    "lt",
    "map",
    "max",
    "maxstr",
    "min",
    "minstr",
    "my",
    "ne",
    "next",
    "not",
    "oct",
    "or",
    "ord",
    "our",
    "pop",
    "pos",
    "print",
    "printf",
    "product",
    "push",
    "rand",
    "redo",
    "ref",
    "reverse",
    "rindex",
    "say",
    "scalar",
    "shift",
    "sin",
    "sort",
    "splice",
    "split",
    "sprintf",
    "sqrt",
    "srand",
    "substr",
    "sum",
    "sum0",
    "time",
    "uc",
    "ucfirst",
    "undef",
    "uniq",
    "unless",
    "unpack",
    "unshift",
    "until",
    "values",
    "warn",
    "while",
    "x",
    "xor",
];

/// Words after which a value follows, so that a slash begins a pattern.
const BEFORE_VALUES: &[&str] = &[
    "and", "cmp", "eq", "for", "foreach", "ge", "grep", "gt", "if", "join", "le", "lt", "map",
    "ne", "not", "or", "print", "push", "return", "say", "split", "unless", "until", "while", "x",
    "xor",
];

/// Whether the program only computes.
pub(crate) fn only_computes(text: &str) -> bool {
    // Texts that end the program, name what is read, or set it by another name.
    let odd = [
        "`", "::", "<<", "&$", "&{", "*{", "->$", "->@", "->&", "->(", "$^", "@ARGV", "\n=", "${",
        "@{", "%{",
    ];
    if odd.iter().any(|part| text.contains(part)) {
        return false;
    }
    Reader { rest: text, after_value: false, before: ' ' }.run().is_some()
}

/// A program while it is read. `None` anywhere is a no.
struct Reader<'t> {
    rest: &'t str,
    /// Whether what stands before is a value, so that a slash divides.
    after_value: bool,
    /// The sign before.
    before: char,
}

impl<'t> Reader<'t> {
    fn pass(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        passed
    }

    fn run(&mut self) -> Option<()> {
        while let Some(first) = self.rest.chars().next() {
            match first {
                '\'' => {
                    self.delimited('\'', 1)?;
                    self.after_value = true;
                }
                '"' => {
                    let inner = self.delimited('"', 1)?;
                    is_plain_text(inner).then_some(())?;
                    self.after_value = true;
                }
                '$' | '@' | '%' if first != '%' || !self.after_value => self.variable(first)?,
                '/' if !self.after_value => {
                    let pattern = self.delimited('/', 1)?;
                    is_plain_pattern(pattern).then_some(())?;
                    self.flags()?;
                }
                '<' => self.line()?,
                '#' => {
                    let line = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.pass(line);
                }
                c if c.is_ascii_digit() => {
                    self.digits();
                    self.after_value = true;
                }
                c if c.is_ascii_alphabetic() || c == '_' => self.word()?,
                c if c.is_ascii() => {
                    self.pass(1);
                    if !c.is_ascii_whitespace() {
                        // After a brace both could stand.
                        (c != '}' || !self.rest.trim_start().starts_with('/')).then_some(())?;
                        self.after_value = matches!(c, ')' | ']' | '}');
                        self.before = c;
                    }
                }
                _ => return None,
            }
        }
        Some(())
    }

    fn digits(&mut self) {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
        self.pass(end.unwrap_or(self.rest.len()));
    }

    fn name(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        self.pass(end.unwrap_or(self.rest.len()))
    }

    /// `$x`, `@x`, `$1`, `$_`, `$/`, `$#x`.
    fn variable(&mut self, sigil: char) -> Option<()> {
        self.pass(1);
        if sigil == '$' && self.rest.starts_with('#') {
            self.pass(1);
        }
        while self.rest.starts_with('$') {
            self.pass(1);
        }
        let name = self.name();
        if matches!(name, "ARGV" | "INC" | "SIG" | "ISA") {
            return None;
        }
        if name.is_empty() && sigil == '$' {
            let sign = self.rest.chars().next().filter(char::is_ascii_punctuation)?;
            matches!(
                sign,
                '/' | '\\' | ',' | ';' | '.' | '!' | '&' | '0' | '|' | '"' | '+' | '-' | '@'
            )
            .then_some(())?;
            self.pass(1);
        }
        self.after_value = !name.is_empty() || sigil == '$';
        self.before = 'v';
        Some(())
    }

    /// `<>`, `<STDIN>`, or a comparison.
    fn line(&mut self) -> Option<()> {
        let read = ["<>", "<STDIN>"].into_iter().find(|read| self.rest.starts_with(read));
        match read {
            Some(read) => {
                self.pass(read.len());
                self.after_value = true;
            }
            None if self.after_value => {
                self.pass(1);
                self.after_value = false;
            }
            None => return None,
        }
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let before = self.before;
        let word = self.name();
        self.before = 'w';
        let after = self.rest.trim_start();
        // A key of a hash is a text.
        if after.starts_with("=>") || before == '{' && after.starts_with('}') {
            self.after_value = true;
            return Some(());
        }
        if before == '-' && word.len() == 1 {
            self.after_value = false;
            return Some(());
        }
        if matches!(word, "s" | "tr" | "y" | "m" | "qr" | "q" | "qq" | "qw") {
            return self.quoted(word);
        }
        HARMLESS.contains(&word).then_some(())?;
        self.after_value = !BEFORE_VALUES.contains(&word);
        Some(())
    }

    /// What stands behind a word that quotes.
    fn quoted(&mut self, word: &str) -> Option<()> {
        let delimiter = self.rest.chars().next()?;
        if matches!(word, "q" | "qq") && delimiter == '(' {
            let inner = self.delimited(')', 1)?;
            // A parenthesis inside would be one of a pair.
            let is_plain = !inner.contains('(') && (word == "q" || is_plain_text(inner));
            self.after_value = true;
            return is_plain.then_some(());
        }
        matches!(delimiter, '/' | '|' | '!' | ',' | ':' | '#' | '@' | '~' | '%').then_some(())?;
        let first = self.delimited(delimiter, 1)?;
        match word {
            "s" => {
                is_plain_pattern(first).then_some(())?;
                let second = self.delimited(delimiter, 0)?;
                is_plain_text(second).then_some(())?;
            }
            "tr" | "y" => {
                self.delimited(delimiter, 0)?;
            }
            "q" | "qw" => {}
            "qq" => is_plain_text(first).then_some(())?,
            _ => is_plain_pattern(first).then_some(())?,
        }
        self.flags()
    }

    /// The letters behind a pattern: with `e` the replacement is a program.
    fn flags(&mut self) -> Option<()> {
        let flags = self.name();
        self.after_value = true;
        flags.chars().all(|c| "acdgilmnoprsux".contains(c)).then_some(())
    }

    /// What stands before the delimiter, after this many bytes.
    fn delimited(&mut self, delimiter: char, skip: usize) -> Option<&'t str> {
        let text = self.rest.get(skip..)?;
        let mut escaped = false;
        for (at, character) in text.char_indices() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == delimiter => {
                    self.pass(skip.saturating_add(at).saturating_add(c.len_utf8()));
                    self.before = 'v';
                    return text.get(..at);
                }
                _ => {}
            }
        }
        None
    }
}

/// Whether no program stands in the text: `"$x[f()]"` runs `f`.
fn is_plain_text(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(['$', '@']) {
        let after = rest.get(at.saturating_add(1)..).unwrap_or_default();
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let tail = after.get(end.unwrap_or(after.len())..).unwrap_or_default();
        rest = tail;
        let Some(open) = tail.chars().next().filter(|c| matches!(c, '[' | '{')) else { continue };
        let close = if open == '[' { ']' } else { '}' };
        let Some(inner) = tail.get(1..).and_then(|t| t.split_once(close)).map(|(inner, _)| inner)
        else {
            return false;
        };
        let is_index = |c: char| c.is_ascii_digit() || matches!(c, '-' | '$' | '_' | '#');
        let name = inner.trim_start_matches(['$', '-', '#']);
        let is_variable =
            name.len() < inner.len() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_key = open == '{' && inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !(is_variable || is_key || inner.chars().all(is_index)) {
            return false;
        }
    }
    true
}

/// Whether no program stands in the pattern.
fn is_plain_pattern(text: &str) -> bool {
    !text.contains("(?{") && !text.contains("(??") && !text.contains("(*{") && is_plain_text(text)
}

#[cfg(test)]
mod tests {
    use super::only_computes;

    #[track_caller]
    fn check(text: &str, expect: bool) {
        assert_eq!(only_computes(text), expect, "{text}");
    }

    #[test]
    fn filters_sums_and_substitutions_only_compute() {
        for text in [
            "s/old/new/g",
            "s|a/b|c|; print if /x.y/",
            "print if /^a/ and not m/b/i",
            "$sum += $F[1]; END { print \"$sum\\n\" }",
            "print join(\" \", reverse(@F))",
            "chomp; printf \"%-40s %s\\n\", split / +/, $_, 2",
            "print scalar(localtime), \" \", $_",
            "print \"$1\\n\" while /(\\d+)/g",
            "tr/a-z/A-Z/",
            "print \"$_ \" for /(a|b)/g",
            "print qq($x of $y\\n)",
            "$h{key}++; print \"$h{key} $F[-1] $F[$i]\" unless $seen{$_}++",
            "-e || print",
            "print $x / 2 / 3",
        ] {
            check(text, true);
        }
    }

    #[test]
    fn what_could_run_another_program_does_not_only_compute() {
        for text in [
            "system 'ls'",
            "exec 'ls'",
            "print `ls`",
            "print qx(ls)",
            "s/a/system 'ls'/e",
            "s/a/b/gee",
            "/(?{ system 'ls' })/",
            "print \"$x[system 'ls']\"",
            "print \"@{[ system 'ls' ]}\"",
            "print \"$h{`ls`}\"",
            "open F, 'ls|'",
            "unlink",
            "print \"$a[unlink]\"",
            "@ARGV = ('ls|'); print <>",
            "push @ARGV, 'ls|'",
            "$ARGV[0] = 'ls|'",
            "print <$f>",
            "&$f('ls')",
            "print qq( @{[ system 'ls' ]} )",
            "print qq(()); system('ls')",
            "print for / system 'ls' /e",
            "$x->('ls')",
            "require 'x.pl'",
            "do 'x.pl'",
            "eval $_",
            "$x / system('ls') / 2",
            "split /a/; system /b/",
            "print } / system('ls') /",
            "CORE::system('ls')",
            "main->system",
            "$SIG{ALRM} = 'f'",
            "print <<E\nx\nE",
        ] {
            check(text, false);
        }
    }
}
