//! Regular expressions with look-around or back-references.
//!
//! The matcher of the engine is linear and knows neither. Expressions that need one of them are compiled here with a
//! backtracking one, under limits that `limits.rs` names: so many instructions, so many expressions, so many bytes and
//! so many steps back a text. What goes over a limit while it runs has no answer, and a contract reads that as whatever
//! hurts it.
//!
//! Only what the linear syntax knows is admitted beside look-around and back-references. Atomic groups, conditions,
//! recursion, `\K` and the like are refused, and so are escapes that the two syntaxes read differently, so that an
//! expression never changes its meaning because a look-ahead was added to it.

use fancy_regex::{CompileError, Error, Expr, Regex, RegexBuilder};

use crate::limits::{
    LOOK_AROUND_BACKTRACKS_MAX, LOOK_AROUND_INSTRUCTIONS_MAX, LOOK_AROUND_PART_BYTES_MAX,
    LOOK_AROUND_REGEX_BYTES_MAX,
};

/// The letters that may follow a backslash: those of the linear syntax, and `k` of named back-references.
const ESCAPED_LETTERS: &str = "dDsSwWbBAzntrfvaxuUpPk";

/// Whether the expression, which the linear syntax refuses, is one that goes back.
pub(crate) fn is_one(regex: &str) -> bool {
    let may = regex.contains("(?") || regex.contains('\\');
    may && regex.len() <= LOOK_AROUND_REGEX_BYTES_MAX
        && regex_automata::util::syntax::parse(regex).is_err()
        && problem(regex).is_none()
}

/// What is wrong with an expression that the linear syntax refuses; `Some(None)` where it has neither look-around nor
/// back-references, so that what the linear syntax says is the answer.
pub(crate) fn problem(regex: &str) -> Option<Option<Box<str>>> {
    let Ok(parsed) = Expr::parse_tree(regex) else { return Some(None) };
    let mut goes_back = false;
    let mut admitted = true;
    let mut open = vec![&parsed.expr];
    while let Some(expression) = open.pop() {
        goes_back |= matches!(expression, Expr::LookAround(..) | Expr::Backref { .. });
        admitted &= is_admitted(expression);
        open.extend(expression.children_iter());
    }
    if !goes_back {
        return Some(None);
    }
    let because = |why: &str| Some(Some(why.into()));
    if regex.len() > LOOK_AROUND_REGEX_BYTES_MAX {
        let length = regex.len();
        return because(&format!(
            "it has look-around and {length} bytes, the limit is {LOOK_AROUND_REGEX_BYTES_MAX}"
        ));
    }
    if !admitted || !escapes_are_shared(regex) {
        return because(
            "beside look-around and back-references stands only what every expression may have",
        );
    }
    match compile(regex) {
        Ok(_) => None,
        Err(why) => Some(Some(why)),
    }
}

/// Compiles an expression that goes back.
pub(crate) fn compile(regex: &str) -> Result<Regex, Box<str>> {
    RegexBuilder::new(regex)
        .backtrack_limit(LOOK_AROUND_BACKTRACKS_MAX)
        .max_prog_size(LOOK_AROUND_INSTRUCTIONS_MAX)
        .delegate_size_limit(LOOK_AROUND_PART_BYTES_MAX)
        .build()
        .map_err(|error| reason(&error))
}

fn reason(error: &Error) -> Box<str> {
    let Error::CompileError(error) = error else { return error.to_string().into() };
    match **error {
        CompileError::PatternTooComplex => format!(
            "with its look-around it takes more than {LOOK_AROUND_INSTRUCTIONS_MAX} instructions"
        )
        .into(),
        CompileError::InnerError(ref error) if error.size_limit().is_some() => format!(
            "a part of it without look-around takes more than {LOOK_AROUND_PART_BYTES_MAX} bytes once compiled"
        )
        .into(),
        _ => error.to_string().into(),
    }
}

