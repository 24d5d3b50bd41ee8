use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;

use super::*;
use crate::document::MediaType;

fn ingest(inputs: &[&str], options: &Options) -> Ingested {
    let inputs: Vec<String> = inputs.iter().map(|input| input.to_string()).collect();
    read(&inputs, options, &|_| {})
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn body(document: &RawDocument) -> &str {
    std::str::from_utf8(&document.body).unwrap()
}

/// The one warning, of which the subject ends and the message begins or holds as given.
fn expect_lost(found: &Ingested, subject: &str, words: &str) {
    assert_eq!(found.documents, []);
    let [warning] = found.warnings.as_slice() else {
        panic!("one warning, not {:?}", found.warnings)
    };
    assert!(
        warning.lost && warning.subject.ends_with(subject) && warning.message.contains(words),
        "{warning}"
    );
    assert!(!warning.to_string().contains('\n'));
}

#[test]
fn a_folder_is_read_in_order_and_what_is_hidden_or_unknown_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "b.txt", b"two");
    put(folder.path(), "a/z.md", b"# one");
    put(folder.path(), "c.html.gz", &gzip(b"<p>three"));
    put(folder.path(), ".hidden.txt", b"no");
    put(folder.path(), ".git/x.txt", b"no");
    put(folder.path(), "picture.png", b"no");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    let root = folder.path().to_str().unwrap();
    let found = ingest(&[root], &Options::default());
    assert_eq!(found.warnings, []);
    let names: Vec<_> = found
        .documents
        .iter()
        .map(|d| d.id.strip_prefix(root).unwrap())
        .collect();
    assert_eq!(names, ["/a/z.md", "/b.txt", "/c.html.gz"]);
    let kinds: Vec<_> = found.documents.iter().map(|d| d.media_type).collect();
    assert_eq!(kinds, [MediaType::Markdown, MediaType::Text, MediaType::Html]);
    assert_eq!(body(&found.documents[2]), "<p>three");
}

#[test]
fn bad_files_are_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        max_bytes: 1000,
        ..Options::default()
    };
    for (name, bytes, words) in [
        ("empty.txt", b"".as_slice(), "is empty"),
        ("blank.md", b" \n\n", "is empty"),
        (
            "picture.html",
            b"\x89PNG\r\n\x1a\n0000",
            "is a PNG image, not an article",
        ),
        ("long.html", &[b'x'; 2500], "is 2 kB, more than the limit of 1 kB"),
        ("bomb.html.gz", &gzip(&[b'x'; 100_000]), "more than the limit of 1 kB"),
        ("notgz.txt.gz", b"plain", "broken or not what its name says"),
        (
            "feed.rss",
            b"<rss version=\"2.0\"><channel><item><title>x",
            "no feed that can be read",
        ),
        ("page.docx", b"hello", "unknown kind of file"),
        ("cut.jsonl", b"{\"id\": 1, \"te", "cannot be read as a JSON object"),
    ] {
        let path = put(folder.path(), name, bytes);
        let subject = if name == "cut.jsonl" { "cut.jsonl:1" } else { name };
        expect_lost(&ingest(&[&path], &options), subject, words);
    }
    expect_lost(
        &ingest(&["no/such/file.txt"], &options),
        "no/such/file.txt",
        "no such file",
    );
    let empty = tempfile::tempdir().unwrap();
    expect_lost(
        &ingest(&[empty.path().to_str().unwrap()], &options),
        "",
        "nothing to read",
    );
    let good = put(folder.path(), "good.txt", b"hello");
    let found = ingest(&["no/such/file.txt", &good], &options);
    assert_eq!((found.documents.len(), found.warnings.len()), (1, 1));
}

#[test]
fn undeclared_charsets_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "a.txt", b"caf\xE9");
    let found = ingest(&[&path], &Options::default());
    assert_eq!(body(&found.documents[0]), "café");
    assert!(!found.warnings[0].lost && found.warnings[0].message.contains("windows-1252"));
}

#[test]
fn the_format_that_is_given_decides() {
    let folder = tempfile::tempdir().unwrap();
    let path = put(folder.path(), "lines.txt", b"{\"id\": 5, \"text\": \"a\"}\n");
    let options = Options {
        format: Some(Format::Jsonl),
        ..Options::default()
    };
    assert_eq!(ingest(&[&path], &options).documents[0].id, "5");
}

