//! Which exchange comes next: politeness to each domain, robots.txt, redirects, back-off and limits on time.
//!
//! Everything that has to wait waits in the queue and not in a thread, so that a few threads serve hundreds of hosts.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::client::{Answer, Ask, Body, Client};
use super::job::{Failure, Job, Outcome, Page, Request, Trust, Why, robots_job};
use super::robots::{LONGEST, Rules};
use super::{domain, wait};
use crate::ingest::{Options, Validators};

/// The most requests to one domain at a time.
const AT_ONCE: usize = 2;
/// A `Retry-After` up to this is waited for within the run.
const PATIENCE: Duration = Duration::from_secs(10);
/// The statuses that may pass by themselves.
const PASSING: [u16; 4] = [500, 502, 503, 504];

/// What is known of a registrable domain.
struct Domain {
    waiting: VecDeque<Job>,
    active: usize,
    /// From when on it may be asked again.
    next: Instant,
    pause: Duration,
}

enum Robots {
    /// Being asked for; who waits for it.
    Asked(Vec<Job>),
    Known(Arc<Rules>),
}

/// What a worker does next.
enum Next {
    Exchange(Job),
    Finished(Outcome),
    Wait(Duration),
    End,
}

struct State {
    domains: BTreeMap<String, Domain>,
    /// Back-off, by the moment that it ends; the number tells those of one moment apart.
    delayed: BTreeMap<(Instant, usize), Job>,
    delays: usize,
    robots: BTreeMap<String, Robots>,
    /// Hosts that want to be left alone.
    closed: BTreeMap<String, Instant>,
    /// When the first request of an owner was sent.
    begun: BTreeMap<usize, Instant>,
    /// Requests whose outcome is not known yet, those for robots.txt included.
    open: usize,
    /// A worker has panicked.
    broken: bool,
    pause: Duration,
    deadline: Option<Instant>,
}

impl State {
    fn enqueue(&mut self, job: Job, front: bool) {
        let pause = self.pause;
        let domain = self.domains.entry(domain(&job.url)).or_insert_with(|| Domain {
            waiting: VecDeque::new(),
            active: 0,
            next: Instant::now(),
            pause,
        });
        if front {
            domain.waiting.push_front(job);
        } else {
            domain.waiting.push_back(job);
        }
    }

    fn delay(&mut self, job: Job, until: Instant) {
        self.delays += 1;
        self.delayed.insert((until, self.delays), job);
    }

