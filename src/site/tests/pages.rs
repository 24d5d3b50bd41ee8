use std::collections::BTreeSet;

use jiff::civil::date;

use super::generate::{self, digests};
use super::*;
use crate::digest::{Course, Story};

/// A story of the generator's, with a thread and headline of its own.
fn story(thread: &str, headline: &str) -> Story {
    let mut story = digests(1, 1).remove(0).stories.remove(0);
    story.id = thread.to_string();
    story.thread = thread.to_string();
    story.headline = headline.to_string();
    story
}

/// The attributes of this name in a page, as they are written.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.match_indices(&start)
        .filter_map(|(at, _)| page[at + start.len()..].split('"').next())
        .collect()
}

#[test]
fn every_link_within_the_archive_leads_somewhere() {
    let site = built(digests(40, 6));
    let known: BTreeSet<&str> = paths(&site).into_iter().collect();
    let mut checked = 0;
    for file in site.files.iter().filter(|file| file.path.ends_with(".html")) {
        let page = std::str::from_utf8(&file.bytes).unwrap();
        let ids: BTreeSet<&str> = attributes(page, "id").into_iter().collect();
        assert_eq!(
            ids.len(),
            attributes(page, "id").len(),
            "{}: an id stands twice",
            file.path
        );
        for href in attributes(page, "href").into_iter().chain(attributes(page, "src")) {
            if href.starts_with("https://") {
                continue;
            }
            let (path, anchor) = href.split_once('#').unwrap_or((href, ""));
            let target = match path {
                "" => file.path.clone(),
                _ => Url::parse(&format!("file:///{}", file.path))
                    .unwrap()
                    .join(path)
                    .unwrap()
                    .path()[1..]
                    .to_string(),
            };
            assert!(
                known.contains(target.as_str()),
                "{}: {href} leads to no page",
                file.path
            );
            let there = text(&site, &target);
            assert!(
                anchor.is_empty() || attributes(there, "id").contains(&anchor),
                "{}: {href} leads to no place",
                file.path
            );
            checked += 1;
        }
    }
    assert!(checked > 1000, "{checked} links");
}

