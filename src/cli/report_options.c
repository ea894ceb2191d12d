/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/report_options.h"
#include <string.h>
#include "base/error.h"

#define DEFAULT_LINK "https://lore.kernel.org/all/{msgid}/"

void lb_report_options_clear(LbReportOptions *options) {
  g_free(options->name);
  g_free(options->sections);
  g_free(options->messages);
  g_free(options->order);
  g_free(options->link);
  g_free(options->domain_map);
  g_strfreev(options->exclude);
  g_strfreev(options->watch);
  lb_watch_free(options->watched);
  lb_organisations_free(options->organisations);
}

void lb_report_options_add(LbReportOptions *options, GOptionContext *context) {
  const GOptionEntry entries[] = {
      {"name", 0, 0, G_OPTION_ARG_STRING, &options->name, "Call the list NAME in the title", "NAME"},
      {"top", 0, 0, G_OPTION_ARG_INT, &options->top, "Show N domains, contributors and so on (15)", "N"},
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
      {"domain-map", 0, 0, G_OPTION_ARG_FILENAME, &options->domain_map,
       "Count domains by organisation, as FILE says", "FILE"},
      {"fold-domains", 0, 0, G_OPTION_ARG_NONE, &options->folds_domains,
       "Subdomains belong to the organisation of their domain", NULL},
      {"stale", 0, 0, G_OPTION_ARG_INT, &options->stale_days,
       "Call stale what nobody spoke of for N days (30)", "N"},
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

static gboolean read_lists(LbReportOptions *options, LbReportInput *input, GError **error) {
  if (options->watch && !(options->watched = lb_watch_parse((const char *const *)options->watch, error)))
    return FALSE;
  if (options->folds_domains && !options->domain_map) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "--fold-domains goes with --domain-map");
    return FALSE;
  }
  if (options->domain_map &&
      !(options->organisations = lb_organisations_load(options->domain_map, options->folds_domains, error)))
    return FALSE;
  input->watch = options->watched;
  input->organisations = options->organisations;
  return TRUE;
}

gboolean lb_report_options_parse(LbReportOptions *options, LbReportInput *input, GError **error) {
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
  return read_lists(options, input, error);
}