    fn next(&mut self, now: Instant) -> Next {
        if self.open == 0 || self.broken {
            return Next::End;
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            let waiting = self.domains.values_mut().find_map(|domain| domain.waiting.pop_front());
            let job = waiting.or_else(|| self.delayed.pop_first().map(|(_, job)| job));
            return match job {
                Some(job) => self.give_up(job, Failure::new(Why::Later, "the time for all sources is up")),
                None => Next::Wait(Duration::from_millis(50)),
            };
        }
        while let Some(((until, n), _)) = self.delayed.first_key_value() {
            let key = (*until, *n);
            if key.0 > now {
                break;
            }
            if let Some(job) = self.delayed.remove(&key) {
                self.enqueue(job, true);
            }
        }
        loop {
            // The one that has waited longest, so that none starves.
            let ready = self
                .domains
                .iter()
                .filter(|(_, domain)| !domain.waiting.is_empty() && domain.active < AT_ONCE && domain.next <= now)
                .min_by_key(|(_, domain)| domain.next)
                .map(|(name, _)| name.clone());
            let Some(name) = ready else { break };
            let Some(job) = self
                .domains
                .get_mut(&name)
                .and_then(|domain| domain.waiting.pop_front())
            else {
                break;
            };
            let begun = *self.begun.entry(job.request.owner.0).or_insert(now);
            if now.duration_since(begun) >= job.request.owner_limit {
                let limit = job.request.owner_limit.as_secs_f64();
                return self.give_up(
                    job,
                    Failure::new(Why::Later, format!("its source has used up its {limit} s")),
                );
            }
            let host = job.url.host_str().unwrap_or_default();
            if let Some(until) = self.closed.get(host).copied().filter(|until| *until > now) {
                if until - now <= PATIENCE {
                    self.delay(job, until);
                    continue;
                }
                let mut failure = Failure::new(Why::Later, format!("{host} wants to be left alone for now"));
                failure.retry_after = Some(until - now);
                return self.give_up(job, failure);
            }
            if job.request.robots {
                let origin = job.url.origin().ascii_serialization();
                match self.robots.get_mut(&origin) {
                    Some(Robots::Asked(waiting)) => {
                        waiting.push(job);
                        continue;
                    }
                    Some(Robots::Known(rules)) => {
                        if let Some(reason) = rules.refuses(job.url.as_str()) {
                            return self.give_up(job, Failure::new(Why::Robots, reason));
                        }
                    }
                    None => {
                        if let Some(first) = robots_job(&job, &origin) {
                            self.robots.insert(origin, Robots::Asked(vec![job]));
                            self.open += 1;
                            self.enqueue(first, true);
                            continue;
                        }
                    }
                }
            }
            if let Some(domain) = self.domains.get_mut(&name) {
                domain.active += 1;
                domain.next = now + domain.pause;
            }
            return Next::Exchange(job);
        }
        let ready = self
            .domains
            .values()
            .filter(|domain| !domain.waiting.is_empty() && domain.active < AT_ONCE)
            .map(|domain| domain.next);
        let delayed = self.delayed.first_key_value().map(|((until, _), _)| *until);
        let until = ready.chain(delayed).chain(self.deadline).min();
        Next::Wait(until.map_or(Duration::from_secs(1), |until| until.saturating_duration_since(now)))
    }

    /// Ends a job without an answer.
    fn give_up(&mut self, job: Job, failure: Failure) -> Next {
        match &job.robots_of {
            Some(origin) => {
                let origin = origin.clone();
                self.robots_known(&origin, Rules::Unknown(failure.reason), &job);
                self.open -= 1;
                // The workers ask again at once.
                Next::Wait(Duration::ZERO)
            }
            None => Next::Finished(job.finish(Err(failure))),
        }
    }

    /// Lets those go on that wait for a robots.txt.
    fn robots_known(&mut self, origin: &str, rules: Rules, job: &Job) {
        let pause = rules.pause();
        let known = Robots::Known(Arc::new(rules));
        let Some(Robots::Asked(waiting)) = self.robots.insert(origin.to_string(), known) else {
            return;
        };
        // To the front, in their order: they have waited.
        for (n, mut parked) in waiting.into_iter().enumerate().rev() {
            // Whoever was first has caused the requests.
            if n == 0 {
                parked.requests += job.requests;
                parked.bodies += job.bodies;
                parked.bytes += job.bytes;
            }
            if let Some(domain) = self.domains.get_mut(&domain(&parked.url)) {
                domain.pause = domain.pause.max(pause);
            }
            self.enqueue(parked, true);
        }
    }

