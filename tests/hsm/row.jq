# SPDX-License-Identifier: Apache-2.0
# The row of a module in docs/hsm.md, from hsm-modules/NAME.json: only what differs from a module
# that has all attributes and mechanisms, and a PIN of any length.

def absent: [.private_key // {} | to_entries[] | select(.value == null) | .key];

[
  (if .mechanisms.CKM_EC_KEY_PAIR_GEN then empty
   else "has no CKM_EC_KEY_PAIR_GEN, so makes no EC keys" end),
  (if .mechanisms.CKM_ECDSA_SHA256 then empty else "no CKM_ECDSA_SHA256" end),
  (if .pin_most > 0 and .pin_most < 16 then "PIN of \(.pin_least) to \(.pin_most) octets"
   else empty end),
  (if .ec_point_bare then "CKA_EC_POINT is bare" else empty end),
  (absent | if length > 0 then "EC keys have no " + join(", ") else empty end),
  (if .private_key.CKA_LOCAL == false then "CKA_LOCAL is always false" else empty end),
  (.can_be_weakened // [] | if length > 0
   then "C_SetAttributeValue weakens " + join(" and ") else empty end)
] as $differs
| "| \(.name) | \(.version) | \(if .works then "yes" else "no" end)"
  + (if .needs == "" then "" else ", with `\(.needs)`" end)
  + " | \(.library), PKCS#11 \(.cryptoki); \(.model | gsub(" +"; " "))"
  + " | \(if $differs == [] then "nothing" else $differs | join("; ") end) |"
