//! A real HTTP server on loopback addresses with scripted behaviour, for tests: what it was asked is in its log.
//!
//! Ordinary answers come from hyper; what hyper will not do (broken TLS, half an answer) from a bare socket ([`raw`]).

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::Sleep;

/// What is sent after the head of an answer.
#[derive(Debug, Clone)]
enum Content {
    Bytes(Bytes),
    /// These bytes again and again, `pause` between them, for ever.
    Endless {
        chunk: Bytes,
        pause: Duration,
    },
    /// One byte at a time.
    Slow {
        bytes: Bytes,
        pause: Duration,
    },
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    content: Content,
    delay: Duration,
}

impl Reply {
    /// An answer with a status and no body.
    pub fn status(status: u16) -> Reply {
        Reply {
            status,
            headers: Vec::new(),
            content: Content::Bytes(Bytes::new()),
            delay: Duration::ZERO,
        }
    }

    /// 200 with a body of a media type.
    pub fn ok(media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        Reply::status(200).header("Content-Type", media_type).body(body)
    }

    /// 200 with a page.
    pub fn page(html: impl Into<String>) -> Reply {
        Reply::ok("text/html; charset=utf-8", html.into())
    }

    /// 200 with a feed.
    pub fn feed(xml: impl Into<String>) -> Reply {
        Reply::ok("application/rss+xml", xml.into())
    }

    /// A redirect.
    pub fn redirect(status: u16, location: impl Into<String>) -> Reply {
        Reply::status(status).header("Location", location)
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Reply {
        self.headers.push((name.to_string(), value.into()));
        self
    }

    /// With a body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Reply {
        self.content = Content::Bytes(Bytes::from(body.into()));
        self
    }

    /// With an ETag: a request that names it in `If-None-Match` gets 304 and no body.
    pub fn etag(self, tag: impl Into<String>) -> Reply {
        self.header("ETag", tag)
    }

    /// With a `Last-Modified`: a request that names the same in `If-Modified-Since` gets 304 and no body.
    pub fn last_modified(self, date: impl Into<String>) -> Reply {
        self.header("Last-Modified", date)
    }

    /// Sent after a wait.
    pub fn delay(mut self, delay: Duration) -> Reply {
        self.delay = delay;
        self
    }

    /// The body goes out one byte at a time.
    pub fn slowly(mut self, pause: Duration) -> Reply {
        if let Content::Bytes(bytes) = &self.content {
            self.content = Content::Slow {
                bytes: bytes.clone(),
                pause,
            };
        }
        self
    }

