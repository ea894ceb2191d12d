/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is drawn for a generated archive.  Whole numbers alone: the same on every machine, whatever its libm
 * rounds to.
 */
#pragma once
#include <glib.h>

/* splitmix64 (Steele, Lea, Flood 2014) */
typedef struct {
  guint64 state;
} Dice;

/* A number of a distribution, by its percentiles times ten; linear between them. */
typedef struct {
  guint permille, value;
} Quantile;

static inline guint64 dice_roll(Dice *dice) {
  guint64 z = dice->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static inline guint64 dice_mix(guint64 seed, guint64 number) {
  Dice dice = {seed ^ (number + 1) * G_GUINT64_CONSTANT(0xd6e8feb86659fd93)};
  return dice_roll(&dice);
}

/* 0 to n - 1 */
static inline guint dice_below(Dice *dice, guint n) {
  return (guint)(((dice_roll(dice) >> 32) * n) >> 32);
}

static inline gboolean dice_chance(Dice *dice, guint permille) {
  return dice_below(dice, 1000) < permille;
}

guint dice_draw(Dice *dice, const Quantile *quantiles);
/* Of n people the number of one: few write most of the mail. */
guint dice_person(Dice *dice, guint n);
/* Of n files that of one: few are changed most. */
guint dice_file(Dice *dice, guint n);