#[test]
fn every_page_is_reached_from_the_first() {
    let site = built(digests(40, 6));
    let mut reached: BTreeSet<String> = ["index.html".to_string()].into();
    let mut todo = vec!["index.html".to_string()];
    while let Some(path) = todo.pop() {
        for href in attributes(text(&site, &path), "href") {
            let target = Url::parse(&format!("file:///{path}")).unwrap().join(href).unwrap();
            let target = target.path()[1..].to_string();
            if href.ends_with(".html") && !href.starts_with("https:") && reached.insert(target.clone()) {
                todo.push(target);
            }
        }
    }
    let pages = paths(&site)
        .into_iter()
        .filter(|path| path.ends_with(".html") && !path.starts_with("threads/"));
    let lost: Vec<&str> = pages.filter(|path| !reached.contains(*path)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn the_same_digests_give_the_same_bytes_in_any_order() {
    let mut days = digests(30, 8);
    let first = built(days.clone());
    days.reverse();
    assert_eq!(first.files, built(days).files);
}

#[test]
fn a_thread_tells_what_was_new_each_day() {
    let days = [
        ("Ferry sinks off Merrow", Course::New, vec![]),
        ("Ferry: nine dead", Course::Developing, vec![2]),
        ("Ferry: nine dead", Course::Unchanged, vec![]),
        ("Ferry: nine dead", Course::Concluded, vec![]),
    ];
    let mut values = vec![];
    let digests = days.into_iter().enumerate().map(|(n, (headline, course, fresh))| {
        let day = date(2026, 3, 14 + n as i8);
        let mut story = story("0aa505ae8c2d", headline);
        (story.course, story.fresh) = (course, fresh);
        for (at, sentence) in story.summary.sentences.iter_mut().enumerate() {
            sentence.text = format!("Day {n} sentence {at}.");
        }
        story.figures[0].value = 4.0 + n as f64;
        story.figures[0].surface = format!("{} people", 4 + n);
        story.figures[0].history = values.clone();
        values.push(crate::digest::Point {
            date: day,
            value: 4.0 + n as f64,
            max: None,
            qualifier: None,
        });
        generate::digest(day, vec![story, super::pages::story(&format!("{n:012}"), "Another")])
    });
    let site = built(digests.collect());
    let page = text(&site, "threads/0aa505ae8c2d.html");
    assert!(
        page.contains("Day 0 sentence 0.") && page.contains("Day 0 sentence 3."),
        "the first day is whole"
    );
    assert!(
        page.contains("Day 1 sentence 2.") && !page.contains("Day 1 sentence 0."),
        "of the second what is fresh"
    );
    assert!(
        !page.contains("Day 2 sentence") && page.contains("Nothing new."),
        "{page}"
    );
    assert!(page.contains("not followed any more"));
    let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("no {words} in {page}"));
    assert!(at("Day 1 sentence 2.") < at("Day 0 sentence 0."), "the newest first");
    assert_eq!(
        page.matches("class=\"step-headline\"").count(),
        2,
        "a headline stands where it is new"
    );
    // The figure: four values, a line, the days that said so.
    assert!(page.contains("class=\"spark\"") && page.contains("4 people") && page.contains("7 people"));
    assert!(page.contains("../days/2026-03-15.html#story-1"));
    assert_eq!(site.threads, 1, "what one digest tells has no page");
    assert!(text(&site, "days/2026-03-15.html").contains("../threads/0aa505ae8c2d.html"));
}

#[test]
fn names_of_two_stories_have_a_page_and_one_spelling_for_accents() {
    let mut one = story("000000000001", "One");
    let mut two = story("000000000002", "Two");
    for (story, name) in [(&mut one, "Zoë Ångström"), (&mut two, "Zoe Angstrom")] {
        story.entities.truncate(1);
        story.entities[0].name = name.to_string();
    }
    let mut only = story("000000000003", "Three");
    only.entities.truncate(1);
    only.entities[0].name = "Index".to_string();
    only.entities.push(only.entities[0].clone());
    only.entities[1].name = "李明".to_string();
    let site = built(vec![generate::digest(date(2026, 3, 14), vec![one, two, only])]);
    let page = text(&site, "names/zoe-angstrom.html");
    assert!(
        page.contains("In 2 stories") && page.contains(">One<") && page.contains(">Two<"),
        "{page}"
    );
    assert_eq!(site.names, 1);
    let index = text(&site, "names/index.html");
    assert!(
        index.contains("days/2026-03-14.html#story-3\" dir=\"auto\">李明"),
        "a name of one story leads to it: {index}"
    );
    assert!(index.contains("id=\"letter-others\""));
}

#[test]
fn a_name_cannot_take_the_place_of_another_page() {
    let with = |thread: &str, name: &str| {
        let mut story = story(thread, "A story");
        story.entities.truncate(1);
        story.entities[0].name = name.to_string();
        story
    };
    let stories = |name| {
        vec![
            with("index", name),
            with("000000000002", name),
            with("../../../etc/passwd", name),
        ]
    };
    let days = (14..16).map(|day| generate::digest(date(2026, 3, day), stories("Index")));
    let site = built(days.collect());
    assert!(text(&site, "names/index.html").contains("<h1>People and places</h1>"));
    assert!(text(&site, "threads/index.html").contains("<h1>Stories over days</h1>"));
    assert_eq!(site.threads, 3);
    assert!(paths(&site).iter().all(|path| {
        path.split('/').all(|part| {
            !part.starts_with('.') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        })
    }));
}

#[test]
fn nothing_from_a_source_runs() {
    let evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)> {{evil}} \u{202e}\u{2028}<!--";
    let mut story = story("000000000001", evil);
    story.summary.sentences[0].text = evil.to_string();
    story.sources[0].url = Some("javascript:alert(1)".to_string());
    story.sources[0].site_name = Some(evil.to_string());
    story.entities[0].name = evil.to_string();
    story.entities[0].role = Some(evil.to_string());
    story.figures[0].surface = evil.to_string();
    story.figures[0].unit = Some(evil.to_string());
    story.section = Some(evil.to_string());
    let mut days: Vec<Digest> = (14..17)
        .map(|day| generate::digest(date(2026, 3, day), vec![story.clone()]))
        .collect();
    let mut other = story.clone();
    other.thread = "000000000002".to_string();
    days[0].stories.push(other);
    days[2].title = evil.to_string();
    days[2].generator = evil.to_string();
    let site = built(days);
    for file in &site.files {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        if file.path.ends_with(".html") {
            let scripts = if file.path == "index.html" { 1 } else { 0 };
            assert_eq!(text.matches("<script").count(), scripts, "{}", file.path);
            assert!(
                !text.contains("<img") && !text.contains("javascript:") && !text.contains('\u{202e}'),
                "{}",
                file.path
            );
            assert!(
                text.contains("Content-Security-Policy") && text.contains("default-src 'none'"),
                "{}",
                file.path
            );
            for address in attributes(text, "src") {
                assert!(
                    !address.contains(':') && !address.starts_with("//"),
                    "{}: {address} is asked of another host",
                    file.path
                );
            }
        }
    }
    let feed: serde_json::Value = serde_json::from_str(text(&site, "feed.json")).unwrap();
    assert!(
        !feed["items"][0]["content_html"].as_str().unwrap().contains("<img"),
        "{feed}"
    );
    let index = text(&site, "search-index.js");
    assert!(!index.contains('<') && !index.contains('\u{2028}'), "{index}");
    assert!(text(&site, "feed.xml").parse::<atom_syndication::Feed>().is_ok());
}

