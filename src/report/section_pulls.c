/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who asks whom to pull what, and was it merged? */
#include "report/sections.h"
#include "report/posting_block.h"
#include <string.h>

#define MAX_NAMES 3

typedef struct {
  const LbMail *mail;
  const LbMail *merged; /* the mail that says so; NULL if none does */
  gboolean is_replaced; /* the same person asks anew in its thread */
} Pull;

/* A robot that names the tree says more than "Pulled, thanks"; else the earlier one counts. */
static gboolean says_more(const LbMail *mail, const LbMail *than) {
  gboolean has_tree = mail->details->applied->tree != NULL;

  if (!than || has_tree != (than->details->applied->tree != NULL))
    return !than || has_tree;
  return mail->date != than->date ? mail->date < than->date : strcmp(mail->msgid, than->msgid) < 0;
}

static gboolean is_pull(const LbScope *scope, const LbMail *mail) {
  LbClass mail_class = lb_collection_get_class(scope->input->collection, mail);

  return mail_class == LB_CLASS_PULL || (mail_class == LB_CLASS_COVER && mail->details->extras->request);
}

/* The nearest pull request above a mail, or itself; NULL if there is none.  known: what was found before, so
 * that each mail of a deep thread is passed once. */
static const LbMail *find_pull(const LbScope *scope, const LbMail *mail, GHashTable *known) {
  g_autoptr(GPtrArray) path = g_ptr_array_new();
  gpointer pull = NULL;

  for (; mail && !g_hash_table_lookup_extended(known, mail, NULL, &pull);) {
    g_ptr_array_add(path, (gpointer)mail);
    if (is_pull(scope, mail)) {
      pull = (gpointer)mail;
      break;
    }
    mail = lb_replies_find_parent(scope->input->overview->replies, mail);
  }
  for (guint i = 0; i < path->len; i++)
    g_hash_table_insert(known, g_ptr_array_index(path, i), pull);
  return pull;
}

/* What became of pull requests. */
typedef struct {
  GHashTable *merged;   /* pull request -> the mail that says so */
  GHashTable *replaced; /* those in whose threads the same person asks anew */
  GPtrArray *pulls;     /* all of them */
} Fates;

static void find_fate(const LbScope *scope, const LbMail *mail, GHashTable *known, Fates *fates) {
  gboolean says_merged = mail->details->applied && mail->details->applied->is_applied,
           asks = is_pull(scope, mail);
  const LbMail *above, *pull;

  if (!says_merged && !asks)
    return;
  if (asks)
    g_ptr_array_add(fates->pulls, (gpointer)mail);
  above = lb_replies_find_parent(scope->input->overview->replies, mail);
  pull = above ? find_pull(scope, above, known) : NULL;
  if (pull && says_merged && says_more(mail, g_hash_table_lookup(fates->merged, pull)))
    g_hash_table_insert(fates->merged, (gpointer)pull, (gpointer)mail);
  if (pull && asks && lb_person_equal(lb_scope_get_author(scope, mail), lb_scope_get_author(scope, pull)))
    g_hash_table_add(fates->replaced, (gpointer)pull);
}

static void find_fates(const LbScope *scope, Fates *fates) {
  const GPtrArray *mails = scope->input->mails;
  g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < mails->len; i++) {
    const LbMail *mail = g_ptr_array_index(mails, i);
    if (!mail->duplicate_of && lb_scope_is_so_far(scope, mail))
      find_fate(scope, mail, known, fates);
  }
}

static int compare_newest(gconstpointer a, gconstpointer b) {
  const Pull *x = a, *y = b;

  if (x->mail->date != y->mail->date)
    return x->mail->date > y->mail->date ? -1 : 1;
  return strcmp(x->mail->msgid, y->mail->msgid);
}

/* What was asked in the period, and what was merged in it, whenever asked. */
static GArray *collect_pulls(const LbScope *scope) {
  const LbSpan always = LB_SPAN_ALWAYS;
  g_autoptr(GHashTable) merged = g_hash_table_new(NULL, NULL), replaced = g_hash_table_new(NULL, NULL);
  g_autoptr(GPtrArray) asked = g_ptr_array_new();
  Fates fates = {merged, replaced, asked};
  GArray *pulls = g_array_new(FALSE, FALSE, sizeof(Pull));

  find_fates(scope, &fates);
  for (guint i = 0; i < asked->len; i++) {
    Pull pull = {.mail = g_ptr_array_index(asked, i)};
    if (!lb_scope_has_mail(scope, &always, pull.mail))
      continue;
    pull.merged = g_hash_table_lookup(merged, pull.mail);
    pull.is_replaced = g_hash_table_contains(replaced, pull.mail);
    if (lb_scope_is_inside(scope, pull.mail) || (pull.merged && lb_scope_is_inside(scope, pull.merged)))
      g_array_append_val(pulls, pull);
  }
  g_array_sort(pulls, compare_newest);
  return pulls;
}

static const char *get_name(LbPerson person) {
  return person.name && *person.name ? person.name : person.email;
}

/* "linux-hyperv.vger.kernel.org" is linux-hyperv@vger.kernel.org: nobody is asked there. */
static gboolean is_list(const LbMail *mail, const char *email) {
  const char *at = strchr(email, '@');
  gsize n = at ? (gsize)(at - email) : 0;

  for (guint i = 0; at && mail->list_ids && mail->list_ids[i]; i++) {
    const char *id = mail->list_ids[i];
    if (g_ascii_strncasecmp(id, email, n) == 0 && id[n] == '.' && g_ascii_strcasecmp(id + n + 1, at + 1) == 0)
      return TRUE;
  }
  return FALSE;
}

