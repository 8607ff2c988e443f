//! A process that answers each line with a line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process that was started, and its pipes.
pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn start(command: &[String]) -> Result<Self, String> {
        let (program, arguments) = command.split_first().ok_or("no process was named")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{program}` cannot be started: {error}"))?;
        let (input, output) =
            child.stdin.take().zip(child.stdout.take()).ok_or("it has no pipes")?;
        Ok(Self { child, input, output: BufReader::new(output) })
    }

    pub(crate) fn ask(&mut self, line: &str) -> Result<String, String> {
        let mut answer = String::new();
        let asked = self.input.write_all(format!("{line}\n").as_bytes());
        let read = asked
            .and_then(|()| self.input.flush())
            .and_then(|()| self.output.read_line(&mut answer));
        match read {
            Ok(0) => Err(format!("the process ended ({:?}) at {line}", self.child.wait())),
            Ok(_) => Ok(answer),
            Err(error) => Err(format!("the process cannot be asked: {error}")),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
