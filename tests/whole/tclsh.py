#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""tclsh: lists, dictionaries and big integers; the program comes through a pipe that has ended."""
import survive

PROGRAM = rb"""
proc work {round} {
    set counts [dict create]
    set big 1
    for {set i 1} {$i < 3000} {incr i} {
        set key [format %x [expr {($i * 7919 + $round) % 4099}]]
        dict incr counts $key $i
        if {$i % 20 == 0} { set big [expr {$big * $i + $round}] }
    }
    return [list $round [dict size $counts] [string length $big] [lindex [lsort [dict keys $counts]] 7]]
}
proc main {} {
    for {set round 0} {$round < 800} {incr round} { puts [work $round] }
    exit 3
}
main
"""

survive.survive(["/usr/bin/tclsh"], stdin=PROGRAM)
