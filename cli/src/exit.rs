//! What the process says at its end. Scripts read it, so it is part of the interface.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and nothing was found that should not be.
    Fine,
    /// 1: done, and something was found: a violation, an invalid contract, a decision that came out differently.
    Found,
    /// 2: not done: the arguments, a file or a configuration could not be used. It says nothing about contracts.
    Unable,
    /// 2: a host's question is answered with no. Hosts understand this number.
    Refused,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Found => 1,
            Self::Unable | Self::Refused => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
