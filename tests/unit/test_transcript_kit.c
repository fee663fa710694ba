/* SPDX-License-Identifier: Apache-2.0 */
#include "test_transcript_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "approval.h"
#include "dcbor.h"

#define INPUT_NAME "request.bundle"
#define INPUT "what the ceremony was asked for\n"

const char *const kit_wrong_names[KIT_WRONGS] = {
    "good",        "stranger", "strangers-key", "twice",        "other-plan",
    "other-id",    "too-few",  "other-tbs",     "other-issuer", "other-output",
    "not-planned", "failed",   "no-end",
};

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "a ceremony for tests: %s\n", what);
    exit(3);
}

static void must_have(bool holds, const struct sti_error *err)
{
    char text[1024] = "";
    if (!holds)
        sti_error_text(err, text, sizeof(text));
    must(holds, text);
}

/* ---- files ---- */

struct kit_octets kit_file_read(const char *path)
{
    struct kit_octets octets = {NULL, 0};
    FILE *file = fopen(path, "rb");
    must(file != NULL && fseek(file, 0, SEEK_END) == 0, path);
    long length = ftell(file);
    octets.octets = malloc((size_t)length + 1);
    octets.length = (size_t)length;
    rewind(file);
    must(octets.octets != NULL && fread(octets.octets, 1, octets.length, file) == octets.length,
         path);
    fclose(file);
    return octets;
}

void kit_file_write(const char *path, const void *octets, size_t length)
{
    FILE *file = fopen(path, "wb");
    must(file != NULL && fwrite(octets, 1, length, file) == length && fclose(file) == 0, path);
}

static void write_in(const char *folder, const char *name, const void *octets, size_t length)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    kit_file_write(path, octets, length);
}

static struct kit_octets pem_of(const char *name, struct kit_octets der)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;
    must(PEM_write_bio(bio, name, "", der.octets, (long)der.length) > 0, "PEM");
    long length = BIO_get_mem_data(bio, &text);
    struct kit_octets pem = {malloc((size_t)length), (size_t)length};
    memcpy(pem.octets, text, pem.length);
    BIO_free(bio);
    return pem;
}

/* ---- keys and certificates ---- */

static struct kit_octets spki_of(EVP_PKEY *key)
{
    struct kit_octets spki = {NULL, 0};
    int length = i2d_PUBKEY(key, &spki.octets);
    must(length > 0, "a key has no public half");
    spki.length = (size_t)length;
    return spki;
}

static struct kit_planned certificate(EVP_PKEY *key, long serial)
{
    struct kit_planned planned = {.der = {NULL, 0}};
    X509 *made = X509_new();
    X509_NAME *name = X509_NAME_new();
    snprintf(planned.name, sizeof(planned.name), "certificate-%ld.pem", serial);
    must(X509_set_version(made, X509_VERSION_3) == 1 &&
             ASN1_INTEGER_set(X509_get_serialNumber(made), serial) == 1 &&
             X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)"Example",
                                        -1, -1, 0) == 1 &&
             X509_set_subject_name(made, name) == 1 && X509_set_issuer_name(made, name) == 1 &&
             ASN1_TIME_set(X509_getm_notBefore(made), KIT_CEREMONY_TIME) != NULL &&
             ASN1_TIME_set(X509_getm_notAfter(made), KIT_CEREMONY_TIME + 86400) != NULL &&
             X509_set_pubkey(made, key) == 1 && X509_sign(made, key, EVP_sha256()) > 0,
         "a certificate is not made");
    int length = i2d_X509(made, &planned.der.octets);
    int tbs = i2d_re_X509_tbs(made, &planned.tbs.octets);
    must(length > 0 && tbs > 0, "a certificate is not encoded");
    planned.der.length = (size_t)length;
    planned.tbs.length = (size_t)tbs;
    X509_NAME_free(name);
    X509_free(made);
    return planned;
}

/* ---- the plan ---- */

static void digest(const void *octets, size_t length, uint8_t to[32])
{
    must(EVP_Digest(octets, length, to, NULL, EVP_sha256(), NULL) == 1, "SHA-256");
}

