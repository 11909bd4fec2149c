# SPDX-License-Identifier: LGPL-2.1-or-later
# Manual pages, one line each; tests/rules/manuals.sh compares them with the programs.

dist_man1_MANS += \
	man/krg-checkpoint.1 \
	man/krg-ghost.1 \
	man/krg-resume.1 \
	man/krg-run.1

dist_man5_MANS = \
	man/ghost.5

dist_man7_MANS = \
	man/krgghost.7
