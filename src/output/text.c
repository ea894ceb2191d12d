/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text report: the layout of listbrief-report(7), byte for byte. */
#include "output/writer.h"
#include "base/crew.h"
#include "base/text.h"
#include <string.h>

#define MAX_COLUMNS 79
/* What is made of a report is written in pieces: the whole may be as large as memory. */
#define PIECE ((gsize)64 << 10)
#define WINDOW 8
#define DASHES "----------------------------------------------------------------------"

/* How a section's heading stands, and what is left where nothing stands under it. */
typedef struct {
  const char *section, *before, *after, *empty;
} Look;

/* Readers of older reports look for exactly these. */
static const Look looks[] = {
    {"domains", "", "", "\n"},
    {"contributors", "", "", "\n"},
    {"messages", "===== ", " ====", ""},
};
static const Look other_look = {NULL, "===== ", " =====", "\n"};

static void append_visible(GString *out, const char *text) {
  lb_text_append_visible(out, text, strlen(text), TRUE);
}

static void append_line(GString *out, const char *before, const char *text, const char *after) {
  lb_text_append_string(out, before);
  append_visible(out, text);
  lb_text_append_string(out, after);
  lb_text_append(out, "\n", 1);
}

static void append_indent(GString *out, guint indent) {
  static const char blanks[] = "        ";

  for (; indent >= sizeof blanks; indent -= sizeof blanks - 1)
    lb_text_append(out, blanks, sizeof blanks - 1);
  lb_text_append(out, blanks, indent);
}

/* Where a line of room columns ends; length is more than that. */
static gsize find_break(const char *text, gsize length, gsize room) {
  gsize end = room;

  while (end > 0 && text[end] != ' ')
    end--;
  if (end == 0)
    for (end = room; end < length && text[end] != ' ';)
      end++;
  return end;
}

/* What needs no measuring: nearly all there is. */
static void append_wrapped_plain(GString *out, int indent, const char *text, gsize length) {
  gsize room = (gsize)(MAX_COLUMNS - indent), n;

  for (;; text += n + 1, length -= n + 1) {
    n = length > room ? find_break(text, length, room) : length;
    append_indent(out, (guint)indent);
    lb_text_append(out, text, n);
    lb_text_append(out, "\n", 1);
    if (n == length)
      return;
  }
}

/* Breaks at blanks, so that no line is longer than 79 columns unless a word is. */
static void append_wrapped(GString *out, int indent, const char *text) {
  gsize n = strlen(text);
  g_autofree char *visible = NULL;
  const char *word;
  int column = 0;

  if (n > 0 && lb_text_is_plain(text, n) && lb_text_is_collapsed(text, n)) {
    append_wrapped_plain(out, indent, text, n);
    return;
  }
  visible = lb_text_visible(text, TRUE);
  word = visible + strspn(visible, " ");

  while (*word) {
    gsize length = strcspn(word, " ");
    int width = lb_text_width(word, length);
    if (column > 0 && column + 1 + width > MAX_COLUMNS) {
      g_string_append_c(out, '\n');
      column = 0;
    }
    if (column == 0) {
      append_indent(out, (guint)indent);
      column = indent;
    } else {
      g_string_append_c(out, ' ');
      column++;
    }
    g_string_append_len(out, word, length);
    column += width;
    word += length + strspn(word + length, " ");
  }
  g_string_append_c(out, '\n');
}

static void append_count(GString *out, const LbBlock *block) {
  g_autofree char *number = g_strdup_printf("%7u%s", block->count, block->person.email ? "  " : " ");
  g_string_append(out, number);
  append_visible(out, block->label);
  if (block->remark)
    append_line(out, ": ", block->remark, "");
  else
    g_string_append_c(out, '\n');
}

static void append_group(GString *out, const LbBlock *block) {
  g_autofree char *number = g_strdup_printf(" (%u)\n", block->count);
  append_line(out, "", block->label, number);
}

