/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 9060: delegation. A delegate certificate has no mark of its own: it is one whose signer has a
 * list. So these lints ask for the signer, the next certificate in the file, or for a CA's list.
 */
#include "lint_families.h"
#include "lint_rules.h"
#include "tnset.h"

#define RFC "RFC 9060 section "

static bool is_signed_by_list(const struct lint_subject *subject)
{
    return subject->signer != NULL && lint_has_list(subject->signer);
}

static bool signer_is_ca(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->signer->ca || lint_fails(detail, "its signer has a list, but cA is not TRUE");
}

static bool has_list(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_has_list(subject) ||
           lint_fails(detail, "its signer has a list, and it has none of its own");
}

static bool has_signer(const struct lint_subject *subject)
{
    return subject->signer != NULL && subject->aki_id.at != NULL;
}

static bool aki_names_signer(const struct lint_subject *subject, struct lint_detail *detail)
{
    return lint_same(subject->aki_id, subject->signer->ski) ||
           lint_fails(detail, "the keyIdentifier of the AKI is not the subjectKeyIdentifier of the "
                              "next certificate, whose name is the issuer's");
}

static bool is_ca_with_list(const struct lint_subject *subject)
{
    return subject->ca && lint_has_list(subject);
}

static bool has_ski(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->ski.at != NULL ||
           lint_fails(detail, "it has a list, but no subjectKeyIdentifier by which a delegate "
                              "could name it");
}

static bool signs_certificates_only(const struct lint_subject *subject, struct lint_detail *detail)
{
    return (subject->key_usage & LINT_DIGITAL_SIGNATURE) == 0 ||
           lint_fails(detail, "a CA with a list has digitalSignature, as if it were to sign "
                              "PASSporTs");
}

/* Both lists by value: a list by reference is not at hand here. */
static bool has_two_lists(const struct lint_subject *subject)
{
    return subject->list.well_formed && subject->references == 0 && subject->signer != NULL &&
           subject->signer->list.well_formed && subject->signer->references == 0;
}

static bool set_of(const struct lint_subject *subject, struct tnset *set, struct sti_error *err)
{
    const struct lint_octets der = subject->known[LINT_EXTENSION_TNAUTHLIST]->value;
    struct tnauthlist list = {0};
    bool ok =
        tnauthlist_decode(&list, der.at, der.length, NULL, err) && tnset_build(set, &list, 1, err);
    tnauthlist_free(&list);
    return ok;
}

/* Does the signer's list encompass the subject's? False with detail: it cannot be told. */
static bool encompasses(const struct lint_subject *subject, enum tnset_answer *answer,
                        struct lint_detail *detail)
{
    struct tnset parent = {0};
    struct tnset child = {0};
    struct sti_error err;
    sti_error_clear(&err);
    bool ok = set_of(subject->signer, &parent, &err) && set_of(subject, &child, &err);
    if (ok)
        *answer = tnset_encompasses(&parent, &child);
    else
        lint_fails(detail, "the lists cannot be compared: %s", err.sentence);
    tnset_free(&parent);
    tnset_free(&child);
    return ok;
}

static bool is_encompassed(const struct lint_subject *subject, struct lint_detail *detail)
{
    enum tnset_answer answer;
    if (!encompasses(subject, &answer, detail))
        return false;
    return answer != TNSET_NO ||
           lint_fails(detail, "its list has what its signer's list has not; see sti-ca tnlist "
                              "cover");
}

static bool is_decidable(const struct lint_subject *subject, struct lint_detail *detail)
{
    enum tnset_answer answer;
    if (!encompasses(subject, &answer, detail))
        return false;
    return answer != TNSET_UNDECIDABLE ||
           lint_fails(detail, "its list has numbers that its signer's list may cover by an SPC "
                              "alone: only who knows the SPC's numbers can tell");
}

static const struct lint lints[] = {
    {"e_sti_delegate_signer_ca", RFC "4", LINT_RFC9060,
     "the signer of a delegate certificate is a CA", "let a certificate with cA TRUE sign it",
     is_signed_by_list, signer_is_ca},
    {"e_sti_delegate_list", RFC "4", LINT_RFC9060,
     "a certificate whose signer has a list has one, too", "give it a list within its signer's",
     is_signed_by_list, has_list},
    {"e_sti_delegate_encompassed", RFC "4", LINT_RFC9060,
     "the list of a delegate certificate is within its signer's",
     "take out what the signer does not have", has_two_lists, is_encompassed},
    {"n_sti_delegate_undecidable", RFC "4.1", LINT_RFC9060,
     "the list of a delegate certificate is within its signer's by the numbers written there",
     "ask the CA that signed it; sti-ca tnlist cover names the numbers", has_two_lists,
     is_decidable},
    {"e_sti_chain_key_identifier", RFC "7", LINT_RFC9060,
     "in a chain, the AKI of each certificate is the SKI of the next",
     "add authorityKeyIdentifier = keyid:always, of the key that signs", has_signer,
     aki_names_signer},
    {"e_sti_delegating_ca_key_identifier", RFC "4", LINT_RFC9060,
     "a CA with a list has a subjectKeyIdentifier, for its delegates to name it",
     "add subjectKeyIdentifier = hash", is_ca_with_list, has_ski},
    {"w_sti_delegating_ca_signs", RFC "4", LINT_RFC9060,
     "a CA with a list has no digitalSignature: only end entities sign PASSporTs",
     "set keyUsage = critical, keyCertSign, and make an end-entity certificate for PASSporTs",
     is_ca_with_list, signs_certificates_only},
};

const struct lint_family lint_rfc9060 = LINT_FAMILY("RFC 9060", lints);
