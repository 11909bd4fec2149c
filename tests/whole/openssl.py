#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""openssl derives a key by millions of rounds and encrypts a file."""
import survive

survive.survive(["/usr/bin/openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-iter", "6000000",
                 "-md", "sha512", "-S", "0102030405060708", "-k", "word", "-in", "{}/words"],
                survive.make_words(100 << 20))
