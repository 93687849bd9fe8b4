# SPDX-License-Identifier: Apache-2.0
"""A page of bar charts as SVG. Standard library only."""

from xml.sax.saxutils import escape

WIDTH, LABEL, BAR, GAP, TITLE, MARGIN = 720, 90, 18, 6, 26, 16
VALUE = 90
INK, PALE, OURS = "#24292f", "#9aa7b5", "#d9480f"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def chart(title, panels, ours="weft"):
    """`panels` are (heading, [(name, value)]); the bar named `ours` stands out."""
    lines, y = [], MARGIN + TITLE
    lines.append(f'<text x="{MARGIN}" y="{MARGIN + 8}" font-size="15" font-weight="bold">{escape(title)}</text>')
    for heading, bars in panels:
        y += TITLE
        lines.append(f'<text x="{MARGIN}" y="{y - 8}" font-weight="bold">{escape(heading)}</text>')
        most = max(value for _, value in bars) or 1
        for name, value in bars:
            width = max(1, (WIDTH - 2 * MARGIN - LABEL - VALUE) * value / most)
            middle = y + BAR / 2 + 4
            colour = OURS if name == ours else PALE
            lines.append(f'<text x="{MARGIN}" y="{middle:.0f}">{escape(name)}</text>')
            lines.append(f'<rect x="{MARGIN + LABEL}" y="{y}" width="{width:.0f}" height="{BAR}" rx="2" fill="{colour}"/>')
            lines.append(f'<text x="{MARGIN + LABEL + width + 6:.0f}" y="{middle:.0f}">{number(value)}</text>')
            y += BAR + GAP
    height = y + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        f' font-family="system-ui, sans-serif" font-size="12" fill="{INK}">\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n' + "\n".join(lines) + "\n</svg>\n"
    )
