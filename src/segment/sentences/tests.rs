//! The splitter's cases, made up for it: `|` stands where a sentence ends and another begins.

use proptest::prelude::*;

use super::split;

const CASES: &[(&str, &[&str])] = &[
    (
        "plain",
        &[
            "The bridge closed on Monday.| It will open again in May.",
            "The bridge closed.|  Two spaces follow.|\tA tab follows.",
            "One sentence without a full stop",
            "The council met.| 12 members voted.| $5m was found.",
            "Was it safe?| Nobody knew!| Work went on.",
            "Really?!| Yes.| Stop!!!| No.",
            "The vote was held (the third this year).| It failed.",
            "The vote was held. |(It was the third this year.)| It failed.",
            "It ended in 1998.| The plant shut in 2004.| 300 people left.",
            "He was paid £1.2m.| She was paid $3.",
            "Prices rose 3.5 percent, from 1.25 to 1.29 euros, in the U.S. market.",
            "The firm is worth $1.2bn.| It was worth $900m.",
            "Turnover was 4.| Profit was 2.",
            "Read it at www.example.org.| It is short.",
            "Write to desk@news.example.com for more.| Thank you.",
            "Version 2.0.1 is out.| Node.js and ASP.NET are not affected.",
            "The match ended 2-1.| United go top.",
            "iPhone sales fell.| iPad sales rose.| eBay did not comment.",
            "Ten people were held in the raid.| al-Noor denied it.",
            "She left.| – He stayed behind.",
            "The shop shut.[1]| It never opened again.[12]| Nobody minded.",
        ],
    ),
    (
        "titles",
        &[
            "Mr. Hale met Mrs. Orr.| Ms. Pike was absent.",
            "Dr. Vane spoke.| Prof. Lund did not.",
            "Gen. Marsh and Lt. Col. Reyes flew to Oslo.",
            "Maj. Gen. Osei retired.| Sgt. 1st Class Ito did too.",
            "Sen. Wolfe, Rep. Dane and Gov. Kerr signed.| The rest refused.",
            "He told Capt. Flint.| Flint laughed.",
            "St. Martin's church burned.| Mt. Arden did not.",
            "The road to St. Ives is closed.| Ft. Hale is open.",
            "Rev. Amos Tully prayed.| Fr. Luke sang.",
            "MR. HALE MET MRS. ORR.| THE MEETING WAS SHORT.",
            "M. Dupont et Mme. Leroy sont partis.| Ils reviendront.",
            "The speaker was the Hon. A. Rowe, Esq. Nobody knew him.",
            "Messrs. Cole and Fry quit.| Supt. Wynn took over.",
        ],
    ),
    (
        "initials and names",
        &[
            "J. K. Marlow wrote it.| G. R. R. Tamsin read it.",
            "George W. Hallam won.| John Q. Public lost.",
            "J.K. Marlow wrote it.| E.M. Dorset read it.",
            "Samuel L. Okafor, of Vine St. Press, agreed.",
            "They took vitamin C.| The dose was high.",
            "It was plan B.| It failed.",
            "He is taller than I.| She is not.",
            "World War I.| The trenches were deep.",
            "By J. Orr and P. Quill.| Photographs by T. Moon.",
        ],
    ),
    (
        "companies, places and acronyms",
        &[
            "Marrow Inc. fell 4%.| Tessel Ltd. rose.",
            "He works for Marrow Inc.| The firm is small.",
            "It was bought by Tessel Co. of Ohio.| Hale Bros. sold it.",
            "Orr & Co. Ltd. said so.| Nobody else did.",
            "Martin Luther Fane Jr. spoke.| He was brief.",
            "It was led by Tom Fane Jr.| He was brief.",
            "The U.S. Senate met.| The U.K. Treasury did not.",
            "He lives in the U.S.| She lives in Peru.",
            "It left the E.U.| In 2020 it came back.",
            "The U.N. said so.| The U.S.-led force left.",
            "Washington D.C. was quiet.| Police left Washington, D.C.| They will be back.",
            "SACRAMENTO, Calif. (AP) — The dam held.| It rained.",
            "The Ph.D. student passed.| Her M.B.A. did not help.",
            "John Hale, a.k.a. The Bear, was held.",
            "The fire in Tampa, Fla. was put out.| No one was hurt.",
            "He sells pens, paper, etc.| The shop is small.",
            "Orr et al. found none.| Others did.",
            "The agency (the F.B.I.) agreed.| It was late.",
            "Yahoo! Japan rose.| Wow!| Rivals fell.",
        ],
    ),
    (
        "numbers, dates and times",
        &[
            "No. 5 is alive.| Nos. 6 and 7 are not.",
            "Did he pay?| No.| He did not.",
            "Was it No. 10?| No.| It was not.",
            "It opened on Jan. 5 and shut on Sept. 30.| It was cold.",
            "It opened in Jan.| The doors were new.",
            "See vol. 3, p. 12, fig. 4.| It is there.",
            "The meeting began at 5 p.m. Friday.| It ended at 7 p.m.| Police left at 8 p.m. EDT.",
            "He rose at 6 a.m.| He ate at 7 a.m. on the porch.",
            "The game starts at 3 p.m. Eastern.| Tickets are sold out.",
            "Rs. 500 was paid.| Rs. 20 was kept.",
            "It weighed 5 lbs. and cost 3 cents.",
            "About 40 ft. of wall fell.| No one was near.",
            "e.g. Oslo, i.e. The capital, is cold.",
            "Hale v. Orr was heard.| Rovers vs. United was not.",
            "The boat is approx. 12 m long.",
            "1. Wash the rice.",
            "2. Boil it for 10 minutes.| Let it rest.",
            "a. The first part.",
        ],
    ),
    (
        "quotations",
        &[
            "\"It is over.\"| He left.",
            "\"It is over,\" he said.| \"We lost.\"",
            "\"Stop!\" he said.| The car went on.",
            "\"Stop!\" Hale shouted.| The car went on.",
            "\"Is it safe?\" Mr. Hale asked.| Nobody answered.",
            "\"Is it safe?\" Senator Anna Hale asked.| Nobody answered.",
            "\"Is it safe?\"| The crowd was silent.",
            "He said: \"It is over. |We lost.\"| Then he left.",
            "“It is over.”| He left.",
            "“Stop!” she cried.| “Why?”| He did not know.",
            "‘It is over.’| He left.",
            "'It is over.'| He left.",
            "He called it \"a mess.\"| \"We tried,\" he added.",
            "He called it \"a mess.\" and left.",
            "\"We tried. |We failed. |We will try again,\" she said.",
            "She asked, \"Who?\" and \"Why?\" again.| No reply came.",
            "(\"It is over.\")| He left.",
            "“It’s done.” – Anna Hale, mayor",
            "He likes the song \"Help!\" a lot.",
            "„Es ist vorbei.“| Er ging.",
            "The crew of the Sgt. \"Red\" Moon film left.",
        ],
    ),
    (
        "ellipses",
        &[
            "He waited... and waited.| Then he left.",
            "He waited... |Then he left.",
            "He waited… |The bus came.",
            "I thought... I do not know.",
            "It was . . . a mess.| He left.",
            "It was a mess . . . .| He left.",
            "...and so it ended.| He left.",
            "\"I just ...\"| He broke off.",
        ],
    ),
    (
        "no capitals, only capitals, forgotten capitals",
        &[
            "the bridge closed on monday.| it will open again in may.",
            "mr. hale met the u.s. envoy.| they talked.| nothing came of it.",
            "they met at 5 p.m. on friday.| nobody knew.",
            "POLICE CLOSED THE BRIDGE.| IT WILL OPEN ON JAN. 5.",
            "The driver ran away.| then he was caught.",
            "The dept. of works is shut.| It was old.",
        ],
    ),
    (
        "spaces lost",
        &[
            "It happened at 9 pm.|Police said no one was hurt.",
            "The report is late.|The minister agreed.|It will come.",
            "It began in 2015.|The town grew by 12%.|Most were glad.",
            "He said so.|A week passed.|I saw him there.",
            "\"We lost.\"|He wept.",
            "Book at Lodgings.Com or mail a.hale@post.Example today.",
            "The plan by Mr.Hale and St.Mary's is on.",
            "He ran off.|\"We saw him,\" she said.",
            "Is he dead?|Nobody knows.",
            "The farmers? union said ?We lost,? and left.",
            "Anna D?Arcy won.| She wept.",
            "It is e.g.Oslo or 3.Berlin here.",
        ],
    ),
    (
        "tokenised",
        &[
            "The bridge closed on Monday . |It will open again in May .",
            "`` It is over , '' he said . |`` We lost . '' |The crowd left .",
            "Mr. Hale , of Marrow Inc. , left . |He was late .",
            "\" It is over . \" |He left .",
            "He asked `` Why ? '' |Nobody knew .",
            "Was it safe ? |Yes ! |It was .",
            "( It was the third . ) |It failed .",
        ],
    ),
    (
        "Chinese and Japanese",
        &[
            "大桥星期一关闭。|五月重新开放。",
            "安全吗？|没有人知道！|工作继续。",
            "“已经结束了。”|他走了。",
            "“停下！”他说。|车继续开。",
            "橋は月曜日に閉鎖された。|五月に再開する。",
            "「やめろ！」と彼は言った。|車は走り続けた。",
            "「終わった。」|彼は去った。",
            "价格上涨3.5%，达到1.25元。|销量下降。",
        ],
    ),
    (
        "French, German, Spanish, other scripts",
        &[
            "Le pont est fermé.| Il rouvrira en mai.",
            "« C'est fini. »| Il est parti.",
            "« Arrêtez ! » dit-il.| La voiture continua.",
            "Est-ce sûr ?| Personne ne le sait.",
            "À 15 h 30, la police est arrivée.| Élise est partie.",
            "Die Brücke wurde am 3. Oktober geschlossen.| Sie bleibt zu.",
            "Das kostet z.B. 5 Mio. Euro.| Niemand zahlt.",
            "¿Es seguro?| Nadie lo sabe.| ¡Basta!| Se fue.",
            "Мост закрыт.| Он откроется в мае.",
            "А. С. Орлов уехал.| Он вернётся.",
            "पुल बंद है।| यह मई में खुलेगा।",
            "هل هو آمن؟| لا أحد يعرف.| ذهب الجميع.",
        ],
    ),
    (
        "line breaks, lists and marks",
        &[
            "The bridge closed\non Monday. |It will\nopen in May.",
            "He met Mr.\nHale and J.\nOrr. |They talked.",
            "First line\n\n|Second line",
            "Rice\r\nand beans.\r\n|Both were cold.",
            "A first thing; a second thing; a third thing",
            "Rice, beans & salt",
            "He left.| • She stayed.| • They waited.",
            "* Rice",
            "!!!|",
            "***",
            "",
            "   ",
            "\"",
            "No.",
            "Mr.",
        ],
    ),
];

