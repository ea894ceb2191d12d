/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/inbox_position.h"
#include <string.h>
#include "base/error.h"
#include "source/inbox_layout.h"
#include "source/walk.h"

/* What an earlier run knew of an epoch; "ID!" where it gave more mails than up to that commit. */
typedef struct {
  char *name; /* "0.git"; "-": a repository that is no epoch, whatever its folder is called */
  git_oid tip;
  gboolean has_tip, is_again;
} Mark;

typedef struct {
  const LbEpoch *epoch;
  char *name;
  const Mark *mark; /* NULL: it is new */
  GHashTable *hidden;
  gboolean is_reached, is_again;
  gint is_failed;
} Track;

struct LbInboxPosition {
  GPtrArray *marks; /* of Mark */
  Track *tracks;
  guint n_tracks;
  gboolean continues;
};

static void mark_free(gpointer data) {
  g_free(((Mark *)data)->name);
  g_free(data);
}

static void add_mark(GPtrArray *marks, const char *name, const git_oid *tip, gboolean is_again) {
  Mark *mark = g_new0(Mark, 1);
  mark->name = g_strdup(name);
  mark->has_tip = tip != NULL;
  if (tip)
    git_oid_cpy(&mark->tip, tip);
  mark->is_again = is_again;
  g_ptr_array_add(marks, mark);
}

/* "0.git=ID!" */
static gboolean parse_mark(const char *word, GPtrArray *marks) {
  const char *id = strchr(word, '=');
  git_oid tip;
  if (!id || id == word)
    return FALSE;
  gsize digits = strspn(++id, "0123456789abcdef");
  const char *rest = id + digits;
  gboolean is_again = *rest == '!';
  if (rest[is_again] != '\0' || (digits > 0 && digits != GIT_OID_HEXSZ) ||
      (digits > 0 && !lb_refs_parse_id(id, digits, &tip)))
    return FALSE;
  g_autofree char *name = g_strndup(word, id - 1 - word);
  add_mark(marks, name, digits > 0 ? &tip : NULL, is_again);
  return TRUE;
}

static gboolean parse_marks(const char *text, GPtrArray *marks) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  for (char **word = words; *word; word++)
    if (**word && !parse_mark(*word, marks))
      return FALSE;
  return TRUE;
}

static const Mark *find_mark(const GPtrArray *marks, const char *name) {
  for (guint i = 0; i < marks->len; i++)
    if (strcmp(((const Mark *)marks->pdata[i])->name, name) == 0)
      return marks->pdata[i];
  return NULL;
}

static char *name_epoch(const LbEpoch *epoch) {
  g_autofree char *absolute = g_canonicalize_filename(epoch->path, NULL);
  g_autofree char *name = g_path_get_basename(absolute);
  return g_strdup(lb_inbox_layout_parse_number(name) >= 0 ? name : "-");
}

static void note_broken(const LbEpoch *epoch, const git_oid *commit, const char *failure, gpointer data) {
  GError **error = data;
  if (!*error)
    g_set_error(error, LB_ERROR, LB_ERROR_PARTIAL, "history lost: %s", failure);
}

/* What is to be left out of the epoch for what came after first.  NULL: first is no part of its history any
 * more, or, with error, that can't be told.  Where a shallow history ends before it, first is older: all that
 * is there may have been given, and is to be read. */
static GHashTable *build_hidden(const LbEpoch *epoch, const git_oid *first, gboolean *is_again,
                                GError **error) {
  g_autoptr(GError) failure = NULL;
  g_autoptr(LbWalk) walk = lb_walk_new(epoch, &epoch->tip, NULL, note_broken, &failure, error);
  LbWalkStep step = {0};
  gboolean found = FALSE, is_line = TRUE;
  while (walk && !found && lb_walk_next(walk, &step)) {
    found = git_oid_equal(&step.commit, first);
    is_line &= found || !step.is_merge;
  }
  if (!found && failure)
    g_propagate_error(error, g_steal_pointer(&failure));
  if (!walk || (!found && failure) || (!found && !epoch->shallow))
    return NULL;
  *is_again = !found;
  if (!found)
    return lb_git_set_new();
  if (!is_line)
    return lb_walk_build_set(epoch, first, error);
  GHashTable *set = lb_git_set_new();
  lb_git_set_add(set, first);
  return set;
}

