/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"
#include "cli/command.h"
#include "cli/reading.h"
#include "output/writer.h"
#include <string.h>

#define DEFAULT_TOP 15
#define DEFAULT_STALE_DAYS 30
/* A series that began before a range is known whole then: no longer one is sent in one go. */
#define MARGIN 128
#define DEFAULT_LINK "https://lore.kernel.org/all/{msgid}/"

/* As given on the command line. */
typedef struct {
  char *name, *sections, *messages, *order, *link;
  char *domain_map;
  char **exclude, **watch;
  gboolean folds_domains;
  int top, stale_days;
} Options;

static void options_clear(Options *options) {
  g_free(options->name);
  g_free(options->sections);
  g_free(options->messages);
  g_free(options->order);
  g_free(options->link);
  g_free(options->domain_map);
  g_strfreev(options->exclude);
  g_strfreev(options->watch);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void add_options(Options *options, GOptionContext *context) {
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Call the list NAME in the title", "NAME"},
      {"top", 0, 0, G_OPTION_ARG_INT, &options->top, "Show N domains and contributors (15)", "N"},
      {"messages", 0, 0, G_OPTION_ARG_STRING, &options->messages,
       "Print messages of the cover and the first patch, or: cover, all, none", "WHICH"},
      {"sections", 0, 0, G_OPTION_ARG_STRING, &options->sections, "Show these sections; -NAME leaves one out",
       "LIST"},
      {"order", 0, 0, G_OPTION_ARG_STRING, &options->order, "Print messages newest or oldest first", "ORDER"},
      {"link", 0, 0, G_OPTION_ARG_STRING, &options->link, "Link to postings at URL, with {msgid} in it",
       "URL"},
      {"exclude", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->exclude,
       "Leave out an author, a domain or a class (repeatable)", "WHAT"},
      {"watch", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->watch,
       "Tell first of author:, domain:, path: and to: (repeatable)", "WHAT"},
      {"domain-map", 0, 0, G_OPTION_ARG_FILENAME, &options->domain_map, "Count domains by organisation, as FILE says",
       "FILE"},
      {"fold-domains", 0, 0, G_OPTION_ARG_NONE, &options->folds_domains,
       "Subdomains belong to the organisation of their domain", NULL},
      {"stale", 0, 0, G_OPTION_ARG_INT, &options->stale_days, "Call stale what nobody spoke of for N days (30)", "N"},
      {NULL, 0, 0, 0, NULL, NULL, NULL},
  };

  g_option_context_add_main_entries(context, entries, NULL);
}

/* The place of word in words, which ends with NULL; word NULL: 0. */
static gboolean parse_word(const char *option, const char *word, const char *const *words, int *place,
                           GError **error) {
  g_autofree char *all = NULL;

  for (*place = 0; words[*place]; (*place)++) {
    if (!word || strcmp(word, words[*place]) == 0)
      return TRUE;
  }
  all = g_strjoinv(", ", (char **)words);
  g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--%s '%s' is none of %s", option, word, all);
  return FALSE;
}

/* What the report refers to: kept until it is written. */
typedef struct {
  LbWatch *watch;
  LbOrganisations *organisations;
} Lists;

static void lists_clear(Lists *lists) {
  lb_watch_free(lists->watch);
  lb_organisations_free(lists->organisations);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lists, lists_clear)

static gboolean read_lists(const Options *options, Lists *lists, LbReportInput *input, GError **error) {
  if (options->watch && !(lists->watch = lb_watch_parse((const char *const *)options->watch, error)))
    return FALSE;
  if (options->folds_domains && !options->domain_map) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--fold-domains goes with --domain-map");
    return FALSE;
  }
  if (options->domain_map &&
      !(lists->organisations = lb_organisations_load(options->domain_map, options->folds_domains, error)))
    return FALSE;
  input->watch = lists->watch;
  input->organisations = lists->organisations;
  return TRUE;
}

