/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message/class.h"
#include "message/pull_request.h"
#include "base/find.h"
#include "base/text.h"
#include <string.h>

static const char *const names[LB_N_CLASSES] = {
    [LB_CLASS_DISCUSSION] = "discussion",
    [LB_CLASS_PATCH] = "patch",
    [LB_CLASS_COVER] = "cover",
    [LB_CLASS_REPLY] = "reply",
    [LB_CLASS_PULL] = "pull",
    [LB_CLASS_NOTICE] = "notice",
    [LB_CLASS_BOT] = "bot",
};

const char *lb_class_get_name(LbClass mail_class) {
  return names[mail_class];
}

LbClass lb_class_find(const char *name) {
  LbClass mail_class = 0;
  while (mail_class < LB_N_CLASSES && strcmp(names[mail_class], name) != 0)
    mail_class++;
  return mail_class;
}

/* RFC 3834: vacation notes and the like; a patch that some tool marked so remains one. */
static gboolean is_auto_submitted(const LbClassEvidence *evidence) {
  LbSlice field = evidence->header->fields[LB_FIELD_AUTO_SUBMITTED];
  return field.data && !evidence->has_diff && !evidence->subject->has_patch_tag &&
         lb_text_find_nocase(field.data, MIN(field.length, 100), "auto-") != NULL;
}

static gboolean is_quote(const char *line, const char *end) {
  while (line < end && (*line == ' ' || *line == '\t'))
    line++;
  return line < end && *line == '>';
}

/* Ends of "On …, X wrote:" in several languages; they stand at the end of the line, as it may have been
 * wrapped. */
static gboolean is_attribution(const char *line, const char *end) {
  static const char *const words[] = {"wrote",  "writes", "said",    "schrieb", "crit",    "escribi",
                                      "пиш",    "писал",  "scrisse", "scritto", "schreef", "skrev",
                                      "napisa", "写道",   "寫道",    "@"};
  while (end > line && (end[-1] == ' ' || end[-1] == '\r'))
    end--;
  gsize length = (gsize)(end - line);
  gboolean is_ascii = length > 1 && end[-1] == ':';
  if (!is_ascii && !(length > 3 && memcmp(end - 3, "\xef\xbc\x9a", 3) == 0))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (lb_text_find_nocase(line, length, words[i]))
      return TRUE;
  return FALSE;
}

/* A reply without any header that says so: an attribution line with quoted lines under it. */
static gboolean has_quoted_mail(const char *text, gsize length) {
  const char *end = text + MIN(length, 65536), *last = NULL, *last_end = NULL;
  while (text < end) {
    const char *newline = lb_find_newline(text, end), *stop = newline ? newline : end;
    if (is_quote(text, stop)) {
      /* only the first quoted line of a block has one above it */
      if (last && !is_quote(last, last_end) && is_attribution(last, last_end))
        return TRUE;
    }
    if (stop > text)
      last = text, last_end = stop;
    text = stop + 1;
  }
  return FALSE;
}

/* Words that stand at the head of a backport's log: "commit 0123… upstream.", "[ Upstream commit 0123… ]",
 * "3.0-stable review patch.  If anyone has any objections, …". */
static gboolean is_backport_line(const char *line, gsize length) {
  /* Right behind the hash: 'Commit 7e89efc6e9e4 ("Lock upstream bridge …' is prose. */
  if (length > 17 && (strncmp(line, "commit ", 7) == 0 || strncmp(line, "Commit ", 7) == 0)) {
    gsize hash = 7;
    while (hash < length && g_ascii_isxdigit(line[hash]))
      hash++;
    return hash > 7 && length - hash >= 9 && g_ascii_strncasecmp(line + hash, " upstream", 9) == 0;
  }
  if (length > 18 && line[0] == '[')
    return g_ascii_strncasecmp(line + strspn(line, "[ "), "upstream commit ", 16) == 0;
  if (length > 17 && g_ascii_strncasecmp(line, "upstream commit ", 16) == 0)
    return g_ascii_isxdigit(line[16]);
  return length > 20 && g_ascii_isdigit(*line) && lb_text_find_nocase(line, length, "-stable review patch");
}

