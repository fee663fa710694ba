/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that never leave: a PKCS#11 URI in, an EVP_PKEY that signs out.
 *
 * Knows libp11, p11-kit's URI parser and libcrypto; nothing of certificates. Never prints, never
 * asks: a PIN that is not in a file comes from the caller's function.
 */
#ifndef HSM_H
#define HSM_H

#include <openssl/evp.h>

#include "sti_error.h"

/* A PIN is at most this long; longer ones are refused, not cut. */
#define HSM_PIN_MAX 255

/* A label or an id of a key in a URI has at most this many octets. */
#define HSM_NAME_MAX 255

/* "No descriptor". */
#define HSM_NO_FD (-1)

/*
 * The name of a key, read from a PKCS#11 URI (RFC 7512). Every string is owned by the value; one
 * that was not given is NULL. token and module_path are always there.
 */
struct hsm_uri {
    char *text;         /* the URI as given, for messages */
    char *module_path;  /* module-path: the PKCS#11 module (.so) */
    char *token;        /* token: the label of the token */
    char *manufacturer; /* manufacturer, model, serial: narrow the choice of the token */
    char *model;
    char *serial;
    char *slot_description; /* slot-description, slot-manufacturer, slot-id: so do they */
    char *slot_manufacturer;
    bool has_slot_id;
    unsigned long slot_id;
    char *library_description; /* library-...: the module must be this one */
    char *library_manufacturer;
    bool has_library_version;
    unsigned char library_major;
    unsigned char library_minor;
    char *object;      /* object: the label of the key */
    unsigned char *id; /* id: CKA_ID */
    size_t id_length;
    char *pin_file; /* the path of pin-source=file:... */
    int pin_fd; /* the number of pin-source=fd:..., or HSM_NO_FD; neither: the PIN is asked for */
    char *init_reserved;   /* x-init-reserved: what the module gets in C_Initialize's pReserved, as
                              NSS's needs it; NULL if not given */
    bool accept_not_local; /* x-accept=not-local: CKA_LOCAL may be false or absent */
};

/* True if the text begins as a PKCS#11 URI does. */
bool hsm_uri_is(const char *text);

/*
 * Reads a PKCS#11 URI. token and module-path must be there, and object or id or both. Refused by
 * name: an attribute that is unknown, doubled, empty or in the wrong half; pin-value; module-name;
 * a pin-source that is neither file: nor fd:; a type other than private (RFC 7512 section 2.3).
 * Besides RFC 7512's attributes it may have x-init-reserved and x-accept=not-local, see
 * sti-ca.cnf(5). A relative path in pin-source or module-path counts from `directory`; NULL: it is
 * kept as it is. Faults are STI_USAGE. Returns NULL on failure; free with hsm_uri_free().
 */
struct hsm_uri *hsm_uri_parse(const char *text, const char *directory, struct sti_error *err);

/* The same for a URI that only has to name a token: object and id may be absent. */
struct hsm_uri *hsm_uri_parse_token(const char *text, const char *directory, struct sti_error *err);
void hsm_uri_free(struct hsm_uri *uri);

/*
 * Asks a person for the PIN of the token labelled `token`. Writes at most HSM_PIN_MAX octets and a
 * NUL to pin and returns true, or fills err and returns false. The caller of it wipes pin.
 */
typedef bool (*hsm_ask_pin)(void *context, const char *token, char pin[HSM_PIN_MAX + 1],
                            struct sti_error *err);

/* What a person is needed for while a token is opened. A function that is NULL has nobody. */
struct hsm_person {
    hsm_ask_pin pin;

    /*
     * The token says that one more wrong PIN locks it. True if a person has said that this try is
     * to be made; otherwise err is filled. NULL: it is not made.
     */
    bool (*last_try)(void *context, const char *token, struct sti_error *err);

    /*
     * The PIN is about to be waited for on the token's own PIN pad: tells the person so. False with
     * err filled: it is not waited for. NULL: nobody is told.
     */
    bool (*pin_pad)(void *context, const char *token, struct sti_error *err);

    void *context; /* the first argument of each */
};

/*
 * One token, opened read/write and logged in. Not for use by several threads but for
 * hsm_signer_open(). A process can have one struct hsm at a time: closing it shuts the module down
 * for the whole process. A child of fork() cannot use what its parent has opened: every function
 * that would is refused, STI_ENVIRONMENT, and hsm_close() there frees memory, and ends nothing that
 * the parent uses.
 */
