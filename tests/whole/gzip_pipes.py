#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gzip between two pipes to other processes: krg-resume's standard streams take their place."""
import survive

survive.survive(["/usr/bin/gzip", "-6"], stdin=survive.words(40 << 20), stdout="pipe")
