# SPDX-License-Identifier: GPL-2.0-or-later
TEST_EXTENSIONS = .test
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_LOG_DRIVER = $(LOG_DRIVER)
TEST_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP G_DEBUG=fatal-warnings LISTBRIEF_NOW=2026-01-20T00:00:00Z \
	TZ=UTC LC_ALL=C.UTF-8 HOME=/nonexistent LISTBRIEF='$(abs_builddir)/listbrief$(EXEEXT)' \
	srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' sanitized='$(sanitized)'; \
	export CMOCKA_MESSAGE_OUTPUT G_DEBUG LISTBRIEF_NOW TZ LC_ALL HOME LISTBRIEF srcdir builddir sanitized;

# Tests of speed and memory have no meaning there, valgrind no use.
sanitized =
if SANITIZERS
sanitized += yes
endif

# Unit tests: tests/unit/test_<module>.c, cmocka, one group per program.
unit_tests =

# base
EXTRA_DIST += tests/unit/unit.h
unit_tests += tests/unit/test_text
tests_unit_test_text_SOURCES = tests/unit/test_text.c
tests_unit_test_text_CFLAGS = $(unit_cflags)
tests_unit_test_text_LDADD = $(unit_libs)
unit_tests += tests/unit/test_find
tests_unit_test_find_SOURCES = tests/unit/test_find.c
tests_unit_test_find_CFLAGS = $(unit_cflags)
tests_unit_test_find_LDADD = $(unit_libs)
# the same without AVX2 and SSE2
unit_tests += tests/unit/test_find_narrow
tests_unit_test_find_narrow_SOURCES = tests/unit/test_find.c src/base/find.c
tests_unit_test_find_narrow_CFLAGS = $(unit_cflags) -DLB_FIND_NARROW -U__SSE2__
tests_unit_test_find_narrow_LDADD = $(unit_libs)
unit_tests += tests/unit/test_base
tests_unit_test_base_SOURCES = tests/unit/test_base.c
tests_unit_test_base_CFLAGS = $(unit_cflags)
tests_unit_test_base_LDADD = $(unit_libs)

# source
unit_tests += tests/unit/test_mbox
tests_unit_test_mbox_SOURCES = tests/unit/test_mbox.c tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_mbox_CFLAGS = $(unit_cflags)
tests_unit_test_mbox_LDADD = $(unit_libs)
unit_tests += tests/unit/test_maildir
tests_unit_test_maildir_SOURCES = tests/unit/test_maildir.c tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_maildir_CFLAGS = $(unit_cflags)
tests_unit_test_maildir_LDADD = $(unit_libs)
unit_tests += tests/unit/test_compressed
tests_unit_test_compressed_SOURCES = tests/unit/test_compressed.c tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_compressed_CFLAGS = $(unit_cflags)
tests_unit_test_compressed_LDADD = $(unit_libs)
unit_tests += tests/unit/test_stale
tests_unit_test_stale_SOURCES = tests/unit/test_stale.c tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_stale_CFLAGS = $(unit_cflags)
tests_unit_test_stale_LDADD = $(unit_libs)
unit_tests += tests/unit/test_steps
tests_unit_test_steps_SOURCES = tests/unit/test_steps.c tests/unit/archive_unit.c tests/unit/archive_unit.h
tests_unit_test_steps_SOURCES += tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_steps_CFLAGS = $(unit_cflags)
tests_unit_test_steps_LDADD = $(unit_libs)
unit_tests += tests/unit/test_resume
tests_unit_test_resume_SOURCES = tests/unit/test_resume.c tests/unit/archive_unit.c tests/unit/archive_unit.h
tests_unit_test_resume_SOURCES += tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_resume_CFLAGS = $(unit_cflags)
tests_unit_test_resume_LDADD = $(unit_libs)
unit_tests += tests/unit/test_public_inbox
tests_unit_test_public_inbox_SOURCES = tests/unit/test_public_inbox.c tests/unit/archive_unit.c tests/unit/archive_unit.h
tests_unit_test_public_inbox_SOURCES += tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_public_inbox_CFLAGS = $(unit_cflags)
tests_unit_test_public_inbox_LDADD = $(unit_libs)
unit_tests += tests/unit/test_pack
tests_unit_test_pack_SOURCES = tests/unit/test_pack.c tests/unit/source_unit.c tests/unit/source_unit.h
tests_unit_test_pack_CFLAGS = $(unit_cflags)
tests_unit_test_pack_LDADD = $(unit_libs)
# The same where there is no libdeflate.
unit_tests += tests/unit/test_pack_zlib
tests_unit_test_pack_zlib_SOURCES = tests/unit/test_pack.c tests/unit/source_unit.c tests/unit/source_unit.h \
	src/source/inflate_zlib.c
