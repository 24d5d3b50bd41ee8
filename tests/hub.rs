//! Pulling, importing and removing models, against a hub on loopback that answers as the Hugging Face hub does: small files from the
//! repository, large ones by a redirect to another address, ranges, and a connection that breaks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use broadsheet::infer::generate::{Device, GenerateOptions, Generator, Seq2Seq};
use broadsheet::infer::hub::{Hub, Request};
use broadsheet::infer::installed::{self, Installed, Lock};
use broadsheet::{Error, Result};
use sha2::{Digest, Sha256};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What the hub holds and what it was asked.
#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// How often the large file's connection breaks, half-way through what was asked for.
    breaks: usize,
    /// The sha256 that it promises for the large file, where that is not the true one.
    promise: Option<String>,
    /// Request lines, each with its range.
    asked: Vec<String>,
    /// Bytes of the large file that were sent.
    sent: usize,
}

/// A hub with one repository, `made/up`.
struct Server {
    state: Arc<Mutex<State>>,
    endpoint: String,
}

impl Server {
    fn start(files: BTreeMap<String, Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            files,
            ..State::default()
        }));
        let (shared, address) = (state.clone(), endpoint.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (shared, address) = (shared.clone(), address.clone());
                std::thread::spawn(move || answer(stream, &shared, &address));
            }
        });
        Server { state, endpoint }
    }

    /// One with the tiny T5, pickles and other things that nobody should ask for.
    fn with_t5() -> Self {
        let mut files = checkpoint("t5");
        for unwanted in [
            "pytorch_model.bin",
            "rust_model.ot",
            "README.md",
            "expected.json",
            "tf_model.h5",
        ] {
            files.insert(unwanted.into(), b"not for us".to_vec());
        }
        Server::start(files)
    }

    fn hub(&self) -> Hub {
        Hub {
            endpoint: self.endpoint.clone(),
            token: None,
        }
    }

    fn pull(&self, store: &Path) -> Result<Installed> {
        self.hub().pull(&request(None), store, &|_, _, _| {})
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

fn request(revision: Option<&str>) -> Request<'_> {
    Request {
        id: "made/up",
        repository: "made/up",
        revision,
    }
}

fn checkpoint(name: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/generate")
        .join(name);
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let named = entries.map(|p| {
        (
            p.file_name().unwrap().to_str().unwrap().to_owned(),
            std::fs::read(&p).unwrap(),
        )
    });
    named.collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn answer(mut stream: TcpStream, state: &Mutex<State>, address: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let mut range = None;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("range: bytes=") {
            range = Some(value.trim().to_owned());
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let mut state = state.lock().unwrap();
    state
        .asked
        .push(format!("{path} {}", range.as_deref().unwrap_or("all")));
    if let Some(revision) = path.strip_prefix("/api/models/made/up/revision/") {
        if !["main", COMMIT].contains(&revision) {
            return respond(&mut stream, "404 Not Found", &[], b"");
        }
        let siblings: Vec<_> = state
            .files
            .keys()
            .map(|name| serde_json::json!({"rfilename": name}))
            .collect();
        let info = serde_json::json!({"sha": COMMIT, "siblings": siblings, "tags": ["t5", "license:cc0-1.0"]});
        return respond(&mut stream, "200 OK", &[], info.to_string().as_bytes());
    }
    let commit = format!("X-Repo-Commit: {COMMIT}");
    if let Some(name) = path.strip_prefix(&format!("/made/up/resolve/{COMMIT}/")) {
        let Some(bytes) = state.files.get(name) else {
            return respond(&mut stream, "404 Not Found", &[], b"");
        };
        if name.ends_with(".safetensors") {
            let promise = state.promise.clone().unwrap_or_else(|| sha256(bytes));
            let headers = [
                commit,
                format!("X-Linked-Etag: \"{promise}\""),
                format!("Location: {address}/far/{name}"),
            ];
            return respond(&mut stream, "302 Found", &headers, b"");
        }
        let etag = format!("ETag: \"{}\"", &sha256(bytes)[..40]);
        let (part, of) = ranged(bytes, range.as_deref());
        return respond(&mut stream, "206 Partial Content", &[commit, etag, of], part);
    }
    if let Some(bytes) = path
        .strip_prefix("/far/")
        .and_then(|name| state.files.get(name))
        .cloned()
    {
        let (part, of) = ranged(&bytes, range.as_deref());
        if range.as_deref() != Some("0-0") {
            let whole = part.len();
            let part = if state.breaks > 0 { &part[..whole / 2] } else { part };
            state.breaks = state.breaks.saturating_sub(1);
            state.sent += part.len();
            let head =
                format!("HTTP/1.1 206 Partial Content\r\nContent-Length: {whole}\r\nConnection: close\r\n{of}\r\n\r\n");
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(part);
            return;
        }
        return respond(&mut stream, "206 Partial Content", &[of], part);
    }
    let status = if path.contains("closed") {
        "401 Unauthorized"
    } else {
        "404 Not Found"
    };
    respond(&mut stream, status, &[], b"");
}

/// The part of the bytes that is asked for, and the header that says which it is.
fn ranged<'a>(bytes: &'a [u8], range: Option<&str>) -> (&'a [u8], String) {
    let (start, end) = range.unwrap_or("0-").split_once('-').unwrap();
    let start: usize = start.parse().unwrap();
    let end = end.parse().map_or(bytes.len(), |end: usize| (end + 1).min(bytes.len()));
    (
        &bytes[start..end],
        format!("Content-Range: bytes {start}-{}/{}", end - 1, bytes.len()),
    )
}

fn respond(stream: &mut TcpStream, status: &str, headers: &[String], body: &[u8]) {
    let mut head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    );
    for header in headers {
        head += &format!("{header}\r\n");
    }
    let _ = stream.write_all((head + "\r\n").as_bytes());
    let _ = stream.write_all(body);
}

