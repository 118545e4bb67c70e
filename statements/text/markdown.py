"""Guidelines: Markdown → HTML that is safe to show."""

from markdown_it import MarkdownIt

# Raw HTML stays text, and the library refuses javascript: and data: links.
_parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(source: str, *, top: int = 2) -> str:
    """Return the HTML of `source`, its highest headings as h`top` to fit below those of the page.

    No level is left out on the way down, whatever the source does: people who read by headings rely on it.
    """
    tokens = _parser.parse(source)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, top + levels.index(token.tag))}"
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    return html