fn is_admitted(expression: &Expr) -> bool {
    match expression {
        Expr::Empty
        | Expr::Any { .. }
        | Expr::Assertion(_)
        | Expr::Literal { .. }
        | Expr::Concat(_)
        | Expr::Alt(_)
        | Expr::Group(_)
        | Expr::LookAround(..)
        | Expr::Repeat { .. }
        | Expr::Delegate { .. }
        | Expr::Backref { .. } => true,
        Expr::GeneralNewline { .. }
        | Expr::LiteralBytes { .. }
        | Expr::BackrefWithRelativeRecursionLevel { .. }
        | Expr::AtomicGroup(_)
        | Expr::KeepOut
        | Expr::ContinueFromPreviousMatchEnd
        | Expr::BackrefExistsCondition { .. }
        | Expr::Conditional { .. }
        | Expr::SubroutineCall(_)
        | Expr::BacktrackingControlVerb(_)
        | Expr::Absent(_)
        | Expr::DefineGroup { .. }
        | Expr::AstNode(..) => false,
    }
}

/// Whether each escape is one that both syntaxes read alike.
fn escapes_are_shared(regex: &str) -> bool {
    let mut characters = regex.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            continue;
        }
        match characters.next() {
            Some('<' | '>') | None => return false,
            Some(letter) if letter.is_alphabetic() && !ESCAPED_LETTERS.contains(letter) => {
                return false;
            }
            Some(_) => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(regex: &str, expect: Option<Option<&str>>) {
        let found = problem(regex);
        let found = found.as_ref().map(|why| why.as_deref());
        assert_eq!(found, expect, "{regex}");
    }

    #[test]
    fn look_around_and_back_references_are_admitted() {
        for regex in [
            "a(?=b)",
            "a(?!b)",
            "(?<=a)b",
            "(?<!a)b",
            r"(a)\1",
            r"(?<n>a)\k<n>",
            "(?i)(?!é)x",
            r"^(?!.*\.\.)[\w/]+$",
            r"(?x) a (?= b ) # b follows",
        ] {
            check(regex, None);
        }
    }

    #[test]
    fn what_has_neither_is_left_to_the_linear_syntax() {
        for regex in ["(x", "a{2,1}", r"\h", "(?>a)", "[b-a]", "*"] {
            check(regex, Some(None));
        }
    }

    #[test]
    fn nothing_else_comes_in_with_look_around() {
        let why =
            "beside look-around and back-references stands only what every expression may have";
        for regex in [
            "(?=a)(?>b)",
            "(?=a)b++",
            r"(?=a)\Kb",
            r"(?=a)\h",
            r"(?=a)\Z",
            r"(?=a)\R",
            r"(?=a)\<b",
            r"(a)(?=b)(?(1)c|d)",
            r"(?=a)(b\g<1>?)",
            r"\G(?=a)",
        ] {
            check(regex, Some(Some(why)));
        }
    }

    #[test]
    fn a_look_behind_may_have_several_lengths() {
        for regex in ["(?<=a+)b", "(?<!a*)b", "(?<=ab?)c"] {
            check(regex, None);
        }
    }

    #[test]
    fn an_expression_that_goes_back_is_short() {
        let padded = |length: usize| format!("(?=a){}", "b".repeat(length.saturating_sub(5)));
        check(&padded(LOOK_AROUND_REGEX_BYTES_MAX), None);
        let why = "it has look-around and 2049 bytes, the limit is 2048";
        check(&padded(LOOK_AROUND_REGEX_BYTES_MAX.saturating_add(1)), Some(Some(why)));
    }

    #[test]
    fn an_expression_that_goes_back_has_few_instructions() {
        let looks = |n: usize| "(?=a)".repeat(n);
        check(&looks(LOOK_AROUND_INSTRUCTIONS_MAX / 8), None);
        let why = "with its look-around it takes more than 1024 instructions";
        check(&looks(LOOK_AROUND_REGEX_BYTES_MAX / 5), Some(Some(why)));
    }

    #[test]
    fn a_part_without_look_around_is_small_once_compiled() {
        let part = |n: usize| format!("(?=a)[α-ωЀ-ӿ]{{{n}}}");
        check(&part(10), None);
        let why = format!(
            "a part of it without look-around takes more than {LOOK_AROUND_PART_BYTES_MAX} bytes once compiled"
        );
        check(&part(60_000), Some(Some(&why)));
    }

    #[test]
    fn nesting_does_not_end_the_process() {
        for part in ["(?=", "(", "(?:", "(?<!"] {
            let regex = format!("(?=a){}a{}", part.repeat(400), ")".repeat(400));
            let _ = problem(&regex);
        }
    }
}
