/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/tally.h"
#include "base/hash.h"
#include "base/text.h"
#include <string.h>

typedef struct {
  guint count, first, second;
  gboolean is_person;
  GHashTable *names, *addresses; /* as written -> times */
} Entry;

/* Most mails are by few people, whose names and addresses are kept once: the pointers tell. */
typedef struct {
  LbPerson person;
  Entry *entry;               /* NULL: not yet in entries */
  guint count;                /* all of it, */
  guint n_new, first, second; /* and what the entry doesn't have yet */
} Copy;

struct LbTally {
  GHashTable *entries; /* label or folded address -> Entry */
  GHashTable *copies;  /* set of Copy, owned */
};

typedef struct {
  guint count, first, second;
  char *label, *shown;
  LbPerson person;
} Row;

static void entry_free(gpointer data) {
  Entry *entry = data;
  g_clear_pointer(&entry->names, g_hash_table_unref);
  g_clear_pointer(&entry->addresses, g_hash_table_unref);
  g_free(entry);
}

static guint hash_copy(gconstpointer key) {
  const LbPerson *person = &((const Copy *)key)->person;

  return g_direct_hash(person->email) * 31 ^ g_direct_hash(person->name);
}

static gboolean equal_copies(gconstpointer a, gconstpointer b) {
  const LbPerson *x = &((const Copy *)a)->person, *y = &((const Copy *)b)->person;

  return x->email == y->email && x->name == y->name;
}

LbTally *lb_tally_new(void) {
  LbTally *tally = g_new0(LbTally, 1);
  tally->entries = g_hash_table_new_full(lb_hash_string, g_str_equal, g_free, entry_free);
  tally->copies = g_hash_table_new_full(hash_copy, equal_copies, g_free, NULL);
  return tally;
}

void lb_tally_free(LbTally *tally) {
  if (!tally)
    return;
  g_hash_table_unref(tally->entries);
  g_hash_table_unref(tally->copies);
  g_free(tally);
}

/* key: handed over. */
static Entry *get_entry(LbTally *tally, char *key) {
  Entry *entry = g_hash_table_lookup(tally->entries, key);

  if (entry) {
    g_free(key);
  } else {
    entry = g_new0(Entry, 1);
    g_hash_table_insert(tally->entries, key, entry);
  }
  return entry;
}

static void count_spelling(GHashTable **table, const char *spelling, guint n) {
  if (!*table)
    *table = g_hash_table_new(lb_hash_string, g_str_equal);
  n += GPOINTER_TO_UINT(g_hash_table_lookup(*table, spelling));
  g_hash_table_insert(*table, (gpointer)spelling, GUINT_TO_POINTER(n));
}

void lb_tally_add_label(LbTally *tally, const char *label, guint n) {
  get_entry(tally, g_strdup(label))->count += n;
}

void lb_tally_add_person(LbTally *tally, LbPerson person, guint n) {
  lb_tally_add_person_with(tally, person, n, 0, 0);
}

void lb_tally_add_person_with(LbTally *tally, LbPerson person, guint n, guint first, guint second) {
  const Copy wanted = {.person = person};
  Copy *copy = g_hash_table_lookup(tally->copies, &wanted);

  if (!copy) {
    copy = g_memdup2(&wanted, sizeof wanted);
    g_hash_table_add(tally->copies, copy);
  }
  copy->count += n;
  copy->n_new += n;
  copy->first += first;
  copy->second += second;
}

static void take_copy(LbTally *tally, Copy *copy) {
  const LbPerson *person = &copy->person;

  if (!copy->entry)
    copy->entry = get_entry(tally, person->email ? g_ascii_strdown(person->email, -1) : g_strdup(""));
  copy->entry->is_person = TRUE;
  copy->entry->count += copy->n_new;
  copy->entry->first += copy->first;
  copy->entry->second += copy->second;
  copy->n_new = copy->first = copy->second = 0;
}

static void take_copies(LbTally *tally) {
  GHashTableIter iter;
  gpointer copy;

  g_hash_table_iter_init(&iter, tally->copies);
  while (g_hash_table_iter_next(&iter, &copy, NULL))
    take_copy(tally, copy);
}

guint lb_tally_count(LbTally *tally) {
  take_copies(tally);
  return g_hash_table_size(tally->entries);
}

