//! What no shorter sentence may lack: negations, hedges, figures, names, quotations.

/// Words that turn a sentence round: what holds one stays.
const NEGATIONS: &[&str] = &[
    "not",
    "no",
    "nobody",
    "none",
    "nor",
    "neither",
    "never",
    "nothing",
    "without",
    "cannot",
    "unless",
    "except",
    "hardly",
    "barely",
    "deny",
    "denies",
    "denied",
    "refuse",
    "refuses",
    "refused",
    "fail",
    "fails",
    "failed",
    "but",
    "only",
    "if",
    "alleged",
    "allegedly",
    "suspected",
    "claimed",
    "may",
    "might",
    "could",
    "unlikely",
];

/// Further words that say how sure or how large something is: what holds one stays.
const HEDGES: &[&str] = &[
    "about",
    "almost",
    "apparently",
    "around",
    "believed",
    "estimated",
    "expected",
    "least",
    "likely",
    "mainly",
    "mostly",
    "nearly",
    "partially",
    "partly",
    "perhaps",
    "possibly",
    "potentially",
    "presumably",
    "probably",
    "purportedly",
    "reportedly",
    "roughly",
    "should",
    "supposedly",
    "temporarily",
    "until",
    "would",
];

/// Numbers in words, and words that count.
const NUMBERS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "hundreds",
    "thousand",
    "thousands",
    "million",
    "millions",
    "billion",
    "billions",
    "trillion",
    "dozen",
    "dozens",
    "half",
    "quarter",
    "twice",
    "double",
    "triple",
    "percent",
    "both",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "once",
    "all",
    "every",
];

/// Whether a word, in lower case, turns round what is said.
pub(super) fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n’t") || word.ends_with("n't")
}

/// Whether a part of a sentence holds something that must stay. `opens`: the part begins the sentence.
pub(super) fn must_stay(part: &str, opens: bool) -> bool {
    let mut words = part
        .split(|c: char| !c.is_alphanumeric() && c != '’' && c != '\'')
        .filter(|w| !w.is_empty());
    let said = words.clone().any(|word| {
        let lower = word.to_lowercase();
        let lower = lower.as_str();
        word.chars().any(char::is_numeric)
            || is_negation(lower)
            || [HEDGES, NUMBERS].iter().any(|list| list.contains(&lower))
            || (word.starts_with(['\'', '’']) && word.len() > 3)
    });
    // A capital is a name, but for the first word of the sentence.
    let named = words
        .by_ref()
        .skip(usize::from(opens))
        .any(|word| word.chars().any(char::is_uppercase));
    said || named || part.contains('‘')
}
