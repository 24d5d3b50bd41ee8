//! Delivery to a scripted server over TCP, which does what it is told to and remembers what it took.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::config::{Secret, Smtp, Tls};

/// What the server does with a recipient's message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Does {
    Take,
    /// Answers the recipient with a code.
    Refuse(u16),
    /// Answers the whole message with a code.
    RefuseData(u16),
    /// Closes the connection when the recipient is named, so many times; then takes it.
    CloseFirst(usize),
    /// Takes the message and closes the connection without a word.
    TakeSilently,
    /// Closes the connection after half of the message.
    CloseMidway,
    /// Says nothing to the recipient's name, for longer than anybody waits.
    Sleep,
}

#[derive(Default)]
struct Heard {
    /// The messages taken, with their recipient.
    taken: Vec<(String, String)>,
    connections: usize,
    closed: BTreeMap<String, usize>,
    commands: Vec<String>,
}

struct TestServer {
    port: u16,
    heard: Arc<Mutex<Heard>>,
}

impl TestServer {
    fn start(script: &[(&str, Does)], offers: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let script: BTreeMap<String, Does> = script.iter().map(|(who, does)| (who.to_string(), *does)).collect();
        let theirs = heard.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (script, heard) = (script.clone(), theirs.clone());
                heard.lock().unwrap().connections += 1;
                std::thread::spawn(move || serve(stream.unwrap(), &script, &heard, offers));
            }
        });
        TestServer { port, heard }
    }

    fn options(&self) -> Options {
        Options {
            from: Some("Desk <desk@example.org>".to_string()),
            smtp: Smtp {
                host: "127.0.0.1".to_string(),
                port: Some(self.port),
                tls: Tls::None,
                timeout: Duration::from_secs(2),
                ..Smtp::default()
            },
            ..Options::default()
        }
    }

    /// Who got how many messages.
    fn taken(&self) -> BTreeMap<String, usize> {
        let heard = self.heard.lock().unwrap();
        let mut counts = BTreeMap::new();
        for (who, _) in &heard.taken {
            *counts.entry(who.clone()).or_default() += 1;
        }
        counts
    }
}

fn serve(mut stream: TcpStream, script: &BTreeMap<String, Does>, heard: &Mutex<Heard>, offers: &str) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut say = move |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 test")?;
    let mut recipient = String::new();
    loop {
        let line = lines.next()?.ok()?;
        heard.lock().unwrap().commands.push(line.clone());
        let does = script.get(&recipient).copied().unwrap_or(Does::Take);
        match line.get(..4).unwrap_or_default() {
            "EHLO" => say(&format!("250-test\r\n{offers}250 8BITMIME"))?,
            "RCPT" => {
                recipient = line.trim_start_matches("RCPT TO:<").trim_end_matches('>').to_string();
                match script.get(&recipient) {
                    Some(Does::Refuse(code)) => say(&format!("{code} no {recipient}"))?,
                    Some(Does::CloseFirst(times)) => {
                        let mut heard = heard.lock().unwrap();
                        let closed = heard.closed.entry(recipient.clone()).or_default();
                        if *closed < *times {
                            *closed += 1;
                            return None;
                        }
                        say("250 ok")?;
                    }
                    Some(Does::Sleep) => std::thread::sleep(Duration::from_secs(30)),
                    _ => say("250 ok")?,
                }
            }
            "DATA" => {
                say("354 go on")?;
                let mut text = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    text += &(line.strip_prefix('.').unwrap_or(&line).to_string() + "\n");
                    if does == Does::CloseMidway {
                        return None;
                    }
                }
                match does {
                    Does::RefuseData(code) => say(&format!("{code} not this"))?,
                    _ => {
                        heard.lock().unwrap().taken.push((recipient.clone(), text));
                        if does == Does::TakeSilently {
                            return None;
                        }
                        say("250 taken")?;
                    }
                }
            }
            "AUTH" => say("535 wrong password")?,
            "QUIT" => return say("221 bye"),
            _ => say("250 ok")?,
        }
    }
}

fn people(names: &[&str]) -> Vec<Mailbox> {
    names
        .iter()
        .map(|name| format!("{name}@example.org").parse().unwrap())
        .collect()
}

fn text(to: &Mailbox) -> Result<Vec<u8>> {
    Ok(format!("From: desk@example.org\r\nTo: {to}\r\n\r\n.dot\r\nfor {to}\r\n").into_bytes())
}

fn run(server: &TestServer, names: &[&str], ledger: &mut MemoryLedger, again: Again) -> (Plan, Report) {
    let plan = Plan::new(&people(names), ledger, again).unwrap();
    let report = send(&plan, ledger, &server.options(), &text, &|_, _, _| {}).unwrap();
    (plan, report)
}

