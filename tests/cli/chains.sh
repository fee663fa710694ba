# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Certificates by the stock openssl, for stories about paths. Sourced after lib.sh.

crl_url=http://pa.example/crl
aki='authorityKeyIdentifier=keyid'
point='crlDistributionPoints=point'

# make_key NAME [CURVE]: NAME.key, unless it is there.
make_key() {
    [ -f "$1.key" ] || passes openssl ecparam -name "${2:-prime256v1}" -genkey -noout -out "$1.key"
}

# extensions NAME LINE...: the common ones of this kind, and then these lines.
extensions() {
    name=$1
    shift
    {
        case $name in
        leaf*) printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n' ;;
        delegate*) printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n' ;;
        *) printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' ;;
        esac
        printf 'subjectKeyIdentifier=hash\n'
        printf '%s\n' "$@"
    } >"$name.ext"
}

# list LIST: the line of an extension that holds it.
list() {
    printf '%s\n' "$1" >list.txt
    printf '1.3.6.1.5.5.7.1.26=DER:%s\n' "$(sti-ca tnlist encode --form hex list.txt)"
}

# prepare NAME CN: NAME.key, NAME.cnf with the lines of NAME.ext, and NAME.csr.
prepare() {
    make_key "$1"
    {
        cat "$1.ext"
        printf '[point]\nfullname=URI:%s\nCRLissuer=dirName:crl_issuer\n' $crl_url
        printf '[crl_issuer]\nCN=PA CRL\n'
    } >"$1.cnf"
    passes openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
}

# certificate NAME CN ISSUER [OPENSSL-X509-ARGUMENT]...: NAME.pem over NAME.key, with NAME.ext.
certificate() {
    name=$1
    issuer=$3
    prepare "$name" "$2"
    shift 3
    if [ "$issuer" = "$name" ]; then
        passes openssl x509 -req -in "$name.csr" -key "$name.key" -extfile "$name.cnf" \
            -out "$name.pem" -days 30 "$@"
    else
        passes openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" \
            -extfile "$name.cnf" -out "$name.pem" -days 30 "$@"
    fi
}

# dated NAME CN ISSUER FROM TO: likewise, valid from and to YYYYMMDD.
dated() {
    prepare "$1" "$2"
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\n' >ca.cnf
    printf 'default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n' >>ca.cnf
    : >index.txt
    echo 77 >serial
    passes openssl ca -batch -notext -config ca.cnf -cert "$3.pem" -keyfile "$3.key" -in "$1.csr" \
        -extfile "$1.cnf" -startdate "${4}000000Z" -enddate "${5}000000Z" -out "$1.pem"
}

# root, intermediate, the CA of a delegate with a list, an end entity with a list within it.
make_chain() {
    extensions root
    certificate root Root root
    extensions middle "$aki" "$point"
    certificate middle Intermediate root
    extensions delegate "$aki" "$point" "$(list TN:12155550100-12155550199,TN:12155551212)"
    certificate delegate Delegate middle
    extensions leaf "$aki" "$point" "$(list TN:12155550150-12155550159)"
    certificate leaf Leaf delegate
    cat middle.pem delegate.pem >between.pem
}
