/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text report: the layout of listbrief-report(7), byte for byte. */
#include "output/writer.h"
#include "base/text.h"
#include <string.h>

#define MAX_COLUMNS 79
#define PIECE ((gsize)64 << 10)
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
  g_string_append(out, before);
  append_visible(out, text);
  g_string_append(out, after);
  g_string_append_c(out, '\n');
}

static void append_indent(GString *out, int indent) {
  g_string_append_printf(out, "%*s", indent, "");
}

/* Breaks at blanks, so that no line is longer than 79 columns unless a word is. */
static void append_wrapped(GString *out, int indent, const char *text) {
  g_autofree char *visible = lb_text_visible(text, TRUE);
  const char *word = visible + strspn(visible, " ");
  int column = 0;

  while (*word) {
    gsize length = strcspn(word, " ");
    int width = lb_text_width(word, length);
    if (column > 0 && column + 1 + width > MAX_COLUMNS) {
      g_string_append_c(out, '\n');
      column = 0;
    }
    if (column == 0) {
      append_indent(out, indent);
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
  g_string_append_c(out, '\n');
}

static void append_person(GString *out, const char *before, const LbPerson *person) {
  const char *name = person->name ? person->name : "", *email = person->email ? person->email : "";

  g_string_append(out, before);
  append_visible(out, name);
  if (*name && *email)
    g_string_append(out, " <");
  append_visible(out, email);
  g_string_append(out, *name && *email ? ">\n" : "\n");
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
static gboolean is_line_of_table(const LbBlock *block) {
  return block->kind == LB_BLOCK_COUNT || block->kind == LB_BLOCK_FACT || block->kind == LB_BLOCK_NOTE;
}

/* What is made of the report so far goes on its way: the whole may be as large as memory. */
static gboolean flush(GString *out, gsize at_least, LbStream *stream, GError **error) {
  if (out->len < at_least)
    return TRUE;
  if (!lb_stream_write(stream, out->str, out->len, error))
    return FALSE;
  g_string_truncate(out, 0);
  return TRUE;
}

static gboolean write_block(const LbReport *report, const LbBlock *block, GString *out, LbStream *stream,
                            GError **error) {
  block_writers[block->kind](out, block);
  if (block->kind == LB_BLOCK_MESSAGE) {
    if (!append_text(out, block, &report->texts, error))
      return FALSE;
    g_string_append(out, "\n" DASHES "\n\n");
  }
  return flush(out, PIECE, stream, error);
}

static gboolean write_section(const LbReport *report, const LbSectionData *section, GString *out,
                              LbStream *stream, GError **error) {
  const Look *look = find_look(section->section->name);
  const LbBlock *block = NULL;

  append_line(out, look->before, section->heading, look->after);
  g_string_append_c(out, '\n');
  for (guint i = 0; i < section->blocks->len; i++) {
    block = g_ptr_array_index(section->blocks, i);
    if (!write_block(report, block, out, stream, error))
      return FALSE;
  }
  if (!block)
    g_string_append(out, look->empty);
  else if (is_line_of_table(block))
    g_string_append_c(out, '\n');
  return TRUE;
}

static void append_span(GString *out, const LbReport *report) {
  append_visible(out, report->first);
  g_string_append(out, " to ");
  append_visible(out, report->last);
  g_string_append_c(out, '\n');
}

static gboolean write_report(const LbReport *report, LbStream *stream, GError **error) {
  g_autoptr(GString) out = g_string_sized_new(2 * PIECE);

  g_string_append(out, "From ");
  append_span(out, report);
  append_visible(out, report->name);
  g_string_append(out, " mailing list update from ");
  append_span(out, report);
  g_string_append_c(out, '\n');
  for (guint i = 0; i < report->sections->len; i++) {
    if (!write_section(report, g_ptr_array_index(report->sections, i), out, stream, error))
      return FALSE;
  }
  return flush(out, 1, stream, error);
}

const LbWriter lb_writer_text = {.name = "text", .write = write_report};
