//! Installing into any file of any host, and taking it out again.

use proptest::prelude::*;
use sponsio_engine::strategy::Mode;
use sponsio_hosts::HOSTS;
use sponsio_hosts::install::{File, Hook, State};

fn hook(host: &'static str, mode: Mode) -> Hook<'static> {
    Hook { program: "/opt/my programs/sponsio", host, mode, config: Some("/home/dev/sponsio.yaml") }
}

fn files() -> impl Iterator<Item = (&'static str, &'static File)> {
    HOSTS.iter().filter_map(|host| Some((host.name, host.install.as_ref()?))).flat_map(
        |(name, install)| install.user.iter().chain(install.project).map(move |file| (name, file)),
    )
}

#[test]
fn a_file_that_is_made_goes_again() {
    for (host, file) in files() {
        for mode in [Mode::Enforce, Mode::Observe] {
            let hook = hook(host, mode);
            let made = file.with(None, &hook).unwrap();
            assert_eq!(file.state(Some(&made), &hook), Ok(State::Installed), "{}", file.path);
            assert_eq!(file.without(&made, host), Ok(None), "{}", file.path);
            assert_eq!(file.with(Some(&made), &hook).as_deref(), Ok(made.as_str()));
        }
    }
}

#[test]
fn the_command_of_a_file_is_found_again() {
    for (host, file) in files().filter(|(_, file)| !file.path.ends_with("package.json")) {
        let hook = hook(host, Mode::Enforce);
        let command = file.command(&file.with(None, &hook).unwrap(), host);
        let is_about = file.path.ends_with(".plugin.json");
        let is_found = command.as_deref() == Some(hook.command().as_str());
        assert!(is_found != is_about, "{}", file.path);
    }
}

#[test]
fn another_mode_is_another_installation() {
    for (host, file) in files() {
        let (enforce, observe) = (hook(host, Mode::Enforce), hook(host, Mode::Observe));
        let made = file.with(None, &enforce).unwrap();
        let is_code = !file.path.ends_with(".plugin.json") && !file.path.ends_with("package.json");
        let expect = if is_code { State::Different } else { State::Installed };
        assert_eq!(file.state(Some(&made), &observe), Ok(expect), "{}", file.path);
    }
}

#[test]
fn a_file_of_somebody_else_stays() {
    for (host, file) in files() {
        let theirs = "{\"hooks\": {}}\n";
        let hook = hook(host, Mode::Enforce);
        assert_eq!(file.without(theirs, host), Ok(Some(theirs.to_owned())), "{}", file.path);
        assert_eq!(file.state(Some(theirs), &hook), Ok(State::Absent), "{}", file.path);
    }
}

#[test]
fn every_switch_that_closes_a_host_is_turned_on() {
    let text = |host: &str, mode| {
        let found = files().find(|(name, _)| *name == host).unwrap();
        found.1.with(None, &hook(found.0, mode)).unwrap()
    };
    for (host, switch) in [
        ("claude-code", "\"onFailure\": \"block\""),
        ("cursor", "\"failClosed\": true"),
        ("goose", "\"on_failure\": \"block\""),
        ("cline", "\"cancel\":true"),
        ("opencode", "const CLOSED = true"),
        ("openclaw", "const CLOSED = true"),
    ] {
        assert!(text(host, Mode::Enforce).contains(switch), "{host}");
        let is_open = !text(host, Mode::Observe).contains(switch) || host == "goose";
        assert!(is_open, "{host}");
    }
}

/// A JSON value in some layout, with comments.
fn value(depth: u32) -> BoxedStrategy<String> {
    let blank = prop::sample::select(vec!["", " ", "\n  ", " // it's, \"x\"\n", " /* , */ "]);
    let leaf = prop::sample::select(vec!["1", "\"a\"", "null", "[]", "{}", "[ ]", "{\n}"]);
    let leaf = leaf.prop_map(str::to_owned);
    if depth == 0 {
        return leaf.boxed();
    }
    let items = prop::collection::vec((value(depth - 1), blank.clone()), 0..3);
    let list = (items, blank).prop_map(|(items, end)| {
        let items: Vec<String> =
            items.into_iter().map(|(item, blank)| format!("{blank}{item}{blank}")).collect();
        format!("[{}{end}]", items.join(","))
    });
    prop_oneof![leaf, list].boxed()
}

/// A file of settings, with or without hooks of somebody else.
fn settings(events: Vec<String>) -> impl Strategy<Value = String> {
    let blank = prop::sample::select(vec!["", " ", "\n  ", "\n", " // note, \"y\"\n", "/* z */"]);
    let comma = prop::bool::ANY;
    let theirs = prop::sample::select(vec![
        "{\"command\":\"theirs\"}",
        "{\"matcher\":\"*\",\"hooks\":[{\"type\":\"command\",\"command\":\"a, b\"}]}",
    ]);
    let lists = prop::collection::vec(
        (prop::sample::select(events), prop::collection::vec(theirs, 0..3), blank.clone()),
        0..3,
    );
    let lists = lists.prop_map(|mut lists| {
        lists.sort();
        lists.dedup_by(|a, b| a.0 == b.0);
        lists
    });
    (value(2), prop::option::of(lists), blank, comma).prop_map(|(other, lists, blank, comma)| {
        let end = if comma { "," } else { "" };
        let mut members = vec![format!("\"other\":{blank}{other}")];
        if let Some(lists) = lists {
            let lists: Vec<String> = lists
                .iter()
                .map(|(event, entries, blank)| {
                    let end = if comma && !entries.is_empty() { "," } else { "" };
                    format!("{blank}\"{event}\":[{blank}{}{end}{blank}]", entries.join(", "))
                })
                .collect();
            let end = if lists.is_empty() { "" } else { end };
            members.insert(0, format!("\"hooks\": {{{}{end}{blank}}}", lists.join(",")));
        }
        format!("{{{blank}{}{end}{blank}}}", members.join(&format!(",{blank}")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn taking_out_gives_the_bytes_back(
        text in settings(vec!["PreToolUse".into(), "preToolUse".into(), "pre_run_command".into(),
            "BeforeTool".into(), "Other".into()]),
    ) {
        for (host, file) in files().filter(|(_, file)| file.with(Some(&text), &hook("x", Mode::Enforce)).is_ok()) {
            let hook = hook(host, Mode::Enforce);
            let installed = file.with(Some(&text), &hook).unwrap();
            prop_assert_eq!(file.with(Some(&installed), &hook).unwrap(), installed.clone());
            let rest = file.without(&installed, host).unwrap();
            prop_assert_eq!(rest.as_deref(), Some(text.as_str()), "{}\n{}", file.path, installed);
            prop_assert_eq!(installed.matches("theirs").count(), text.matches("theirs").count());
        }
    }

    #[test]
    fn any_text_is_edited_or_refused(text in "[\\[\\]{},:\"a/* \n]{0,60}") {
        for (host, file) in files() {
            let _ = file.with(Some(&text), &hook(host, Mode::Enforce));
            let _ = file.without(&text, host);
        }
    }
}
