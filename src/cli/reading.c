/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/reading.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"

#define EXIT_PARTIAL 69
/* Without --verbose no more mails that were passed over are named than fit a screen. */
#define MAX_SKIPS_NAMED 10
#define MAX_JOBS 256
#define MAX_CONTEXT 36500

void lb_reading_add_options(LbReading *reading, GOptionContext *context) {
  const GOptionEntry entries[] = {
      {"since", 0, 0, G_OPTION_ARG_STRING, &reading->since, "Take what was sent at TIME or later", "TIME"},
      {"until", 0, 0, G_OPTION_ARG_STRING, &reading->until, "Take what was sent before TIME", "TIME"},
      {"range", 0, 0, G_OPTION_ARG_STRING, &reading->range,
       "Take the mails added by commits A..B of a public-inbox", "A..B"},
      {"context", 0, 0, G_OPTION_ARG_INT, &reading->context,
       "Read no more of a public-inbox than the period and N days before it", "N"},
      {"list-id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &reading->list_ids,
       "Take mail of this list alone (repeatable)", "ID"},
      {"recursive", 0, 0, G_OPTION_ARG_NONE, &reading->is_recursive, "Read Maildir++ subfolders too", NULL},
      {"mailmap", 0, 0, G_OPTION_ARG_FILENAME, &reading->mailmap_file, "Map names and addresses by FILE",
       "FILE"},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &reading->jobs, "Read with N threads (0: one per processor)", "N"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &reading->output, "Write to FILE, replaced when all is done",
       "FILE"},
      {"verbose", 'v', 0, G_OPTION_ARG_NONE, &reading->is_verbose, "Name every oddity and where it is", NULL},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &reading->is_quiet, "No progress, no last line", NULL},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };

  g_option_context_add_main_entries(context, entries, NULL);
}

static gboolean open_period(LbReading *reading, GError **error) {
  reading->now = lb_clock_now();
  reading->period.since = reading->period.until = LB_TIME_UNKNOWN;
  if (reading->since && !lb_period_parse_time(reading->since, reading->now, &reading->period.since, error))
    return FALSE;
  if (reading->until && !lb_period_parse_time(reading->until, reading->now, &reading->period.until, error))
    return FALSE;
  if (reading->since && reading->until && reading->period.since >= reading->period.until) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "the period from '%s' until '%s' is empty", reading->since,
                reading->until);
    return FALSE;
  }
  return TRUE;
}

static gboolean check_usage(const LbReading *reading, int n_specs, GError **error) {
  if (n_specs < 1)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "no source given");
  else if (reading->jobs < 0 || reading->jobs > MAX_JOBS)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--jobs takes a number from 0 to %d", MAX_JOBS);
  else if (reading->context > 0 && !reading->since)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE,
                "--context takes a period: --since must say where it begins");
  else if (reading->context < 0 || reading->context > MAX_CONTEXT)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--context takes a number of days from 1 to %d",
                MAX_CONTEXT);
  else if (reading->range && n_specs != 1)
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--range takes one source, a public-inbox");
  else
    return TRUE;
  return FALSE;
}

/* "dir" and "mbox:dir" are one path. */
static const char *get_path(const char *spec) {
  static const char *const kinds[] = {"maildir:", "mbox:", "git:", "eml:"};

  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_has_prefix(spec, kinds[i]))
      return spec + strlen(kinds[i]);
  return spec;
}

/* Every source failed: all are named in order, the first one's reason decides the exit status. */
static void fail_all_sources(GPtrArray *errors, GError **error) {
  const GError *first = g_ptr_array_index(errors, 0);

  for (guint i = 0; i + 1 < errors->len; i++)
    lb_command_fail(g_ptr_array_index(errors, i));
  g_set_error_literal(error, LB_ERROR, first->code,
                      ((GError *)g_ptr_array_index(errors, errors->len - 1))->message);
}

static gboolean check_range(const LbReading *reading, GError **error) {
  if (!reading->range || strcmp(lb_source_get_kind(g_ptr_array_index(reading->sources, 0)), "git") == 0)
    return TRUE;
  g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--range takes a public-inbox, and '%s' is none",
              (const char *)g_ptr_array_index(reading->paths, 0));
  return FALSE;
}