fn says(error: &Error, words: &[&str]) {
    let error = error.to_string();
    assert!(!error.contains('\n'), "{error}");
    for word in words {
        assert!(error.contains(word), "{error:?} does not say {word:?}");
    }
}

/// All files under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] })
        .collect();
    found.sort();
    found
}

#[test]
fn a_pull_takes_what_it_can_read_records_it_and_needs_no_network_afterwards() {
    let (server, store) = (Server::with_t5(), tempfile::tempdir().unwrap());
    let seen = Mutex::new(Vec::new());
    let report = |name: &str, done: u64, total: u64| seen.lock().unwrap().push((name.to_owned(), done, total));
    let model = server.hub().pull(&request(None), store.path(), &report).unwrap();

    let names: Vec<&str> = model.lock.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(
        names,
        [
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "spiece.model"
        ]
    );
    for file in &model.lock.files {
        let bytes = std::fs::read(model.folder.join(&file.path)).unwrap();
        assert_eq!((file.size, &file.sha256), (bytes.len() as u64, &sha256(&bytes)));
    }
    assert_eq!(model.lock.revision.as_deref(), Some(COMMIT));
    assert_eq!(model.lock.licence, "cc0-1.0");
    // Those four files and the lock file, and nothing left of the pull.
    assert_eq!(files(store.path()).len(), 5);
    assert!(
        server
            .asked()
            .iter()
            .all(|path| !path.contains(".bin") && !path.contains(".ot"))
    );
    let size = model
        .lock
        .files
        .iter()
        .find(|f| f.path == "model.safetensors")
        .unwrap()
        .size;
    assert!(seen.lock().unwrap().contains(&("model.safetensors".into(), size, size)));

    // A hub that nobody could reach: nothing is asked.
    let nowhere = Hub {
        endpoint: "http://127.0.0.1:9".into(),
        token: None,
    };
    assert_eq!(
        nowhere.pull(&request(None), store.path(), &|_, _, _| {}).unwrap(),
        model
    );
    let found = installed::summariser("made/up", store.path()).unwrap();
    found.verify().unwrap();
    let writer = Seq2Seq::open(&found, Device::Cpu).unwrap();
    assert_eq!(writer.note().sha256, found.weights_sha256());
    let options = GenerateOptions {
        max_tokens: Some(5),
        ..GenerateOptions::default()
    };
    assert_eq!(
        writer.summarise(&["The bridge will reopen.", " "], &options).unwrap()[1],
        [""; 0]
    );
}

