/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "intake/merge.h"
#include "unit.h"
#include "base/period.h"

#define UNKNOWN LB_TIME_UNKNOWN

/* A mail as merging sees it; content and raw are the first bytes of its hashes. */
typedef struct {
  const char *msgid;
  gint64 date;
  guint8 content, raw;
  /* what must come out */
  const char *id;
  int duplicate_of; /* index, -1: none */
} Case;

static const Case cases[] = {
    /* 0: alone */
    {"alone@x", 10, 1, 1, "alone@x", -1},
    /* 1-3: copies; the smallest (date, raw) speaks */
    {"copy@x", 20, 2, 9, "copy@x", 3},
    {"copy@x", 15, 2, 8, "copy@x", 3},
    {"copy@x", 15, 2, 7, "copy@x", -1},
    /* 4-6: unlike mails, the earliest keeps the id */
    {"reused@x", 30, 3, 1, "reused@x#03030303", -1},
    {"reused@x", 25, 4, 1, "reused@x", -1},
    {"reused@x", 35, 5, 1, "reused@x#05050505", -1},
    /* 7-8: same date, the smaller content hash keeps it */
    {"tie@x", 40, 7, 1, "tie@x#07070707", -1},
    {"tie@x", 40, 6, 2, "tie@x", -1},
    /* 9-12: copies of both */
    {"both@x", 50, 9, 1, "both@x", 10},
    {"both@x", 49, 9, 2, "both@x", -1},
    {"both@x", 51, 8, 3, "both@x#08080808", -1},
    {"both@x", 52, 8, 4, "both@x#08080808", 11},
    /* 13-14: an unknown date comes last */
    {"undated@x", UNKNOWN, 1, 1, "undated@x#01010101", -1},
    {"undated@x", 60, 2, 1, "undated@x", -1},
    /* 15-16: copies without dates */
    {"dateless@x", UNKNOWN, 1, 2, "dateless@x", 16},
    {"dateless@x", UNKNOWN, 1, 1, "dateless@x", -1},
};

/* That counted them, from the store. */
static const guint32 reports[G_N_ELEMENTS(cases)] = {
    [1] = 3,
    [2] = 1,
    [3] = LB_REPORT_PENDING,
    [4] = 4,
    [5] = 5,
    [6] = LB_REPORT_PENDING,
    [10] = LB_REPORT_PENDING,
    [11] = LB_REPORT_PENDING,
    [12] = 11,
    [15] = 7,
};

static void hash_cases(LbMergeCopy *copies, guint n, gpointer data) {
  (void)data;
  for (LbMergeCopy *copy = copies; copy < copies + n; copy++) {
    const Case *one = &cases[copy->mail->source];
    memset(copy->hashes.content, one->content, sizeof copy->hashes.content);
    /* what isn't needed has no say, whatever it is */
    memset(copy->hashes.raw, copy->needs_raw ? one->raw : (int)(100 - (copy - copies)),
           sizeof copy->hashes.raw);
    copy->is_there = TRUE;
  }
}

/* What was counted once isn't again, whichever copy speaks. */
static void check_reports(const LbMail *mails) {
  unit_check(mails[3].report == 1 && mails[3].told == (LB_TOLD_POSTED | LB_TOLD_APPLIED), "%u %x",
             mails[3].report, mails[3].told);
  unit_check(mails[4].report == 4 && mails[5].report == 5 && mails[6].report == LB_REPORT_PENDING, "%u %u %u",
             mails[4].report, mails[5].report, mails[6].report);
  unit_check(mails[10].report == 0 && mails[11].report == 11, "%u %u", mails[10].report, mails[11].report);
  unit_check(mails[16].report == 7, "%u", mails[16].report);
}