    /// The body is repeated for ever.
    pub fn endlessly(mut self, pause: Duration) -> Reply {
        if let Content::Bytes(bytes) = &self.content {
            self.content = Content::Endless {
                chunk: bytes.clone(),
                pause,
            };
        }
        self
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Since the server began.
    pub at: Duration,
    /// The `Host` header without its port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// What was answered.
    pub status: u16,
    /// Bytes of the body that was announced; for endless ones 0.
    pub body: usize,
    /// How many requests of this host were being answered at once, this one with them.
    pub at_once: usize,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
}

impl Hit {
    /// Whether it asked on condition (`If-None-Match` or `If-Modified-Since`).
    pub fn is_conditional(&self) -> bool {
        self.headers.contains_key("if-none-match") || self.headers.contains_key("if-modified-since")
    }
}

/// Answers that are worked out: none passes on to 404.
type Handler = dyn Fn(&str, &str) -> Option<Reply> + Send + Sync;

#[derive(Default)]
struct Script {
    /// By path, or by `host/path`; the first answer is used up unless it is the last.
    replies: BTreeMap<String, Vec<Reply>>,
    handler: Option<Arc<Handler>>,
    log: Vec<Hit>,
    active: BTreeMap<String, usize>,
}

/// The server. It ends when it is dropped.
pub struct Server {
    script: Arc<Mutex<Script>>,
    addresses: Vec<Ipv4Addr>,
    port: u16,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

fn locked(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// `127.0.X.Y` for a number: 1 gives 127.0.0.1, 256 gives 127.0.1.0.
pub fn loopback(n: u16) -> Ipv4Addr {
    let [high, low] = n.to_be_bytes();
    Ipv4Addr::new(127, 0, high, low)
}

impl Server {
    /// A server on 127.0.0.1.
    pub fn start() -> Server {
        Server::on(&[loopback(1)])
    }

    /// A server on many addresses of 127.0.0.0/8, all on one port. (macOS has only 127.0.0.1 unless others are added.)
    pub fn on(addresses: &[Ipv4Addr]) -> Server {
        let (port, listeners) = bind(addresses);
        let script = Arc::new(Mutex::new(Script::default()));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let shared = script.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let begun = Instant::now();
                for listener in listeners {
                    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                    tokio::spawn(accept(listener, shared.clone(), begun));
                }
                let _ = stopped.await;
            });
        });
        Server {
            script,
            addresses: addresses.to_vec(),
            port,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The port of all addresses.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of a path on the first address.
    pub fn url(&self, path: &str) -> String {
        self.url_on(0, path)
    }

    /// The address of a path on the `n`th address (they wrap around).
    pub fn url_on(&self, n: usize, path: &str) -> String {
        format!(
            "http://{}:{}{path}",
            self.addresses[n % self.addresses.len()],
            self.port
        )
    }

    /// Answers a path (`/feed`) on all addresses, or on one (`127.0.0.2/feed`). Takes the place of what was scripted.
    pub fn script(&self, path: &str, reply: Reply) -> &Server {
        self.script_all(path, vec![reply])
    }

    /// Answers a path with one reply after the other; the last is repeated.
    pub fn script_all(&self, path: &str, replies: Vec<Reply>) -> &Server {
        locked(&self.script).replies.insert(path.to_string(), replies);
        self
    }

    /// Works out the answer to every `(host, path)` that is not scripted.
    pub fn handle(&self, handler: impl Fn(&str, &str) -> Option<Reply> + Send + Sync + 'static) -> &Server {
        locked(&self.script).handler = Some(Arc::new(handler));
        self
    }

    /// Serves `news` on all addresses: every feed on one of them, its pages beside it. Returns the feeds' addresses.
    pub fn serve_news(&self, news: &News) -> Vec<String> {
        let (own, addresses, port) = (news.clone(), self.addresses.clone(), self.port);
        self.handle(move |_, path| {
            own.reply(path, |feed| {
                format!("http://{}:{port}", addresses[feed % addresses.len()])
            })
        });
        (0..news.feeds)
            .map(|feed| self.url_on(feed, &format!("/feed/{feed}.xml")))
            .collect()
    }

    /// All requests so far, in order.
    pub fn log(&self) -> Vec<Hit> {
        locked(&self.script).log.clone()
    }

    /// Forgets the requests so far.
    pub fn clear(&self) {
        locked(&self.script).log.clear();
    }

    /// How often a path was asked for, on whatever address.
    pub fn count(&self, path: &str) -> usize {
        locked(&self.script).log.iter().filter(|hit| hit.path == path).count()
    }

    /// Requests so far.
    pub fn requests(&self) -> usize {
        locked(&self.script).log.len()
    }

    /// Answers of status 200 so far, each with a body.
    pub fn bodies(&self) -> usize {
        locked(&self.script).log.iter().filter(|hit| hit.status == 200).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Listens on a port that is free on all addresses.
fn bind(addresses: &[Ipv4Addr]) -> (u16, Vec<TcpListener>) {
    for _ in 0..50 {
        let first = TcpListener::bind((addresses[0], 0)).expect("a free port");
        let port = first.local_addr().expect("an address").port();
        let mut listeners = vec![first];
        let others = addresses[1..].iter().map(|address| TcpListener::bind((*address, port)));
        if let Ok(others) = others.collect::<Result<Vec<_>, _>>() {
            listeners.extend(others);
            for listener in &listeners {
                listener.set_nonblocking(true).expect("a listener that does not block");
            }
            return (port, listeners);
        }
    }
    panic!("no port is free on all of {addresses:?}");
}

async fn accept(listener: tokio::net::TcpListener, script: Arc<Mutex<Script>>, begun: Instant) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let script = script.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, script.clone(), begun));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    script: Arc<Mutex<Script>>,
    begun: Instant,
) -> Result<Response<Stream>, Infallible> {
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let host = headers.get("host").map(String::as_str).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_string();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |found| found.as_str())
        .to_string();

    let (reply, at_once) = {
        let mut script = locked(&script);
        let active = script.active.entry(host.clone()).or_default();
        *active += 1;
        let at_once = *active;
        let key = format!("{host}{path}");
        let key = if script.replies.contains_key(&key) {
            key
        } else {
            path.clone()
        };
        let scripted = script.replies.get_mut(&key).map(|replies| {
            let first = replies.first().cloned().unwrap_or_else(|| Reply::status(404));
            if replies.len() > 1 {
                replies.remove(0);
            }
            first
        });
        let handler = script.handler.clone();
        drop(script);
        let worked_out = || handler.and_then(|handler| handler(&host, &path));
        (
            scripted
                .or_else(worked_out)
                .unwrap_or_else(|| Reply::status(404).body("no such page")),
            at_once,
        )
    };
    let asked = |condition: &str, validator: &str| {
        headers
            .get(condition)
            .is_some_and(|value| reply.get(validator) == Some(value))
    };
    let unchanged =
        reply.status == 200 && (asked("if-none-match", "etag") || asked("if-modified-since", "last-modified"));
    let status = if unchanged { 304 } else { reply.status };
    let content = if unchanged {
        Content::Bytes(Bytes::new())
    } else {
        reply.content.clone()
    };
    let body = match &content {
        Content::Bytes(bytes) | Content::Slow { bytes, .. } => bytes.len(),
        Content::Endless { .. } => 0,
    };
    locked(&script).log.push(Hit {
        at: begun.elapsed(),
        host: host.clone(),
        path,
        status,
        body,
        at_once,
        headers: headers.clone(),
    });
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let mut response = Response::new(Stream {
        content,
        sent: 0,
        sleep: None,
        _guard: Active { script, host },
    });
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &reply.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// One request that is being answered; until its body has gone out.
struct Active {
    script: Arc<Mutex<Script>>,
    host: String,
}

