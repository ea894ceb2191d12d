/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/range.h"
#include <string.h>
#include "base/error.h"
#include "source/short_id.h"
#include "source/walk.h"

#define MIN_ID 4 /* hex digits, as git */

static const LbEpoch *get_epoch(const GPtrArray *epochs, int i) {
  return epochs->pdata[i];
}

static void format_name(char name[10], const git_oid *id) {
  git_oid_tostr(name, 10, id);
}

static void ignore_broken(const LbEpoch *epoch, const git_oid *commit, const char *failure, gpointer data) {
}

/* Counts the commits of an epoch that begin with prefix; *id is the last of them. */
static guint count_commits(const LbEpoch *epoch, const char *prefix, git_oid *id) {
  g_autoptr(LbWalk) walk = lb_walk_new(epoch, &epoch->tip, NULL, ignore_broken, NULL, NULL);
  LbWalkStep step;
  git_oid wanted;
  guint n = 0;
  gsize digits = strlen(prefix);
  if (git_oid_fromstrp(&wanted, prefix) < 0)
    return 0;
  while (walk && lb_walk_next(walk, &step))
    if (git_oid_ncmp(&step.commit, &wanted, digits) == 0 && n++ == 0)
      git_oid_cpy(id, &step.commit);
  return n;
}

/* Commits of one epoch that a short or full id may mean: 0, 1 or more. */
static guint find_id(const LbEpoch *epoch, const char *digits, git_oid *id) {
  const char *failure;
  guint n = lb_short_id_find(epoch, digits, id);
  if (n > 1) /* commits alone count: most of what is in the epoch are blobs */
    return epoch->has_tip ? count_commits(epoch, digits, id) : 0;
  if (n == 0)
    return 0;
  g_autoptr(LbObjects) objects = lb_epoch_open_objects(epoch, TRUE, NULL);
  g_autoptr(LbObject) object = objects ? lb_git_read(objects, id, GIT_OBJECT_COMMIT, &failure) : NULL;
  return object ? 1 : 0;
}

static gboolean set_unknown(GError **error, const char *text, const char *why) {
  g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "'%s' in the range %s", text, why);
  return FALSE;
}

/* In which of the epochs that know the id it is really part of the history; the oldest if in none. */
static int choose_epoch(const GPtrArray *epochs, const gboolean *is_known, const git_oid *id) {
  char digits[GIT_OID_HEXSZ + 1];
  git_oid found;
  int first = -1, n = 0;
  git_oid_tostr(digits, sizeof digits, id);
  for (int i = 0; i < (int)epochs->len; i++)
    if (is_known[i] && n++ == 0)
      first = i;
  for (int i = first; n > 1 && i < (int)epochs->len; i++)
    if (is_known[i] && get_epoch(epochs, i)->has_tip &&
        count_commits(get_epoch(epochs, i), digits, &found) > 0)
      return i;
  return first;
}

static gboolean find_by_id(const GPtrArray *epochs, const char *text, LbRangeEnd *end, GError **error) {
  g_autofree gboolean *is_known = g_new0(gboolean, epochs->len);
  guint n = 0;
  for (guint i = 0; i < epochs->len; i++) {
    git_oid id;
    guint found = find_id(get_epoch(epochs, i), text, &id);
    is_known[i] = found > 0;
    if (found > 1 || (found == 1 && n > 0 && !git_oid_equal(&id, &end->id)))
      return set_unknown(error, text, "is ambiguous: more than one commit begins so");
    if (found == 1)
      git_oid_cpy(&end->id, &id);
    n += found;
  }
  if (n == 0)
    return set_unknown(error, text, "is no commit of the archive");
  end->epoch = choose_epoch(epochs, is_known, &end->id);
  return TRUE;
}

