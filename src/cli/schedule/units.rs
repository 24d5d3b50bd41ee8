//! What runs a digest on time: a crontab's entry, systemd's service and timer, launchd's property list. Texts only.

use anyhow::bail;
use broadsheet::config::schedule::{Days, Schedule};
use quick_xml::escape::escape;

/// More times than this in one property list are not what launchd is for.
const MOST: usize = 400;

/// A digest to run, and how.
pub struct Job<'a> {
    /// The digest's name.
    pub name: &'a str,
    /// What readers see.
    pub title: &'a str,
    /// When.
    pub schedule: &'a Schedule,
    /// The digest's time zone, where it is another than the machine's.
    pub zone: Option<&'a str>,
    /// The program, by its full path, and its arguments.
    pub command: &'a [String],
    /// What the command finds set now and a scheduler would not set.
    pub environment: &'a [(String, String)],
}

impl Job<'_> {
    /// Line breaks can be quoted nowhere, and would begin a new setting.
    fn checked(&self) -> anyhow::Result<()> {
        let values = self.environment.iter().map(|(_, value)| value);
        match self
            .command
            .iter()
            .chain(values)
            .find(|text| text.contains(char::is_control))
        {
            Some(text) => bail!("{text:?}: has a character that no scheduler takes; move it to another path"),
            None => Ok(()),
        }
    }

    /// What the job is, for comments and descriptions.
    fn what(&self) -> String {
        let title: String = self.title.chars().filter(|c| !c.is_control()).collect();
        format!("the digest {} ({title})", self.name)
    }
}

/// A crontab's entry.
///
/// # Errors
/// Where a path cannot be written in one.
pub fn cron(job: &Job) -> anyhow::Result<String> {
    job.checked()?;
    let set = job
        .environment
        .iter()
        .map(|(name, value)| format!("{name}={}", for_shell(value)));
    let words: Vec<String> = set.chain(job.command.iter().map(|word| for_shell(word))).collect();
    // cron ends the command at a bare `%`, quoted or not, and takes the backslash away before the shell sees it.
    let command = words.join(" ").replace('%', "\\%");
    let mut out = format!(
        "# Broadsheet: {}. Add these lines by `crontab -e`.\n\
         # It says nothing when all is well; what it says otherwise is mailed to you by cron.\n",
        job.what()
    );
    if let Some(zone) = job.zone {
        out.push_str(&format!(
            "# The times are those of {zone} in crons that know CRON_TZ (cronie: Red Hat, Fedora, Arch), and for all lines below it.\n\
             # Debian's and Ubuntu's cron passes it over and goes by the machine's clock: use --systemd there.\n\
             CRON_TZ={zone}\n"
        ));
    }
    out.push_str(&format!("{} {command}\n", job.schedule.text()));
    Ok(out)
}

/// systemd's service and timer, in this order.
///
/// # Errors
/// Where a path cannot be written in one.
pub fn systemd(job: &Job) -> anyhow::Result<(String, String)> {
    job.checked()?;
    if let Some(program) = job.command.first().filter(|p| p.contains(['"', '\'', '\\'])) {
        bail!("{program}: systemd takes no program with quotes or backslashes in its path; move it");
    }
    // The program's own path is not searched for variables, its arguments are.
    let mut words = job
        .command
        .iter()
        .enumerate()
        .map(|(at, word)| for_systemd(word, at > 0));
    let command = words.by_ref().collect::<Vec<_>>().join(" ");
    let environment: String = job
        .environment
        .iter()
        .map(|(name, value)| format!("Environment={}\n", for_systemd(&format!("{name}={value}"), false)))
        .collect();
    let what = job.what().replace('%', "%%");
    let service = format!(
        "[Unit]\n\
         Description=Broadsheet: {what}\n\
         # As a unit of the system (/etc/systemd/system) it can wait for the network; then name the user it runs as, too:\n\
         #Wants=network-online.target\n\
         #After=network-online.target\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         #User=news\n\
         {environment}\
         ExecStart={command}\n\
         # Others come first: nobody waits for this at its hour.\n\
         Nice=10\n"
    );
    let zone = job.zone.map(|zone| format!(" {zone}")).unwrap_or_default();
    let times: String = calendar(job.schedule)
        .iter()
        .map(|time| format!("OnCalendar={time}{zone}\n"))
        .collect();
    let timer = format!(
        "[Unit]\n\
         Description=Broadsheet: when {what} is made\n\
         \n\
         [Timer]\n\
         # {} in cron's words.\n\
         {times}\
         # A run that was missed, because the machine was off, is made up for.\n\
         Persistent=true\n\
         AccuracySec=1min\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        job.schedule.text()
    );
    Ok((service, timer))
}

