# SPDX-License-Identifier: GPL-2.0-or-later
# One library holds every module; the program and every test link it.
noinst_LIBRARIES += liblistbrief.a
liblistbrief_a_CPPFLAGS = $(AM_CPPFLAGS)
liblistbrief_a_SOURCES =

liblistbrief_a_SOURCES += src/base/arena.c src/base/arena.h
liblistbrief_a_SOURCES += src/base/clones.h
liblistbrief_a_SOURCES += src/base/clock.c src/base/clock.h
liblistbrief_a_SOURCES += src/base/diag.c src/base/diag.h
liblistbrief_a_SOURCES += src/base/error.c src/base/error.h
liblistbrief_a_SOURCES += src/base/find.c src/base/find.h
liblistbrief_a_SOURCES += src/base/hash.c src/base/hash.h
liblistbrief_a_SOURCES += src/base/key_file.c src/base/key_file.h
liblistbrief_a_SOURCES += src/base/period.c src/base/period.h
liblistbrief_a_SOURCES += src/base/progress.c src/base/progress.h
liblistbrief_a_SOURCES += src/base/text.c src/base/text.h

liblistbrief_a_SOURCES += src/source/source.c src/source/source.h src/source/kind.h src/source/look.c
liblistbrief_a_SOURCES += src/source/compressed.c src/source/compressed.h
liblistbrief_a_SOURCES += src/source/epoch.c src/source/epoch.h
liblistbrief_a_SOURCES += src/source/folder.c src/source/folder.h
liblistbrief_a_SOURCES += src/source/from_line.c src/source/from_line.h
liblistbrief_a_SOURCES += src/source/inbox_commit.c src/source/inbox_commit.h
liblistbrief_a_SOURCES += src/source/inbox_layout.c src/source/inbox_layout.h
liblistbrief_a_SOURCES += src/source/input.c src/source/input.h
liblistbrief_a_SOURCES += src/source/loose.c src/source/loose.h
liblistbrief_a_SOURCES += src/source/maildir.c
liblistbrief_a_SOURCES += src/source/mbox.c src/source/mbox.h
liblistbrief_a_SOURCES += src/source/objects.c src/source/objects.h
liblistbrief_a_SOURCES += src/source/public_inbox.c
liblistbrief_a_SOURCES += src/source/range.c src/source/range.h
liblistbrief_a_SOURCES += src/source/refs.c src/source/refs.h
liblistbrief_a_SOURCES += src/source/single.c
liblistbrief_a_SOURCES += src/source/span.c src/source/span.h
liblistbrief_a_SOURCES += src/source/walk.c src/source/walk.h
liblistbrief_a_SOURCES += src/source/window.c src/source/window.h

liblistbrief_a_SOURCES += src/message/address.c src/message/address.h
liblistbrief_a_SOURCES += src/message/applied.c src/message/applied.h
liblistbrief_a_SOURCES += src/message/statement.c src/message/statement.h
liblistbrief_a_SOURCES += src/message/sentence.c src/message/sentence.h
liblistbrief_a_SOURCES += src/message/body.c src/message/body.h
liblistbrief_a_SOURCES += src/message/charset.c src/message/charset.h
liblistbrief_a_SOURCES += src/message/class.c src/message/class.h
liblistbrief_a_SOURCES += src/message/commit_message.c src/message/commit_message.h
liblistbrief_a_SOURCES += src/message/credit.c src/message/credit.h
liblistbrief_a_SOURCES += src/message/date.c src/message/date.h
liblistbrief_a_SOURCES += src/message/diff.c src/message/diff.h
liblistbrief_a_SOURCES += src/message/diff_path.c src/message/diff_path.h
liblistbrief_a_SOURCES += src/message/encoded_word.c
liblistbrief_a_SOURCES += src/message/flowed.c src/message/flowed.h
liblistbrief_a_SOURCES += src/message/gmime_cleanup.h
liblistbrief_a_SOURCES += src/message/header.c src/message/header.h
liblistbrief_a_SOURCES += src/message/html.c src/message/html.h
liblistbrief_a_SOURCES += src/message/link.c src/message/link.h
liblistbrief_a_SOURCES += src/message/mailbox.c src/message/mailmap.c
liblistbrief_a_SOURCES += src/message/hunk.c src/message/hunk.h
liblistbrief_a_SOURCES += src/message/lines.h
liblistbrief_a_SOURCES += src/message/list_id.c src/message/list_id.h
liblistbrief_a_SOURCES += src/message/message.c src/message/message.h
liblistbrief_a_SOURCES += src/message/message_id.c src/message/message_id.h
liblistbrief_a_SOURCES += src/message/mime.c src/message/mime.h
liblistbrief_a_SOURCES += src/message/mime_edit.c src/message/mime_edit.h
liblistbrief_a_SOURCES += src/message/organisation.c src/message/organisation.h
liblistbrief_a_SOURCES += src/message/part_choice.c src/message/part_choice.h
liblistbrief_a_SOURCES += src/message/patch.c src/message/patch.h
liblistbrief_a_SOURCES += src/message/patch_id.c src/message/patch_id.h
liblistbrief_a_SOURCES += src/message/pull_request.c src/message/pull_request.h
liblistbrief_a_SOURCES += src/message/spool.c src/message/spool.h
liblistbrief_a_SOURCES += src/message/subject.c src/message/subject.h
liblistbrief_a_SOURCES += src/message/rewrite.c src/message/rewrite.h
liblistbrief_a_SOURCES += src/message/robot.c src/message/robot.h
liblistbrief_a_SOURCES += src/message/stable_word.c src/message/stable_word.h
liblistbrief_a_SOURCES += src/message/tag.c src/message/tag.h
liblistbrief_a_SOURCES += src/message/trailer.c src/message/trailer.h
liblistbrief_a_SOURCES += src/message/word.h
liblistbrief_a_SOURCES += src/message/wrapped.c src/message/wrapped.h
liblistbrief_a_SOURCES += src/message/transfer.c src/message/transfer.h

