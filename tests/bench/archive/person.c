/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "person.h"
#include <string.h>

static const char *const given[] = {"Alice", "Bob",   "Carla",  "Dmitri", "Eve",  "Farid", "Gül",   "Hana",
                                    "Ivan",  "Jun",   "Karl",   "Lena",   "Mika", "Nadia", "Oskar", "Priya",
                                    "Quinn", "Rosa",  "Søren",  "Tariq",  "Ulla", "Vera",  "Wei",   "Xenia",
                                    "Yusuf", "Zoé",   "Anders", "Bea",    "Chen", "Dora",  "Emil",  "Fiona",
                                    "Goran", "Heidi", "Igor",   "Jana",   "Kofi"};
static const char *const family[] = {"Example", "Tester", "Sample",   "Muster",  "Placeholder", "Dummy",
                                     "Nobody",  "Anyone", "Beispiel", "Exempel", "Vzor",        "Primer",
                                     "Esempio", "Modelo", "Patron",   "Probe",   "Specimen",    "Model",
                                     "Pattern", "Mock",   "Fixture",  "Stub",    "Fake",        "Sandbox",
                                     "Demo",    "Trial",  "Draft",    "Sketch",  "Mustermann"};
static const gint zones[] = {0, 60, 120, -420, -480, 330, 480, 540, -300, 120, -240};
/* Of twenty people, so that the few who write most are as mixed as all: a quarter and a fifth of them. */
static const char providers[] = "OPMOOPOMOPOMOPOMOPOO";

/* No two numbers have the same name: 37 and 29 are prime. */
void person_make(Person *person, guint64 seed, guint number) {
  guint round = number / (G_N_ELEMENTS(given) * G_N_ELEMENTS(family));
  const char *first = given[(number + seed) % G_N_ELEMENTS(given)],
             *last = family[number % G_N_ELEMENTS(family)];
  char kind = providers[number % (sizeof providers - 1)];
  if (round > 0)
    g_snprintf(person->name, sizeof person->name, "%s %c. %s", first, 'A' + (round - 1) % 26, last);
  else
    g_snprintf(person->name, sizeof person->name, "%s %s", first, last);
  person->provider = kind == 'P' ? PROVIDER_POST : kind == 'M' ? PROVIDER_OFFICE : PROVIDER_OWN;
  if (kind == 'P' && number % 3 == 0)
    g_strlcpy(person->host, "post.example.com", sizeof person->host);
  else
    g_snprintf(person->host, sizeof person->host, "corp%u.example.com", (guint)(dice_mix(seed, number) % 60));
  g_snprintf(person->address, sizeof person->address, "%s%u@%s", last, number, person->host);
  *person->address = g_ascii_tolower(*person->address);
  person->zone = zones[number % G_N_ELEMENTS(zones)];
}

static void add_encoded(GString *text, const char *name) {
  g_string_append(text, "=?UTF-8?q?");
  for (const char *c = name; *c; c++)
    if (*c == ' ')
      g_string_append_c(text, '_');
    else if (g_ascii_isalnum(*c))
      g_string_append_c(text, *c);
    else
      g_string_append_printf(text, "=%02X", (guchar)*c);
  g_string_append(text, "?=");
}

void person_write(GString *text, const Person *person, gboolean is_field) {
  if (is_field && !g_str_is_ascii(person->name))
    add_encoded(text, person->name);
  else if (is_field && strchr(person->name, '.'))
    g_string_append_printf(text, "\"%s\"", person->name);
  else
    g_string_append(text, person->name);
  g_string_append(text, " <");
  g_string_append(text, person->address);
  g_string_append_c(text, '>');
}
