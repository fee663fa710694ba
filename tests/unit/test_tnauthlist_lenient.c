/* SPDX-License-Identifier: Apache-2.0 */
/* The lenient walk: every known mistake is named, and no octets make it stumble. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "tnauthlist.h"

/* What a walk said, one line a piece: `offset text ; flaw`. */
struct notes {
    char text[2000];
    size_t pieces;
    size_t flaws;
};

static bool note(void *context, const struct tnauthlist_found *found)
{
    struct notes *notes = context;
    size_t used = strlen(notes->text);
    snprintf(notes->text + used, sizeof(notes->text) - used, "%zu@%zu %s%s%s\n", found->entry,
             found->offset, found->text == NULL ? "-" : found->text,
             found->flaw == NULL ? "" : " ; ", found->flaw == NULL ? "" : found->flaw);
    notes->pieces++;
    notes->flaws += found->flaw != NULL;
    return true;
}

struct seen {
    const char *hex;
    const char *notes;
};

static const struct seen seen[] = {
    /* nothing wrong */
    {"302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132",
     "1@2 SPC:709J\n2@10 TN:12155550100-12155550199\n3@30 TN:12155551212\n"},
    /* implicit tags */
    {"300680043730394a", "1@2 SPC:709J ; implicit tag 0x80, 0xA0 around an IA5String is wanted\n"},
    {"300582032a3637", "1@2 TN:*67 ; implicit tag 0x82, 0xA2 around an IA5String is wanted\n"},
    {"300aa1081603313030020105",
     "1@2 TN:100-104 ; implicit tag: the SEQUENCE around start and count is missing\n"},
    {"300a81081603313030020105",
     "1@2 TN:100-104 ; implicit tag: the SEQUENCE around start and count is missing\n"},
    /* a string without a tag; as found in a real certificate */
    {"300613043735354a",
     "1@2 - ; PrintableString \"755J\" without a context tag; it may be meant as "
     "an SPC, [0] around an IA5String\n"},
    /* the length octet of the string left out; as found in a real certificate */
    {"3008a006163535384a", "0@1 - ; the length of the list does not fit what follows\n"
                           "1@2 SPC:558J ; the length octet of the IA5String is missing\n"},
    /* other string types */
    {"3008a0060c043730394a", "1@2 SPC:709J ; UTF8String where an IA5String is wanted\n"},
    {"3007a2051403313030", "1@2 TN:100 ; T61String where an IA5String is wanted\n"},
    {"3007a0051a03414243", "1@2 SPC:ABC ; VisibleString where an IA5String is wanted\n"},
    /* URLs */
    {"300c160a687474703a2f2f612f62",
     "1@2 - ; a URL in the list, \"http://a/b\"; a list by reference "
     "belongs into Authority Information Access, as stirTNList\n"},
    {"300da00b0c0968747470733a2f2f61",
     "1@4 - ; a URL in the list, \"https://a\"; a list by reference belongs into Authority "
     "Information Access, as stirTNList\n"},
    {"68747470733a2f2f612f62",
     "0@0 - ; a bare URL, \"https://a/b\"; a list by reference belongs into Authority Information "
     "Access, as stirTNList\n"},
    /* bare text */
    {"37303941", "0@0 - ; bare text, \"709A\", where a SEQUENCE of entries is wanted\n"},
    {"04023030", "0@0 - ; tag 0x04 stands where a SEQUENCE (0x30) is wanted\n"},
    {"", "0@0 - ; there are no octets\n"},
    /* two pairs in a range, and something else behind the count */
    {"3014a112301016033130300201051603323030020105",
     "1@2 TN:100-104 ; a second pair stands behind the count; only the first one counts\n"},
    {"300ea10c300a16033130300201050500",
     "1@2 TN:100-104 ; unknown elements stand behind the count; they are stepped over\n"},
    /* lengths and frames */
    {"3000", "0@2 - ; the list is empty\n"},
    {"3080a00616043730394a",
     "0@1 - ; the length of the list does not fit what follows\n1@2 SPC:709J\n"},
    {"30", "0@1 - ; the length of the list does not fit what follows\n0@1 - ; the list is empty\n"},
    {"3008a00616043730394a0500", "1@2 SPC:709J\n0@10 - ; 2 octets too many behind the list\n"},
    {"308108a00616043730394a",
     "0@1 - ; the length of the list is not in the fewest octets\n1@3 SPC:709J\n"},
    /* the walk goes on behind an entry it cannot read */
    {"300ea30416023030a00616043730394a",
     "1@2 - ; context tag [3] is no arm of TNEntry; spc [0], range [1], one [2] are\n"
     "2@8 SPC:709J\n"},
    /* rules of the strict reader keep their sentences */
    {"300ba10930071602313002015a", "1@2 - ; range from 10 with a count of 90 is too long: start + "
                                   "count must be less than 10^2\n"},
    {"3007a2051603317832", "1@2 - ; 'x' is not a symbol of a TN; only 0-9, # and * are\n"},
    {"3004a0021600", "1@2 - ; SPC is empty, it names no provider\n"},
    {"3005a00316011b", "1@2 SPC:\\x1B\n"},
    {"3005a003160180", "1@2 - ; octet 0x80 cannot stand in an IA5String\n"},
    {"30020500", "1@2 - ; tag 0x05 stands where a TNEntry (0xA0, 0xA1 or 0xA2) is wanted\n"},
    {"3001a0", "1@2 - ; the length octet is missing\n"},
};