tests_unit_test_pack_zlib_CFLAGS = $(unit_cflags)
tests_unit_test_pack_zlib_LDADD = $(unit_libs)

# message: header, address, date
unit_tests += tests/unit/test_message
tests_unit_test_message_SOURCES = tests/unit/test_message.c
tests_unit_test_message_CFLAGS = $(unit_cflags)
tests_unit_test_message_LDADD = $(unit_libs)
unit_tests += tests/unit/test_spool
tests_unit_test_spool_SOURCES = tests/unit/test_spool.c
tests_unit_test_spool_CFLAGS = $(unit_cflags)
tests_unit_test_spool_LDADD = $(unit_libs)
# The same where no temporary file can be had.
unit_tests += tests/unit/test_spool_memory
tests_unit_test_spool_memory_SOURCES = tests/unit/test_spool.c
tests_unit_test_spool_memory_CFLAGS = $(unit_cflags) -DWITHOUT_FOLDER
tests_unit_test_spool_memory_LDADD = $(unit_libs)
unit_tests += tests/unit/test_address
tests_unit_test_address_SOURCES = tests/unit/test_address.c
tests_unit_test_address_CFLAGS = $(unit_cflags)
tests_unit_test_address_LDADD = $(unit_libs)
unit_tests += tests/unit/test_header
tests_unit_test_header_SOURCES = tests/unit/test_header.c
tests_unit_test_header_CFLAGS = $(unit_cflags)
tests_unit_test_header_LDADD = $(unit_libs)
unit_tests += tests/unit/test_date
tests_unit_test_date_SOURCES = tests/unit/test_date.c
tests_unit_test_date_CFLAGS = $(unit_cflags)
tests_unit_test_date_LDADD = $(unit_libs)

# message: subject, class
unit_tests += tests/unit/test_subject
tests_unit_test_subject_SOURCES = tests/unit/test_subject.c
tests_unit_test_subject_CFLAGS = $(unit_cflags)
tests_unit_test_subject_LDADD = $(unit_libs)
unit_tests += tests/unit/test_class
tests_unit_test_class_SOURCES = tests/unit/test_class.c
tests_unit_test_class_CFLAGS = $(unit_cflags)
tests_unit_test_class_LDADD = $(unit_libs)

# message: body
unit_tests += tests/unit/test_rewrite
tests_unit_test_rewrite_SOURCES = tests/unit/test_rewrite.c tests/unit/decoding.h
tests_unit_test_rewrite_CFLAGS = $(unit_cflags)
tests_unit_test_rewrite_LDADD = $(unit_libs)
unit_tests += tests/unit/test_body
tests_unit_test_body_SOURCES = tests/unit/test_body.c tests/unit/decoding.h
tests_unit_test_body_CFLAGS = $(unit_cflags)
tests_unit_test_body_LDADD = $(unit_libs)
unit_tests += tests/unit/test_transfer
tests_unit_test_transfer_SOURCES = tests/unit/test_transfer.c tests/unit/decoding.h
tests_unit_test_transfer_CFLAGS = $(unit_cflags)
tests_unit_test_transfer_LDADD = $(unit_libs)
unit_tests += tests/unit/test_charset
tests_unit_test_charset_SOURCES = tests/unit/test_charset.c tests/unit/decoding.h
tests_unit_test_charset_CFLAGS = $(unit_cflags)
tests_unit_test_charset_LDADD = $(unit_libs)
unit_tests += tests/unit/test_flowed
tests_unit_test_flowed_SOURCES = tests/unit/test_flowed.c tests/unit/decoding.h
tests_unit_test_flowed_CFLAGS = $(unit_cflags)
tests_unit_test_flowed_LDADD = $(unit_libs)
unit_tests += tests/unit/test_html
tests_unit_test_html_SOURCES = tests/unit/test_html.c tests/unit/decoding.h
tests_unit_test_html_CFLAGS = $(unit_cflags)
tests_unit_test_html_LDADD = $(unit_libs)
unit_tests += tests/unit/test_mutations
tests_unit_test_mutations_SOURCES = tests/unit/test_mutations.c
tests_unit_test_mutations_CFLAGS = $(unit_cflags)
tests_unit_test_mutations_LDADD = $(unit_libs)

