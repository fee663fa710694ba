/* SPDX-License-Identifier: Apache-2.0 */
#include "request_mint.h"

#include "issuer.h"

static struct cert_content content_of(const struct request_mint *of, int64_t now)
{
    const struct request *request = of->request;
    const struct request_rules *rules = request->rules;
    const struct verdict_policy policy = request_policy(rules, request->profile);
    struct cert_content content = {
        .profile = request->profile,
        .subject = request->csr->subject,
        .spki = request->csr->spki,
        .issuer = rules->issuer.certificate,
        .not_before = (time_t)now,
        .not_after = (time_t)verdict_end(&policy, request->claim->exp, now),
        .list_url = of->list_url,
    };
    site_fill_content(request_site(rules, request->profile), &content);
    if (of->list_url == NULL) {
        content.list = request->list.der;
        content.list_length = request->list.der_length;
    }
    return content;
}

/* The signed certificate's path, as a relying party will see it. */
static bool judge_path(void *context, X509 *certificate, struct sti_error *err)
{
    const struct request_mint *of = context;
    const struct request_rules *rules = of->request->rules;
    const struct tnauthlist *list = &of->request->list;
    const struct path_policy policy = request_path_policy(rules);
    const struct path_list reference = {
        .url = of->list_url, .der = list->der, .der_length = list->der_length, .name = "list"};
    return issuer_path(&rules->issuer, certificate, of->list_url == NULL ? NULL : &reference,
                       &policy, of->not_before, err);
}

struct mint request_mint(struct request_mint *of, int64_t now)
{
    const struct request *request = of->request;
    struct mint mint = {
        .kind = request->profile->ca ? LEDGER_DELEGATE_CA : LEDGER_END_ENTITY,
        .content = content_of(of, now),
        .token = &request->token,
        .holder = request->holder,
        .note = request->note,
        .judge = judge_path,
        .judge_context = of,
    };
    of->not_before = mint.content.not_before;
    if (of->list_url != NULL) {
        mint.reference_list = request->list.der;
        mint.reference_list_length = request->list.der_length;
    }
    return mint;
}
