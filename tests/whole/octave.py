#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""octave-cli: linear algebra, with the threads of its BLAS."""
import survive

PROGRAM = r"""
n = 220; a = mod ((1:n)' * (1:n) .^ 2, 101) / 101 + eye (n);
for round = 1:40
  e = sort (abs (eig (a))); [q, r] = qr (a); x = a \ ones (n, 1);
  printf ("%d %.6g %.6g %.6g %d\n", round, e(end), abs (det (r)) ^ (1 / n), norm (a * x - 1) < 1e-6, rank (a));
  fflush (stdout);
  a = a / e(end) + a' / round + eye (n);
  s = ""; for i = 1:3000, s(end + 1) = char (65 + mod (i * round, 26)); end
  printf ("%s\n", s(1:40));
end
"""

survive.survive(["/usr/bin/octave-cli", "--no-init-file", "--no-history", "--eval", PROGRAM])
