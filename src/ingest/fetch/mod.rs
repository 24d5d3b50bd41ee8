//! The network: one polite HTTP client for all sources.
//!
//! - [`address`]: which addresses may be reached;
//! - [`client`]: one exchange with a server, bounded in time and size;
//! - [`job`]: what is to be fetched and what came of it;
//! - [`queue`]: which exchange comes next. At most one request a second and two at once per registrable domain, robots.txt before
//!   pages, redirects hop by hop, back-off, and limits on the time of each source and of all;
//! - [`wait`]: `Retry-After` and the waits of back-off.
//!
//! Proxies of the environment (`http_proxy`) are not used: behind one, no address could be checked before it is connected to.

mod address;
mod client;
mod job;
mod queue;
mod robots;
mod wait;

pub use address::Network;
pub(super) use client::{Body, Client};
pub(super) use job::{Failure, Outcome, Page, Request, Trust, Why};
pub(super) use queue::run;

/// Whether an input is an address that is fetched.
pub(super) fn is_url(input: &str) -> bool {
    let starts = |scheme: &str| {
        input
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts("http://") || starts("https://")
}

/// The unit of politeness: the registrable domain of a host by the Public Suffix List (`news.example.co.uk` is
/// `example.co.uk`), else the host: IP addresses and bare names are each their own.
pub(super) fn domain(url: &url::Url) -> String {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            psl::domain_str(&name).map_or(name.clone(), str::to_string)
        }
        Some(url::Host::Ipv4(address)) => address.to_string(),
        Some(url::Host::Ipv6(address)) => std::net::IpAddr::V6(address).to_canonical().to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_registrable_ones_and_addresses_are_their_own() {
        for (url, expected) in [
            ("https://www.news.example.co.uk/a", "example.co.uk"),
            ("https://EXAMPLE.com.:8443/", "example.com"),
            ("https://someone.github.io/", "someone.github.io"),
            ("http://localhost:80/", "localhost"),
            ("http://127.0.0.7:1/", "127.0.0.7"),
            ("http://2130706433/", "127.0.0.1"),
            ("http://0x7f.1/", "127.0.0.1"),
            ("http://[::ffff:127.0.0.1]/", "127.0.0.1"),
            ("http://[2001:db8::7]:80/", "2001:db8::7"),
        ] {
            assert_eq!(domain(&url::Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
