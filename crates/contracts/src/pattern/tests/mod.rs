//! What every pattern means, and what it refuses.

use sponsio_engine::formula::Formula;

use super::*;

mod arguments;
mod formulas;
mod registry;

fn text(text: &str) -> Input {
    Input::Text(text.to_owned())
}

fn number(text: &str) -> Input {
    Input::Number(text.to_owned())
}

fn list(items: &[&str]) -> Input {
    Input::List(items.iter().map(|item| text(item)).collect())
}

/// The pattern's formula is `expect`, as the engine reads both.
#[track_caller]
fn check(name: &str, args: Vec<Input>, expect: &str, description: &str) {
    let instance = find(name).unwrap().bind(args).unwrap();
    assert_eq!(
        instance.formula().unwrap().to_string(),
        Formula::parse(expect).unwrap().to_string()
    );
    assert_eq!(instance.description(), description);
}

#[track_caller]
fn check_error(name: &str, args: Vec<Input>, fault: Fault, expect: &str) {
    let bound = find(name).unwrap().bind(args);
    let error = bound.and_then(|i| i.formula().map(|f| f.to_string())).unwrap_err();
    assert_eq!((error.message.as_str(), error.fault), (expect, fault));
}