# message: patch, trailer, pull_request
unit_tests += tests/unit/test_diff
tests_unit_test_diff_SOURCES = tests/unit/test_diff.c
tests_unit_test_diff_CFLAGS = $(unit_cflags)
tests_unit_test_diff_LDADD = $(unit_libs)
unit_tests += tests/unit/test_patch
tests_unit_test_patch_SOURCES = tests/unit/test_patch.c
tests_unit_test_patch_CFLAGS = $(unit_cflags)
tests_unit_test_patch_LDADD = $(unit_libs)
unit_tests += tests/unit/test_pull_request
tests_unit_test_pull_request_SOURCES = tests/unit/test_pull_request.c
tests_unit_test_pull_request_CFLAGS = $(unit_cflags)
tests_unit_test_pull_request_LDADD = $(unit_libs)
unit_tests += tests/unit/test_quote
tests_unit_test_quote_SOURCES = tests/unit/test_quote.c
tests_unit_test_quote_CFLAGS = $(unit_cflags)
tests_unit_test_quote_LDADD = $(unit_libs)
unit_tests += tests/unit/test_trailer
tests_unit_test_trailer_SOURCES = tests/unit/test_trailer.c
tests_unit_test_trailer_CFLAGS = $(unit_cflags)
tests_unit_test_trailer_LDADD = $(unit_libs)

# message: credit, link, applied, patch_id
unit_tests += tests/unit/test_credit
tests_unit_test_credit_SOURCES = tests/unit/test_credit.c
tests_unit_test_credit_CFLAGS = $(unit_cflags)
tests_unit_test_credit_LDADD = $(unit_libs)
unit_tests += tests/unit/test_link
tests_unit_test_link_SOURCES = tests/unit/test_link.c
tests_unit_test_link_CFLAGS = $(unit_cflags)
tests_unit_test_link_LDADD = $(unit_libs)
unit_tests += tests/unit/test_applied
tests_unit_test_applied_SOURCES = tests/unit/test_applied.c
tests_unit_test_applied_CFLAGS = $(unit_cflags)
tests_unit_test_applied_LDADD = $(unit_libs)
unit_tests += tests/unit/test_patch_id
tests_unit_test_patch_id_SOURCES = tests/unit/test_patch_id.c
tests_unit_test_patch_id_CFLAGS = $(unit_cflags)
tests_unit_test_patch_id_LDADD = $(unit_libs)

# intake, series
unit_tests += tests/unit/test_facts
tests_unit_test_facts_SOURCES = tests/unit/test_facts.c
tests_unit_test_facts_CFLAGS = $(unit_cflags)
tests_unit_test_facts_LDADD = $(unit_libs)
unit_tests += tests/unit/test_crew
tests_unit_test_crew_SOURCES = tests/unit/test_crew.c
tests_unit_test_crew_CFLAGS = $(unit_cflags)
tests_unit_test_crew_LDADD = $(unit_libs)

unit_tests += tests/unit/test_late
tests_unit_test_late_SOURCES = tests/unit/test_late.c
tests_unit_test_late_CFLAGS = $(unit_cflags)
tests_unit_test_late_LDADD = $(unit_libs)

unit_tests += tests/unit/test_recent
tests_unit_test_recent_SOURCES = tests/unit/test_recent.c
tests_unit_test_recent_CFLAGS = $(unit_cflags)
tests_unit_test_recent_LDADD = $(unit_libs)

