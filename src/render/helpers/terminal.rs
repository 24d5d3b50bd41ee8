//! The helpers of text: lines of the terminal's width, and marks that only a terminal shows.

use handlebars::{Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, Renderable};

use super::{failed, give, text, value};
use crate::render::links::safe_url;
use crate::render::look::Terminal;
use crate::render::wrap::wrap;

/// Registers them.
pub fn register(registry: &mut Handlebars<'_>, terminal: Terminal) {
    let Terminal { width, colour, links } = terminal;
    registry.register_helper("wrap", Box::new(Wrap { width }));
    for (name, on, off) in [
        ("bold", "\x1b[1m", "\x1b[22m"),
        ("dim", "\x1b[2m", "\x1b[22m"),
        // Cyan is legible on black and on white.
        ("accent", "\x1b[36m", "\x1b[39m"),
    ] {
        registry.register_helper(name, Box::new(Marked { on, off, shown: colour }));
    }
    registry.register_helper("link", Box::new(Link { shown: links }));
    // Handlebars knows no truth but "" and a text.
    give(registry, "links", move |_| {
        Ok(if links { "yes" } else { "" }.to_string())
    });
    let rule = move |h: &Helper<'_>,
                     _: &Handlebars<'_>,
                     _: &Context,
                     _: &mut RenderContext<'_, '_>,
                     out: &mut dyn Output|
          -> HelperResult {
        let line = text(h, 0).map_err(|reason| failed("rule", reason))?.repeat(width);
        out.write(&line)?;
        Ok(())
    };
    registry.register_helper("rule", Box::new(rule));
}

/// What is inside a block helper, as text.
fn inside<'reg: 'rc, 'rc>(
    h: &Helper<'rc>,
    registry: &'reg Handlebars<'reg>,
    context: &'rc Context,
    rc: &mut RenderContext<'reg, 'rc>,
) -> Result<String, handlebars::RenderError> {
    h.template()
        .map_or(Ok(String::new()), |block| block.renders(registry, context, rc))
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
        let content = inside(h, registry, context, rc)?;
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

/// `{{#bold}}` and its like.
struct Marked {
    on: &'static str,
    off: &'static str,
    shown: bool,
}

impl HelperDef for Marked {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let content = inside(h, registry, context, rc)?;
        if self.shown && !content.trim().is_empty() {
            out.write(self.on)?;
            out.write(&content)?;
            out.write(self.off)?;
        } else {
            out.write(&content)?;
        }
        Ok(())
    }
}

/// `{{#link}}`: a link where the terminal has them and there is an address.
struct Link {
    shown: bool,
}

impl HelperDef for Link {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let address = value(h, 0).map_err(|reason| failed("link", reason))?;
        let url = address.as_str().and_then(safe_url).filter(|_| self.shown);
        let content = inside(h, registry, context, rc)?;
        match url {
            // A normalised address has neither spaces nor control characters.
            Some(url) => {
                out.write(&format!("\x1b]8;;{url}\x1b\\{content}\x1b]8;;\x1b\\"))?;
            }
            None => out.write(&content)?,
        }
        Ok(())
    }
}
