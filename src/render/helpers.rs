//! The helpers that templates may call. What they return is escaped like any other value.
//!
//! | helper | in | gives |
//! | --- | --- | --- |
//! | `{{format_date D}}` | all | `Saturday 14 March 2026`, of a date |
//! | `{{format_time T}}` | all | `14 March 2026, 05:40 UTC`, of a time; no clock time where it is midnight, which stands for a date |
//! | `{{format_weekday T}}` | all | `Sat 14 Mar, 05:40`, of a time in UTC, for a table |
//! | `{{format_window FROM TO}}` | all | `14 March 2026, 05:40 to 18:05 UTC`, or with both dates |
//! | `{{format_number N}}` | all | `12,345` |
//! | `{{plural N "story" "stories"}}` | all | `1 story`, `9 stories` |
//! | `{{href URL}}` | Markdown | the address as a link's destination, where a plain `{{URL}}` would be escaped as text |
//! | `{{sparkline POINTS}}` | HTML | a figure's `points` as a small inline SVG |
//! | `{{#wrap first="1. " indent=3}}` | text | what is inside, wrapped to the width, white space collapsed |
//! | `{{rule "-"}}` | text | a line of the width |
//! | `{{#if F}}`, `{{#unless F}}` | all | as in Handlebars, but an unknown field is an error |

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt::strtime};
use serde_json::Value;

use super::links::{markdown_destination, safe_url};
use super::spark::{SparkPoint, svg};
use super::wrap::wrap;

/// Registers the helpers of every format.
pub fn register(registry: &mut Handlebars<'_>) {
    registry.register_helper("if", Box::new(If { positive: true }));
    registry.register_helper("unless", Box::new(If { positive: false }));
    registry.register_helper(
        "format_date",
        Box::new(Text {
            name: "format_date",
            of: |h| date(text(h, 0)?),
        }),
    );
    registry.register_helper(
        "format_time",
        Box::new(Text {
            name: "format_time",
            of: |h| time(text(h, 0)?),
        }),
    );
    registry.register_helper(
        "format_weekday",
        Box::new(Text {
            name: "format_weekday",
            of: |h| weekday(text(h, 0)?),
        }),
    );
    registry.register_helper(
        "format_window",
        Box::new(Text {
            name: "format_window",
            of: |h| window(text(h, 0)?, text(h, 1)?),
        }),
    );
    registry.register_helper(
        "format_number",
        Box::new(Text {
            name: "format_number",
            of: |h| number(value(h, 0)?),
        }),
    );
    registry.register_helper(
        "plural",
        Box::new(Text {
            name: "plural",
            of: |h| plural(value(h, 0)?, text(h, 1)?, text(h, 2)?),
        }),
    );
}

/// Registers the helpers of HTML templates.
pub fn register_html(registry: &mut Handlebars<'_>) {
    let sparkline = |h: &Helper<'_>,
                     _: &Handlebars<'_>,
                     _: &Context,
                     _: &mut RenderContext<'_, '_>,
                     out: &mut dyn Output|
     -> HelperResult {
        let points = value(h, 0).map_err(|reason| failed("sparkline", reason))?;
        let points: Vec<SparkPoint> = serde_json::from_value(points.clone())
            .map_err(|e| failed("sparkline", format!("wants a figure's points: {e}")))?;
        // Numbers alone: nothing to escape.
        out.write(&svg(&points))?;
        Ok(())
    };
    registry.register_helper("sparkline", Box::new(sparkline));
}

/// Registers the helpers of Markdown templates.
pub fn register_markdown(registry: &mut Handlebars<'_>) {
    let href = |h: &Helper<'_>,
                _: &Handlebars<'_>,
                _: &Context,
                _: &mut RenderContext<'_, '_>,
                out: &mut dyn Output|
     -> HelperResult {
        let url = text(h, 0).and_then(|address| safe_url(address).ok_or("wants an http or https address".to_string()));
        out.write(&markdown_destination(&url.map_err(|reason| failed("href", reason))?))?;
        Ok(())
    };
    registry.register_helper("href", Box::new(href));
}