/// launchd's property list.
///
/// # Errors
/// Where a path cannot be written in one, or the schedule is more times than launchd should be told.
pub fn launchd(job: &Job) -> anyhow::Result<String> {
    job.checked()?;
    let mut times = String::new();
    for interval in intervals(job.schedule)? {
        let keys: String = interval
            .iter()
            .map(|(key, n)| format!("<key>{key}</key><integer>{n}</integer>"))
            .collect();
        times.push_str(&format!("    <dict>{keys}</dict>\n"));
    }
    let words: String = job
        .command
        .iter()
        .map(|w| format!("    <string>{}</string>\n", escape(w.as_str())))
        .collect();
    let mut environment = String::new();
    if !job.environment.is_empty() {
        let set = job.environment.iter();
        let set: String = set
            .map(|(k, v)| {
                format!(
                    "    <key>{}</key><string>{}</string>\n",
                    escape(k.as_str()),
                    escape(v.as_str())
                )
            })
            .collect();
        environment = format!("  <key>EnvironmentVariables</key>\n  <dict>\n{set}  </dict>\n");
    }
    let zone = match job.zone {
        Some(zone) => {
            format!("  <!-- launchd goes by the machine's clock, whatever the digest's time zone ({zone}) is. -->\n")
        }
        None => String::new(),
    };
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         {zone}\
         \x20 <key>Label</key><string>broadsheet.{}</string>\n\
         \x20 <key>ProgramArguments</key>\n  <array>\n{words}  </array>\n\
         {environment}\
         \x20 <!-- A run that was missed in sleep is made up for on waking; one that was missed switched off is not. -->\n\
         \x20 <key>StartCalendarInterval</key>\n  <array>\n{times}  </array>\n\
         \x20 <key>ProcessType</key><string>Background</string>\n\
         </dict>\n\
         </plist>\n",
        escape(job.name)
    ))
}

/// A schedule in systemd's words (systemd.time(7)); where days of the month and weekdays are both said, one line for each.
fn calendar(schedule: &Schedule) -> Vec<String> {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let two = |n: i8| format!("{n:02}");
    let months = ranges(&schedule.months, 12, &two);
    let days = ranges(&schedule.days, 31, &two);
    let time = format!(
        "{}:{}:00",
        ranges(&schedule.hours, 24, &two),
        ranges(&schedule.minutes, 60, &two)
    );
    // Weeks begin on Monday there.
    let mut weekdays: Vec<i8> = schedule.weekdays.iter().map(|day| (day + 6) % 7).collect();
    weekdays.sort_unstable();
    let weekdays = ranges(&weekdays, 7, &|day| {
        NAMES[usize::try_from(day).unwrap_or(0) % 7].to_string()
    });
    let of_month = format!("*-{months}-{days} {time}");
    let of_week = format!("{weekdays} *-{months}-* {time}");
    match schedule.on {
        Days::Every => vec![format!("*-{months}-* {time}")],
        Days::OfMonth => vec![of_month],
        Days::OfWeek => vec![of_week],
        Days::Either => vec![of_month, of_week],
    }
}

/// `*` for all of so many values, else a list in which three and more in a row are a range.
fn ranges(values: &[i8], all: usize, name: &dyn Fn(i8) -> String) -> String {
    if values.len() == all {
        return "*".into();
    }
    let runs = values.chunk_by(|a, b| a + 1 == *b);
    let said = runs.map(|run| match run {
        [first, _, .., last] => format!("{}..{}", name(*first), name(*last)),
        _ => run.iter().map(|n| name(*n)).collect::<Vec<_>>().join(","),
    });
    said.collect::<Vec<_>>().join(",")
}

/// A schedule as launchd has it (launchd.plist(5)): every time by itself, a key that is left out standing for all.
fn intervals(schedule: &Schedule) -> anyhow::Result<Vec<Vec<(&'static str, i8)>>> {
    let sets = |days: bool, weekdays: bool| {
        let mut sets: Vec<(&'static str, &[i8])> = Vec::new();
        let parts = [
            ("Month", &schedule.months, 12, true),
            ("Day", &schedule.days, 31, days),
            ("Weekday", &schedule.weekdays, 7, weekdays),
            ("Hour", &schedule.hours, 24, true),
            ("Minute", &schedule.minutes, 60, true),
        ];
        for (key, values, all, wanted) in parts {
            if wanted && values.len() < all {
                sets.push((key, values));
            }
        }
        sets
    };
    let all = match schedule.on {
        Days::Every => vec![sets(false, false)],
        Days::OfMonth => vec![sets(true, false)],
        Days::OfWeek => vec![sets(false, true)],
        Days::Either => vec![sets(true, false), sets(false, true)],
    };
    let count: usize = all
        .iter()
        .map(|sets| sets.iter().map(|(_, v)| v.len()).product::<usize>())
        .sum();
    if count > MOST {
        bail!("launchd would have to be told {count} times; say fewer in `schedule`");
    }
    let mut out = Vec::new();
    for sets in all {
        let mut product = vec![Vec::new()];
        for (key, values) in sets {
            let with = |one: &Vec<_>| {
                values
                    .iter()
                    .map(|v| [&one[..], &[(key, *v)]].concat())
                    .collect::<Vec<_>>()
            };
            product = product.iter().flat_map(with).collect();
        }
        out.extend(product);
    }
    Ok(out)
}

/// Characters that need no quoting anywhere.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-+:@,=".contains(c))
}

/// A word of a POSIX shell.
fn for_shell(word: &str) -> String {
    match is_plain(word) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// A word of systemd's command lines and settings (systemd.service(5), "Command lines"); `variables`: `$` would begin one.
fn for_systemd(word: &str, variables: bool) -> String {
    let word = word.replace('%', "%%");
    if is_plain(&word) {
        return word;
    }
    let dollar = if variables { "$$" } else { "$" };
    let quoted = word.replace('\\', "\\\\").replace('"', "\\\"").replace('$', dollar);
    format!("\"{quoted}\"")
}

#[cfg(test)]
#[path = "units_tests.rs"]
mod tests;