struct hsm;

/*
 * Loads the module, finds the one token that the URI names, opens a read/write session and logs in.
 * The PIN is the first line of pin_file, the next line of pin_fd, or what person->pin returns; a
 * URI with neither and nobody to ask is refused, STI_USAGE. A token with a protected authentication
 * path (CKF_PROTECTED_AUTHENTICATION_PATH) takes the PIN on its own PIN pad: then none is asked
 * for, and a URI with pin-source is refused, STI_USAGE. The PIN is tried once and wiped here;
 * libp11 keeps a copy of it until hsm_close(), which wipes that, too. It is not tried at all if the
 * token says that one more wrong PIN locks it, unless person->last_try says so. Whatever the HSM,
 * its keys or the place of the PIN are to blame for is STI_ENVIRONMENT, here and below. Returns
 * NULL on failure.
 */
struct hsm *hsm_open_with(const struct hsm_uri *uri, const struct hsm_person *person,
                          struct sti_error *err);

/* The same with nobody but `ask` (it may be NULL), which gets `context`. */
struct hsm *hsm_open(const struct hsm_uri *uri, hsm_ask_pin ask, void *context,
                     struct sti_error *err);

/* Logs out, closes the sessions and unloads the module. hsm may be NULL. */
void hsm_close(struct hsm *hsm);

/* Where a token is: for people to compare with the device in the room. Strings end with a NUL. */
struct hsm_token_info {
    char label[33];
    char manufacturer[33];
    char model[17];
    char serial[17];
    char hardware[8]; /* versions, as in "2.6" */
    char firmware[8];
    bool pin_pad; /* the PIN is typed on the token itself */
};
void hsm_token_info(const struct hsm *hsm, struct hsm_token_info *info);

/*
 * Looks whether hsm_open() would find the token: loads the module, finds the one token with the
 * URI's label, tries a session, asks for no PIN and logs in nowhere. The same faults as hsm_open().
 */
bool hsm_probe(const struct hsm_uri *uri, struct hsm_token_info *info, struct sti_error *err);

/*
 * The functions below take a URI of the token that is open; one of another token is refused,
 * STI_USAGE.
 */

/* The curves of keys (RFC 5480 section 2.1.1.1). Certificates and SPC tokens want P-256. */
enum hsm_curve { HSM_CURVE_P256, HSM_CURVE_P384 };

/* "P-256", "P-384"; and back: false if there is no such curve here. */
const char *hsm_curve_name(enum hsm_curve curve);
bool hsm_curve_of_name(const char *name, enum hsm_curve *curve);

/* How messages call the key of a URI: `'ca' (id 01ab)`, `'ca'` or `with id 01ab`. */
struct hsm_key_name {
    char text[160];
};
struct hsm_key_name hsm_key_name(const struct hsm_uri *uri);

/*
 * Makes an EC key pair on the token, on P-256 unless a curve is given, under the URI's object and
 * id (both needed): token, private, sensitive, not extractable, sign only. A label or id that is
 * already in use is refused. The attributes are read back, and the key is destroyed and refused
 * unless it is sensitive, always sensitive, never extractable, local (or the URI accepts that
 * it is not) and sign-only. A test
 * signature is verified with the public key before the key is reported as made.
 */
bool hsm_key_generate(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err);
bool hsm_key_generate_on(struct hsm *hsm, const struct hsm_uri *uri, enum hsm_curve curve,
                         struct sti_error *err);

/*
 * Finds the one private key the URI names (by object, id or both) and returns it as an EVP_PKEY
 * that signs in the HSM. Refused: no such key, more than one, not EC P-256 or P-384, or a key whose
 * attributes are not those hsm_key_generate() demands. The EVP_PKEY is the caller's (EVP_PKEY_free)
 * and must be freed before hsm_close().
 */
EVP_PKEY *hsm_key_open(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err);

/*
 * Why a key of hsm_key_open() did not sign. libcrypto does not pass it on, so: forget, sign, and if
 * that failed, blame. hsm_failure_blame() adds to err's sentence the module's call that failed
 * first in this thread since then, with its CKR_ code or what was wrong with its answer; nothing if
 * none did. Returns false. A module that answers with a signature of another length than the
 * curve's fails here, too.
 */
void hsm_failure_forget(void);
bool hsm_failure_blame(struct sti_error *err);

