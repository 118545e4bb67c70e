"""Guidelines: Markdown → HTML that is safe to show."""

from markdown_it import MarkdownIt

# Raw HTML stays text, and the library refuses javascript: and data: links.
_parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render(source: str, *, shift: int = 1) -> str:
    """Return the HTML of `source`, headings moved down by `shift` levels to fit below those of the page."""
    tokens = _parser.parse(source)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    return html
