/* SPDX-License-Identifier: Apache-2.0 */
/* A short text as a QR code (ISO/IEC 18004), for a camera that compares what a screen or paper
 * says.
 */
#ifndef CEREMONY_QR_H
#define CEREMONY_QR_H

#include "sti_error.h"

/* How a code is drawn with characters. Two of the four light modules around it are drawn. */
enum qr_style {
    QR_SCREEN, /* half blocks in UTF-8; light modules are drawn, for a dark screen */
    QR_PAPER,  /* half blocks in UTF-8; dark modules are drawn, for paper and light screens */
    QR_ASCII,  /* ## for a dark module, two columns each: for a console without UTF-8 */
};

/* The most octets of text: a code of it is 74 columns wide in QR_ASCII, and 37 else. */
#define QR_MAX_TEXT 90

/*
 * The code of a text of digits, capital letters and " $%*+-./:", the alphanumeric mode: hex is to
 * be given in capitals. Lines end with a line end. Allocated with malloc, the caller's; NULL on
 * failure.
 */
char *qr_text(const char *text, enum qr_style style, struct sti_error *err);

/*
 * The same as an <svg> element for HTML, with the four light modules around it, and `title` for
 * those who do not see it; title is printable ASCII without & and <. malloc'd, the caller's.
 */
char *qr_svg(const char *text, const char *title, struct sti_error *err);

#endif
