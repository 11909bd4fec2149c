#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A C++ program: std::thread, exceptions across frames, condition variables, futures."""
import survive

PROGRAM = r"""
#include <condition_variable>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static thread_local unsigned long seed;
static std::mutex mutex;
static std::condition_variable changed;
static std::map<int, unsigned long> finished;

static unsigned long dig(int depth)
{
	std::string guard(depth, 'x');
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	if (!depth)
		throw std::runtime_error(std::to_string(seed >> 40));
	return dig(depth - 1) + guard.size();
}

static void work(int number)
{
	unsigned long sum = 0;
	seed = number;
	for (int i = 0; i < 40000; i++) {
		try {
			sum += dig(i % 30);
		} catch (const std::exception &error) {
			sum = sum * 31 + std::stoul(error.what());
		}
	}
	std::lock_guard<std::mutex> lock(mutex);
	finished[number] = sum;
	changed.notify_all();
}

int main()
{
	for (int round = 0; round < 2; round++) {
		std::vector<std::thread> threads;
		for (int i = 0; i < 4; i++)
			threads.emplace_back(work, round * 4 + i);
		auto late = std::async(std::launch::async, [] {
			std::unique_lock<std::mutex> lock(mutex);
			changed.wait(lock, [] { return finished.size() % 4 == 0 && !finished.empty(); });
			return finished.size();
		});
		for (auto &thread : threads)
			thread.join();
		late.get();
		for (auto &entry : finished)
			std::cout << entry.first << ' ' << entry.second << std::endl;
	}
}
"""

survive.survive(["{}/program"], survive.compile_c(PROGRAM, "-pthread", compiler="g++"))
