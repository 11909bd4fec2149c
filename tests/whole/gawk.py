#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gawk: counts the words of a file and writes several others."""
import survive

PROGRAM = r"""
{
    for (i = 1; i <= NF; i++) {
        count[$i]++
        if (match($i, /([a-f]+)([0-9]+)/, part))
            pairs[part[1]] += part[2]
    }
    if (FNR % 1000 == 0)
        print FNR, length(count), length(pairs) > "progress"
}
END {
    PROCINFO["sorted_in"] = "@val_num_desc"
    for (word in count)
        if (++shown <= 100)
            print word, count[word]
    for (word in pairs)
        sum = (sum * 31 + pairs[word] + length(word)) % 1000003
    print strftime("%Y", 86400 * 400, 1), sum > "/dev/stderr"
}
"""

survive.survive(["/usr/bin/gawk", PROGRAM, "{}/words"], survive.make_words(5 << 20))
