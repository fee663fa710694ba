# SPDX-License-Identifier: Apache-2.0
"""Botan's path validation, with the whole chain up to the root in mind: `botan cert_verify` would
trust every CA that it is given, so that nothing above the first of them were judged.

usage: botan-verify.py LEAF BETWEEN ROOT     status 0 valid, 1 not valid, with Botan's reason; 77
                                             without Botan
"""
import re
import sys

try:
    import botan3 as botan  # Debian 13
except ImportError:
    try:
        import botan2 as botan  # Debian 12
    except ImportError:
        sys.exit(77)


def certificates(path):
    with open(path, encoding="ascii") as file:
        blocks = re.findall(r"-----BEGIN CERT.*?-----END CERT[A-Z]*-----\n", file.read(), re.S)
    return [botan.X509Cert(buf=block.encode()) for block in blocks]


if len(sys.argv) == 1:  # is it there?
    print(botan.version_string())
    sys.exit(0)
try:
    leaf, between, root = map(certificates, sys.argv[1:])
except botan.BotanException as error:  # a certificate that Botan does not read
    print("unreadable:", error)
    sys.exit(1)
status = leaf[0].verify(intermediates=between, trusted=root)
print(botan.X509Cert.validation_status(status))
sys.exit(0 if status == 0 else 1)
