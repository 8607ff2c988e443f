//! The program `sponsio`: arguments in, exit code out. Everything else is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    sponsio_cli::run(std::env::args_os()).into()
}
