/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drives sources through parsing workers that share nothing and returns the facts in archive order, the
 * same for any number of threads; takes out deleted mails, marks repeated ones.
 */
#pragma once
#include "base/period.h"
#include "base/progress.h"
#include "message/message.h"

typedef struct {
  guint jobs; /* threads; 0: as many as there are processors */
  LbWants wants;
  const char *const *list_ids; /* take mail of these lists alone; NULL or empty: all */
  gboolean keeps_passed;       /* LbIntakePart.passed is wanted */
  LbProgress *progress;        /* may be NULL */
  LbDiagLog *log;
} LbIntakeOptions;

/* What came of one source. */
typedef struct {
  GPtrArray *mails; /* of LbMail, in archive order, deletions among them */
  GArray *passed;   /* of LbLocator, where lb_source_has_names(): what was read and is no mail, or of another
                       list; to be remembered with the mails, or it is read each time */
} LbIntakePart;

typedef struct LbIntake LbIntake;
/* Facts alone: no deletion is carried out, no copy marked, for whoever keeps them and merges later.
 * sources: of LbSource, borrowed, must outlive the intake.  LB_ERROR_PARTIAL never comes from here: it is in
 * the log (level partial) and the rest is there. */
LbIntake *lb_intake_read(GPtrArray *sources, const LbIntakeOptions *options, GError **error);
/* What was read of source number i, whether it is merged or not; owned by the intake. */
const LbIntakePart *lb_intake_get_part(const LbIntake *intake, guint i);
/* The same, and all that was read merged into one archive. */
LbIntake *lb_intake_run(GPtrArray *sources, const LbIntakeOptions *options, GError **error);
void lb_intake_free(LbIntake *intake);
/* After lb_intake_run(): of const LbMail, in archive order (sources as given, then each one's own),
 * duplicates among them. */
const GPtrArray *lb_intake_get_mails(const LbIntake *intake);
/* NULL with error if it can't be read back; owned by the caller. */
char *lb_intake_read_text(LbIntake *intake, const LbTextRef *ref, GError **error);
/* The same for those who needn't know where mail comes from; as long as the intake lives. */
LbTextReader lb_intake_get_text_reader(LbIntake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbIntake, lb_intake_free)
