//! The requests of the SDK, over the HTTP client that the project has already.
//!
//! No redirection is followed: what is sent goes where the variables say and nowhere else. The client waits, which it
//! may: the SDK sends from threads of its own, and runs nothing else on them.

use std::io::Read;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;

use crate::limits::ANSWER_BYTES_MAX;

/// The client.
#[derive(Clone, Debug)]
pub(crate) struct Client(Agent);

impl Client {
    /// A client whose requests take at most so long.
    pub(crate) fn new(timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent(concat!("sponsio/", env!("CARGO_PKG_VERSION")))
            .build();
        Self(config.new_agent())
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let response = self.0.run(Request::from_parts(parts, &body[..]))?;
        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().take(ANSWER_BYTES_MAX).read_to_end(&mut bytes)?;
        Ok(Response::from_parts(parts, bytes.into()))
    }
}
