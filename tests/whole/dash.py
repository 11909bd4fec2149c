#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""dash: a script of nothing but its own commands."""
import survive

PROGRAM = r"""
seed=1 sum=0 i=0
trap 'echo bye; exit 9' EXIT
while [ $i -lt 800000 ]; do
    seed=$(( (seed * 1103515245 + 12345) & 0x7fffffff ))
    case $((seed >> 8 & 7)) in
    0|1) sum=$((sum + seed)) ;;
    2) sum=$((sum ^ seed)) ;;
    esac
    i=$((i + 1))
    [ $((i % 4000)) -ne 0 ] || echo "$i $sum"
done
"""

survive.survive(["/bin/dash", "-c", PROGRAM], stdout="pipe")
