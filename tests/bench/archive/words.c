/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"
#include <string.h>

/* Those that come first come often. */
static const char *const common[] = {
    "the",    "to",     "is",    "a",      "of",      "and",   "in",      "this",    "that", "it",   "for",
    "be",     "not",    "we",    "on",     "with",    "as",    "if",      "are",     "can",  "when", "I",
    "by",     "but",    "an",    "or",     "from",    "will",  "so",      "which",   "you",  "have", "there",
    "should", "at",     "would", "no",     "then",    "only",  "has",     "was",     "does", "all",  "any",
    "use",    "one",    "do",    "before", "after",   "also",  "may",     "because", "need", "just", "more",
    "what",   "called", "could", "set",    "same",    "here",  "these",   "how",     "into", "than", "other",
    "case",   "been",   "each",  "first",  "instead", "they",  "without", "where",   "like", "new",  "once",
    "its",    "used",   "still", "since",  "them",    "while", "between", "now",     "both", "some", "such"};

static const char *const rare[] = {
    "driver",     "lock",      "memory",     "freed",     "processor", "interrupt",  "path",
    "returns",    "early",     "check",      "result",    "call",      "order",      "queue",
    "buffer",     "page",      "ring",       "channel",   "host",      "guest",      "timer",
    "event",      "device",    "state",      "cleanup",   "error",     "value",      "callback",
    "register",   "function",  "kernel",     "patch",     "series",    "code",       "change",
    "version",    "comment",   "message",    "reference", "pointer",   "structure",  "allocate",
    "mapping",    "fault",     "handler",    "request",   "response",  "probe",      "remove",
    "suspend",    "resume",    "clock",      "firmware",  "table",     "entry",      "mask",
    "flag",       "bit",       "field",      "word",      "index",     "offset",     "length",
    "size",       "limit",     "count",      "number",    "list",      "node",       "tree",
    "root",       "leaf",      "range",      "region",    "segment",   "block",      "sector",
    "stripe",     "cache",     "line",       "bank",      "port",      "lane",       "link",
    "speed",      "mode",      "power",      "idle",      "sleep",     "wake",       "race",
    "window",     "deadlock",  "warning",    "splat",     "panic",     "trace",      "report",
    "config",     "option",    "default",    "legacy",    "platform",  "machine",    "vendor",
    "silicon",    "revision",  "errata",     "worker",    "thread",    "task",       "schedule",
    "balance",    "migrate",   "pin",        "share",     "copy",      "split",      "fold",
    "chain",      "hash",      "stack",      "fix",       "fixes",     "introduce",  "convert",
    "rework",     "simplify",  "refactor",   "drop",      "rename",    "move",       "handle",
    "avoid",      "ensure",    "prevent",    "support",   "enable",    "disable",    "initialize",
    "release",    "acquire",   "hold",       "wait",      "signal",    "notify",     "poll",
    "drain",      "flush",     "sync",       "barrier",   "rollback",  "retry",      "timeout",
    "delay",      "latency",   "bandwidth",  "overhead",  "benchmark", "regression", "compiler",
    "section",    "symbol",    "module",     "header",    "macro",     "helper",     "wrapper",
    "caller",     "variable",  "argument",   "parameter", "constant",  "integer",    "overflow",
    "underflow",  "bounds",    "unlikely",   "happens",   "observed",  "reported",   "tested",
    "review",     "suggest",   "agree",      "think",     "maybe",     "however",    "otherwise",
    "therefore",  "already",   "actually",   "probably",  "currently", "previously", "explicitly",
    "implicitly", "don't",     "doesn't",    "can't",     "it's",      "I'm",        "won't",
    "looks",      "good",      "great",      "thanks",    "sorry",     "please",     "question",
    "problem",    "reason",    "example",    "approach",  "design",    "semantics",  "behaviour",
    "contract",   "invariant", "assumption", "corner",    "hardware",  "software"};

/* What somebody says who applied a patch, and others too: such sentences are read twice. */
static const char *const verbs[] = {"applied", "apply",  "queued", "merged",
                                    "merge",   "picked", "taken",  "committed"};

