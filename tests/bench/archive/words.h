/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Invented text: sentences, C code, and what mail systems write by a template.
 */
#pragma once
#include "dice.h"

/* What a template's {A} to {Z} stand for. */
typedef struct {
  const char *of[26];
} Names;

/* Besides names there are {x12} {X12} hexadecimal digits, {d5} digits, {b300} base64, {k300} the same folded,
 * {w} a word, {i} an identifier. */
void words_expand(GString *text, Dice *dice, const char *template, const Names *names);
void words_add_sentence(GString *text, Dice *dice);
/* Paragraphs of lines of 72 columns, until there are as many bytes, and an empty line after each. */
void words_add_prose(GString *text, Dice *dice, gsize bytes);
void words_add_code(GString *text, Dice *dice);
void words_add_title(GString *text, Dice *dice);
void words_add_path(GString *text, Dice *dice);