impl Drop for Active {
    fn drop(&mut self) {
        if let Some(active) = locked(&self.script).active.get_mut(&self.host) {
            *active -= 1;
        }
    }
}

/// A body as it goes out.
struct Stream {
    content: Content,
    sent: usize,
    sleep: Option<Pin<Box<Sleep>>>,
    _guard: Active,
}

impl Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(sleep) = &mut self.sleep {
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        let (next, pause) = match &self.content {
            Content::Bytes(bytes) if self.sent == 0 && !bytes.is_empty() => (bytes.clone(), Duration::ZERO),
            Content::Slow { bytes, pause } if self.sent < bytes.len() => {
                (bytes.slice(self.sent..self.sent + 1), *pause)
            }
            Content::Endless { chunk, pause } => (chunk.clone(), *pause),
            _ => return Poll::Ready(None),
        };
        self.sent += next.len();
        if !pause.is_zero() {
            self.sleep = Some(Box::pin(tokio::time::sleep(pause)));
        }
        Poll::Ready(Some(Ok(Frame::data(next))))
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        match &self.content {
            Content::Bytes(bytes) => hyper::body::SizeHint::with_exact((bytes.len() - self.sent) as u64),
            _ => hyper::body::SizeHint::default(),
        }
    }
}

/// Made-up news: feeds whose entries have pages. The same numbers give the same words.
#[derive(Debug, Clone)]
pub struct News {
    /// How many feeds.
    pub feeds: usize,
    /// How many entries each feed has.
    pub entries: usize,
    /// The number of the first entry: raise it for new entries in place of the oldest.
    pub first: usize,
    /// Whether feeds have an ETag.
    pub etag: bool,
}

impl News {
    /// So many feeds with so many entries each.
    pub fn new(feeds: usize, entries: usize) -> News {
        News {
            feeds,
            entries,
            first: 0,
            etag: true,
        }
    }

    /// The answer to `/feed/N.xml` and `/page/N/M.html`; `at` gives the address of a feed.
    pub fn reply(&self, path: &str, at: impl Fn(usize) -> String) -> Option<Reply> {
        if let Some(feed) = path.strip_prefix("/feed/").and_then(|rest| rest.strip_suffix(".xml")) {
            let feed = feed.parse().ok().filter(|feed| *feed < self.feeds)?;
            let reply = Reply::feed(self.feed(feed, &at(feed)));
            return Some(if self.etag {
                reply.etag(format!("\"{feed}-{}-{}\"", self.first, self.entries))
            } else {
                reply
            });
        }
        let (feed, entry) = path.strip_prefix("/page/")?.strip_suffix(".html")?.split_once('/')?;
        Some(Reply::page(Self::page(feed.parse().ok()?, entry.parse().ok()?)))
    }

