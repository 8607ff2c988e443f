//! The commands of `commands/`: what the lists must cover. That each does what it is listed for is proved by the
//! program `prove`, which needs a sandbox.

use std::collections::BTreeSet;

use sponsio_conformance::case::{Command, load_commands};

fn destructive() -> Vec<Command> {
    load_commands(include_str!("../../commands/destructive.yaml")).unwrap()
}

fn harmless() -> Vec<Command> {
    load_commands(include_str!("../../commands/harmless.yaml")).unwrap()
}

#[test]
fn the_lists_are_as_long_as_they_must_be() {
    assert!(destructive().len() >= 320, "{}", destructive().len());
    assert!(harmless().len() >= 220, "{}", harmless().len());
}

#[test]
fn a_destructive_command_has_a_harm_and_a_harmless_one_has_none() {
    for command in destructive() {
        assert!(!command.harms.is_empty() && command.runs, "{}", command.id);
    }
    for command in harmless() {
        assert!(command.harms.is_empty(), "{}", command.id);
    }
}

#[test]
fn no_text_is_listed_twice() {
    let mut seen = BTreeSet::new();
    for command in destructive().into_iter().chain(harmless()) {
        assert!(seen.insert(command.text.clone()), "{}: {}", command.id, command.text);
    }
}

#[test]
fn every_construct_has_several_commands() {
    let commands = destructive();
    for command in &commands {
        let same = commands.iter().filter(|other| other.construct == command.construct).count();
        assert!(same >= 4, "{}: {same}", command.construct);
    }
}
