#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""As if under another kernel and on another kind of CPU: KRG_ELSEWHERE=1 takes both ways here.

The vDSO is treated as one of another build, and every thread's registers are translated, at 50
random moments; every third resume is an ordinary one, of what came back from elsewhere.
"""
import os

import example

MOMENTS = 50
LATER = 6


def story(moments):
    def told(life):
        life.begin_and_wait()
        for number in range(moments):
            example.moment(0.01)
            life.checkpoint()
            life.kill()
            if number % 3 == 2:
                os.environ.pop("KRG_ELSEWHERE", None)
            else:
                os.environ["KRG_ELSEWHERE"] = "1"
            life.resume_again()
        life.expect_pass()
    return told


everybody = example.cases()
example.run_cases("elsewhere", story(MOMENTS), only=everybody[:1])
example.run_cases("elsewhere", story(LATER), only=everybody[1:])
for name in ("vector_registers", "float_control", "registers", "threads_many"):
    example.run_cases(name, story(LATER), only=[everybody[0], everybody[-1]])
