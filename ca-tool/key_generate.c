/* SPDX-License-Identifier: Apache-2.0 */
#include "key_generate.h"

#include "key.h"

#define OPTION_CURVE "curve"

/*
 * The keys of the configuration sign certificates, so a curve that no certificate is signed with is
 * refused before there is a key.
 */
static bool check_curve(const struct key_word *word, enum hsm_curve curve, struct sti_error *err)
{
    return word->section == NULL || curve == HSM_CURVE_P256 ||
           sti_error_set(err, STI_USAGE, "ATIS-1000080 section 6.4.1",
                         "the key of [%s] must be EC P-256, because no certificate is signed with "
                         "another; leave out --" OPTION_CURVE
                         ", or name a key for another use by its URI",
                         word->section);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *curve_name = tool_value(arguments, OPTION_CURVE);
    enum hsm_curve curve = HSM_CURVE_P256;
    struct key_word word;
    if (curve_name != NULL && !hsm_curve_of_name(curve_name, &curve))
        return sti_error_set(err, STI_USAGE, NULL,
                             "--" OPTION_CURVE " takes P-256 or P-384, not %.40s", curve_name);
    if (!key_word_read(arguments, &word, err))
        return false;
    bool ok = check_curve(&word, curve, err) &&
              (key_generate(word.uri, word.directory, curve, err) || key_word_failed(&word, err));
    key_word_free(&word);
    return ok;
}

const struct tool_command command_key_generate = {
    .name = "key generate",
    .summary = "make a key pair in the HSM",
    .positional = KEY_POSITIONAL,
    .about =
        "Makes an EC key pair on the token. KEY is `root` or `intermediate`, for the key of\n"
        "that section of the configuration, or a PKCS#11 URI. The key is sensitive, can never be\n"
        "extracted and can only sign; its attributes are read back and a test signature is\n"
        "verified before it is reported as made. A label or id in use is never used again.",
    .options =
        {
            {OPTION_CURVE, "CURVE",
             "P-256, which is the default, or P-384, which no certificate is signed with", false},
            OPTION_CONFIG,
        },
    .ends_in_order = true,
    .run = run,
};
