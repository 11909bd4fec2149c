#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""R: random numbers, fits and decompositions, without the shell script in front of it."""
import os

import survive

PROGRAM = r"""
set.seed(1)
for (round in 1:70) {
  x <- matrix(rnorm(400000), ncol = 20)
  cat(round, signif(coef(lm(x[, 1] ~ x[, -1]))[2:5], 6), signif(svd(crossprod(x))$d[1:3], 6), "\n")
}
quit(status = 4)
"""


def prepare(folder):
    with open(os.path.join(folder, "program.R"), "w", encoding="ascii") as file:
        file.write(PROGRAM)


survive.need("/usr/lib/R/bin/exec/R")
survive.survive(["/usr/bin/env", "R_HOME=/usr/lib/R", "/usr/lib/R/bin/exec/R", "--vanilla",
                 "--no-echo", "-f", "{}/program.R"], prepare)