static gboolean find_base(const GPtrArray *epochs, const char *text, LbRangeEnd *end, GError **error) {
  gsize digits = strspn(text, "0123456789abcdefABCDEF");
  gboolean is_id = digits == strlen(text) && digits >= MIN_ID && digits <= GIT_OID_HEXSZ;
  g_autoptr(GError) failure = NULL;
  if (is_id && find_by_id(epochs, text, end, &failure))
    return TRUE;
  for (int i = (int)epochs->len - 1; i >= 0; i--)
    if ((!failure || !strstr(failure->message, "ambiguous")) &&
        lb_epoch_find_name(get_epoch(epochs, i), text, &end->id)) {
      end->epoch = i;
      return TRUE;
    }
  if (failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  else
    set_unknown(error, text, "is no commit of the archive");
  return FALSE;
}

/* Splits "X^~3" into X and 4; text itself and 0 if it is not of this kind. */
static char *split_steps(const char *text, guint64 *steps) {
  gsize base = strcspn(text, "^~");
  *steps = 0;
  for (const char *p = text + base; *p;) {
    char mark = *p++;
    char *end;
    guint64 n = g_ascii_isdigit(*p) ? g_ascii_strtoull(p, &end, 10) : 1;
    if (g_ascii_isdigit(*p))
      p = end;
    if ((mark == '^' && n != 1) || n > G_MAXINT || (*p && *p != '^' && *p != '~')) {
      *steps = 0;
      return g_strdup(text);
    }
    *steps += n;
  }
  return g_strndup(text, base);
}

/* The newest epoch before i that has commits; -1 if none has. */
static int find_epoch_before(const GPtrArray *epochs, int i) {
  do
    i--;
  while (i >= 0 && !get_epoch(epochs, i)->has_tip);
  return i;
}

/* To the first parent, and from an epoch's first commit to the last of the epoch before. */
static gboolean step_back(const GPtrArray *epochs, guint64 steps, LbRangeEnd *end, GError **error) {
  g_autoptr(LbObjects) objects = NULL;
  int opened = -1;
  for (; steps > 0 && end->epoch >= 0; steps--) {
    const char *failure = "malformed commit";
    const LbEpoch *epoch = get_epoch(epochs, end->epoch);
    if (opened != end->epoch) {
      lb_objects_free(objects);
      objects = lb_epoch_open_objects(epoch, TRUE, error);
      opened = end->epoch;
      if (!objects)
        return FALSE;
    }
    LbCommit commit;
    g_autoptr(LbObject) object = lb_git_read(objects, &end->id, GIT_OBJECT_COMMIT, &failure);
    if (!object || !lb_git_parse_commit(object, &commit)) {
      g_set_error(error, LB_ERROR, LB_ERROR_BAD_INPUT, "'%s': %s", epoch->path, failure);
      return FALSE;
    }
    if (commit.n_parents > 0 && !lb_epoch_is_shallow(epoch, &end->id)) {
      lb_git_get_parent(object, 0, &end->id);
    } else {
      end->epoch = find_epoch_before(epochs, end->epoch);
      if (end->epoch >= 0)
        git_oid_cpy(&end->id, &get_epoch(epochs, end->epoch)->tip);
    }
  }
  return TRUE;
}

static gboolean parse_end(const GPtrArray *epochs, const char *text, LbRangeEnd *end, GError **error) {
  guint64 steps;
  g_autofree char *base = split_steps(text, &steps);
  return find_base(epochs, base, end, error) && step_back(epochs, steps, end, error);
}

/* The first commit of all: what stands in a heading for "from the beginning". */
static void find_first(const GPtrArray *epochs, git_oid *id) {
  for (guint i = 0; i < epochs->len; i++) {
    const LbEpoch *epoch = get_epoch(epochs, i);
    if (!epoch->has_tip)
      continue;
    g_autoptr(LbWalk) walk = lb_walk_new(epoch, &epoch->tip, NULL, ignore_broken, NULL, NULL);
    LbWalkStep step = {.commit = epoch->tip};
    while (walk && lb_walk_next(walk, &step))
      ;
    git_oid_cpy(id, &step.commit);
    return;
  }
}

gboolean lb_range_parse(const GPtrArray *epochs, const char *text, LbRange *range, GError **error) {
  const char *dots = strstr(text, "..");
  if (!dots || dots[2] == '.' || strstr(dots + 2, "..")) {
    g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "'%s' is no range of commits: it should be like A..B", text);
    return FALSE;
  }
  g_autofree char *first = g_strndup(text, dots - text);
  const char *last = dots + 2;
  *range = (LbRange){.first.epoch = -1, .last.epoch = find_epoch_before(epochs, epochs->len)};
  git_oid_cpy(&range->last.id, &get_epoch(epochs, range->last.epoch)->tip);
  if (*first && !parse_end(epochs, first, &range->first, error))
    return FALSE;
  if (*last && !parse_end(epochs, last, &range->last, error))
    return FALSE;
  git_oid begin = range->first.id;
  if (range->first.epoch < 0)
    find_first(epochs, &begin);
  format_name(range->first_name, &begin);
  format_name(range->last_name, range->last.epoch < 0 ? &begin : &range->last.id);
  return TRUE;
}