static void put_policy(struct dcbor_writer *writer, const struct kit_ceremony *ceremony)
{
    dcbor_put_map(writer, 2);
    dcbor_put_int(writer, 1);
    dcbor_put_array(writer, KIT_WITNESSES);
    for (size_t i = 0; i < KIT_WITNESSES; i++) {
        const struct kit_witness *witness = &ceremony->witnesses[i];
        dcbor_put_array(writer, 2);
        dcbor_put_text(writer, witness->id);
        dcbor_put_bytes(writer, witness->spki.octets, witness->spki.length);
    }
    dcbor_put_int_at(writer, 2, KIT_NEEDED);
}

static void put_steps(struct dcbor_writer *writer, const struct kit_ceremony *ceremony)
{
    bool destroys = ceremony->doomed.length > 0;
    dcbor_put_array(writer, ceremony->count + (destroys ? 2 : 1));
    dcbor_put_map(writer, 2);
    dcbor_put_text_at(writer, 1, "witnesses");
    dcbor_put_text_at(writer, 2, "approve");
    for (size_t i = 0; i < ceremony->count; i++) {
        const struct kit_planned *planned = &ceremony->planned[i];
        dcbor_put_map(writer, 5);
        dcbor_put_text_at(writer, 1, planned->name);
        dcbor_put_text_at(writer, 2, "certificate");
        dcbor_put_bytes_at(writer, 3, planned->tbs.octets, planned->tbs.length);
        dcbor_put_bytes_at(writer, 4, ceremony->spki.octets, ceremony->spki.length);
        dcbor_put_text_at(writer, 5, planned->name);
    }
    if (!destroys)
        return;
    dcbor_put_map(writer, 3);
    dcbor_put_text_at(writer, 1, "destruction");
    dcbor_put_text_at(writer, 2, "destroy");
    dcbor_put_bytes_at(writer, 4, ceremony->doomed.octets, ceremony->doomed.length);
}

static void put_profiles(struct dcbor_writer *writer, const struct kit_ceremony *ceremony)
{
    bool has_one = ceremony->count > 0;
    dcbor_put_array(writer, has_one ? 1 : 0);
    if (!has_one)
        return;
    dcbor_put_map(writer, 2);
    dcbor_put_text_at(writer, 1, KIT_PROFILE);
    dcbor_put_bytes_at(writer, 2, ceremony->witnesses[0].spki.octets, 32); /* as good as any */
}

static void make_plan(struct kit_ceremony *ceremony)
{
    struct dcbor_writer writer = {0};
    uint8_t input[32];
    digest(INPUT, strlen(INPUT), input);
    dcbor_put_map(&writer, 10);
    dcbor_put_text_at(&writer, 0, "sti-ca plan");
    dcbor_put_int_at(&writer, 1, KIT_PLAN_VERSION);
    dcbor_put_text_at(&writer, 2, ceremony->kind);
    dcbor_put_text_at(&writer, 3, "Example ceremony");
    dcbor_put_int(&writer, 4);
    dcbor_put_array(&writer, 1);
    dcbor_put_map(&writer, 3);
    dcbor_put_text_at(&writer, 1, INPUT_NAME);
    dcbor_put_bytes_at(&writer, 2, input, 32);
    dcbor_put_int_at(&writer, 3, (int64_t)strlen(INPUT));
    dcbor_put_int(&writer, 5);
    put_policy(&writer, ceremony);
    dcbor_put_int(&writer, 6);
    put_steps(&writer, ceremony);
    dcbor_put_int(&writer, 7);
    dcbor_put_map(&writer, 3);
    dcbor_put_int_at(&writer, 1, KIT_CEREMONY_TIME - 86400);
    dcbor_put_int_at(&writer, 2, KIT_CEREMONY_TIME - 3600);
    dcbor_put_int_at(&writer, 3, KIT_CEREMONY_TIME + 3600);
    dcbor_put_int(&writer, 8);
    if (ceremony->first)
        dcbor_put_null(&writer);
    else
        dcbor_put_bytes(&writer, ceremony->previous, 32);
    dcbor_put_int(&writer, 9);
    put_profiles(&writer, ceremony);
    free(ceremony->plan.octets);
    must(dcbor_finish(&writer, &ceremony->plan.octets, &ceremony->plan.length, NULL), "the plan");
    digest(ceremony->plan.octets, ceremony->plan.length, ceremony->plan_digest);
}