#[test]
fn the_first_of_two_documents_with_one_id_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "{\"id\": 1, \"text\": \"a\"}\n{\"id\": \"1\", \"text\": \"a\"}\n{\"id\": 1, \"text\": \"b\"}";
    let path = put(folder.path(), "a.jsonl", lines.as_bytes());
    let found = ingest(&[&path], &Options::default());
    assert_eq!(found.documents.len(), 1);
    assert_eq!(found.warnings.iter().map(|w| w.lost).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn feeds_in_files_give_full_content_or_description() {
    let folder = tempfile::tempdir().unwrap();
    let full = "The river rose again on Sunday and the mayor asked people to leave. ".repeat(10);
    let rss = format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><rss version=\"2.0\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>The Gaz\u{e9}tte</title>\
         <link>http://gazette.example/</link>\
         <item><title>Flood &amp;amp; storm</title><link>/flood</link><pubDate>Sat, 14 Mar 2026 08:00:00 GMT</pubDate>\
         <description>Short.</description><content:encoded><![CDATA[<p>{full}</p><p>End.</p>]]></content:encoded></item>\
         <item><title>Bridge</title><guid isPermaLink=\"false\">g-2</guid><description>&lt;p&gt;It is &lt;b&gt;shut&lt;/b&gt;.&lt;/p&gt;</description></item>\
         <item></item></channel></rss>"
    );
    let bytes: Vec<u8> = rss.chars().map(|c| c as u8).collect();
    let path = put(folder.path(), "f.xml", &bytes);
    let options = Options {
        fetch_pages: false,
        ..Options::default()
    };
    let found = ingest(&[&path], &options);
    let [flood, bridge] = found.documents.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(flood.id, "http://gazette.example/flood");
    assert_eq!(flood.url.as_deref(), Some("http://gazette.example/flood"));
    assert_eq!(flood.title.as_deref(), Some("Flood & storm"));
    assert_eq!(flood.site_name.as_deref(), Some("The Gazétte"));
    assert_eq!(flood.published.unwrap().to_string(), "2026-03-14T08:00:00Z");
    assert!(flood.media_type == MediaType::Html && body(flood).contains("<p>End.</p>"));
    assert_eq!((bridge.id.as_str(), body(bridge)), ("g-2", "It is shut."));
    assert!(found.warnings.len() == 1 && found.warnings[0].lost && found.warnings[0].subject.ends_with("f.xml#3"));
}

#[test]
fn atom_and_json_feeds_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        fetch_pages: false,
        ..Options::default()
    };
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Wire</title><id>w</id><updated>2026-03-14T08:00:00Z</updated>\
                <entry><title>Vote</title><id>tag:x,2026:1</id><link href=\"http://wire.example/vote\"/>\
                <updated>2026-03-14T08:00:00Z</updated><summary>They voted.</summary></entry></feed>";
    let path = put(folder.path(), "f.atom", atom.as_bytes());
    let found = ingest(&[&path], &options);
    assert_eq!(
        (found.documents[0].id.as_str(), body(&found.documents[0])),
        ("http://wire.example/vote", "They voted.")
    );
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [
        {"id": "1", "url": "http://j.example/1", "title": "T", "content_text": "Words."}]}"#;
    let path = put(folder.path(), "f.json", json.as_bytes());
    let found = ingest(&[&path], &options);
    assert_eq!(
        (found.documents[0].id.as_str(), body(&found.documents[0])),
        ("http://j.example/1", "Words.")
    );
}

#[test]
fn formats_have_names() {
    for (format, name) in Format::ALL {
        assert_eq!(name.parse::<Format>(), Ok(format));
        assert_eq!(format.to_string(), name);
        assert_eq!(serde_json::to_string(&format).unwrap(), format!("{name:?}"));
    }
    assert!("docx".parse::<Format>().unwrap_err().contains("jsonl"));
}

