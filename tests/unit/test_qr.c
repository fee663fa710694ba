/* SPDX-License-Identifier: Apache-2.0 */
/* QR codes: every way of drawing one draws the modules that libqrencode made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qr.h"
#include "test_token_kit.h"

#define DIGEST "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
/* Version 4 has 33 modules a side: the smallest that takes 64 characters at level M. */
#define MODULES 33
#define WIDTH (MODULES + 4)

static char *drawn(enum qr_style style)
{
    struct sti_error err;
    char *text = qr_text(DIGEST, style, &err);
    if (text == NULL)
        fail_msg("%s", err.sentence);
    return text;
}

/* The modules of the drawing in ASCII, with two light ones around. */
static void read_ascii(bool dark[WIDTH][WIDTH])
{
    char *text = drawn(QR_ASCII);
    const char *at = text;
    for (int y = 0; y < WIDTH; y++) {
        for (int x = 0; x < WIDTH; x++, at += 2) {
            dark[y][x] = *at == '#';
            assert_true(at[0] == at[1] && (*at == '#' || *at == ' '));
        }
        assert_int_equal(*at++, '\n');
    }
    assert_int_equal(*at, '\0');
    free(text);
}

/* ISO/IEC 18004: a finder pattern is a dark square of 7, a light one of 5, a dark one of 3. */
static void has_its_finder_patterns(void **state)
{
    (void)state;
    static bool dark[WIDTH][WIDTH];
    read_ascii(dark);
    const int corners[3][2] = {{2, 2}, {2, MODULES - 5}, {MODULES - 5, 2}};
    for (int corner = 0; corner < 3; corner++)
        for (int y = 0; y < 7; y++)
            for (int x = 0; x < 7; x++) {
                int ring = x < y ? x : y;
                ring = 6 - x < ring ? 6 - x : ring;
                ring = 6 - y < ring ? 6 - y : ring;
                assert_int_equal(dark[corners[corner][0] + y][corners[corner][1] + x], ring != 1);
            }
    for (int i = 0; i < WIDTH; i++)
        assert_false(dark[0][i] || dark[1][i] || dark[i][0] || dark[i][WIDTH - 1]);
}

static void check_blocks(enum qr_style style, bool draws_dark)
{
    static bool dark[WIDTH][WIDTH];
    read_ascii(dark);
    char *text = drawn(style);
    const char *at = text;
    for (int y = 0; y < WIDTH; y += 2) {
        for (int x = 0; x < WIDTH; x++) {
            bool upper = dark[y][x] == draws_dark;
            bool lower = (y + 1 < WIDTH && dark[y + 1][x]) == draws_dark;
            const char *block = upper ? lower ? "\u2588" : "\u2580" : lower ? "\u2584" : " ";
            assert_int_equal(strncmp(at, block, strlen(block)), 0);
            at += strlen(block);
        }
        assert_int_equal(*at++, '\n');
    }
    assert_int_equal(*at, '\0');
    free(text);
}

static void draws_half_blocks(void **state)
{
    (void)state;
    check_blocks(QR_SCREEN, false);
    check_blocks(QR_PAPER, true);
}

static void draws_svg(void **state)
{
    (void)state;
    static bool dark[WIDTH][WIDTH];
    static bool again[WIDTH][WIDTH];
    struct sti_error err;
    read_ascii(dark);
    char *svg = qr_svg(DIGEST, "plan digest", &err);
    assert_non_null(svg);
    assert_non_null(strstr(svg, "viewBox=\"0 0 41 41\""));
    assert_non_null(strstr(svg, "<title>plan digest</title>"));
    const char *path = strstr(svg, " d=\"");
    assert_non_null(path);
    for (path += 4; *path != '"'; path = strchr(path, 'z') + 1) {
        int x = 0, y = 0, width = 0, back = 0;
        assert_int_equal(sscanf(path, "M%d %dh%dv1h-%dz", &x, &y, &width, &back), 4);
        assert_int_equal(width, back);
        for (int i = 0; i < width; i++)
            again[y - 2][x - 2 + i] = true;
    }
    assert_memory_equal(dark, again, sizeof(dark));
    free(svg);
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    struct sti_error err;
    char longest[QR_MAX_TEXT + 2];
    memset(longest, 'A', sizeof(longest) - 1);
    longest[QR_MAX_TEXT + 1] = '\0';
    const char *const bad[] = {"", "small letters", longest};
    for (size_t i = 0; i < 3; i++) {
        assert_null(qr_text(bad[i], QR_ASCII, &err));
        kit_check_error(&err, STI_REFUSED, "", "a QR code here has 1 to 90 digits, capital", NULL);
        assert_null(qr_svg(bad[i], "title", &err));
    }
    longest[QR_MAX_TEXT] = '\0';
    char *text = qr_text(longest, QR_ASCII, &err);
    assert_non_null(text);
    assert_int_equal(strcspn(text, "\n"), 2 * WIDTH);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_its_finder_patterns),
        cmocka_unit_test(draws_half_blocks),
        cmocka_unit_test(draws_svg),
        cmocka_unit_test(refuses_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
