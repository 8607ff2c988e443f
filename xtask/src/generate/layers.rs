//! The table of the architecture that says who may depend on whom, from the table that is enforced.

use std::path::Path;

use anyhow::Result;

use crate::tidy::layers::LAYERS;

/// The table.
pub(crate) fn table(_root: &Path) -> Result<String> {
    let mut table =
        "| crate | folder | of the workspace | from outside | does not know |\n".to_owned();
    table.push_str("|---|---|---|---|---|\n");
    for layer in LAYERS {
        let (inside, outside) = (layer.workspace.list(), layer.outside.list());
        let row = format!(
            "| {} | `{}/` | {} | {} | {} |\n",
            layer.package, layer.folder, inside, outside, layer.ignores
        );
        table.push_str(&row);
    }
    Ok(table)
}