/* FALSE: what was read is no part of the history any more. */
static gboolean compare(Track *track, LbDiagLog *log) {
  g_autoptr(GError) error = NULL;
  const Mark *mark = track->mark;
  if (!mark || !mark->has_tip || !track->epoch->has_tip)
    return TRUE;
  track->is_reached = git_oid_equal(&mark->tip, &track->epoch->tip);
  if (track->is_reached)
    return TRUE;
  track->hidden = build_hidden(track->epoch, &mark->tip, &track->is_again, &error);
  if (error) {
    lb_diag_log_add(log, LB_DIAG_UNREADABLE, track->epoch->path, error->message);
    track->is_reached = track->is_failed = TRUE;
  }
  return track->hidden || error;
}

static void forget(LbInboxPosition *position) {
  for (guint i = 0; i < position->n_tracks; i++) {
    Track *track = &position->tracks[i];
    g_clear_pointer(&track->hidden, g_hash_table_unref);
    track->mark = NULL;
    track->is_reached = track->is_again = track->is_failed = FALSE;
  }
  g_ptr_array_set_size(position->marks, 0);
}

LbInboxPosition *lb_inbox_position_new(const GPtrArray *epochs, const char *text, LbDiagLog *log) {
  LbInboxPosition *position = g_new0(LbInboxPosition, 1);
  position->marks = g_ptr_array_new_with_free_func(mark_free);
  position->tracks = g_new0(Track, epochs->len);
  position->n_tracks = epochs->len;
  position->continues = text && parse_marks(text, position->marks);
  for (guint i = 0; i < epochs->len; i++) {
    Track *track = &position->tracks[i];
    track->epoch = epochs->pdata[i];
    track->name = name_epoch(track->epoch);
    track->mark = find_mark(position->marks, track->name);
    position->continues = position->continues && compare(track, log);
  }
  if (!position->continues)
    forget(position);
  return position;
}

void lb_inbox_position_free(LbInboxPosition *position) {
  if (!position)
    return;
  for (guint i = 0; i < position->n_tracks; i++) {
    g_free(position->tracks[i].name);
    g_clear_pointer(&position->tracks[i].hidden, g_hash_table_unref);
  }
  g_free(position->tracks);
  g_ptr_array_unref(position->marks);
  g_free(position);
}

gboolean lb_inbox_position_continues(const LbInboxPosition *position) {
  return position->continues;
}

gboolean lb_inbox_position_is_reached(const LbInboxPosition *position, int i) {
  return position->tracks[i].is_reached;
}

GHashTable *lb_inbox_position_get_hidden(const LbInboxPosition *position, int i) {
  return position->tracks[i].hidden;
}

gboolean lb_inbox_position_is_again(const LbInboxPosition *position, int i) {
  const Track *track = &position->tracks[i];
  return track->is_again || (track->mark && track->mark->is_again);
}

void lb_inbox_position_fail(LbInboxPosition *position, int i) {
  g_atomic_int_set(&position->tracks[i].is_failed, TRUE);
}

static int compare_marks(gconstpointer a, gconstpointer b) {
  const Mark *one = *(Mark *const *)a, *other = *(Mark *const *)b;
  int order = lb_inbox_layout_parse_number(one->name) - lb_inbox_layout_parse_number(other->name);
  return order ? order : strcmp(one->name, other->name);
}

/* What there is to say of an epoch once its track is read to the end. */
static void add_track(const Track *track, GPtrArray *marks) {
  const Mark *mark = track->mark;
  const git_oid *before = mark && mark->has_tip ? &mark->tip : NULL;
  if (track->is_failed)
    add_mark(marks, track->name, before, TRUE);
  else if (track->epoch->has_tip)
    add_mark(marks, track->name, &track->epoch->tip, FALSE);
  else if (mark)
    add_mark(marks, track->name, before, mark->is_again);
}

char *lb_inbox_position_format(const LbInboxPosition *position) {
  g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func(mark_free);
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < position->n_tracks; i++)
    add_track(&position->tracks[i], marks);
  /* an epoch that is not there now was read all the same, should it come back */
  for (guint i = 0; i < position->marks->len; i++) {
    const Mark *mark = position->marks->pdata[i];
    if (!find_mark(marks, mark->name))
      add_mark(marks, mark->name, mark->has_tip ? &mark->tip : NULL, mark->is_again);
  }
  g_ptr_array_sort(marks, compare_marks);
  for (guint i = 0; i < marks->len; i++) {
    const Mark *mark = marks->pdata[i];
    char id[GIT_OID_HEXSZ + 1] = "";
    if (mark->has_tip)
      git_oid_tostr(id, sizeof id, &mark->tip);
    g_string_append_printf(text, "%s%s=%s%s", i ? " " : "", mark->name, id, mark->is_again ? "!" : "");
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}
