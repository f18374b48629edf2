"""Markdown as GitHub shows it, as a picture: cmark-gfm, the elements that GitHub lets through, its style, Chromium.

Needs the packages cmarkgfm and pillow, and Chromium (`chromium`, or what CHROMIUM names).
"""

import os
import subprocess
import tempfile
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from PIL import Image

# Text, background, border, muted border, code background, link, muted text: GitHub's two themes.
THEMES = {
    "light": ("#1f2328", "#ffffff", "#d1d9e0", "#d1d9e0b3", "#818b981f", "#0969da", "#59636e"),
    "dark": ("#f0f6fc", "#0d1117", "#3d444d", "#3d444db3", "#656c7633", "#4493f8", "#9198a1"),
}

STYLE = """
body {{ margin: 0; padding: 16px; width: {width}px; box-sizing: border-box; background: {bg}; color: {fg};
  font: 14px/1.5 -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif, "Noto Color Emoji";
  word-wrap: break-word }}
p, ul, table, details {{ margin: 0 0 16px }}
ul {{ padding-left: 2em }} li + li {{ margin-top: .25em }}
h4 {{ font-size: 14px; font-weight: 600; margin: 24px 0 16px; line-height: 1.25 }}
table {{ display: block; width: max-content; max-width: 100%; overflow: auto; border-spacing: 0;
  border-collapse: collapse; font-variant: tabular-nums }}
th {{ font-weight: 600 }} th, td {{ padding: 6px 13px; border: 1px solid {bd} }}
tr {{ border-top: 1px solid {bm} }}
code {{ padding: .2em .4em; font-size: 85%; white-space: break-spaces; background: {code}; border-radius: 6px;
  font-family: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }}
a {{ color: {link}; text-decoration: none }} a code {{ color: {link} }}
summary {{ cursor: pointer }} sub {{ font-size: 75%; line-height: 0; position: relative; bottom: -.25em }}
"""


def html(markdown, theme, width):
    """The page as it would stand in a comment of this width."""
    # GitHub parses raw elements and then filters; andon writes only ones that pass the filter.
    body = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    fg, bg, bd, bm, code, link, _ = THEMES[theme]
    style = STYLE.format(width=width, fg=fg, bg=bg, bd=bd, bm=bm, code=code, link=link)
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}"


def picture(markdown, path, theme="light", width=780, most=4000, scale=1):
    """Writes the page as a PNG file, cut where it ends."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html(markdown, theme, width))
        subprocess.run(
            [os.environ.get("CHROMIUM", "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--force-device-scale-factor={scale}", f"--window-size={max(width, 500)},{most}",
             f"--screenshot={path}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )
    image = Image.open(path).convert("RGB").crop((0, 0, width * scale, most * scale))
    background = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
    from PIL import ImageChops

    _, _, _, bottom = ImageChops.difference(image, background).getbbox() or (0, 0, 0, image.height)
    image = image.crop((0, 0, image.width, min(image.height, bottom + 16 * scale)))
    image.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
