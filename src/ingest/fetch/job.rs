//! What is to be fetched, how far it has come, and what came of it.

use std::time::Duration;

use url::Url;

use super::client::Body;
use crate::ingest::Validators;

/// Whether private addresses may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum Trust {
    /// Never.
    Public,
    /// Yes.
    Private,
    /// If the address itself is private: somebody has typed it.
    Typed,
}

/// Something to be fetched.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Request {
    /// The source that it is for, and the number of its item; none for the source itself.
    pub owner: (usize, Option<usize>),
    pub url: String,
    pub trust: Trust,
    /// Whether robots.txt is asked first.
    pub robots: bool,
    pub validators: Validators,
    /// How long the address may take, redirects included.
    pub timeout: Duration,
    /// How long all requests of the owner may take, from the first on.
    pub owner_limit: Duration,
}

/// What a request came to.
#[derive(Debug)]
pub(in crate::ingest) struct Outcome {
    pub owner: (usize, Option<usize>),
    pub result: Result<Page, Failure>,
    /// Whether private addresses were reached for it.
    pub private: bool,
    /// How many requests were sent, those for robots.txt on the way included.
    pub requests: usize,
    /// How many bodies were read.
    pub bodies: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// An answer.
#[derive(Debug)]
pub(in crate::ingest) struct Page {
    /// None where the server says that it has not changed (304).
    pub body: Option<Body>,
    pub validators: Validators,
    /// The address after all redirects.
    pub url: String,
    /// Where redirects for good lead, as long as they stand before all others.
    pub moved_to: Option<String>,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) struct Failure {
    pub why: Why,
    pub reason: String,
    /// The status, where there was one.
    pub status: Option<u16>,
    /// How long the server wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum Why {
    Failed,
    /// The connection broke off; another try may do.
    Broken,
    /// The address is one that may not be reached.
    Refused,
    /// robots.txt says no.
    Robots,
    /// 410.
    Gone,
    /// There was no time, or the server wants to be left alone: another run may do.
    Later,
}

impl Failure {
    pub fn new(why: Why, reason: impl Into<String>) -> Failure {
        Failure {
            why,
            reason: reason.into(),
            status: None,
            retry_after: None,
        }
    }

    pub(super) fn status(code: u16, retry_after: Option<Duration>) -> Failure {
        let (why, reason) = match code {
            401 | 402 | 403 | 451 => (Why::Failed, format!("the server refuses it (status {code})")),
            404 => (Why::Failed, format!("the server has no such page (status {code})")),
            410 => (
                Why::Gone,
                format!("the server has no such page any more (status {code})"),
            ),
            429 => (
                Why::Later,
                "the server says there were too many requests (status 429); try again later".into(),
            ),
            503 if retry_after.is_some() => (Why::Later, "the server asks to come again later (status 503)".into()),
            _ => (Why::Failed, format!("the server answers with status {code}")),
        };
        Failure {
            why,
            reason,
            status: Some(code),
            retry_after: retry_after.filter(|_| matches!(code, 429 | 503)),
        }
    }
}

/// A request on its way.
pub(super) struct Job {
    pub request: Request,
    pub url: Url,
    pub private: bool,
    pub hops: u32,
    /// Only redirects for good so far.
    pub for_good: bool,
    pub moved_to: Option<String>,
    pub tries: u32,
    pub spent: Duration,
    pub requests: usize,
    pub bodies: usize,
    pub bytes: u64,
    /// It fetches the robots.txt of this origin.
    pub robots_of: Option<String>,
}

impl Job {
    pub fn new(request: Request) -> Result<Job, Box<(Request, Failure)>> {
        let url = match Url::parse(request.url.trim()) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
            _ => return Err(Box::new((request, Failure::new(Why::Failed, "is no valid address")))),
        };
        Ok(Job {
            private: request.trust == Trust::Private,
            request,
            url,
            hops: 0,
            for_good: true,
            moved_to: None,
            tries: 0,
            spent: Duration::ZERO,
            requests: 0,
            bodies: 0,
            bytes: 0,
            robots_of: None,
        })
    }

    pub fn finish(self, result: Result<Page, Failure>) -> Outcome {
        Outcome {
            owner: self.request.owner,
            result,
            private: self.private,
            requests: self.requests,
            bodies: self.bodies,
            bytes: self.bytes,
        }
    }
}

/// The request for the robots.txt of an origin, on behalf of the first page that needs it.
pub(super) fn robots_job(job: &Job, origin: &str) -> Option<Job> {
    let mut first = Job::new(Request {
        url: job.url.join("/robots.txt").ok()?.to_string(),
        robots: false,
        validators: Validators::default(),
        ..job.request.clone()
    })
    .ok()?;
    first.private = job.private;
    first.robots_of = Some(origin.to_string());
    Some(first)
}
