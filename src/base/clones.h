/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loops over every byte of an archive are compiled once for any x86-64 and once for AVX2; the C library picks
 * at the start.  Elsewhere there is the one; also under sanitizers, which would see it picked before they are
 * set up, and with clang, whose version 14 gives such functions no name that other files could call. */
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LB_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define LB_IS_SANITIZED 1
#endif
#endif

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute) && !defined(LB_IS_SANITIZED) &&    \
    !defined(__clang__)
#if __has_attribute(target_clones)
#define LB_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef LB_CLONES
#define LB_CLONES
#endif
