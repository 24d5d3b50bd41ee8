//! One exchange with a server: a request on condition, and an answer bounded in time and size.

use std::io::Read;
use std::time::Duration;

use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Error};
use url::Url;

use super::address::{Checked, Reach, Refused};
use super::job::{Failure, Why};
use super::wait;
use crate::ingest::{Options, Validators, human_size};

/// A body that was read, decompressed.
#[derive(Debug)]
pub(in crate::ingest) struct Body {
    pub bytes: Vec<u8>,
    /// The `Content-Type` header without its parameters.
    pub media_type: Option<String>,
    /// Its `charset`.
    pub charset: Option<String>,
}

/// What a server answered.
#[derive(Debug)]
pub(super) enum Answer {
    Body(Body, Validators),
    /// 304.
    NotModified(Validators),
    Redirect {
        /// For good: 301 or 308.
        permanent: bool,
        to: String,
    },
    Status {
        code: u16,
        retry_after: Option<Duration>,
    },
}

/// What is asked.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    pub url: &'a Url,
    /// Whether private addresses may be reached.
    pub private: bool,
    pub validators: &'a Validators,
    pub timeout: Duration,
    /// The limit that `timeout` is what is left of.
    pub whole: Duration,
    /// The longest body.
    pub max_bytes: usize,
    /// Whether a longer one is cut off rather than refused.
    pub cut: bool,
}

/// An HTTP client.
#[derive(Debug)]
pub(in crate::ingest) struct Client {
    /// Reaches public addresses only. The two share no connections.
    public: Agent,
    /// Reaches private ones too.
    private: Agent,
    pub(super) options: Options,
    /// What jitter is drawn from.
    pub(super) seed: i64,
}

impl Client {
    /// A client; `seed` is what the jitter of its back-off is drawn from.
    pub fn new(options: &Options, seed: i64) -> Client {
        let agent = |private: bool| {
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .root_certs(RootCerts::PlatformVerifier)
                .build();
            let config = Agent::config_builder()
                .tls_config(tls)
                .proxy(None)
                .user_agent(user_agent(options.contact.as_deref()))
                .accept("text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5")
                .timeout_connect(Some(options.connect_timeout))
                .max_redirects(0)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .build();
            let reach = Reach {
                private,
                networks: options.networks.clone(),
            };
            let inner = DefaultResolver::default();
            Agent::with_parts(config, DefaultConnector::default(), Checked { reach, inner })
        };
        Client {
            public: agent(false),
            private: agent(true),
            options: options.clone(),
            seed,
        }
    }

    /// Asks once and reads the answer; follows nothing.
    pub(super) fn exchange(&self, ask: &Ask) -> Result<Answer, Failure> {
        let agent = if ask.private { &self.private } else { &self.public };
        let mut request = agent.get(ask.url.as_str());
        for (name, value) in [
            ("If-None-Match", &ask.validators.etag),
            ("If-Modified-Since", &ask.validators.last_modified),
        ] {
            if let Some(value) = value.as_deref().filter(|value| is_header(value)) {
                request = request.header(name, value);
            }
        }
        let call = request.config().timeout_global(Some(ask.timeout)).build().call();
        let mut response = call.map_err(|error| self.explain(&error, ask))?;
        let status = response.status().as_u16();
        let validators = || Validators {
            etag: header(&response, "etag").map(str::to_string),
            last_modified: header(&response, "last-modified").map(str::to_string),
        };
        match status {
            200..=299 => {}
            304 => return Ok(Answer::NotModified(validators())),
            301 | 302 | 303 | 307 | 308 => {
                let to = header(&response, "location").map(str::to_string);
                return match to {
                    Some(to) => Ok(Answer::Redirect {
                        permanent: matches!(status, 301 | 308),
                        to,
                    }),
                    None => Err(Failure::new(
                        Why::Failed,
                        format!("the server redirects nowhere (status {status})"),
                    )),
                };
            }
            code => {
                let retry_after = header(&response, "retry-after")
                    .and_then(|value| wait::retry_after(value, header(&response, "date")));
                return Ok(Answer::Status { code, retry_after });
            }
        }
        let validators = validators();
        let (media_type, charset) = content_type(header(&response, "content-type").unwrap_or_default());
        let announced = response.body().content_length().unwrap_or(0);
        if !ask.cut && announced > ask.max_bytes as u64 {
            return Err(too_long(ask.max_bytes));
        }
        let mut bytes = Vec::new();
        let reader = response.body_mut().with_config().limit(u64::MAX).reader();
        let read = reader
            .take(ask.max_bytes as u64 + u64::from(!ask.cut))
            .read_to_end(&mut bytes);
        if let Err(error) = read {
            return Err(self.explain(&Error::from(error), ask));
        }
        if bytes.len() > ask.max_bytes {
            return Err(too_long(ask.max_bytes));
        }
        let body = Body {
            bytes,
            media_type,
            charset,
        };
        Ok(Answer::Body(body, validators))
    }