/* The same for any order in which the mails come. */
static void test_duplicates(void **state) {
  (void)state;
  g_autoptr(GRand) random = g_rand_new_with_seed(42);
  for (int round = 0; round < 500; round++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    LbMail mails[G_N_ELEMENTS(cases)];
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    memset(mails, 0, sizeof mails);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
      mails[i].msgid = cases[i].msgid;
      mails[i].date = cases[i].date;
      mails[i].source = i;
      mails[i].report = reports[i];
      mails[i].told = i == 1 ? LB_TOLD_POSTED : i == 2 ? LB_TOLD_APPLIED : 0;
      g_ptr_array_insert(list, g_rand_int_range(random, 0, (gint)i + 1), &mails[i]);
    }
    g_autoptr(GPtrArray) before = g_ptr_array_copy(list, NULL, NULL);
    lb_merge_mark_duplicates(list, arena, hash_cases, NULL);
    assert_int_equal(list->len, before->len);
    assert_memory_equal(list->pdata, before->pdata, list->len * sizeof(gpointer));
    check_reports(mails);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
      unit_check_string(mails[i].msgid, cases[i].id, cases[i].id);
      const LbMail *original = cases[i].duplicate_of < 0 ? NULL : &mails[cases[i].duplicate_of];
      unit_check(mails[i].duplicate_of == original, "%u %s", i, cases[i].id);
      gboolean is_renamed = strcmp(cases[i].msgid, cases[i].id) != 0;
      unit_check(mails[i].diagnostics == (is_renamed ? LB_DIAG_BIT(LB_DIAG_MSGID_REUSED) : 0), "%u", i);
    }
  }
}

static void hash_what_is_there(LbMergeCopy *copies, guint n, gpointer data) {
  for (LbMergeCopy *copy = copies; copy < copies + n; copy++) {
    copy->is_there = copy->mail->date != GPOINTER_TO_INT(data);
    if (copy->is_there)
      memset(&copy->hashes, 7, sizeof copy->hashes);
  }
}

/* A file that went away before it was read again counts as a copy, whichever it is. */
static void test_vanished(void **state) {
  (void)state;
  for (gint64 gone = 1; gone <= 3; gone++) {
    g_autoptr(LbArena) arena = lb_arena_new();
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    LbMail mails[3];
    memset(mails, 0, sizeof mails);
    for (guint i = 0; i < 3; i++) {
      mails[i].msgid = "a@x";
      mails[i].date = i + 1;
      g_ptr_array_add(list, &mails[i]);
    }
    lb_merge_mark_duplicates(list, arena, hash_what_is_there, GINT_TO_POINTER((gint)gone));
    for (guint i = 0; i < 3; i++) {
      assert_string_equal(mails[i].msgid, "a@x");
      assert_ptr_equal(mails[i].duplicate_of, i ? &mails[0] : NULL);
      assert_int_equal(mails[i].diagnostics, 0);
    }
  }
}

/* "blob id" adds, "-blob id" takes back; what is left, in order. */
static void test_deletions(void **state) {
  (void)state;
  static const struct {
    const char *history, *left;
  } all[] = {
      {"", ""},
      {"1a 2b", "1a 2b"},
      {"1a -1a", ""},
      {"1a 2b -1a", "2b"},
      {"1a 2b -1a 3a", "2b 3a"},
      {"-1a 1a", "1a"},
      {"1a -1a 1a", "1a"},
      {"1a 1a -1a", "1a"},
      {"1a 1a -1a -1a", ""},
      {"1a 2a -1a", "2a"}, /* the blob beats the id */
      {"1a 2b -3a", "2b"}, /* the bytes were rewritten: the id tells */
      {"1a 2a -3a", "1a"}, /* of two with the id the later */
      {"1a -1a -1a", ""},
      {"1a -9z", "1a"},
      {"1a 2b 3c -2b -3c -1a", ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
    g_auto(GStrv) words = g_strsplit(all[i].history, " ", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(NULL);
    g_autoptr(LbArena) arena = lb_arena_new();
    for (char **word = words; *word && **word; word++) {
      LbMail *mail = lb_mail_new(arena);
      LbLocator locator = {.id_size = 20};
      const char *text = *word + (**word == '-');
      mail->removes = **word == '-';
      locator.blob[19] = (guint8)text[0];
      lb_mail_set_locator(mail, &locator, arena);
      mail->msgid = text + 1;
      g_ptr_array_add(list, mail);
    }
    lb_merge_remove_deleted(list);
    g_autoptr(GString) left = g_string_new(NULL);
    for (guint k = 0; k < list->len; k++) {
      const LbMail *mail = g_ptr_array_index(list, k);
      assert_false(mail->removes);
      g_string_append_printf(left, "%s%c%s", k ? " " : "", lb_mail_get_locator(mail).blob[19], mail->msgid);
    }
    unit_check_string(left->str, all[i].left, all[i].history);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_duplicates),
      cmocka_unit_test(test_vanished),
      cmocka_unit_test(test_deletions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
