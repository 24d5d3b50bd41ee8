//! One connection to the server that takes the messages (RFC 5321), and what its answers mean.

use std::net::IpAddr;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Severity;

use super::{Options, secret};
use crate::config::Tls;
use crate::error::{Error, Result};
use crate::render::Mailbox;

/// How often a connection is tried, and how long is waited after the first time; twice as long after each more.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(500);
/// A server may take this much longer for a whole message than for a command (RFC 5321, 4.5.3.2.6: ten minutes).
const MESSAGE_TIMEOUT: u32 = 10;
/// Characters of a server's answer that are kept.
const LONGEST_ANSWER: usize = 200;

/// What the server said to a message.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has it.
    Taken,
    /// It will not have it (5xx).
    Refused(String),
    /// It cannot have it now (4xx), or was gone before it had all of it.
    Later(String),
    /// It was given all of it and did not answer.
    Unknown(String),
}

/// The server, connected to or not.
pub struct Server {
    host: String,
    port: u16,
    timeout: Duration,
    tls: Tls,
    certificate: Option<TlsParameters>,
    credentials: Option<Credentials>,
    from: Address,
    connection: Option<SmtpConnection>,
}

impl Server {
    /// Reads the configuration and the secrets in it; connects to nothing.
    pub fn new(options: &Options) -> Result<Self> {
        let smtp = &options.smtp;
        let from = options.from.as_deref().ok_or_else(|| {
            invalid(
                "mail.from",
                "is missing: who sends the digest? from = \"The Morning <desk@example.org>\"".to_string(),
            )
        })?;
        let from: Mailbox = from.parse().map_err(|e| invalid("mail.from", e))?;
        if smtp.tls == Tls::None && !smtp.allow_plain && !is_loopback(&smtp.host) {
            let reason = format!(
                "\"none\" would send mail to {} unencrypted; use \"starttls\" or \"tls\", or set allow_plain = true",
                smtp.host
            );
            return Err(invalid("mail.smtp.tls", reason));
        }
        let credentials = match (&smtp.user, &smtp.password) {
            (None, None) => None,
            (Some(user), Some(password)) => Some(Credentials::new(
                secret::read(user, "mail.smtp.user")?,
                secret::read(password, "mail.smtp.password")?,
            )),
            _ => {
                return Err(invalid(
                    "mail.smtp",
                    "user and password go together; one is missing".to_string(),
                ));
            }
        };
        let certificate = match smtp.tls {
            Tls::None => None,
            Tls::Starttls | Tls::Tls => {
                let mut tls = TlsParameters::builder(smtp.host.clone());
                if let Some(path) = &smtp.ca_file {
                    let pem = std::fs::read(path).map_err(Error::io(path))?;
                    let certificate = Certificate::from_pem(&pem)
                        .map_err(|e| invalid("mail.smtp.ca_file", format!("{}: {e}", path.display())))?;
                    tls = tls.add_root_certificate(certificate);
                }
                Some(tls.build().map_err(|e| invalid("mail.smtp.tls", e.to_string()))?)
            }
        };
        Ok(Server {
            host: smtp.host.clone(),
            port: smtp.port(),
            timeout: smtp.timeout,
            tls: smtp.tls,
            certificate,
            credentials,
            from: address(&from)?,
            connection: None,
        })
    }

    /// Makes sure that there is a connection; gives the reason where none can be had.
    pub fn connect(&mut self) -> Result<(), String> {
        let mut pause = PAUSE;
        for attempt in 1..=TRIES {
            match self.connection() {
                Ok(_) => return Ok(()),
                // A server that refuses the password refuses it again.
                Err(reason) if attempt == TRIES || reason.lasting => {
                    return Err(format!("{}:{}: {}", self.host, self.port, reason.text));
                }
                Err(_) => {
                    std::thread::sleep(pause);
                    pause *= 2;
                }
            }
        }
        Ok(())
    }

    fn connection(&mut self) -> Result<&mut SmtpConnection, Reason> {
        if self.connection.is_none() {
            self.connection = Some(self.open()?);
        }
        self.connection.as_mut().ok_or_else(|| Reason::new("not connected"))
    }

    fn open(&self) -> Result<SmtpConnection, Reason> {
        let hello = ClientId::default();
        let at_once = self.certificate.as_ref().filter(|_| self.tls == Tls::Tls);
        let server = (self.host.as_str(), self.port);
        let mut connection = SmtpConnection::connect(server, Some(self.timeout), &hello, at_once, None)?;
        if let (Tls::Starttls, Some(certificate)) = (self.tls, &self.certificate) {
            if !connection.can_starttls() {
                connection.abort();
                return Err(Reason {
                    text: "offers no STARTTLS, and nothing is sent in the clear".to_string(),
                    lasting: true,
                });
            }
            connection.starttls(certificate, &hello)?;
        }
        if let Some(credentials) = &self.credentials
            && let Err(error) = connection.auth(DEFAULT_MECHANISMS, credentials)
        {
            let lasting = error.is_permanent() || error.is_client();
            connection.abort();
            return Err(Reason {
                text: format!("refuses the user or the password: {}", shown(&error)),
                lasting,
            });
        }
        Ok(connection)
    }

