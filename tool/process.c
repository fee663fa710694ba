/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <openssl/crypto.h>

/*
 * A file that is opened while standard output is closed would get its number, and what is printed.
 * What is put there instead can be neither read nor written.
 */
static bool hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

bool process_harden(struct sti_error *err)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return sti_fail(err, "core dumps cannot be switched off: %s", strerror(errno));
    if (!hold_standard_files())
        return sti_fail(err, "a standard file is closed and /dev/null does not take its place: %s",
                        strerror(errno));
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        return sti_fail(err, "libcrypto does not start");
    return true;
}
