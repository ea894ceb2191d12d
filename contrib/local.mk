# SPDX-License-Identifier: GPL-2.0-or-later
dist_noinst_SCRIPTS = contrib/quickstart

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = contrib/completion/listbrief.bash
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = contrib/completion/_listbrief
