//! Which network addresses may be reached: checked after names are resolved, and connected to exactly as checked.
//!
//! A feed is other people's text, and a link or redirect in it must not make this machine read its own network: the classic
//! forged server-side request. The special-purpose ranges are those of IANA's registries (RFC 6890 and its successors).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// A range of addresses: `10.1.0.0/16`, `fd12::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether an address lies in it. IPv4 addresses in IPv6 clothes are taken out of them first.
    pub fn contains(&self, address: IpAddr) -> bool {
        let prefix = |bits: u128, all: u32| bits >> (all - u32::from(self.bits).min(all)).min(127);
        match (self.address, address.to_canonical()) {
            (_, _) if self.bits == 0 => self.address.is_ipv4() == address.to_canonical().is_ipv4(),
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                prefix(u128::from(own.to_bits()), 32) == prefix(u128::from(other.to_bits()), 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => prefix(own.to_bits(), 128) == prefix(other.to_bits(), 128),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no network; write it like 10.1.0.0/16 or fd12:3456::/32");
        let (address, bits) = text
            .trim()
            .split_once('/')
            .map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(all), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > all {
            return Err(wrong());
        }
        Ok(Network { address, bits })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// How far an address is from the public Internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Public,
    /// Of this machine or its own network; the words say which.
    Private(&'static str),
    /// Never a source of news: addresses at which cloud machines keep their secrets, and those that are no one machine's.
    Never(&'static str),
}

/// Where an address lies.
pub(super) fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(address) => place_v4(address),
        IpAddr::V6(address) => place_v6(address),
    }
}

fn place_v4(address: Ipv4Addr) -> Place {
    use Place::{Never, Private, Public};
    match address.octets() {
        // Amazon, Google, Azure and others; Azure's second; Alibaba; Oracle.
        [169, 254, 169, 254] | [168, 63, 129, 16] | [100, 100, 100, 200] | [192, 0, 0, 192] => {
            Never("a cloud metadata address")
        }
        [169, 254, 170, 2] => Never("a cloud metadata address"),
        [0, 0, 0, 0] => Private("the unspecified address"),
        [0, ..] => Never("an address of no machine"),
        [127, ..] => Private("a loopback address"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Private("a private address"),
        [100, 64..=127, ..] => Private("a carrier's private address"),
        [169, 254, ..] => Private("a link-local address"),
        [192, 0, 0, _] => Never("a reserved address"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Never("an address for documentation"),
        [198, 18..=19, ..] => Private("an address for benchmarks"),
        [224..=239, ..] => Never("a multicast address"),
        [240..=255, ..] => Never("a reserved address"),
        _ => Public,
    }
}

fn place_v6(address: Ipv6Addr) -> Place {
    use Place::{Never, Private, Public};
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Private("the unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Private("a loopback address"),
        // IPv4 in IPv6: mapped, and translated (NAT64, which some networks need to reach public IPv4 hosts).
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => place_v4(inner(high, low)),
        // Amazon's and Google's over IPv6.
        [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254] | [0xFD20, 0xCE, 0, 0, 0, 0, 0, 0x254] => {
            Never("a cloud metadata address")
        }
        [0xFC00..=0xFDFF, ..] | [0xFEC0..=0xFEFF, ..] | [0x64, 0xFF9B, 1, ..] => Private("a private address"),
        [0xFE80..=0xFEBF, ..] => Private("a link-local address"),
        [0xFF00..=0xFFFF, ..] => Never("a multicast address"),
        // 6to4 and Teredo wrap an IPv4 address, long out of use.
        [0x2002, ..] | [0x2001, 0, ..] => Never("a tunnel's address"),
        [0x2001, 0xDB8, ..] | [0x3FFF, 0..=0xFFF, ..] => Never("an address for documentation"),
        [0x2001, 0..=0x1FF, ..] => Never("a reserved address"),
        [0x2000..=0x3FFF, ..] => Public,
        _ => Never("a reserved address"),
    }
}

/// What may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reach {
    /// Loopback, private and link-local addresses too.
    pub private: bool,
    /// Ranges that may be reached whatever they are.
    pub networks: Vec<Network>,
}

impl Reach {
    /// Why an address may not be reached.
    pub fn refuses(&self, address: IpAddr) -> Option<Refused> {
        if self.networks.iter().any(|network| network.contains(address)) {
            return None;
        }
        match place(address) {
            Place::Public => None,
            Place::Private(_) if self.private => None,
            Place::Private(what) => Some(Refused {
                address,
                what,
                never: false,
            }),
            Place::Never(what) => Some(Refused {
                address,
                what,
                never: true,
            }),
        }
    }
}

/// A name that leads, or an address that lies, where it may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub address: IpAddr,
    pub what: &'static str,
    /// Whatever the source is allowed.
    pub never: bool,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = if self.never {
            ""
        } else {
            "; only a source that is marked private may lie there"
        };
        write!(f, "leads to {}, {}{hint}", self.address, self.what)
    }
}

impl std::error::Error for Refused {}

/// Resolves names as the system does and keeps the addresses that may be reached. ureq connects to these and no others.
#[derive(Debug)]
pub(super) struct Checked {
    pub reach: Reach,
    pub inner: DefaultResolver,
}

impl Resolver for Checked {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        let mut refused = None;
        for address in found.iter() {
            match self.reach.refuses(address.ip()) {
                None => kept.push(canonical(*address)),
                Some(found) => refused = refused.or(Some(found)),
            }
        }
        match refused {
            Some(refused) if kept.is_empty() => Err(ureq::Error::Other(Box::new(refused))),
            _ => Ok(kept),
        }
    }
}

fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Place {
        place(text.parse().unwrap())
    }

    #[test]
    fn only_the_public_internet_is_public() {
        for public in [
            "1.1.1.1",
            "93.184.215.14",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "2606:4700::1111",
            "64:ff9b::1.1.1.1",
        ] {
            assert_eq!(at(public), Place::Public, "{public}");
        }
        for private in [
            "127.0.0.1",
            "127.255.0.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.1.1",
            "0.0.0.0",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "64:ff9b::192.168.0.1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
        ] {
            assert!(
                matches!(at(private), Place::Private(_)),
                "{private} is {:?}",
                at(private)
            );
        }
        for never in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "100.100.100.200",
            "168.63.129.16",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "0.1.2.3",
            "ff02::1",
            "2002:7f00:1::",
            "2001:0:1::",
            "2001:db8::1",
            "::7f00:1",
            "192.0.2.1",
        ] {
            assert!(matches!(at(never), Place::Never(_)), "{never} is {:?}", at(never));
        }
    }

    #[test]
    fn networks_are_read_and_open_what_lies_in_them() {
        let network = |text: &str| text.parse::<Network>();
        let office = network("10.1.0.0/16").unwrap();
        assert!(office.contains("10.1.255.1".parse().unwrap()) && !office.contains("10.2.0.1".parse().unwrap()));
        assert!(office.contains("::ffff:10.1.0.9".parse().unwrap()));
        assert!(network("0.0.0.0/0").unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!(!network("0.0.0.0/0").unwrap().contains("::1".parse().unwrap()));
        assert!(network("fd12::/32").unwrap().contains("fd12::1".parse().unwrap()));
        assert!(
            network("::1").unwrap().contains("::1".parse().unwrap())
                && !network("::1").unwrap().contains("::2".parse().unwrap())
        );
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "ten/8", "::/129", "10.0.0.0/-1"] {
            assert!(network(wrong).unwrap_err().contains("no network"), "{wrong}");
        }
        let closed = Reach {
            private: false,
            networks: vec![office],
        };
        assert_eq!(closed.refuses("10.1.0.1".parse().unwrap()), None);
        assert_eq!(
            closed.refuses("127.0.0.1".parse().unwrap()).map(|refused| refused.what),
            Some("a loopback address")
        );
        let open = Reach {
            private: true,
            networks: vec![],
        };
        assert_eq!(open.refuses("127.0.0.1".parse().unwrap()), None);
        let refused = open.refuses("169.254.169.254".parse().unwrap()).unwrap();
        assert!(refused.never && refused.to_string() == "leads to 169.254.169.254, a cloud metadata address");
    }
}
