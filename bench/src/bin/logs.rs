//! How long logs of a million lines take: to verify, and to report on.
//!
//! The commands run as a person runs them, in this process, on a log with a chain in a folder that is deleted again.
//! Times are printed, not tested.

#![expect(clippy::disallowed_methods, reason = "a log is written, and the time is taken")]

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use sponsio_bench::Failure;
use sponsio_record::chain::{Link, seal};

const LINES: u64 = 1_000_000;

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("log.jsonl");
    write(&log)?;
    let out = folder.path().join("report.json");
    let verify = ["sponsio".into(), "audit".into(), "verify".into(), log.clone().into()];
    println!("audit verify {:6.2} s", seconds(&verify));
    let report = [
        "sponsio".into(),
        "report".into(),
        "--json".into(),
        "--out".into(),
        out.into(),
        log.into(),
    ];
    println!("report       {:6.2} s, of at most 5", seconds(&report));
    Ok(())
}

fn seconds(arguments: &[OsString]) -> f64 {
    let begin = Instant::now();
    core::hint::black_box(sponsio_cli::run(arguments.iter().cloned()));
    begin.elapsed().as_secs_f64()
}

/// Writes a log in which one call of twenty is stopped, and some of those are approved.
fn write(path: &Path) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut link = Link::START;
    for number in 0..LINES {
        let (line, next) = seal(&object(number), link, 0).ok_or("a line has no place")?;
        writeln!(file, "{line}")?;
        link = next;
    }
    file.flush()?;
    Ok(())
}

fn object(number: u64) -> String {
    let (session, seq) = (number / 25, number % 25 + 1);
    let (seconds, tool, agent) = (1_767_225_600 + number / 2, number * 7 % 40, session % 7);
    let kind = if number % 40 == 21 { "approval" } else { "tool_call" };
    let what = match number % 20 {
        0 => {
            format!(
                ",\"tool\":\"tool_{tool}\",\"digest\":\"{number:064x}\",\"decision\":\"escalate\",\
                 \"mode\":\"enforce\",\"contracts\":[{{\
                 \"contract\":\"a vendor is verified before money is sent\",\"id\":0,\
                 \"hash\":\"0f53396fb9433cfdad09d10c0a5b601e\",\"before\":\"holding\",\"after\":\"violated\",\
                 \"outcome\":\"escalated\",\"witness\":[\"`verify_vendor` has not succeeded before\"]}}],\
                 \"repair\":[\"verify_vendor\"]"
            )
        }
        1 if kind == "approval" => format!(
            ",\"subject\":\"a vendor is verified before money is sent\",\"digest\":\"{:064x}\",\
             \"decision\":\"allow\",\"mode\":\"enforce\"",
            number - 1
        ),
        _ => format!(
            ",\"tool\":\"tool_{tool}\",\
             \"args_sha256\":\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\
             \"truths\":{{\"arg(send_wire, amount) <= 10000\":\"true\"}},\"decision\":\"allow\",\"mode\":\"enforce\""
        ),
    };
    format!(
        "{{\"v\":1,\"ts\":{seconds},\"seq\":{seq},\"session\":\"s-{session}\",\"agent\":\"agent-{agent}\",\
         \"kind\":\"{kind}\"{what},\"program\":\"246cc7d95ab78c2f03e2a12fcff34939\",\"latency_us\":{}}}",
        number % 90 + 5
    )
}
