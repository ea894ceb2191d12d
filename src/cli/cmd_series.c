/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/pager.h"
#include "cli/reading.h"
#include "output/stream.h"
#include "output/work_facts.h"
#include "output/work_list.h"

#define DEFAULT_STALE_DAYS 30

typedef struct {
  char **statuses, **authors, **domains, **paths;
  char *title, *color, *format;
  gboolean has_reasons, is_json;
  int stale_days;
} Options;

static void options_clear(Options *options) {
  g_strfreev(options->statuses);
  g_strfreev(options->authors);
  g_strfreev(options->domains);
  g_strfreev(options->paths);
  g_free(options->title);
  g_free(options->color);
  g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void add_options(Options *options, GOptionContext *context) {
  const GOptionEntry entries[] = {
      {"status", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->statuses,
       "Show what has this status (repeatable)", "STATUS"},
      {"author", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->authors,
       "Show what this person wrote (repeatable)", "WHO"},
      {"domain", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->domains,
       "Show what came from this domain (repeatable)", "DOMAIN"},
      {"path", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->paths,
       "Show what touches files below PATH (repeatable)", "PATH"},
      {"title", 0, 0, G_OPTION_ARG_STRING, &options->title, "Show what has TEXT in its title", "TEXT"},
      {"stale", 0, 0, G_OPTION_ARG_INT, &options->stale_days,
       "Call stale what nobody spoke of for N days (30)", "N"},
      {"why", 0, 0, G_OPTION_ARG_NONE, &options->has_reasons, "show: name the rule behind each claim", NULL},
      {"format", 0, 0, G_OPTION_ARG_STRING, &options->format,
       "Write text (default) or json, a line of JSON for each", "text|json"},
      {"color", 0, 0, G_OPTION_ARG_STRING, &options->color, "Use colours: auto, always or never", "WHEN"},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };
  g_option_context_add_main_entries(context, entries, NULL);
}

static gboolean check_options(Options *options, GError **error) {
  for (char **status = options->statuses; status && *status; status++)
    if (lb_status_find(*status) == LB_N_STATUSES) {
      g_autoptr(GString) names = g_string_new(NULL);
      for (int i = 0; i < LB_N_STATUSES; i++)
        g_string_append_printf(names, "%s%s", i ? ", " : "", lb_status_get_name((LbStatusKind)i));
      g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "there is no status '%s'; there are %s", *status,
                  names->str);
      return FALSE;
    }
  if (options->color && strcmp(options->color, "auto") != 0 && strcmp(options->color, "always") != 0 &&
      strcmp(options->color, "never") != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--color takes auto, always or never, not '%s'",
                options->color);
    return FALSE;
  }
  options->is_json = options->format && !strcmp(options->format, "json");
  if (options->format && !options->is_json && strcmp(options->format, "text") != 0) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--format takes text or json, not '%s'", options->format);
    return FALSE;
  }
  if (options->stale_days < 1) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--stale takes a number of days from 1 on");
    return FALSE;
  }
  return TRUE;
}

static gboolean contains(const char *text, const char *needle) {
  return lb_text_find_nocase(text, strlen(text), needle) != NULL;
}

static gboolean is_by(const LbPosting *posting, const Options *options, const LbMailmap *mailmap) {
  LbPerson author = lb_mailmap_find(mailmap, *posting->first->author);
  gboolean fits = !options->authors;
  for (char **one = options->authors; one && *one; one++)
    fits = fits || contains(author.name, *one) || (author.email && contains(author.email, *one));
  if (!fits || !options->domains)
    return fits;
  g_autofree char *domain = lb_address_domain(author.email);
  for (char **one = options->domains; *one; one++) {
    gsize n = strlen(*one), length = strlen(domain);
    /* example.org takes in lists.example.org */
    if (length >= n && !g_ascii_strcasecmp(domain + length - n, *one) &&
        (length == n || domain[length - n - 1] == '.'))
      return TRUE;
  }
  return FALSE;
}