fn names(list: &[(Mailbox, String)]) -> Vec<&str> {
    list.iter()
        .map(|(who, _)| who.address.trim_end_matches("@example.org"))
        .collect()
}

#[test]
fn everybody_gets_one_over_one_connection_and_nobody_a_second() {
    let server = TestServer::start(&[], "");
    let mut ledger = MemoryLedger::default();
    let (_, report) = run(&server, &["ada", "bo", "Cy", "ADA"], &mut ledger, Again::default());
    assert_eq!((report.sent, report.stopped), (3, None));
    let (plan, report) = run(&server, &["ada", "bo", "cy", "di"], &mut ledger, Again::default());
    assert_eq!((plan.sent.len(), report.sent), (3, 1));
    assert_eq!(server.taken().values().copied().collect::<Vec<_>>(), [1, 1, 1, 1]);
    let heard = server.heard.lock().unwrap();
    assert_eq!(heard.connections, 2, "one a run");
    let (who, text) = &heard.taken[0];
    assert_eq!(who, "ada@example.org");
    assert!(
        text.ends_with("\n.dot\nfor ada@example.org\n") && !text.contains("bo@"),
        "{text}"
    );
}

#[test]
fn refusals_are_told_apart_and_only_the_temporary_is_tried_again() {
    let script = [
        ("gone@example.org", Does::Refuse(550)),
        ("full@example.org", Does::Refuse(452)),
        ("spam@example.org", Does::RefuseData(554)),
        ("busy@example.org", Does::RefuseData(451)),
        ("bye@example.org", Does::RefuseData(421)),
    ];
    let server = TestServer::start(&script, "");
    let mut ledger = MemoryLedger::default();
    let all = ["gone", "full", "spam", "busy", "bye", "ada"];
    let (_, report) = run(&server, &all, &mut ledger, Again::default());
    assert_eq!(report.sent, 1);
    assert_eq!(names(&report.refused), ["gone", "spam"]);
    assert_eq!(names(&report.later), ["full", "busy", "bye"]);
    assert_eq!(report.refused[0].1, "550 no gone@example.org");
    assert_eq!(
        ledger.outcome("full@example.org").unwrap(),
        Some(Delivery::temporary("452 no full@example.org"))
    );
    let plan = Plan::new(&people(&all), &ledger, Again::default()).unwrap();
    assert_eq!(plan.send, people(&["full", "busy", "bye"]));
    assert_eq!(names(&plan.refused), ["gone", "spam"]);
    let all_again = Again {
        refused: true,
        unknown: false,
    };
    assert_eq!(Plan::new(&people(&all), &ledger, all_again).unwrap().send.len(), 5);
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn silence_after_the_whole_message_is_unknown_and_sent_again_only_when_asked() {
    let script = [
        ("ada@example.org", Does::TakeSilently),
        ("bo@example.org", Does::CloseMidway),
    ];
    let server = TestServer::start(&script, "");
    let mut ledger = MemoryLedger::default();
    let (_, report) = run(&server, &["ada", "bo", "cy"], &mut ledger, Again::default());
    assert_eq!((report.sent, names(&report.unknown)), (1, vec!["ada", "bo"]));
    assert_eq!(ledger.outcome("ada@example.org").unwrap(), Some(Delivery::Sending));
    let (plan, report) = run(&server, &["ada", "bo", "cy"], &mut ledger, Again::default());
    assert_eq!((plan.unknown, report), (people(&["ada", "bo"]), Report::default()));
    assert_eq!(server.taken()["ada@example.org"], 1);
    let (plan, _) = run(
        &server,
        &["ada", "bo", "cy"],
        &mut ledger,
        Again {
            unknown: true,
            refused: false,
        },
    );
    assert_eq!(plan.send, people(&["ada", "bo"]));
    assert_eq!(server.taken()["ada@example.org"], 2, "the risk was taken");
}

#[test]
fn a_connection_that_breaks_before_the_message_is_made_again() {
    let script = [
        ("ada@example.org", Does::CloseFirst(1)),
        ("bo@example.org", Does::CloseFirst(9)),
    ];
    let server = TestServer::start(&script, "");
    let mut ledger = MemoryLedger::default();
    let (_, report) = run(&server, &["ada", "bo", "cy"], &mut ledger, Again::default());
    assert_eq!((report.sent, names(&report.later)), (2, vec!["bo"]));
    assert!(ledger.outcome("bo@example.org").unwrap().unwrap().is_temporary());
    assert_eq!(server.taken().len(), 2);
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for() {
    let server = TestServer::start(&[("ada@example.org", Does::Sleep)], "");
    let mut options = server.options();
    options.smtp.timeout = Duration::from_millis(300);
    let mut ledger = MemoryLedger::default();
    let plan = Plan::new(&people(&["ada", "bo"]), &ledger, Again::default()).unwrap();
    let report = send(&plan, &mut ledger, &options, &text, &|_, _, _| {}).unwrap();
    assert_eq!((report.sent, report.later[0].1.as_str()), (1, "no answer in time"));
    let warnings = report.warnings(&plan);
    assert_eq!(
        warnings[0].to_string(),
        "ada@example.org: not now; the next run tries again: no answer in time"
    );
}

#[test]
fn a_server_that_is_not_there_stops_the_run_before_anything_is_begun() {
    let server = TestServer {
        port: 1,
        heard: Arc::default(),
    };
    let mut ledger = MemoryLedger::default();
    let (_, report) = run(&server, &["ada"], &mut ledger, Again::default());
    assert!(report.stopped.unwrap().starts_with("127.0.0.1:1: "));
    assert_eq!(ledger, MemoryLedger::default());
}

#[test]
fn nothing_is_sent_in_the_clear_where_it_should_not_be() {
    let server = TestServer::start(&[], "");
    let mut ledger = MemoryLedger::default();
    let plan = Plan::new(&people(&["ada"]), &ledger, Again::default()).unwrap();
    let mut options = server.options();
    options.smtp.tls = Tls::Starttls;
    let report = send(&plan, &mut ledger, &options, &text, &|_, _, _| {}).unwrap();
    assert!(report.stopped.unwrap().contains("no STARTTLS"));
    let heard = server.heard.lock().unwrap();
    assert!(
        heard.taken.is_empty() && !heard.commands.iter().any(|c| c.starts_with("MAIL")),
        "{:?}",
        heard.commands
    );
    options.smtp.tls = Tls::None;
    options.smtp.host = "mail.example.org".to_string();
    let error = send(&plan, &mut ledger, &options, &text, &|_, _, _| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("mail.smtp.tls: \"none\" would send mail to mail.example.org unencrypted"),
        "{error}"
    );
}

#[test]
fn a_wrong_password_stops_at_once_and_a_secret_that_is_not_there_is_named() {
    let server = TestServer::start(&[], "250-AUTH PLAIN LOGIN\r\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "hunter2\nrest").unwrap();
    let mut options = server.options();
    let secret = || Some(Secret::File(file.path().to_path_buf()));
    (options.smtp.user, options.smtp.password) = (secret(), secret());
    let mut ledger = MemoryLedger::default();
    let plan = Plan::new(&people(&["ada"]), &ledger, Again::default()).unwrap();
    let mut try_send = |options: &Options| send(&plan, &mut ledger, options, &text, &|_, _, _| {});
    let stopped = try_send(&options).unwrap().stopped.unwrap();
    assert!(
        stopped.contains("refuses the user or the password: 535") && !stopped.contains("hunter2"),
        "{stopped}"
    );
    assert_eq!(
        server.heard.lock().unwrap().connections,
        1,
        "a password is not tried over and over"
    );
    options.smtp.password = Some(Secret::Env("BROADSHEET_NO_SUCH_VARIABLE".to_string()));
    let error = try_send(&options).unwrap_err().to_string();
    assert_eq!(
        error,
        "mail.smtp.password: the environment variable BROADSHEET_NO_SUCH_VARIABLE is not set"
    );
    options.smtp.password = None;
    assert!(try_send(&options).unwrap_err().to_string().contains("go together"));
    options.from = None;
    assert!(
        try_send(&options)
            .unwrap_err()
            .to_string()
            .starts_with("mail.from: is missing")
    );
}

#[test]
fn a_ledger_that_cannot_be_written_stops_before_the_server_is_told() {
    struct Full;
    impl Ledger for Full {
        fn outcome(&self, _: &str) -> Result<Option<Delivery>> {
            Ok(None)
        }
        fn begin(&mut self, _: &str) -> Result<()> {
            Err(crate::Error::Invalid {
                subject: "state".to_string(),
                reason: "disk full".to_string(),
            })
        }
        fn finish(&mut self, _: &str, _: Delivery) -> Result<()> {
            unreachable!("nothing was begun")
        }
    }
    let server = TestServer::start(&[], "");
    let plan = Plan::new(&people(&["ada"]), &Full, Again::default()).unwrap();
    let error = send(&plan, &mut Full, &server.options(), &text, &|_, _, _| {}).unwrap_err();
    assert_eq!(error.to_string(), "state: disk full");
    assert!(server.taken().is_empty());
}
