//! What scripts do.

use sponsio_engine::event::{Certainty, Effect, Effects, Object};

use crate::{Context, Language, analyse_text};

fn effects(script: &str) -> Effects {
    let context = Context { cwd: Some("/work"), home: Some("/home/u"), ..Context::default() };
    analyse_text(Language::Shell, script, &context)
}

/// Each effect on a line: certainty, deed, object, marks.
fn lines(script: &str) -> Vec<String> {
    let line = |effect: &Effect| {
        let certainty = match effect.certainty {
            Certainty::Must => "must",
            Certainty::May => "may",
            Certainty::Opaque => "opaque",
        };
        let object = match &effect.object {
            Object::None => String::new(),
            Object::Name(name) => name.to_string(),
            Object::Path(path) => path.pattern.to_string(),
            Object::Host(host) => {
                host.port.map_or(host.name.to_string(), |port| format!("{}:{port}", host.name))
            }
            Object::Command(words) => {
                let words = words.iter().map(|word| word.as_deref().unwrap_or("?").to_owned());
                words.collect::<Vec<_>>().join(" ")
            }
        };
        format!("{certainty} {} {object}", effect.deed.name()).trim_end().to_owned()
    };
    effects(script).list.iter().map(line).collect()
}

#[test]
fn a_function_that_starts_itself_beside_itself_exhausts_the_machine() {
    for script in [":(){ :|:& };:", "f() { f & f & }; f", "function x { x | x; }\nx"] {
        assert!(lines(script).contains(&"must process.exhaust".to_owned()), "{script}");
    }
}

#[test]
fn a_variable_that_decides_what_programs_run_is_an_effect() {
    for (script, expected) in [
        ("PATH=/x:$PATH", "must env.set PATH"),
        ("export A=1", "must env.set A"),
        ("LD_PRELOAD=./a.so true", "must env.set LD_PRELOAD"),
        ("if a; then PATH=/x; fi", "may env.set PATH"),
        ("eval 'PATH'=/x", "must env.set PATH"),
        ("x=PATH; declare -x \"$x=/y\"", "must env.set PATH"),
        ("for i in PATH; do export $i=/x; done", "must env.set PATH"),
    ] {
        assert!(lines(script).contains(&expected.to_owned()), "{script}: {:?}", lines(script));
    }
}

#[test]
fn a_line_that_does_not_parse_is_opaque_and_hides_no_other() {
    let found = lines("rm 'unclosed\nexport A=1");
    assert!(found.contains(&"opaque exec".to_owned()), "{found:?}");
    assert!(found.contains(&"must env.set A".to_owned()), "{found:?}");
}

#[test]
fn a_mention_is_no_deed() {
    for script in
        ["# export A=1", ": 'export A=1'", ": <<'END'\nexport A=1\nEND", "x=\"export A=1\""]
    {
        assert_eq!(lines(script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn what_is_built_without_end_is_opaque_on_a_small_stack() {
    let many = 1 << 20;
    let inputs = [
        "$(",
        "(",
        "((",
        "{ ",
        "if ",
        "`",
        "\"$(",
        "${x:-",
        "{a,b}",
        "a;",
        "a|",
        "a<<E ",
        "x=(",
        "case x in ",
        "[[ ",
        "$((",
        "'a'",
        "\"$x\" ",
        "!",
        "f() ",
        "<(",
        "eval ",
        "coproc ",
        "a\n",
        "while ",
        "\\",
        "x=1;",
    ];
    for input in inputs {
        let text = input.repeat(many / input.len());
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        let found = thread.spawn(move || effects(&text)).unwrap().join().unwrap();
        let is_opaque = |effect: &Effect| effect.certainty == Certainty::Opaque;
        assert!(found.list.iter().any(is_opaque), "{input}");
    }
}
