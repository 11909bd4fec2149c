# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion for bash. It is loaded by the name of the command, so each has a link.

completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = completion/krgghost

completion_names = krg-run krg-checkpoint krg-resume krg-ghost

install-data-hook:
	cd '$(DESTDIR)$(completiondir)' && for name in $(completion_names); do \
		rm -f $$name && $(LN_S) krgghost $$name || exit 1; done

uninstall-hook:
	cd '$(DESTDIR)$(completiondir)' && rm -f $(completion_names)

# Where others find the library: pkg-config --variable=preload krgghost
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = krgghost.pc