#[test]
fn a_pull_that_was_cut_off_goes_on_where_it_stopped() {
    let (server, store) = (Server::with_t5(), tempfile::tempdir().unwrap());
    let size = server.state.lock().unwrap().files["model.safetensors"].len();
    // More often than one pull tries again.
    server.change(|s| s.breaks = 5);
    says(
        &server.pull(store.path()).unwrap_err(),
        &["made/up", "model.safetensors", "pull again"],
    );
    assert!(Lock::read(&store.path().join("made--up")).unwrap().is_none());
    says(
        &installed::summariser("made/up", store.path()).unwrap_err(),
        &["models pull"],
    );

    server.pull(store.path()).unwrap().verify().unwrap();
    let state = server.state.lock().unwrap();
    assert_eq!(state.sent, size, "nothing is sent twice");
    let starts: Vec<usize> = state
        .asked
        .iter()
        .filter(|a| a.starts_with("/far/") && !a.ends_with(" 0-0"))
        .map(|a| a.rsplit(' ').next().unwrap().trim_end_matches('-').parse().unwrap())
        .collect();
    assert_eq!(starts[..3], [0, size / 2, size / 2 + (size - size / 2) / 2]);
}

#[test]
fn a_file_that_has_changed_is_refused() {
    let (server, store) = (Server::with_t5(), tempfile::tempdir().unwrap());
    let model = server.pull(store.path()).unwrap();
    let weights = model.folder.join("model.safetensors");
    let good = std::fs::read(&weights).unwrap();

    // Damaged here: another pull puts it right.
    std::fs::write(&weights, b"damaged").unwrap();
    says(
        &model.verify().unwrap_err(),
        &["model.safetensors", "sha256", "models pull made/up"],
    );
    assert!(Seq2Seq::open(&model, Device::Cpu).is_err());
    server.pull(store.path()).unwrap();
    assert_eq!(std::fs::read(&weights).unwrap(), good);

    // Changed there: what is recorded stands.
    std::fs::remove_file(&weights).unwrap();
    server.change(|s| *s.files.get_mut("model.safetensors").unwrap().last_mut().unwrap() ^= 1);
    says(
        &server.pull(store.path()).unwrap_err(),
        &["model.safetensors has changed", "models remove made/up"],
    );
    assert!(!weights.exists());
    assert_eq!(Lock::read(&model.folder).unwrap().unwrap(), model.lock);

    says(
        &server
            .hub()
            .pull(&request(Some("v2")), store.path(), &|_, _, _| {})
            .unwrap_err(),
        &["held to revision", COMMIT],
    );
}

#[test]
fn bytes_that_are_not_those_the_hub_names_are_not_kept() {
    let (server, store) = (Server::with_t5(), tempfile::tempdir().unwrap());
    server.change(|s| s.promise = Some(sha256(b"something else")));
    says(
        &server.pull(store.path()).unwrap_err(),
        &["model.safetensors came damaged", "once more"],
    );
    assert!(!store.path().join("made--up/model.safetensors").exists());
    server.change(|s| s.promise = None);
    server.pull(store.path()).unwrap();
}

#[test]
fn what_cannot_be_pulled_says_why_and_what_to_do() {
    let store = tempfile::tempdir().unwrap();
    let without = |names: &[&str], more: &[(&str, &str)]| {
        let mut files = checkpoint("t5");
        names.iter().for_each(|name| drop(files.remove(*name)));
        more.iter()
            .for_each(|(name, text)| drop(files.insert((*name).into(), text.as_bytes().to_vec())));
        Server::start(files)
    };
    let pickled = without(&["model.safetensors"], &[("pytorch_model.bin", "pickle")]);
    let error = pickled.pull(store.path()).unwrap_err();
    says(
        &error,
        &[
            "no model.safetensors",
            "pickles",
            "M.from_pretrained('made/up').save_pretrained",
            "models import converted",
        ],
    );
    assert_eq!(pickled.asked().len(), 1, "nothing is downloaded");
    says(
        &without(&["spiece.model"], &[]).pull(store.path()).unwrap_err(),
        &["no tokenizer", "models import converted"],
    );
    says(
        &without(&["config.json"], &[]).pull(store.path()).unwrap_err(),
        &["config.json"],
    );
    let split = without(&["model.safetensors"], &[("model.safetensors.index.json", "{}")]);
    says(&split.pull(store.path()).unwrap_err(), &["several files"]);
    // Found out before the weights are fetched.
    let other = without(&[], &[("config.json", "{\"model_type\": \"gpt2\"}")]);
    says(&other.pull(store.path()).unwrap_err(), &["gpt2", "bart, pegasus, t5"]);
    assert!(other.asked().iter().all(|a| !a.starts_with("/far/")));
    assert!(!store.path().join("made--up").exists());

    let server = Server::with_t5();
    let pull = |id: &str, endpoint: &str| {
        let hub = Hub {
            endpoint: endpoint.into(),
            token: None,
        };
        let request = Request {
            id,
            repository: id,
            revision: None,
        };
        hub.pull(&request, store.path(), &|_, _, _| {}).unwrap_err()
    };
    says(&pull("made/nothing", &server.endpoint), &["has no made/nothing"]);
    says(&pull("made/closed", &server.endpoint), &["HF_TOKEN"]);
    says(&pull("made/up", "http://example.com"), &["https"]);
    says(&pull("made/up", "nonsense"), &["nonsense"]);
    says(&pull("../up", &server.endpoint), &["no name of a model"]);
    says(&pull("made/up", "http://127.0.0.1:9"), &["cannot be reached"]);
    says(
        &server
            .hub()
            .pull(&request(Some("v9")), store.path(), &|_, _, _| {})
            .unwrap_err(),
        &["revision v9"],
    );
    assert!(installed::installed(store.path()).unwrap().is_empty());
}