static gboolean open_sources(LbReading *reading, int n_specs, char **specs, GError **error) {
  LbPeriod near = reading->period;
  if (near.since != LB_TIME_UNKNOWN)
    near.since -= (gint64)reading->context * 24 * 60 * 60;
  const LbSourceOptions options = {.near = reading->context ? &near : NULL,
                                   .recursive = reading->is_recursive,
                                   .range = reading->range,
                                   .margin = reading->margin,
                                   .log = reading->log};
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);

  for (int i = 0; i < n_specs; i++) {
    GError *local = NULL;
    LbSource *source = lb_source_open(specs[i], &options, &local);

    if (source) {
      g_ptr_array_add(reading->sources, source);
      g_ptr_array_add(reading->paths, (gpointer)get_path(specs[i]));
      continue;
    }
    if (g_error_matches(local, LB_ERROR, LB_ERROR_USAGE)) {
      g_propagate_error(error, local);
      return FALSE;
    }
    lb_diag_log_add(reading->log, LB_DIAG_UNREADABLE, specs[i], local->message);
    g_ptr_array_add(errors, local);
  }
  if (reading->sources->len > 0)
    return check_range(reading, error);
  fail_all_sources(errors, error);
  return FALSE;
}

gboolean lb_reading_open(LbReading *reading, int n_specs, char **specs, GError **error) {
  if (!check_usage(reading, n_specs, error) || !open_period(reading, error))
    return FALSE;
  if (reading->mailmap_file && !(reading->mailmap = lb_mailmap_load(reading->mailmap_file, error)))
    return FALSE;
  reading->log = lb_diag_log_new();
  reading->sources = g_ptr_array_new_with_free_func((GDestroyNotify)lb_source_close);
  reading->paths = g_ptr_array_new();
  return open_sources(reading, n_specs, specs, error);
}

typedef struct {
  const char *path;
  gboolean is_no_mail;
} NoMailSearch;

static void find_no_mail(LbDiag diag, const char *where, const char *detail, gpointer data) {
  NoMailSearch *search = data;
  gsize length = strlen(search->path);

  if (diag == LB_DIAG_NOT_MAIL && strncmp(where, search->path, length) == 0 &&
      (where[length] == '\0' || where[length] == ':'))
    search->is_no_mail = TRUE;
}

/* A maildir may hold junk and nothing else; a file without one header field is not what it was taken for. */
static gboolean is_no_mail_at_all(const LbReading *reading, guint i) {
  const GPtrArray *mails = lb_intake_get_mails(reading->intake);
  const char *kind = lb_source_get_kind(g_ptr_array_index(reading->sources, i));
  NoMailSearch search = {g_ptr_array_index(reading->paths, i), FALSE};

  if (strcmp(kind, "eml") != 0 && (strcmp(kind, "mbox") != 0 || reading->list_ids))
    return FALSE;
  for (guint j = 0; j < mails->len; j++)
    if (((const LbMail *)g_ptr_array_index(mails, j))->source == i)
      return FALSE;
  lb_diag_log_foreach(reading->log, find_no_mail, &search);
  return search.is_no_mail;
}

static gboolean check_sources_hold_mail(LbReading *reading, GError **error) {
  for (guint i = 0; i < reading->sources->len; i++) {
    const char *path = g_ptr_array_index(reading->paths, i);

    if (!is_no_mail_at_all(reading, i))
      continue;
    if (reading->sources->len == 1) {
      g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s' is no mail: no header field in it", path);
      return FALSE;
    }
    lb_diag_log_add(reading->log, LB_DIAG_UNREADABLE, path, "no header field in it");
  }
  return TRUE;
}

gboolean lb_reading_run(LbReading *reading, LbWants wants, GError **error) {
  g_autoptr(LbProgress) progress = lb_progress_new("reading mail", !reading->is_quiet);
  LbIntakeOptions options = {0};
  guint64 size = 0;

  for (guint i = 0; i < reading->sources->len; i++)
    size += lb_source_get_size(g_ptr_array_index(reading->sources, i));
  lb_progress_set_total(progress, size);
  options.jobs = lb_reading_get_jobs(reading);
  options.wants = wants;
  options.list_ids = (const char *const *)reading->list_ids;
  options.progress = progress;
  options.log = reading->log;
  reading->intake = lb_intake_run(reading->sources, &options, error);
  return reading->intake && check_sources_hold_mail(reading, error);
}

static void print_diagnostic(LbDiag diag, const char *where, const char *detail) {
  static const char *const words[] = {
      [LB_LEVEL_NOTE] = "note",
      [LB_LEVEL_WARN] = "warning",
      [LB_LEVEL_SKIP] = "skipped",
      [LB_LEVEL_PARTIAL] = "not read",
  };
  g_autofree char *place = lb_text_visible(where, TRUE);
  g_autofree char *more = detail ? lb_text_visible(detail, TRUE) : NULL;

  fprintf(stderr, "listbrief: %s: %s: %s%s%s\n", words[lb_diag_get_level(diag)], place,
          lb_diag_get_sentence(diag), more ? ": " : "", more ? more : "");
}

typedef struct {
  gboolean is_verbose, is_quiet;
  guint n_skips;
} PrintState;

