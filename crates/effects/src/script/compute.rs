//! Whether a line of PHP or Ruby only computes: sums, splits and prints what it reads.
//!
//! As for Perl (`perl`), it says yes where every word is on a list of functions that touch nothing, and where nothing
//! is written that could call another: no backquotes, no code in strings, no calls by the value of a variable, no
//! classes. Patterns, comments and other ways to quote make the answer no, because what is inside of them would have to
//! be told apart from what stands behind.
//!
//! Rejected: a list of what is dangerous. Both languages call a function by a name that is put together.

/// A language with lines that may only compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Php,
    Ruby,
}

#[rustfmt::skip]
const PHP: &[&str] = &[
    "PHP_EOL", "PHP_INT_MAX", "STDERR", "STDIN", "STDOUT", "abs", "and", "array", "array_keys", "array_merge",
    "array_pop", "array_push", "array_reverse", "array_shift", "array_slice", "array_sum", "array_unique",
    "array_values", "as", "break", "ceil", "chr", "continue", "count", "date", "do", "echo", "else", "elseif", "empty",
    "exit", "explode", "false", "feof", "fgetc", "fgets", "floor", "for", "foreach", "fscanf", "if", "implode",
    "in_array", "intdiv", "intval", "isset", "join", "json_decode", "json_encode", "lcfirst", "list", "ltrim", "max",
    "md5", "min", "mt_rand", "null", "number_format", "or", "ord", "pow", "print", "printf", "print_r", "rand", "range",
    "round", "rtrim", "sleep", "sort", "rsort", "sprintf", "sqrt", "str_pad", "str_repeat", "str_replace",
    "stream_get_contents", "stripos", "strlen", "strpos", "strrev", "strtolower", "strtotime", "strtoupper",
    "strtr", "substr", "time", "trim", "true", "ucfirst", "ucwords", "unset", "usleep", "var_dump", "while", "xor",
];

#[rustfmt::skip]
const RUBY: &[&str] = &[
    "ARGF", "ARGV", "STDERR", "STDIN", "STDOUT", "abs", "all", "and", "any", "begin", "break", "ceil", "chars", "chomp",
    "chop", "collect", "compact", "count", "do", "downcase", "drop", "each", "each_char", "each_line", "each_slice",
    "each_with_index", "else", "elsif", "empty", "end", "even", "false", "find_all", "first", "flatten", "floor", "for",
    "gets", "group_by", "if", "in", "include", "index", "inject", "inspect", "join", "keys", "last", "length", "lines",
    "lstrip", "map", "max", "max_by", "min", "min_by", "next", "nil", "not", "odd", "or", "ord", "pop", "print",
    "printf", "push", "puts", "rand", "read", "readlines", "reduce", "reject", "reverse", "round", "rstrip", "select",
    "shift", "size", "sleep", "sort", "sort_by", "split", "sprintf", "squeeze", "strip", "sum", "swapcase", "take",
    "tally", "then", "times", "to_a", "to_f", "to_i", "to_s", "tr", "transpose", "true", "uniq", "unless", "until",
    "upcase", "upto", "values", "while", "zip",
];

/// Whether the program only computes.
pub(crate) fn only_computes(dialect: Dialect, text: &str) -> bool {
    // Code in strings, calls by a value, classes, heredocs and comments.
    let odd = ["`", "#", "::", "->", "<<", "{$", "${", "$$", "//", "/*", "\\\n"];
    if !text.is_ascii() || odd.iter().any(|part| text.contains(part)) {
        return false;
    }
    let mut rest = text;
    // What is called stands before a parenthesis, and only a name on the list may.
    let mut may_be_called = true;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                may_be_called = false;
                let Some(length) = quoted(rest, first) else { return false };
                length
            }
            '$' => {
                may_be_called = false;
                1_usize.saturating_add(name_length(rest.get(1..).unwrap_or_default()))
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = name_length(rest);
                if !is_harmless(dialect, rest.get(..length).unwrap_or_default()) {
                    return false;
                }
                may_be_called = true;
                length
            }
            '(' if !may_be_called => return false,
            '/' | '%' | '?' if dialect == Dialect::Ruby => return false,
            c => {
                if !c.is_ascii_whitespace() {
                    may_be_called = !matches!(c, ')' | ']' | '}');
                }
                1
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    true
}

/// Whether the word touches nothing. In PHP a name that is none of a function or the grammar is a text; a Ruby
/// variable of one letter has no method of its name.
fn is_harmless(dialect: Dialect, word: &str) -> bool {
    match dialect {
        // Names of functions are one in upper and lower case.
        Dialect::Php => PHP.iter().any(|known| known.eq_ignore_ascii_case(word)),
        Dialect::Ruby => word.len() == 1 || RUBY.contains(&word),
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// How many bytes the text in quotes takes; none where it does not end.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            _ if c == quote => return Some(at.saturating_add(1)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, text: &str, expect: bool) {
        assert_eq!(only_computes(dialect, text), expect, "{text}");
    }

    #[test]
    fn sums_and_splits_only_compute() {
        for text in [
            "echo array_sum(explode(\",\", trim(fgets(STDIN))));",
            "$n = 0; while (($l = fgets(STDIN)) !== false) { $n += $l; } echo $n / 2;",
            "echo \"$n items\", PHP_EOL;",
        ] {
            check(Dialect::Php, text, true);
        }
        for text in [
            "puts ARGF.read.split.map(&:to_i).inject(:+)",
            "x = gets.chomp; puts x.upcase",
            "puts $stdin.each_line.to_a.uniq.sort",
        ] {
            check(Dialect::Ruby, text, true);
        }
    }

    #[test]
    fn what_could_call_another_function_does_not_only_compute() {
        for text in [
            "system('ls');",
            "echo `ls`;",
            "$f = 'system'; $f('ls');",
            "'system'('ls');",
            "('sys' . 'tem')('ls');",
            "['a', 'b'][0]('ls');",
            "array_map('system', ['ls']);",
            "echo \"{$f('ls')}\";",
            "echo file_get_contents('a');",
            "include 'a.php';",
            "new X;",
            "X::y();",
            "echo 1; // ' \n system('ls'); // '",
            "EVAL('1');",
        ] {
            check(Dialect::Php, text, false);
        }
        for text in [
            "system 'ls'",
            "%x(ls)",
            "puts \"#{exec 'ls'}\"",
            "puts ARGV.map(&:system)",
            "send 'system', 'ls'",
            "open('|ls').read",
            "File.read 'a'",
            "/'/; system('ls'); /'/",
            "?'; system('ls'); ?'",
            "Kernel::exec 'ls'",
            "x.y { |z| load z }",
        ] {
            check(Dialect::Ruby, text, false);
        }
    }
}
