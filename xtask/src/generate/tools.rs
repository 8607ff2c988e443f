//! The reference of the tools that are known, from the table that calls are judged by.

use std::path::Path;

use anyhow::Result;
use sponsio_effects::{TOOLS, ToolRow};

use super::cell;

const INTRODUCTION: &str = "\
# Tools

What a call would do is told by the name of its tool and what its arguments mean. Names are compared without case,
`_`, `-` and blanks, after the namespace is taken off (`mcp__server__tool`, `server:tool`, `functions.tool`); `*`
stands for any characters, and `git/commit` is for servers with `git` in their name. The first row that fits decides.
A tool that no row names is judged by the names of its arguments; where these tell nothing, the call has one opaque
effect, `run`.

| where | tools | every call | arguments |
|---|---|---|---|
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let rows: String = TOOLS.iter().map(line).collect();
    Ok(format!("{INTRODUCTION}{rows}"))
}

fn line(row: &ToolRow) -> String {
    let tools: Vec<String> = row.tools.split(' ').map(|tool| format!("`{tool}`")).collect();
    let deeds: Vec<String> = row.deeds.iter().map(|deed| format!("`{}`", deed.name())).collect();
    let arguments: Vec<String> = row
        .arguments
        .iter()
        .map(|(names, meaning)| {
            let names: Vec<String> = names.split(' ').map(|name| format!("`{name}`")).collect();
            format!("{}: {}", meaning.doc(), names.join(" "))
        })
        .collect();
    let cells = [row.host, &tools.join(" "), &deeds.join(" "), &arguments.join("; ")];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("| {} |\n", cells.join(" | "))
}