static gboolean touches(const LbPosting *posting, char **paths) {
  for (guint i = 0; i < posting->patches->len; i++) {
    const LbMail *patch = g_ptr_array_index(posting->patches, i);
    for (const char *const *path = patch->details->diff ? patch->details->diff->paths : NULL; path && *path;
         path++)
      for (char **below = paths; *below; below++) {
        gsize n = strlen(*below);
        if (!strncmp(*path, *below, n) &&
            ((*path)[n] == '\0' || (*path)[n] == '/' || (n && (*below)[n - 1] == '/')))
          return TRUE;
      }
  }
  return FALSE;
}

static gboolean is_wanted(const LbReading *reading, const Options *options, const LbOverview *overview,
                          const LbWork *work) {
  const LbPosting *newest = work->newest->posting;
  if (newest->is_stable || newest->is_pull || !lb_period_contains(&reading->period, newest->date) ||
      (options->title && !contains(newest->first->title, options->title)) ||
      !is_by(newest, options, reading->mailmap) || (options->paths && !touches(newest, options->paths)))
    return FALSE;
  if (!options->statuses)
    return TRUE;
  LbStatus status = lb_status_build_work(&overview->status, work);
  for (char **name = options->statuses; *name; name++)
    if (lb_status_find(*name) == status.kind)
      return TRUE;
  return FALSE;
}

static gint compare_newest_last(gconstpointer a, gconstpointer b) {
  const LbPosting *one = (*(const LbWork *const *)a)->newest->posting,
                  *other = (*(const LbWork *const *)b)->newest->posting;
  if (one->date != other->date)
    return one->date < other->date ? -1 : 1;
  return strcmp(one->first->msgid, other->first->msgid);
}

/* Of const LbWork, borrowed; the one whose newest posting is newest comes last. */
static GPtrArray *select_works(const LbReading *reading, const Options *options, const LbOverview *overview) {
  GPtrArray *works = g_ptr_array_new();
  for (guint i = 0; i < overview->works->works->len; i++)
    if (is_wanted(reading, options, overview, g_ptr_array_index(overview->works->works, i)))
      g_ptr_array_add(works, g_ptr_array_index(overview->works->works, i));
  g_ptr_array_sort(works, compare_newest_last);
  return works;
}

/* The Message-ID in a URL of an archive, or the text itself; owned by the caller. */
static char *make_id(const char *wanted) {
  g_autofree char *text = g_uri_unescape_string(wanted, NULL);
  const char *id = text ? text : wanted;
  if (strstr(id, "://")) {
    g_auto(GStrv) parts = g_strsplit_set(id, "/=&?#", -1);
    const char *last = NULL;
    for (char **part = parts; *part; part++)
      last = strchr(*part, '@') ? *part : last;
    if (last)
      return g_strdup(last);
  }
  id += *id == '<';
  return g_strndup(id, strcspn(id, ">"));
}

/* wanted: a Message-ID with or without brackets, an archive URL that ends with one, or a change-id.  The work
 * it belongs to, alone in an array; NULL if there is none. */
static GPtrArray *find_work(const LbOverview *overview, const GPtrArray *mails, const char *wanted,
                            GError **error) {
  g_autofree char *id = make_id(wanted);
  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (strcmp(mail->msgid, id) != 0 && g_strcmp0(mail->details->extras->change_id, id) != 0)
      continue;
    const LbMail *counts = mail->duplicate_of ? mail->duplicate_of : mail;
    const LbMail *posted = lb_replies_find_posted(overview->replies, counts);
    const LbRevision *revision =
        posted ? lb_works_find(overview->works, lb_collection_find_posting(overview->collection, posted))
               : NULL;
    if (!revision)
      continue;
    GPtrArray *works = g_ptr_array_new();
    g_ptr_array_add(works, (gpointer)revision->work);
    return works;
  }
  g_set_error(error, LB_ERROR, LB_ERROR_NO_INPUT, "'%s' belongs to no posting that was read", wanted);
  return NULL;
}

static gboolean has_color(const Options *options) {
  const char *no_color = g_getenv("NO_COLOR"), *term = g_getenv("TERM");
  if (options->color && strcmp(options->color, "auto") != 0)
    return !strcmp(options->color, "always");
  return isatty(STDOUT_FILENO) && (!no_color || !*no_color) && g_strcmp0(term, "dumb") != 0;
}