static void append_posting(GString *out, const LbBlock *block) {
  append_line(out, "  ", block->subject, "");
  for (guint i = 0; block->details && block->details[i]; i++)
    append_wrapped(out, 6, block->details[i]);
  if (block->link)
    append_line(out, "      ", block->link, "");
  lb_text_append(out, "\n", 1);
}

static void append_person(GString *out, const char *before, const LbPerson *person) {
  const char *name = person->name ? person->name : "", *email = person->email ? person->email : "";

  lb_text_append_string(out, before);
  append_visible(out, name);
  if (*name && *email)
    lb_text_append_string(out, " <");
  append_visible(out, email);
  lb_text_append_string(out, *name && *email ? ">\n" : "\n");
}

static gboolean append_text(GString *out, const LbBlock *block, const LbTextReader *texts, GError **error) {
  g_autofree char *read = block->text ? NULL : texts->read(texts->keeper, &block->ref, error);
  const char *text = block->text ? block->text : read;

  if (!text)
    return FALSE;
  if (*text) {
    lb_text_append_visible(out, text, strlen(text), FALSE);
    g_string_append_c(out, '\n');
  }
  return TRUE;
}

/* Up to its text. */
static void append_message(GString *out, const LbBlock *block) {
  append_line(out, "New:  ", block->title, "");
  append_line(out, "", block->subject, "");
  append_person(out, "Author: ", &block->person);
  if (block->sender.email)
    append_person(out, "Sent by: ", &block->sender);
  g_string_append_c(out, '\n');
}

static void append_repeat(GString *out, const LbBlock *block) {
  append_line(out, "Exist: ", block->subject, "");
  append_line(out, " Skip: ", block->skipped, "");
}

static void append_fact(GString *out, const LbBlock *block) {
  g_string_append_printf(out, "  %-32s %7u", block->label, block->count);
  if (block->before >= 0)
    g_string_append_printf(out, " (before: %" G_GINT64_FORMAT ")", block->before);
  g_string_append_c(out, '\n');
}

static void append_note(GString *out, const LbBlock *block) {
  append_wrapped(out, 2, block->label);
}

static void (*const block_writers[])(GString *out, const LbBlock *block) = {
    [LB_BLOCK_COUNT] = append_count,     [LB_BLOCK_GROUP] = append_group,
    [LB_BLOCK_POSTING] = append_posting, [LB_BLOCK_MESSAGE] = append_message,
    [LB_BLOCK_REPEAT] = append_repeat,   [LB_BLOCK_FACT] = append_fact,
    [LB_BLOCK_NOTE] = append_note,
};

static const Look *find_look(const char *section) {
  for (guint i = 0; i < G_N_ELEMENTS(looks); i++) {
    if (strcmp(looks[i].section, section) == 0)
      return &looks[i];
  }
  return &other_look;
}

/* Postings and messages bring their empty line along, two lines of a repeat have none. */
static gboolean is_line_of_table(LbBlockKind kind) {
  return kind == LB_BLOCK_COUNT || kind == LB_BLOCK_FACT || kind == LB_BLOCK_NOTE;
}

/* Some blocks of a section, made into text by whoever comes first. */
typedef struct {
  const LbSectionData *section;
  guint from, until;
} Piece;

typedef struct {
  const LbReport *report;
  LbStream *stream;
  GArray *pieces; /* of Piece */
  GString *texts[WINDOW];
  GError *errors[WINDOW];
  GError **error; /* the first of them, or what writing met */
  gboolean has_failed;
} Work;

static gboolean append_block(const LbReport *report, const LbBlock *block, GString *out, GError **error) {
  block_writers[block->kind](out, block);
  if (block->kind != LB_BLOCK_MESSAGE)
    return TRUE;
  if (!append_text(out, block, &report->texts, error))
    return FALSE;
  g_string_append(out, "\n" DASHES "\n\n");
  return TRUE;
}

