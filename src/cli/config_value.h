/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of listbrief.conf, one function for each kind: what stands in the file to what is kept of it, NULL
 * with LB_ERROR_CONFIG (or the error of whoever reads such a file) that says what is wrong.  Adding a kind: a
 * function here; which key has it is in configuration.c.
 */
#pragma once
#include <glib.h>

typedef char *(*LbConfigReadFunc)(const char *written, GError **error);

char *lb_config_read_text(const char *written, GError **error);
char *lb_config_read_path(const char *written, GError **error);
char *lb_config_read_readable_path(const char *written, GError **error);
char *lb_config_read_source(const char *written, GError **error);
char *lb_config_read_list_id(const char *written, GError **error);
char *lb_config_read_period(const char *written, GError **error);
char *lb_config_read_output(const char *written, GError **error);
char *lb_config_read_mode(const char *written, GError **error);
char *lb_config_read_mailbox(const char *written, GError **error);
char *lb_config_read_command(const char *written, GError **error);
char *lb_config_read_link(const char *written, GError **error);
char *lb_config_read_mailmap(const char *written, GError **error);
char *lb_config_read_domain_map(const char *written, GError **error);
char *lb_config_read_watch(const char *written, GError **error);
char *lb_config_read_section(const char *written, GError **error);
char *lb_config_read_exclusion(const char *written, GError **error);
char *lb_config_read_number(const char *written, GError **error);
char *lb_config_read_messages(const char *written, GError **error);
char *lb_config_read_order(const char *written, GError **error);
char *lb_config_read_take(const char *written, GError **error);
char *lb_config_read_truth(const char *written, GError **error);
