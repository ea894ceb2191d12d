/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dice.h"

guint dice_draw(Dice *dice, const Quantile *quantiles) {
  guint fine = dice_below(dice, 1000 * 1000), at = fine / 1000;
  while (quantiles[1].permille <= at && quantiles[1].permille < 1000)
    quantiles++;
  gint64 width = (gint64)(quantiles[1].permille - quantiles[0].permille) * 1000;
  gint64 more = (gint64)quantiles[1].value - quantiles[0].value;
  return (guint)(quantiles[0].value + more * (fine - quantiles[0].permille * 1000) / width);
}

/* Binary logarithm and its inverse in 16 bits behind the point, linear between powers. */
static guint64 take_log2(guint64 n) {
  guint whole = g_bit_storage(n) - 1;
  return ((guint64)whole << 16) + (((n << 16) >> whole) - 65536);
}

static guint64 raise_2(guint64 exponent) {
  return ((65536 + (exponent & 65535)) << (exponent >> 16)) >> 16;
}

/* Shares of all by the logarithm of the rank, in thousandths of the logarithm of how many there are.  Of
 * linux-hyperv and kvm-ppc the first ten of 1150 and of 552 people wrote 34 and 46 % of the mails, the first
 * hundred 80 and 89 %; of 3302 files the first ten were named by 14 % of what patches name, the first hundred
 * by 49 %, the first thousand by 84 %. */
static const Quantile people[] = {{0, 0}, {55, 94}, {340, 330}, {800, 650}, {994, 980}, {1000, 1000}};
static const Quantile files[] = {{0, 0}, {30, 86}, {140, 284}, {490, 568}, {840, 853}, {1000, 1000}};

static guint pick(Dice *dice, guint n, const Quantile *ranks) {
  guint64 rank = raise_2(take_log2(n) * dice_draw(dice, ranks) / 1000) - 1;
  return (guint)MIN(rank, n - 1);
}

guint dice_person(Dice *dice, guint n) {
  return pick(dice, n, people);
}

guint dice_file(Dice *dice, guint n) {
  return pick(dice, n, files);
}