unit_tests += tests/unit/test_hash
tests_unit_test_hash_SOURCES = tests/unit/test_hash.c
tests_unit_test_hash_CFLAGS = $(unit_cflags)
tests_unit_test_hash_LDADD = $(unit_libs)
unit_tests += tests/unit/test_intake
tests_unit_test_intake_SOURCES = tests/unit/test_intake.c
tests_unit_test_intake_CFLAGS = $(unit_cflags)
tests_unit_test_intake_LDADD = $(unit_libs)
unit_tests += tests/unit/test_mail
tests_unit_test_mail_SOURCES = tests/unit/test_mail.c
tests_unit_test_mail_CFLAGS = $(unit_cflags)
tests_unit_test_mail_LDADD = $(unit_libs)
unit_tests += tests/unit/test_merge
tests_unit_test_merge_SOURCES = tests/unit/test_merge.c
tests_unit_test_merge_CFLAGS = $(unit_cflags)
tests_unit_test_merge_LDADD = $(unit_libs)
unit_tests += tests/unit/test_collect
tests_unit_test_collect_SOURCES = tests/unit/test_collect.c
tests_unit_test_collect_CFLAGS = $(unit_cflags)
tests_unit_test_collect_LDADD = $(unit_libs)
series_unit = tests/unit/series_unit.c tests/unit/series_unit.h
unit_tests += tests/unit/test_people
tests_unit_test_people_SOURCES = tests/unit/test_people.c
tests_unit_test_people_CFLAGS = $(unit_cflags)
tests_unit_test_people_LDADD = $(unit_libs)
unit_tests += tests/unit/test_reply
tests_unit_test_reply_SOURCES = tests/unit/test_reply.c $(series_unit)
tests_unit_test_reply_CFLAGS = $(unit_cflags)
tests_unit_test_reply_LDADD = $(unit_libs)
unit_tests += tests/unit/test_revision
tests_unit_test_revision_SOURCES = tests/unit/test_revision.c $(series_unit)
tests_unit_test_revision_CFLAGS = $(unit_cflags)
tests_unit_test_revision_LDADD = $(unit_libs)
unit_tests += tests/unit/test_review
tests_unit_test_review_SOURCES = tests/unit/test_review.c $(series_unit)
tests_unit_test_review_CFLAGS = $(unit_cflags)
tests_unit_test_review_LDADD = $(unit_libs)
unit_tests += tests/unit/test_status
tests_unit_test_status_SOURCES = tests/unit/test_status.c $(series_unit)
tests_unit_test_status_CFLAGS = $(unit_cflags)
tests_unit_test_status_LDADD = $(unit_libs)
unit_tests += tests/unit/test_stem
tests_unit_test_stem_SOURCES = tests/unit/test_stem.c
tests_unit_test_stem_CFLAGS = $(unit_cflags)
tests_unit_test_stem_LDADD = $(unit_libs)
unit_tests += tests/unit/test_thread
tests_unit_test_thread_SOURCES = tests/unit/test_thread.c
tests_unit_test_thread_CFLAGS = $(unit_cflags)
tests_unit_test_thread_LDADD = $(unit_libs)

# report, output
unit_tests += tests/unit/test_organisation
tests_unit_test_organisation_SOURCES = tests/unit/test_organisation.c
tests_unit_test_organisation_CFLAGS = $(unit_cflags)
tests_unit_test_organisation_LDADD = $(unit_libs)
unit_tests += tests/unit/test_watch
tests_unit_test_watch_SOURCES = tests/unit/test_watch.c
tests_unit_test_watch_CFLAGS = $(unit_cflags)
tests_unit_test_watch_LDADD = $(unit_libs)
unit_tests += tests/unit/test_report
tests_unit_test_report_SOURCES = tests/unit/test_report.c
tests_unit_test_report_CFLAGS = $(unit_cflags)
tests_unit_test_report_LDADD = $(unit_libs)
unit_tests += tests/unit/test_told
tests_unit_test_told_SOURCES = tests/unit/test_told.c tests/unit/history_unit.c tests/unit/history_unit.h $(series_unit)
tests_unit_test_told_CFLAGS = $(unit_cflags)
tests_unit_test_told_LDADD = $(unit_libs)
unit_tests += tests/unit/test_text_writer
tests_unit_test_text_writer_SOURCES = tests/unit/test_text_writer.c
tests_unit_test_text_writer_CFLAGS = $(unit_cflags)
tests_unit_test_text_writer_LDADD = $(unit_libs)
unit_tests += tests/unit/test_writer
tests_unit_test_writer_SOURCES = tests/unit/test_writer.c
tests_unit_test_writer_CFLAGS = $(unit_cflags)
tests_unit_test_writer_LDADD = $(unit_libs)