#[test]
fn options_are_configuration() {
    let options: Options = serde_json::from_str(r#"{"timeout": 5, "format": "feed"}"#).unwrap();
    assert_eq!(
        (options.timeout, options.format),
        (Duration::from_secs(5), Some(Format::Feed))
    );
    assert_eq!(
        serde_json::from_str::<Options>(&serde_json::to_string(&options).unwrap()).unwrap(),
        options
    );
    assert!(serde_json::from_str::<Options>(r#"{"time_out": 5}"#).is_err());
}

/// A server on this machine that answers a path with the bytes that `answer` gives; returns its address.
fn serve(answer: impl Fn(&str, &str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let own = address.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut request = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|n| n > 2) {
                request.push_str(&line);
                line.clear();
            }
            let path = request.split(' ').nth(1).unwrap_or("/").to_string();
            assert!(request.to_lowercase().contains("user-agent: broadsheet/"), "{request}");
            let _ = stream.write_all(&answer(&path, &own));
        }
    });
    address
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[test]
fn pages_and_feeds_are_fetched() {
    let server = serve(|path, own| match path {
        "/page" => response(
            "200 OK",
            "Content-Type: text/html; charset=ISO-8859-1\r\n",
            b"<p>caf\xE9</p>",
        ),
        "/zipped" => response(
            "200 OK",
            "Content-Type: text/html\r\nContent-Encoding: gzip\r\n",
            &gzip(b"<p>zip</p>"),
        ),
        "/bomb" => response("200 OK", "Content-Encoding: gzip\r\n", &gzip(&[b'x'; 200_000])),
        "/long" => response("200 OK", "Content-Type: text/html\r\n", &[b'x'; 60_000]),
        "/image" => response("200 OK", "Content-Type: image/png\r\n", b"whatever"),
        "/once" => response("302 Found", "Location: /page\r\n", b""),
        "/round" => response("302 Found", "Location: /round\r\n", b""),
        "/feeds/rss" => {
            let feed = format!(
                "<rss version=\"2.0\"><channel><title>Gazette</title>\
                 <item><title>One</title><link>{own}/page</link><description>First.</description></item>\
                 <item><title>Two</title><link>../gone</link><description>Second.</description></item></channel></rss>"
            );
            response("200 OK", "Content-Type: text/xml\r\n", feed.as_bytes())
        }
        _ => response("404 Not Found", "", b"no"),
    });
    let at = |path: &str| format!("{server}{path}");
    let options = Options {
        max_bytes: 50_000,
        max_redirects: 3,
        pause: Duration::from_millis(5),
        ..Options::default()
    };

    let found = ingest(&[&at("/page"), &at("/zipped"), &at("/once")], &options);
    assert_eq!(found.warnings, []);
    let bodies: Vec<_> = found.documents.iter().map(|d| (d.id.as_str(), body(d))).collect();
    let expected = [
        (at("/page"), "<p>café</p>"),
        (at("/zipped"), "<p>zip</p>"),
        (at("/once"), "<p>café</p>"),
    ];
    assert_eq!(
        bodies,
        expected
            .iter()
            .map(|(id, body)| (id.as_str(), *body))
            .collect::<Vec<_>>()
    );

    expect_lost(&ingest(&[&at("/none")], &options), "/none", "status 404");
    expect_lost(&ingest(&[&at("/round")], &options), "/round", "more than 3 redirects");
    expect_lost(&ingest(&[&at("/long")], &options), "/long", "is more than 50 kB");
    expect_lost(&ingest(&[&at("/bomb")], &options), "/bomb", "is more than 50 kB");
    expect_lost(
        &ingest(&[&at("/image")], &options),
        "/image",
        "is image/png, not an article",
    );

    let found = ingest(&[&at("/feeds/rss")], &options);
    let [one, two] = found.documents.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (one.id.clone(), one.media_type, body(one)),
        (at("/page"), MediaType::Html, "<p>café</p>")
    );
    assert_eq!(
        (one.title.as_deref(), one.site_name.as_deref()),
        (Some("One"), Some("Gazette"))
    );
    assert_eq!(
        (two.id.clone(), two.media_type, body(two)),
        (at("/gone"), MediaType::Text, "Second.")
    );
    let [warning] = found.warnings.as_slice() else {
        panic!("{:?}", found.warnings)
    };
    assert!(!warning.lost && warning.subject == at("/gone") && warning.message.contains("404"));
}

#[test]
fn what_does_not_answer_is_named() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let refused = format!("http://{free}/");
    expect_lost(
        &ingest(&[&refused], &Options::default()),
        &refused,
        "the connection was refused",
    );
    expect_lost(&ingest(&["http://"], &Options::default()), "http://", "");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let options = Options {
        timeout: Duration::from_millis(300),
        ..Options::default()
    };
    expect_lost(&ingest(&[&url], &options), &url, "no answer within 0.3 s");
}