static const char *const parts[] = {"ring",  "buf",   "page",  "chan",  "host",  "dev",   "irq",   "lock",
                                    "queue", "event", "init",  "exit",  "probe", "get",   "put",   "alloc",
                                    "free",  "set",   "clear", "state", "ctx",   "info",  "data",  "msg",
                                    "req",   "resp",  "timer", "work",  "map",   "unmap", "vp",    "mmu",
                                    "tlb",   "vcpu",  "mem",   "node",  "entry", "list",  "count", "flags"};

static const char *const code[] = {
    "\tif ({i} < 0)\n",
    "\t\treturn {i};\n",
    "\t{i} = {i}({i}, {i});\n",
    "\n",
    "\tstruct {i} *{i} = {i}->{i};\n",
    "}\n",
    "\n",
    "\tint ret, {w};\n",
    "\tret = {i}({i}->{i}, &{w});\n",
    "\tif (ret)\n\t\tgoto {i};\n",
    "\tspin_lock_irqsave(&{i}->{w}, flags);\n",
    "\t{i}->{i} = {d2};\n",
    "\t\tcase {i}:\n\t\t\tbreak;\n",
    "static int {i}(struct {i} *{w}, u32 {w})\n{\n",
    "\t/* {w} {w} {w} {w} {w} {w} */\n",
    "\tfor (i = 0; i < {i}; i++) {\n",
    "\t\tdev_err(&{w}->dev, \"{w} {w} {w}: %d\\n\", ret);\n",
    "\t}\n",
    "\t\t{i}->{w} |= BIT({d1});\n",
    "\treturn 0;\n",
    "#define {i} 0x{x4}\n",
    "\tu64 {w};\n",
    "\t * {w} {w} {w} {w} {w} {w} {w}\n",
    "#include <linux/{w}.h>\n",
    "\tmutex_unlock(&{w}->{w});\n",
    "\t\tcontinue;\n",
};

static const char *const areas[] = {"net: core",   "mm/slab",     "Drivers: xv", "PCI: xv",   "x86/apic",
                                    "scsi: xvsc",  "tools: perf", "doc",         "arm64: xv", "fs: ext9",
                                    "hv_netxv",    "vmxus",       "KVM: xv",     "drm/xv",    "iommu/xv",
                                    "clocksource", "RDMA/xana",   "mshx",        "net: xana", "x86/xyperx",
                                    "uio_xv",      "virt: acme",  "selftests",   "init"};
static const char *const folders[] = {"drivers/xv",       "arch/x86/xv",   "net/core",      "mm",
                                      "drivers/net/xana", "include/linux", "arch/arm64/xv", "fs/ext9",
                                      "virt/acme",        "tools/xv"};

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* count characters of digits[], of which there are 2^bits */
static void add_digits(GString *text, Dice *dice, guint count, const char *digits, guint bits) {
  gsize at = text->len;
  g_string_set_size(text, at + count);
  guint64 roll = 0;
  for (guint i = 0, left = 0; i < count; i++, left -= bits, roll >>= bits) {
    if (left < bits)
      roll = dice_roll(dice), left = 64;
    text->str[at + i] = digits[roll & ((1u << bits) - 1)];
  }
}

static void add_folded(GString *text, Dice *dice, guint count) {
  for (; count > 64; count -= 64) {
    add_digits(text, dice, 64, base64, 6);
    g_string_append_len(text, "\n\t ", 3);
  }
  add_digits(text, dice, count, base64, 6);
}

static const char *pick_word(Dice *dice) {
  guint64 roll = dice_roll(dice);
  guint a = (guint)(roll & 0xffff), b = (guint)(roll >> 16 & 0xffff);
  if (roll >> 62 != 0) /* three of four; the product of two rolls is small often */
    return common[((guint64)a * b * G_N_ELEMENTS(common)) >> 32];
  return rare[(b * G_N_ELEMENTS(rare)) >> 16];
}

static void add_word(GString *text, const char *word) {
  g_string_append_len(text, word, (gssize)strlen(word));
}