static void print_logged(LbDiag diag, const char *where, const char *detail, gpointer data) {
  PrintState *state = data;
  LbDiagLevel level = lb_diag_get_level(diag);

  if (!state->is_verbose && level != LB_LEVEL_PARTIAL) {
    if (level != LB_LEVEL_SKIP || state->is_quiet || state->n_skips++ >= MAX_SKIPS_NAMED)
      return;
  }
  print_diagnostic(diag, where, detail);
}

void lb_reading_print_log(LbDiagLog *log, gboolean is_verbose, gboolean is_quiet) {
  PrintState state = {is_verbose, is_quiet, 0};

  lb_diag_log_foreach(log, print_logged, &state);
  if (state.n_skips > MAX_SKIPS_NAMED)
    fprintf(stderr, "listbrief: skipped: and %u more (--verbose names them)\n",
            state.n_skips - MAX_SKIPS_NAMED);
}

static void print_mail_diagnostics(const GPtrArray *mails) {
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    g_autofree char *where = NULL;

    for (int diag = 0; mail->diagnostics && !mail->is_before && diag < LB_N_DIAGS; diag++) {
      if (!(mail->diagnostics & LB_DIAG_BIT(diag)))
        continue;
      if (!where) {
        LbLocator locator = lb_mail_get_locator(mail);
        where = lb_locator_format(&locator);
      }
      print_diagnostic((LbDiag)diag, where, NULL);
    }
  }
}

static void append_time(GString *out, const char *before, gint64 time) {
  g_autofree char *text = time == LB_TIME_UNKNOWN ? NULL : lb_period_format_time(time);

  if (text)
    g_string_append_printf(out, "%s%s", before, text);
}

static void print_empty_period(const LbReading *reading, const GPtrArray *mails) {
  gint64 newest = LB_TIME_UNKNOWN;
  g_autoptr(GString) line = g_string_new("listbrief: no mail");

  if (!reading->since && !reading->until)
    return;
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);

    if (lb_period_contains(&reading->period, mail->date))
      return;
    newest = MAX(newest, mail->date);
  }
  append_time(line, " from ", reading->period.since);
  append_time(line, " until ", reading->period.until);
  append_time(line, "; the newest mail seen is of ", newest);
  fprintf(stderr, "%s\n", line->str);
}

/* Without a range nothing is before it. */
static guint count_mails(const LbReading *reading, const GPtrArray *mails) {
  guint n = 0;

  if (!reading->range)
    return mails->len;
  for (guint i = 0; i < mails->len; i++)
    n += !((const LbMail *)g_ptr_array_index(mails, i))->is_before;
  return n;
}

/* Postings of the period; what was read before a range for what it tells of others isn't asked about. */
static guint count_postings(const LbReading *reading, const LbCollection *collection) {
  guint n = 0;

  for (guint i = 0; i < collection->postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(collection->postings, i);
    n += !posting->first->is_before && lb_period_contains(&reading->period, posting->date);
  }
  return n;
}

guint lb_reading_get_jobs(const LbReading *reading) {
  return reading->jobs ? (guint)reading->jobs : g_get_num_processors();
}

int lb_reading_finish(LbReading *reading, const LbCollection *collection) {
  guint n_postings = count_postings(reading, collection);
  const GPtrArray *mails = lb_intake_get_mails(reading->intake);
  guint n_skipped = lb_diag_log_count(reading->log, LB_LEVEL_SKIP), n_mails = count_mails(reading, mails);

  if (reading->is_verbose)
    print_mail_diagnostics(mails);
  lb_reading_print_log(reading->log, reading->is_verbose, reading->is_quiet);
  if (!reading->is_quiet) {
    print_empty_period(reading, mails);
    fprintf(stderr, "%u mail%s read, %u skipped, %u posting%s\n", n_mails, n_mails == 1 ? "" : "s", n_skipped,
            n_postings, n_postings == 1 ? "" : "s");
  }
  return lb_diag_log_count(reading->log, LB_LEVEL_PARTIAL) > 0 ? EXIT_PARTIAL : 0;
}

void lb_reading_clear(LbReading *reading) {
  g_clear_pointer(&reading->intake, lb_intake_free);
  g_clear_pointer(&reading->sources, g_ptr_array_unref);
  g_clear_pointer(&reading->paths, g_ptr_array_unref);
  g_clear_pointer(&reading->log, lb_diag_log_free);
  g_clear_pointer(&reading->mailmap, lb_mailmap_free);
  g_clear_pointer(&reading->list_ids, g_strfreev);
  g_clear_pointer(&reading->range, g_free);
  g_clear_pointer(&reading->since, g_free);
  g_clear_pointer(&reading->until, g_free);
  g_clear_pointer(&reading->output, g_free);
  g_clear_pointer(&reading->mailmap_file, g_free);
}
