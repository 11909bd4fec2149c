#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""php: arrays, strings, regular expressions, generators and closures; its jit is not there."""
import survive

PROGRAM = r"""
function primes() {
    for ($n = 2, $seen = []; ; $n++) {
        if (!isset($seen[$n])) {
            yield $n;
            $seen[$n * $n][] = $n;
        } else {
            foreach ($seen[$n] as $p)
                $seen[$n + $p][] = $p;
            unset($seen[$n]);
        }
    }
}
$fold = fn(string $s): int => array_reduce(str_split($s), fn($h, $c) => ($h * 31 + ord($c)) % 1000003, 7);
$log = fopen("log", "w");
$sum = 0;
foreach (primes() as $k => $p) {
    $word = strrev(base_convert((string)($p * $p), 10, 36));
    $sum = ($sum + $fold(preg_replace_callback('/[a-z]+/', fn($m) => strtoupper($m[0]), $word))) % 1000000007;
    if ($k % 10000 == 0) {
        fwrite($log, "$k $p $word $sum " . hash("sha256", serialize([$p, $word])) . "\n");
        echo json_encode(["n" => $k, "sum" => $sum]), "\n";
    }
    if ($k == 250000)
        break;
}
printf("%d %.10f\n", $sum, array_sum(array_map('sqrt', range(1, 200000))));
"""

survive.survive(["/usr/bin/php", "-n", "-d", "memory_limit=-1", "-r", PROGRAM])
