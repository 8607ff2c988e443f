//! An automaton as a table, as DOT for Graphviz, and as Mermaid.
//!
//! A state that is never left is drawn without its loop: its verdict says that it is final.

use sponsio_engine::formula::Formula;
use sponsio_engine::program::ClauseReport;
use sponsio_engine::verdict::Verdict;

use super::page::{Page, Style};
use super::table::{Cell, Table};

/// The style of a verdict.
pub(crate) fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Satisfied | Verdict::Holding => Style::Good,
        Verdict::Pending => Style::Warn,
        Verdict::Violated => Style::Bad,
    }
}

/// The states and edges as a table.
pub(crate) fn states(page: &mut Page, clause: &ClauseReport) {
    let mut table = Table::new(&["state", "verdict", "to", "when the event is"], 3, 2);
    for (state, verdict) in clause.verdicts.iter().enumerate() {
        let name = if state == 0 { "0 start".to_owned() } else { state.to_string() };
        let mut first = [Cell::from(name), Cell::new(verdict_style(*verdict), verdict.name())];
        let edges: Vec<_> = leaving(clause, state).collect();
        if edges.is_empty() {
            let [name, verdict] = first;
            table.row([name, verdict, Cell::from("–"), Cell::new(Style::Faint, "final")]);
            continue;
        }
        for (to, when) in edges {
            let [name, verdict] = core::mem::take(&mut first);
            table.row([name, verdict, Cell::from(to.to_string()), Cell::from(canonical(when))]);
        }
    }
    table.write(page);
}

