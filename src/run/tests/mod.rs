//! Runs over a made-up world of sources.

mod days;
mod interrupted;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use jiff::tz::TimeZone;

use super::*;
use crate::config::Keep;
use crate::digest::{Citation, Course, Method, Seen, Source as Told, Story, Summary, SummarySentence};
use crate::document::{DocumentKind, MediaType, RawDocument};
use crate::infer::Shelf;
use crate::ingest::{Gathered, Health};

/// What the sources have: by name the version that stands for the list, and the list.
#[derive(Debug, Clone, Default)]
struct World {
    sources: BTreeMap<String, (u32, Vec<String>)>,
    failing: BTreeSet<String>,
    gone: BTreeSet<String>,
}

impl World {
    fn publish(&mut self, source: &str, items: &[&str]) {
        let (version, list) = self.sources.entry(source.into()).or_default();
        *version += 1;
        list.extend(items.iter().map(|i| i.to_string()));
    }
}

/// Does a run's work without network and models, and goes down at the step it is told to.
struct Fake<'a> {
    world: &'a World,
    /// Go down at the beginning of this step, counted from 0.
    down_at: Option<usize>,
    /// Be told to end there instead.
    stop_at: Option<usize>,
    stop: &'a AtomicBool,
    steps: Vec<Step>,
    bodies: usize,
    digests: usize,
    /// Ids that are left out for want of room.
    no_room: BTreeSet<String>,
    mail: Option<&'a mut Vec<String>>,
    broken: Option<&'static str>,
}

impl<'a> Fake<'a> {
    fn new(world: &'a World, stop: &'a AtomicBool) -> Self {
        Fake {
            world,
            down_at: None,
            stop_at: None,
            stop,
            steps: Vec::new(),
            bodies: 0,
            digests: 0,
            no_room: BTreeSet::new(),
            mail: None,
            broken: None,
        }
    }
}

fn document(id: &str) -> RawDocument {
    RawDocument {
        id: id.into(),
        url: None,
        title: Some(format!("About {id}")),
        published: Some("2026-03-17T05:00:00Z".parse().unwrap()),
        site_name: None,
        source: None,
        story: None,
        media_type: MediaType::Text,
        body: format!("This is what happened to {id}.").into_bytes(),
        sentences: None,
    }
}

fn story(id: &str) -> Story {
    Story {
        id: id.into(),
        thread: id.into(),
        course: Course::New,
        since: None,
        fresh: Vec::new(),
        headline: format!("About {id}"),
        sources: vec![Told {
            document: id.into(),
            number: 1,
            url: None,
            title: None,
            site_name: None,
            source: None,
            byline: None,
            published: None,
            copy_of: None,
            stub: false,
            image: None,
            kind: DocumentKind::Story,
            told: false,
        }],
        voices: 1,
        summary: Summary {
            sentences: vec![SummarySentence {
                text: format!("This is what happened to {id}."),
                quote: None,
                citations: vec![Citation {
                    document: id.into(),
                    start: 0,
                    end: 4,
                }],
            }],
            method: Method::Lead,
            replaced: 0,
            rejected: Vec::new(),
        },
        figures: Vec::new(),
        conflicts: Vec::new(),
        entities: Vec::new(),
        first_seen: None,
        updated: None,
        section: None,
    }
}

