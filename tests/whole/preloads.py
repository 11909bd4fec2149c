#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Other libraries in LD_PRELOAD beside the shim, before it and behind it: allocators, a false clock,
buffering, a filter of fsync, one that answers for the user database."""
import glob

import survive

PROGRAM = r"""
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

static unsigned long work(int worker)
{
	std::map<std::string, std::vector<unsigned long>> all;
	unsigned long sum = (unsigned long)worker;
	for (unsigned long i = 0; i < 60000; i++) {
		sum = sum * 6364136223846793005UL + i;
		auto &list = all[std::to_string(sum >> 51)];
		list.push_back(sum);
		if (i % 7 == 0)
			all.erase(std::to_string(sum >> 52));
		void *block = std::malloc(sum >> 44 & 0x3ffff);
		block = std::realloc(block, sum >> 40 & 0x3ffff);
		std::free(block);
	}
	for (auto &[name, list] : all)
		sum = sum * 31 + name.size() +
		      (list.empty() ? 0 : *std::max_element(list.begin(), list.end()));
	return sum;
}

int main()
{
	std::vector<std::thread> threads;
	std::vector<unsigned long> results(3);
	struct timespec before, after;
	clock_gettime(CLOCK_REALTIME, &before);
	for (int round = 0; round < 2; round++) {
		threads.clear();
		for (int i = 0; i < 3; i++)
			threads.emplace_back([&results, i, round] { results[i] += work(i + round); });
		for (auto &thread : threads)
			thread.join();
		std::printf("%d %lx %lx %lx\n", round, results[0], results[1], results[2]);
		std::fflush(stdout);
		fsync(1);
	}
	clock_gettime(CLOCK_REALTIME, &after);
	std::printf("%d\n", after.tv_sec >= before.tv_sec && time(NULL) >= before.tv_sec);
	return 0;
}
"""

LIBRARIES = {
    "libjemalloc.so.2": {},
    "libtcmalloc_minimal.so.4": {},
    "libmimalloc.so.2.0": {},
    "faketime/libfaketimeMT.so.1": {"FAKETIME": "+2d x3"},
    "libeatmydata.so": {},
    "libfakeroot-sysv.so": {},
    "libstdbuf.so": {"_STDBUF_O": "L"},
}


def find(name):
    """Its path, or None; it is not always among the loader's own."""
    for place in ("/usr/lib/x86_64-linux-gnu/", "/usr/lib/x86_64-linux-gnu/libfakeroot/",
                  "/usr/libexec/coreutils/"):
        for path in glob.glob(place + name):
            return path
    return None


found = {find(name): variables for name, variables in LIBRARIES.items() if find(name)}
if not found:
    survive.skip("none of %s is installed" % ", ".join(LIBRARIES))
everybody = survive.accounts()
for number, (library, variables) in enumerate(found.items()):
    for order, preload in enumerate(("{} " + library, library + " {}")):
        survive.say("LD_PRELOAD=\"%s\"" % preload)
        survive.survive(["{}/program"], survive.compile_c(PROGRAM, "-pthread", compiler="g++"),
                        preload=preload, variables=variables,
                        # At its end libfaketime removes a file that it shares with others.
                        ahead="faketime" not in library,
                        only=[everybody[(number + order) % len(everybody)]])