/* Of those that may be shown. */
static void count_spellings(LbTally *tally, guint least) {
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init(&iter, tally->copies);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    const Copy *copy = key;
    const LbPerson *person = &copy->person;
    if (!person->email || copy->entry->count < least)
      continue;
    count_spelling(&copy->entry->addresses, person->email, copy->count);
    if (person->name && *person->name)
      count_spelling(&copy->entry->names, person->name, copy->count);
  }
}

static int compare_counts(gconstpointer a, gconstpointer b) {
  guint x = *(const guint *)a, y = *(const guint *)b;

  return (x < y) - (x > y);
}

/* The count that the last one shown has: who has less needs no label. */
static guint find_least(const LbTally *tally, guint limit) {
  g_autoptr(GArray) counts = g_array_new(FALSE, FALSE, sizeof(guint));
  GHashTableIter iter;
  gpointer entry;

  if (limit == 0 || g_hash_table_size(tally->entries) <= limit)
    return 0;
  g_hash_table_iter_init(&iter, tally->entries);
  while (g_hash_table_iter_next(&iter, NULL, &entry))
    g_array_append_val(counts, ((const Entry *)entry)->count);
  g_array_sort(counts, compare_counts);
  return g_array_index(counts, guint, limit - 1);
}

static const char *find_most_used(GHashTable *table) {
  const char *best = "", *spelling;
  guint best_count = 0;
  GHashTableIter iter;
  gpointer count;

  if (!table)
    return "";
  g_hash_table_iter_init(&iter, table);
  while (g_hash_table_iter_next(&iter, (gpointer *)&spelling, &count)) {
    guint n = GPOINTER_TO_UINT(count);
    if (n > best_count || (n == best_count && strcmp(spelling, best) < 0)) {
      best = spelling;
      best_count = n;
    }
  }
  return best;
}

static int compare_rows(gconstpointer a, gconstpointer b) {
  const Row *x = a, *y = b;

  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return -strcmp(x->shown, y->shown);
}

static void row_clear(gpointer data) {
  Row *row = data;
  g_free(row->label);
  g_free(row->shown);
}

static Row build_row(const char *key, const Entry *entry) {
  Row row = {.count = entry->count, .first = entry->first, .second = entry->second};

  if (!entry->is_person) {
    row.label = g_strdup(key);
  } else {
    row.person = (LbPerson){.name = find_most_used(entry->names), .email = find_most_used(entry->addresses)};
    if (*row.person.email) {
      GString *mailbox = g_string_new(NULL);
      lb_address_format(mailbox, &row.person);
      row.label = g_string_free(mailbox, FALSE);
    } else {
      row.label = g_strdup("(none)");
    }
  }
  row.shown = lb_text_visible(row.label, TRUE);
  return row;
}

void lb_tally_append_blocks(LbTally *tally, guint limit, LbReport *report, LbBlocks *blocks) {
  lb_tally_append_remarked_blocks(tally, limit, NULL, NULL, report, blocks);
}

void lb_tally_append_remarked_blocks(LbTally *tally, guint limit, LbTallyRemark remark, gconstpointer data,
                                     LbReport *report, LbBlocks *blocks) {
  g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
  GHashTableIter iter;
  const char *key;
  const Entry *entry;
  guint least;

  take_copies(tally);
  least = find_least(tally, limit);
  count_spellings(tally, least);
  g_array_set_clear_func(rows, row_clear);
  g_hash_table_iter_init(&iter, tally->entries);
  while (g_hash_table_iter_next(&iter, (gpointer *)&key, (gpointer *)&entry)) {
    if (entry->count >= least) {
      Row row = build_row(key, entry);
      g_array_append_val(rows, row);
    }
  }
  g_array_sort(rows, compare_rows);
  for (guint i = 0; i < rows->len && (limit == 0 || i < limit); i++) {
    const Row *row = &g_array_index(rows, Row, i);
    LbBlock *block = lb_report_add_block(report, blocks, LB_BLOCK_COUNT);
    block->count = row->count;
    block->label = lb_arena_strdup(report->arena, row->label);
    if (remark) {
      g_autofree char *text = remark(row->count, row->first, row->second, data);
      block->remark = lb_arena_strdup(report->arena, text);
    }
    if (row->person.email) {
      block->person.name = lb_arena_strdup(report->arena, row->person.name);
      block->person.email = lb_arena_strdup(report->arena, row->person.email);
    }
  }
}