static gboolean parse_input(const Options *options, LbReportInput *input, GError **error) {
  static const char *const messages[] = {"first", "cover", "all", "none", NULL};
  static const char *const orders[] = {"newest", "oldest", NULL};
  int choice = 0, order = 0;

  if (!parse_word("messages", options->messages, messages, &choice, error) ||
      !parse_word("order", options->order, orders, &order, error))
    return FALSE;
  if (options->top < 1) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--top takes a number from 1 on");
    return FALSE;
  }
  if (options->stale_days < 1) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--stale takes a number of days from 1 on");
    return FALSE;
  }
  if (options->link && !strstr(options->link, "{msgid}")) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--link '%s' has no {msgid} in it", options->link);
    return FALSE;
  }
  input->messages = (LbMessageChoice)choice;
  input->is_oldest_first = order == 1;
  input->top = (guint)options->top;
  input->link = options->link ? options->link : DEFAULT_LINK;
  input->name = options->name;
  input->sections = options->sections;
  input->exclude = (const char *const *)options->exclude;
  return TRUE;
}

/* Of several sources each name once, in the order named. */
static char *join_source_names(const GPtrArray *sources) {
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (guint i = 0; i < sources->len; i++) {
    const char *name = lb_source_get_name(g_ptr_array_index(sources, i));
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
      g_ptr_array_add(names, (gpointer)name);
  }
  g_ptr_array_add(names, NULL);
  return g_strjoinv(", ", (char **)names->pdata);
}

/* The end of the period, but not in the future: nothing waits for days that are still to come. */
static LbOverview *build_overview(const LbReading *reading, const LbCollection *collection, guint stale_days) {
  LbOverview *overview = lb_overview_build(collection, lb_intake_get_mails(reading->intake), reading->mailmap,
                                           reading->period.until, stale_days);

  overview->status.now = MIN(overview->status.now, reading->now);
  return overview;
}

static LbReport *build_report(const LbReading *reading, const LbOverview *overview, LbReportInput *input,
                              GError **error) {
  g_autofree char *source_name = join_source_names(reading->sources);

  input->intake = reading->intake;
  input->collection = overview->collection;
  input->overview = overview;
  input->period = reading->period;
  input->mailmap = reading->mailmap;
  input->log = reading->log;
  input->now = reading->now;
  input->source_name = source_name;
  if (reading->range)
    lb_source_get_range(g_ptr_array_index(reading->sources, 0), &input->range_first, &input->range_last);
  return lb_report_build(input, error);
}

static guint count_postings(const LbCollection *collection) {
  guint n = 0;

  for (guint i = 0; i < collection->postings->len; i++)
    n += !((const LbPosting *)g_ptr_array_index(collection->postings, i))->first->is_before;
  return n;
}

static LbWants wants(const LbReportInput *input) {
  return LB_WANT_MESSAGE | (lb_watch_needs_recipients(input->watch) ? LB_WANT_RECIPIENTS : 0);
}

int lb_cmd_report(int argc, char **argv) {
  g_auto(LbReading) reading = {.margin = MARGIN};
  g_auto(Lists) lists = {0};
  g_auto(Options) options = {.top = DEFAULT_TOP, .stale_days = DEFAULT_STALE_DAYS};
  g_autoptr(GOptionContext) context = g_option_context_new("SOURCE… - report what a mailing list did");
  g_autoptr(LbCollection) collection = NULL;
  g_autoptr(LbOverview) overview = NULL;
  g_autoptr(LbReport) report = NULL;
  g_autoptr(GString) document = g_string_new(NULL);
  g_autoptr(GError) error = NULL;
  LbReportInput input = {0};
  int status, written;

  lb_reading_add_options(&reading, context);
  add_options(&options, context);
  if (!lb_command_parse_options(context, "report", &argc, &argv, &status))
    return status;
  if (!parse_input(&options, &input, &error) || !read_lists(&options, &lists, &input, &error) || !lb_report_check(&input, &error) ||
      !lb_reading_open(&reading, argc - 1, argv + 1, &error) ||
      !lb_reading_run(&reading, wants(&input), &error))
    return lb_command_fail(error);
  collection = lb_collection_build(lb_intake_get_mails(reading.intake));
  overview = build_overview(&reading, collection, (guint)options.stale_days);
  report = build_report(&reading, overview, &input, &error);
  if (!report)
    return lb_command_fail(error);
  lb_writer_text.write(report, document);
  if (!lb_output_write(reading.output, document->str, document->len, &error))
    return lb_command_fail(error);
  written = lb_command_close_stdout();
  status = lb_reading_finish(&reading, count_postings(collection));
  return written ? written : status;
}
