// SPDX-License-Identifier: Apache-2.0
// Makes a CSR with nothing but Node's own modules. Node signs, but has no CSRs: the DER is written
// here (RFC 2986 section 4.1).
//
// usage: node node-csr.js NAME LIST-HEX COMMON-NAME [KEY.pem] >CSR.pem
//
// NAME: p384 or rsa (another key), no-list, two-lists, usage (an extendedKeyUsage) or ca (cA TRUE);
// anything else: nothing but the list. The key is made anew unless one is given.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');

function der(tag, ...contents) {
    const content = Buffer.concat(contents);
    const length = content.length;
    if (length < 0x80)
        return Buffer.concat([Buffer.from([tag, length]), content]);
    const octets = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...octets]), content]);
}

const sequence = (...contents) => der(0x30, ...contents);
const set = (...contents) => der(0x31, ...contents);
const octetString = (content) => der(0x04, content);
const bitString = (content) => der(0x03, Buffer.from([0]), content);
const boolean = der(0x01, Buffer.from([0xff]));

function oid(dotted) {
    const [first, second, ...arcs] = dotted.split('.').map(Number);
    const octets = [];
    for (const arc of [40 * first + second, ...arcs]) {
        const digits = [arc & 0x7f];
        for (let rest = arc >> 7; rest > 0; rest >>= 7)
            digits.unshift((rest & 0x7f) | 0x80);
        octets.push(...digits);
    }
    return der(0x06, Buffer.from(octets));
}

function attribute(type, tag, text) {
    return set(sequence(oid(type), der(tag, Buffer.from(text))));
}

function subject(commonName) {
    return sequence(attribute('2.5.4.6', 0x13, 'US'), attribute('2.5.4.10', 0x0c, 'Example Telecom'),
        attribute('2.5.4.3', 0x0c, commonName));
}

function extensions(name, list) {
    const one = sequence(oid('1.3.6.1.5.5.7.1.26'), octetString(list));
    const all = name === 'no-list' ? [] : name === 'two-lists' ? [one, one] : [one];
    if (name === 'usage')
        all.push(sequence(oid('2.5.29.37'), octetString(sequence(oid('1.3.6.1.5.5.7.3.2')))));
    if (name === 'ca')
        all.push(sequence(oid('2.5.29.19'), boolean, octetString(sequence(boolean))));
    return all.length === 0 ? [] : [sequence(oid('1.2.840.113549.1.9.14'), set(sequence(...all)))];
}

function newKey(name) {
    if (name === 'rsa')
        return crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    return crypto.generateKeyPairSync('ec', { namedCurve: name === 'p384' ? 'P-384' : 'P-256' })
        .privateKey;
}

function signatureAlgorithm(key) {
    return key.asymmetricKeyType === 'rsa'
        ? sequence(oid('1.2.840.113549.1.1.11'), der(0x05))
        : sequence(oid('1.2.840.10045.4.3.2'));
}

const [name, hex, commonName, keyFile] = process.argv.slice(2);
const key = keyFile ? crypto.createPrivateKey(fs.readFileSync(keyFile)) : newKey(name);
const spki = crypto.createPublicKey(key).export({ type: 'spki', format: 'der' });
const information = sequence(der(0x02, Buffer.from([0])), subject(commonName), spki,
    der(0xa0, ...extensions(name, Buffer.from(hex, 'hex'))));
const csr = sequence(information, signatureAlgorithm(key),
    bitString(crypto.sign('sha256', information, key)));
console.log('-----BEGIN CERTIFICATE REQUEST-----');
console.log(csr.toString('base64').replace(/.{64}(?=.)/g, '$&\n'));
console.log('-----END CERTIFICATE REQUEST-----');