#[test]
fn a_folder_is_imported_whole_or_not_at_all() {
    let (store, from) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let put = |name: &str, bytes: &[u8]| std::fs::write(from.path().join(name), bytes).unwrap();
    let import = || installed::import("mine", from.path(), "MIT", store.path());
    says(&import().unwrap_err(), &["mine", "config.json"]);
    for (name, bytes) in checkpoint("bart") {
        put(&name, &bytes);
    }
    put("pytorch_model.bin", b"pickle");
    let weights = std::fs::read(from.path().join("model.safetensors")).unwrap();
    for broken in [&weights[..4], &weights[..1000], &weights[..weights.len() - 1]] {
        put("model.safetensors", broken);
        says(&import().unwrap_err(), &["not a whole safetensors file"]);
    }
    std::fs::remove_file(from.path().join("model.safetensors")).unwrap();
    says(&import().unwrap_err(), &["no model.safetensors", "save_pretrained"]);
    assert!(files(store.path()).is_empty());

    put("model.safetensors", &weights);
    let model = import().unwrap();
    model.verify().unwrap();
    assert!(!model.folder.join("pytorch_model.bin").exists());
    Seq2Seq::open(&model, Device::Cpu).unwrap();
    says(&import().unwrap_err(), &["already", "models remove mine"]);
    says(
        &installed::import("all-MiniLM-L6-v2", from.path(), "MIT", store.path()).unwrap_err(),
        &["comes with"],
    );
}

#[test]
fn the_command_pulls_lists_verifies_and_removes() {
    let (server, store) = (Server::with_t5(), tempfile::tempdir().unwrap());
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_broadsheet"));
        command
            .arg("models")
            .args(args)
            .env("HF_ENDPOINT", &server.endpoint)
            .env("BROADSHEET_MODELS", store.path());
        let output = command.env_remove("HF_TOKEN").output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), text)
    };
    let (code, text) = run(&["pull", "made/up"]);
    assert!(code == Some(0) && text.contains(COMMIT), "{text}");
    let (code, text) = run(&["list"]);
    assert!(
        code == Some(0) && text.contains("made/up\n") && text.contains("licence cc0-1.0, installed"),
        "{text}"
    );
    assert!(
        text.contains("models pull distilbart-cnn-12-6") && text.contains(COMMIT),
        "{text}"
    );
    let (code, text) = run(&["verify", "made/up"]);
    assert!(code == Some(0) && text.contains("4 files as recorded"), "{text}");
    std::fs::write(store.path().join("made--up/config.json"), "{}").unwrap();
    let (code, text) = run(&["verify", "made/up"]);
    assert!(code == Some(1) && text.contains("config.json: differs"), "{text}");
    let (code, text) = run(&["remove", "made/up"]);
    assert!(code == Some(0) && text.contains("freed"), "{text}");
    assert!(files(store.path()).is_empty());
    let (code, text) = run(&["remove", "all-MiniLM-L6-v2"]);
    assert!(code == Some(1) && text.contains("--force"), "{text}");
    let (code, text) = run(&["pull", "no-such"]);
    assert!(code == Some(1) && text.contains("models list"), "{text}");
}
