#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca bundle pack and unpack: files over the air gap, in and out of a ceremony. Nothing is
# overwritten, nothing of a damaged bundle is written, and both ends show the same digest.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

step "pack shows every file, and the digest in hex and in words"
mkdir in
printf one >in/first.txt
printf two >in/second.txt
: >in/empty
passes sti-ca bundle pack in/first.txt in/second.txt in/empty --out some.bundle
cp out packed
digest=$(sha256sum <some.bundle | cut -d' ' -f1)
says out "bundle some.bundle, $(wc -c <some.bundle) octets"
says out "  first.txt, 3 octets"
says out "    sha256 $(printf one | sha256sum | cut -d' ' -f1)"
says out "digest $digest"
says out "  $(echo "$digest" | tr a-f A-F | cut -c 1-32 | sed 's/..../& /g; s/ $//')"
passes sti-ca bundle pack in/empty in/second.txt in/first.txt --out again.bundle
same some.bundle again.bundle
passes sti-ca bundle show some.bundle
grep -v '^to be read\|^  [0-9A-F ]*$\|^  [A-Za-z]* *[A-Za-z]* *[A-Za-z]* *[A-Za-z]*$' packed >shown
same shown out
passes sti-ca bundle check some.bundle --digest "$digest"
says out "well-formed: bundle, 3 files, each with its SHA-256"

step "unpack writes them as they were, makes the folder, and shows the same digest"
passes sti-ca bundle unpack some.bundle --into there
says out "digest $digest"
says out "unpacked 3 files into there"
says out "compare the digest with the one shown where the bundle was made, before anything is used"
for file in first.txt second.txt empty; do same in/$file there/$file; done
[ "$(find there -type f | wc -l)" -eq 3 ] || fail "more than the bundle has: $(find there)"
sed -n '/^digest/,$p' packed | grep -v '^to be read' >words
while read -r line; do says out "$line"; done <words

step "what lies there already must be the same; else nothing is written"
rm there/second.txt
passes sti-ca bundle unpack some.bundle --into there --digest "$digest"
says out "unpacked 1 file into there, where 2 lay already"
says out "the digest is the one given"
printf mine >there/first.txt
rm there/second.txt
refused 3 sti-ca bundle unpack some.bundle --into there
says err "there/first.txt: exists already and is another file than the bundle's; nothing was unpacked: unpack into a folder of its own"
absent there/second.txt
[ "$(cat there/first.txt)" = mine ] || fail "it was overwritten"
refused 3 sti-ca bundle unpack some.bundle --into some.bundle/x
says err "some.bundle/x: cannot be made"
printf x >file
refused 3 sti-ca bundle unpack some.bundle --into file
says err "file: cannot be made"

step "another digest, and a bundle that was damaged: nothing is written"
other=$(echo "$digest" | tr 0-9 1-90)
refused 1 sti-ca bundle unpack some.bundle --into nowhere --digest "$other"
says err "some.bundle: its digest is $digest, not the one given with --digest: this is not the bundle whose digest was taken there; use nothing of it, and fetch it again"
refused 2 sti-ca bundle unpack some.bundle --into nowhere --digest 12
says err "--digest is no SHA-256"
sed 's/one/eno/' some.bundle >damaged.bundle
refused 1 sti-ca bundle unpack damaged.bundle --into nowhere
says err "damaged.bundle: first.txt at byte "
says err ": its SHA-256 is not the one that stands before it: the bundle was damaged or altered; use nothing of it, and have it made again"
head -c 60 some.bundle >damaged.bundle
refused 1 sti-ca bundle unpack damaged.bundle --into nowhere
says err "the octets end within an item; some are missing; the bundle was cut off: use nothing of it, and fetch it again (RFC 8949 section 5.1)"
absent nowhere

step "a name that leads out of the folder is refused, whoever has written the bundle"
sed 's/second.txt/..\/cond.txt/' some.bundle >damaged.bundle
refused 1 sti-ca bundle unpack damaged.bundle --into nowhere
says err "a name in a bundle is 1 to 128 characters of printable ASCII, without a slash and without a dot in front, so that no file gets out of its folder"
absent nowhere