/* In To, and neither the list nor the one who asks; without a name (other lists) only where nobody has one.
 */
static GArray *collect_asked(const LbScope *scope, const LbMail *mail, LbPerson author, gboolean with_name) {
  GArray *asked = g_array_new(FALSE, FALSE, sizeof(LbPerson));

  for (const LbPerson *to = mail->details->extras->to; to && to->email; to++) {
    LbPerson person = lb_mailmap_find(scope->input->mailmap, *to);
    if (!is_list(mail, to->email) && !lb_person_equal(person, author) && (!with_name || *person.name))
      g_array_append_val(asked, person);
  }
  return asked;
}

/* "Ada Lind asks Ben Moor, Cleo Park and 2 more, 2026-01-13, 12 commits" */
static const char *format_who(const LbScope *scope, const LbMail *mail, LbArena *arena) {
  LbPerson author = lb_scope_get_author(scope, mail);
  g_autoptr(GArray) asked = collect_asked(scope, mail, author, TRUE);
  g_autoptr(GString) line = g_string_new(author.email ? get_name(author) : "unknown author");
  g_autofree char *day =
      mail->date == LB_TIME_UNKNOWN ? g_strdup("date unknown") : lb_period_format_day(mail->date);

  if (asked->len == 0) {
    g_array_unref(asked);
    asked = collect_asked(scope, mail, author, FALSE);
  }
  for (guint i = 0; i < MIN(asked->len, MAX_NAMES); i++)
    g_string_append_printf(line, "%s%s", i == 0 ? " asks " : ", ",
                           get_name(g_array_index(asked, LbPerson, i)));
  if (asked->len > MAX_NAMES)
    g_string_append_printf(line, " and %u more", asked->len - MAX_NAMES);
  g_string_append_printf(line, ", %s", day);
  if (mail->details->extras->request && mail->details->extras->request->n_commits > 0)
    g_string_append_printf(line, ", %u commit%s", mail->details->extras->request->n_commits,
                           mail->details->extras->request->n_commits == 1 ? "" : "s");
  return lb_arena_strdup(arena, line->str);
}

static const char *format_place(const LbMail *mail, LbArena *arena) {
  g_autofree char *text = NULL;

  if (!mail->details->extras->request || !mail->details->extras->request->url)
    return NULL;
  text = g_strjoin(" ", mail->details->extras->request->url, mail->details->extras->request->ref, NULL);
  return lb_arena_strdup(arena, text);
}

/* A series that asks to be pulled has versions. */
static gboolean is_superseded(const LbScope *scope, const LbMail *mail) {
  const LbPosting *posting = lb_scope_find_posting(scope, mail);

  return posting && lb_status_build(&scope->input->overview->status, posting).kind == LB_STATUS_SUPERSEDED;
}

/* "merged into netdev/net.git (main) by Ben Moor, 2026-01-14" */
static const char *format_state(const LbScope *scope, const Pull *pull, LbArena *arena) {
  g_autoptr(GString) line = g_string_new("merged");
  g_autofree char *day = NULL;
  const LbApplied *applied;

  if (!pull->merged)
    return pull->is_replaced || is_superseded(scope, pull->mail) ? "superseded"
                                                                 : "not merged, as far as was seen";
  applied = pull->merged->details->applied;
  day = lb_period_format_day(pull->merged->date);
  if (applied->tree)
    g_string_append_printf(line, " into %s", applied->tree);
  if (applied->tree && applied->branch)
    g_string_append_printf(line, " (%s)", applied->branch);
  if (pull->merged->author->email)
    g_string_append_printf(line, ", says %s", get_name(lb_scope_get_author(scope, pull->merged)));
  g_string_append_printf(line, ", %s", day);
  return lb_arena_strdup(arena, line->str);
}

static void append_pull(const LbScope *scope, const Pull *pull, LbReport *report, LbBlocks *blocks) {
  LbBlock *block = lb_report_add_block(report, blocks, LB_BLOCK_POSTING);
  const char **details = lb_arena_new_array(report->arena, const char *, 4);
  const char *place = format_place(pull->mail, report->arena);
  guint n = 0;

  details[n++] = format_who(scope, pull->mail, report->arena);
  if (place)
    details[n++] = place;
  details[n++] = format_state(scope, pull, report->arena);
  block->subject = lb_arena_strdup(report->arena, pull->mail->subject);
  block->details = details;
  block->link = lb_posting_block_format_link(scope, pull->mail, report->arena);
}

static gboolean build(const LbScope *scope, LbReport *report, LbBlocks *blocks, const char **heading,
                      GError **error) {
  static const char *const labels[] = {"Merged", "Not merged"};
  g_autoptr(GArray) pulls = collect_pulls(scope);

  for (guint open = 0; open < 2; open++) {
    LbBlock *group = NULL;
    for (guint i = 0; i < pulls->len; i++) {
      const Pull *pull = &g_array_index(pulls, Pull, i);
      if ((pull->merged == NULL) != (open == 1))
        continue;
      if (!group)
        group = lb_posting_block_append_group(report, blocks, labels[open]);
      group->count++;
      append_pull(scope, pull, report, blocks);
    }
  }
  *heading = "Pull requests";
  return TRUE;
}

const LbSection lb_section_pulls = {.name = "pulls", .build = build};
