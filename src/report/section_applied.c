/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was applied: which, by whom, into which tree, in part or in full, how long after its first version? */
#include "report/sections.h"
#include "base/hash.h"
#include "report/posting_block.h"
#include <string.h>

/* What one notice says of a posting, or several of one person that name the same tree. */
typedef struct {
  const LbApplication *first;
  GArray *patches; /* of int: indexes, ascending; 0 stands for all */
} Act;

static void act_free(gpointer data) {
  Act *act = data;

  g_array_unref(act->patches);
  g_free(act);
}

static const char *get_name(LbPerson person) {
  return person.name && *person.name ? person.name : person.email ? person.email : "unknown";
}

static LbPerson get_who(const LbScope *scope, const LbMail *mail) {
  LbPerson by = mail->details->applied->by;

  return by.email ? lb_mailmap_find(scope->input->mailmap, by) : lb_scope_get_author(scope, mail);
}

static Act *get_act(const LbScope *scope, GHashTable *by_key, GPtrArray *acts,
                    const LbApplication *application) {
  LbPerson by = get_who(scope, application->mail);
  g_autofree char *key =
      g_strconcat(application->tree ? application->tree : "", "\n",
                  application->branch ? application->branch : "", "\n", by.email ? by.email : "", NULL);
  Act *act = g_hash_table_lookup(by_key, key);

  if (!act) {
    act = g_new0(Act, 1);
    act->first = application;
    act->patches = g_array_new(FALSE, FALSE, sizeof(int));
    g_ptr_array_add(acts, act);
    g_hash_table_insert(by_key, g_steal_pointer(&key), act);
  }
  return act;
}

static gboolean is_inside(const LbScope *scope, const LbReception *reception) {
  for (guint i = 0; i < reception->applications->len; i++) {
    if (lb_scope_is_inside(scope, g_array_index(reception->applications, LbApplication, i).mail))
      return TRUE;
  }
  return FALSE;
}

/* Those of the period, by date. */
static GPtrArray *collect_acts(const LbScope *scope, const LbReception *reception) {
  GPtrArray *acts = g_ptr_array_new_with_free_func(act_free);
  g_autoptr(GHashTable) by_key = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, NULL);

  for (guint i = 0; i < reception->applications->len; i++) {
    const LbApplication *application = &g_array_index(reception->applications, LbApplication, i);
    if (lb_scope_is_inside(scope, application->mail))
      g_array_append_val(get_act(scope, by_key, acts, application)->patches, application->patch);
  }
  return acts;
}

static int compare_numbers(gconstpointer a, gconstpointer b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

/* "patches 1-3, 5"; nothing where it is the whole posting. */
static void append_patches(GString *line, const LbPosting *posting, GArray *patches) {
  guint n = 0;

  g_array_sort(patches, compare_numbers);
  for (guint i = 0; i < patches->len; i++) {
    int number = g_array_index(patches, int, i);
    if (number == 0)
      return;
    if (n == 0 || g_array_index(patches, int, n - 1) != number)
      g_array_index(patches, int, n++) = number;
  }
  if ((int)n >= MAX(posting->total, (int)posting->patches->len))
    return;
  g_string_append(line, n == 1 ? "patch " : "patches ");
  lb_posting_block_append_numbers(line, &g_array_index(patches, int, 0), n);
  g_string_append_c(line, ' ');
}

/* "patches 1-3 to netdev/net-next.git (main) by Ada Lind, 2026-01-13" */
static void append_act(const LbScope *scope, const LbPosting *posting, const Act *act, GString *line) {
  const LbApplication *application = act->first;

  if (line->len > 0)
    g_string_append(line, "; ");
  append_patches(line, posting, act->patches);
  if (application->tree || application->branch) {
    g_string_append(line, "to ");
    g_string_append(line, application->tree ? application->tree : application->branch);
  }
  if (application->tree && application->branch) {
    g_string_append(line, " (");
    g_string_append(line, application->branch);
    g_string_append_c(line, ')');
  }
  g_string_append(line, application->tree || application->branch ? " by " : "by ");
  g_string_append(line, get_name(get_who(scope, application->mail)));
  g_string_append(line, ", ");
  lb_period_append_day(line, application->mail->date);
}

/* "20 days from v1 2025-12-24"; nothing where this is the first version, posted in the same moment. */
static void append_span(const LbScope *scope, const LbPosting *posting, gint64 applied, GString *line) {
  const LbRevision *revision = lb_works_find(scope->input->overview->works, posting);
  const LbPosting *first =
      revision ? ((const LbRevision *)g_ptr_array_index(revision->work->revisions, 0))->posting : posting;
  g_autofree char *day = first->date == LB_TIME_UNKNOWN ? NULL : lb_period_format_day(first->date);
  gint64 days = first->date == LB_TIME_UNKNOWN ? 0 : lb_period_count_days(first->date, applied);

  if (!day)
    return;
  g_string_append_printf(line, "; %" G_GINT64_FORMAT " day%s from %sv%d %s", days, days == 1 ? "" : "s",
                         first->first->parsed->rfc && !posting->first->parsed->rfc ? "RFC " : "",
                         first->version, day);
}

static const char *format_acts(const LbScope *scope, const LbPosting *posting, const GPtrArray *acts,
                               LbArena *arena) {
  const LbReception *reception = lb_receptions_get(scope->input->overview->receptions, posting);
  const LbMail *all = reception->applied;
  const Act *last = g_ptr_array_index(acts, acts->len - 1);
  g_autoptr(GString) line = g_string_new(NULL);

  for (guint i = 0; i < acts->len; i++)
    append_act(scope, posting, g_ptr_array_index(acts, i), line);
  append_span(scope, posting, all ? all->date : last->first->mail->date, line);
  return lb_arena_strdup(arena, line->str);
}

static gboolean is_whole(const LbScope *scope, const LbPosting *posting) {
  return lb_receptions_get(scope->input->overview->receptions, posting)->applied != NULL;
}

static const char *const labels[] = {"In full", "In part"};

static void append_group(const LbScope *scope, gboolean in_part, const GPtrArray *postings, LbReport *report,
                         LbBlocks *blocks) {
  LbBlock *group = NULL;

  for (guint i = 0; i < postings->len; i++) {
    const LbPosting *posting = g_ptr_array_index(postings, i);
    const LbReception *reception = lb_receptions_get(scope->input->overview->receptions, posting);
    g_autoptr(GPtrArray) acts = NULL;
    if (!is_inside(scope, reception) || is_whole(scope, posting) == in_part)
      continue;
    acts = collect_acts(scope, reception);
    if (!group)
      group = lb_posting_block_append_group(report, blocks, labels[in_part]);
    group->count++;
    lb_posting_block_append(scope, posting, FALSE, format_acts(scope, posting, acts, report->arena), report,
                            blocks);
  }
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(GPtrArray) postings = lb_scope_list_postings(scope);

  g_ptr_array_sort(postings, lb_posting_compare_newest);
  append_group(scope, FALSE, postings, report, blocks);
  append_group(scope, TRUE, postings, report, blocks);
  *heading = "Applied, in detail";
  return TRUE;
}

const LbSection lb_section_applied = {.name = "applied", .build = build};
