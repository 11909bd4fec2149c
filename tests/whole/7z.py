#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""7z: LZMA by its threads, from a file into an archive."""
import survive

# The archive notes the time of the file, which is the same; the words say how long it took.
survive.survive(["/usr/lib/p7zip/7z", "a", "-bd", "-mmt=3", "-mx=5", "archive.7z", "{}/words"],
                survive.make_words(4 << 20), verify=survive.unpacks("7z", "archive.7z", "t"),
                tidy=survive.drop_lines(r"(?m)^(?:Scanning|Everything|.*Locale|p7zip).*\n"))
