/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/report.h"
#include "base/crew.h"
#include "base/error.h"
#include "report/scope.h"
#include "report/sections.h"
#include <string.h>

/* In the order in which they stand in a report. */
static const LbSection *const table[] = {
    &lb_section_watched,   &lb_section_domains,     &lb_section_contributors, &lb_section_patches,
    &lb_section_waiting,   &lb_section_applied,     &lb_section_pulls,        &lb_section_reviewers,
    &lb_section_newcomers, &lb_section_discussions, &lb_section_incomplete,   &lb_section_bots,
    &lb_section_numbers,   &lb_section_messages,
};
#define N_SECTIONS G_N_ELEMENTS(table)

static void set_unknown_section(const char *name, GError **error) {
  g_autoptr(GString) names = g_string_new(NULL);

  for (guint i = 0; i < N_SECTIONS; i++)
    g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ", table[i]->name);
  g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "there is no section '%s'; there are %s", name, names->str);
}

static gboolean choose(const char *name, gboolean is_chosen, gboolean *chosen, GError **error) {
  for (guint i = 0; i < N_SECTIONS; i++) {
    if (strcmp(table[i]->name, name) == 0) {
      chosen[i] = is_chosen;
      return TRUE;
    }
  }
  set_unknown_section(name, error);
  return FALSE;
}

/* "a,b" is these two, "-a" all but this one: a list that begins with a minus starts from all. */
static gboolean parse_sections(const char *list, gboolean *chosen, GError **error) {
  /* Of an empty text g_strsplit() makes no part at all, not one that is empty. */
  g_auto(GStrv) names = list && *list ? g_strsplit(list, ",", -1) : NULL;
  gboolean starts_from_all = !list || g_str_has_prefix(list + strspn(list, " "), "-");

  for (guint i = 0; i < N_SECTIONS; i++)
    chosen[i] = starts_from_all;
  if (list && !names)
    return choose("", TRUE, chosen, error);
  for (guint i = 0; names && names[i]; i++) {
    const char *name = g_strstrip(names[i]);
    gboolean leaves_out = name[0] == '-';
    if (!choose(name + leaves_out, !leaves_out, chosen, error))
      return FALSE;
  }
  return TRUE;
}

LbBlock *lb_report_add_block(LbReport *report, LbBlocks *blocks, LbBlockKind kind) {
  LbBlock *block = lb_arena_new_array(report->arena, LbBlock, 1);

  block->kind = kind;
  block->before = -1;
  lb_blocks_add(blocks, block);
  return block;
}

static void section_data_free(gpointer data) {
  LbSectionData *section = data;

  lb_blocks_free(section->blocks);
  lb_arena_free(section->arena);
  g_free(section);
}

typedef struct {
  const LbSection *section;
  gboolean is_shown;   /* FALSE: built for what it tells of alone */
  LbReport part;       /* what the section makes */
  LbSectionData *data; /* NULL: nothing to be shown, or failed */
  GError *error;
} Piece;

/* Sections still to be built, by any thread, into places of their own. */
typedef struct {
  const LbScope *scope;
  LbReport *report;
  Piece pieces[N_SECTIONS];
  guint n;
} Work;

static void begin_notes(LbReport *report, const LbHistory *history) {
  if (!history)
    return;
  report->told = g_array_new(FALSE, FALSE, sizeof(LbToldMail));
  report->printed = g_array_new(FALSE, FALSE, sizeof(LbPrinted));
}

static void end_notes(LbReport *report) {
  g_clear_pointer(&report->told, g_array_unref);
  g_clear_pointer(&report->printed, g_array_unref);
}

static void take_notes(LbReport *report, const LbReport *part) {
  if (!report->told)
    return;
  g_array_append_vals(report->told, part->told->data, part->told->len);
  g_array_append_vals(report->printed, part->printed->data, part->printed->len);
}

static void build_section(Piece *piece, const LbScope *scope) {
  LbSectionData *data = g_new0(LbSectionData, 1);

  piece->part = (LbReport){.arena = lb_arena_new(), .texts = scope->input->texts};
  begin_notes(&piece->part, scope->input->history);
  data->section = piece->section;
  data->blocks = lb_blocks_new();
  data->arena = piece->part.arena;
  if (piece->section->build(scope, &piece->part, data->blocks, &data->heading, &piece->error) &&
      piece->is_shown && (lb_blocks_count(data->blocks) > 0 || piece->section->is_always_shown))
    piece->data = data;
  else
    section_data_free(data);
}

static void build_piece(guint number, gpointer data) {
  Work *work = data;

  /* All mails have their say in the name: a piece of its own. */
  if (number == work->n)
    work->report->name = lb_scope_format_name(work->scope, work->report->arena);
  else
    build_section(&work->pieces[number], work->scope);
}

/* FALSE with the first error in the order of the table. */
static gboolean take_sections(Work *work, LbReport *report, GError **error) {
  GError *first = NULL;

  for (guint i = 0; i < work->n; i++) {
    Piece *piece = &work->pieces[i];
    if (piece->data)
      g_ptr_array_add(report->sections, piece->data);
    take_notes(report, &piece->part);
    end_notes(&piece->part);
    if (piece->error && !first)
      first = piece->error;
    else
      g_clear_error(&piece->error);
  }
  if (first)
    g_propagate_error(error, first);
  return !first;
}

gboolean lb_report_check(const LbReportInput *input, GError **error) {
  gboolean chosen[N_SECTIONS];

  return parse_sections(input->sections, chosen, error) && lb_scope_check_exclude(input->exclude, error);
}

LbReport *lb_report_build(const LbReportInput *input, GError **error) {
  gboolean chosen[N_SECTIONS];
  g_autoptr(LbReport) report = g_new0(LbReport, 1);
  LbScope *scope = report->scope = g_new0(LbScope, 1);
  Work work = {.scope = scope, .report = report};

  report->input = g_memdup2(input, sizeof *input);
  report->arena = lb_arena_new();
  report->jobs = input->jobs;
  report->sections = g_ptr_array_new_with_free_func(section_data_free);
  report->texts = input->texts;
  if (!parse_sections(input->sections, chosen, error) || !lb_scope_init(scope, report->input, error))
    return NULL;
  report->first = lb_scope_format_first(scope, report->arena);
  report->last = lb_scope_format_last(scope, report->arena);
  begin_notes(report, input->history);
  for (guint i = 0; i < N_SECTIONS; i++) {
    if (chosen[i] || (input->history && table[i]->is_kept))
      work.pieces[work.n++] = (Piece){.section = table[i], .is_shown = chosen[i]};
  }
  lb_crew_run(input->jobs, work.n + 1, build_piece, &work);
  if (!take_sections(&work, report, error))
    return NULL;
  return g_steal_pointer(&report);
}

void lb_report_free(LbReport *report) {
  if (!report)
    return;
  end_notes(report);
  g_ptr_array_unref(report->sections);
  lb_arena_free(report->arena);
  if (report->scope)
    lb_scope_clear(report->scope);
  g_free(report->scope);
  g_free(report->input);
  g_free(report);
}
