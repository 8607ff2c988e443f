//! Putting in and taking out, to the byte.

use sponsio_engine::strategy::Mode;

use super::*;

const LAYOUT: Layout = Layout {
    beside: &[("version", "1")],
    events: &["before", "after"],
    entry: |event, hook| serde_json::json!({ "command": hook.command(), "event": event }),
};

fn hook(mode: Mode) -> Hook<'static> {
    Hook { program: "/bin/sponsio", host: "cursor", mode, config: None }
}

/// Installs into a text and takes it out again: the text with our entries. What comes back is the text.
#[track_caller]
fn check(text: &str, expect: &str) {
    let enforce = hook(Mode::Enforce);
    let installed = with(Some(text), &LAYOUT, &enforce).unwrap();
    let shown = installed.replace("/bin/sponsio hook cursor --mode enforce", "ASK");
    assert_eq!(shown, expect);
    assert_eq!(with(Some(&installed), &LAYOUT, &enforce).unwrap(), installed);
    assert_eq!(without(&installed, &LAYOUT, "cursor").unwrap().as_deref(), Some(text));
    let other = with(Some(&installed), &LAYOUT, &hook(Mode::Observe)).unwrap();
    assert_eq!(without(&other, &LAYOUT, "cursor").unwrap().as_deref(), Some(text));
}

#[track_caller]
fn refused(text: &str, expect: &str) {
    let error = with(Some(text), &LAYOUT, &hook(Mode::Enforce)).unwrap_err();
    assert!(error.to_string().starts_with(expect), "{error}");
}

#[test]
fn a_file_that_is_missing_is_made_and_goes_again() {
    let made = with(None, &LAYOUT, &hook(Mode::Enforce)).unwrap();
    let expect = r#"{
  "hooks": {
    "before": [
      {
        "command": "ASK",
        "event": "before"
      }
    ],
    "after": [
      {
        "command": "ASK",
        "event": "after"
      }
    ]
  },
  "version": 1
}
"#;
    assert_eq!(made.replace("/bin/sponsio hook cursor --mode enforce", "ASK"), expect);
    assert_eq!(without(&made, &LAYOUT, "cursor").unwrap(), None);
}

#[test]
fn a_file_that_was_there_stays_there() {
    for text in ["{}", "{\n}\n", "{\n  \n}\n", "{\n  \"version\": 1\n}\n", "{\n  \"hooks\": {\n}}"]
    {
        let installed = with(Some(text), &LAYOUT, &hook(Mode::Enforce)).unwrap();
        assert_eq!(without(&installed, &LAYOUT, "cursor").unwrap().as_deref(), Some(text));
    }
}

#[test]
fn members_and_comments_stay_where_they_are() {
    check(
        "{\n  // mine\n  \"a\": 1, // one\n  \"b\": [ ]\n}\n",
        "{\n  // mine\n  \"a\": 1, // one\n  \"b\": [ ],\n  \"hooks\": {\n    \"before\": [\n      {\n        \
         \"command\": \"ASK\",\n        \"event\": \"before\"\n      }\n    ],\n    \"after\": [\n      {\n        \
         \"command\": \"ASK\",\n        \"event\": \"after\"\n      }\n    ]\n  }\n}\n",
    );
}

#[test]
fn brackets_that_were_there_stay() {
    check(
        "{\"hooks\": {\"before\": [], \"after\": [ ]}}",
        "{\"hooks\": {\"before\": [{\n        \"command\": \"ASK\",\n        \"event\": \"before\"\n      }], \
         \"after\": [{\n        \"command\": \"ASK\",\n        \"event\": \"after\"\n      } ]}}",
    );
}

#[test]
fn a_hook_of_somebody_else_stays_beside_ours() {
    check(
        "{\"hooks\": {\n  \"before\": [\n    {\"command\": \"theirs\"}, // keep\n  ],\n}}",
        "{\"hooks\": {\n  \"before\": [\n    {\"command\": \"theirs\"},\n      {\n        \
         \"command\": \"ASK\",\n        \
         \"event\": \"before\"\n      }, // keep\n  ],\n    \"after\": [\n      {\n        \
         \"command\": \"ASK\",\n        \"event\": \"after\"\n      }\n    ],\n}}",
    );
}

#[test]
fn a_comment_beside_ours_stays_when_ours_goes() {
    let ours = "{\"command\": \"/bin/sponsio hook cursor --mode enforce\"}";
    let text = format!("{{\"hooks\": {{\"before\": [{{\"command\": \"a\"}}, /* , */ {ours}]}}}}");
    let rest = without(&text, &LAYOUT, "cursor").unwrap().unwrap();
    assert_eq!(rest, "{\"hooks\": {\"before\": [{\"command\": \"a\"} /* , */ ]}}");
    let text = format!("{{\"hooks\": {{\"before\": [{ours} // x, y\n, {{\"command\": \"a\"}}]}}}}");
    let rest = without(&text, &LAYOUT, "cursor").unwrap().unwrap();
    assert_eq!(rest, "{\"hooks\": {\"before\": [ // x, y\n {\"command\": \"a\"}]}}");
}

#[test]
fn a_hook_that_somebody_put_into_our_group_stays() {
    let text = "{\"hooks\": {\"before\": [{\"matcher\": \"*\", \"hooks\": [\
        {\"command\": \"/bin/sponsio hook cursor --mode enforce\"}, {\"command\": \"theirs\"}]}]}}";
    let rest = without(text, &LAYOUT, "cursor").unwrap().unwrap();
    let expect =
        "{\"hooks\": {\"before\": [{\"matcher\": \"*\", \"hooks\": [{\"command\": \"theirs\"}]}]}}";
    assert_eq!(rest, expect);
}

#[test]
fn an_entry_of_an_earlier_version_is_replaced() {
    let text = "{\"hooks\": {\"before\": [{\"command\": \"/x/sponsio host guard cursor --event before\"}]}}";
    let installed = with(Some(text), &LAYOUT, &hook(Mode::Enforce)).unwrap();
    assert!(!installed.contains("host guard"), "{installed}");
}

#[test]
fn what_cannot_be_edited_is_refused() {
    refused("[1]", "its `whole` is not an object");
    refused("{\"hooks\": []}", "its `hooks` is not an object");
    refused("{\"hooks\": {\"before\": {}}}", "its `before` is not a list");
    refused("{\"a\": 1", "it is not JSON that can be edited: ");
    refused("{a: 1}", "it is not JSON that can be edited: ");
    refused(&format!("{{\"a\": {}{}}}", "[".repeat(999), "]".repeat(999)), "it is not JSON");
    refused(&" ".repeat(HOST_FILE_BYTES_MAX + 1).replacen(' ', "{", 1), "it has more than");
}

#[test]
fn lines_end_as_the_others_do() {
    let text = "{\r\n  \"a\": 1\r\n}\r\n";
    let installed = with(Some(text), &LAYOUT, &hook(Mode::Enforce)).unwrap();
    assert_eq!(installed.matches('\n').count(), installed.matches("\r\n").count());
    assert_eq!(without(&installed, &LAYOUT, "cursor").unwrap().as_deref(), Some(text));
}