    /// Goes on from an answer: the outcome, unless the job has further to go.
    fn after(&mut self, mut job: Job, answer: Result<Answer, Failure>, client: &Client) -> Option<Outcome> {
        let options = &client.options;
        let refused = matches!(&answer, Err(failure) if failure.why == Why::Refused);
        if let Some(domain) = self.domains.get_mut(&domain(&job.url)) {
            domain.active = domain.active.saturating_sub(1);
            if refused {
                // Nothing was sent.
                domain.next = Instant::now();
            }
        }
        job.requests -= usize::from(refused);
        let failure = match answer {
            Ok(Answer::Body(body, validators)) => {
                job.bodies += 1;
                job.bytes += body.bytes.len() as u64;
                return self.arrived(job, Some(body), validators);
            }
            Ok(Answer::NotModified(validators)) => {
                let asked = job.request.validators.clone();
                if asked != Validators::default() {
                    let kept = Validators {
                        etag: validators.etag.or(asked.etag),
                        last_modified: validators.last_modified.or(asked.last_modified),
                    };
                    return self.arrived(job, None, kept);
                }
                Failure::new(
                    Why::Failed,
                    "the server says it has not changed (status 304), though nobody asked that",
                )
            }
            Ok(Answer::Redirect { permanent, to }) => match self.redirect(&mut job, permanent, &to, options) {
                Ok(()) => {
                    self.enqueue(job, true);
                    return None;
                }
                Err(failure) => failure,
            },
            Ok(Answer::Status { code, retry_after }) => {
                let failure = Failure::status(code, retry_after);
                let again = match (failure.retry_after, code) {
                    (Some(wait), _) => {
                        let until = Instant::now() + wait;
                        self.closed
                            .insert(job.url.host_str().unwrap_or_default().to_string(), until);
                        (wait <= PATIENCE).then_some(wait)
                    }
                    (None, code) if PASSING.contains(&code) => Some(self.back_off(&job, client)),
                    _ => None,
                };
                match again {
                    Some(wait) if job.tries < options.retries => return self.retry(job, wait),
                    _ => failure,
                }
            }
            Err(failure) if failure.why == Why::Broken && job.tries < options.retries => {
                let wait = self.back_off(&job, client);
                return self.retry(job, wait);
            }
            // The address that was typed is private itself, so it is meant.
            Err(failure)
                if failure.why == Why::Refused
                    && job.hops == 0
                    && !job.private
                    && job.request.trust == Trust::Typed =>
            {
                job.private = true;
                self.enqueue(job, true);
                return None;
            }
            Err(failure) => failure,
        };
        if let Some(origin) = job.robots_of.clone() {
            // 4xx: there is no robots.txt (RFC 9309, 2.3.1.3). 429 is no such word.
            let none = failure
                .status
                .is_some_and(|code| (400..500).contains(&code) && code != 429);
            // Where the server may not be reached, the page is refused for the same reason.
            let rules = if none || refused {
                Rules::None
            } else {
                Rules::Unknown(failure.reason)
            };
            self.robots_known(&origin, rules, &job);
            self.open -= 1;
            return None;
        }
        Some(job.finish(Err(failure)))
    }

    fn back_off(&self, job: &Job, client: &Client) -> Duration {
        wait::back_off(client.options.back_off, job.tries, client.seed, job.url.as_str())
    }

    fn retry(&mut self, mut job: Job, wait: Duration) -> Option<Outcome> {
        job.tries += 1;
        job.spent = Duration::ZERO;
        self.delay(job, Instant::now() + wait);
        None
    }

    fn arrived(&mut self, job: Job, body: Option<Body>, validators: Validators) -> Option<Outcome> {
        if let Some(origin) = job.robots_of.clone() {
            let rules = body.map_or(Rules::None, |body| Rules::parse(&body.bytes));
            self.robots_known(&origin, rules, &job);
            self.open -= 1;
            return None;
        }
        let page = Page {
            body,
            validators,
            url: job.url.to_string(),
            moved_to: job.moved_to.clone(),
        };
        Some(job.finish(Ok(page)))
    }

    /// Takes one step of a redirect.
    fn redirect(&mut self, job: &mut Job, permanent: bool, to: &str, options: &Options) -> Result<(), Failure> {
        if job.hops >= options.max_redirects {
            let message = format!("more than {} redirects", options.max_redirects);
            return Err(Failure::new(Why::Failed, message));
        }
        let target = job
            .url
            .join(to)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(mut target) = target else {
            return Err(Failure::new(
                Why::Failed,
                format!("the server redirects to {to:?}, which is no address of a page"),
            ));
        };
        // No name and password that a server makes up.
        let _ = target.set_username("").and_then(|()| target.set_password(None));
        job.hops += 1;
        // What gives up encryption is followed and not remembered.
        job.for_good &= permanent && !(job.url.scheme() == "https" && target.scheme() == "http");
        if job.for_good {
            job.moved_to = Some(target.to_string());
        }
        job.url = target;
        Ok(())
    }
}

