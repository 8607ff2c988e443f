//! Every bound of loading is reached, and what lies at the bound still loads.
//!
//! The bounds of sentences, pattern arguments and the YAML tree are reached beside their code.

use sponsio_contracts::config::load;
use sponsio_contracts::diagnostic::Code;
use sponsio_contracts::limits::{
    CONTRACTS_MAX, DIAGNOSTICS_MAX, FILE_BYTES_MAX, FILES_MAX, INCLUDE_DEPTH_MAX, TOTAL_BYTES_MAX,
    YAML_NODES_MAX,
};

use crate::source::{Memory, load_text};

const BODY: &str = "agents: {'*': [never call `x`]}\n";

/// The messages about limits.
fn limits(source: &Memory) -> Vec<String> {
    let (_, diagnostics, _) = load("sponsio.yaml", source);
    diagnostics.into_iter().filter(|d| d.code == Code::Limit).map(|d| d.message).collect()
}

fn padded(bytes: usize) -> String {
    format!("{BODY}#{}\n", "x".repeat(bytes - BODY.len() - 2))
}

fn including(parts: usize) -> String {
    let specs: Vec<String> = (0..parts).map(|i| format!("p{i}.yaml")).collect();
    format!("agents: {{bot: {{include: [{}]}}}}\n", specs.join(", "))
}

#[test]
fn bytes_of_a_file() {
    assert_eq!(
        limits(&Memory::new([("sponsio.yaml", &padded(FILE_BYTES_MAX))])),
        Vec::<String>::new()
    );
    let over = limits(&Memory::new([("sponsio.yaml", &padded(FILE_BYTES_MAX + 1))]));
    assert_eq!(
        over,
        [format!(
            "`sponsio.yaml` has {} bytes; a file has at most {FILE_BYTES_MAX}",
            FILE_BYTES_MAX + 1
        )]
    );
}

#[test]
fn bytes_of_all_files() {
    let parts = TOTAL_BYTES_MAX / FILE_BYTES_MAX;
    let mut source = Memory::new([("sponsio.yaml", &including(parts))]);
    for i in 0..parts {
        source.0.insert(format!("p{i}.yaml"), padded(FILE_BYTES_MAX));
    }
    let last = format!("p{}.yaml", parts - 1);
    let expect = format!("with `{last}` the files have more than {TOTAL_BYTES_MAX} bytes together");
    assert_eq!(limits(&source), [expect]);
}

#[test]
fn number_of_files() {
    let files = |parts: usize| {
        let mut source = Memory::new([("sponsio.yaml", &including(parts))]);
        for i in 0..parts {
            source.0.insert(format!("p{i}.yaml"), BODY.to_owned());
        }
        limits(&source)
    };
    assert_eq!(files(FILES_MAX - 1), Vec::<String>::new());
    let last = FILES_MAX - 1;
    assert_eq!(
        files(FILES_MAX),
        [format!("`p{last}.yaml` is one file more than the {FILES_MAX} that are read")]
    );
}

#[test]
fn depth_of_includes() {
    let chain = |depth: usize| {
        let mut source = Memory::new([("sponsio.yaml", "agents: {bot: {include: p1.yaml}}")]);
        for i in 1..depth {
            source.0.insert(
                format!("p{i}.yaml"),
                format!("agents: {{'*': {{include: p{}.yaml}}}}", i + 1),
            );
        }
        source.0.insert(format!("p{depth}.yaml"), BODY.to_owned());
        limits(&source)
    };
    assert_eq!(chain(INCLUDE_DEPTH_MAX), Vec::<String>::new());
    let expect = format!("files include each other more than {INCLUDE_DEPTH_MAX} levels deep");
    assert_eq!(chain(INCLUDE_DEPTH_MAX + 1), [expect]);
}

#[test]
fn values_of_a_file() {
    let text = format!("agents: [{}]\n", "1,".repeat(YAML_NODES_MAX));
    let expect = format!("the file has more than {YAML_NODES_MAX} values, aliases expanded");
    assert_eq!(limits(&Memory::new([("sponsio.yaml", &text)])), [expect]);
}

#[test]
fn number_of_contracts() {
    // An alias makes many contracts out of a short text, and each of them is read.
    let mut text = format!("agents:\n  a: &a [{}]\n", "{ltl: 'G true'},".repeat(1_000));
    for i in 1..CONTRACTS_MAX / 1_000 {
        text += &format!("  b{i}: *a\n");
    }
    assert_eq!(limits(&Memory::new([("sponsio.yaml", &text)])), Vec::<String>::new());
    text += "  last: [{ltl: 'G true'}]\n";
    let expect = format!("the configuration has more than {CONTRACTS_MAX} contracts");
    assert_eq!(limits(&Memory::new([("sponsio.yaml", &text)])), [expect]);
}

#[test]
fn number_of_diagnostics() {
    let text = format!("agents:\n  bot:\n{}", "    - x\n".repeat(DIAGNOSTICS_MAX + 5));
    let (_, diagnostics, _) = load_text(&text);
    assert_eq!(diagnostics.len(), DIAGNOSTICS_MAX + 1);
    assert_eq!(diagnostics.last().unwrap().message, "5 more diagnostics are not shown");
}
