/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose turn is it at the end of the period? */
#include "report/sections.h"
#include "report/posting_block.h"
#include "report/reception_line.h"
#include <string.h>

#define DAY (24 * 3600)

typedef struct {
  const LbPosting *posting;
  LbStatus status;
} Turn;

/* In the order in which they stand. */
static const LbStatusKind kinds[] = {LB_STATUS_WAITING_FOR_REVIEW, LB_STATUS_WAITING_ON_AUTHOR,
                                     LB_STATUS_READY};
static const char *const labels[] = {"Waiting for review", "Waiting on author", "Ready"};

static int compare_oldest(gconstpointer a, gconstpointer b) {
  const Turn *x = a, *y = b;

  if (x->status.since != y->status.since)
    return x->status.since < y->status.since ? -1 : 1;
  return strcmp(x->posting->first->msgid, y->posting->first->msgid);
}

/* The newest posting of each line of work that is not done. */
static GArray *collect_turns(const LbScope *scope) {
  const LbOverview *overview = scope->input->overview;
  g_autoptr(GPtrArray) postings = lb_scope_list_postings(scope);
  GArray *turns = g_array_new(FALSE, FALSE, sizeof(Turn));

  for (guint i = 0; i < postings->len; i++) {
    Turn turn = {.posting = g_ptr_array_index(postings, i)};
    const LbRevision *revision = lb_works_find(overview->works, turn.posting);
    if (!revision || revision->work->newest != revision || turn.posting->date == LB_TIME_UNKNOWN ||
        turn.posting->first->is_before)
      continue;
    turn.status = lb_status_build_work(&overview->status, revision->work);
    g_array_append_val(turns, turn);
  }
  g_array_sort(turns, compare_oldest);
  return turns;
}

static const char *format_days(guint days) {
  return days == 1 ? "day" : "days";
}

/* other: for how many days. */
static void fill_turn(const LbScope *scope, gconstpointer about, gconstpointer other, LbBlock *block,
                      LbArena *arena) {
  guint n = GPOINTER_TO_UINT(other);
  g_autofree char *days = g_strdup_printf("%u %s", n, format_days(n));
  const char *line = lb_reception_line_format(scope, about, days, arena);

  lb_posting_block_fill(scope, about, FALSE, line ? line : lb_arena_strdup(arena, days), block, arena);
}

/* What nobody has spoken of for long may have been taken without a word to the list: it is counted, not
 * shown. */
static gboolean is_silent(const LbScope *scope, const Turn *turn) {
  const LbStatusInput *input = &scope->input->overview->status;
  const LbMail *last = lb_receptions_get(input->receptions, turn->posting)->last_word;

  return last && last->date != LB_TIME_UNKNOWN && last->date < input->now - (gint64)input->stale_days * DAY;
}

static void append_silent(const LbScope *scope, guint n, LbReport *report, LbBlocks *blocks) {
  guint days = scope->input->overview->status.stale_days;
  g_autofree char *text =
      g_strdup_printf("Ready, and not a word for %u %s or longer: %u", days, format_days(days), n);

  if (n > 0)
    lb_report_add_block(report, blocks, LB_BLOCK_NOTE)->label = lb_arena_strdup(report->arena, text);
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  g_autoptr(GArray) turns = collect_turns(scope);
  guint n_silent = 0;

  *heading = "Waiting for review / Waiting on author / Ready";
  for (guint kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
    LbBlock *group = NULL;
    for (guint i = 0; i < turns->len; i++) {
      const Turn *turn = &g_array_index(turns, Turn, i);
      if (turn->status.kind != kinds[kind])
        continue;
      if (kinds[kind] == LB_STATUS_READY && is_silent(scope, turn)) {
        n_silent++;
        continue;
      }
      if (!group)
        group = lb_posting_block_append_group(report, blocks, labels[kind]);
      group->count++;
      lb_blocks_add_late(blocks, LB_BLOCK_POSTING, 0, fill_turn, turn->posting,
                         GUINT_TO_POINTER(turn->status.days));
    }
  }
  append_silent(scope, n_silent, report, blocks);
  return TRUE;
}

const LbSection lb_section_waiting = {.name = "waiting", .build = build};
