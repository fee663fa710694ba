/* SPDX-License-Identifier: Apache-2.0 */
/* libqrencode makes the modules; drawing them is left to its callers. */
#include "qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qrencode.h>

#define ALPHANUMERIC "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
#define TEXT_MARGIN 2
#define SVG_MARGIN 4

static QRcode *encode(const char *text, struct sti_error *err)
{
    size_t length = strlen(text);
    if (length == 0 || length > QR_MAX_TEXT || strspn(text, ALPHANUMERIC) != length) {
        sti_refuse(err, NULL,
                   "a QR code here has 1 to %d digits, capital letters and signs, and not '%.20s'",
                   QR_MAX_TEXT, text);
        return NULL;
    }
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL)
        sti_fail(err, "no memory for the QR code");
    return code;
}

/* Outside the code everything is light. */
static bool is_dark(const QRcode *code, int x, int y)
{
    return x >= 0 && y >= 0 && x < code->width && y < code->width &&
           (code->data[y * code->width + x] & 1) != 0;
}

static void draw_ascii(const QRcode *code, FILE *out)
{
    for (int y = -TEXT_MARGIN; y < code->width + TEXT_MARGIN; y++) {
        for (int x = -TEXT_MARGIN; x < code->width + TEXT_MARGIN; x++)
            fputs(is_dark(code, x, y) ? "##" : "  ", out);
        fputc('\n', out);
    }
}

/* Two modules, one above the other, are one character. */
static void draw_blocks(const QRcode *code, bool draws_dark, FILE *out)
{
    static const char *const blocks[2][2] = {{" ", "\xe2\x96\x84"},
                                             {"\xe2\x96\x80", "\xe2\x96\x88"}};
    for (int y = -TEXT_MARGIN; y < code->width + TEXT_MARGIN; y += 2) {
        for (int x = -TEXT_MARGIN; x < code->width + TEXT_MARGIN; x++)
            fputs(blocks[is_dark(code, x, y) == draws_dark][is_dark(code, x, y + 1) == draws_dark],
                  out);
        fputc('\n', out);
    }
}

/* A path of runs of dark modules, each a rectangle one module high. */
static void draw_path(const QRcode *code, FILE *out)
{
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            int start = x;
            while (is_dark(code, x, y))
                x++;
            if (x > start)
                fprintf(out, "M%d %dh%dv1h-%dz", start + SVG_MARGIN, y + SVG_MARGIN, x - start,
                        x - start);
        }
}

static void draw_svg(const QRcode *code, const char *title, FILE *out)
{
    int size = code->width + 2 * SVG_MARGIN;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" viewBox=\"0 0 %d %d\" "
            "shape-rendering=\"crispEdges\" role=\"img\"><title>%s</title>"
            "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
            size, size, title, size, size);
    draw_path(code, out);
    fputs("\"/></svg>\n", out);
}

/* title: of an SVG drawing; NULL: in this style. */
static char *draw(const char *text, const char *title, enum qr_style style, struct sti_error *err)
{
    QRcode *code = encode(text, err);
    if (code == NULL)
        return NULL;
    char *drawn = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&drawn, &length);
    if (out != NULL && title != NULL)
        draw_svg(code, title, out);
    else if (out != NULL && style == QR_ASCII)
        draw_ascii(code, out);
    else if (out != NULL)
        draw_blocks(code, style == QR_PAPER, out);
    QRcode_free(code);
    if (out != NULL && fclose(out) == 0)
        return drawn;
    free(drawn);
    sti_fail(err, "no memory for the QR code");
    return NULL;
}

char *qr_text(const char *text, enum qr_style style, struct sti_error *err)
{
    return draw(text, NULL, style, err);
}

char *qr_svg(const char *text, const char *title, struct sti_error *err)
{
    return draw(text, title, QR_PAPER, err);
}
