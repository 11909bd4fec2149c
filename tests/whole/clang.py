#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""clang's compiler proper, on C++ with templates."""
import os
import subprocess

import survive

SOURCE = r"""
#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <vector>
template <int N> struct fold {
	static long run(std::vector<std::map<std::string, long>> &v)
	{
		long sum = N;
		std::sort(v.begin(), v.end(), [](auto &a, auto &b) { return a.size() + N < b.size(); });
		for (auto &m : v)
			for (auto &[name, value] : m)
				sum = sum * 31 + value % (N + 7) + (long)name.find(char('a' + N % 26));
		return sum + fold<N - 1>::run(v);
	}
};
template <> struct fold<0> {
	static long run(std::vector<std::map<std::string, long>> &) { return 0; }
};
long all(std::vector<std::map<std::string, long>> &v) { return fold<8>::run(v); }
bool matches(const std::string &s) { return std::regex_match(s, std::regex("(a|b)*c{2,5}")); }
"""


def prepare(folder):
    with open(os.path.join(folder, "big.cc"), "w", encoding="ascii") as file:
        file.write(SOURCE)


survive.need("clang")
driver = subprocess.run(["clang", "-###", "-O2", "-std=c++17", "-c", "-x", "c++", "/dev/null", "-o",
                         "big.o"], capture_output=True, text=True, check=True)
words = [word.strip('"') for word in driver.stderr.splitlines()[-1].split()]
survive.survive([*words[:-1], "{}/big.cc"], prepare)
