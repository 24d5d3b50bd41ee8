//! The network: one HTTP client with bounds on time, size and redirects.

use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Error, ResponseExt};

use super::{Options, human_size};

/// What an address gave.
pub(super) struct Body {
    pub bytes: Vec<u8>,
    /// The `Content-Type` header without its parameters.
    pub media_type: Option<String>,
    /// Its `charset`.
    pub charset: Option<String>,
    /// The address after all redirects.
    pub url: String,
}

/// An HTTP client.
pub(super) struct Client {
    agent: Agent,
    max_bytes: usize,
    options: Options,
}

/// Whether an input is an address that is fetched.
pub(super) fn is_url(input: &str) -> bool {
    let starts = |scheme: &str| {
        input
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts("http://") || starts("https://")
}

impl Client {
    pub fn new(options: &Options) -> Client {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .user_agent(concat!("broadsheet/", env!("CARGO_PKG_VERSION")))
            .accept("text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5")
            .timeout_connect(Some(options.connect_timeout))
            .timeout_global(Some(options.timeout))
            .max_redirects(options.max_redirects)
            .max_redirects_will_error(true)
            .build();
        Client {
            agent: config.new_agent(),
            max_bytes: options.max_bytes,
            options: options.clone(),
        }
    }

    /// Fetches an address. The error says why not.
    pub fn get(&self, url: &str) -> Result<Body, String> {
        let response = self.agent.get(url).call();
        let mut response = response.map_err(|error| self.explain(&error))?;
        let header = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let (media_type, parameters) = header.split_once(';').unwrap_or((header, ""));
        let media_type = media_type.trim().to_ascii_lowercase();
        let charset = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches(['"', '\'']).to_string())
        });
        let url = response.get_uri().to_string();
        let body = response
            .body_mut()
            .with_config()
            .limit(self.max_bytes as u64)
            .read_to_vec();
        Ok(Body {
            bytes: body.map_err(|error| self.explain(&error))?,
            media_type: (!media_type.is_empty()).then_some(media_type),
            charset,
            url,
        })
    }

    /// What went wrong, and what to do where that is not plain.
    fn explain(&self, error: &Error) -> String {
        use std::io::ErrorKind::*;
        match error {
            Error::StatusCode(code @ (401 | 402 | 403 | 451)) => format!("the server refuses it (status {code})"),
            Error::StatusCode(code @ (404 | 410)) => format!("the server has no such page (status {code})"),
            Error::StatusCode(429) => {
                "the server says there were too many requests (status 429); try again later".into()
            }
            Error::StatusCode(code) => format!("the server answers with status {code}"),
            Error::Timeout(_) => format!("no answer within {} s", self.options.timeout.as_secs_f64()),
            Error::HostNotFound => "no such host; check the address and the network".into(),
            Error::TooManyRedirects => format!("more than {} redirects", self.options.max_redirects),
            Error::BodyExceedsLimit(_) => {
                format!("is more than {}, the limit (max_bytes)", human_size(self.max_bytes))
            }
            Error::BadUri(_) | Error::Http(_) => "is no valid address".into(),
            Error::Io(error) if error.kind() == ConnectionRefused => "the connection was refused".into(),
            Error::Io(error) if matches!(error.kind(), TimedOut | WouldBlock) => {
                format!("no answer within {} s", self.options.timeout.as_secs_f64())
            }
            other => format!("cannot be fetched: {}", other.to_string().replace('\n', " ")),
        }
    }
}
