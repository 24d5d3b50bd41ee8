use super::*;
use crate::config::layers::Layer;

/// Checks one file, with these variables set and these paths wrong.
fn with(text: &str, set: &[&str], wrong: &[&str]) -> Vec<String> {
    let layer = Layer {
        name: "broadsheet.toml".into(),
        folder: "/news".into(),
        text: text.into(),
    };
    let world = World {
        home: Some(Path::new("/home/ada")),
        is_set: &|name| set.contains(&name),
        wrong_with: &|path, kind| {
            wrong
                .iter()
                .any(|w| path == Path::new(w))
                .then(|| format!("is no {kind:?}"))
        },
    };
    check(&[layer], &world).iter().map(Problem::to_string).collect()
}

fn checked(text: &str) -> Vec<String> {
    with(text, &[], &[])
}

#[test]
fn nothing_is_wrong_with_the_example() {
    assert_eq!(checked(&example::text()), [""; 0]);
}

#[test]
fn every_mistake_is_found_with_its_line_and_a_suggestion() {
    let text = "[digest]\ntitel = \"x\"\nbrief_words = \"many\"\n\n[summarise]\nlength = \"short\"\n\n[summarize]\nlength = \"huge\"\n\n\
                [rank]\nlenght = 3\ncompress = true\n\n[[sources]]\nname = \"a\"\nfead = \"https://a.example/\"\n\n[[sources]]\n\
                feed = \"https://b.example/\"\n";
    assert_eq!(
        checked(text),
        [
            "broadsheet.toml:2: unknown field `titel`; did you mean `title`?",
            "broadsheet.toml:3: digest.brief_words: invalid type: string \"many\", expected usize",
            "broadsheet.toml:5: unknown field `summarise`; did you mean `summarize`?",
            "broadsheet.toml:9: summarize.length: use \"short\", \"medium\", \"long\" or a number of sentences",
            "broadsheet.toml:12: unknown field `lenght`; known here: max_stories, min_sources, weights, half_life, sections, near, \
             include, exclude",
            "broadsheet.toml:13: unknown field `compress`; it belongs in [summarize]",
            "broadsheet.toml:15: source \"a\": does not say where it is; give it one of feed, page, folder, jsonl, mail",
            "broadsheet.toml:17: unknown field `fead`; did you mean `feed`?",
            "broadsheet.toml:19: missing field `name`",
        ]
    );
}

#[test]
fn what_is_not_toml_is_said_with_every_line() {
    let found = checked("[digest\ntitle = \"x\"\n\nbrief_words = = 3\n");
    assert!(
        found.len() >= 2 && found[0].starts_with("broadsheet.toml:1: "),
        "{found:?}"
    );
    assert!(found.iter().any(|p| p.starts_with("broadsheet.toml:4: ")), "{found:?}");
}

#[test]
fn a_secret_is_never_said_again() {
    let found = checked("[mail.smtp]\npassword = \"hunter2\"\nuser = { env = 3 }\n");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("broadsheet.toml:2: mail.smtp.password: a secret is never written"),
        "{found:?}"
    );
    assert!(found[1].starts_with("broadsheet.toml:3: mail.smtp.user: "), "{found:?}");
    assert!(found.iter().all(|p| !p.contains("hunter2")));
    let error = Config::from_toml("[mail.smtp]\npassword = \"hunter2\"\n", "x")
        .unwrap_err()
        .to_string();
    assert!(error.contains("env =") && !error.contains("hunter2"), "{error}");
}

