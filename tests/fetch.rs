//! Fetching, against a real server on loopback addresses: what comes of every kind of answer, and how politely it is asked for.

#[path = "support/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use broadsheet::ingest::{Gathered, Health, Known, Options, Source, SourceKind, Validators, gather, read};
use jiff::Timestamp;
use server::{News, Reply, Server, loopback, raw, raw_answer};

fn now() -> Timestamp {
    "2026-03-14T06:00:00Z".parse().unwrap()
}

/// Quick ones, to which 127.0.1.* is not private: so a redirect to 127.0.0.1 is one to a private address.
fn options() -> Options {
    Options {
        max_bytes: 100_000,
        timeout: Duration::from_secs(1),
        pause: Duration::from_millis(5),
        back_off: Duration::from_millis(10),
        networks: vec!["127.0.1.0/24".parse().unwrap()],
        ..Options::default()
    }
}

fn source(kind: SourceKind, location: impl Into<String>) -> Source {
    let location = location.into();
    Source {
        name: location.clone(),
        location,
        kind,
        allow_private: false,
        timeout: None,
        max_items: None,
    }
}

fn gather_all(sources: &[(Source, Known)], options: &Options) -> Vec<Gathered> {
    gather(sources, options, now(), &|_, _| false, &|_| {})
}

fn gather_one(source: Source, known: Known, options: &Options) -> Gathered {
    gather_all(&[(source, known)], options).remove(0)
}

fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Gazette</title>{items}</channel></rss>")
}

