#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sqlite3 in the middle of a transaction that is larger than its cache, with its locks and with
temporary files that it deletes at once."""
import os
import subprocess

import survive

SCRIPT = rb"""
PRAGMA cache_size = 300;
PRAGMA temp_store = file;
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, value INTEGER);
CREATE INDEX by_value ON item (value);
INSERT INTO item SELECT 0, 'before', 0;
BEGIN EXCLUSIVE;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
    INSERT INTO item SELECT i, 'item ' || i, i * 7919 % 10007 FROM n;
UPDATE item SET name = upper(name) WHERE value % 3 = 0;
DELETE FROM item WHERE value % 10 = 1;
SELECT count(*), sum(value), max(length(name)) FROM item;
COMMIT;
SELECT value, count(*) FROM item GROUP BY value % 10 ORDER BY 2, 1 LIMIT 20;
"""


def verify(folder):
    """The database must be whole by itself, not only the same as the undisturbed one."""
    questions = "PRAGMA integrity_check; SELECT count(*) FROM item;"
    answer = subprocess.run(["/usr/bin/sqlite3", os.path.join(folder, "base"), questions],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if answer.stdout.split() != ["ok", "899970"]:
        raise survive.Failure("the database: %s %s" % (answer.stdout, answer.stderr))


survive.survive(["/usr/bin/sqlite3", "base"], stdin=SCRIPT, ahead=False, verify=verify)