    /// What went wrong, and what to do where that is not plain.
    fn explain(&self, error: &Error, ask: &Ask) -> Failure {
        use std::io::ErrorKind::*;
        let slow = || format!("no answer within {} s", ask.whole.as_secs_f64());
        let (why, reason) = match error {
            Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
                let limit = self.options.connect_timeout.min(ask.whole).as_secs_f64();
                (Why::Failed, format!("no answer within {limit} s"))
            }
            Error::Timeout(ureq::Timeout::RecvBody) => (Why::Failed, format!("{}: it sends too slowly", slow())),
            Error::Timeout(_) => (Why::Failed, slow()),
            Error::HostNotFound => (Why::Failed, "no such host; check the address and the network".into()),
            Error::Io(error) if is_unresolved(error) => {
                (Why::Failed, "no such host; check the address and the network".into())
            }
            Error::BadUri(_) | Error::Http(_) => (Why::Failed, "is no valid address".into()),
            Error::Other(other) if other.is::<Refused>() => (Why::Refused, other.to_string()),
            Error::Io(error) if error.kind() == ConnectionRefused => (Why::Failed, "the connection was refused".into()),
            Error::Io(error) if matches!(error.kind(), TimedOut | WouldBlock) => (Why::Failed, slow()),
            Error::Io(error)
                if matches!(
                    error.kind(),
                    ConnectionReset | ConnectionAborted | UnexpectedEof | BrokenPipe
                ) =>
            {
                (Why::Broken, "the server hung up before the answer was whole".into())
            }
            // As rustls reports through a stream.
            Error::Io(error) if error.kind() == InvalidData => {
                (Why::Failed, format!("the connection is not secure: {error}"))
            }
            Error::Rustls(error) => (Why::Failed, format!("the connection is not secure: {error}")),
            Error::Tls(error) => (Why::Failed, format!("the connection is not secure: {error}")),
            Error::Decompress(..) => (Why::Failed, "its compression is broken".into()),
            other => (Why::Failed, format!("cannot be fetched: {other}")),
        };
        Failure::new(why, reason.replace(['\n', '\r'], " "))
    }
}

fn too_long(limit: usize) -> Failure {
    let limit = human_size(limit);
    Failure::new(Why::Failed, format!("is more than {limit}, the limit (max_bytes)"))
}

/// Whether an error of the system is that of a name without an address: it has no kind of its own.
fn is_unresolved(error: &std::io::Error) -> bool {
    let text = error.to_string();
    text.contains("failed to lookup address") || text.contains("not known") || text.contains("No such host")
}

/// Whether a stored value can be sent as a header: what a server once sent could hold anything.
fn is_header(value: &str) -> bool {
    value.len() <= 1000 && value.bytes().all(|b| (0x20..0x7F).contains(&b))
}

/// `broadsheet/0.1.0 (+https://example.org/about)`.
fn user_agent(contact: Option<&str>) -> String {
    let own = concat!("broadsheet/", env!("CARGO_PKG_VERSION"));
    match contact
        .map(str::trim)
        .filter(|contact| !contact.is_empty() && is_header(contact))
    {
        Some(contact) => format!("{own} (+{contact})"),
        None => own.to_string(),
    }
}

fn header<'a, B>(response: &'a Response<B>, name: &str) -> Option<&'a str> {
    let value = response.headers().get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then_some(value)
}

/// The media type, in lower case, and the charset.
fn content_type(header: &str) -> (Option<String>, Option<String>) {
    let (media_type, parameters) = header.split_once(';').unwrap_or((header, ""));
    let media_type = media_type.trim().to_ascii_lowercase();
    let charset = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']).to_string())
    });
    ((!media_type.is_empty()).then_some(media_type), charset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_read() {
        let of = |header: &str| content_type(header);
        assert_eq!(
            of("Text/HTML; Charset=\"utf-8\""),
            (Some("text/html".into()), Some("utf-8".into()))
        );
        assert_eq!(of("text/xml"), (Some("text/xml".into()), None));
        assert_eq!(of(" ; x"), (None, None));
    }

    #[test]
    fn the_program_has_a_name_and_says_whose_it_is() {
        assert!(user_agent(None).starts_with("broadsheet/") && !user_agent(None).contains('('));
        assert!(user_agent(Some("mailto:desk@paper.example")).ends_with(" (+mailto:desk@paper.example)"));
        assert!(!user_agent(Some("a\r\nX: y")).contains("X: y"));
    }
}
