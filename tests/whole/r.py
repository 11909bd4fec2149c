#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""R: fits, random numbers and sorting."""
import survive

PROGRAM = r"""
set.seed(1)
for (round in 1:25) {
  x <- matrix(rnorm(200000), ncol = 20)
  cat(round, signif(coef(lm(x[, 1] ~ x[, -1]))[2:5], 6), signif(svd(crossprod(x))$d[1:3], 6), "\n")
}
"""

survive.need("Rscript")
survive.survive(["/usr/lib/R/bin/exec/R", "--vanilla", "--no-echo", "-e", PROGRAM],
                variables={"R_HOME": "/usr/lib/R", "LD_LIBRARY_PATH": "/usr/lib/R/lib"})
