#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""perl: hashes, regular expressions and sorting."""
import survive

PROGRAM = r"""
my (%count, $word);
my $seed = 1;
sub dice { $seed = ($seed * 1103515245 + 12345) & 0x7fffffff; return $seed >> 8 }
for my $round (1 .. 30) {
    for (1 .. 25000) {
        $word = sprintf "%x", dice() % 50000;
        $word =~ s/([a-f])(\d)/$2$1/g;
        $count{$word}++;
    }
    my @most = (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 4];
    print "$round: @most\n";
}
"""

survive.survive(["/usr/bin/perl", "-e", PROGRAM])
