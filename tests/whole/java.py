#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""java: the compiler and garbage collector threads of the JVM, with two of the program's own."""
import os
import subprocess

import survive

PROGRAM = r"""
import java.util.*;
import java.util.concurrent.*;

public class Program {
	static String count(int thread, int round) {
		HashMap<Long, Integer> counts = new HashMap<>();
		long seed = thread * 7919 + round;
		for (int i = 0; i < 100000; i++) {
			seed = (seed * 1103515245L + 12345) & 0x7fffffff;
			counts.merge(seed % 5000, 1, Integer::sum);
		}
		return thread + " " + round + " " + counts.get(77L) + " " + seed;
	}

	public static void main(String[] arguments) throws Exception {
		ExecutorService pool = Executors.newFixedThreadPool(2);
		for (int round = 0; round < 1200; round++) {
			List<Future<String>> results = new ArrayList<>();
			for (int thread = 0; thread < 2; thread++) {
				final int number = thread, turn = round;
				results.add(pool.submit(() -> count(number, turn)));
			}
			for (Future<String> result : results)
				System.out.println(result.get());
		}
		pool.shutdown();
		System.exit(11);
	}
}
"""


def prepare(folder):
    source = os.path.join(folder, "Program.java")
    with open(source, "w", encoding="ascii") as file:
        file.write(PROGRAM)
    subprocess.run(["javac", "-d", folder, source], stdin=subprocess.DEVNULL, check=True)


survive.need("java", "javac")
# At its end the JVM removes a file that it shares with its observers.
survive.survive(["/usr/bin/java", "-Xmx128m", "-cp", "{}", "Program"], prepare, ahead=False)