/// A feed whose one entry is all there: no page is asked for.
fn full() -> String {
    rss(
        "<item><title>Bridge shut</title><guid isPermaLink=\"false\">b-1</guid><description>The bridge is shut until May.</description></item>",
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What came of a source, in one line.
fn told(found: &Gathered) -> String {
    let mut line = match &found.health {
        Health::Fresh => format!("fresh: {} document", found.documents.len()),
        Health::Unchanged => "unchanged".to_string(),
        Health::Waiting { until } => format!("waiting until {until}"),
        Health::Failed {
            reason,
            retry_after: None,
        } => format!("failed: {reason}"),
        Health::Failed {
            reason,
            retry_after: Some(until),
        } => format!("failed: {reason}; not before {until}"),
        Health::Gone => "gone".to_string(),
    };
    if let Some(moved) = &found.moved_to {
        line += &format!("; moved to {moved}");
    }
    for warning in &found.warnings {
        line += &format!("; {}", warning.message);
    }
    line
}

/// A certificate that nobody has signed but itself.
fn self_signed() -> Arc<rustls::ServerConfig> {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.1.200".to_string()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

#[test]
fn every_kind_of_answer_has_its_outcome() {
    // Each case has an address of its own, so that none waits for another; what must not be reached is a server beside them.
    let addresses: Vec<_> = (256..256 + 100).map(loopback).collect();
    let server = Server::on(&addresses);
    let inner = Server::start();
    inner.handle(|_, _| Some(Reply::feed(full())));
    let port = inner.port();
    let odd = loopback(256 + 200);

    // What it is, how it is answered (paths and replies), what comes of it, requests.
    type Case = (String, Source, Known, &'static str, Option<usize>);
    let mut cases: Vec<Case> = Vec::new();
    let mut script = |what: &str, replies: Vec<(&str, Vec<Reply>)>, outcome: &'static str, requests: usize| {
        let n = cases.len();
        for (path, replies) in replies {
            server.script_all(&format!("{}{path}", addresses[n]), replies);
        }
        let source = source(SourceKind::Feed, server.url_on(n, "/feed"));
        cases.push((what.to_string(), source, Known::default(), outcome, Some(requests)));
    };
    let feed = || Reply::feed(full());
    let one = |reply: Reply| vec![("/feed", vec![reply])];
    let to = |status: u16, place: &str| Reply::redirect(status, place);

    script("200", one(feed()), "fresh: 1 document", 1);
    script(
        "301, 308, then 200",
        vec![
            ("/feed", vec![to(301, "/b")]),
            ("/b", vec![to(308, "/c")]),
            ("/c", vec![feed()]),
        ],
        "fresh: 1 document; moved to HOST/c",
        3,
    );
    script(
        "301, 302, then 200",
        vec![
            ("/feed", vec![to(301, "/b")]),
            ("/b", vec![to(302, "/c")]),
            ("/c", vec![feed()]),
        ],
        "fresh: 1 document; moved to HOST/b",
        3,
    );
    script(
        "302, 301, then 200",
        vec![
            ("/feed", vec![to(302, "/b")]),
            ("/b", vec![to(301, "/c")]),
            ("/c", vec![feed()]),
        ],
        "fresh: 1 document",
        3,
    );
    script(
        "301 to a page that is no feed",
        vec![("/feed", vec![to(301, "/b")]), ("/b", vec![Reply::page("<p>Parked")])],
        "failed: is a page, not a feed",
        2,
    );
    script(
        "redirect to itself",
        one(to(302, "/feed")),
        "failed: more than 5 redirects",
        6,
    );
    script(
        "redirect without an address",
        one(Reply::status(302)),
        "failed: the server redirects nowhere (status 302)",
        1,
    );
    script(
        "redirect to file:///etc/passwd",
        one(to(302, "file:///etc/passwd")),
        "failed: the server redirects to \"file:///etc/passwd\", which is no address of a page",
        1,
    );
    script(
        "304 though nobody asked",
        one(Reply::status(304)),
        "failed: the server says it has not changed (status 304), though nobody asked that",
        1,
    );
    script(
        "403",
        one(Reply::status(403)),
        "failed: the server refuses it (status 403)",
        1,
    );
    script(
        "404",
        one(Reply::status(404)),
        "failed: the server has no such page (status 404)",
        1,
    );
    script("410", one(Reply::status(410)), "gone", 1);
    script(
        "429, Retry-After: 3600",
        one(Reply::status(429).header("Retry-After", "3600")),
        "failed: the server says there were too many requests (status 429); try again later; not before 2026-03-14T07:00:00Z",
        1,
    );
    script(
        "429, Retry-After as a date two hours after Date",
        one(Reply::status(429)
            .header("Date", "Mon, 01 Jan 2001 00:00:00 GMT")
            .header("Retry-After", "Mon, 01 Jan 2001 02:00:00 GMT")),
        "failed: the server says there were too many requests (status 429); try again later; not before 2026-03-14T08:00:00Z",
        1,
    );
    script(
        "429, Retry-After: 1, then 200",
        vec![("/feed", vec![Reply::status(429).header("Retry-After", "1"), feed()])],
        "fresh: 1 document",
        2,
    );
    script(
        "429 and nothing else",
        one(Reply::status(429)),
        "failed: the server says there were too many requests (status 429); try again later",
        1,
    );
    script(
        "503, Retry-After: 86400",
        one(Reply::status(503).header("Retry-After", "86400")),
        "failed: the server asks to come again later (status 503); not before 2026-03-15T06:00:00Z",
        1,
    );
    script(
        "500 each time",
        one(Reply::status(500)),
        "failed: the server answers with status 500",
        3,
    );
    script(
        "500, then 200",
        vec![("/feed", vec![Reply::status(500), feed()])],
        "fresh: 1 document",
        2,
    );
    script(
        "one byte every 50 ms",
        one(feed().slowly(Duration::from_millis(50))),
        "failed: no answer within 1 s",
        1,
    );
    script(
        "nothing for 3 s",
        one(feed().delay(Duration::from_secs(3))),
        "failed: no answer within 1 s",
        1,
    );
    script(
        "an endless body",
        one(feed().body("<rss>".repeat(2000)).endlessly(Duration::ZERO)),
        "failed: is more than 100 kB, the limit (max_bytes)",
        1,
    );
    script(
        "an endless body, slowly",
        one(feed().endlessly(Duration::from_millis(100))),
        "failed: no answer within 1 s",
        1,
    );
    script(
        "a body of 200 kB",
        one(feed().body(vec![b' '; 200_000])),
        "failed: is more than 100 kB, the limit (max_bytes)",
        1,
    );
    script(
        "a gzip bomb: 50 MB in 49 kB",
        one(feed()
            .header("Content-Encoding", "gzip")
            .body(gzip(&vec![b' '; 50_000_000]))),
        "failed: is more than 100 kB, the limit (max_bytes)",
        1,
    );
    script(
        "broken gzip",
        one(feed().header("Content-Encoding", "gzip").body("no gzip at all")),
        "failed: its compression is broken",
        1,
    );
    let latin: Vec<u8> = full()
        .replace("bridge", "br\u{fc}cke")
        .chars()
        .map(|c| c as u8)
        .collect();
    script(
        "header says utf-8, bytes are not",
        one(Reply::ok("application/rss+xml; charset=utf-8", latin.clone())),
        "fresh: 1 document; some bytes are not valid UTF-8; they are shown as \u{FFFD}",
        1,
    );
    script(
        "header names a charset that does not exist",
        one(Reply::ok("application/rss+xml; charset=klingon", full())),
        "fresh: 1 document",
        1,
    );
    script(
        "no charset at all, bytes are latin-1",
        one(Reply::ok("application/rss+xml", latin)),
        "fresh: 1 document; not UTF-8 and no charset given; read as windows-1252",
        1,
    );
    script(
        "a feed sent as text/html",
        one(Reply::ok("text/html", full())),
        "fresh: 1 document",
        1,
    );
    script(
        "a feed sent as image/png",
        one(Reply::ok("image/png", full())),
        "fresh: 1 document",
        1,
    );
    script(
        "a feed sent as nothing",
        one(Reply::status(200).body(full())),
        "fresh: 1 document",
        1,
    );
    script(
        "a picture sent as a feed",
        one(Reply::feed("").body(b"\x89PNG\r\n\x1a\n0000".to_vec())),
        "failed: is a PNG image, not an article",
        1,
    );
    script(
        "a page that names its feed",
        one(Reply::page(
            "<html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/news.xml\"></head><body>Hi</body></html>",
        )),
        "failed: is a page, not a feed; it names HOST/news.xml as its feed",
        1,
    );
    script("an empty body", one(Reply::feed("")), "failed: is empty", 1);
    script(
        "a body cut off in the middle of an entry",
        one(Reply::feed(format!(
            "{}<item><title>Cut",
            full().replace("</channel></rss>", "")
        ))),
        "fresh: 1 document; is no feed that is whole (unable to parse XML: Parser error: syntax error: tag not closed: `>` not found before end of input); 1 of its entries can be read",
        1,
    );
    script(
        "billion laughs",
        one(Reply::feed(format!(
            "<!DOCTYPE rss [<!ENTITY a \"lol\">{}]>{}",
            (b'b'..b'k')
                .map(|c| format!(
                    "<!ENTITY {} \"{}\">",
                    c as char,
                    format!("&{};", (c - 1) as char).repeat(10)
                ))
                .collect::<String>(),
            full().replace("until", "&j;").replace("<?xml version=\"1.0\"?>", "")
        ))),
        "fresh: 1 document",
        1,
    );
    script(
        "an external entity",
        one(Reply::feed(format!(
            "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
            full().replace("until", "&x;").replace("<?xml version=\"1.0\"?>", "")
        ))),
        "fresh: 1 document",
        1,
    );
    script(
        "XML 10,000 levels deep",
        one(Reply::feed(rss(&"<x>".repeat(10_000)))),
        "failed: is no feed that can be read: its elements lie more than 250 deep in each other",
        1,
    );
    script(
        "JSON 20,000 levels deep",
        one(Reply::ok(
            "application/feed+json",
            format!(
                "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"x\":{}",
                "[".repeat(20_000)
            ),
        )),
        "failed: is no feed that can be read",
        1,
    );
    for (place, words) in [
        ("http://127.0.0.1:PORT/", "127.0.0.1, a loopback address"),
        (
            "http://169.254.169.254/latest/meta-data/",
            "169.254.169.254, a cloud metadata address",
        ),
        ("http://localhost:PORT/", ""),
        ("http://2130706433:PORT/", "127.0.0.1, a loopback address"),
        ("http://0x7f.1:PORT/", "127.0.0.1, a loopback address"),
        ("http://0177.0.0.1:PORT/", "127.0.0.1, a loopback address"),
        ("http://127.1:PORT/", "127.0.0.1, a loopback address"),
        (
            "http://[::ffff:127.0.0.1]:PORT/",
            "::ffff:127.0.0.1, a loopback address",
        ),
        ("http://[::1]:PORT/", "::1, a loopback address"),
        ("http://0.0.0.0:PORT/", "0.0.0.0, the unspecified address"),
        ("http://10.0.0.1/", "10.0.0.1, a private address"),
        ("http://100.64.0.1/", "100.64.0.1, a carrier's private address"),
        ("http://[fe80::1]/", "fe80::1, a link-local address"),
        ("http://224.0.0.1/", "224.0.0.1, a multicast address"),
    ] {
        let place = place.replace("PORT", &port.to_string());
        let words: &'static str = format!("failed: leads to {words}").leak();
        script(
            &format!("302 to {}", place.replace(&port.to_string(), "PORT")),
            one(to(302, &place)),
            words,
            1,
        );
    }
    let mut outright = |what: &str, location: String, outcome: &'static str| {
        let requests = outcome.starts_with("failed: leads").then_some(0);
        cases.push((
            what.to_string(),
            source(SourceKind::Feed, location),
            Known::default(),
            outcome,
            requests,
        ));
    };
    outright(
        "a name that leads to a private address",
        format!("http://localhost:{port}/"),
        "failed: leads to ",
    );
    outright(
        "http://2130706433/",
        format!("http://2130706433:{port}/"),
        "failed: leads to 127.0.0.1, a loopback address",
    );
    outright(
        "http://[::ffff:127.0.0.1]/",
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        "failed: leads to ",
    );
    outright(
        "a host that does not exist",
        "http://nowhere.invalid/feed".into(),
        "failed: no such host",
    );
    outright("no host", "http:///feed:x".into(), "failed: ");
    let free = std::net::TcpListener::bind((odd, 0)).unwrap().local_addr().unwrap();
    outright(
        "nobody listens",
        format!("http://{free}/"),
        "failed: the connection was refused",
    );
    let garbage = raw(odd, |mut stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n");
    });
    outright(
        "TLS: the server speaks something else",
        format!("https://{garbage}/"),
        "failed: the connection is not secure",
    );
    let config = self_signed();
    let unsigned = raw(odd, move |mut stream| {
        let mut tls = rustls::ServerConnection::new(config.clone()).unwrap();
        while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
    });
    outright(
        "TLS: a certificate that nobody has signed",
        format!("https://{unsigned}/"),
        "failed: the connection is not secure: invalid peer certificate",
    );
    let silent = raw(odd, drop);
    outright(
        "TLS: the server hangs up",
        format!("https://{silent}/"),
        "failed: the server hung up before the answer was whole",
    );
    outright(
        "no HTTP at all",
        format!("http://{}/", raw_answer(odd, "hello\r\n\r\n")),
        "failed: ",
    );
    outright(
        "half an answer",
        format!(
            "http://{}/",
            raw_answer(odd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss")
        ),
        "failed: the server hung up before the answer was whole",
    );
    let flood = format!(
        "HTTP/1.1 200 OK\r\n{}\r\n",
        "X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(10_000)
    );
    outright(
        "400 kB of headers",
        format!("http://{}/", raw_answer(odd, flood)),
        "failed: ",
    );

    // Asked on condition.
    let n = cases.len();
    server.script(
        &format!("{}/feed", addresses[n]),
        feed().etag("\"v1\"").last_modified("Fri, 13 Mar 2026 10:00:00 GMT"),
    );
    let validators = Validators {
        etag: Some("\"v1\"".into()),
        last_modified: Some("Fri, 13 Mar 2026 10:00:00 GMT".into()),
    };
    let known = Known {
        validators: validators.clone(),
        ..Known::default()
    };
    cases.push((
        "304".into(),
        source(SourceKind::Feed, server.url_on(n, "/feed")),
        known.clone(),
        "unchanged",
        Some(1),
    ));
    let unchanged = n;
    let n = cases.len();
    server.script(&format!("{}/feed", addresses[n]), feed().etag("\"v2\""));
    cases.push((
        "changed since".into(),
        source(SourceKind::Feed, server.url_on(n, "/feed")),
        known,
        "fresh: 1 document",
        Some(1),
    ));
    let changed = n;
    // Not asked at all.
    let waiting = Known {
        not_before: Some("2026-03-14T09:00:00Z".parse().unwrap()),
        ..Known::default()
    };
    cases.push((
        "told to wait".into(),
        source(SourceKind::Feed, server.url_on(cases.len(), "/feed")),
        waiting,
        "waiting until 2026-03-14T09:00:00Z",
        Some(0),
    ));
    let gone = Known {
        gone: true,
        ..Known::default()
    };
    cases.push((
        "gone before".into(),
        source(SourceKind::Feed, server.url_on(cases.len(), "/feed")),
        gone,
        "gone",
        Some(0),
    ));
    let moved = Known {
        moved_to: Some(server.url_on(0, "/feed")),
        ..Known::default()
    };
    cases.push((
        "moved before".into(),
        source(SourceKind::Feed, server.url_on(cases.len(), "/nowhere")),
        moved,
        "fresh: 1 document",
        Some(1),
    ));
    assert!(cases.len() < addresses.len());

    let sources: Vec<_> = cases
        .iter()
        .map(|(_, source, known, ..)| (source.clone(), known.clone()))
        .collect();
    let begun = Instant::now();
    let found = gather_all(&sources, &options());
    let took = begun.elapsed();

    let (mut wrong, mut table) = (Vec::new(), String::new());
    for (n, ((what, source, _, outcome, requests), found)) in cases.iter().zip(&found).enumerate() {
        assert_eq!(found.source, source.name);
        let said = told(found);
        let host = format!("http://{}:{}", addresses[n % addresses.len()], server.port());
        let said = said.replace(&host, "HOST");
        table += &format!("| {what} | {said} | {} |\n", found.requests);
        // A whole line, or how it begins where it goes on with what differs from machine to machine.
        let begins = outcome.starts_with("failed: ") && said.starts_with(outcome);
        if !(begins || said == *outcome) || requests.is_some_and(|requests| requests != found.requests) {
            wrong.push(format!(
                "{what}: {said} ({} requests), not {outcome} ({requests:?})",
                found.requests
            ));
        }
        for document in &found.documents {
            let body = String::from_utf8_lossy(&document.body);
            assert!(body.len() < 100 && !body.contains("root:"), "{what}: {body}");
        }
    }
    println!("| answer | outcome | requests |\n| --- | --- | --- |\n{table}\n{took:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(inner.requests(), 0, "what is private was reached: {:?}", inner.log());
    assert_eq!(
        (found[unchanged].bodies, &found[unchanged].validators),
        (0, &validators)
    );
    assert_eq!(
        found[changed].validators,
        Validators {
            etag: Some("\"v2\"".into()),
            last_modified: None
        }
    );
    assert!(took < Duration::from_secs(10), "{took:?}");
    let agents: BTreeSet<_> = server
        .log()
        .iter()
        .map(|hit| hit.headers.get("user-agent").cloned())
        .collect();
    assert_eq!(agents.len(), 1);
    assert!(
        agents.iter().flatten().all(|agent| agent.starts_with("broadsheet/")),
        "{agents:?}"
    );
}

#[test]
fn a_private_source_may_lead_to_private_places_but_never_to_metadata() {
    let server = Server::start();
    server.script("/feed", Reply::redirect(302, "/real"));
    server.script(
        "/real",
        Reply::feed(rss("<item><title>One</title><link>/page</link></item>\
        <item><title>Two</title><link>http://169.254.169.254/latest</link></item>")),
    );
    server.script("/page", Reply::page("<p>The page.</p>"));
    let mut private = source(SourceKind::Feed, server.url("/feed"));
    private.allow_private = true;
    let found = gather_one(private, Known::default(), &options());
    assert_eq!(found.health, Health::Fresh);
    let bodies: Vec<_> = found
        .documents
        .iter()
        .map(|d| String::from_utf8_lossy(&d.body).into_owned())
        .collect();
    assert_eq!(bodies, ["<p>The page.</p>", "Two"]);
    let [warning] = found.warnings.as_slice() else {
        panic!("{:?}", found.warnings)
    };
    assert!(
        warning
            .message
            .starts_with("leads to 169.254.169.254, a cloud metadata address; the feed's own words"),
        "{warning}"
    );
}

#[test]
fn an_entry_of_a_public_source_leads_to_nothing_private() {
    let server = Server::on(&[loopback(256)]);
    let inner = Server::start();
    server.script(
        "/feed",
        Reply::feed(rss(&format!(
            "<item><title>Inner</title><link>{}</link><description>Words.</description></item>",
            inner.url("/secret")
        ))),
    );
    let found = gather_one(
        source(SourceKind::Feed, server.url("/feed")),
        Known::default(),
        &options(),
    );
    assert_eq!(String::from_utf8_lossy(&found.documents[0].body), "Words.");
    assert!(
        found.warnings[0].message.contains("a loopback address"),
        "{:?}",
        found.warnings
    );
    assert_eq!(inner.requests(), 0);
}

#[test]
fn an_address_that_is_typed_may_be_private() {
    let server = Server::start();
    server
        .script("/", Reply::redirect(302, "/page"))
        .script("/page", Reply::page("<p>Mine.</p>"));
    let options = Options {
        networks: vec![],
        ..options()
    };
    let found = read(&[server.url("/")], &options, &|_| {});
    assert_eq!(String::from_utf8_lossy(&found.documents[0].body), "<p>Mine.</p>");
    assert_eq!(
        server.count("/robots.txt"),
        0,
        "what is typed is asked for as a browser would"
    );
    // But a place that counts as public may not lead there.
    let outer = Server::on(&[loopback(256)]);
    outer.script("/", Reply::redirect(302, server.url("/page")));
    let found = read(&[outer.url("/")], &self::options(), &|_| {});
    assert!(
        found.documents.is_empty() && found.warnings[0].message.contains("a loopback address"),
        "{found:?}"
    );
    let found = read(
        &["http://169.254.169.254/latest/meta-data/".to_string()],
        &options,
        &|_| {},
    );
    assert!(
        found.warnings[0].message.contains("a cloud metadata address"),
        "{found:?}"
    );
}

#[test]
fn one_request_a_second_and_two_at_once() {
    // Three addresses, each with a feed of two entries: four requests each, robots.txt included.
    let addresses: Vec<_> = (256..259).map(loopback).collect();
    let server = Server::on(&addresses);
    let feeds = server.serve_news(&News::new(3, 2));
    let sources: Vec<_> = feeds
        .iter()
        .map(|feed| (source(SourceKind::Feed, feed), Known::default()))
        .collect();
    let patient = Options {
        pause: Options::default().pause,
        timeout: Duration::from_secs(5),
        ..options()
    };
    assert_eq!(patient.pause, Duration::from_secs(1));
    let begun = Instant::now();
    let found = gather_all(&sources, &patient);
    assert!(
        found
            .iter()
            .all(|one| one.documents.len() == 2 && one.requests == 4 && one.bodies == 3),
        "{found:?}"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(6),
        "hosts do not wait for each other: {:?}",
        begun.elapsed()
    );
    let mut by_host: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for hit in server.log() {
        by_host.entry(hit.host).or_default().push(hit.at);
    }
    assert_eq!(by_host.len(), 3);
    for (host, times) in by_host {
        let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(gaps.len(), 3);
        // The server's clock starts when a request has arrived, ours when it is sent.
        assert!(
            gaps.iter().all(|gap| *gap >= Duration::from_millis(900)),
            "{host}: {gaps:?}"
        );
    }

    // With answers slower than the pause, no more than two are open.
    server.clear();
    server.handle(|_, path| match path {
        "/robots.txt" => None,
        "/feed" => Some(Reply::feed(rss(&(0..10)
            .map(|n| format!("<item><title>{n}</title><link>/p/{n}</link></item>"))
            .collect::<String>()))),
        _ => Some(Reply::page("<p>Slow.</p>").delay(Duration::from_millis(100))),
    });
    let found = gather_one(
        source(SourceKind::Feed, server.url("/feed")),
        Known::default(),
        &options(),
    );
    assert_eq!(found.documents.len(), 10);
    assert_eq!(server.log().iter().map(|hit| hit.at_once).max(), Some(2));
}

#[test]
fn pages_of_known_entries_are_not_asked_for() {
    let server = Server::on(&[loopback(256)]);
    let mut news = News::new(1, 3);
    news.etag = false;
    let feed = server.serve_news(&news).remove(0);
    let feed = source(SourceKind::Feed, feed);
    let first = gather_one(feed.clone(), Known::default(), &options());
    assert_eq!(
        (
            first.documents.len(),
            first.entries.len(),
            server.count("/page/0/2.html")
        ),
        (3, 3, 1)
    );
    assert!(
        first
            .documents
            .iter()
            .zip(&first.entries)
            .all(|(document, (id, _))| document.id == *id)
    );
    assert!(
        first
            .documents
            .iter()
            .all(|d| String::from_utf8_lossy(&d.body).contains("<article>"))
    );
    let seen: BTreeSet<_> = first.entries.into_iter().collect();
    let is_known = |id: &str, hash: &str| seen.contains(&(id.to_string(), hash.to_string()));

    server.clear();
    let again = gather(
        &[(feed.clone(), Known::default())],
        &options(),
        now(),
        &is_known,
        &|_| {},
    )
    .remove(0);
    assert_eq!(
        (again.health, again.documents.len(), again.requests, again.bodies),
        (Health::Unchanged, 0, 1, 1)
    );
    assert_eq!(server.requests(), 1);

    // One new entry in place of the oldest.
    news.first = 1;
    server.serve_news(&news);
    let third = gather(&[(feed, Known::default())], &options(), now(), &is_known, &|_| {}).remove(0);
    let ids: Vec<_> = third.documents.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(ids, [server.url("/page/0/3.html")]);
}

#[test]
fn what_there_is_no_time_for_is_left_and_met_again() {
    let server = Server::on(&[loopback(256)]);
    let feed = server.serve_news(&News::new(1, 8)).remove(0);
    let hurried = Options {
        pause: Duration::from_millis(200),
        source_timeout: Duration::from_millis(900),
        ..options()
    };
    let found = gather_one(source(SourceKind::Feed, feed.clone()), Known::default(), &hurried);
    assert_eq!(found.health, Health::Fresh);
    assert!((1..8).contains(&found.documents.len()), "{}", found.documents.len());
    assert_eq!(
        found.validators,
        Validators::default(),
        "else the server would say that nothing is new"
    );
    let [warning] = found.warnings.as_slice() else {
        panic!("{:?}", found.warnings)
    };
    assert!(
        !warning.lost && warning.message.contains("left for the next run (so it is with"),
        "{warning}"
    );

    let total = Options {
        total_timeout: Duration::from_millis(500),
        source_timeout: Duration::from_secs(60),
        ..hurried
    };
    let begun = Instant::now();
    let found = gather_one(source(SourceKind::Feed, feed), Known::default(), &total);
    assert!(found.documents.len() < 8 && begun.elapsed() < Duration::from_secs(2));
    assert!(
        found.warnings[0].message.contains("the time for all sources is up"),
        "{:?}",
        found.warnings
    );
}

#[test]
fn a_server_that_wants_to_be_left_alone_is_left_alone() {
    let server = Server::on(&[loopback(256)]);
    let feed = server.serve_news(&News::new(1, 5)).remove(0);
    server.script("/page/0/3.html", Reply::status(429).header("Retry-After", "600"));
    let slow = Options {
        parallel: 1,
        ..options()
    };
    let found = gather_one(source(SourceKind::Feed, feed), Known::default(), &slow);
    // The feed, robots.txt, the first page, and the one that is too much: nothing after it.
    assert_eq!((server.requests(), found.documents.len()), (4, 1), "{:?}", server.log());
    assert_eq!(found.validators, Validators::default());
}

#[test]
fn robots_are_heeded_for_pages_and_not_for_feeds() {
    let server = Server::on(&[loopback(256), loopback(257), loopback(258)]);
    let robots = Reply::ok("text/plain", "User-agent: *\nDisallow: /page/0/1\nDisallow: /feed\n");
    server.script("/robots.txt", robots);
    let feed = server.serve_news(&News::new(1, 3)).remove(0);
    let found = gather_one(source(SourceKind::Feed, feed), Known::default(), &options());
    assert_eq!(
        (
            found.documents.len(),
            server.count("/robots.txt"),
            server.count("/page/0/1.html")
        ),
        (3, 1, 0)
    );
    let stand_in = found
        .documents
        .iter()
        .find(|d| d.id.ends_with("/page/0/1.html"))
        .unwrap();
    assert!(!String::from_utf8_lossy(&stand_in.body).contains('<'));
    assert!(
        found.warnings[0]
            .message
            .contains("robots.txt keeps robots away; the feed's own words"),
        "{:?}",
        found.warnings
    );

    // Another address: a page of its own that may not be read; one whose robots.txt cannot be had; one that has none.
    server.script(&format!("{}/robots.txt", loopback(257)), Reply::status(500));
    server.script(&format!("{}/robots.txt", loopback(258)), Reply::status(404));
    server
        .script("/page", Reply::page("<p>Page.</p>"))
        .script("/feed/page", Reply::page("<p>Page.</p>"));
    let page = |n, path| (source(SourceKind::Page, server.url_on(n, path)), Known::default());
    let found = gather_all(&[page(0, "/feed/page"), page(1, "/page"), page(2, "/page")], &options());
    assert_eq!(told(&found[0]), "failed: its server's robots.txt keeps robots away");
    assert_eq!(
        told(&found[1]),
        "failed: its server's robots.txt cannot be read (the server answers with status 500)"
    );
    assert_eq!(told(&found[2]), "fresh: 1 document");
    assert_eq!(server.count("/feed/page"), 0);
}

#[test]
fn files_lines_and_mail_give_what_is_not_known() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let letter = |n: usize| {
        format!("From: Desk <d@p.example>\r\nSubject: Letter {n}\r\nMessage-ID: <{n}@p.example>\r\n\r\nWords {n}.\r\n")
    };
    put("in/a.txt", "One.");
    put("in/b.eml", &letter(1));
    put("mail/cur/1:2,S", &letter(2));
    put("mail/new/2", &letter(3));
    put("mail/tmp/3", &letter(4));
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    let lines = put(
        "l.jsonl",
        "{\"id\": 1, \"text\": \"a\"}\n{\"id\": 2, \"text\": \"b\"}\n{\"id\": 1, \"text\": \"c\"}\n",
    );
    let mbox = put(
        "m.mbox",
        &(5..8)
            .map(|n| format!("From d Sat Mar 14 08:00:00 2026\n{}\n", letter(n)))
            .collect::<String>(),
    );
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut last = source(SourceKind::Mail, mbox);
    last.max_items = Some(2);
    let sources: Vec<_> = [
        source(SourceKind::Folder, at("in")),
        source(SourceKind::Mail, at("mail")),
        source(SourceKind::Jsonl, lines),
        last,
        source(SourceKind::Folder, at("empty")),
        source(SourceKind::Folder, at("none")),
        source(SourceKind::Auto, at("in/b.eml")),
    ]
    .map(|source| (source, Known::default()))
    .into();
    let found = gather_all(&sources, &options());
    let ids: Vec<Vec<_>> = found
        .iter()
        .map(|one| {
            one.documents
                .iter()
                .map(|d| d.id.strip_prefix(&at("")).unwrap_or(&d.id).to_string())
                .collect()
        })
        .collect();
    let expected: [&[&str]; 7] = [
        &["in/a.txt", "1@p.example"],
        &["2@p.example", "3@p.example"],
        &["1", "2"],
        &["6@p.example", "7@p.example"],
        &[],
        &[],
        &["1@p.example"],
    ];
    assert_eq!(ids, expected);
    assert_eq!(
        found[2].warnings.len(),
        1,
        "the second document with id 1 is lost: {:?}",
        found[2].warnings
    );
    assert_eq!(told(&found[4]), "unchanged");
    assert_eq!(told(&found[5]), "failed: no such file or folder");

    let seen: BTreeSet<_> = found.iter().flat_map(|one| one.entries.clone()).collect();
    let is_known = |id: &str, hash: &str| seen.contains(&(id.to_string(), hash.to_string()));
    put("in/a.txt", "One, and more.");
    let again = gather(&sources, &options(), now(), &is_known, &|_| {});
    let fresh: Vec<_> = again.iter().map(|one| one.documents.len()).collect();
    assert_eq!(fresh, [1, 0, 0, 0, 0, 0, 0], "only what has changed");
}

#[test]
fn sources_keep_their_order_and_a_page_without_changes_is_known() {
    let server = Server::on(&[loopback(256), loopback(257)]);
    server.script("/page", Reply::page("<p>Page.</p>"));
    server.script("/slow", Reply::feed(full()).delay(Duration::from_millis(200)));
    let sources = [
        (source(SourceKind::Feed, server.url_on(0, "/slow")), Known::default()),
        (source(SourceKind::Page, server.url_on(1, "/page")), Known::default()),
        (source(SourceKind::Auto, server.url_on(1, "/slow")), Known::default()),
    ];
    let found = gather_all(&sources, &options());
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), ["fresh: 1 document"; 3]);
    let seen: BTreeSet<_> = found.iter().flat_map(|one| one.entries.clone()).collect();
    let is_known = |id: &str, hash: &str| seen.contains(&(id.to_string(), hash.to_string()));
    let again = gather(&sources, &options(), now(), &is_known, &|_| {});
    assert_eq!(again.iter().map(told).collect::<Vec<_>>(), ["unchanged"; 3]);
}