impl Work for Fake<'_> {
    fn gather(&mut self, sources: &[(Source, Known)], is_known: &(dyn Fn(&str, &str) -> bool + Sync)) -> Vec<Gathered> {
        let one = |(source, known): &(Source, Known)| {
            let mut gathered = Gathered {
                source: source.name.clone(),
                health: Health::Unchanged,
                documents: Vec::new(),
                entries: Vec::new(),
                warnings: Vec::new(),
                validators: known.validators.clone(),
                moved_to: None,
                requests: 1,
                bodies: 0,
                bytes: 0,
            };
            let reason = "HTTP 500".to_owned();
            if known.gone || self.world.gone.contains(&source.name) {
                gathered.health = Health::Gone;
                return gathered;
            }
            if self.world.failing.contains(&source.name) {
                gathered.health = Health::Failed {
                    reason,
                    retry_after: None,
                };
                return gathered;
            }
            let Some((version, items)) = self.world.sources.get(&source.name) else {
                return gathered;
            };
            if known.validators.etag == Some(version.to_string()) {
                return gathered;
            }
            gathered.bodies = 1;
            gathered.validators.etag = Some(version.to_string());
            gathered.entries = items.iter().map(|id| (id.clone(), format!("hash of {id}"))).collect();
            let new = gathered.entries.iter().filter(|(id, hash)| !is_known(id, hash));
            gathered.documents = new.map(|(id, _)| document(id)).collect();
            if !gathered.documents.is_empty() {
                gathered.health = Health::Fresh;
            }
            gathered
        };
        let all: Vec<Gathered> = sources.iter().map(one).collect();
        self.bodies += all.iter().map(|g| g.bodies).sum::<usize>();
        all
    }

    fn digest(&mut self, inputs: &Inputs, _: &mut dyn Shelf) -> Result<Digest, Failure> {
        if self.broken == Some("digest") {
            return Err("the model is missing".into());
        }
        self.digests += 1;
        let mut seen: BTreeMap<(String, String), Seen> = BTreeMap::new();
        for old in inputs.previous.iter().flat_map(|p| &p.seen) {
            seen.insert((old.id.clone(), old.words.clone()), old.clone());
        }
        let mut stories = Vec::new();
        for item in inputs.items {
            let id = &item.document.id;
            let entry = seen.entry((id.clone(), "words".into())).or_insert_with(|| Seen {
                id: id.clone(),
                words: "words".into(),
                first: inputs.date,
                last: inputs.date,
                thread: None,
            });
            entry.last = inputs.date;
            if entry.thread.is_none() && !self.no_room.contains(id) {
                entry.thread = Some(id.clone());
                stories.push(story(id));
            }
        }
        Ok(Digest {
            version: 2,
            title: "Test".into(),
            date: inputs.date,
            window: None,
            stories,
            briefs: Vec::new(),
            warnings: inputs.warnings.to_vec(),
            articles: inputs.items.len(),
            seen: seen.into_values().collect(),
            faded: Vec::new(),
            dormant: Vec::new(),
            replaced: 0,
            models: Vec::new(),
            generator: "test".into(),
        })
    }

    fn render(&mut self, digest: &Digest, edition: &str) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let lines: Vec<&str> = digest.stories.iter().map(|s| s.headline.as_str()).collect();
        Ok(vec![
            (".json".into(), serde_json::to_vec(digest)?),
            (
                ".md".into(),
                format!("# {edition}\n{}\n", lines.join("\n")).into_bytes(),
            ),
        ])
    }

    fn delivers(&self) -> bool {
        self.mail.is_some()
    }

    fn deliver(&mut self, _: &Digest, edition: &str, ledger: &mut dyn Ledger) -> Result<Sent, Failure> {
        if self.broken == Some("mail") {
            return Err("connection refused".into());
        }
        for to in ["ada@example.org", "bo@example.org"] {
            if ledger.outcome(to)?.is_none() {
                ledger.begin(to)?;
                self.reached(Step::Deliver);
                if let Some(mail) = &mut self.mail {
                    mail.push(format!("{edition} {to}"));
                }
                self.reached(Step::Delivered);
                ledger.finish(to, Delivery::Sent)?;
            }
        }
        Ok(Sent::default())
    }

    fn reached(&mut self, step: Step) {
        let at = self.steps.len();
        self.steps.push(step);
        if self.stop_at == Some(at) {
            self.stop.store(true, Ordering::SeqCst);
        }
        if self.down_at == Some(at) {
            std::panic::resume_unwind(Box::new("down"));
        }
    }
}

/// A folder with a state and an output folder, and what is asked on a day.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Desk {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn state(&self) -> State {
        State::open(&self.folder.path().join("state/state.db")).unwrap()
    }

    fn out(&self) -> std::path::PathBuf {
        self.folder.path().join("digests")
    }

    fn request<'a>(&self, names: &[&str], now: &str, stop: &'a AtomicBool) -> Request<'a> {
        let source = |name: &&str| Source {
            name: name.to_string(),
            location: format!("https://{name}.example.org/feed"),
            kind: SourceKind::Feed,
            allow_private: false,
            timeout: None,
            max_items: None,
        };
        let now: Timestamp = now.parse().unwrap();
        Request {
            digest: "morning".into(),
            sources: names.iter().map(source).collect(),
            out: self.out(),
            keep: Keep::default(),
            now,
            zone: TimeZone::UTC,
            date: TimeZone::UTC.to_datetime(now).date(),
            again: false,
            since: None,
            only_new: false,
            offline: false,
            stop,
        }
    }

    /// How often each item is told in the folder's editions, and what else is in it.
    fn told(&self) -> (BTreeMap<String, usize>, Vec<String>) {
        let (mut told, mut others) = (BTreeMap::new(), Vec::new());
        let Ok(entries) = std::fs::read_dir(self.out()) else {
            return (told, others);
        };
        for entry in entries.flatten() {
            let path = entry.path();
            match path.extension().and_then(|e| e.to_str()) {
                Some("json") => {
                    let digest: Digest = serde_json::from_slice(&std::fs::read(&path).unwrap()).expect("a whole file");
                    assert!(path.with_extension("md").exists(), "{path:?} without its Markdown");
                    for story in digest.stories {
                        *told.entry(story.id).or_default() += 1;
                    }
                }
                Some("md") => assert!(path.with_extension("json").exists(), "{path:?} without its JSON"),
                _ => others.push(path.display().to_string()),
            }
        }
        (told, others)
    }

    fn free(&self) -> bool {
        lock::look(&lock::path(&self.folder.path().join("state/state.db"), "morning")).is_none()
    }
}

const MORNING: &str = "2026-03-17T06:00:00Z";
const NEXT: &str = "2026-03-18T06:00:00Z";

fn once(items: &[&str]) -> BTreeMap<String, usize> {
    items.iter().map(|i| (i.to_string(), 1)).collect()
}