#[test]
fn digests_are_checked_against_the_rest() {
    let text = r#"[[digests]]
name = "morning post"
schedule = "0 25 * * *"
timezone = "Europe/Lodnon"
sources = ["wyre", "town"]
sections = ["Towm"]
formats = ["markdwon"]
theme = "fancy"
templates = "look"
language = "en_GB"
[digests.mail]
recipients = "readers.txt"
[[digests]]
name = "sport"
sources = ["wire"]
out = "out"
[[digests]]
name = "sport"
out = "out"
sources = ["wire"]
[[sources]]
name = "wire"
feed = "https://wire.example/feed"
tags = ["town"]
[[sources]]
name = "unread"
feed = "https://wire.example/feed"
[[rank.sections]]
name = "Town"
"#;
    let found = with(text, &[], &["/news/look", "/news/readers.txt"]);
    let expected = [
        ":2: a digest's name is made of letters",
        ":3: schedule \"0 25 * * *\": ",
        ":4: time zone \"Europe/Lodnon\": is not known; did you mean \"Europe/London\"?",
        ":5: a source or tag \"wyre\" is not there; did you mean \"wire\"?",
        ":6: a section of [[rank.sections]] \"Towm\" is not there; did you mean \"Town\"?",
        ":7: a format \"markdwon\" is not there; did you mean \"markdown\"?",
        ":8: a theme \"fancy\" is not there; there are broadsheet, plain, compact",
        ":9: /news/look: is no Templates",
        ":10: \"en_GB\" is no language tag",
        ":11: has recipients and no sender",
        ":12: /news/readers.txt: is no File",
        ":18: `name` \"sport\" is that of another one too, at broadsheet.toml:14",
        ":19: `out` \"/news/out\" is that of another one too, at broadsheet.toml:16",
        ":25: warning: \"unread\" reads what \"wire\" reads",
        ":25: warning: no digest reads \"unread\"",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            found.starts_with(&format!("broadsheet.toml{expected}")),
            "{found}\nis not\n{expected}"
        );
    }
}

#[test]
fn sources_and_secrets_are_checked() {
    let text = r#"[mail]
from = "desk@example.org"
unsubscribe = ["http://stop.example/"]
[mail.smtp]
user = { env = "SMTP_USER" }
password = { file = "~/secret" }
[[sources]]
name = "a"
feed = "https://"
[[sources]]
name = "b"
page = "ftp://b.example/"
[[sources]]
name = "c"
feed = "http://192.168.0.7/feed"
[[sources]]
name = "d"
feed = "http://localhost/feed"
private = true
[[sources]]
name = "e"
folder = "inbox"
weight = -1
[[sources]]
name = "f"
feed = "https://f.example/"
page = "https://f.example/"
section = "Town"
"#;
    let found = with(text, &[], &["/home/ada/secret", "/news/inbox"]);
    let expected = [
        ":3: \"http://stop.example/\": only mailto: and https:// addresses can be used",
        ":5: warning: the environment variable SMTP_USER is not set here",
        ":6: warning: /home/ada/secret: is no File",
        ":9: https://: is no address",
        ":12: ftp://b.example/: only http and https addresses are fetched",
        ":15: http://192.168.0.7/feed: lies at a private address",
        ":22: warning: /news/inbox: is no Folder",
        ":23: -1 is no weight",
        ":24: source \"f\": says twice where it is",
        ":28: a section of [[rank.sections]] \"Town\" is not there; there are none",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            found.starts_with(&format!("broadsheet.toml{expected}")),
            "{found}\nis not\n{expected}"
        );
    }
    assert!(!with(text, &["SMTP_USER"], &[]).iter().any(|p| p.contains("SMTP_USER")));
}

#[test]
fn a_problem_is_placed_in_the_file_that_says_it() {
    let layer = |name: &str, text: &str| Layer {
        name: name.into(),
        folder: "/".into(),
        text: text.into(),
    };
    let layers = [
        layer("project.toml", "\n[[digests]]\nname = \"a\"\nsources = [\"b\"]\n"),
        layer(
            "user.toml",
            "[[sources]]\nname = \"b\"\nfeed = \"x://\"\n[rank]\nhalf_life = 0\n",
        ),
    ];
    let world = World {
        home: None,
        is_set: &|_| true,
        wrong_with: &|_, _| None,
    };
    let found: Vec<String> = check(&layers, &world).iter().map(|p| p.place.clone()).collect();
    assert_eq!(found, ["user.toml:3", "user.toml:5"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_checked(text in "([a-z_]{1,9}|digests|sources|name|rank|=|\\[|\\]|\\[\\[|\\]\\]|\\{|\\}|\"|\\.|,|\n| |[0-9]|\\PC){0,40}") {
        checked(&text);
    }
}