void kit_ceremony_make(struct kit_ceremony *ceremony, size_t certificates, const uint8_t *previous)
{
    static const char *const ids[KIT_WITNESSES] = {"alice", "bob", "carol"};
    memset(ceremony, 0, sizeof(*ceremony));
    ceremony->kind = "root";
    ceremony->key = EVP_EC_gen("P-256");
    ceremony->spki = spki_of(ceremony->key);
    for (size_t i = 0; i < KIT_WITNESSES; i++) {
        EVP_PKEY *key = EVP_EC_gen("P-256");
        ceremony->witnesses[i] = (struct kit_witness){ids[i], key, spki_of(key)};
    }
    ceremony->planned = calloc(certificates + 1, sizeof(*ceremony->planned));
    must(ceremony->planned != NULL, "no memory");
    ceremony->count = certificates;
    for (size_t i = 0; i < certificates; i++)
        ceremony->planned[i] = certificate(ceremony->key, (long)i + 1);
    kit_ceremony_follow(ceremony, previous);
}

void kit_ceremony_follow(struct kit_ceremony *ceremony, const uint8_t *previous)
{
    ceremony->first = previous == NULL;
    if (previous != NULL)
        memcpy(ceremony->previous, previous, 32);
    make_plan(ceremony);
}

void kit_ceremony_free(struct kit_ceremony *ceremony)
{
    EVP_PKEY_free(ceremony->key);
    OPENSSL_free(ceremony->spki.octets);
    for (size_t i = 0; i < KIT_WITNESSES; i++) {
        EVP_PKEY_free(ceremony->witnesses[i].key);
        OPENSSL_free(ceremony->witnesses[i].spki.octets);
    }
    for (size_t i = 0; i < ceremony->count; i++) {
        OPENSSL_free(ceremony->planned[i].der.octets);
        OPENSSL_free(ceremony->planned[i].tbs.octets);
    }
    free(ceremony->planned);
    free(ceremony->plan.octets);
}

/* ---- the transcript ---- */

static struct transcript_at at_step(const char *step, enum transcript_source source)
{
    return (struct transcript_at){step, KIT_CEREMONY_TIME, source};
}

struct transcript *kit_ceremony_begin(const struct kit_ceremony *ceremony, const char *path,
                                      struct sti_error *err)
{
    static const struct transcript_fact host[] = {{"system", "Linux 6.1"}, {"network", "none"}};
    struct transcript_at at = at_step("", TRANSCRIPT_PERSON);
    struct transcript_approver approvers[KIT_WITNESSES];
    for (size_t i = 0; i < KIT_WITNESSES; i++)
        approvers[i] = (struct transcript_approver){
            ceremony->witnesses[i].id,
            {ceremony->witnesses[i].spki.octets, ceremony->witnesses[i].spki.length}};
    return transcript_create(
        path,
        &(struct transcript_begin){.previous = ceremony->first ? NULL : ceremony->previous,
                                   .name = "Example ceremony",
                                   .ceremony = ceremony->kind,
                                   .plan = ceremony->plan_digest,
                                   .approvers = approvers,
                                   .approver_count = KIT_WITNESSES,
                                   .needed = KIT_NEEDED,
                                   .host = host,
                                   .host_count = 2,
                                   .tool = "sti-ca 0.1.0"},
        &at, err);
}

bool kit_ceremony_hsm(const struct kit_ceremony *ceremony, struct transcript *transcript,
                      const struct transcript_at *at, struct sti_error *err)
{
    static const struct transcript_fact attributes[] = {{"CKA_SENSITIVE", "true"},
                                                        {"CKA_EXTRACTABLE", "false"}};
    return transcript_hsm(
        transcript, at,
        &(struct transcript_hsm){.manufacturer = "Example",
                                 .model = "Model 1",
                                 .serial = "0001",
                                 .firmware = "1.0",
                                 .label = "root",
                                 .id = {(const uint8_t *)"\1", 1},
                                 .attributes = attributes,
                                 .attribute_count = 2,
                                 .spki = {ceremony->spki.octets, ceremony->spki.length}},
        err);
}

