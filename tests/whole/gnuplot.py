#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gnuplot: surfaces and fits, many pictures."""
import survive

PROGRAM = r"""
set terminal svg size 800,600
set isosamples 70
set hidden3d
set fit logfile "/dev/null"
do for [i=1:14] {
  set output sprintf("surface-%d.svg", i)
  splot sin(x * i / 4) * cos(y / i) * exp(-(x * x + y * y) / (20 * i)) with lines
}
f(x) = a * exp(-b * x) + c * cos(d * x)
do for [i=1:12] {
  a = 1; b = 0.1; c = 0.5; d = 2
  set table $data
  plot sample [x=0:10:0.01] "+" using (x):(i * exp(-0.3 * x) + cos(1.9 * x))
  unset table
  fit f(x) $data using 1:2 via a, b, c, d
  print sprintf("%d %.6f %.6f %.6f %.6f", i, a, b, c, d)
}
"""


def prepare(folder):
    with open(folder + "/pictures.gp", "w", encoding="ascii") as file:
        file.write(PROGRAM)


survive.survive(["/usr/bin/gnuplot", "{}/pictures.gp"], prepare, ahead=False,
                tidy=survive.drop_lines(r"(?m)^.*delta/lim.*\n", r"(?m)^.*(?:FIT|lambda).*\n"))
