/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as the text of a profile: what is read keeps the rules of every certificate, and written
 * from its values and read again it is the same profile; a refusal is a sentence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_world.h"
#include "profile.h"

#define NAME "fuzzed"

static struct profile *read_text(const char *text, size_t length, struct sti_error *err)
{
    /* A block of its own, so that the sanitizer sees an octet read behind the NUL. */
    char *copy = malloc(length + 1);
    FUZZ_HOLDS(copy != NULL);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    struct profile *profile = profile_read(copy, length, NAME, err);
    free(copy);
    return profile;
}

/* ---- what every profile is ---- */

static void check_rules(const struct profile *profile)
{
    unsigned seen = 0;
    FUZZ_HOLDS(strcmp(profile->name, NAME) == 0);
    FUZZ_HOLDS(profile->title != NULL && profile->title[0] != '\0');
    FUZZ_HOLDS(profile->clause != NULL && profile->clause[0] != '\0');
    FUZZ_HOLDS(profile->count >= 3 && profile->count <= PROFILE_ITEMS);
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_extension *extension = &profile->extensions[i];
        FUZZ_HOLDS((seen & 1U << extension->item) == 0);
        seen |= 1U << extension->item;
        FUZZ_HOLDS(extension->value != NULL);
        FUZZ_HOLDS(profile_find(profile, extension->item) == extension);
        FUZZ_HOLDS(extension->critical == (extension->item == PROFILE_BASIC_CONSTRAINTS ||
                                           extension->item == PROFILE_KEY_USAGE));
    }
    FUZZ_HOLDS(profile->waiver_count <= PROFILE_MAX_WAIVERS);
    for (size_t i = 0; i < profile->waiver_count; i++) {
        const char *reason = profile->waivers[i].reason;
        FUZZ_HOLDS(profile->waivers[i].id[0] != '\0');
        FUZZ_HOLDS(reason[0] != '\0' && strlen(reason) <= PROFILE_REASON_LENGTH);
        FUZZ_HOLDS(strchr(reason, ';') == NULL && strchr(reason, '\n') == NULL);
    }
    /*
     * keyCertSign for a CA, digitalSignature for an end entity (RFC 5280 section 4.2.1.3); a CA
     * without a list may have cRLSign.
     */
    const unsigned more = profile->ca && !profile_has_list(profile) ? 1U << 6 : 0;
    FUZZ_HOLDS((profile->key_usage & ~more) == (profile->ca ? 1U << 5 : 1U << 0));
    FUZZ_HOLDS(profile->ca || profile->path_length == PROFILE_NO_PATH_LENGTH);
    FUZZ_HOLDS(profile->path_length >= PROFILE_SITE_PATH_LENGTH && profile->path_length <= 100);
    FUZZ_HOLDS((profile->claims != NULL) ==
               (profile_find(profile, PROFILE_CLAIMS) != NULL ||
                profile_find(profile, PROFILE_ENHANCED_CLAIMS) != NULL));
}

/* ---- written and read again ---- */

/* The CONF reader takes a backslash before any octet but b, n, r and t as that octet. */
static void put_value(FILE *file, const char *value)
{
    for (; *value != '\0'; value++) {
        const char *letter = strchr("\bb\nn\rr\tt", *value);
        if (letter != NULL && strchr("\b\n\r\t", *value) != NULL)
            fprintf(file, "\\%c", letter[1]);
        else
            fprintf(file, "%s%c", strchr("bnrt", *value) != NULL ? "" : "\\", *value);
    }
    fputc('\n', file);
}

static char *write_text(const struct profile *profile, size_t *length)
{
    char *text = NULL;
    FILE *file = open_memstream(&text, length);
    FUZZ_HOLDS(file != NULL);
    fprintf(file, "[profile]\ntitle=");
    put_value(file, profile->title);
    fprintf(file, "clause=");
    put_value(file, profile->clause);
    fprintf(file, "issuer=%s\nlist=%s\n[extensions]\n", profile_issuer_name(profile->issuer),
            profile->one_spc ? "one-spc" : "any");
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_extension *extension = &profile->extensions[i];
        fprintf(file, "%s=%s", profile_item_name(extension->item),
                extension->critical ? "critical," : "");
        put_value(file, extension->item == PROFILE_CRL ? "points" : extension->value);
    }
    if (profile_find(profile, PROFILE_CRL) != NULL)
        fprintf(file, "[points]\nfullname=URI:from-configuration\n"
                      "CRLissuer=dirName:from-configuration\n");
    FUZZ_HOLDS(fclose(file) == 0);
    return text;
}

static void check_same(const struct profile *a, const struct profile *b)
{
    FUZZ_HOLDS(strcmp(a->title, b->title) == 0 && strcmp(a->clause, b->clause) == 0);
    FUZZ_HOLDS(a->issuer == b->issuer && a->one_spc == b->one_spc && a->count == b->count);
    FUZZ_HOLDS(a->ca == b->ca && a->path_length == b->path_length && a->key_usage == b->key_usage);
    FUZZ_HOLDS(a->claims_length == b->claims_length &&
               (a->claims_length == 0 || memcmp(a->claims, b->claims, a->claims_length) == 0));
    for (size_t i = 0; i < a->count; i++)
        FUZZ_HOLDS(a->extensions[i].item == b->extensions[i].item);
}

static void check_again(const struct profile *profile)
{
    size_t length = 0;
    struct sti_error err;
    char *text = write_text(profile, &length);
    struct profile *again = read_text(text, length, &err);
    /* Escaped, a text can be longer than a profile may be. */
    FUZZ_HOLDS(again != NULL || length > PROFILE_MAX_OCTETS);
    if (again != NULL)
        check_same(profile, again);
    profile_free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct profile *profile = read_text((const char *)octets, length, &err);
    if (profile == NULL) {
        fuzz_check_request_error(&err);
        return 0;
    }
    check_rules(profile);
    check_again(profile);
    profile_free(profile);
    return 0;
}