static LbWorkStyle make_style(const LbReading *reading, const Options *options) {
  struct winsize size = {0};
  gboolean is_terminal = !reading->output && isatty(STDOUT_FILENO);
  if (is_terminal)
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  return (LbWorkStyle){.has_color = !reading->output && has_color(options),
                       .has_reasons = options->has_reasons,
                       .width = size.ws_col,
                       .mailmap = reading->mailmap};
}

typedef gboolean (*WriteFunc)(LbStream *stream, const LbOverview *overview, const GPtrArray *works,
                              const LbWorkStyle *style, GError **error);

static gboolean write_facts(LbStream *stream, const LbOverview *overview, const GPtrArray *works,
                            const LbWorkStyle *style, GError **error) {
  g_autoptr(LbFields) fields = lb_fields_new(style->mailmap);
  for (guint i = 0; i < works->len && !lb_stream_is_cut(stream); i++) {
    const char *line = lb_work_facts_format(fields, overview, g_ptr_array_index(works, i));
    if (!lb_stream_write(stream, line, strlen(line), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean write_list(LbStream *stream, const LbOverview *overview, const GPtrArray *works,
                           const LbWorkStyle *style, GError **error) {
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; i < works->len; i++)
    lb_work_list_append_line(out, overview, g_ptr_array_index(works, i), style);
  return lb_stream_write(stream, out->str, out->len, error);
}

static gboolean write_stories(LbStream *stream, const LbOverview *overview, const GPtrArray *works,
                              const LbWorkStyle *style, GError **error) {
  g_autoptr(GString) out = g_string_new(NULL);
  for (guint i = 0; i < works->len; i++)
    lb_work_list_append_story(out, overview, g_ptr_array_index(works, i), style);
  return lb_stream_write(stream, out->str, out->len, error);
}

static gboolean write_product(const LbReading *reading, const LbOverview *overview, const GPtrArray *works,
                              const Options *options, WriteFunc write_text, GError **error) {
  LbWorkStyle style = make_style(reading, options);
  G_GNUC_UNUSED g_autoptr(LbPager) pager = reading->output || options->is_json ? NULL : lb_pager_start();
  g_autoptr(LbStream) stream = lb_stream_open(reading->output, error);
  WriteFunc write = options->is_json ? write_facts : write_text;
  return stream && write(stream, overview, works, &style, error) && lb_stream_finish(stream, error);
}

int lb_cmd_series(int argc, char **argv) {
  g_auto(LbReading) reading = LB_READING_INIT;
  g_auto(Options) options = {.stale_days = DEFAULT_STALE_DAYS};
  g_autoptr(GOptionContext) context =
      g_option_context_new("[show MSGID|CHANGE-ID|URL] SOURCE… - lines of work and their status");
  g_autoptr(LbCollection) collection = NULL;
  g_autoptr(LbOverview) overview = NULL;
  g_autoptr(GPtrArray) works = NULL;
  g_autoptr(GError) error = NULL;
  int status;
  add_options(&options, context);
  lb_reading_add_options(&reading, context);
  if (!lb_command_parse_options(context, "series", &argc, &argv, &status))
    return status;
  gboolean is_story = argc > 1 && !strcmp(argv[1], "show");
  int skip = is_story ? 3 : 1;
  if (is_story && argc < 3)
    g_set_error(&error, LB_ERROR, LB_ERROR_USAGE,
                "show takes a Message-ID, change-id or URL before the sources");
  if (error || !check_options(&options, &error) ||
      !lb_reading_open(&reading, argc - skip, argv + skip, &error) ||
      !lb_reading_run(&reading, is_story || options.is_json ? LB_WANT_PATCH_ID : 0, &error))
    return lb_command_fail(error);
  const GPtrArray *mails = lb_intake_get_mails(reading.intake);
  collection = lb_collection_build(mails, lb_reading_get_jobs(&reading));
  overview =
      lb_overview_build(collection, mails, reading.mailmap, reading.period.until, (guint)options.stale_days);
  if (is_story)
    works = find_work(overview, mails, argv[2], &error);
  else
    works = select_works(&reading, &options, overview);
  if (!works ||
      !write_product(&reading, overview, works, &options, is_story ? write_stories : write_list, &error))
    return lb_command_fail(error);
  return lb_reading_finish(&reading, collection);
}
