/* SPDX-License-Identifier: Apache-2.0 */
#include "test_pin_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <unistd.h>

#define VEIL 0x5a

static unsigned char veiled[PIN_LENGTH];

void draw_pin(void)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    assert_int_equal(RAND_bytes(veiled, PIN_LENGTH), 1);
    for (size_t i = 0; i < PIN_LENGTH; i++)
        veiled[i] = (unsigned char)letters[veiled[i] % (sizeof(letters) - 1)] ^ VEIL;
}

void unveil(char pin[PIN_LENGTH + 1])
{
    for (size_t i = 0; i < PIN_LENGTH; i++)
        pin[i] = (char)(veiled[i] ^ VEIL);
    pin[PIN_LENGTH] = '\0';
}

static bool is_pin(const unsigned char *at)
{
    for (size_t i = 0; i < PIN_LENGTH; i++) {
        if ((at[i] ^ VEIL) != veiled[i])
            return false;
    }
    return true;
}

/* How often the PIN stands between two addresses. The buffer is not part of what is searched. */
static unsigned search_range(int memory, uint64_t from, uint64_t to, unsigned char *buffer,
                             size_t size)
{
    unsigned found = 0;
    uint64_t own = (uint64_t)(uintptr_t)buffer;
    for (uint64_t at = from; at < to;) {
        size_t want = to - at < size ? (size_t)(to - at) : size;
        ssize_t got = pread(memory, buffer, want, (off_t)at);
        if (got < PIN_LENGTH)
            break;
        for (size_t i = 0; i + PIN_LENGTH <= (size_t)got; i++) {
            uint64_t place = at + i;
            if ((place < own || place >= own + size) && is_pin(buffer + i))
                found++;
        }
        at += (size_t)got == want && at + want < to ? want - PIN_LENGTH + 1 : (size_t)got;
    }
    OPENSSL_cleanse(buffer, size);
    return found;
}

unsigned copies_in_memory(void)
{
    static unsigned char buffer[1 << 16];
    char line[512];
    unsigned found = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    assert_non_null(maps);
    assert_true(memory >= 0);
    while (fgets(line, sizeof(line), maps) != NULL) {
        unsigned long long from = 0;
        unsigned long long to = 0;
        char mode[5] = "";
        assert_int_equal(sscanf(line, "%llx-%llx %4s", &from, &to, mode), 3);
        if (mode[0] == 'r' && mode[1] == 'w' && strstr(line, "[v") == NULL)
            found += search_range(memory, from, to, buffer, sizeof(buffer));
    }
    close(memory);
    fclose(maps);
    return found;
}