#[test]
fn feeds_are_whole_and_keep_their_ids_when_the_archive_moves() {
    let options = Options {
        title: Some("The Ansel Letter".to_string()),
        base_url: Some(base_url("https://example.org/letter").unwrap()),
    };
    let there = built_with(digests(40, 3), &options);
    let here = built_with(
        digests(40, 3),
        &Options {
            base_url: None,
            ..options
        },
    );
    let (there, here) = [&there, &here]
        .map(|site| text(site, "feed.xml").parse::<atom_syndication::Feed>().unwrap())
        .into();
    assert_eq!(there.title.value, "The Ansel Letter");
    assert_eq!((there.entries.len(), here.entries.len()), (31, 31));
    let (a, b) = (&there.entries[0], &here.entries[0]);
    assert_eq!(a.links[0].href, "https://example.org/letter/days/2025-04-09.html");
    assert_eq!(b.links[0].href, "days/2025-04-09.html");
    assert!(a.id.starts_with("urn:uuid:") && a.id == b.id && a.id != there.entries[1].id);
    assert_eq!(a.updated.to_rfc3339(), "2025-04-09T18:00:00+00:00");
    assert!(
        a.content
            .as_ref()
            .unwrap()
            .value
            .as_ref()
            .unwrap()
            .contains("https://example.org/letter/days/2025-04-09.html#story-1")
    );
    assert!(
        there
            .links
            .iter()
            .any(|link| link.rel == "self" && link.href == "https://example.org/letter/feed.xml")
    );

    let site = built(digests(2, 3));
    let feed: serde_json::Value = serde_json::from_str(text(&site, "feed.json")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"][0]["url"], "days/2025-03-02.html");
    assert_eq!(feed["items"][1]["date_published"], "2025-03-01T18:00:00Z");
}

#[test]
fn a_base_url_is_one() {
    assert_eq!(
        base_url("https://a.example/x").unwrap().as_str(),
        "https://a.example/x/"
    );
    for bad in [
        "example.org",
        "ftp://a.example/",
        "https://a.example/?x",
        "javascript:alert(1)",
        "",
    ] {
        assert!(
            base_url(bad)
                .unwrap_err()
                .to_string()
                .starts_with(&format!("base URL {bad:?}: ")),
            "{bad}"
        );
    }
}

#[test]
fn no_digest_is_an_error() {
    let error = build(
        vec![],
        &Renderer::new(&Templates::new(), 80).unwrap(),
        &Options::default(),
    )
    .unwrap_err();
    assert!(error.to_string().contains("no digest"));
}

#[test]
fn one_empty_digest_makes_an_archive() {
    let site = built(vec![generate::digest(date(2026, 3, 14), vec![])]);
    assert!(text(&site, "days/2026-03-14.html").contains("No stories."));
    assert!(text(&site, "threads/index.html").contains("No story is told"));
}

#[test]
fn a_user_s_own_template_is_used_and_its_errors_named() {
    let editions = || {
        vec![Edition::new(
            "2026-03-14".to_string(),
            1,
            generate::digest(date(2026, 3, 14), vec![]),
        )]
    };
    let with = |text: &str| {
        let templates: Templates = [("site-foot.html.hbs".to_string(), text.to_string())].into();
        build(editions(), &Renderer::new(&templates, 80).unwrap(), &Options::default())
    };
    let site = with("<footer>Our own, of {{site}}</footer>").unwrap();
    assert!(text(&site, "index.html").contains("Our own, of The Made-up Morning"));
    let error = with("line\n{{sitte}}").unwrap_err().to_string();
    assert!(
        error.contains("site-foot.html.hbs, line 2") && error.contains("sitte"),
        "{error}"
    );
}

#[test]
fn several_digests_of_a_day_are_told_apart() {
    let edition = |stem: &str, number| {
        Edition::new(
            stem.to_string(),
            number,
            generate::digest(date(2026, 3, 14), vec![story("000000000001", "One")]),
        )
    };
    let editions = vec![
        edition("2026-03-14-2", 2),
        edition("2026-03-14-10", 10),
        edition("2026-03-14", 1),
    ];
    let site = build(
        editions,
        &Renderer::new(&Templates::new(), 80).unwrap(),
        &Options::default(),
    )
    .unwrap();
    assert!(
        text(&site, "index.html")
            .contains("days/2026-03-14-10.html\"><time datetime=\"2026-03-14\">Saturday 14 March 2026</time> (10)")
    );
    assert!(text(&site, "days/2026-03-14-2.html").contains("href=\"../days/2026-03-14-10.html\""));
    assert_eq!(site.threads, 1);
}

/// `make bench-site`: the archive of a year, built, written, and built again.
#[test]
#[ignore = "takes a while: make bench-site"]
fn a_year_of_digests() {
    use std::time::Instant;
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = 0;
    for digest in digests(365, 20) {
        let text = serde_json::to_string_pretty(&digest).unwrap();
        bytes += text.len();
        std::fs::write(folder.path().join(format!("{}.json", digest.date)), text).unwrap();
    }
    let renderer = Renderer::new(&Templates::new(), 80).unwrap();
    let out = folder.path().join("site");
    let once = || {
        let start = Instant::now();
        let (editions, warnings) = read(folder.path(), 2).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        let read = start.elapsed();
        let site = build(editions, &renderer, &Options::default()).unwrap();
        let built = start.elapsed() - read;
        let written = write(&site.files, &out).unwrap();
        let total = start.elapsed();
        println!(
            "read {read:.2?}, built {built:.2?}, written {:.2?}; {total:.2?} in all",
            total - read - built
        );
        (site, written, total)
    };
    let (site, written, first) = once();
    let (_, again, _) = once();
    let size: usize = site.files.iter().map(|file| file.bytes.len()).sum();
    println!(
        "365 digests of 20 stories ({} MB of JSON): {} files, {} MB; {} stories over days, {} names with a page",
        bytes / 1_000_000,
        site.files.len(),
        size / 1_000_000,
        site.threads,
        site.names
    );
    println!("search index: {:?}", site.index);
    let largest = |folder: &str| {
        site.files
            .iter()
            .filter(|f| f.path.starts_with(folder) && f.path.ends_with("html"))
            .map(|f| f.bytes.len() / 1000)
            .max()
    };
    for folder in ["index", "months", "days", "threads", "names"] {
        println!("largest page of {folder}: {:?} kB", largest(folder).unwrap_or_default());
    }
    if let Ok(keep) = std::env::var("BROADSHEET_KEEP_SITE") {
        write(&site.files, std::path::Path::new(&keep)).unwrap();
    }
    assert_eq!(written.written, site.files.len());
    assert_eq!(again.written, 0, "the same digests write nothing");
    assert!(site.index.bytes < LIMIT, "{:?}", site.index);
    assert!(first.as_secs_f64() < 10.0, "{first:?}");
}
