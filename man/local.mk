# SPDX-License-Identifier: LGPL-2.1-or-later
# Manual pages, one line each: dist_man1_MANS += man/krg-resume.1
