/* SPDX-License-Identifier: Apache-2.0 */
#include "profile_print.h"

#include <stdio.h>

#include "command.h"
#include "text.h"

const char *profile_command(const struct profile *profile)
{
    if (profile->issuer == PROFILE_SELF)
        return "root";
    return profile_has_list(profile) ? "issue" : "intermediate";
}

static const char *issuer_words(const struct profile *profile)
{
    static const char *const words[] = {
        [PROFILE_SELF] = "itself",
        [PROFILE_NO_LIST] = "a CA without a TNAuthList",
        [PROFILE_LISTED] = "a CA with a TNAuthList, which has all of the certificate's "
                           "(RFC 9060 section 4)",
        [PROFILE_ANY] = "a CA without a TNAuthList, or one whose list has all of the "
                        "certificate's (RFC 9060 section 4)",
    };
    return words[profile->issuer];
}

static const char *list_words(const struct profile *profile)
{
    if (!profile_has_list(profile))
        return "none";
    return profile->one_spc ? "exactly one SPC, of digits and capital letters "
                              "(ATIS-1000080 section 6.4.1)"
                            : "SPCs, numbers and ranges (RFC 8226 section 9)";
}

static const char *subject_words(const struct profile *profile)
{
    if (profile->issuer == PROFILE_SELF)
        return "C, O, CN with SHAKEN and ROOT; from the configuration";
    if (profile->ca)
        return profile_has_list(profile) ? "C, O, CN with SHAKEN; from the CSR"
                                         : "C, O, CN with SHAKEN; from the configuration";
    return profile->one_spc ? "C, O, CN = SHAKEN and the SPC; from the CSR"
                            : "C, O, CN, which is SHAKEN and the SPC if the list has one SPC; "
                              "from the CSR";
}

/* What a person reads for a value: the name of a section would say nothing. */
static const char *value_words(const struct profile_extension *extension)
{
    if (extension->item == PROFILE_CRL)
        return "URL and issuer of the STI-PA's CRL, from-configuration";
    return extension->value;
}

static void print_line(const char *label, const char *text)
{
    printf("%-10s", label);
    text_print(stdout, text);
    putchar('\n');
}

static void print_extension(const struct profile_extension *extension)
{
    printf("  %-28s%-10s", profile_item_name(extension->item),
           extension->critical ? "critical" : "");
    text_print(stdout, value_words(extension));
    printf("\n%40s%s\n", "", profile_item_clause(extension->item));
}

static void print_waivers(const struct profile *profile)
{
    if (profile->waiver_count > 0)
        printf("lints that its certificates may fail, and why:\n");
    for (size_t i = 0; i < profile->waiver_count; i++)
        printf("  %s\n      %s\n", profile->waivers[i].id, profile->waivers[i].reason);
}

void profile_print(const struct profile *profile)
{
    print_line("profile", profile->name);
    print_line("", profile->title);
    print_line("", profile->clause);
    printf("made by   sti-ca %s\n", profile_command(profile));
    print_line("issuer", issuer_words(profile));
    print_line("subject", subject_words(profile));
    print_line("list", list_words(profile));
    printf("extensions, in this order:\n");
    for (size_t i = 0; i < profile->count; i++)
        print_extension(&profile->extensions[i]);
    print_waivers(profile);
}

void profile_print_good(const struct profile *profile)
{
    printf("good: profile %s, made by sti-ca %s\n", profile->name, profile_command(profile));
    print_waivers(profile);
}

static json_t *extensions_json(const struct profile *profile)
{
    json_t *json = json_array();
    for (size_t i = 0; i < profile->count; i++) {
        const struct profile_extension *extension = &profile->extensions[i];
        json_array_append_new(json, json_pack("{s:s, s:b, s:o, s:s}", "name",
                                              profile_item_name(extension->item), "critical",
                                              extension->critical, "value",
                                              tool_json_text(extension->value), "clause",
                                              profile_item_clause(extension->item)));
    }
    return json;
}

static json_t *waivers_json(const struct profile *profile)
{
    json_t *json = json_array();
    for (size_t i = 0; i < profile->waiver_count; i++)
        json_array_append_new(json, json_pack("{s:s, s:s}", "id", profile->waivers[i].id, "reason",
                                              profile->waivers[i].reason));
    return json;
}

json_t *profile_json(const struct profile *profile)
{
    return json_pack("{s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:o}", "name", profile->name, "title",
                     tool_json_text(profile->title), "clause", tool_json_text(profile->clause),
                     "command", profile_command(profile), "issuer",
                     profile_issuer_name(profile->issuer), "list",
                     !profile_has_list(profile) ? "none"
                     : profile->one_spc         ? "one-spc"
                                                : "any",
                     "extensions", extensions_json(profile), "waivers", waivers_json(profile));
}