/*
 * The public key the URI names, as a software EVP_PKEY read from the token (EC_POINT may be wrapped
 * in an OCTET STRING or bare). The caller's to free.
 */
EVP_PKEY *hsm_key_public(struct hsm *hsm, const struct hsm_uri *uri, struct sti_error *err);

/*
 * Signing in batches: a signer is a key in a session of its own, which shares the login of the
 * token. One signer is for one thread at a time; as many as there are threads sign at the same
 * time, as far as the module does.
 */
struct hsm_signer;

/* An ECDSA-Sig-Value in DER, as X.509 wants it; a signature on P-384 has 104 octets at most. */
#define HSM_SIGNATURE_MAX 104
struct hsm_signature {
    unsigned char der[HSM_SIGNATURE_MAX];
    size_t length;
};

/*
 * A signer for the one private key that the URI names, which must be as for hsm_key_open(). Threads
 * may call it at the same time for one hsm. To be closed before hsm. NULL on failure;
 * STI_ENVIRONMENT also if the token has no session left.
 */
struct hsm_signer *hsm_signer_open(const struct hsm *hsm, const struct hsm_uri *uri,
                                   struct sti_error *err);

/*
 * Signs a digest, which must be as long as the curve's: SHA-256's 32 octets on P-256, SHA-384's 48
 * on P-384; another length is STI_USAGE. The signature is verified with the public key; one that
 * does not verify is not handed out. A token that was pulled out, logged out or has lost the
 * session is reported as such, and the signer signs nothing from then on. On failure *signature is
 * empty.
 */
bool hsm_signer_sign(struct hsm_signer *signer, const unsigned char *digest, size_t digest_length,
                     struct hsm_signature *signature, struct sti_error *err);

/*
 * The same, but nobody has verified the signature: for a caller that verifies what it has signed
 * anyhow, as it must before the signature leaves the process; hsm_signer_verify() does.
 */
bool hsm_signer_sign_unverified(struct hsm_signer *signer, const unsigned char *digest,
                                size_t digest_length, struct hsm_signature *signature,
                                struct sti_error *err);
bool hsm_signer_verify(struct hsm_signer *signer, const unsigned char *digest, size_t digest_length,
                       const struct hsm_signature *signature, struct sti_error *err);

/* Closes the session; the token stays logged in. signer may be NULL. */
void hsm_signer_close(struct hsm_signer *signer);

/* One attribute of a private key, as read back, that decides whether the key is good. */
struct hsm_fact {
    const char *name; /* "CKA_SENSITIVE" */
    char value[64];   /* "true", "false", "absent", or the CKR_ code with which reading it failed */
    bool wanted;
    bool good;
};
#define HSM_FACTS_MAX 20

/* What a token tells of a key. */
struct hsm_key_facts {
    char *label; /* NULL: none */
    unsigned char *id;
    size_t id_length;  /* 0: none */
    const char *class; /* "private"; "public" without a private part; "secret" */
    char type[80];     /* "EC P-256", "EC secp521r1", "RSA 2048", "key type 0x1f" */
    struct hsm_fact facts[HSM_FACTS_MAX];
    size_t fact_count;    /* 0 but for private keys */
    EVP_PKEY *public_key; /* of a private key, from the public key beside it; NULL: not read */
    bool unread; /* the device failed meanwhile: there may be more to the key than stands here */
    bool good;   /* hsm_key_open() would open it by its label and id */
    struct sti_error reason; /* why not */
};
void hsm_key_facts_free(struct hsm_key_facts *facts); /* may be NULL */

/* The one private key that the URI names, good or not. NULL on failure. */
struct hsm_key_facts *hsm_key_show(struct hsm *hsm, const struct hsm_uri *uri,
                                   struct sti_error *err);

/*
 * Every key of the token, in the order of class, label and id; a public key that belongs to a
 * private one is no key of its own. *keys is an array of *count; free with hsm_key_list_free().
 */
bool hsm_key_list(struct hsm *hsm, struct hsm_key_facts **keys, size_t *count,
                  struct sti_error *err);
void hsm_key_list_free(struct hsm_key_facts *keys, size_t count);

/*
 * Destroys the one private key that the URI names, for good. Its public key stays on the token if
 * the token lets it, and with it the label and the id stay in use for hsm_key_generate():
 * *names_kept says whether they do.
 */
bool hsm_key_destroy(struct hsm *hsm, const struct hsm_uri *uri, bool *names_kept,
                     struct sti_error *err);

#endif
