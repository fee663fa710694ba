/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the seed corpus of fuzz_transcript: the transcripts of a small ceremony, good and with
 * each thing wrong that the kit knows, and a plan. FOLDER/transcript/ must exist.
 *
 * usage: make_transcript_seeds FOLDER
 */
#include <stdio.h>

#include "../unit/test_transcript_kit.h"

int main(int argc, char **argv)
{
    struct kit_ceremony ceremony;
    uint8_t last[32];
    char path[4096];
    if (argc != 2) {
        fprintf(stderr, "usage: make_transcript_seeds FOLDER\n");
        return 2;
    }
    kit_ceremony_make(&ceremony, 1, NULL);
    for (size_t i = 0; i < KIT_WRONGS; i++) {
        snprintf(path, sizeof(path), "%s/transcript/%s", argv[1], kit_wrong_names[i]);
        kit_ceremony_write(&ceremony, path, (enum kit_wrong)i, i % 2 == 0, 1, last);
    }
    snprintf(path, sizeof(path), "%s/transcript/plan", argv[1]);
    kit_file_write(path, ceremony.plan.octets, ceremony.plan.length);
    /* a witness's key is as good as any */
    ceremony.kind = "key-destruction";
    ceremony.doomed = ceremony.witnesses[2].spki;
    kit_ceremony_follow(&ceremony, NULL);
    snprintf(path, sizeof(path), "%s/transcript/destruction", argv[1]);
    kit_destruction_write(&ceremony, path, false);
    snprintf(path, sizeof(path), "%s/transcript/destruction-plan", argv[1]);
    kit_file_write(path, ceremony.plan.octets, ceremony.plan.length);
    kit_ceremony_free(&ceremony);
    return 0;
}
