/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca bundle check`: is the bundle whole, and the one that was made at the other end? */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "bundle_file.h"
#include "text.h"

/* Reads a SHA-256 as a person types it: hex in either case, blanks and colons where they help. */
static bool parse_digest(const char *text, char digest[BUNDLE_DIGEST_TEXT], struct sti_error *err)
{
    size_t length = 0;
    for (; *text != '\0' && length < BUNDLE_DIGEST_TEXT; text++) {
        if (*text == ' ' || *text == ':')
            continue;
        if (!isxdigit((unsigned char)*text))
            break;
        digest[length++] = (char)tolower((unsigned char)*text);
    }
    if (*text != '\0' || length != BUNDLE_DIGEST_TEXT - 1)
        return sti_error_set(err, STI_USAGE, NULL,
                             "--digest is no SHA-256: it has 64 hex digits, with blanks and colons "
                             "between them as one likes");
    digest[length] = '\0';
    return true;
}

/* In a time that does not depend on where they differ. */
static bool compare(const struct bundle_file *file, const char *wanted, struct sti_error *err)
{
    char digest[BUNDLE_DIGEST_TEXT];
    text_hex(file->bundle.digest, sizeof(file->bundle.digest), digest);
    return CRYPTO_memcmp(digest, wanted, sizeof(digest) - 1) == 0 ||
           sti_refuse(err, NULL,
                      "its digest is %s, not the one given with --digest: this is not the bundle "
                      "whose digest was taken there; use nothing of it, and fetch it again",
                      digest);
}

static bool print(const struct tool_arguments *arguments, const struct bundle_file *file,
                  struct sti_error *err)
{
    char digest[BUNDLE_DIGEST_TEXT];
    bool compared = tool_value(arguments, "digest") != NULL;
    text_hex(file->bundle.digest, sizeof(file->bundle.digest), digest);
    if (tool_flag(arguments, "json")) {
        json_t *json = bundle_file_json(arguments->positional, file);
        if (json != NULL)
            json_object_set_new(json, "compared", json_boolean(compared));
        return tool_print_json(json, err);
    }
    printf("well-formed: bundle, %zu parts, each with its SHA-256\ndigest %s\n",
           bundle_file_parts(file), digest);
    printf(compared ? "the digest is the one given\n"
                    : "compare the digest with the one shown where the bundle was made\n");
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct bundle_file file;
    char wanted[BUNDLE_DIGEST_TEXT];
    const char *given = tool_value(arguments, "digest");
    if (given != NULL && !parse_digest(given, wanted, err))
        return false;
    bool ok = bundle_file_read(arguments->positional, &file, err);
    if (ok && given != NULL && !compare(&file, wanted, err))
        ok = sti_error_in(err, arguments->positional);
    ok = ok && print(arguments, &file, err);
    bundle_file_free(&file);
    return ok;
}

const struct tool_command command_bundle_check = {
    .name = "bundle check",
    .summary = "say whether a bundle is whole, and the one that was made",
    .positional = "FILE",
    .about = "Reads a bundle to its last octet: the form, the SHA-256 of every part, and every "
             "part as what its name says. If one part is off, the whole bundle is refused, and "
             "the sentence names the part. Prints the digest of the whole; with --digest it must "
             "be the one that was shown where the bundle was made. This is not the verdict on "
             "the request: no signature is verified, no date compared.",
    .options =
        {
            {"digest", "HEX",
             "the digest shown where the bundle was made: 64 hex\n"
             "digits in either case; blanks and colons do not\ncount",
             false},
            OPTION_JSON,
        },
    .run = run,
};
