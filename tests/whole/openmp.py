#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A C program with OpenMP: loops, reductions, barriers, tasks."""
import survive

PROGRAM = r"""
#include <math.h>
#include <stdio.h>

static double grid[2][512][512];

static long fibonacci(int n)
{
	long one, other;
	if (n < 22)
		return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
#pragma omp task shared(one)
	one = fibonacci(n - 1);
#pragma omp task shared(other)
	other = fibonacci(n - 2);
#pragma omp taskwait
	return one + other;
}

int main(void)
{
	for (int i = 0; i < 512; i++)
		for (int j = 0; j < 512; j++)
			grid[0][i][j] = sin(i) * cos(j);
	for (int step = 0; step < 900; step++) {
		double (*from)[512] = grid[step % 2], (*to)[512] = grid[1 - step % 2];
		double largest = 0;
#pragma omp parallel for reduction(max : largest) schedule(dynamic, 8)
		for (int i = 1; i < 511; i++)
			for (int j = 1; j < 511; j++) {
				to[i][j] = (from[i - 1][j] + from[i + 1][j] + from[i][j - 1] +
					    from[i][j + 1]) / 4 + 1e-9 * exp(-fabs(from[i][j]));
				largest = fmax(largest, fabs(to[i][j]));
			}
		if (step % 50 == 0) {
			long number = 0;
#pragma omp parallel
#pragma omp single
			number = fibonacci(28);
			printf("%d %.17g %ld\n", step, largest, number);
			fflush(stdout);
		}
	}
	return 0;
}
"""

survive.survive(["{}/program"], survive.compile_c(PROGRAM, "-fopenmp"))