/// Registers the helpers of text templates; `width` in columns.
pub fn register_text(registry: &mut Handlebars<'_>, width: usize) {
    registry.register_helper("wrap", Box::new(Wrap { width }));
    let rule = move |h: &Helper<'_>,
                     _: &Handlebars<'_>,
                     _: &Context,
                     _: &mut RenderContext<'_, '_>,
                     out: &mut dyn Output|
          -> HelperResult {
        out.write(&text(h, 0).map_err(|reason| failed("rule", reason))?.repeat(width))?;
        Ok(())
    };
    registry.register_helper("rule", Box::new(rule));
}

/// `Saturday 14 March 2026`, of `2026-03-14`.
fn date(date: &str) -> Result<String, String> {
    let date: Date = date
        .parse()
        .map_err(|_| format!("wants a date as YYYY-MM-DD, not {date:?}"))?;
    strtime::format("%A %-d %B %Y", date).map_err(|e| e.to_string())
}

/// `14 March 2026, 05:40 UTC`. Midnight to the second is what a date without a time was read as, and is shown as one.
fn time(time: &str) -> Result<String, String> {
    let at = utc(time)?;
    strtime::format(
        if is_date(at) {
            "%-d %B %Y"
        } else {
            "%-d %B %Y, %H:%M UTC"
        },
        at,
    )
    .map_err(|e| e.to_string())
}

/// `Sat 14 Mar, 05:40`: short, for a table.
fn weekday(time: &str) -> Result<String, String> {
    let at = utc(time)?;
    strtime::format(if is_date(at) { "%a %-d %b" } else { "%a %-d %b, %H:%M" }, at).map_err(|e| e.to_string())
}

/// The time between two times, the date said once where it is the same.
fn window(from: &str, to: &str) -> Result<String, String> {
    let (start, end) = (utc(from)?, utc(to)?);
    if from == to || is_date(start) && is_date(end) && start.date() == end.date() {
        return time(from);
    }
    if start.date() == end.date() {
        let start = strtime::format("%-d %B %Y, %H:%M", start).map_err(|e| e.to_string())?;
        return Ok(format!(
            "{start} to {}",
            strtime::format("%H:%M UTC", end).map_err(|e| e.to_string())?
        ));
    }
    Ok(format!("{} to {}", time(from)?, time(to)?))
}

fn utc(time: &str) -> Result<DateTime, String> {
    let timestamp: Timestamp = time
        .parse()
        .map_err(|_| format!("wants a time in RFC 3339, not {time:?}"))?;
    Ok(TimeZone::UTC.to_datetime(timestamp))
}

fn is_date(utc: DateTime) -> bool {
    utc.time() == Time::midnight()
}

/// Thousands parted by commas.
fn number(value: &Value) -> Result<String, String> {
    let Value::Number(number) = value else {
        return Err(format!("wants a number, not {value}"));
    };
    let text = number.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = sign.to_string();
    for (i, digit) in text[..digits].chars().enumerate() {
        if i > 0 && (digits - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(&text[digits..]);
    Ok(out)
}

fn plural(value: &Value, one: &str, many: &str) -> Result<String, String> {
    let noun = if value.as_f64() == Some(1.0) { one } else { many };
    Ok(format!("{} {noun}", number(value)?))
}

fn failed(helper: &str, reason: String) -> RenderError {
    RenderErrorReason::Other(format!("{{{{{helper}}}}} {reason}")).into()
}

fn value<'a>(h: &'a Helper<'_>, index: usize) -> Result<&'a Value, String> {
    let param = h.param(index).ok_or_else(|| format!("wants {} values", index + 1))?;
    if param.is_value_missing() {
        return Err(format!(
            "unknown field `{}`",
            param.relative_path().map_or("", String::as_str)
        ));
    }
    Ok(param.value())
}

fn text<'a>(h: &'a Helper<'_>, index: usize) -> Result<&'a str, String> {
    let value = value(h, index)?;
    value.as_str().ok_or_else(|| format!("wants a text, not {value}"))
}

/// A helper that gives a text.
struct Text {
    name: &'static str,
    of: fn(&Helper<'_>) -> Result<String, String>,
}

impl HelperDef for Text {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        (self.of)(h)
            .map(|text| ScopedJson::Derived(Value::String(text)))
            .map_err(|reason| failed(self.name, reason))
    }
}

/// Handlebars' own `if` and `unless` take an unknown field for a false one, even in strict mode.
struct If {
    positive: bool,
}

impl HelperDef for If {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let param = h.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("if", 0))?;
        if param.is_value_missing() {
            return Err(RenderErrorReason::MissingVariable(param.relative_path().cloned()).into());
        }
        let block = if param.value().is_truthy(false) == self.positive {
            h.template()
        } else {
            h.inverse()
        };
        block.map_or(Ok(()), |block| block.render(registry, context, rc, out))
    }
}