static void names_the_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(seen) / sizeof(*seen); i++) {
        uint8_t der[128];
        size_t length = from_hex(seen[i].hex, der, sizeof(der));
        struct notes notes = {0};
        assert_true(tnauthlist_walk(der, length, note, &notes));
        if (strcmp(notes.text, seen[i].notes) != 0)
            fail_msg("%s:\n%s", seen[i].hex, notes.text);
    }
}

/* Every one-octet change and every cut of a good list: walked to its end, and without a flaw only
 * if the strict reader takes it. */
static void agrees_with_the_strict_reader(void **state)
{
    (void)state;
    uint8_t good[64];
    size_t length = from_hex(seen[0].hex, good, sizeof(good));
    for (size_t i = 0; i < length; i++) {
        for (unsigned change = 0; change < 256; change++) {
            uint8_t *copy = malloc(length);
            memcpy(copy, good, length);
            copy[i] ^= (uint8_t)change;
            struct notes notes = {0};
            struct tnauthlist list;
            bool strict = tnauthlist_decode(&list, copy, length, NULL, NULL);
            assert_true(tnauthlist_walk(copy, length, note, &notes));
            assert_true(strict || notes.flaws > 0);
            assert_true(!strict || notes.pieces == list.count);
            tnauthlist_free(&list);
            free(copy);
        }
        uint8_t *cut = malloc(i + 1);
        memcpy(cut, good, i);
        struct notes notes = {0};
        assert_true(tnauthlist_walk(cut, i, note, &notes));
        assert_true(notes.flaws > 0);
        free(cut);
    }
}

static bool stop_at_once(void *context, const struct tnauthlist_found *found)
{
    (void)found;
    (*(size_t *)context)++;
    return false;
}

static void a_visit_can_stop_it(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "308108a00616043730394a",
        "3010a006160431323334a00616043730394a",
        "37303941",
        "30",
        "3000",
        "",
        "3008a00616043730394a0500",
        "300680043730394a",
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        uint8_t der[64];
        size_t visits = 0;
        assert_false(
            tnauthlist_walk(der, from_hex(lists[i], der, sizeof(der)), stop_at_once, &visits));
        assert_int_equal(visits, 1);
    }
}

static bool measure(void *context, const struct tnauthlist_found *found)
{
    *(size_t *)context = strlen(found->text);
    return true;
}

static void long_texts_are_whole(void **state)
{
    (void)state;
    struct tnauthlist_builder builder = {0};
    char spc[5000];
    memset(spc, 'A', sizeof(spc));
    assert_true(tnauthlist_builder_spc(&builder, spc, sizeof(spc), NULL));
    uint8_t *der = NULL;
    size_t length = 0;
    size_t seen_length = 0;
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    assert_true(tnauthlist_walk(der, length, measure, &seen_length));
    assert_int_equal(seen_length, sizeof(spc) + 4);
    free(der);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_mistakes),
        cmocka_unit_test(agrees_with_the_strict_reader),
        cmocka_unit_test(a_visit_can_stop_it),
        cmocka_unit_test(long_texts_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
