//! Diagnostics for people and for programs.

use serde::Serialize;
use sponsio_contracts::diagnostic::{Colour, Diagnostic, Files, Severity, render};

/// A diagnostic in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// For example `E006`.
    code: &'static str,
    severity: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

impl Finding {
    /// Whether it is an error, and not a warning.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error.name()
    }
}

/// Where, in lines and columns from 1; the end is the position after the last character.
#[derive(Debug, Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The diagnostics as text, each followed by an empty line. The stream takes out colours that are not wanted.
pub(crate) fn drawn(diagnostics: &[Diagnostic], files: &Files, width: usize) -> String {
    let one = |diagnostic| render(diagnostic, files, Colour::Always, width) + "\n\n";
    diagnostics.iter().map(one).collect()
}

/// The diagnostics for JSON.
pub(crate) fn findings(diagnostics: &[Diagnostic], files: &Files) -> Vec<Finding> {
    let one = |diagnostic: &Diagnostic| Finding {
        code: diagnostic.code.name(),
        severity: diagnostic.severity().name(),
        message: diagnostic.message.clone(),
        hint: diagnostic.hint.clone(),
        place: diagnostic.locate(files).map(|at| Place {
            file: at.file.to_owned(),
            line: at.start.line,
            column: at.start.column,
            end_line: at.end.line,
            end_column: at.end.column,
        }),
    };
    diagnostics.iter().map(one).collect()
}