step "what does not travel, and what is no such bundle"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out secret.key 2>err
refused 1 sti-ca bundle pack in/first.txt secret.key --out x.bundle
says err "secret.key: holds a private key, which must not travel; give the public part alone: openssl pkey -in KEY -pubout"
refused 1 sti-ca bundle pack in/first.txt there/first.txt --out x.bundle
says err "there/first.txt: two files are called first.txt, and in a bundle names stand without their folders; rename one of them"
refused 3 sti-ca bundle pack in/third.txt --out x.bundle
says err "in/third.txt: cannot be opened"
refused 2 sti-ca bundle pack --out x.bundle
says err "nothing goes in: name files, --plan PLAN or --held PLAN"
refused 2 sti-ca bundle pack --plan a --held b --out x.bundle
says err "--plan and --held exclude each other"
refused 3 sti-ca bundle pack in/first.txt --out some.bundle
says err "some.bundle: exists already and is not overwritten"
absent x.bundle
refused 1 sti-ca bundle unpack in/first.txt --into nowhere
says err "is not a bundle of sti-ca: it does not begin as one does; sti-ca bundle create makes one of a request, and pack one of files"

step "as JSON"
passes sti-ca bundle pack in/first.txt --out one.bundle --json
[ "$(jq -r '.sha256 + " " + .files[0].name' out)" = "$(sha256sum <one.bundle | cut -d' ' -f1) first.txt" ] ||
    fail "another JSON: $(cat out)"
passes sti-ca bundle unpack one.bundle --into json --json
[ "$(jq -r '"\(.into) \(.written) \(.compared)"' out)" = "json 1 false" ] || fail "another JSON: $(cat out)"

step "a request's bundle stays one file"
make_request_world
make_bundle example-telecom "$good_list"
refused 1 sti-ca bundle unpack example-telecom.bundle --into nowhere
says err "is the bundle of a request, which stays one file: give it to sti-ca check or issue, with --bundle"
refused 1 sti-ca check --bundle some.bundle
says err "some.bundle: is a bundle of files, not of a request; sti-ca bundle unpack puts them into a folder"

step "a ceremony: its plan and inputs to the witnesses, and to the machine with the HSM"
make_bundle other-telecom TN:12155559999
request_file batch
passes sti-ca ceremony plan batch.cnf
passes sti-ca bundle pack --plan batch.plan --out to-the-room.bundle
passes sti-ca bundle unpack to-the-room.bundle --into room
for file in batch.cnf batch.plan batch.txt batch.html example-telecom.bundle other-telecom.bundle \
    intermediate.pem security-officer.pem auditor.pem witness.pem; do
    same $file room/$file
done
[ "$(find room -type f | wc -l)" -eq 10 ] || fail "other files: $(find room)"
refused 3 sti-ca bundle pack --held batch.plan --out early.bundle
says err "batch.transcript: cannot be opened"
absent early.bundle

step "and what it has made, out of the room, to the auditor"
approve batch auditor
approve batch witness
conversation batch 2
hold batch
[ "$status" -eq 0 ] || fail "the ceremony ended with status $status: $(cat screen)"
says screen "  sti-ca bundle pack --held batch.plan --out FILE"
passes sti-ca bundle pack --held batch.plan batch.auditor.approval batch.witness.approval --out out-of-the-room.bundle
passes sti-ca bundle unpack out-of-the-room.bundle --into archive --digest "$(sha256sum <out-of-the-room.bundle | cut -d' ' -f1)"
for file in batch.transcript batch.transcript.head example-telecom.pem other-telecom.pem batch.auditor.approval; do
    same $file archive/$file
done
passes sti-transcript rederive archive/batch.transcript --inputs archive --anchor archive/intermediate.pem

step "an input that is not what it was does not travel with the plan"
cp example-telecom.bundle other-telecom.bundle
refused 1 sti-ca bundle pack --plan batch.plan --out x.bundle
says err "other-telecom.bundle: is not what it was when the plan was made; bring the right file, or plan and approve anew"
absent x.bundle