# deliver
unit_tests += tests/unit/test_delivery
tests_unit_test_delivery_SOURCES = tests/unit/test_delivery.c
tests_unit_test_delivery_CFLAGS = $(unit_cflags)
tests_unit_test_delivery_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=write,--wrap=fsync,--wrap=linkat,--wrap=clock_gettime,--wrap=getrandom
tests_unit_test_delivery_LDADD = $(unit_libs)
unit_tests += tests/unit/test_key_file
tests_unit_test_key_file_SOURCES = tests/unit/test_key_file.c
tests_unit_test_key_file_CFLAGS = $(unit_cflags)
tests_unit_test_key_file_LDADD = $(unit_libs)

# run
# store
store_unit = tests/unit/store_unit.c tests/unit/store_unit.h
unit_tests += tests/unit/test_store
tests_unit_test_store_SOURCES = tests/unit/test_store.c $(store_unit)
tests_unit_test_store_CFLAGS = $(unit_cflags) $(SQLITE_CFLAGS)
tests_unit_test_store_LDADD = $(unit_libs)
unit_tests += tests/unit/test_store_damage
tests_unit_test_store_damage_SOURCES = tests/unit/test_store_damage.c $(store_unit)
tests_unit_test_store_damage_CFLAGS = $(unit_cflags) $(SQLITE_CFLAGS)
tests_unit_test_store_damage_LDADD = $(unit_libs)
unit_tests += tests/unit/test_due
tests_unit_test_due_SOURCES = tests/unit/test_due.c
tests_unit_test_due_CFLAGS = $(unit_cflags)
tests_unit_test_due_LDADD = $(unit_libs)
unit_tests += tests/unit/test_outputs
tests_unit_test_outputs_SOURCES = tests/unit/test_outputs.c
tests_unit_test_outputs_CFLAGS = $(unit_cflags)
tests_unit_test_outputs_LDADD = $(unit_libs)

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) -DSRCDIR=\"$(abs_srcdir)\"
unit_libs = liblistbrief.a $(CMOCKA_LIBS) $(LIBS_ALL)

# End-to-end tests: tests/cli/NN-topic.test, shell, TAP, lib.sh.
cli_tests =

# source
cli_tests += tests/cli/10-sources.test tests/cli/11-packs.test tests/cli/12-maildir.test
EXTRA_DIST += tests/faults/readdir.c
check_DATA = tests/faults/readdir.so
CLEANFILES += tests/faults/readdir.so
tests/faults/readdir.so: tests/faults/readdir.c
	$(AM_V_GEN)$(MKDIR_P) tests/faults && $(CC) -D_GNU_SOURCE $(CFLAGS) -shared -fPIC -o $@ $(srcdir)/tests/faults/readdir.c -ldl

# deliver, and who calls it
cli_tests += tests/cli/30-deliver.test tests/cli/31-config.test
cli_tests += tests/faults/quick.test
cli_tests += tests/mda/procmail.test tests/mda/maildrop.test tests/mda/fetchmail.test tests/mda/sieve.test \
	tests/mda/postfix.test
EXTRA_DIST += tests/mda/lib.sh tests/mda/pop3.py

# decode
cli_tests += tests/cli/40-decode.test tests/cli/41-text.test

# subject, class, fixtures
cli_tests += tests/cli/50-fixtures.test

# export, postings
cli_tests += tests/cli/55-export.test
EXTRA_DIST += tests/data/series
cli_tests += tests/cli/95-labels.test
EXTRA_DIST += tests/compare-labels.py tests/data/labels/kvm-ppc.jsonl tests/data/labels/linux-hyperv.jsonl