static gboolean is_backport(const char *text, gsize length) {
  const char *end = text + length;
  for (int n = 0; text < end && n < 8; n++) {
    const char *newline = lb_find_newline(text, end), *stop = newline ? newline : end;
    if (is_backport_line(text, (gsize)(stop - text)))
      return TRUE;
    text = stop + 1;
  }
  return FALSE;
}

/* A quoted line among the first ones: under "Hi," or an attribution. */
static gboolean begins_with_quote(const char *text, gsize length) {
  const char *end = text + length;
  for (int n = 0; text < end && n < 3;) {
    const char *newline = lb_find_newline(text, end), *stop = newline ? newline : end;
    if (is_quote(text, stop))
      return TRUE;
    n += stop > text && !g_ascii_isspace(*text);
    text = stop + 1;
  }
  return FALSE;
}

/* "[PATCH 1/2] x" is a patch even if its diff got lost on the way; not if it answers, and quotes what it
 * answers. */
static gboolean is_answer_without_mark(const LbClassEvidence *evidence) {
  return evidence->subject->index > 0 && !evidence->has_diff && evidence->is_in_thread &&
         (begins_with_quote(evidence->text, evidence->length) ||
          has_quoted_mail(evidence->text, evidence->length));
}

/* A ping is none of the patches that it names, whatever it quotes or attaches of them.  Debbugs takes Re: off
 * ("bug#12345: [PATCH 1/2] x"): answers are known by their lack of a diff. */
static gboolean is_remark(const LbClassEvidence *evidence) {
  const LbSubject *subject = evidence->subject;
  if (!subject->is_ping && !subject->is_tracked)
    return FALSE;
  if (evidence->has_diff)
    return subject->is_ping && evidence->is_in_thread;
  if (has_quoted_mail(evidence->text, evidence->length))
    return TRUE;
  return evidence->is_in_thread ? subject->is_ping || subject->index != 0 : FALSE;
}

static LbClass classify(const LbClassEvidence *evidence) {
  const LbSubject *subject = evidence->subject;
  gboolean is_numbered = subject->index != LB_NO_NUMBER || subject->extra != NULL;
  LbRobotKind robot = lb_robot_find(evidence->sender, subject, evidence->text, evidence->length);
  if (robot != LB_ROBOT_NONE)
    return robot == LB_ROBOT_NOTICE ? LB_CLASS_NOTICE : LB_CLASS_BOT;
  if (is_auto_submitted(evidence))
    return LB_CLASS_BOT;
  if (subject->is_reply)
    return LB_CLASS_REPLY;
  if (is_remark(evidence) || is_answer_without_mark(evidence))
    return LB_CLASS_REPLY;
  if (subject->is_ping && !evidence->has_diff)
    return LB_CLASS_DISCUSSION;
  /* "[net-next 0/3]" too: nobody numbers anything else from 0 */
  if (subject->index == 0)
    return LB_CLASS_COVER;
  if ((subject->has_pull_tag && !is_numbered) || lb_pull_request_find(evidence->text, evidence->length))
    return LB_CLASS_PULL;
  if (is_numbered && !subject->is_weak_counter)
    return LB_CLASS_PATCH;
  /* "[net-next] a: b" is somebody's tree; in a thread "[something] a: b" is what the thread is about */
  gboolean is_other_tag =
      *subject->tag && !subject->has_patch_tag && !is_numbered && !lb_subject_names_tree(subject);
  if (evidence->has_diff && !subject->is_foreign_tag && !(is_other_tag && evidence->is_in_thread))
    return LB_CLASS_PATCH;
  if (evidence->is_in_thread || has_quoted_mail(evidence->text, evidence->length))
    return LB_CLASS_REPLY;
  return LB_CLASS_DISCUSSION;
}

LbClass lb_class_build(const LbClassEvidence *evidence, gboolean *is_stable, gboolean *is_pull) {
  LbClass mail_class = classify(evidence);
  gboolean is_work = mail_class == LB_CLASS_PATCH || mail_class == LB_CLASS_COVER;
  *is_stable = is_work && (evidence->subject->is_stable || is_backport(evidence->text, evidence->length));
  *is_pull = is_work && evidence->subject->has_pull_tag;
  return mail_class;
}
