//! Delivery by mail: one message a recipient, at most once for each digest, edition and recipient.
//!
//! A [`Ledger`] remembers what became of each. It is told before the server is (`begin`), and again once the server has
//! answered (`finish`), so that what a kill cut short is known as [`Delivery::Sending`]: the server may have the message or
//! not, and only the user can decide to risk a second one.

mod post;
mod recipients;
mod secret;
mod smtp;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Result, Warning};
use crate::render::Mailbox;
use smtp::{Answer, Server};

pub use crate::config::Mail as Options;
pub use post::Post;
pub use recipients::{Recipients, read_recipients};

/// What became of one recipient's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Begun, and not known how it ended.
    Sending,
    /// The server took it.
    Sent,
    /// The server refused it, or could not be reached; the reason begins with `temporary: ` where another try may help.
    Failed(String),
}

impl Delivery {
    /// A failure after which another try may help.
    fn temporary(reason: &str) -> Self {
        Delivery::Failed(format!("{TEMPORARY}{reason}"))
    }

    /// Whether it failed, and another try may help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Delivery::Failed(reason) if reason.starts_with(TEMPORARY))
    }
}

const TEMPORARY: &str = "temporary: ";

/// What became of each recipient's message of one edition of one digest. Recipients are named by [`Mailbox::key`]. What `begin`
/// and `finish` say must outlive a kill or a loss of power once they return. Only one process at a time may send an edition.
pub trait Ledger {
    /// The last thing known, or `None` for a recipient to whom nothing was ever begun.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    fn outcome(&self, recipient: &str) -> Result<Option<Delivery>>;

    /// The message is about to be handed to the server: [`Delivery::Sending`].
    ///
    /// # Errors
    /// Where that cannot be written down; the message is then not sent.
    fn begin(&mut self, recipient: &str) -> Result<()>;

    /// The server has answered: [`Delivery::Sent`] or [`Delivery::Failed`].
    ///
    /// # Errors
    /// Where that cannot be written down; nothing more is sent then.
    fn finish(&mut self, recipient: &str, outcome: Delivery) -> Result<()>;
}

/// A ledger that is gone with the process: for a message that may be sent again, as a test is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemoryLedger(BTreeMap<String, Delivery>);

impl Ledger for MemoryLedger {
    fn outcome(&self, recipient: &str) -> Result<Option<Delivery>> {
        Ok(self.0.get(recipient).cloned())
    }

    fn begin(&mut self, recipient: &str) -> Result<()> {
        self.finish(recipient, Delivery::Sending)
    }

    fn finish(&mut self, recipient: &str, outcome: Delivery) -> Result<()> {
        self.0.insert(recipient.to_string(), outcome);
        Ok(())
    }
}

/// To whom a message is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Again {
    /// To those of whom it is not known whether they have it: they may get two.
    pub unknown: bool,
    /// To those whom the server refused for good. A temporary failure is always tried again.
    pub refused: bool,
}

/// What is to be done, and what is not: every recipient stands in one of the lists, in the order given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Those who get the message.
    pub send: Vec<Mailbox>,
    /// Those who have it.
    pub sent: Vec<Mailbox>,
    /// Those of whom it is not known whether they have it.
    pub unknown: Vec<Mailbox>,
    /// Those whom the server refused for good, and why.
    pub refused: Vec<(Mailbox, String)>,
}

impl Plan {
    /// What is to be done for these recipients; of those with one address only the first counts.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn new(recipients: &[Mailbox], ledger: &dyn Ledger, again: Again) -> Result<Self> {
        let mut plan = Plan::default();
        let mut seen = BTreeSet::new();
        for recipient in recipients.iter().filter(|recipient| seen.insert(recipient.key())) {
            let outcome = ledger.outcome(&recipient.key())?;
            let temporary = outcome.as_ref().is_some_and(Delivery::is_temporary);
            let recipient = recipient.clone();
            match outcome {
                None => plan.send.push(recipient),
                Some(Delivery::Sent) => plan.sent.push(recipient),
                Some(Delivery::Sending) if again.unknown => plan.send.push(recipient),
                Some(Delivery::Sending) => plan.unknown.push(recipient),
                Some(Delivery::Failed(_)) if temporary || again.refused => plan.send.push(recipient),
                Some(Delivery::Failed(reason)) => plan.refused.push((recipient, reason)),
            }
        }
        Ok(plan)
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// How many messages the server took.
    pub sent: usize,
    /// Whom it refused for good, and why.
    pub refused: Vec<(Mailbox, String)>,
    /// Whom it could not serve now, and why: the next run tries again.
    pub later: Vec<(Mailbox, String)>,
    /// Of whom it is not known whether they have the message, and why.
    pub unknown: Vec<(Mailbox, String)>,
    /// Why the run ended before all were served; nothing was begun for the rest.
    pub stopped: Option<String>,
}