    /// Hands one message over. A connection that breaks before the message has begun is made again once.
    ///
    /// # Errors
    /// Where the recipient's address cannot be used.
    pub fn deliver(&mut self, recipient: &Mailbox, message: &[u8]) -> Result<Answer> {
        let to = address(recipient)?;
        let mut broken = String::new();
        for _ in 0..2 {
            if let Err(reason) = self.connection() {
                return Ok(Answer::Later(reason.text));
            }
            match self.begin(&to, message) {
                Ok(()) => return Ok(self.hand_over(message)),
                Err(Begun::Answered(answer)) => return Ok(answer),
                Err(Begun::Broken(reason)) => broken = reason,
            }
        }
        Ok(Answer::Later(broken))
    }

    /// Sender, recipient, and the server's word that the message may follow.
    fn begin(&mut self, to: &Address, message: &[u8]) -> Result<(), Begun> {
        let Some(connection) = &mut self.connection else {
            return Err(Begun::Broken("not connected".to_string()));
        };
        let mut parameters = Vec::new();
        if !message.is_ascii() {
            if !connection.server_info().supports_feature(Extension::EightBitMime) {
                let reason = "the message has 8-bit text, which the server does not take (8BITMIME)".to_string();
                return Err(Begun::Answered(Answer::Refused(reason)));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let answered = connection
            .command(Mail::new(Some(self.from.clone()), parameters))
            .and_then(|_| connection.command(Rcpt::new(to.clone(), vec![])))
            .and_then(|_| connection.command(Data));
        match answered {
            Ok(response) if response.code().severity == Severity::PositiveIntermediate => Ok(()),
            Ok(response) => {
                self.connection = None;
                Err(Begun::Broken(format!("answered DATA with {}", response.code())))
            }
            Err(error) => match answer(&error) {
                Some(answer) if !is_closing(&error) => {
                    // The next message begins afresh.
                    if connection.command(Rset).is_err() {
                        self.connection = None;
                    }
                    Err(Begun::Answered(answer))
                }
                _ => {
                    self.connection = None;
                    Err(Begun::Broken(shown(&error)))
                }
            },
        }
    }

    /// The message itself. From here on, silence means that the server may have it.
    fn hand_over(&mut self, message: &[u8]) -> Answer {
        let Some(connection) = &mut self.connection else {
            return Answer::Later("not connected".to_string());
        };
        if let Err(error) = connection.set_timeout(Some(self.timeout * MESSAGE_TIMEOUT)) {
            // Nothing of the message was written: the server cannot have it.
            self.connection = None;
            return Answer::Later(error.to_string());
        }
        // The line end before the dot that ends the message is written for us.
        match connection.message(message.strip_suffix(b"\r\n").unwrap_or(message)) {
            Ok(response) if response.code().severity == Severity::PositiveCompletion => {
                if connection.set_timeout(Some(self.timeout)).is_err() {
                    self.connection = None;
                }
                Answer::Taken
            }
            Ok(response) => {
                self.connection = None;
                Answer::Unknown(format!("answered the message with {}", response.code()))
            }
            Err(error) => {
                let answer = answer(&error);
                if answer.is_none() || is_closing(&error) || connection.set_timeout(Some(self.timeout)).is_err() {
                    self.connection = None;
                }
                answer.unwrap_or_else(|| Answer::Unknown(shown(&error)))
            }
        }
    }

    /// Says goodbye; the messages are delivered whether it is heard or not.
    pub fn quit(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            let _ = connection.quit();
        }
    }
}

/// Why a message was not handed over.
enum Begun {
    /// The server said why.
    Answered(Answer),
    /// The connection is gone.
    Broken(String),
}

/// Why there is no connection.
struct Reason {
    text: String,
    /// Another try would end the same way.
    lasting: bool,
}

impl Reason {
    fn new(text: &str) -> Self {
        Reason {
            text: text.to_string(),
            lasting: false,
        }
    }
}

impl From<SmtpError> for Reason {
    fn from(error: SmtpError) -> Self {
        Reason {
            text: shown(&error),
            lasting: error.is_permanent() || error.is_tls(),
        }
    }
}

/// What a server's "no" means; `None` where it said nothing.
fn answer(error: &SmtpError) -> Option<Answer> {
    match error.status()?.severity {
        Severity::PermanentNegativeCompletion => Some(Answer::Refused(shown(error))),
        _ => Some(Answer::Later(shown(error))),
    }
}

/// 421: the server closes the connection (RFC 5321, 3.8).
fn is_closing(error: &SmtpError) -> bool {
    error.status().is_some_and(|code| u16::from(code) == 421)
}

/// An error in one line: the server's own words where it said any.
fn shown(error: &SmtpError) -> String {
    let source = std::error::Error::source(error);
    let words = source.map(ToString::to_string).unwrap_or_default();
    // A socket whose time is up says so (Windows, macOS) or that it would have to wait (Linux).
    let late = source
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|io| matches!(io.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut));
    let text = match error.status() {
        Some(code) => format!("{code} {words}"),
        None if late || error.is_timeout() => "no answer in time".to_string(),
        None if words == "incomplete response" => "the connection was closed".to_string(),
        None if words.is_empty() => error.to_string(),
        None => words,
    };
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(LONGEST_ANSWER).collect::<String>().trim().to_string()
}

fn address(mailbox: &Mailbox) -> Result<Address> {
    mailbox
        .address
        .parse()
        .map_err(|e: lettre::address::AddressError| invalid(&mailbox.address, e.to_string()))
}

/// Whether a host is this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn invalid(subject: &str, reason: String) -> Error {
    Error::Invalid {
        subject: subject.to_string(),
        reason,
    }
}
