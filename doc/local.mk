# SPDX-License-Identifier: LGPL-2.1-or-later
# Texts that are installed, one line each, in the places that they name each other by.

nobase_dist_doc_DATA = \
	CONTRIBUTING.md \
	COPYING \
	README.md \
	doc/adding-a-kind.md \
	doc/adding-a-wrapper.md \
	doc/debugging-a-restart.md \
	doc/testing.md \
	doc/decisions.md \
	doc/format.md \
	doc/how-a-checkpoint-goes.md \
	doc/how-a-restart-goes.md
