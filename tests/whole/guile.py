#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""guile: its collector stops the threads by signals of its own; continuations, big numbers."""
import survive

PROGRAM = r"""
(use-modules (ice-9 threads) (srfi srfi-1))
(define (fact n) (if (< n 2) 1 (* n (fact (- n 1)))))
(define (digits n) (fold (lambda (c s) (+ s (char->integer c) -48)) 0 (string->list (number->string n))))
(define (work w)
  (let loop ((i 0) (sum w))
    (if (= i 2200) sum
        (let* ((l (map (lambda (k) (modulo (* k (+ i 7919) (+ w 1)) 65537)) (iota 300)))
               (h (make-hash-table)))
          (for-each (lambda (x) (hashv-set! h (modulo x 97) (cons x (hashv-ref h (modulo x 97) '())))) l)
          (loop (+ i 1)
                (modulo (+ (* sum 31) (hash-fold (lambda (k v s) (+ s (* k (length v)))) 0 h)
                           (car (sort l <))) 1000003))))))
(define k-saved #f)
(define count 0)
(let ((v (call/cc (lambda (k) (set! k-saved k) 0))))
  (display (list 'again v (digits (fact (+ 1500 (* 100 v)))))) (newline) (force-output)
  (set! count (+ count 1)))
(define threads (map (lambda (w) (call-with-new-thread (lambda () (work w)))) '(1 2 3)))
(for-each (lambda (t) (display (join-thread t)) (newline) (force-output)) threads)
(if (< count 3) (k-saved count))
"""

survive.survive(["/usr/bin/guile", "--no-auto-compile", "-c", PROGRAM])
