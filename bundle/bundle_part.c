/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle_part.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

bool bundle_digest(const void *octets, size_t length, unsigned char *digest, struct sti_error *err)
{
    return EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL) == 1 ||
           sti_fail(err, "SHA-256 failed");
}

void bundle_part_put(struct dcbor_writer *writer, const struct bundle_part *part)
{
    dcbor_put_array(writer, 2);
    dcbor_put_bytes(writer, part->digest, BUNDLE_DIGEST_OCTETS);
    dcbor_put_bytes(writer, part->octets, part->length);
}

bool bundle_part_read(struct dcbor_reader *reader, const char *what, size_t least, size_t most,
                      struct bundle_part *part, struct sti_error *err)
{
    struct dcbor_item digest;
    struct dcbor_item octets;
    if (!dcbor_array(reader, what, 2, err) ||
        !dcbor_bytes(reader, "its SHA-256", BUNDLE_DIGEST_OCTETS, BUNDLE_DIGEST_OCTETS, &digest,
                     err) ||
        !dcbor_bytes(reader, what, least, most, &octets, err) ||
        !bundle_digest(octets.octets, octets.length, part->digest, err))
        return false;
    part->octets = octets.octets;
    part->length = octets.length;
    if (CRYPTO_memcmp(part->digest, digest.octets, BUNDLE_DIGEST_OCTETS) == 0)
        return true;
    sti_refuse(err, NULL,
               "its SHA-256 is not the one that stands before it: the bundle was damaged or "
               "altered; use nothing of it, and have it made again");
    if (err != NULL)
        err->offset = octets.offset;
    return false;
}

void bundle_say_cut(struct sti_error *err)
{
    static const char next[] = "; the bundle was cut off: use nothing of it, and fetch it again";
    if (err != NULL && dcbor_is_cut(err))
        strncat(err->sentence, next, sizeof(err->sentence) - strlen(err->sentence) - 1);
}