    /// A feed, the newest entry first; `base` is its scheme and host.
    pub fn feed(&self, feed: usize, base: &str) -> String {
        let mut xml = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Paper {feed}</title><link>{base}/</link>"
        );
        for entry in (self.first..self.first + self.entries).rev() {
            let (title, sentences) = Self::words(feed, entry);
            xml.push_str(&format!(
                "<item><title>{title}</title><link>{base}/page/{feed}/{entry}.html</link><guid>{feed}-{entry}</guid>\
                 <pubDate>Sat, 14 Mar 2026 {:02}:{:02}:00 GMT</pubDate><description>{}</description></item>",
                entry / 60 % 24,
                entry % 60,
                sentences[0]
            ));
        }
        xml.push_str("</channel></rss>");
        xml
    }

    /// The page of an entry.
    pub fn page(feed: usize, entry: usize) -> String {
        let (title, sentences) = Self::words(feed, entry);
        let paragraphs: Vec<String> = sentences
            .chunks(2)
            .map(|pair| format!("<p>{}</p>", pair.join(" ")))
            .collect();
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><article>\
             <h1>{title}</h1>{}</article></body></html>",
            paragraphs.concat()
        )
    }

    /// The title and the sentences of an entry. No two entries have the same title.
    fn words(feed: usize, entry: usize) -> (String, Vec<String>) {
        const PLACES: [&str; 12] = [
            "Aldermoor",
            "Brackwater",
            "Cinderford",
            "Dunholt",
            "Eastmere",
            "Farrowby",
            "Glenhollow",
            "Hartsea",
            "Ivelbridge",
            "Kestrel Bay",
            "Lowmarsh",
            "Northwick",
        ];
        const THINGS: [&str; 14] = [
            "bridge",
            "library",
            "harbour wall",
            "tram line",
            "hospital wing",
            "reservoir",
            "market hall",
            "ferry",
            "school",
            "power station",
            "airfield",
            "theatre",
            "sea wall",
            "railway tunnel",
        ];
        const DEEDS: [&str; 10] = [
            "closes for repairs",
            "reopens",
            "is sold",
            "floods",
            "wins a prize",
            "loses its funding",
            "is struck by lightning",
            "is to be rebuilt",
            "runs late",
            "draws record crowds",
        ];
        const PEOPLE: [&str; 9] = [
            "Marta Oyelaran",
            "Tom Brindle",
            "Aiko Fennimore",
            "Luis Castellane",
            "Greta Sundqvist",
            "Imran Halloway",
            "Nell Dacre",
            "Pavel Ostrow",
            "Rosa Whitlock",
        ];
        let mut state = (feed as u64) << 32 | entry as u64;
        let mut pick = |many: usize| {
            // SplitMix64.
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) % many as u64) as usize
        };
        let (place, thing, deed) = (PLACES[pick(12)], THINGS[pick(14)], DEEDS[pick(10)]);
        let (first, second) = (PEOPLE[pick(9)], PEOPLE[pick(9)]);
        let (cost, homes, days) = (pick(90) + 2, pick(4000) + 12, pick(300) + 3);
        let number = feed * 100_000 + entry;
        let title = format!("{place} {thing} {deed} after inquiry {number}");
        let sentences = vec![
            format!("The {thing} of {place} {deed}, the council said on Saturday after inquiry number {number}."),
            format!("The work will cost {cost} million pounds and take {days} days, according to {first}."),
            format!(
                "About {homes} homes depend on the {thing}, which was built in {}.",
                1880 + pick(120)
            ),
            format!("{second}, who leads the residents' group, said nobody had asked the people who live beside it."),
            format!(
                "A report lists {} faults that engineers found during the winter.",
                pick(60) + 4
            ),
            format!(
                "The council will vote on the plan in {} weeks, and until then the {thing} stays as it is.",
                pick(9) + 2
            ),
            format!(
                "{first} said that {place} could not wait for another {} years.",
                pick(20) + 2
            ),
            "A second meeting is open to everyone and will be held in the old corn exchange.".to_string(),
        ];
        (title, sentences)
    }
}

/// A bare socket that does what hyper would not: `talk` gets every connection. It lives as long as the program.
pub fn raw(address: Ipv4Addr, talk: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind((address, 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    let talk = Arc::new(talk);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let talk = talk.clone();
            std::thread::spawn(move || talk(stream));
        }
    });
    address
}

/// Reads a request's head and answers it with these bytes as they are, then hangs up.
pub fn raw_answer(address: Ipv4Addr, answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    raw(address, move |mut stream| {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
            head.push(byte[0]);
        }
        let _ = stream.write_all(&answer);
    })
}