static void add_identifier(GString *text, Dice *dice) {
  guint64 roll = dice_roll(dice);
  for (guint n = 1 + (roll & 1) + (roll >> 1 & 1);; roll >>= 8) {
    add_word(text, parts[(roll >> 8 & 0xff) % G_N_ELEMENTS(parts)]);
    if (--n == 0)
      return;
    g_string_append_c(text, '_');
  }
}

static void expand_one(GString *text, Dice *dice, char what, guint count, const Names *names) {
  if (count == 0 && what >= 'A' && what <= 'Z') {
    add_word(text, names->of[what - 'A']);
    return;
  }
  switch (what) {
  case 'x':
    add_digits(text, dice, count, "0123456789abcdef", 4);
    break;
  case 'X':
    add_digits(text, dice, count, "0123456789ABCDEF", 4);
    break;
  case 'd':
    add_digits(text, dice, count, "1234567898765432", 4);
    break;
  case 'b':
    add_digits(text, dice, count, base64, 6);
    break;
  case 'k':
    add_folded(text, dice, count);
    break;
  case 'w':
    add_word(text, rare[dice_below(dice, 150)]);
    break;
  default:
    add_identifier(text, dice);
  }
}

void words_expand(GString *text, Dice *dice, const char *template, const Names *names) {
  for (;;) {
    const char *open = strchr(template, '{');
    if (!open) {
      add_word(text, template);
      return;
    }
    g_string_append_len(text, template, open - template);
    if (!g_ascii_isalpha(open[1])) {
      g_string_append_c(text, '{');
      template = open + 1;
      continue;
    }
    guint count = 0;
    for (template = open + 2; *template != '}'; template ++)
      count = count * 10 + (guint)(*template - '0');
    template ++;
    expand_one(text, dice, open[1], count, names);
  }
}

void words_add_sentence(GString *text, Dice *dice) {
  gsize start = text->len, line = start;
  while (line > 0 && text->str[line - 1] != '\n')
    line--;
  for (guint n = 5 + dice_below(dice, 14); n > 0; n--) {
    guint odd = dice_below(dice, 1000);
    if (odd < 25) {
      add_identifier(text, dice);
      g_string_append_len(text, "()", 2);
    } else if (odd == 25)
      add_word(text, "naïve");
    else if (odd == 26)
      add_word(text, verbs[dice_below(dice, G_N_ELEMENTS(verbs))]);
    else
      add_word(text, pick_word(dice));
    gboolean is_full = text->len - line > 66;
    g_string_append_c(text, n == 1 ? '.' : is_full ? '\n' : ' ');
    if (is_full)
      line = text->len;
  }
  text->str[start] = g_ascii_toupper(text->str[start]);
}

void words_add_prose(GString *text, Dice *dice, gsize bytes) {
  gsize end = text->len + bytes;
  do {
    for (guint n = 1 + dice_below(dice, 4); n > 0 && text->len < end; n--) {
      words_add_sentence(text, dice);
      g_string_append_c(text, n == 1 ? '\n' : ' ');
    }
    if (text->str[text->len - 1] == ' ')
      text->str[text->len - 1] = '\n';
    g_string_append_c(text, '\n');
  } while (text->len < end);
}

void words_add_code(GString *text, Dice *dice) {
  static const Names none;
  words_expand(text, dice, code[dice_below(dice, G_N_ELEMENTS(code))], &none);
}

void words_add_title(GString *text, Dice *dice) {
  add_word(text, areas[dice_below(dice, G_N_ELEMENTS(areas))]);
  g_string_append_len(text, ": ", 2);
  gsize start = text->len;
  for (guint n = 5 + dice_below(dice, 5); n > 0; n--) {
    if (dice_chance(dice, 120))
      add_identifier(text, dice);
    else
      add_word(text, dice_chance(dice, 650) ? rare[dice_below(dice, 190)] : pick_word(dice));
    if (n > 1)
      g_string_append_c(text, ' ');
  }
  text->str[start] = g_ascii_toupper(text->str[start]);
}

void words_add_path(GString *text, Dice *dice) {
  add_word(text, folders[dice_below(dice, G_N_ELEMENTS(folders))]);
  g_string_append_c(text, '/');
  add_identifier(text, dice);
  add_word(text, dice_chance(dice, 800) ? ".c" : ".h");
}
