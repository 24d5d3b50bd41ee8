use super::*;

fn compared(name: &str) -> String {
    words(name).join(" ")
}

fn parts(name: &str) -> Person {
    person(&words(name)).expect("a full name")
}

#[test]
fn words_are_folded() {
    assert_eq!(compared("the O’Neill-Bánffy’s"), "oneill banffy");
    assert_eq!(compared("Bjørn Ærø"), "bjorn aero");
    assert_eq!(compared("U.S."), "us");
    assert_eq!(compared("Volodymyr Zelenskyy"), compared("Volodymyr Zelenskiy"));
    assert_eq!(compared(" ’ - ."), "");
}

#[test]
fn persons_are_one_where_nothing_gainsays_it() {
    let same = |a: &str, b: &str| same_person(&parts(a), &parts(b));
    assert!(same("Steve Harrow", "Stephen C. Harrow"));
    assert!(same("J.K. Marlow", "Joanna Kay Marlow"));
    assert!(same("Bill Tarn", "William Tarn"));
    assert!(same("Martin Sollen Jr.", "Martin Sollen"));
    assert!(!same("Anna Ford", "Peter Ford"));
    assert!(!same("George H. W. Reed", "George W. Reed"));
    assert!(
        !same("Al Ford", "Alice Ford"),
        "two letters are no short form by themselves"
    );
}

#[test]
fn acronyms_are_made_and_known() {
    assert_eq!(acronym("W.H.O.").as_deref(), Some("who"));
    assert_eq!(acronym("MoD").as_deref(), Some("mod"));
    assert_eq!(acronym("Ford"), None);
    assert_eq!(acronym("I"), None);
    assert_eq!(initials(&words("World Health Organization")), ["who"]);
    assert_eq!(initials(&words("Ministry of Tides")), ["mt", "mot"]);
    assert!(spells(
        "opcw",
        &words("Organisation for the Prohibition of Chemical Weapons")
    ));
    assert!(!spells("who", &words("Health Organization")));
}

#[test]
fn countries_have_other_names() {
    assert_eq!(country("U.S.").map(|c| c.0), Some("United States"));
    assert_eq!(
        country("the UK").map(|c| c.0),
        None,
        "a small article is no part of a name of two letters"
    );
    assert_eq!(country("UK").map(|c| c.0), Some("United Kingdom"));
    assert_eq!(country("us"), None);
    assert_eq!(country("Türkiye").map(|c| c.0), Some("Turkey"));
    assert_eq!(country("Tarvonia"), None);
}

#[test]
fn titles_are_capital() {
    assert_eq!(title("Mrs").and_then(|t| t.sex), Some(Sex::Female));
    assert_eq!(title("Sen.").and_then(|t| t.office), Some("Senator"));
    assert!(title("mrs").is_none() && title("").is_none() && title("İ").is_none());
}

#[test]
fn names_are_shown_in_their_usual_case() {
    assert_eq!(cased("STEVE WITKOFF"), "Steve Witkoff");
    assert_eq!(cased("jean-claude o'neill"), "Jean-Claude O'Neill");
    assert_eq!(cased("BANK OF LAVRENIA"), "Bank of Lavrenia");
    assert_eq!(cased("WHO"), "WHO");
    assert_eq!(cased("McKay"), "McKay");
    assert_eq!(cased("ORSEL'S"), "Orsel's");
    assert_eq!(cased(""), "");
}

#[test]
fn tidy_names() {
    assert_eq!(tidy("The  Eskhaven\nTimes"), "Eskhaven Times");
    assert_eq!(tidy("O’Neill"), "O'Neill");
    assert_eq!(tidy("The"), "The");
}
