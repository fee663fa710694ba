/* SPDX-License-Identifier: Apache-2.0 */
#include "mint_lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"
#include "waivers.h"

/* One certificate being judged. */
struct judging {
    const struct cert_content *content;
    const char *when;
    struct waivers waivers;
    struct lint_subject subject;
    struct lint_subject signer;
    unsigned char *signer_der; /* NULL: it signs itself, or nobody knows its signer */
    struct mint_lints *lints;
    struct mint_finding error; /* the first failure of error level */
    size_t errors;
};

/* ---- the certificate and its signer ---- */

static bool read_signer(struct judging *in, struct sti_error *err)
{
    if (in->content->issuer == NULL)
        return true;
    int length = i2d_X509(in->content->issuer, &in->signer_der);
    if (length <= 0)
        return sti_fail(err, "no memory for the issuer's certificate");
    if (!lint_subject_read(&in->signer, in->signer_der, (size_t)length, err))
        return sti_error_part(err, "the issuer's certificate");
    lint_subject_signer(&in->subject, &in->signer);
    return true;
}

static bool read_both(struct judging *in, const unsigned char *der, size_t length,
                      struct sti_error *err)
{
    return lint_subject_read(&in->subject, der, length, err) && read_signer(in, err);
}

/* ---- the lints ---- */

static void note(struct judging *in, const struct mint_finding *finding)
{
    if (finding->status == LINT_FAIL && lint_level(finding->lint) == LINT_ERROR) {
        if (in->errors++ == 0)
            in->error = *finding;
    } else if (finding->status == LINT_FAIL || finding->status == LINT_WAIVED) {
        in->lints->list[in->lints->count++] = *finding;
    }
}

static bool run_all(struct judging *in, struct sti_error *err)
{
    const struct lint_waivers waivers = waivers_for_lints(&in->waivers);
    struct mint_finding finding;
    in->lints->list = calloc(lint_count(), sizeof(*in->lints->list)); /* room for all */
    if (in->lints->list == NULL)
        return sti_fail(err, "no memory for the lints");
    for (size_t i = 0; i < lint_family_count(); i++) {
        const struct lint_family *family = lint_family_at(i);
        for (size_t j = 0; j < family->count; j++) {
            finding.lint = &family->lints[j];
            finding.status = lint_run(finding.lint, &in->subject, &waivers, &finding.detail);
            note(in, &finding);
        }
    }
    return true;
}

static bool refuse(const struct judging *in, struct sti_error *err)
{
    const struct lint *lint = in->error.lint;
    const struct profile *profile = in->content->profile;
    char more[40] = "";
    if (in->errors > 1)
        snprintf(more, sizeof(more), " (and %zu more fail)", in->errors - 1);
    return sti_refuse(err, lint->clause,
                      "%s the certificate fails the lint %s%s: %s; mend it in the request, the "
                      "configuration or the profile%s%s: %s",
                      in->when, lint->id, more, in->error.detail.text, profile == NULL ? "" : " ",
                      profile == NULL ? "" : profile->name, lint->hint);
}

/* ---- what is recorded ---- */

static const char *reason_of(const struct judging *in, const char *id)
{
    size_t i = 0;
    while (strcmp(in->waivers.list[i].id, id) != 0) /* it was waived, so it is there */
        i++;
    return in->waivers.list[i].reason;
}

static bool write_waivers(struct judging *in, struct sti_error *err)
{
    size_t length = 0;
    FILE *text = NULL;
    for (size_t i = 0; i < in->lints->count; i++) {
        const struct mint_finding *finding = &in->lints->list[i];
        if (finding->status != LINT_WAIVED)
            continue;
        const char *id = finding->lint->id;
        if (text == NULL)
            text = open_memstream(&in->lints->waivers, &length);
        else
            fputs("; ", text);
        if (text == NULL)
            return sti_fail(err, "no memory for the waivers");
        fprintf(text, "%s: %s", id, reason_of(in, id));
    }
    return text == NULL || fclose(text) == 0 || sti_fail(err, "no memory for the waivers");
}

/* ---- the whole ---- */

bool mint_lint(const struct cert_content *content, const unsigned char *der, size_t length,
               const char *when, struct mint_lints *lints, struct sti_error *err)
{
    struct judging in = {.content = content, .when = when, .lints = lints};
    mint_lints_free(lints);
    waivers_of(content->profile, &in.waivers);
    bool ok = read_both(&in, der, length, err) && run_all(&in, err) &&
              (in.errors == 0 || refuse(&in, err)) && write_waivers(&in, err);
    OPENSSL_free(in.signer_der);
    return ok;
}

void mint_lints_free(struct mint_lints *lints)
{
    free(lints->list);
    free(lints->waivers);
    *lints = (struct mint_lints){0};
}

/* Waivers are expected, so that their ids will do: the reasons stand in the profile. */
static void print_waived(const struct mint_lints *lints)
{
    const char *before = "  waived    ";
    for (size_t i = 0; i < lints->count; i++) {
        if (lints->list[i].status != LINT_WAIVED)
            continue;
        printf("%s%s", before, lints->list[i].lint->id);
        before = ",\n            ";
    }
    if (lints->waivers != NULL)
        putchar('\n');
}

void mint_lints_print(const struct mint_lints *lints)
{
    print_waived(lints);
    for (size_t i = 0; i < lints->count; i++) {
        const struct mint_finding *finding = &lints->list[i];
        if (finding->status == LINT_WAIVED)
            continue;
        printf("  %-8s  %s: ", lint_level_name(lint_level(finding->lint)), finding->lint->id);
        text_print(stdout, finding->detail.text);
        putchar('\n');
    }
}

json_t *mint_lints_json(const struct mint_lints *lints)
{
    json_t *json = json_array();
    for (size_t i = 0; i < lints->count; i++) {
        const struct mint_finding *finding = &lints->list[i];
        json_array_append_new(json, json_pack("{s:s, s:s, s:o}", "id", finding->lint->id, "status",
                                              lint_status_name(finding->status), "detail",
                                              tool_json_text(finding->detail.text)));
    }
    return json;
}
