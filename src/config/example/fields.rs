//! What every field of the configuration is for. Defaults are not said here: they are the types'.

/// A section: its header, what it is for, and its fields.
pub(super) struct Section {
    pub header: &'static str,
    pub what: &'static str,
    pub fields: &'static [Field],
}

/// A field: its name, what it is for, and a value to show where it has no default.
pub(super) struct Field(pub &'static str, pub &'static str, pub Option<&'static str>);

const fn field(name: &'static str, what: &'static str) -> Field {
    Field(name, what, None)
}

const fn shown(name: &'static str, what: &'static str, sample: &'static str) -> Field {
    Field(name, what, Some(sample))
}

/// What stories are recognised by.
const RULES: [Field; 3] = [
    shown(
        "words",
        "Words or phrases in its headline, its summary or its sources' headlines; capitals do not matter.",
        "[\"budget\", \"town hall\"]",
    ),
    shown("names", "People, bodies and places in it.", "[\"Ansel Council\"]"),
    shown(
        "sources",
        "Publications or hosts, where all of its sources are of these.",
        "[\"ansel.example\"]",
    ),
];

/// Every section, those that are changed most first.
pub(super) const SECTIONS: &[Section] = &[
    Section {
        header: "digest",
        what: "What digests are, unless `[[digests]]` says otherwise.",
        fields: &[
            field("title", "What the digest is called."),
            field(
                "brief_words",
                "A text of no more words than this that only one source has is a brief.",
            ),
            field(
                "unchanged",
                "Show stories that say nothing new since the digest before, in a line each; else they are left out and counted.",
            ),
        ],
    },
    Section {
        header: "[digests]",
        what: "A digest that `broadsheet run NAME` makes. Repeat the section for each one. Without any there is one, `daily`, of all sources.",
        fields: &[
            shown(
                "name",
                "Names it on the command line and in paths: letters, digits, `-` and `_`.",
                "\"morning\"",
            ),
            shown(
                "title",
                "What readers see. Without it: digest.title.",
                "\"The Ansel Letter\"",
            ),
            shown(
                "schedule",
                "When it is made, in cron's five fields, for `broadsheet schedule`. Without it: when asked for.",
                "\"0 6 * * 1-5\"",
            ),
            shown(
                "timezone",
                "The time zone of the schedule and of its dates. Without it: the machine's.",
                "\"Europe/London\"",
            ),
            field("sources", "Names or tags of its sources. Empty: all."),
            field(
                "sections",
                "Names of its sections, of those of [[rank.sections]], in the order of printing. Empty: all.",
            ),
            shown(
                "length",
                "How much is said of a story. Without it: summarize.length.",
                "\"short\"",
            ),
            field("language", "The language of its dates and pages, as in BCP 47."),
            shown(
                "out",
                "The folder of its files. Without it: digests/NAME beside this file.",
                "\"digests/morning\"",
            ),
            field("formats", "What is written: markdown, html, json, text, eml."),
            shown(
                "templates",
                "A folder of templates to use in place of the standard ones (`broadsheet templates export`).",
                "\"templates\"",
            ),
            field("theme", "How it looks: broadsheet, plain or compact."),
            shown(
                "max_stories",
                "The most stories; 0: no limit. Without it: rank.max_stories.",
                "20",
            ),
            shown(
                "min_sources",
                "A story that fewer independent sources tell is left out. Without it: rank.min_sources.",
                "1",
            ),
            shown(
                "unchanged",
                "Show stories that say nothing new. Without it: digest.unchanged.",
                "false",
            ),
        ],
    },
    Section {
        header: "digests.include",
        what: "Where there are any, only stories that match one of these are told; in place of [rank.include].",
        fields: &RULES,
    },
    Section {
        header: "digests.exclude",
        what: "Stories that match one of these are left out; besides those of [rank.exclude].",
        fields: &RULES,
    },
    Section {
        header: "digests.keep",
        what: "What pruning keeps, when it is asked for; an edition goes only where neither keeps it. Both 0: all.",
        fields: &[
            field("days", "Editions of so many days back."),
            field("editions", "So many of the newest editions."),
        ],
    },
    Section {
        header: "digests.mail",
        what: "How this digest is sent; what is left out is as in [mail].",
        fields: &[
            shown("from", "The sender.", "\"The Ansel Letter <desk@example.org>\""),
            shown("reply_to", "Where answers go.", "\"letters@example.org\""),
            shown("list_id", "What the list is called.", "\"morning.example.org\""),
            shown(
                "unsubscribe",
                "Where a reader unsubscribes.",
                "[\"mailto:stop@example.org\"]",
            ),
            shown("recipients", "A file with one recipient a line.", "\"readers.txt\""),
        ],
    },
    Section {
        header: "[sources]",
        what: "Where articles come from. Repeat the section for each one, with one of feed, page, folder, jsonl and mail.",
        fields: &[
            shown(
                "name",
                "Names it in messages and in digests.sources.",
                "\"Ansel Courier\"",
            ),
            shown(
                "feed",
                "The address or path of a feed: RSS, Atom or JSON Feed.",
                "\"https://courier.example/feed.xml\"",
            ),
            shown(
                "page",
                "The address or path of a page.",
                "\"https://courier.example/council\"",
            ),
            shown("folder", "A folder of articles.", "\"inbox\""),
            shown(
                "jsonl",
                "The path or address of a file of JSON Lines, one article a line.",
                "\"articles.jsonl\"",
            ),
            shown(
                "mail",
                "Newsletters: an .eml file, an mbox, or a folder of them.",
                "\"newsletters.mbox\"",
            ),
            field("tags", "Groups that it belongs to, for digests.sources."),
            field(
                "weight",
                "How much it counts when stories are ranked; 0: it is read but adds no weight.",
            ),
            shown(
                "section",
                "The section of [[rank.sections]] for stories that only such sources tell.",
                "\"Town\"",
            ),
            shown(
                "site",
                "The publication or host that its articles name, where that is neither `name` nor the address's host.",
                "\"courier.example\"",
            ),
            field(
                "private",
                "Whether it may lie at a private, loopback or link-local address.",
            ),
            shown(
                "timeout",
                "How long each of its addresses may take, in seconds. Without it: ingest.timeout.",
                "30",
            ),
            shown(
                "max_items",
                "How many of its items are looked at: the first of a feed, else the last.",
                "100",
            ),
        ],
    },
    Section {
        header: "rank",
        what: "Which stories lead, and which are left out.",
        fields: &[
            field(
                "max_stories",
                "The most stories; the rest is left out and counted. 0: no limit.",
            ),
            field(
                "min_sources",
                "A story that fewer independent sources tell is left out.",
            ),
            field(
                "half_life",
                "Hours after which a story weighs half, counted back from the newest.",
            ),
            field(
                "near",
                "A story is in no section where the nearest description is less like it than this, 0 to 1.",
            ),
        ],
    },
    Section {
        header: "rank.weights",
        what: "How much sources count, by the name of their publication or their host; 1 where nothing is said.",
        fields: &[shown(
            "\"courier.example\"",
            "A host stands for its subdomains too.",
            "1.0",
        )],
    },
    Section {
        header: "rank.include",
        what: "Where there are any, only stories that match one of these are told.",
        fields: &RULES,
    },
    Section {
        header: "rank.exclude",
        what: "Stories that match one of these are left out, also where `include` has them.",
        fields: &RULES,
    },
    Section {
        header: "[rank.sections]",
        what: "A section of the digest, in the order of printing. Repeat it for each one.",
        fields: &[
            shown("name", "What it is called.", "\"Town\""),
            shown(
                "description",
                "What it is about: stories that are near in meaning stand in it. Without it only rules decide.",
                "\"council, schools, roads and houses of the town\"",
            ),
            shown(
                "weight",
                "How much its stories weigh against those of other sections.",
                "1.0",
            ),
            shown("max_stories", "The most stories in it. 0: no limit.", "0"),
        ],
    },
    Section {
        header: "rank.sections.rules",
        what: "What puts a story in it in any case.",
        fields: &RULES,
    },
    Section {
        header: "summarize",
        what: "What is said of a story.",
        fields: &[
            field(
                "length",
                "How much: \"short\", \"medium\", \"long\" (two, four, eight sentences) or a number of sentences.",
            ),
            field(
                "compress",
                "Leave asides out of sentences where the sources bear the shorter sentence out.",
            ),
            shown(
                "words",
                "So many words, within 15%, in place of a number of sentences.",
                "60",
            ),
            field(
                "alone",
                "Weight of how a sentence stands away from its neighbours, against what the salience head finds likely.",
            ),
            field(
                "centrality",
                "Weight of likeness to the story's other sentences; this and the next four count where there is no salience head.",
            ),
            field("topic", "Weight of likeness to titles and leads."),
            field("position", "Weight of standing early in a document."),
            field("support", "Weight of the share of other sources that say the like."),
            field("redundancy", "How much likeness to what is said already takes off."),
            field(
                "same",
                "Two sentences more alike than this say the same: the second is left out.",
            ),
        ],
    },
    Section {
        header: "generate",
        what: "Summaries that a model writes, in place of picked sentences. Each sentence is checked before it is shown.",
        fields: &[
            shown(
                "model",
                "An id of `models list`, or OWNER/NAME of the hub, pulled or imported.",
                "\"distilbart-cnn-12-6\"",
            ),
            field("device", "Where it runs: \"auto\", \"cpu\", \"cuda\" or \"mps\"."),
            shown(
                "beams",
                "How many beams; 1 is greedy search. Without it and those below, as the model's own settings say.",
                "4",
            ),
            shown("min_tokens", "The fewest tokens of a summary.", "56"),
            shown("max_tokens", "The most tokens of a summary.", "142"),
            shown(
                "length_penalty",
                "The power of the length by which a beam's score is divided: above 0 favours long summaries.",
                "2.0",
            ),
            shown(
                "no_repeat_ngram",
                "No sequence of so many tokens comes twice; 0 lets everything come again.",
                "3",
            ),
        ],
    },
    Section {
        header: "figures",
        what: "The numbers of a story.",
        fields: &[
            field("most", "The most figures of a story."),
            field(
                "conflicts",
                "The most conflicts between sources that are shown of a story.",
            ),
        ],
    },
    Section {
        header: "follow",
        what: "Carrying on the stories of the digest before.",
        fields: &[
            field(
                "threshold",
                "A story without a common text carries on another where it is at least so sure, 0 to 1.",
            ),
            field(
                "same",
                "A sentence was told before where an earlier one is at least this like it in meaning...",
            ),
            field("covered", "...and this share of its words, by rarity, was there."),
            field("quiet_days", "Days without news after which a thread is over."),
            field("forget_days", "Days without news after which a thread is forgotten."),
        ],
    },
    Section {
        header: "ingest",
        what: "Reading files, feeds and pages.",
        fields: &[
            shown(
                "format",
                "What inputs named on the command line are: text, markdown, html, json, jsonl, feed, mail. Without it they tell.",
                "\"text\"",
            ),
            field(
                "max_bytes",
                "The longest body, in bytes after decompression; of JSON Lines, the longest line.",
            ),
            field(
                "connect_timeout",
                "How long a server may take to accept a connection, in seconds.",
            ),
            field(
                "timeout",
                "How long one address may take in all, redirects included, in seconds; waits for politeness do not count.",
            ),
            field(
                "source_timeout",
                "How long one source may take with the pages of its entries, in seconds; the rest is left for the next run.",
            ),
            field(
                "total_timeout",
                "How long all sources may take together, in seconds; the rest is left for the next run.",
            ),
            field(
                "pause",
                "The least time between two requests to one registrable domain, in seconds.",
            ),
            field(
                "retries",
                "How often a request is tried again when the server fails or hangs up.",
            ),
            field(
                "back_off",
                "The wait before the first of those tries, in seconds; it doubles each time.",
            ),
            shown(
                "contact",
                "An address that servers are told, so that they can reach you.",
                "\"desk@example.org\"",
            ),
            shown(
                "networks",
                "Ranges of private addresses that every source may reach.",
                "[\"10.1.0.0/16\"]",
            ),
            field("max_redirects", "How many redirects of one address are followed."),
            field("parallel", "How many addresses are fetched at a time."),
            field(
                "fetch_pages",
                "Whether the page of a feed entry is fetched where the feed gives only a teaser.",
            ),
        ],
    },
    Section {
        header: "state",
        what: "What is remembered from run to run.",
        fields: &[shown(
            "folder",
            "Where. Without it: broadsheet in $XDG_STATE_HOME or ~/.local/state.",
            "\"state\"",
        )],
    },
    Section {
        header: "mail",
        what: "How digests are sent.",
        fields: &[
            shown(
                "from",
                "The sender. Nothing is sent without one.",
                "\"The Ansel Letter <desk@example.org>\"",
            ),
            shown(
                "reply_to",
                "Where answers go, if not to the sender.",
                "\"letters@example.org\"",
            ),
            shown(
                "list_id",
                "What the list is called, for readers' filters. Without it: from the digest's name and the sender's domain.",
                "\"news.example.org\"",
            ),
            field(
                "unsubscribe",
                "Where a reader unsubscribes: mailto: and https: addresses; {recipient} becomes the recipient's.",
            ),
            shown(
                "archive",
                "Where the digests can be read in a browser; {edition} becomes the edition's name.",
                "\"https://example.org/digests/{edition}.html\"",
            ),
            shown("recipients", "A file with one recipient a line.", "\"readers.txt\""),
        ],
    },
    Section {
        header: "mail.smtp",
        what: "The server that takes the messages.",
        fields: &[
            field("host", "Its name or address."),
            shown(
                "port",
                "Its port. Without it: 587 for starttls, 465 for tls, 25 for none.",
                "587",
            ),
            field(
                "tls",
                "How the connection is encrypted: starttls, tls, or none for a server on this machine.",
            ),
            field(
                "allow_plain",
                "Send without encryption to a server that is not on this machine.",
            ),
            shown(
                "ca_file",
                "Trust the certificates of this file (PEM) too.",
                "\"server.pem\"",
            ),
            shown(
                "user",
                "Who signs in: never the name itself, only where it is.",
                "{ env = \"SMTP_USER\" }",
            ),
            shown(
                "password",
                "With which password: never the password itself, only where it is.",
                "{ file = \"~/.config/broadsheet/password\" }",
            ),
            field(
                "timeout",
                "How long the server may take to answer a command, in seconds.",
            ),
        ],
    },
    Section {
        header: "cluster",
        what: "Grouping articles by event. From here on, the defaults were measured; a change is an experiment.",
        fields: &[
            field(
                "threshold",
                "Groups join where their documents are on average at least so sure to tell one event, 0 to 1.",
            ),
            field(
                "copy",
                "Two documents of a story are copies where this share of the shorter one's five-word runs is in both.",
            ),
        ],
    },
    Section {
        header: "segment",
        what: "Splitting pages that hold several texts.",
        fields: &[
            field(
                "foreign_sentences",
                "The sentences that each side of a break between paragraphs must have.",
            ),
            field(
                "foreign_mean",
                "Two sides are two texts only if their sentences' mean cosine is below this...",
            ),
            field(
                "foreign_ratio",
                "...and below this part of the mean within the looser side...",
            ),
            field(
                "foreign_best",
                "...and the cosine of the shorter side's sentences to the nearest of the other is below this on average...",
            ),
            field(
                "foreign_shared",
                "...and below this share of the shorter side's words is in the other.",
            ),
            field("foreign_shared_words_alone", "That share where there are no vectors."),
            field(
                "headed_best",
                "As foreign_best, for a part under a heading or after a separator.",
            ),
            field(
                "headed_shared_short",
                "The share of words that goes with headed_best for a part of one or two sentences.",
            ),
            field(
                "roundup_best",
                "As foreign_best, where most of at least three parts under headings stand alone.",
            ),
            field("roundup_shared", "The share of words that goes with roundup_best."),
            field("roundup_shared_words_alone", "That share where there are no vectors."),
            field(
                "loose_link",
                "A paragraph is loose if its mean cosine to the nearest sentences of the main text is below this.",
            ),
            field(
                "loose_words_alone",
                "The same without vectors: the main text has less than this share of its words.",
            ),
            field(
                "item_link",
                "A loose paragraph belongs to the item before it from this cosine on.",
            ),
            field(
                "same_event",
                "Texts are about one event from this mean of nearest and mean cosine on.",
            ),
            field("name_weight", "What a name that both have adds to that."),
            field(
                "same_event_words_alone",
                "The share of common words where there are no vectors.",
            ),
            field("brief_sentences", "The most sentences of a brief."),
            field(
                "boundary_price",
                "What one more section costs: higher gives longer sections.",
            ),
            field("boundary_price_words_alone", "The same where there are no vectors."),
            field(
                "length_exponent",
                "The power of a section's length by which its likeness is divided.",
            ),
            field(
                "lexical_weight",
                "The weight of shared words beside the vectors' cosine.",
            ),
        ],
    },
];
