/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPC tokens (authority tokens of RFC 9447 with the TNAuthList profile of RFC 9448): a compact JWS
 * in, a verified claim or a reason out; and the making of such a token.
 *
 * Opens no socket and no file: certificates behind an x5u come from the caller.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "check.h"
#include "tnauthlist.h"

/*
 * A longer token is refused before it is looked at: what a caller may allow at most, and what is
 * allowed if the caller says nothing. 16 KiB have room for about 700 numbers.
 */
#define TOKEN_MAX_OCTETS ((size_t)1024 * 1024)
#define TOKEN_USUAL_OCTETS ((size_t)16 * 1024)

/* SHA-256, the only fingerprint defined (RFC 9447 section 7, RFC 9448 section 10). */
#define TOKEN_FINGERPRINT_OCTETS 32

/* What a token says. Every pointer is owned by the value. */
struct token_claim {
    char *jti;
    char *iss;     /* NULL if absent */
    int64_t exp;   /* seconds since 1970 (NumericDate, RFC 7519 section 2) */
    uint8_t *list; /* atc.tkvalue decoded: the DER TNAuthList, strictly readable */
    size_t list_length;
    bool ca; /* atc.ca; absent is false */
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    char *x5u;    /* NULL if absent */
    X509 *signer; /* whose key verified the signature; NULL from token_read_unverified() */
    bool padded;  /* tkvalue was base64 with padding, taken because trust->padded_base64 says so */
    bool skewed;  /* exp or nbf was good only because of trust->skew */
};
void token_claim_free(struct token_claim *claim);

/*
 * The certificates behind an x5u URL, the signer's first, then what leads to the anchor; NULL with
 * err filled if the URL is unknown. The stack stays the callee's.
 */
typedef STACK_OF(X509) * (*token_find_x5u)(void *context, const char *url, struct sti_error *err);

/*
 * The chain that was verified last; see struct token_trust. A chain takes as long as a signature.
 * For one thread at a time. NULL without memory.
 */
struct token_chains;
struct token_chains *token_chains_new(void);
void token_chains_free(struct token_chains *chains);

/*
 * Whom to believe, when, and how strictly. Everything is the caller's and, but for chains, only
 * read.
 */
struct token_trust {
    STACK_OF(X509) * anchors; /* the STI-PA's, never the STI-CA's own (RFC 9447 section 3) */
    token_find_x5u find_x5u;  /* may be NULL: then a token with x5u is refused */
    void *context;
    time_t now; /* the time the token and its signer must be valid at */
    long skew;  /* seconds that the clocks may differ for exp and nbf */

    /*
     * The STI-PA's CRLs; NULL: revocation is not looked at. If there are any, the signer must be
     * covered by one that is valid, and neither it nor what leads to the anchor be listed. They are
     * signed by an anchor, by a certificate that came with the token, or by one of crl_signers.
     */
    STACK_OF(X509_CRL) * crls;
    STACK_OF(X509) * crl_signers; /* may be NULL */

    /*
     * May be NULL: then every token's chain is verified. Else the chain of the last signer is not
     * verified again if signer, certificates beside it, anchors and `now` are the same. CRLs are
     * looked at every time.
     */
    struct token_chains *chains;

    size_t max_octets;  /* up to TOKEN_MAX_OCTETS; 0: TOKEN_USUAL_OCTETS */
    bool padded_base64; /* tkvalue may be base64 with padding, as live STI-PAs send it */
};

/*
 * What the checks of a token give to those that come after, as bits of struct checks. The lower 16
 * bits are for this room.
 */
enum {
    TOKEN_FORM = 1 << 0, /* it can be taken apart */
    TOKEN_ALG = 1 << 1,
    TOKEN_HEADER = 1 << 2,
    TOKEN_X5U = 1 << 3, /* what the header has of it is good */
    TOKEN_X5C = 1 << 4,
    TOKEN_SIGNER = 1 << 5, /* one certificate is named */
    TOKEN_CHAIN = 1 << 6,  /* an anchor vouches for it */
    TOKEN_SIGNER_KEY = 1 << 7,
    TOKEN_NOT_REVOKED = 1 << 8,
    TOKEN_SIGNATURE = 1 << 9, /* from here on the token's content counts */
    TOKEN_PAYLOAD = 1 << 10,
    TOKEN_ATC = 1 << 11,         /* claim->ca */
    TOKEN_LIST = 1 << 12,        /* claim->list */
    TOKEN_FINGERPRINT = 1 << 13, /* claim->fingerprint */
    TOKEN_JTI = 1 << 14,         /* claim->jti */
    TOKEN_EXP = 1 << 15,         /* claim->exp, and it is in the future, but for the skew */
};

