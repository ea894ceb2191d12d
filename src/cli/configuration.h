/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * listbrief.conf as a whole: every group, every key, every value is looked at, and each mistake is named with
 * its line. The delivery hook doesn't come here but to cli/route.h, which reads the same lines.  Adding a
 * key: a field, and its line in the table of configuration.c.
 */
#pragma once
#include <glib.h>

/* `[list NAME]`.  What wasn't said is NULL; lists end with NULL; paths are absolute. */
typedef struct {
  char *name;
  guint line;
  char *title;
  char **sources;  /* as on the command line, with or without "mbox:" and the like; the maildir isn't among
                      them */
  char **list_ids; /* lower case */
  char *maildir;
  char *take;      /* of sources: "all", or "list-id", what has one of those ids */
  char *recursive; /* "true": subfolders of maildirs among the sources, too */
  char *period;    /* "daily", "weekly", "monthly", "commits", "100 mails" */
  char **outputs;  /* cli/outputs.h */
  char *output_mode;
  char **mail_to;
  char *mail_from, *sendmail, *before; /* the last two: commands that g_shell_parse_argv() understands */
  char *link, *mailmap, *domain_map, *fold_domains, *top, *messages, *order, *stale_days;
  char **watch, **sections, **exclude;
} LbListConfig;

typedef struct {
  char *text;               /* "PATH:LINE: what is wrong" */
  const LbListConfig *list; /* whose group it is in; NULL: none */
  guint is_passing : 1;     /* a source that isn't there: it may come back, as disks and clones do */
} LbConfigMistake;

typedef struct {
  char *path;       /* of the file */
  GPtrArray *lists; /* of LbListConfig, as they stand in it */
  char *default_maildir;
  GPtrArray *mistakes; /* of LbConfigMistake, in order */
} LbConfig;

/* named: --config, or NULL.  LB_ERROR_CONFIG if there is no file or it can't be read; mistakes in it are no
 * errors here. */
LbConfig *lb_config_load(const char *named, GError **error);
void lb_config_free(LbConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LbConfig, lb_config_free)

/* Of the list's own lines, what no run can pass over; NULL if there is none. */
const LbConfigMistake *lb_config_find_mistake(const LbConfig *config, const LbListConfig *list);
/* Of const LbListConfig: those named, each once, or all if none is; owned by the caller.  LB_ERROR_USAGE if
 * there is no list of that name. */
GPtrArray *lb_config_choose_lists(const LbConfig *config, char **names, GError **error);

/* Whether a list may have this name: it becomes the name of a group and of a folder. */
gboolean lb_config_is_list_name(const char *name);
/* Appends value with the escapes of a key file; in_list: for one of several. */
void lb_config_append_value(GString *out, const char *value, gboolean in_list);
