//! The helpers that templates may call. What they return is escaped like any other value.
//!
//! | helper | in | gives |
//! | --- | --- | --- |
//! | `{{format_date D}}` | all | `Saturday 14 March 2026`, of a date |
//! | `{{format_day D}}` | all | `Sat 14 Mar`, of a date |
//! | `{{format_time T}}` | all | `14 March 2026, 05:40 UTC`, of a time; no clock time where it is midnight UTC, which stands for a date |
//! | `{{format_short T}}` | all | `Sat 14 Mar, 05:40`, of a time, for a table |
//! | `{{format_clock T D}}` | all | `05:40` where the time is on that date, else as `format_short` |
//! | `{{format_window FROM TO}}` | all | `14 March 2026, 05:40 to 18:05 UTC`, or with both dates |
//! | `{{format_number N}}` | all | `12,345` |
//! | `{{format_amount VALUE UNIT}}` | all | `€85m`, `1.2 million people`, `5.1%`: a figure's `value` and `unit` as a newspaper writes them |
//! | `{{plural N "story" "stories"}}` | all | `1 story`, `9 stories` |
//! | `{{truncate TEXT 80}}` | all | the text, cut after a word at 80 characters at most, with an ellipsis where it was cut |
//! | `{{reading_time WORDS}}` | all | `30 seconds`, `7 minutes`, at 238 words a minute |
//! | `{{bar N OF "newsrooms"}}` | all | N of OF: an inline SVG in HTML, called "2 of 5 newsrooms", and `■■□□□` elsewhere |
//! | `{{sparkline POINTS}}` | all | a figure's `points`: an inline SVG in HTML, `▁▄█` elsewhere |
//! | `{{theme}}`, `{{images}}` | all | the theme and `none` or `link`, for `{{#if (eq (theme) "compact")}}` |
//! | `{{href URL}}` | Markdown | the address as a link's destination, where a plain `{{URL}}` would be escaped as text |
//! | `{{#wrap first="1. " indent=3}}` | text | what is inside, wrapped to the width, white space collapsed |
//! | `{{rule "-"}}` | text | a line of the width |
//! | `{{#bold}}`, `{{#dim}}`, `{{#accent}}` | text | what is inside, so marked on a terminal that shows it |
//! | `{{#link URL}}` | text | what is inside, as a link on a terminal that has links; `{{#if (links)}}` says whether it has |
//! | `{{#if F}}`, `{{#unless F}}` | all | as in Handlebars, but an unknown field is an error |
//!
//! Those of dates take `locale="en-US"` (`en-GB`, `iso`) in place of the configured one.

mod dates;
mod numbers;
mod terminal;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value;

use self::dates::Dates;
use super::draw;
use super::escape::{cut, html};
use super::links::{markdown_destination, safe_url};
use super::look::Look;

