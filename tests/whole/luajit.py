#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""luajit: machine code that it makes as it goes, in memory that it makes executable."""
import survive

PROGRAM = r"""
local ffi = require "ffi"
ffi.cdef "typedef struct { double x, y, m; } body;"
local n, bodies = 40, ffi.new("body[40]")
for i = 0, n - 1 do bodies[i].x = math.sin(i) * 10; bodies[i].y = math.cos(i * 2) * 10; bodies[i].m = i + 1 end
local function energy()
  local sum = 0
  for i = 0, n - 1 do for j = i + 1, n - 1 do
    local dx, dy = bodies[i].x - bodies[j].x, bodies[i].y - bodies[j].y
    sum = sum + bodies[i].m * bodies[j].m / math.sqrt(dx * dx + dy * dy + 0.01)
  end end
  return sum
end
local words = { }
for step = 1, 100000 do
  for i = 0, n - 1 do
    local b = bodies[i]
    b.x = b.x + 0.001 * math.cos(step * 0.01 + i); b.y = b.y - 0.001 * math.sin(b.x)
  end
  local e = energy()
  words[#words + 1] = ("%x"):format(math.floor(e * 1000) % 0x7fffffff):reverse()
  if step % 2000 == 0 then
    table.sort(words)
    print(step, ("%.12g"):format(e), words[1], words[#words], #table.concat(words))
    io.flush()
    loadstring("local t = ... for i = 1, #t do t[i] = t[i]:upper() end")(words)
    if step % 2000 == 0 then words = { } collectgarbage() end
  end
end
"""

survive.survive(["/usr/bin/luajit", "-e", PROGRAM])
