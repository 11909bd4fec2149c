#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ruby: threads, fibers, big numbers and a busy garbage collector."""
import survive

PROGRAM = r"""
$stdout.sync = true
numbers = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }
results = Queue.new
workers = (0...3).map do |w|
  Thread.new do
    9000.times do |round|
      words = (0...400).map { |i| ((i * 7919 + round * w) % 65537).to_s(36) }
      results << [w, round, words.sort.join.sum(32), words.group_by(&:size).map { |k, v| k * v.size }.sum]
    end
  end
end
seen = Hash.new { |hash, key| hash[key] = [] }
27000.times do
  w, *rest = results.pop
  seen[w] << rest
end
workers.each(&:join)
100.times { |i| puts "#{i} #{numbers.next} #{seen.sort.map { |w, all| all[i * 90] }.inspect}" }
puts numbers.take(9000).sum.to_s.sum(64)
"""

survive.survive(["/usr/bin/ruby", "-e", PROGRAM])