/// Registers the helpers of every format.
pub(super) fn register(registry: &mut Handlebars<'_>, look: &Look) {
    registry.register_helper("if", Box::new(If { positive: true }));
    registry.register_helper("unless", Box::new(If { positive: false }));
    let dates = Dates {
        locale: look.locale,
        zone: look.zone.clone(),
    };
    type OfDate = fn(&Dates, &Helper<'_>) -> Result<String, String>;
    let of_dates: [(&'static str, OfDate); 6] = [
        ("format_date", |dates, h| dates.date(text(h, 0)?)),
        ("format_day", |dates, h| dates.day(text(h, 0)?)),
        ("format_time", |dates, h| dates.time(text(h, 0)?)),
        ("format_short", |dates, h| dates.short(text(h, 0)?)),
        ("format_clock", |dates, h| dates.clock_on(text(h, 0)?, text(h, 1)?)),
        ("format_window", |dates, h| dates.window(text(h, 0)?, text(h, 1)?)),
    ];
    for (name, of) in of_dates {
        let dates = dates.clone();
        give(registry, name, move |h| match h.hash_get("locale") {
            None => of(&dates, h),
            Some(locale) => {
                let locale = locale.value().as_str().unwrap_or_default();
                let locale = locale.parse().map_err(|e: crate::error::Error| e.to_string())?;
                let zone = dates.zone.clone();
                of(&Dates { locale, zone }, h)
            }
        });
    }
    give(registry, "format_number", |h| number(value(h, 0)?));
    give(registry, "format_amount", |h| {
        let unit = value(h, 1)?;
        let value = value(h, 0)?;
        let amount = value.as_f64().ok_or_else(|| format!("wants a number, not {value}"))?;
        Ok(numbers::amount(amount, unit.as_str()))
    });
    give(registry, "plural", |h| {
        let (value, one, many) = (value(h, 0)?, text(h, 1)?, text(h, 2)?);
        let noun = if value.as_f64() == Some(1.0) { one } else { many };
        Ok(format!("{} {noun}", number(value)?))
    });
    give(registry, "truncate", |h| Ok(cut(text(h, 0)?.to_string(), count(h, 1)?)));
    give(registry, "reading_time", |h| Ok(numbers::reading_time(count(h, 0)?)));
    let theme = look.theme;
    give(registry, "theme", move |_| Ok(theme.to_string()));
    let images = look.images;
    give(registry, "images", move |_| Ok(images.to_string()));
}

/// Registers the helpers of HTML templates. What they draw is made of numbers.
pub(super) fn register_html(registry: &mut Handlebars<'_>) {
    write(registry, "sparkline", |h| Ok(draw::sparkline(&points(h)?)));
    write(registry, "bar", |h| {
        let noun = h.param(2).map_or("", |noun| noun.value().as_str().unwrap_or_default());
        Ok(draw::bar(count(h, 0)?, count(h, 1)?, &html(noun)))
    });
}

/// Registers the helpers of Markdown templates.
pub(super) fn register_markdown(registry: &mut Handlebars<'_>) {
    write(registry, "sparkline", |h| Ok(draw::sparkline_text(&points(h)?)));
    write(registry, "bar", |h| Ok(draw::bar_text(count(h, 0)?, count(h, 1)?)));
    write(registry, "href", |h| {
        let url = safe_url(text(h, 0)?).ok_or("wants an http or https address")?;
        Ok(markdown_destination(&url))
    });
}

/// Registers the helpers of text templates.
pub(super) fn register_text(registry: &mut Handlebars<'_>, look: &Look) {
    write(registry, "sparkline", |h| Ok(draw::sparkline_text(&points(h)?)));
    write(registry, "bar", |h| Ok(draw::bar_text(count(h, 0)?, count(h, 1)?)));
    terminal::register(registry, look.terminal);
}

fn points(h: &Helper<'_>) -> Result<Vec<draw::SparkPoint>, String> {
    serde_json::from_value(value(h, 0)?.clone()).map_err(|e| format!("wants a figure's points: {e}"))
}

fn number(value: &Value) -> Result<String, String> {
    let Value::Number(number) = value else {
        return Err(format!("wants a number, not {value}"));
    };
    Ok(numbers::grouped(&number.to_string()))
}

fn failed(helper: &str, reason: String) -> RenderError {
    RenderErrorReason::Other(format!("{{{{{helper}}}}} {reason}")).into()
}

fn value<'a>(h: &'a Helper<'_>, index: usize) -> Result<&'a Value, String> {
    let param = h.param(index).ok_or_else(|| match index {
        0 => "wants a value".to_string(),
        _ => format!("wants {} values", index + 1),
    })?;
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

fn count(h: &Helper<'_>, index: usize) -> Result<usize, String> {
    let value = value(h, index)?;
    let count = value.as_u64().and_then(|n| usize::try_from(n).ok());
    count.ok_or_else(|| format!("wants a whole number, not {value}"))
}

/// Registers a helper that gives a text, which may stand in another's parentheses too.
fn give<F>(registry: &mut Handlebars<'_>, name: &'static str, of: F)
where
    F: Fn(&Helper<'_>) -> Result<String, String> + Send + Sync + 'static,
{
    registry.register_helper(name, Box::new(Give { name, of }));
}

struct Give<F> {
    name: &'static str,
    of: F,
}

impl<F: Fn(&Helper<'_>) -> Result<String, String> + Send + Sync> HelperDef for Give<F> {
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

/// Registers a helper whose text is written as it is.
fn write(registry: &mut Handlebars<'_>, name: &'static str, of: fn(&Helper<'_>) -> Result<String, String>) {
    let helper = move |h: &Helper<'_>,
                       _: &Handlebars<'_>,
                       _: &Context,
                       _: &mut RenderContext<'_, '_>,
                       out: &mut dyn Output|
          -> HelperResult {
        out.write(&of(h).map_err(|reason| failed(name, reason))?)?;
        Ok(())
    };
    registry.register_helper(name, Box::new(helper));
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