/// The automata of all clauses as one DOT graph.
pub(crate) fn dot(name: &str, clauses: &[ClauseReport]) -> String {
    let mut out = format!("digraph {} {{\n", quoted(name));
    out.push_str("  rankdir=LR;\n  node [shape=box, style=rounded];\n");
    for (index, clause) in clauses.iter().enumerate() {
        let node = |state: usize| format!("g{}_{state}", index.saturating_add(1));
        out.push_str(&format!("  subgraph cluster_{} {{\n", index.saturating_add(1)));
        out.push_str(&format!("    label={};\n", quoted(&clause.formula)));
        out.push_str(&format!("    {}_start [shape=point];\n", node(0)));
        for (state, verdict) in clause.verdicts.iter().enumerate() {
            let shape = if verdict.is_final() { ", peripheries=2" } else { "" };
            let label = quoted(&format!("{state} {verdict}"));
            out.push_str(&format!("    {} [label={label}{shape}];\n", node(state)));
        }
        out.push_str(&format!("    {}_start -> {};\n", node(0), node(0)));
        for state in 0..clause.verdicts.len() {
            for (to, when) in leaving(clause, state) {
                let (from, to) = (node(state), node(to));
                out.push_str(&format!(
                    "    {from} -> {to} [label={}];\n",
                    quoted(&canonical(when))
                ));
            }
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

/// The automata of all clauses as one Mermaid state diagram.
pub(crate) fn mermaid(clauses: &[ClauseReport]) -> String {
    let mut out = String::from("stateDiagram-v2\n  direction LR\n");
    for (index, clause) in clauses.iter().enumerate() {
        let node = |state: usize| format!("g{}_{state}", index.saturating_add(1));
        out.push_str(&format!("  %% {}\n", clause.formula.replace('\n', " ")));
        for (state, verdict) in clause.verdicts.iter().enumerate() {
            out.push_str(&format!("  state \"{state} {verdict}\" as {}\n", node(state)));
        }
        out.push_str(&format!("  [*] --> {}\n", node(0)));
        for state in 0..clause.verdicts.len() {
            for (to, when) in leaving(clause, state) {
                out.push_str(&format!(
                    "  {} --> {} : {}\n",
                    node(state),
                    node(to),
                    plain(&canonical(when))
                ));
            }
        }
    }
    out
}

/// The edges of a state; none where it is never left.
fn leaving(clause: &ClauseReport, state: usize) -> impl Iterator<Item = (usize, &str)> {
    let edges = clause.edges.iter().filter(move |(from, ..)| *from == state);
    let stays = edges.clone().all(|(from, to, _)| from == to);
    edges.filter(move |_| !stays).map(|(_, to, when)| (*to, when.as_str()))
}

/// A label as the formula that it is, without brackets and double negations that it does not need.
fn canonical(label: &str) -> String {
    let text =
        Formula::parse(label).map_or_else(|_| label.to_owned(), |formula| formula.to_string());
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if c == '!' && !quoted && out.ends_with('!') {
            out.pop();
            continue;
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
}

/// A string of DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}

/// Mermaid ends a label at `;` and reads `#` as the beginning of an entity, and `:` as another label.
fn plain(text: &str) -> String {
    let entity = |c: char| match c {
        '#' => "#35;".to_owned(),
        ';' => "#59;".to_owned(),
        ':' => "#58;".to_owned(),
        '"' => "#quot;".to_owned(),
        '\n' => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(entity).collect()
}

#[cfg(test)]
mod tests {
    use sponsio_engine::program::Property;

    use super::*;

    fn clause() -> ClauseReport {
        ClauseReport {
            formula: "!called(b) W called(a)".to_owned(),
            property: Property::Safety,
            states: 3,
            classes: 3,
            propositions: vec!["called(b)".to_owned(), "called(a)".to_owned()],
            state_bytes: 4,
            verdicts: vec![Verdict::Holding, Verdict::Satisfied, Verdict::Violated],
            edges: vec![
                (0, 0, "!(called(a)) & !(called(b))".to_owned()),
                (0, 1, "called(a)".to_owned()),
                (0, 2, "called_with(b, \"x\")".to_owned()),
                (1, 1, "true".to_owned()),
                (2, 2, "true".to_owned()),
            ],
        }
    }

    #[test]
    fn the_table_has_one_line_for_each_edge_and_final_states_are_final() {
        let mut page = Page::new(80);
        states(&mut page, &clause());
        let expect = "  state    verdict    to  when the event is
  0 start  holding    0   !called(a) & !called(b)
                      1   called(a)
                      2   called_with(b, \"x\")
  1        satisfied  –   final
  2        violated   –   final
";
        assert_eq!(anstream::adapter::strip_str(&page.finish()).to_string(), expect);
    }

    #[test]
    fn a_label_is_written_as_a_formula() {
        let check = |label: &str, expect: &str| assert_eq!(canonical(label), expect);
        check("!(!called(a)) & !(called(b))", "called(a) & !called(b)");
        check(r#"!(!called_with(a, "\"!!x"))"#, r#"called_with(a, "\"!!x")"#);
        check("no formula (", "no formula (");
    }

    #[test]
    fn dot_quotes_its_labels() {
        let expect = r#"digraph "a \"b\"" {
  rankdir=LR;
  node [shape=box, style=rounded];
  subgraph cluster_1 {
    label="!called(b) W called(a)";
    g1_0_start [shape=point];
    g1_0 [label="0 holding"];
    g1_1 [label="1 satisfied", peripheries=2];
    g1_2 [label="2 violated", peripheries=2];
    g1_0_start -> g1_0;
    g1_0 -> g1_0 [label="!called(a) & !called(b)"];
    g1_0 -> g1_1 [label="called(a)"];
    g1_0 -> g1_2 [label="called_with(b, \"x\")"];
  }
}
"#;
        assert_eq!(dot("a \"b\"", &[clause()]), expect);
    }

    #[test]
    fn mermaid_escapes_what_would_end_a_label() {
        let text = mermaid(&[clause()]);
        assert!(text.contains("  [*] --> g1_0\n"), "{text}");
        assert!(text.contains("  g1_0 --> g1_2 : called_with(b, #quot;x#quot;)\n"), "{text}");
        assert!(!text.contains("g1_1 -->"), "{text}");
    }
}
