//! What the tree makes of YAML texts.

use super::*;
use crate::diagnostic::Files;

/// The tree in one line, scalars with their type.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Scalar(s) => match s.kind {
            ScalarKind::Null => "null".to_owned(),
            ScalarKind::Bool(b) => b.to_string(),
            ScalarKind::Number => format!("#{}", s.text),
            ScalarKind::Text => format!("{:?}", s.text),
        },
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(k, n)| format!("{}={}", k.text, show(n)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
    }
}

fn read(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let tree = parse(FileId::default(), text, &mut diagnostics);
    (tree, diagnostics.finish())
}

#[track_caller]
fn check(text: &str, expect: &str) {
    let (tree, diagnostics) = read(text);
    assert_eq!(diagnostics, []);
    assert_eq!(show(&tree.unwrap()), expect);
}

/// `expect` is `code line:column message`.
#[track_caller]
fn check_error(text: &str, expect: &str) {
    let (_, diagnostics) = read(text);
    let files = Files::single("f", text);
    let shown: Vec<String> = diagnostics
        .iter()
        .map(|d| {
            let at = d.locate(&files).unwrap().start;
            format!("{} {}:{} {}", d.code.name(), at.line, at.column, d.message)
        })
        .collect();
    assert_eq!(shown.join("\n"), expect);
}

#[test]
fn scalars_follow_the_core_schema() {
    check("[no, on, yes, off, y, n]", r#"["no" "on" "yes" "off" "y" "n"]"#);
    check("[true, False, null, ~]", "[true false null null]");
    check("[0, -1, +2.5, 1e3, .5, 0x1f, 0o17, .inf]", "[#0 #-1 #+2.5 #1e3 #.5 #0x1f #0o17 #.inf]");
    check("['0', \"true\", 1_000, 1e, ., 0x, ²]", r#"["0" "true" "1_000" "1e" "." "0x" "²"]"#);
    check("a:\nb: ''\n", r#"{a=null b=""}"#);
    check("a: |\n  x\n  y\n", "{a=\"x\\ny\\n\"}");
}

#[test]
fn an_empty_file_has_no_tree() {
    assert_eq!(read(""), (None, vec![]));
    assert_eq!(read("# nothing\n"), (None, vec![]));
}

#[test]
fn aliases_are_expanded() {
    check("a: &x [1, b]\nc: *x\n", r#"{a=[#1 "b"] c=[#1 "b"]}"#);
    check_error("a: &x [*x]\n", "E002 1:8 an alias stands inside the value that it refers to");
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..9 {
        let refs = vec![format!("*a{}", i - 1); 10].join(", ");
        text += &format!("a{i}: &a{i} [{refs}]\n");
    }
    let (tree, diagnostics) = read(&text);
    assert_eq!((tree, diagnostics.len()), (None, 1));
    assert_eq!(diagnostics[0].code, Code::Limit);
}

#[test]
fn deep_nesting_is_refused_at_the_limit() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(read(&nested(YAML_DEPTH_MAX)).1, []);
    let message = format!("lists and maps nest deeper than {YAML_DEPTH_MAX} levels");
    check_error(&nested(YAML_DEPTH_MAX + 1), &format!("E004 1:{} {message}", YAML_DEPTH_MAX + 1));
}

#[test]
fn a_duplicate_key_is_shown_with_both_places() {
    let text = "a: 1\nb: 2\na: 3\n";
    check_error(text, "E003 3:1 the key `a` occurs twice in one map");
    assert_eq!(read(text).1[0].related[0].location.range(), 0..1);
    check_error("{'1': x, 1: y}", "E003 1:10 the key `1` occurs twice in one map");
}

#[test]
fn what_hides_meaning_is_refused() {
    check_error("a: {<<: {b: 1}}", "E002 1:5 merge keys are not used here");
    check_error("a: !!str 1", "E002 1:4 YAML tags are not used here");
    check_error("a: 1\n---\nb: 2\n", "E002 2:1 a second document begins here");
    check_error("[a]: b", "E002 1:1 a key is a text, not a list");
    check("'<<': 1", "{<<=#1}");
}

#[test]
fn malformed_yaml_is_located() {
    let check = |text: &str, line: usize, column: usize, hint: bool| {
        let (tree, diagnostics) = read(text);
        assert_eq!((tree, diagnostics.len()), (None, 1), "{text}");
        let at = diagnostics[0].locate(&Files::single("f", text)).unwrap().start;
        let got = (diagnostics[0].code, at.line, at.column, diagnostics[0].hint.is_some());
        assert_eq!(got, (Code::Syntax, line, column, hint), "{}", diagnostics[0].message);
    };
    check("é: `x` first", 1, 4, true);
    check("a: b: c", 1, 5, true);
    check("a: *x", 1, 4, true);
    check("a: [1,\n", 2, 1, false);
}

#[test]
fn places_inside_scalars_are_exact_on_one_line() {
    let check = |text: &str, offset: usize, expect: usize| {
        let (tree, _) = read(text);
        let Some(Value::Map(entries)) = tree.map(|n| n.value) else { panic!("{text}") };
        assert_eq!(place_in_scalar(text, &entries[0].1, offset), expect, "{text}");
    };
    check("a: bcd", 2, 5);
    check("é: bcd", 1, 5);
    check("a: 'b''c'", 1, 5);
    check("a: 'b''c'", 2, 7);
    check(r#"a: "b\"c\x41d""#, 3, 8);
    check(r#"a: "b\"c\x41d""#, 4, 12);
    check("a: &x 'bc'", 1, 8);
    check("a: |\n  bcd\n", 2, 7);
    check("a: 'b\n  c'", 2, 3);
}
