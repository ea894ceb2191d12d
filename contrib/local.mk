# SPDX-License-Identifier: GPL-2.0-or-later
dist_noinst_SCRIPTS = contrib/quickstart

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = contrib/completion/listbrief.bash
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = contrib/completion/_listbrief

# Recipes for mail servers and delivery agents; tests/mda runs each of them.
nobase_dist_doc_DATA = contrib/procmail/deliver.rc contrib/procmail/copy.rc contrib/procmail/decode.rc \
	contrib/maildrop/deliver.mailfilter contrib/maildrop/decode.mailfilter contrib/fetchmail/fetchmailrc \
	contrib/sieve/listbrief.sieve contrib/sieve/decode.sieve contrib/sieve/dovecot.conf \
	contrib/postfix/aliases contrib/postfix/master.cf \
	contrib/systemd/listbrief.service contrib/systemd/listbrief.timer contrib/systemd/setgid-sendmail.conf \
	contrib/cron/listbrief
sievedir = $(pkglibexecdir)/sieve
dist_sieve_SCRIPTS = contrib/sieve/listbrief-deliver contrib/sieve/listbrief-decode