/// Fetches `first` and whatever `done` asks for after each outcome, until nothing is left. `done` and `progress` are called from
/// several threads.
pub(in crate::ingest) fn run(
    client: &Client,
    first: Vec<Request>,
    deadline: Option<Instant>,
    progress: &(dyn Fn(&str) + Sync),
    done: &(dyn Fn(Outcome) -> Vec<Request> + Sync),
) {
    let state = Mutex::new(State {
        domains: BTreeMap::new(),
        delayed: BTreeMap::new(),
        delays: 0,
        robots: BTreeMap::new(),
        closed: BTreeMap::new(),
        begun: BTreeMap::new(),
        open: 0,
        broken: false,
        pause: client.options.pause,
        deadline,
    });
    let changed = Condvar::new();
    let add = |requests: Vec<Request>| {
        let mut requests = VecDeque::from(requests);
        while let Some(request) = requests.pop_front() {
            match Job::new(request) {
                Ok(job) => {
                    let mut state = locked(&state);
                    state.open += 1;
                    state.enqueue(job, false);
                }
                Err(wrong) => requests.extend(done(Outcome {
                    owner: wrong.0.owner,
                    result: Err(wrong.1),
                    private: false,
                    requests: 0,
                    bodies: 0,
                    bytes: 0,
                })),
            }
        }
    };
    add(first);
    let finish = |outcome: Outcome| {
        add(done(outcome));
        locked(&state).open -= 1;
        changed.notify_all();
    };
    let work = || {
        let guard = Guard(&state, &changed);
        loop {
            let mut now = locked(&state);
            match now.next(Instant::now()) {
                Next::End => break,
                Next::Wait(wait) => {
                    // Another worker may have ended something in the meantime; it says so.
                    let wait = wait.clamp(Duration::from_micros(100), Duration::from_secs(1));
                    drop(changed.wait_timeout(now, wait));
                }
                Next::Finished(outcome) => {
                    drop(now);
                    finish(outcome);
                }
                Next::Exchange(mut job) => {
                    drop(now);
                    let outcome = exchange(&mut job, client, deadline, progress);
                    let outcome = locked(&state).after(job, outcome, client);
                    changed.notify_all();
                    if let Some(outcome) = outcome {
                        finish(outcome);
                    }
                }
            }
        }
        drop(guard);
    };
    std::thread::scope(|scope| {
        for _ in 0..client.options.parallel.max(1) {
            scope.spawn(work);
        }
    });
}

fn exchange(
    job: &mut Job,
    client: &Client,
    deadline: Option<Instant>,
    progress: &dyn Fn(&str),
) -> Result<Answer, Failure> {
    if job.hops == 0 && job.tries == 0 {
        progress(job.url.as_str());
    }
    job.requests += 1;
    let begun = Instant::now();
    let own = job.request.timeout.saturating_sub(job.spent);
    let left = deadline.map_or(own, |deadline| own.min(deadline.saturating_duration_since(begun)));
    let robots = job.robots_of.is_some();
    let ask = Ask {
        url: &job.url,
        private: job.private,
        validators: &job.request.validators,
        timeout: left.max(Duration::from_millis(1)),
        whole: job.request.timeout,
        max_bytes: if robots { LONGEST } else { client.options.max_bytes },
        cut: robots,
    };
    let answer = client.exchange(&ask);
    job.spent += begun.elapsed();
    answer
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Tells the other workers when one panics, so that they end and the panic is seen rather than waited on for ever.
struct Guard<'a>(&'a Mutex<State>, &'a Condvar);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            locked(self.0).broken = true;
        }
        self.1.notify_all();
    }
}
