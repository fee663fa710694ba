/* SPDX-License-Identifier: Apache-2.0 */
/* (Enhanced)JWTClaimConstraints through libcrypto's functions: octets to text, text to octets. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "hex.h"
#include "jwt_claim_constraints.h"

static int old_nid(void)
{
    return OBJ_txt2nid(JWT_CLAIM_CONSTRAINTS_OID);
}

static int enhanced_nid(void)
{
    return OBJ_txt2nid(ENHANCED_JWT_CLAIM_CONSTRAINTS_OID);
}

static void check_octets(X509_EXTENSION *extension, const char *hex)
{
    unsigned char wanted[256];
    size_t length = from_hex(hex, wanted, sizeof(wanted));
    const ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(extension);
    check((size_t)ASN1_STRING_length(octets) == length);
    check(memcmp(ASN1_STRING_get0_data(octets), wanted, length) == 0);
}

struct vector {
    int enhanced;
    const char *hex;
    const char *text;    /* what may be written */
    const char *printed; /* what is shown */
};

static const struct vector vectors[] = {
    {0, "3022a00a30081606617474657374a11430123010160661747465737430060c01420c0143",
     "mustInclude:attest, permitted:attest=B|C", "  mustInclude:attest\n  permitted:attest=B|C"},
    {1, "3014a2123010160661747465737416066f7269676964", "mustExclude:attest,mustExclude:origid",
     "  mustExclude:attest\n  mustExclude:origid"},
    /* RFC 9118 section 5 */
    {1,
     "3040a00e300c160a636f6e666964656e6365a120301e301c160a636f6e666964656e6365300e0c04686967680c06"
     "6d656469756da20c300a16087072696f72697479",
     "mustInclude:confidence,permitted:confidence=high|medium,mustExclude:priority",
     "  mustInclude:confidence\n  permitted:confidence=high|medium\n  mustExclude:priority"},
};

static void there_and_back(void)
{
    load_module();
    X509V3_CTX ctx = {0};
    for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
        int nid = vectors[i].enhanced ? enhanced_nid() : old_nid();
        X509_EXTENSION *extension = extension_of(nid, vectors[i].hex);
        char *text = print(extension);
        check_text(text, vectors[i].printed);
        free(text);
        X509_EXTENSION_free(extension);
        extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, vectors[i].text);
        check(extension != NULL);
        check_octets(extension, vectors[i].hex);
        void *value = X509V3_EXT_d2i(extension);
        X509_EXTENSION *again = X509V3_EXT_i2d(nid, 0, value);
        check(again != NULL);
        check_octets(again, vectors[i].hex);
        X509V3_EXT_get_nid(nid)->ext_free(value);
        X509_EXTENSION_free(again);
        X509_EXTENSION_free(extension);
    }
}

/* What breaks a rule on claims is shown with the rule; what is malformed, as far as it can be. */
static void what_is_wrong_is_shown(void)
{
    static const struct vector wrong[] = {
        {1, "3009a20730051603696174", NULL,
         "  mustExclude:iat ; every PASSporT has it; verifiers take the certificate as if it had "
         "no constraints at all (RFC 9118 section 3)"},
        {0, "3009a00730051603696174", NULL,
         "  mustInclude:iat ; every PASSporT has it, so it should not be listed (RFC 8226 section "
         "8)"},
        {0, "301aa1183016300916016130040c024230300916016130040c024230", NULL,
         "  permitted:a=B0\n  permitted:a=B0 ; the claim has permitted values already, and a value "
         "would have to be in both; write all of them behind one permitted:"},
        {0, "3009a20730051603666f6f", NULL,
         "  ; MALFORMED: JWTClaimConstraints at byte 2: mustExclude [2] needs the extension "
         "EnhancedJWTClaimConstraints (RFC 9118 section 6)\n"
         "  ; byte 2: not read: A20730051603666F6F"},
        {1, "3012a20730051603666f6fa0051603626172", NULL,
         "  ; MALFORMED: EnhancedJWTClaimConstraints at byte 1: the length says 18 octets, but "
         "only 16 follow (X.690 section 10.1)\n"
         "  ; byte 0: not read: 3012A20730051603666F6FA0051603626172"},
        {1, "3009a20730051603666f6f1b5b", NULL,
         "  ; MALFORMED: EnhancedJWTClaimConstraints at byte 11: 2 octets too many behind the "
         "constraints (RFC 9118 section 3)\n  mustExclude:foo\n  ; byte 11: not read: 1B5B"},
        {0, "", NULL,
         "  ; MALFORMED: JWTClaimConstraints at byte 0: the SEQUENCE is missing (RFC 8226 section "
         "8)"},
        {0, "300ea10c300a300816016130030c011b", NULL, "  permitted:a=\\x1B"},
    };
    load_module();
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        X509_EXTENSION *extension =
            extension_of(wrong[i].enhanced ? enhanced_nid() : old_nid(), wrong[i].hex);
        char *text = print(extension);
        check_text(text, wrong[i].printed);
        free(text);
        X509_EXTENSION_free(extension);
        check(ERR_peek_error() == 0);
    }
}