# series
cli_tests += tests/cli/65-series.test
EXTRA_DIST += tests/data/works

# report
cli_tests += tests/cli/60-report.test tests/cli/61-report-run.test tests/cli/62-report-seed.test \
	tests/cli/63-report-title.test tests/cli/64-report-works.test
EXTRA_DIST += tests/data/mbox/report.mbox tests/data/mbox/report-hostile.mbox
EXTRA_DIST += tests/data/report/all.txt tests/data/report/empty.txt tests/data/report/exclude-author.txt
EXTRA_DIST += tests/data/report/exclude-class.txt tests/data/report/exclude-domain.txt
EXTRA_DIST += tests/data/report/hostile.txt tests/data/report/mailmap.txt tests/data/report/week-all.txt
EXTRA_DIST += tests/data/report/week-cover.txt tests/data/report/week-none.txt
EXTRA_DIST += tests/data/mbox/works.mbox tests/data/report/works-all.txt tests/data/report/works-watched.txt
EXTRA_DIST += tests/data/report/works-week.txt
EXTRA_DIST += tests/data/report/week-oldest.txt tests/data/report/week.txt

# the command line
cli_tests += tests/cli/20-command.test

# run
cli_tests += tests/cli/70-compose.test tests/cli/72-run.test tests/cli/73-run-trouble.test tests/cli/74-timers.test \
	tests/cli/75-replay.test tests/faults/quick-run.test
EXTRA_DIST += tests/cli/compose.py tests/cli/run-lib.sh tests/replay.py tests/tap.py tests/faults/run.py
cli_tests += tests/cli/76-run-sources.test tests/cli/77-run-beside.test
EXTRA_DIST += tests/data/run/week-1.txt tests/data/run/week-2.txt tests/data/run/week-2-in-time.txt tests/data/run/week-3.txt
check_PROGRAMS += tests/cli/compose_mail
tests_cli_compose_mail_SOURCES = tests/cli/compose_mail.c
tests_cli_compose_mail_LDADD = liblistbrief.a $(LIBS_ALL)

# shape of the code, man pages, help, quickstart, torture
cli_tests += tests/check-layers.test
cli_tests += tests/check-man.test
cli_tests += tests/check-help.test
cli_tests += tests/check-dist.test tests/check-docs.test tests/check-facts.test tests/check-promises.test
cli_tests += tests/cli/80-sample.test
EXTRA_DIST += tests/print-facts tests/data/facts.tsv
EXTRA_DIST += tests/data/sample.report.txt
cli_tests += tests/cli/90-torture.test
EXTRA_DIST += tests/cli/torture.py
cli_tests += tests/cli/91-corpus.test
cli_tests += tests/cli/92-valgrind.test
cli_tests += tests/cli/93-surroundings.test
cli_tests += tests/cli/94-quickstart.test

TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests) tests/cli/lib.sh

# Fixtures
EXTRA_DIST += tests/data/mail tests/cli/expect.jq