/// Text with the boundaries taken out, and the sentences between them.
fn read(case: &str) -> (String, Vec<String>) {
    let sentences = case
        .split('|')
        .map(|s| s.trim().to_string())
        .filter(|s| s.chars().any(char::is_alphanumeric));
    (case.replace('|', ""), sentences.collect())
}

#[test]
fn every_case_is_split_as_marked() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (group, cases) in CASES {
        for case in *cases {
            let (text, expected) = read(case);
            let got: Vec<&str> = split(&text).into_iter().map(|s| &text[s]).collect();
            count += 1;
            if got != expected {
                wrong.push(format!(
                    "{group}: {}\n     got: {}",
                    case.escape_debug(),
                    got.join(" | ").escape_debug()
                ));
            }
        }
    }
    assert!(count >= 120, "only {count} cases");
    assert!(
        wrong.is_empty(),
        "{} of {count} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

proptest! {
    #[test]
    fn any_text_gives_ordered_trimmed_spans_and_loses_no_letter(
        text in "([A-Za-z]{1,6}|[.!?…\"'’”“() ]{1,3}|Mr\\.|U\\.S\\.|\\d\\.|\n\n|[。！「」]|``|''|\\PC){0,40}"
    ) {
        let spans = split(&text);
        let mut at = 0;
        let mut kept = 0;
        for span in &spans {
            prop_assert!(span.start >= at && span.start < span.end);
            let piece = text.get(span.clone());
            prop_assert!(piece.is_some_and(|p| p == p.trim() && p.chars().any(char::is_alphanumeric)));
            kept += piece.map_or(0, |p| p.chars().filter(|c| c.is_alphanumeric()).count());
            at = span.end;
        }
        prop_assert_eq!(kept, text.chars().filter(|c| c.is_alphanumeric()).count());
    }

    #[test]
    fn a_line_break_for_a_space_changes_nothing(words in prop::collection::vec("[A-Z]?[a-z]{1,7}[.!?]?", 1..20)) {
        let spaced = split(&words.join(" "));
        prop_assert_eq!(split(&words.join("\n")), spaced);
    }
}