static void append_heading(GString *out, const LbSectionData *section) {
  const Look *look = find_look(section->section->name);

  append_line(out, look->before, section->heading, look->after);
  g_string_append_c(out, '\n');
}

static void append_end(GString *out, const LbSectionData *section) {
  guint n = lb_blocks_count(section->blocks);

  if (n == 0)
    g_string_append(out, find_look(section->section->name)->empty);
  else if (is_line_of_table(lb_blocks_get_kind(section->blocks, n - 1)))
    g_string_append_c(out, '\n');
}

static void make_piece(guint number, gpointer data) {
  Work *work = data;
  const Piece *piece = &g_array_index(work->pieces, Piece, number);
  const LbBlocks *blocks = piece->section->blocks;
  g_autoptr(LbArena) arena = lb_arena_new();
  GError **error = &work->errors[number % WINDOW];
  GString **out = &work->texts[number % WINDOW];

  if (!*out)
    *out = g_string_sized_new(2 * PIECE);
  g_string_truncate(*out, 0);
  if (piece->from == 0)
    append_heading(*out, piece->section);
  for (guint i = piece->from; i < piece->until; i++) {
    const LbBlock *block = lb_blocks_get(blocks, i, work->report->scope, lb_arena_get_scratch(arena));
    if (!append_block(work->report, block, *out, error))
      return;
    lb_arena_clear_scratch(arena);
  }
  if (piece->until == lb_blocks_count(blocks))
    append_end(*out, piece->section);
}

static void write_piece(guint number, gpointer data) {
  Work *work = data;
  GError **error = &work->errors[number % WINDOW];
  const GString *text = work->texts[number % WINDOW];

  if (work->has_failed) {
    g_clear_error(error);
  } else if (*error) {
    g_propagate_error(work->error, g_steal_pointer(error));
    work->has_failed = TRUE;
  } else {
    work->has_failed = !lb_stream_write(work->stream, text->str, text->len, work->error);
  }
}

/* What blocks will be as text, roughly: messages may be of any length, all else is a few lines. */
static void cut_section(const LbSectionData *section, GArray *pieces) {
  Piece piece = {section, 0, 0};
  guint n = lb_blocks_count(section->blocks);
  gsize size = 0;

  while (piece.until < n) {
    size += 256 + lb_blocks_get_size(section->blocks, piece.until++);
    if (size < PIECE || piece.until == n)
      continue;
    g_array_append_val(pieces, piece);
    piece.from = piece.until;
    size = 0;
  }
  g_array_append_val(pieces, piece);
}

static void append_span(GString *out, const LbReport *report) {
  append_visible(out, report->first);
  g_string_append(out, " to ");
  append_visible(out, report->last);
  g_string_append_c(out, '\n');
}

static gboolean write_heading(const LbReport *report, LbStream *stream, GError **error) {
  g_autoptr(GString) out = g_string_new("From ");

  append_span(out, report);
  append_visible(out, report->name);
  g_string_append(out, " mailing list update from ");
  append_span(out, report);
  g_string_append_c(out, '\n');
  return lb_stream_write(stream, out->str, out->len, error);
}

static gboolean write_report(const LbReport *report, LbStream *stream, GError **error) {
  g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  Work work = {.report = report, .stream = stream, .pieces = pieces, .error = error};

  if (!write_heading(report, stream, error))
    return FALSE;
  for (guint i = 0; i < report->sections->len; i++)
    cut_section(g_ptr_array_index(report->sections, i), pieces);
  lb_crew_run_in_order(report->jobs, pieces->len, WINDOW, make_piece, write_piece, &work);
  for (guint i = 0; i < WINDOW; i++) {
    if (work.texts[i])
      g_string_free(work.texts[i], TRUE);
  }
  return !work.has_failed;
}

const LbWriter lb_writer_text = {.name = "text", .write = write_report};
