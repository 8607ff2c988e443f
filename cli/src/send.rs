//! Sending to an address: one request after another, each within a time, and again where a failure may pass.
//!
//! No redirection is followed: what is sent goes where the user said and nowhere else. What is answered is not read
//! beyond its status.

use std::time::Duration;

use ureq::Agent;

use crate::failure::Failure;
use crate::limits::{SEND_RETRIES_MAX, SEND_SECONDS_MAX};
use crate::output::text::shown;

/// What is waited before a request is made again the first time; each time it is twice as long.
const PAUSE: Duration = Duration::from_millis(500);

/// A header.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    name: String,
    value: String,
}

impl Header {
    /// The header that the text means, as an argument of the command line.
    pub(crate) fn parsed(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once(':').ok_or("it has the form `NAME: VALUE`")?;
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        let of_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(of_token) {
            return Err("its name has letters, digits and hyphens".to_owned());
        }
        if !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err("its value has signs that a header cannot have".to_owned());
        }
        Ok(Self { name, value })
    }
}

/// An address.
pub(crate) struct Target<'t> {
    agent: Agent,
    url: &'t str,
    headers: &'t [Header],
}

/// How a request went wrong.
enum Trouble {
    /// It may go well another time.
    Passing(String),
    /// It will not.
    Lasting(String),
}

impl<'t> Target<'t> {
    /// The address.
    pub(crate) fn new(url: &'t str, headers: &'t [Header]) -> Result<Self, Failure> {
        url.parse::<ureq::http::Uri>()
            .map_err(|error| Failure::new(format!("`{}` is no address: {error}", shown(url))))?;
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(SEND_SECONDS_MAX)))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("sponsio/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.new_agent(), url, headers })
    }

    /// Posts lines of JSON.
    pub(crate) fn post(&self, text: &str) -> Result<(), Failure> {
        let mut pause = PAUSE;
        let mut tries = 0u32;
        loop {
            let why = match self.once(text) {
                Ok(()) => return Ok(()),
                Err(Trouble::Passing(_)) if tries < SEND_RETRIES_MAX => {
                    std::thread::sleep(pause);
                    pause = pause.saturating_mul(2);
                    tries = tries.saturating_add(1);
                    continue;
                }
                Err(Trouble::Passing(why)) => format!("{why}, also when asked again"),
                Err(Trouble::Lasting(why)) => why,
            };
            return Err(Failure::new(format!(
                "`{}` did not take it: {}",
                shown(self.url),
                shown(&why)
            )));
        }
    }

    fn once(&self, text: &str) -> Result<(), Trouble> {
        let mut request = self.agent.post(self.url).header("content-type", "application/x-ndjson");
        for header in self.headers {
            request = request.header(&header.name, &header.value);
        }
        let response = match request.send(text) {
            Ok(response) => response,
            Err(error @ (ureq::Error::BadUri(_) | ureq::Error::Http(_))) => {
                return Err(Trouble::Lasting(error.to_string()));
            }
            Err(error) => return Err(Trouble::Passing(error.to_string())),
        };
        let status = response.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            408 | 425 | 429 | 500..=599 => Err(Trouble::Passing(format!("it answers {status}"))),
            300..=399 => {
                Err(Trouble::Lasting(format!("it answers {status}; name where it leads to")))
            }
            _ => Err(Trouble::Lasting(format!("it answers {status}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_name_and_a_value() {
        let header = Header::parsed("Authorization: Bearer a:b ").unwrap();
        assert_eq!((header.name.as_str(), header.value.as_str()), ("Authorization", "Bearer a:b"));
        for text in ["x", ": y", "a b: c", "a: b\r\nc: d", "a: é"] {
            assert!(Header::parsed(text).is_err(), "{text}");
        }
    }
}