/// `{{#wrap}}`: its content as wrapped text.
struct Wrap {
    width: usize,
}

impl HelperDef for Wrap {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let content = h
            .template()
            .map_or(Ok(String::new()), |block| block.renders(registry, context, rc))?;
        let first = h
            .hash_get("first")
            .map(|p| p.value().as_str().map_or_else(|| p.value().to_string(), str::to_string));
        let indent = h.hash_get("indent").and_then(|p| p.value().as_u64()).unwrap_or(0);
        let indent = " ".repeat(usize::try_from(indent).unwrap_or(0).min(self.width));
        let first = first.unwrap_or_else(|| indent.clone());
        out.write(&wrap(&content, self.width, &first, &indent))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dates_and_times_in_words() {
        assert_eq!(date("2026-03-14").unwrap(), "Saturday 14 March 2026");
        assert_eq!(
            date("2026-3-x").unwrap_err(),
            "wants a date as YYYY-MM-DD, not \"2026-3-x\""
        );
        assert_eq!(time("2026-03-04T05:40:59Z").unwrap(), "4 March 2026, 05:40 UTC");
        assert_eq!(time("2026-03-04T05:40:59+02:00").unwrap(), "4 March 2026, 03:40 UTC");
        assert_eq!(time("2026-03-04T00:00:00Z").unwrap(), "4 March 2026");
        assert_eq!(time("").unwrap_err(), "wants a time in RFC 3339, not \"\"");
    }

    #[test]
    fn weekdays_are_short() {
        assert_eq!(weekday("2026-03-14T05:40:00Z").unwrap(), "Sat 14 Mar, 05:40");
        assert_eq!(weekday("2026-03-14T00:00:00Z").unwrap(), "Sat 14 Mar");
    }

    #[test]
    fn windows_say_a_date_once() {
        let of = |from, to| window(from, to).unwrap();
        assert_eq!(
            of("2026-03-14T05:40:00Z", "2026-03-14T18:05:00Z"),
            "14 March 2026, 05:40 to 18:05 UTC"
        );
        assert_eq!(
            of("2026-03-13T18:05:00Z", "2026-03-14T05:40:00Z"),
            "13 March 2026, 18:05 UTC to 14 March 2026, 05:40 UTC"
        );
        assert_eq!(
            of("2026-03-13T00:00:00Z", "2026-03-14T00:00:00Z"),
            "13 March 2026 to 14 March 2026"
        );
        assert_eq!(of("2026-03-13T00:00:00Z", "2026-03-13T00:00:00Z"), "13 March 2026");
    }

    #[test]
    fn numbers_and_plurals() {
        for (value, expected) in [
            (json!(0), "0"),
            (json!(999), "999"),
            (json!(1000), "1,000"),
            (json!(-1234567), "-1,234,567"),
            (json!(1234.5), "1,234.5"),
        ] {
            assert_eq!(number(&value).unwrap(), expected);
        }
        assert_eq!(number(&json!("7")).unwrap_err(), "wants a number, not \"7\"");
        assert_eq!(plural(&json!(1), "story", "stories").unwrap(), "1 story");
        assert_eq!(plural(&json!(0), "story", "stories").unwrap(), "0 stories");
        assert_eq!(plural(&json!(1200), "story", "stories").unwrap(), "1,200 stories");
    }
}