static void approve(const struct kit_ceremony *ceremony, struct transcript *transcript,
                    const uint8_t *plan, const char *signed_as, const char *shown_as, EVP_PKEY *key)
{
    struct transcript_at at = at_step("witnesses", TRANSCRIPT_CLOCK);
    struct sti_error err;
    uint8_t *message = NULL;
    size_t length = 0;
    must_have(approval_make(plan == NULL ? ceremony->plan_digest : plan, signed_as, key, &message,
                            &length, &err) &&
                  transcript_approval(transcript, &at, shown_as,
                                      (struct transcript_octets){message, length}, &err),
              &err);
    free(message);
}

static void approve_all(const struct kit_ceremony *ceremony, struct transcript *transcript,
                        enum kit_wrong wrong)
{
    const struct kit_witness *w = ceremony->witnesses;
    approve(ceremony, transcript, NULL, w[0].id, w[0].id, w[0].key);
    switch (wrong) {
    case KIT_STRANGER:
        approve(ceremony, transcript, NULL, "mallory", "mallory", w[1].key);
        break;
    case KIT_STRANGERS_KEY:
        approve(ceremony, transcript, NULL, w[1].id, w[1].id, ceremony->key);
        break;
    case KIT_TWICE:
        approve(ceremony, transcript, NULL, w[0].id, w[0].id, w[0].key);
        break;
    case KIT_OTHER_PLAN:
        approve(ceremony, transcript, w[1].spki.octets, w[1].id, w[1].id, w[1].key);
        break;
    case KIT_OTHER_ID:
        approve(ceremony, transcript, NULL, w[2].id, w[1].id, w[1].key);
        break;
    case KIT_TOO_FEW:
        break;
    default:
        approve(ceremony, transcript, NULL, w[1].id, w[1].id, w[1].key);
        break;
    }
}

/* The certificate with another signature, by another key. */
static struct kit_octets sign_again(struct kit_octets der, EVP_PKEY *key)
{
    const unsigned char *at = der.octets;
    struct kit_octets again = {NULL, 0};
    X509 *certificate_again = d2i_X509(NULL, &at, (long)der.length);
    must(certificate_again != NULL && X509_sign(certificate_again, key, EVP_sha256()) > 0,
         "signing again");
    int length = i2d_X509(certificate_again, &again.octets);
    must(length > 0, "encoding again");
    again.length = (size_t)length;
    X509_free(certificate_again);
    return again;
}

static void sign_one(const struct kit_ceremony *ceremony, struct transcript *transcript,
                     const struct kit_planned *planned, enum kit_wrong wrong, bool keep)
{
    struct transcript_at at = at_step(planned->name, TRANSCRIPT_CLOCK);
    struct sti_error err;
    uint8_t file[32];
    struct kit_planned other = {.der = {NULL, 0}};
    struct kit_octets der = planned->der;
    struct kit_octets tbs = planned->tbs;
    struct kit_octets again = {NULL, 0};
    struct kit_octets pem = pem_of("CERTIFICATE", planned->der);
    if (wrong == KIT_OTHER_TBS || wrong == KIT_NOT_PLANNED) {
        other = certificate(ceremony->key, 99);
        der = other.der;
    }
    if (wrong == KIT_NOT_PLANNED)
        tbs = other.tbs;
    if (wrong == KIT_OTHER_ISSUER)
        der = again = sign_again(der, ceremony->witnesses[2].key);
    digest(pem.octets, pem.length - (wrong == KIT_OTHER_OUTPUT), file);
    must_have(
        transcript_answer(transcript, &at, "Type the name of the file", planned->name, &err) &&
            transcript_intended(transcript, &at,
                                &(struct transcript_intended){
                                    .what = "certificate",
                                    .name = planned->name,
                                    .tbs = {tbs.octets, tbs.length},
                                    .keep = keep,
                                    .issuer = {ceremony->spki.octets, ceremony->spki.length}},
                                &err) &&
            transcript_signed(transcript, &at, (struct transcript_octets){der.octets, der.length},
                              keep, &err) &&
            transcript_output(transcript, &at, planned->name, file, (int64_t)pem.length, &err),
        &err);
    free(pem.octets);
    OPENSSL_free(again.octets);
    OPENSSL_free(other.der.octets);
    OPENSSL_free(other.tbs.octets);
}

