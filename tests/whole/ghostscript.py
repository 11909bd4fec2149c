#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ghostscript: PostScript that computes and draws, rendered to a picture."""
import survive

PROGRAM = r"""
/fern { 0 0 120000 { rand 100 mod /r exch def /y exch def /x exch def
  r 1 lt { 0 0.16 y mul } { r 86 lt {
    0.85 x mul 0.04 y mul add -0.04 x mul 0.85 y mul add 1.6 add } { r 93 lt {
    0.2 x mul 0.26 y mul sub 0.23 x mul 0.22 y mul add 1.6 add } {
    -0.15 x mul 0.28 y mul add 0.26 x mul 0.24 y mul add 0.44 add } ifelse } ifelse } ifelse
  2 copy 50 mul exch 50 mul 300 add exch 0.7 0.7 rectfill } repeat pop pop } def
7 srand 0 1 2 { /n exch def n 3 div 0.5 0.2 setrgbcolor fern
  (page ) print n = flush
  gsave 300 400 translate 0 1 1200 { 3 mul rotate 0 0 moveto 200 n 50 mul 40 60 90 0 curveto stroke } for grestore
  showpage } for
"""


def prepare(folder):
    with open(folder + "/fern.ps", "w", encoding="ascii") as file:
        file.write(PROGRAM)


survive.survive(["/usr/bin/gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=png16m", "-r100",
                 "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sOutputFile=page-%d.png",
                 "{}/fern.ps"], prepare)
