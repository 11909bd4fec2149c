# SPDX-License-Identifier: LGPL-2.1-or-later
# Texts that are installed, one line each: dist_doc_DATA += doc/design.md
