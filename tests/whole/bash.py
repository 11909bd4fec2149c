#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""bash reads its script, arithmetic and arrays, from a file that it keeps open."""
import os

import survive

PROGRAM = r"""
declare -A count
seed=1 text=
for ((i = 0; i < 220000; i++)); do
    ((seed = (seed * 1103515245 + 12345) & 0x7fffffff))
    key=$((seed >> 8 & 1023))
    ((++count[$key]))
    [[ $key =~ ^1(.)2$ ]] && text+=${BASH_REMATCH[1]}
    ((i % 2000)) || printf '%d %d %s\n' "$i" "${#count[@]}" "${text: -8}"
done
exec 3>>side
echo "${count[7]} ${count[77]}" >&3
exit 42
"""


def prepare(folder):
    with open(os.path.join(folder, "script"), "w", encoding="ascii") as file:
        file.write(PROGRAM)


survive.survive(["/bin/bash", "{}/script"], prepare)
