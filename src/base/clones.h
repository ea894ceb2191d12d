/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops over every byte of an archive are compiled once for any x86-64 and once for AVX2; the C library picks at
 * the program's start.  Elsewhere, and where sanitizers instrument what picks, there is the one; with clang too, whose
 * clones other files can't call (clang 14 names them otherwise). */
#pragma once

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__clang__)
#if __has_attribute(target_clones)
#define LB_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef LB_CLONES
#define LB_CLONES
#endif
