//! From the bytes of a file to cases.
//!
//! | content | read as |
//! |---|---|
//! | lines, each an object with `kind` | one case each |
//! | an object with `resourceSpans`, or lines of such | one case for each trace of spans |
//! | anything else | traces, as `check` reads them; each is a case |
//!
//! A file that is compressed with gzip is expanded first, up to the same limit. A line that cannot be read is an error,
//! never a case that is missing.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value as Json};
use sponsio_engine::event::Value;
use sponsio_record::schema::{trace, value};

use super::case::{Case, Label, Story};
use crate::otlp;

/// Bytes of a file, and of what it expands to.
pub const FILE_BYTES_MAX: usize = 1 << 30;
const GZIP: &[u8] = &[0x1f, 0x8b];
/// Whose calls they are where a case does not say.
pub const AGENT: &str = "agent";

/// The cases of a file.
pub fn cases(name: &str, bytes: &[u8]) -> Result<Vec<Case>, String> {
    let bytes = &*expanded(bytes, FILE_BYTES_MAX)?;
    let text = core::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if let Some(traces) = otlp::read(text) {
        return traces.map(|traces| cases_of("spans", traces));
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    match serde_json::from_str::<Json>(first) {
        Ok(json) if json.get("kind").is_some() && json.get("id").is_some() => lines(text, &case),
        _ => trace::read(bytes)
            .map(|traces| cases_of(name, traces))
            .map_err(|error| error.to_string()),
    }
}

/// The bytes, expanded if they are compressed.
pub fn expanded(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, String> {
    if !bytes.starts_with(GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(most)
        .read_to_end(&mut plain)
        .map_err(|error| format!("it cannot be expanded: {error}"))?;
    if plain.len() > limit {
        return Err(format!("it expands to more than {limit} bytes"));
    }
    Ok(Cow::Owned(plain))
}

/// How one line is read.
type Reader<'r> = &'r dyn Fn(&Map<String, Json>) -> Result<Case, String>;

fn lines(text: &str, read: Reader<'_>) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let json: Json = serde_json::from_str(line)
            .map_err(|error| format!("line {}: {error}", number.saturating_add(1)))?;
        let case = match &json {
            Json::Object(fields) => read(fields),
            _ => Err("a case is an object".to_owned()),
        };
        cases.push(case.map_err(|error| format!("line {}: {error}", number.saturating_add(1)))?);
    }
    Ok(cases)
}

fn case(fields: &Map<String, Json>) -> Result<Case, String> {
    let text = |key: &str| fields.get(key).and_then(Json::as_str);
    let needed = |key: &str| text(key).ok_or_else(|| format!("`{key}` is missing, or no text"));
    let id = needed("id")?;
    let label = match text("label") {
        Some("unsafe") => Label::Unsafe,
        Some("safe") => Label::Safe,
        Some("unknown") | None => Label::Unknown,
        Some(other) => return Err(format!("there is no label `{other}`")),
    };
    let mut story = Story::default();
    let script = |tool: &str, argument: &str, story: &mut Story| {
        let args = vec![(argument.into(), Value::Text(needed("input")?.into()))];
        story.called(AGENT, tool, Value::Object(args.into()));
        Ok::<(), String>(())
    };
    match needed("kind")? {
        "bash" => script("bash", "command", &mut story)?,
        "python" => script("python", "code", &mut story)?,
        "sql" => script("sql", "query", &mut story)?,
        "trace" => events(fields, &mut story)?,
        other => return Err(format!("there is no kind of case `{other}`")),
    }
    Ok(Case {
        id: id.to_owned(),
        category: text("category").unwrap_or_default().to_owned(),
        label,
        is_held_out: text("gsplit") == Some("hidden"),
        trace: story.trace(id),
    })
}

fn events(fields: &Map<String, Json>, story: &mut Story) -> Result<(), String> {
    let events = fields.get("events").and_then(Json::as_array);
    for event in events.ok_or("`events` is missing, or no list")? {
        let text = |key: &str| event.get(key).and_then(Json::as_str);
        match text("type") {
            Some("tool_call") => {
                let tool = text("tool").ok_or("a call names no `tool`")?;
                let args = match event.get("args") {
                    None | Some(Json::Null) => Value::empty(),
                    Some(args @ Json::Object(_)) => converted(args)?,
                    Some(_) => return Err("`args` is an object".to_owned()),
                };
                story.called(AGENT, tool, args);
                if let Some(output) = event.get("output").filter(|output| !output.is_null()) {
                    story.answered(AGENT, tool, converted(output)?);
                }
            }
            Some("user") => story.said(AGENT, true, text("text").unwrap_or_default()),
            Some("assistant") => story.said(AGENT, false, text("text").unwrap_or_default()),
            Some(other) => return Err(format!("there is no event `{other}`")),
            None => return Err("an event has no `type`".to_owned()),
        }
    }
    Ok(())
}

/// The value as the record reads it from JSON.
fn converted(json: &Json) -> Result<Value, String> {
    value::parse_bytes(json.to_string().as_bytes()).map_err(|error| error.to_string())
}

/// Each trace in which something happens is a case.
fn cases_of(category: &str, traces: Vec<trace::Trace>) -> Vec<Case> {
    let case = |trace: trace::Trace| Case {
        id: trace.name.clone(),
        category: category.to_owned(),
        label: Label::Unknown,
        is_held_out: false,
        trace,
    };
    traces.into_iter().filter(|trace| !trace.events.is_empty()).map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"{"id":"a","kind":"bash","label":"unsafe","input":"ls","gsplit":"hidden"}"#;

    fn read(text: &str) -> Result<Vec<Case>, String> {
        cases("file", text.as_bytes())
    }

    #[test]
    fn a_script_is_one_call() {
        let cases = read(LINE).unwrap();
        assert!(cases[0].is_held_out && cases[0].label == Label::Unsafe);
        assert_eq!(cases[0].trace.events.len(), 1);
    }

    fn compressed(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_compressed_file_is_expanded_part_by_part() {
        let bytes = [compressed(&format!("{LINE}\n")), compressed(LINE)].concat();
        assert_eq!(cases("file", &bytes).unwrap().len(), 2);
    }

    #[test]
    fn a_compressed_file_that_is_none_or_expands_too_far_is_refused() {
        assert!(cases("file", b"\x1f\x8bnothing").unwrap_err().contains("cannot be expanded"));
        let bytes = compressed(&"a".repeat(10_000));
        assert!(expanded(&bytes, 9_999).unwrap_err().contains("more than 9999 bytes"));
        assert_eq!(expanded(&bytes, 10_000).unwrap().len(), 10_000);
        let cut = bytes.get(..bytes.len() / 2).unwrap();
        assert!(cases("file", cut).unwrap_err().contains("cannot be expanded"));
    }

    #[test]
    fn a_call_with_an_output_is_a_call_and_its_result() {
        let line = r#"{"id":"a","kind":"trace","events":[{"type":"user","text":"x"},
            {"type":"tool_call","tool":"t","args":{"a":1},"output":"o"}]}"#
            .replace('\n', " ");
        assert_eq!(read(&line).unwrap()[0].trace.events.len(), 3);
    }

    #[test]
    fn what_cannot_be_read_is_an_error_with_its_line() {
        let check = |line: &str, expect: &str| {
            let error = read(&format!("{LINE}\n{line}")).unwrap_err();
            assert!(error.starts_with("line 2: ") && error.contains(expect), "{error}");
        };
        check("{", "EOF");
        check(r#"{"id":"a","kind":"perl","input":"x"}"#, "no kind of case `perl`");
        check(r#"{"id":"a","kind":"bash"}"#, "`input` is missing");
        check(r#"{"id":"a","kind":"bash","label":"bad","input":"x"}"#, "no label `bad`");
    }
}
