/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/reading.h"
#include "output/facts.h"
#include "output/stream.h"
#include "series/collect.h"

typedef struct {
  char *what;
  gboolean has_text;
} ExportOptions;

static gboolean write_mail(LbReading *reading, const LbCollection *collection, LbStream *stream,
                           LbFields *facts, const LbMail *mail, gboolean has_text, GError **error) {
  g_autofree char *text = NULL;
  g_autofree char *message = NULL;
  LbFactsTexts texts;
  const char *line;

  if (has_text) {
    text = mail->details->extras->text.length > 0
               ? lb_intake_read_text(reading->intake, &mail->details->extras->text, error)
               : g_strdup("");
    if (!text)
      return FALSE;
    if (mail->details->message.length > 0 &&
        !(message = lb_intake_read_text(reading->intake, &mail->details->message, error)))
      return FALSE;
  }
  texts.text = text;
  texts.message = message;
  line = lb_facts_format_mail(facts, mail, collection, has_text ? &texts : NULL);
  return lb_stream_write(stream, line, strlen(line), error);
}

static gboolean write_mails(LbReading *reading, const LbCollection *collection, LbStream *stream,
                            LbFields *facts, gboolean has_text, GError **error) {
  const GPtrArray *mails = lb_intake_get_mails(reading->intake);

  for (guint i = 0; i < mails->len && !lb_stream_is_cut(stream); i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);

    if (lb_period_contains(&reading->period, mail->date) &&
        !write_mail(reading, collection, stream, facts, mail, has_text, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean write_postings(LbReading *reading, const LbCollection *collection, LbStream *stream,
                               LbFields *facts, GError **error) {
  for (guint i = 0; i < collection->postings->len && !lb_stream_is_cut(stream); i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    const char *line;

    if (!lb_period_contains(&reading->period, posting->date))
      continue;
    line = lb_facts_format_posting(facts, posting);
    if (!lb_stream_write(stream, line, strlen(line), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean check_options(const ExportOptions *options, gboolean *is_postings, GError **error) {
  *is_postings = options->what && strcmp(options->what, "postings") == 0;
  if (options->what && !*is_postings && strcmp(options->what, "mails") != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--what takes mails or postings, not '%s'", options->what);
    return FALSE;
  }
  if (*is_postings && options->has_text) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--text goes with --what=mails alone");
    return FALSE;
  }
  return TRUE;
}

/* The collection that was written from; NULL with error. */
static LbCollection *export(LbReading *reading, const ExportOptions *options, int n_specs, char **specs,
                            GError **error) {
  LbWants wants = options->has_text ? LB_WANT_TEXT | LB_WANT_MESSAGE | LB_WANT_PATCH_ID : 0;
  gboolean is_postings;
  g_autoptr(LbCollection) collection = NULL;
  g_autoptr(LbFields) facts = NULL;
  g_autoptr(LbStream) stream = NULL;

  if (!check_options(options, &is_postings, error) || !lb_reading_open(reading, n_specs, specs, error) ||
      !lb_reading_run(reading, is_postings ? 0 : wants | LB_WANT_RECIPIENTS, error))
    return NULL;
  collection = lb_collection_build(lb_intake_get_mails(reading->intake), lb_reading_get_jobs(reading));
  facts = lb_fields_new(reading->mailmap);
  if (!(stream = lb_stream_open(reading->output, error)))
    return NULL;
  gboolean written = is_postings ? write_postings(reading, collection, stream, facts, error)
                                 : write_mails(reading, collection, stream, facts, options->has_text, error);
  return written && lb_stream_finish(stream, error) ? g_steal_pointer(&collection) : NULL;
}

int lb_cmd_export(int argc, char **argv) {
  g_auto(LbReading) reading = LB_READING_INIT;
  g_autoptr(GOptionContext) context =
      g_option_context_new("SOURCE… - facts of mails or postings as JSON Lines");
  g_autoptr(LbCollection) collection = NULL;
  g_autofree char *what = NULL;
  ExportOptions options = {NULL, FALSE};
  const GOptionEntry entries[] = {
      {"what", 0, 0, G_OPTION_ARG_STRING, &what, "Export mails (default) or postings", "mails|postings"},
      {"text", 0, 0, G_OPTION_ARG_NONE, &options.has_text, "Add the mails' texts", NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_autoptr(GError) error = NULL;
  int status, written;

  g_option_context_add_main_entries(context, entries, NULL);
  lb_reading_add_options(&reading, context);
  if (!lb_command_parse_options(context, "export", &argc, &argv, &status))
    return status;
  options.what = what;
  collection = export(&reading, &options, argc - 1, argv + 1, &error);
  if (!collection)
    return lb_command_fail(error);
  status = lb_reading_finish(&reading, collection);
  written = lb_command_close_stdout();
  return written ? written : status;
}