impl Report {
    /// What is to be said of it and of those whom the plan passed over, one warning each: lost are those who do not have the
    /// message, or may not.
    pub fn warnings(&self, plan: &Plan) -> Vec<Warning> {
        let say = |what: &'static str| {
            move |(who, why): &(Mailbox, String)| Warning::lost(who.address.clone(), format!("{what}: {why}"))
        };
        let unknown = |who: &Mailbox, why: &str| {
            let risk = "`broadsheet send --retry-unknown` sends it again, perhaps as a second one";
            Warning::lost(
                who.address.clone(),
                format!("may have the message or not ({why}); {risk}"),
            )
        };
        let earlier = plan
            .unknown
            .iter()
            .map(|who| unknown(who, "an earlier run did not learn it"));
        let mut warnings: Vec<Warning> = earlier.collect();
        warnings.extend(self.unknown.iter().map(|(who, why)| unknown(who, why)));
        warnings.extend(plan.refused.iter().chain(&self.refused).map(say("refused for good")));
        warnings.extend(self.later.iter().map(say("not now; the next run tries again")));
        if let Some(why) = &self.stopped {
            let done = self.sent + self.refused.len() + self.later.len() + self.unknown.len();
            let left = plan.send.len() - done.min(plan.send.len());
            warnings.push(Warning::lost("delivery", format!("stopped with {left} to go: {why}")));
        }
        warnings
    }

    /// Whether somebody does not have the message whom the next run serves without being asked to.
    pub fn again(&self) -> bool {
        self.stopped.is_some() || !self.later.is_empty()
    }
}

/// Sends the plan's messages one after another over one connection, which is made again where it breaks.
///
/// `message` makes the recipient's own; `progress` is told how many are done, of how many, and what became of the last.
///
/// # Errors
/// Where the configuration cannot be used, a message cannot be made or the ledger cannot be written. A server that cannot be
/// reached is no error but [`Report::stopped`].
pub fn send(
    plan: &Plan,
    ledger: &mut dyn Ledger,
    options: &Options,
    message: &dyn Fn(&Mailbox) -> Result<Vec<u8>>,
    progress: &dyn Fn(usize, usize, &Delivery),
) -> Result<Report> {
    let mut server = Server::new(options)?;
    let mut report = Report::default();
    for (n, recipient) in plan.send.iter().enumerate() {
        // All that can go wrong before the server has the message goes wrong before it is said to be on its way.
        let text = message(recipient)?;
        if let Err(reason) = server.connect() {
            report.stopped = Some(reason);
            break;
        }
        let key = recipient.key();
        ledger.begin(&key)?;
        let answer = server.deliver(recipient, &text)?;
        let (list, outcome, reason) = match answer {
            Answer::Taken => (None, Delivery::Sent, String::new()),
            Answer::Refused(reason) => (Some(&mut report.refused), Delivery::Failed(reason.clone()), reason),
            Answer::Later(reason) => (Some(&mut report.later), Delivery::temporary(&reason), reason),
            Answer::Unknown(reason) => (Some(&mut report.unknown), Delivery::Sending, reason),
        };
        if outcome != Delivery::Sending {
            ledger.finish(&key, outcome.clone())?;
        }
        match list {
            Some(list) => list.push((recipient.clone(), reason)),
            None => report.sent += 1,
        }
        progress(n + 1, plan.send.len(), &outcome);
    }
    server.quit();
    Ok(report)
}