/* More octets than a line should hold are counted. */
static void a_long_rest_is_counted(void)
{
    load_module();
    char hex[2 * 102 + 1] = "3064";
    memset(hex + 4, '0', sizeof(hex) - 5);
    X509_EXTENSION *extension = extension_of(old_nid(), hex);
    char *text = print(extension);
    check(text != NULL && strstr(text, "; byte 2: not read: 0000") != NULL);
    check(strstr(text, "00 and 36 octets more") != NULL);
    free(text);
    X509_EXTENSION_free(extension);
}

static void check_not_made(X509V3_CTX *ctx, int nid, const char *text, const char *sentence)
{
    check(X509V3_EXT_conf_nid(NULL, ctx, nid, text) == NULL);
    check_errors_say(sentence);
}

static void creation_is_strict(void)
{
    load_module();
    X509V3_CTX ctx = {0};
    check_not_made(&ctx, old_nid(), "attest", "line 1 column 1: an entry begins with mustInclude:");
    check_not_made(&ctx, old_nid(), "", "there is no constraint, at least one component");
    /* RFC 9118 section 6: mustExclude needs the enhanced form */
    check_not_made(&ctx, old_nid(), "mustExclude:attest",
                   "mustExclude [2] needs the extension EnhancedJWTClaimConstraints (RFC 9118 "
                   "section 6)");
    /* RFC 9118 section 3: iat, orig and dest MUST NOT be in mustExclude */
    check_not_made(&ctx, enhanced_nid(), "mustExclude:orig",
                   "mustExclude:orig: every PASSporT has it");
    /* RFC 9118 section 8 */
    check_not_made(&ctx, enhanced_nid(), "mustInclude:a,mustExclude:a",
                   "the claim is in mustInclude as well");
    check_not_made(&ctx, enhanced_nid(), "@claims", "there is no section [claims]");
    check_not_made(&ctx, enhanced_nid(), "file:/nowhere/claims",
                   "/nowhere/claims: cannot be opened: No such file or directory");
}

/* `mustInclude:#x`: the CONF reader leaves nothing behind the colon. */
static void cut_by_a_comment(void)
{
    load_module();
    X509V3_CTX ctx = {0};
    check_not_made(&ctx, enhanced_nid(), "mustInclude:attest,mustExclude:",
                   "line 1 column 32: the name of a claim is missing; if a # stood here: it starts "
                   "a comment");
    check_not_made(&ctx, old_nid(), "permitted:", "as in permitted:attest=A|B; if a # stood here");
}

static void from_a_section(void)
{
    load_module();
    static const char text[] = "[claims]\nmustInclude.1 = attest\npermitted.1 = attest=B|C\n"
                               "[long]\npermitted.1 = nam=Example, Inc.|Else\n"
                               "[bad]\npermitted.7 = attest\n"
                               "[no_kind]\nmustinclude.1 = attest\n"
                               "[cut]\nmustInclude.1 = #attest\n";
    BIO *in = BIO_new_mem_buf(text, -1);
    CONF *configuration = NCONF_new(NULL);
    check(in != NULL && configuration != NULL && NCONF_load_bio(configuration, in, NULL) > 0);
    X509V3_CTX ctx = {0};
    X509V3_set_nconf(&ctx, configuration);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, old_nid(), "@claims");
    check(extension != NULL);
    check_octets(extension, vectors[0].hex);
    X509_EXTENSION_free(extension);
    extension = X509V3_EXT_conf_nid(NULL, &ctx, old_nid(), "@long");
    char *printed = print(extension);
    check_text(printed, "  permitted:nam=Example\\x2C Inc.|Else");
    free(printed);
    X509_EXTENSION_free(extension);
    check_not_made(&ctx, old_nid(), "@bad", "bad: permitted.7: permitted: wants values");
    check_not_made(&ctx, old_nid(), "@no_kind",
                   "no_kind: mustinclude.1: no kind of entry; the section's keys are "
                   "mustInclude.1, ..., permitted.1, ... and mustExclude.1, ..., and none stands "
                   "twice");
    check_not_made(&ctx, old_nid(), "@cut",
                   "cut: mustInclude.1: the name of a claim is missing; if a # stood here: it "
                   "starts a comment in OpenSSL's configuration and -addext, write \\#");
    NCONF_free(configuration);
    BIO_free(in);
}

/* RFC 9118 section 6: the two MUST NOT both stand in one certificate. */
static void not_beside_each_other(void)
{
    load_module();
    int nids[] = {old_nid(), enhanced_nid()};
    for (size_t first = 0; first < 2; first++) {
        X509 *certificate = X509_new();
        check(certificate != NULL);
        X509V3_CTX ctx;
        X509V3_set_ctx(&ctx, NULL, certificate, NULL, NULL, 0);
        X509_EXTENSION *extension =
            X509V3_EXT_conf_nid(NULL, &ctx, nids[first], "mustInclude:attest");
        check(extension != NULL && X509_add_ext(certificate, extension, -1));
        X509_EXTENSION_free(extension);
        check_not_made(&ctx, nids[1 - first], "mustInclude:attest",
                       "must not stand in a certificate that has");
        X509_free(certificate);
    }
}

static const struct test_case cases[] = {
    {"text to octets and octets to text", there_and_back},
    {"what is wrong is shown", what_is_wrong_is_shown},
    {"a long rest that is not read is counted", a_long_rest_is_counted},
    {"creation is strict", creation_is_strict},
    {"a value that a # may have cut: the error says so", cut_by_a_comment},
    {"a section of the configuration", from_a_section},
    {"the two forms exclude each other", not_beside_each_other},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
