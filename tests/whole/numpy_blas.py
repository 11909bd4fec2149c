#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""numpy: linear algebra with the threads of OpenBLAS, transforms, sorting."""
import subprocess

import survive

PROGRAM = r"""
import numpy as np
rng = np.random.default_rng(5)
a = rng.standard_normal((300, 300)) + 20 * np.eye(300)
for step in range(60):
    x = np.linalg.solve(a, np.ones(300))
    s = np.linalg.svd(a[:120, :120], compute_uv=False)
    f = np.fft.fft2(a[:256, :256])
    b = np.sort(rng.integers(0, 1 << 40, 200000))
    print(step, bool(np.abs(a @ x - 1).max() < 1e-8), "%.6g %.6g" % (s[0], abs(f).max()),
          int((b[::7] ^ step).sum()), flush=True)
    a = (a @ a.T) / np.trace(a @ a.T) * 300 + np.diag(np.cos(np.arange(300) + step)) * 20
np.save("last.npy", np.round(a, 6))
"""

if subprocess.run(["/usr/bin/python3", "-I", "-c", "import numpy"], stderr=subprocess.DEVNULL,
                  check=False).returncode:
    survive.skip("numpy is not installed")
survive.survive(["/usr/bin/python3", "-c", PROGRAM])