/*
 * Examines a token and adds the checks to the list: form and size; header (alg ES256 and nothing
 * else, typ JWT, no crit); x5u and x5c; the signer: one, with a chain to an anchor at `now`, its
 * key P-256 and allowed to sign, not revoked; signature; and only then the claims (RFC 9447 section
 * 4, RFC 9448 sections 5 and 6). JSON with duplicate members, deep nesting and members of a wrong
 * type are refused. The reason's part names the member ("header alg", "claim atc.tktype"), or is
 * "token", "signature" or "signer".
 *
 * Returns the claim if the signature was proven, even if a claim was refused: checks->given says
 * which of its members are good, the others are NULL or 0. Free with token_claim_free().
 *
 * nbf is judged if it is there; a token with aud is refused, for we have no name it could hold (RFC
 * 7519 section 4.1.3). iat and unknown members are ignored. ECDSA has two signatures for each one:
 * tell tokens apart by jti, never by their octets.
 *
 * Whether fingerprint, list and ca fit a request is the caller's to compare.
 */
struct token_claim *token_examine(const char *jws, size_t length, const struct token_trust *trust,
                                  struct checks *checks);

/* token_examine(), all or nothing: NULL with the first failure in err. */
struct token_claim *token_verify(const char *jws, size_t length, const struct token_trust *trust,
                                 struct sti_error *err);

/*
 * Reads the claims without any proof of who made them: for showing, never for deciding. The form
 * and every claim's type are checked as above; alg, signer, signature, times and aud are not.
 */
struct token_claim *token_read_unverified(const char *jws, size_t length, struct sti_error *err);

/*
 * True if the octets look like a compact JWS: base64url, two dots, white space at the end only. An
 * unsigned one (empty third part) looks like one too, and is then refused for what it is.
 */
bool token_looks_like(const char *octets, size_t length);

/*
 * The SHA-256 JWK thumbprint of a P-256 public key (RFC 7638 section 3.2), which is what the
 * fingerprint of an SPC token means (RFC 9448 section 5.4).
 */
bool token_fingerprint_of(EVP_PKEY *key, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                          struct sti_error *err);

/*
 * The SHA-256 of the DER SubjectPublicKeyInfo: what some deployed clients and CAs take for the
 * fingerprint. RFC 9448 section 5.4 does not; it is for those who chose to accept it.
 */
bool token_fingerprint_spki(EVP_PKEY *key, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                            struct sti_error *err);

/* `SHA256 A0:A2:...` with upper-case hex (RFC 9448 section 5.4): this many octets and a NUL. */
#define TOKEN_FINGERPRINT_TEXT 102
void token_fingerprint_text(const unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                            char text[TOKEN_FINGERPRINT_TEXT + 1]);

/* Reads that text form, hex in either case, or the base64url form (43 octets). */
bool token_fingerprint_parse(const char *text, unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS],
                             struct sti_error *err);

/* What a token that is to be made shall say. */
struct token_request {
    const char *jti;
    const char *iss; /* NULL: none */
    int64_t exp;
    const uint8_t *list; /* DER TNAuthList, checked strictly before it is signed */
    size_t list_length;
    bool ca;
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    const char *x5u;      /* NULL: put the chain into x5c */
    STACK_OF(X509) * x5c; /* NULL, or the signer's certificate first */
};

/*
 * Signs an SPC token with key (EC P-256; may sit in an HSM). Exactly one of x5u and x5c; the first
 * certificate of x5c must have this key. Whether exp is in the future is the caller's to judge. The
 * compact JWS is allocated with malloc and ends with a NUL; the caller frees it. The same request
 * gives the same bytes up to the signature. The signature is verified before it is returned.
 */
char *token_sign(const struct token_request *request, EVP_PKEY *key, struct sti_error *err);

#endif
