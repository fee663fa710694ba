/* SPDX-License-Identifier: Apache-2.0 */
/* Why a parent list encompasses an entry, case by case (RFC 9060 section 4). */
#include "test_tnset_kit.h"

struct reason {
    const char *parent;
    const char *child; /* one entry */
    enum tnset_answer answer;
    size_t entry;
    bool several;
    size_t spc_entry;
    const char *missing_first; /* "" for none */
    const char *missing_last;
};

#define NONE TNSET_NO_ENTRY

static const struct reason reasons[] = {
    {"TN:1,TN:5-7", "TN:6", TNSET_YES, 1, false, NONE, "", ""},
    /* of several entries: the farthest, then the first to begin, then the first in the list */
    {"TN:3-5,TN:4-8,TN:2-6", "TN:4-5", TNSET_YES, 1, false, NONE, "", ""},
    {"TN:4-8,TN:3-8", "TN:5", TNSET_YES, 1, false, NONE, "", ""},
    {"TN:1,TN:3-8,TN:3-8,TN:0", "TN:5", TNSET_YES, 1, false, NONE, "", ""},
    {"TN:3-5,TN:6,TN:7-8", "TN:4-8", TNSET_YES, 0, true, NONE, "", ""},
    {"TN:3-5,TN:7-8", "TN:4-8", TNSET_NO, 0, false, NONE, "6", "6"},
    {"TN:3-4,TN:8", "TN:1-8", TNSET_NO, NONE, false, NONE, "1", "2"},
    {"TN:3-4,SPC:A,SPC:B", "TN:4-7", TNSET_UNDECIDABLE, 0, false, 1, "5", "7"},
    {"TN:98,TN:99,TN:000", "TN:97-98", TNSET_NO, NONE, false, NONE, "97", "97"},
    {"TN:99,TN:0000", "TN:*99", TNSET_NO, NONE, false, NONE, "*99", "*99"},
    {"TN:99,TN:*99", "TN:*99", TNSET_YES, 1, false, NONE, "", ""},
    {"SPC:A,SPC:B,SPC:B", "SPC:B", TNSET_YES, 1, false, NONE, "", ""},
    {"SPC:B,SPC:D,TN:1", "SPC:A", TNSET_NO, NONE, false, NONE, "", ""},
    {"SPC:B,SPC:D,TN:1", "SPC:E", TNSET_NO, NONE, false, NONE, "", ""},
    {"SPC:B", "TN:1-5", TNSET_UNDECIDABLE, NONE, false, 0, "1", "5"},
};

static void explains_each_entry(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
        const struct reason *wanted = &reasons[i];
        struct kit_list parent = kit_list(wanted->parent);
        struct kit_list child = kit_list(wanted->child);
        struct tnset_cover cover;
        assert_true(tnset_cover_build(&cover, &parent.list, NULL));
        struct tnset_explanation found;
        assert_true(tnset_cover_entry(&cover, &child.list, 0, &found, NULL));
        assert_int_equal(found.answer, wanted->answer);
        assert_int_equal(found.entry, wanted->entry);
        assert_int_equal(found.several, wanted->several);
        assert_int_equal(found.spc_entry, wanted->spc_entry);
        bool missing = wanted->missing_first[0] != '\0';
        assert_true(found.missing_first == (missing ? kit_tn(wanted->missing_first) : 0));
        assert_true(found.missing_last == (missing ? kit_tn(wanted->missing_last) : 0));
        tnset_cover_free(&cover);
        kit_list_free(&parent);
        kit_list_free(&child);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(explains_each_entry),
};

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