liblistbrief_a_SOURCES += src/intake/intake.c src/intake/intake.h
liblistbrief_a_SOURCES += src/intake/merge.c src/intake/merge.h

liblistbrief_a_SOURCES += src/series/collect.c src/series/collect.h
liblistbrief_a_SOURCES += src/series/thread.c src/series/thread.h
liblistbrief_a_SOURCES += src/series/revision.c src/series/revision.h
liblistbrief_a_SOURCES += src/series/review.c src/series/review.h
liblistbrief_a_SOURCES += src/series/status.c src/series/status.h
liblistbrief_a_SOURCES += src/series/group.c src/series/group.h
liblistbrief_a_SOURCES += src/series/merge.c
liblistbrief_a_SOURCES += src/series/overview.c src/series/overview.h
liblistbrief_a_SOURCES += src/series/numbers.c src/series/numbers.h
liblistbrief_a_SOURCES += src/series/people.c src/series/people.h
liblistbrief_a_SOURCES += src/series/posting.c
liblistbrief_a_SOURCES += src/series/application.c src/series/application.h
liblistbrief_a_SOURCES += src/series/change.c
liblistbrief_a_SOURCES += src/series/predecessor.c src/series/predecessor.h
liblistbrief_a_SOURCES += src/series/reply.c src/series/reply.h
liblistbrief_a_SOURCES += src/series/reroll.c
liblistbrief_a_SOURCES += src/series/sibling.c
liblistbrief_a_SOURCES += src/series/stem.c src/series/stem.h

liblistbrief_a_SOURCES += src/store/delivery.c src/store/delivery.h

liblistbrief_a_SOURCES += src/report/report.c src/report/report.h
liblistbrief_a_SOURCES += src/report/reception_line.c src/report/reception_line.h
liblistbrief_a_SOURCES += src/report/answer.c src/report/answer.h
liblistbrief_a_SOURCES += src/report/watch.c src/report/watch.h
liblistbrief_a_SOURCES += src/report/exclusion.c src/report/exclusion.h
liblistbrief_a_SOURCES += src/report/posting_block.c src/report/posting_block.h
liblistbrief_a_SOURCES += src/report/scope.c src/report/scope.h
liblistbrief_a_SOURCES += src/report/sections.h
liblistbrief_a_SOURCES += src/report/tally.c src/report/tally.h
liblistbrief_a_SOURCES += src/report/section_watched.c
liblistbrief_a_SOURCES += src/report/section_waiting.c
liblistbrief_a_SOURCES += src/report/section_applied.c
liblistbrief_a_SOURCES += src/report/section_pulls.c
liblistbrief_a_SOURCES += src/report/section_reviewers.c
liblistbrief_a_SOURCES += src/report/section_discussions.c
liblistbrief_a_SOURCES += src/report/section_bots.c
liblistbrief_a_SOURCES += src/report/section_contributors.c
liblistbrief_a_SOURCES += src/report/section_domains.c
liblistbrief_a_SOURCES += src/report/section_incomplete.c
liblistbrief_a_SOURCES += src/report/section_messages.c
liblistbrief_a_SOURCES += src/report/section_numbers.c
liblistbrief_a_SOURCES += src/report/section_patches.c

liblistbrief_a_SOURCES += src/output/writer.c src/output/writer.h
liblistbrief_a_SOURCES += src/output/work_list.c src/output/work_list.h
liblistbrief_a_SOURCES += src/output/facts.c src/output/facts.h src/output/fields.c src/output/fields.h
liblistbrief_a_SOURCES += src/output/review_facts.c src/output/review_facts.h src/output/work_facts.c src/output/work_facts.h
liblistbrief_a_SOURCES += src/output/stream.c src/output/stream.h
liblistbrief_a_SOURCES += src/output/text.c

liblistbrief_a_SOURCES += src/cli/cmd_config.c
liblistbrief_a_SOURCES += src/cli/cmd_decode.c
liblistbrief_a_SOURCES += src/cli/cmd_deliver.c src/cli/hook.h
liblistbrief_a_SOURCES += src/cli/cmd_export.c
liblistbrief_a_SOURCES += src/cli/cmd_report.c
liblistbrief_a_SOURCES += src/cli/cmd_series.c
liblistbrief_a_SOURCES += src/cli/command.c src/cli/command.h
liblistbrief_a_SOURCES += src/cli/configuration.c src/cli/configuration.h
liblistbrief_a_SOURCES += src/cli/deadline.c src/cli/deadline.h
liblistbrief_a_SOURCES += src/cli/pager.c src/cli/pager.h
liblistbrief_a_SOURCES += src/cli/reading.c src/cli/reading.h
liblistbrief_a_SOURCES += src/cli/report_options.c src/cli/report_options.h
liblistbrief_a_SOURCES += src/cli/route.c src/cli/route.h

# The front holds what a delivery hook needs, takes the rest from the folder beside it or from libexec, and is linked
# without any library but that of C: one that crept into the hook's modules would not link.
bin_PROGRAMS += listbrief
listbrief_SOURCES = src/cli/front.c
listbrief_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBEXECDIR=\"$(pkglibexecdir)\"
listbrief_LDFLAGS = $(AM_LDFLAGS) $(FRONT_LDFLAGS)
listbrief_LDADD = liblistbrief.a
pkglibexec_PROGRAMS += listbrief-commands
listbrief_commands_SOURCES = src/cli/main.c
listbrief_commands_LDADD = liblistbrief.a $(LIBS_ALL)
