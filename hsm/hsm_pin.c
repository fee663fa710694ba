/* SPDX-License-Identifier: Apache-2.0 */
/* Where a PIN comes from. It is held in the caller's buffer only, which the caller wipes. */
#include "hsm_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest first line: a PIN, and CR LF. */
#define LINE_MAX_OCTETS (HSM_PIN_MAX + 2)

/* A PIN others can read is no PIN. */
static bool check_file(int fd, const char *path, struct sti_error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return sti_fail(err, "the PIN file %s cannot be examined: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return sti_fail(err, "the PIN file %s is not a regular file; put the PIN into one", path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return sti_fail(err,
                        "the PIN file %s is open to other users (mode %04o); run: chmod 600 %s",
                        path, (unsigned)(status.st_mode & 07777), path);
    return true;
}

static bool read_all(int fd, char *buffer, size_t size, size_t *length)
{
    *length = 0;
    while (*length < size) {
        ssize_t got = read(fd, buffer + *length, size - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *length += (size_t)got;
    }
    return true;
}

/* Cuts the first line out of what was read and copies it to pin. */
static bool take_line(const char *line, size_t length, const char *path, char pin[HSM_PIN_MAX + 1],
                      struct sti_error *err)
{
    const char *end = memchr(line, '\n', length);
    if (end != NULL) {
        length = (size_t)(end - line);
        if (length > 0 && line[length - 1] == '\r')
            length--;
    }
    if (length == 0)
        return sti_fail(err, "the first line of the PIN file %s is empty; put the PIN there", path);
    if (length > HSM_PIN_MAX)
        return sti_fail(err, "the first line of the PIN file %s is longer than a PIN can be (%d)",
                        path, HSM_PIN_MAX);
    if (memchr(line, '\0', length) != NULL)
        return sti_fail(err, "the first line of the PIN file %s contains a NUL octet; remove it",
                        path);
    memcpy(pin, line, length);
    pin[length] = '\0';
    return true;
}

static bool from_file(const char *path, char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    /* O_NONBLOCK: a FIFO in the file's place must be refused, not waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return sti_fail(err, "the PIN file %s cannot be opened: %s; correct pin-source", path,
                        strerror(errno));
    char line[LINE_MAX_OCTETS];
    size_t length = 0;
    bool good = check_file(fd, path, err);
    if (good && !read_all(fd, line, sizeof(line), &length))
        good = sti_fail(err, "the PIN file %s cannot be read: %s", path, strerror(errno));
    good = good && take_line(line, length, path, pin, err);
    OPENSSL_cleanse(line, sizeof(line));
    close(fd);
    return good;
}

bool hsm_pin_get(const struct hsm_uri *uri, hsm_ask_pin ask, void *context,
                 char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    pin[0] = '\0';
    if (uri->pin_file != NULL)
        return from_file(uri->pin_file, pin, err);
    if (ask == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "there is no PIN for token '%s'; put it in a file of mode 600 and add "
                             "pin-source=file:PATH behind the '?' of the URI",
                             uri->token);
    sti_error_clear(err);
    if (!ask(context, uri->token, pin, err))
        return false;
    pin[HSM_PIN_MAX] = '\0';
    if (pin[0] == '\0')
        return sti_fail(err, "the PIN for token '%s' is empty; it was not tried", uri->token);
    return true;
}
