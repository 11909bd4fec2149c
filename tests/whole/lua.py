#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""lua5.4: coroutines, closures and tables; the program comes from a file on standard input."""
import os

import survive

PROGRAM = r"""
local function primes(limit)
    return coroutine.wrap(function()
        local composite = {}
        for n = 2, limit do
            if not composite[n] then
                coroutine.yield(n)
                for m = n * n, limit, n do composite[m] = true end
            end
        end
    end)
end
local sum, text = 0, {}
for round = 1, 60 do
    for prime in primes(300000 + round) do
        sum = (sum * 31 + prime) % 1000000007
        if prime % 1000 == 7 then text[#text + 1] = string.format("%x", prime * sum) end
    end
    print(round, sum, #table.concat(text, ","), select(2, table.concat(text):gsub("%d%a", "")))
end
"""


def prepare(folder):
    with open(os.path.join(folder, "primes.lua"), "w", encoding="ascii") as file:
        file.write(PROGRAM)


survive.survive(["/usr/bin/lua5.4", "-"], prepare, stdin="{}/primes.lua")
