/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/exclusion.h"
#include <string.h>
#include "base/error.h"

gboolean lb_exclusion_parse(const char *text, LbExclusion *exclusion, GError **error) {
  *exclusion =
      (LbExclusion){.kind = LB_EXCLUDE_NAME_OR_DOMAIN, .mail_class = lb_class_find(text), .text = text};
  if (g_str_has_prefix(text, "class:")) {
    exclusion->mail_class = lb_class_find(text + strlen("class:"));
    if (exclusion->mail_class == LB_N_CLASSES) {
      g_set_error(error, LB_ERROR, LB_ERROR_USAGE, "there is no class '%s'", text + strlen("class:"));
      return FALSE;
    }
    exclusion->kind = LB_EXCLUDE_CLASS;
  } else if (g_str_has_prefix(text, "domain:")) {
    exclusion->kind = LB_EXCLUDE_DOMAIN;
    exclusion->text = text + strlen("domain:");
  } else if (g_str_has_prefix(text, "author:")) {
    exclusion->text = text + strlen("author:");
    exclusion->kind = strchr(exclusion->text, '@') ? LB_EXCLUDE_ADDRESS : LB_EXCLUDE_NAME;
  } else if (exclusion->mail_class != LB_N_CLASSES) {
    exclusion->kind = LB_EXCLUDE_CLASS;
  } else if (text[0] == '@') {
    exclusion->kind = LB_EXCLUDE_DOMAIN;
    exclusion->text = text + 1;
  } else if (strchr(text, '@')) {
    exclusion->kind = LB_EXCLUDE_ADDRESS;
  }
  return TRUE;
}

static gboolean person_has_domain(LbPerson person, const char *domain) {
  g_autofree char *own = lb_address_domain(person.email ? person.email : "");
  return g_ascii_strcasecmp(own, domain) == 0;
}

gboolean lb_exclusion_fits_person(const LbExclusion *exclusion, LbPerson person) {
  switch (exclusion->kind) {
  case LB_EXCLUDE_DOMAIN:
    return person_has_domain(person, exclusion->text);
  case LB_EXCLUDE_ADDRESS:
    return person.email && g_ascii_strcasecmp(person.email, exclusion->text) == 0;
  case LB_EXCLUDE_NAME:
    return g_ascii_strcasecmp(person.name, exclusion->text) == 0;
  case LB_EXCLUDE_NAME_OR_DOMAIN:
    return g_ascii_strcasecmp(person.name, exclusion->text) == 0 ||
           person_has_domain(person, exclusion->text);
  case LB_EXCLUDE_CLASS:
    break;
  }
  return FALSE;
}
