/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 8226 section 8 and RFC 9118: the JWT claim constraints of both forms. */
#include "jwt_claim_constraints.h"
#include "lint_families.h"
#include "lint_rules.h"

#define RFC "RFC 9118 section "

static bool with_claims(const struct lint_subject *subject)
{
    return lint_has(subject, LINT_EXTENSION_CLAIMS) ||
           lint_has(subject, LINT_EXTENSION_ENHANCED_CLAIMS);
}

/* Reads the constraints of a form, if they are there; *there tells. To be freed in any case. */
static bool read_form(const struct lint_subject *subject, enum jwt_claim_form form, bool *there,
                      struct jwt_claim_constraints *value, struct sti_error *err)
{
    const struct lint_extension *extension =
        subject->known[form == JWT_CLAIM_CONSTRAINTS ? LINT_EXTENSION_CLAIMS
                                                     : LINT_EXTENSION_ENHANCED_CLAIMS];
    *there = extension != NULL;
    return extension == NULL || jwt_claim_constraints_decode(value, form, extension->value.at,
                                                             extension->value.length, err);
}

static bool claims_form(const struct lint_subject *subject, struct lint_detail *detail)
{
    bool ok = true;
    for (int form = 0; ok && form <= ENHANCED_JWT_CLAIM_CONSTRAINTS; form++) {
        struct jwt_claim_constraints value = {0};
        struct sti_error err;
        bool there;
        sti_error_clear(&err);
        ok = read_form(subject, (enum jwt_claim_form)form, &there, &value, &err) ||
             lint_fails(detail, "the claim constraints are malformed: %s", err.sentence);
        jwt_claim_constraints_free(&value);
    }
    return ok;
}

static bool claims_not_critical(const struct lint_subject *subject, struct lint_detail *detail)
{
    return (!lint_critical(subject, LINT_EXTENSION_CLAIMS) &&
            !lint_critical(subject, LINT_EXTENSION_ENHANCED_CLAIMS)) ||
           lint_fails(detail, "the claim constraints are critical");
}

static bool claims_of_leaf(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !subject->ca || lint_fails(detail, "a CA certificate has claim constraints");
}

static bool claims_once(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_has(subject, LINT_EXTENSION_CLAIMS) ||
           !lint_has(subject, LINT_EXTENSION_ENHANCED_CLAIMS) ||
           lint_fails(detail, "there are JWTClaimConstraints and EnhancedJWTClaimConstraints");
}

/* The first constraint with a flaw of this kind. */
static bool no_flaw(const struct lint_subject *subject, bool forbidden, struct lint_detail *detail)
{
    bool ok = true;
    for (int form = 0; ok && form <= ENHANCED_JWT_CLAIM_CONSTRAINTS; form++) {
        struct jwt_claim_constraints value = {0};
        bool there;
        bool readable = read_form(subject, (enum jwt_claim_form)form, &there, &value, NULL);
        for (size_t i = 0; ok && readable && i < value.count; i++) {
            struct jwt_claim_flaw flaw = jwt_claim_constraint_flaw(&value, i);
            const struct lint_octets claim = {value.constraints[i].claim.octets,
                                              value.constraints[i].claim.length};
            if (flaw.sentence != NULL && flaw.forbidden == forbidden)
                ok = lint_fails(detail, "claim %s: %s", lint_words(claim).text, flaw.sentence);
        }
        jwt_claim_constraints_free(&value);
    }
    return ok;
}

static bool claims_lawful(const struct lint_subject *subject, struct lint_detail *detail)
{
    return no_flaw(subject, true, detail);
}

static bool claims_sensible(const struct lint_subject *subject, struct lint_detail *detail)
{
    return no_flaw(subject, false, detail);
}

static bool with_enhanced_claims(const struct lint_subject *subject)
{
    return lint_has(subject, LINT_EXTENSION_ENHANCED_CLAIMS);
}

static bool enhanced_for_a_reason(const struct lint_subject *subject, struct lint_detail *detail)
{
    struct jwt_claim_constraints value = {0};
    bool there;
    bool readable = read_form(subject, ENHANCED_JWT_CLAIM_CONSTRAINTS, &there, &value, NULL);
    bool excludes = !readable;
    for (size_t i = 0; readable && i < value.count; i++)
        excludes = excludes || value.constraints[i].kind == JWT_CLAIM_MUST_EXCLUDE;
    jwt_claim_constraints_free(&value);
    return excludes || lint_fails(detail, "the enhanced form without mustExclude: verifiers know "
                                          "the older form better, and it would do");
}

static const struct lint lints[] = {
    {"e_sti_claims_form", "RFC 8226 section 8, RFC 9118 section 3", LINT_RFC8226,
     "the claim constraints are well-formed: explicit tags, no empty component",
     "make them with openssl and the provider of this project: docs/openssl.md", with_claims,
     claims_form},
    {"e_sti_claims_critical", "RFC 8226 section 8, RFC 9118 section 3", LINT_RFC8226,
     "the claim constraints are not critical", "take critical off them", with_claims,
     claims_not_critical},
    {"e_sti_claims_ca", "RFC 8226 section 8, RFC 9118 section 3", LINT_RFC8226,
     "only end-entity certificates have claim constraints",
     "put them into the end-entity certificates: they are not inherited", with_claims,
     claims_of_leaf},
    {"e_sti_claims_both", RFC "6", LINT_RFC9118,
     "the claim constraints are there in one form, not in both",
     "take the enhanced form if a claim is excluded, otherwise the older one", with_claims,
     claims_once},
    {"e_sti_claims_rules", RFC "3", LINT_RFC9118,
     "no claim is excluded that must be there, none is included and excluded, none stands twice",
     "take the claim out of one of the components", with_claims, claims_lawful},
    {"w_sti_claims_rules", "RFC 8226 section 8", LINT_RFC8226,
     "iat, orig and dest are not in mustInclude: they are always required", "take them out",
     with_claims, claims_sensible},
    {"n_sti_claims_enhanced", RFC "6", LINT_RFC9118,
     "the enhanced form is there only for the sake of mustExclude",
     "use JWTClaimConstraints, which more verifiers understand", with_enhanced_claims,
     enhanced_for_a_reason},
};

const struct lint_family lint_rfc9118 = LINT_FAMILY("RFC 8226 section 8 and RFC 9118", lints);