void kit_ceremony_write(const struct kit_ceremony *ceremony, const char *path, enum kit_wrong wrong,
                        bool keep, size_t notes, uint8_t last[32])
{
    struct transcript_at at = at_step("", TRANSCRIPT_CLOCK);
    struct sti_error err;
    uint8_t input[32];
    struct transcript *transcript = kit_ceremony_begin(ceremony, path, &err);
    must_have(transcript != NULL, &err);
    digest(INPUT, strlen(INPUT), input);
    must_have(transcript_input(transcript, &at, INPUT_NAME, input, (int64_t)strlen(INPUT), &err),
              &err);
    approve_all(ceremony, transcript, wrong);
    must_have(kit_ceremony_hsm(ceremony, transcript, &at, &err), &err);
    for (size_t i = 0; i < notes; i++)
        must_have(transcript_note(transcript, &at, "The door is locked", &err), &err);
    for (size_t i = 0; i < ceremony->count; i++)
        sign_one(ceremony, transcript, &ceremony->planned[i], wrong, keep);
    if (wrong == KIT_FAILED)
        must_have(transcript_failed(transcript, &at, "the HSM went away", &err), &err);
    if (wrong != KIT_NO_END)
        must_have(transcript_end(transcript, &at, ceremony->key, &err), &err);
    transcript_last(transcript, last);
    transcript_close(transcript);
}

void kit_destruction_write(const struct kit_ceremony *ceremony, const char *path, bool failed)
{
    static const struct transcript_fact facts[] = {{"private keys on the token", "1"},
                                                   {"of these with its public key", "0"}};
    struct transcript_at at = at_step("destruction", TRANSCRIPT_CLOCK);
    struct sti_error err;
    uint8_t input[32];
    const struct transcript_octets doomed = {ceremony->doomed.octets, ceremony->doomed.length};
    struct transcript *transcript = kit_ceremony_begin(ceremony, path, &err);
    must_have(transcript != NULL, &err);
    digest(INPUT, strlen(INPUT), input);
    must_have(transcript_input(transcript, &at, INPUT_NAME, input, (int64_t)strlen(INPUT), &err),
              &err);
    approve_all(ceremony, transcript, KIT_GOOD);
    must_have(kit_ceremony_hsm(ceremony, transcript, &at, &err), &err);
    must_have(transcript_hsm(transcript, &at,
                             &(struct transcript_hsm){.manufacturer = "Example",
                                                      .model = "Model 1",
                                                      .serial = "0001",
                                                      .firmware = "1.0",
                                                      .label = "old",
                                                      .id = {(const uint8_t *)"\2", 1},
                                                      .spki = doomed},
                             &err),
              &err);
    if (failed)
        must_have(transcript_failed(transcript, &at, "nobody has typed its label", &err), &err);
    else
        must_have(transcript_destroyed(transcript, &at,
                                       &(struct transcript_destroyed){
                                           .spki = doomed, .facts = facts, .fact_count = 2},
                                       &err),
                  &err);
    must_have(transcript_end(transcript, &at, ceremony->key, &err), &err);
    transcript_close(transcript);
}

void kit_ceremony_files(const struct kit_ceremony *ceremony, const char *folder)
{
    struct kit_octets key = pem_of("PUBLIC KEY", ceremony->spki);
    write_in(folder, "plan", ceremony->plan.octets, ceremony->plan.length);
    write_in(folder, INPUT_NAME, INPUT, strlen(INPUT));
    write_in(folder, "ceremony.pem", key.octets, key.length);
    free(key.octets);
    for (size_t i = 0; i < ceremony->count; i++) {
        struct kit_octets pem = pem_of("CERTIFICATE", ceremony->planned[i].der);
        write_in(folder, ceremony->planned[i].name, pem.octets, pem.length);
        free(pem.octets);
    }
}
