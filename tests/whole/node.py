#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""node: its event loop on epoll, timers, zlib in the thread pool, and two workers with loops of their own."""
import survive

PROGRAM = r"""
const { Worker } = require('worker_threads');
const zlib = require('zlib');

const work = `
  const { parentPort } = require('worker_threads');
  parentPort.on('message', (seed) => {
    const counts = new Map();
    let number = seed;
    for (let i = 0; i < 40000; i++) {
      number = (Math.imul(number, 1103515245) + 12345) & 0x7fffffff;
      counts.set(number % 5000, (counts.get(number % 5000) || 0) + 1);
    }
    setImmediate(() => parentPort.postMessage(seed + ':' + number + ':' + counts.get(77)));
  });
`;
const workers = [new Worker(work, { eval: true }), new Worker(work, { eval: true })];
let beats = 0;
const heart = setInterval(() => beats++, 2);

const ask = (worker, seed) => new Promise((resolve) => {
  worker.once('message', resolve);
  worker.postMessage(seed);
});
const pack = (text) => new Promise((resolve, reject) => {
  zlib.deflate(text, (error, packed) => error ? reject(error) : zlib.inflate(packed,
    (wrong, back) => wrong ? reject(wrong) : resolve(packed.length + ':' + (back == text))));
});
const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

(async () => {
  for (let round = 0; round < 250; round++) {
    const results = await Promise.all([
      ...workers.map((worker, i) => ask(worker, round * 7919 + i)),
      pack('round ' + round + ' '.repeat(round) + 'x'.repeat(50000)), sleep(1)]);
    console.log(round, results.join(' '));
  }
  clearInterval(heart);
  for (const worker of workers)
    await worker.terminate();
  process.exit(beats > 10 ? 11 : 12);
})();
"""

survive.survive([survive.need("node"), "-e", PROGRAM])
