# SPDX-License-Identifier: LGPL-2.1-or-later
"""Results: shown as they come, with their aims, and kept for a CSV file and pictures."""
import csv
import html
import sys


def seconds(value):
    """A duration for people: three digits and a unit."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def size(value):
    return f"{value / 2**20:.0f} MiB" if value < 2**30 else f"{value / 2**30:.2f} GiB"


class Table:
    """What was measured.  An aim is an upper limit; `note` says of what."""

    def __init__(self):
        self.rows = []

    def head(self, text):
        print(f"\n{text}\n{'-' * len(text)}")

    def line(self, text):
        print(text, flush=True)

    def add(self, group, case, what, value, unit, aim=None):
        self.rows.append({"group": group, "case": case, "what": what, "value": f"{value:.6g}",
                          "unit": unit, "aim": "" if aim is None else f"{aim:g}",
                          "met": "" if aim is None else "yes" if value <= aim else "NO"})

    def against(self, value, aim, form="{:.3f}"):
        """A value and its aim, as one cell of a line."""
        return f"{form.format(value)} (aim {aim:g}{'' if value <= aim else ', MISSED'})"

    def missed(self):
        return [row for row in self.rows if row["met"] == "NO"]

    def write_csv(self, path):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self.rows[0].keys())
            writer.writeheader()
            writer.writerows(self.rows)

    def write_picture(self, path):
        """Every value that has an aim, as a bar; the line is its aim."""
        rows = [row for row in self.rows if row["aim"]]
        out = ['<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12" '
               f'width="960" height="{len(rows) * 22 + 40}">',
               '<rect width="100%" height="100%" fill="white"/>',
               f'<line x1="680" y1="10" x2="680" y2="{len(rows) * 22 + 16}" stroke="black"/>',
               f'<text x="680" y="{len(rows) * 22 + 32}" text-anchor="middle">aim</text>']
        for number, row in enumerate(rows):
            part = float(row["value"]) / float(row["aim"])
            length = max(1, min(part, 1.4) * 300)
            colour = "seagreen" if row["met"] == "yes" else "firebrick"
            label = html.escape(f"{row['group']}: {row['case']}, {row['what']}")
            y = number * 22 + 12
            out.append(f'<text x="370" y="{y + 12}" text-anchor="end">{label}</text>')
            out.append(f'<rect x="380" y="{y}" width="{length:.0f}" height="16" fill="{colour}"/>')
            out.append(f'<text x="{max(length, 310) + 386:.0f}" y="{y + 12}">'
                       f'{float(row["value"]):.4g} {row["unit"]}</text>')
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(out + ["</svg>\n"]))


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