# An archive that shows what the program does: contrib/quickstart reports it when no source is named.
EXTRA_DIST += tests/data/sample
CLEANFILES += tests/data/sample.mbox
noinst_DATA += tests/data/sample.mbox
tests/data/sample.mbox: $(srcdir)/tests/data/sample/*.eml
	$(AM_V_GEN)$(MKDIR_P) tests/data && LC_ALL=C $(AWK) '\
	  FNR == 1 { printf "%sFrom mboxrd@z Thu Jan  1 00:00:00 1970\n", NR == 1 ? "" : "\n" } \
	  /^>*From / { printf ">" } \
	  { print } END { print "" }' $(srcdir)/tests/data/sample/*.eml >$@.tmp && mv $@.tmp $@

# Tools and benchmarks
check_PROGRAMS += tests/bench/read_source
tests_bench_read_source_SOURCES = tests/bench/read_source.c
tests_bench_read_source_LDADD = liblistbrief.a $(LIBS_ALL)
cli_tests += tests/cli/70-store-round.test
cli_tests += tests/cli/71-store.test
cli_tests += tests/cli/75-store-faults.test
check_PROGRAMS += tests/bench/generate
tests_bench_generate_SOURCES = tests/bench/archive/body.c tests/bench/archive/body.h tests/bench/archive/dice.c \
	tests/bench/archive/dice.h tests/bench/archive/encode.c tests/bench/archive/generate.c \
	tests/bench/archive/header.c tests/bench/archive/header.h tests/bench/archive/list.c \
	tests/bench/archive/list.h tests/bench/archive/person.c tests/bench/archive/person.h \
	tests/bench/archive/words.c tests/bench/archive/words.h tests/bench/archive/writer.c \
	tests/bench/archive/writer.h
tests_bench_generate_LDADD = $(GLIB_LIBS) -lm
check_PROGRAMS += tests/bench/store_round
tests_bench_store_round_SOURCES = tests/bench/store_round.c
tests_bench_store_round_CFLAGS = $(AM_CFLAGS)
tests_bench_store_round_LDADD = liblistbrief.a $(LIBS_ALL)
check_PROGRAMS += tests/bench/agree
tests_bench_agree_SOURCES = tests/bench/agree.c
tests_bench_agree_CFLAGS = $(AM_CFLAGS)
tests_bench_agree_LDADD = liblistbrief.a $(LIBS_ALL)
cli_tests += tests/cli/96-agree.test
check_PROGRAMS += tests/replay/replay
tests_replay_replay_SOURCES = tests/replay/replay.c
tests_replay_replay_CFLAGS = $(AM_CFLAGS)
tests_replay_replay_LDADD = liblistbrief.a $(LIBS_ALL)
cli_tests += tests/cli/98-replay.test
cli_tests += tests/cli/13-generate.test
cli_tests += tests/cli/97-context.test

# Every archive instead of the small one; minutes, not seconds.
check-corpus: listbrief$(EXEEXT) tests/bench/store_round$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) CORPORA='kvm-ppc linux-hyperv' $(SHELL) $(srcdir)/tests/cli/91-corpus.test
	$(AM_TESTS_ENVIRONMENT) CORPUS=linux-hyperv REPLAY='--weeks=52 --kills=200' $(SHELL) $(srcdir)/tests/cli/75-replay.test
	$(AM_TESTS_ENVIRONMENT) CORPORA='kvm-ppc linux-hyperv' $(SHELL) $(srcdir)/tests/cli/70-store-round.test

# What can go wrong below the delivery hook and below a run: every system call fails once, disks are full, processes are
# killed.
check-faults: listbrief$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) python3 $(srcdir)/tests/faults/deliver.py
	$(AM_TESTS_ENVIRONMENT) python3 $(srcdir)/tests/faults/run.py
	$(AM_TESTS_ENVIRONMENT) FAULTS_STEP=1 $(SHELL) $(srcdir)/tests/cli/75-store-faults.test
EXTRA_DIST += tests/PROMISES.md tests/faults/deliver.py

# make bench [ARCHIVE="some.mbox some-maildir"] [GROWTH=10000,100000 [KINDS=mbox,maildir,git]]
EXTRA_PROGRAMS += tests/bench/bench-gmime
CLEANFILES += tests/bench/bench-gmime$(EXEEXT) bench.csv bench-bars.csv
tests_bench_bench_gmime_SOURCES = tests/bench/bench-gmime.c
tests_bench_bench_gmime_LDADD = $(GMIME_LIBS) $(GLIB_LIBS)
EXTRA_DIST += tests/bench/run tests/bench/bars.py tests/bench/years tests/bench/shape
bench: listbrief$(EXEEXT) tests/bench/bench-gmime$(EXEEXT) tests/bench/generate$(EXEEXT)
	$(srcdir)/tests/bench/run --growth=$(GROWTH) --kinds=$(KINDS) ./listbrief$(EXEEXT) tests/bench/bench-gmime$(EXEEXT) $(ARCHIVE)
.PHONY: check-corpus check-faults bench
EXTRA_DIST += tests/compare-mailinfo.py tests/compare-patch-id.py tests/compare-postings.py tests/compare-text.py \
	tests/random-mail.py
