/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the seed corpus, a folder for each target and a file for each vector: FOLDER/der/, text/,
 * stream/, set/, claims/, bundle/, certificate/ and profile/, which must exist. Of the last, the
 * shipped profiles are seeds, too: run-seeds and scripts/fuzz copy them.
 *
 * usage: make_seeds FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/hex.h"

static const char *const ders[] = {
    /* good: each arm, several entries, leading zeros, the edges of the rule on ranges */
    "3008a00616043730394a",
    "3010a006160431323334a00616043730394a",
    "300fa20d160b3132313535353531323132",
    "3008a20616042a363723",
    "3005a203160130",
    "3013a211160f393939393939393939393939393939",
    "3015a1133011160b3132313235353531303030020203e8",
    "302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132",
    "300da10b3009160430303939020102",
    "300ba109300716023130020159",
    "300ba109300716023030020163",
    "301ea11c301a160f3030303030303030303030303030300207038d7ea4c67fff",
    /* good: unknown elements behind count */
    "300ea10c300a16033130300201050500",
    "3014a112301016033130300201051603323030020105",
    "3015a1133011160331303002010530070c01617f810000",
    /* an SPC of octets that the text form escapes */
    "300ea00c160a2c3b5c200a0d09007f22",
    /* outer headers */
    "",
    "30",
    "3000",
    "3080a00616043730394a0000",
    "308108a00616043730394a",
    "30820008a00616043730394a",
    "3084ffffffff",
    "3085000000000a",
    "3109a00616043730394a",
    "3008a00616043730394a00",
    "3009a00616043730394a",
    /* arms: implicit, unknown, another string type, missing length, bare text */
    "300680043730394a",
    "3008a30616043730394a",
    "3008a0060c043730394a",
    "3008a00613043730394a",
    "3006a20416023130",
    "3005a00316043730",
    "3009160731323334353637",
    "68747470733a2f2f746e2e6578616d706c652f6c2f31",
    "3004a0021600",
    "3004a2021600",
    "3005a003160180",
    /* numbers */
    "3007a2051603317832",
    "3014a212161031323334353637383930313233343536",
    "3007a20516032b3132",
    /* counts: 1, 0, negative, not minimal, empty, 8 and 9 octets, too long a range */
    "300ca10a30081603313030020101",
    "300ca10a30081603313030020100",
    "300ca10a300816033130300201ff",
    "300da10b3009160331303002020005",
    "300ba109300716033130300200",
    "3013a111300f1603313030020800ffffffffffffff",
    "3013a111300f160331303002087fffffffffffffff",
    "3014a11230101603313030020900ffffffffffffffff",
    "3014a112301016033130300209010000000000000000",
    "300ba10930071602313002015a",
    "300ba109300716022a30020102",
    /* two pairs in a range; count missing; unknown elements that are not well-formed */
    "3009a10730051603313030",
    "300fa10d300b160331303002010530ff00",
    "3010a10e300c1603313030020105308000",
    "301ea11c301a16033130300201053010300e300c300a30083006300430023000",
    "3020a11e301c160331303002010530123010300e300c300a30083006300430023000",
};

static const char *const texts[] = {
    "TN:12155551212",
    "SPC:709J",
    "TN:12155550100-12155550199",
    "TN:12155550100+100",
    "SPC:709J, TN:12155550100+100,TN:*67#\n",
    "; a comment\n\nSPC:709J ; behind a blank\r\n\tTN:12155551212 \n,,\n",
    "SPC:a\\x2cb\\x3B\\x5c\\x00\\x7f",
    "TN:0099+2\nTN:00-98\nTN:10+89\nTN:10+90\n",
    "TN:000000000000000+999999999999999",
    "TN:999999999999999",
    "TN:1234567890123456",
    "TN:12155551212+127,TN:12155551212+128,TN:12155551212+255,TN:12155551212+256",
    "TN:12155551212+32767,TN:12155551212+32768,TN:12155551212+65535,TN:12155551212+65536",
    "TN:12155551212+8388607,TN:12155551212+8388608,TN:12155551212+16777216",
    "TN:121555512120000+2147483648,TN:121555512120000+549755813888",
    "TN:121555512120000+140737488355328",
    "TN:12155551212+1",
    "TN:12155551212+0",
    "TN:12155551212+18446744073709551615",
    "TN:12155551212+9223372036854775808",
    "TN:12155551212-12155551211",
    "TN:12155551212-1212",
    "TN:*67+2",
    "TN:+12155551212",
    "TN:",
    "SPC:",
    "SPC:\\x8",
    "SPC:\\x80",
    "SPC:709J;TN:12155551212",
    "https://tn.example/l/1",
    "spc:709J",
    "TN: 12155551212",
    ",",
    "\n",
    "",
};

/* Two lists each, a line `--` between them. */
static const char *const sets[] = {
    "TN:100+10\n--\nTN:105+10",
    "TN:100+10\nTN:110+10\n--\nTN:105-114",
    "TN:00-98\nTN:99\n--\nTN:99\nTN:098\nTN:98",
    "TN:1+2,TN:3,TN:5\n--\nTN:0-8,TN:9",
    "SPC:709J\nTN:12155550100+100\n--\nTN:12155550150",
    "SPC:709J\n--\nTN:12155551212",
    "SPC:709J\nSPC:709\nSPC:709J1234567890\n--\nSPC:709J12345678901\nSPC:709J",
    "TN:*67#\nTN:*67\nTN:67\n--\nTN:*67#\nTN:#67*",
    "TN:999999999999999\nTN:000000000000000+999999999999999\n--\nTN:000000000000000",
    "TN:12155551212\nTN:12155551213\nTN:12155551214\n--\nTN:12155551212+3",
};

/* claim constraints: each component, both forms, each rule broken, tags and UTF-8 at fault */
static const char *const claim_ders[] = {
    "3022a00a30081606617474657374a11430123010160661747465737430060c01420c0143",
    "3014a2123010160661747465737416066f7269676964",
    "3040a00e300c160a636f6e666964656e6365a120301e301c160a636f6e666964656e6365300e0c04686967680c06"
    "6d656469756da20c300a16087072696f72697479",
    "3009a20730051603696174",
    "3012a00730051603666f6fa20730051603666f6f",
    "3007a0051603666f6f",
    "3004a0023000",
    "300ba109300730051601613000",
    "301ca11a3018301616016130110c02c3a90c03e282ac0c04f09f98800c00",
    "3010a10e300c300a16016130050c03eda080",
};

static const char *const claim_texts[] = {
    "mustInclude:attest, permitted:attest=B|C",
    "mustExclude:attest\nmustExclude:origid ; not theirs",
    "permitted:a\\x3db= x |\\x7c|,",
    "permitted:a=b,permitted:a=c",
};

static const char *const bundles[] = {
    /* a bundle of three parts, of all six; a digest that is not the part's; cut off */
    "836d7374692d63612062756e646c6501a363637372825820b560833d6f787af46113b96aad4dd5b5d1ae00dc"
    "cc69cf30cc92bed651c5661745300302010065746f6b656e825820845e30448809e2bc8958eb025bfc795235"
    "d13b077a53d0c3abbd2385170dc9b845612e622e636b6163636f756e742d6b6579825820e4f60d0aa6d7f3d3"
    "b6a6494b1c861b99f649c6f9ec51abaf201b20f297327c95423000",
    "836d7374692d63612062756e646c6501a66363726c8258205feceb66ffc86f38d952786c6d696c79c2dbc239"
    "dd4e91b46729d73a27fb57e94130636373728258206b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d"
    "49c01e52ddb7875b4b4131646c697374825820d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da"
    "3a666eec13ab35413265636861696e8258204e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b"
    "7e4729b49fce413365746f6b656e825820b5413b4e68035f97ea0eb808127f0fd1236c79ec25b32b186ffcef"
    "71747f467745342e352e366b6163636f756e742d6b65798258207902699be42c8a8e46fbbb4501726517e86b"
    "22c56a189f7625a6da49081b24514137",
    "836d7374692d63612062756e646c6501a363637372825820b560833d6f787af46113b96aad4dd5b5d1ae00dc"
    "cc69cf30cc92bed651c5661745300302000065746f6b656e825820845e30448809e2bc8958eb025bfc795235"
    "d13b077a53d0c3abbd2385170dc9b845612e622e636b6163636f756e742d6b6579825820e4f60d0aa6d7f3d3"
    "b6a6494b1c861b99f649c6f9ec51abaf201b20f297327c95423000",
    "836d7374692d63612062756e646c6501a363637372825820b560833d6f787af46113b96aad4dd5b5",
    /* COSE_Sign1: with its payload, detached with a content type */
    "8443a10126a054546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b"
    "23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4"
    "c345cacb36",
    "8454a20126036f6170706c69636174696f6e2f63626fa0f65840111111111111111111111111111111111111"
    "1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111"
    "1111",
    /* the parts of a bundle, and the octet that shall be another */
    "3f0020ff000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627"
    "28292a2b2c2d2e2f",
    "3200f001616161616161616161616161",
    "01000000626262626262626262626262",
    /* a bundle of two files; their names, and the octet that shall be another */
    "836c7374692d63612066696c657301a261618258207692c3ad3540bb803c020b3aee66cd8887123234ea0c6e"
    "7143c0add73ff431ed436f6e65626263825820e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca4"
    "95991b7852b85540",
    "00140101610262636f6374657473206f66207468652066696c6573",
    /* CBOR: each kind of item, not the shortest forms, indefinite, tags */
    "840a20f6a26161430102036162f6",
    "1817",
    "590001aa",
    "9f01ff",
    "d28443a10126",
    "1bffffffffffffffff",
    "f97e00",
};

/* Certificates: an end entity, a delegating CA with a list, a root with what no root should have.
 */
static const char *const certificates[] = {
    "3082026d30820213a00302010202104b2233b9c29da21f35331abd8fd943de300a06082a8648ce3d040302303d31"
    "0b300906035504060c0255533110300e060355040a0c074578616d706c65311c301a06035504030c135348414b45"
    "4e20696e7465726d656469617465301e170d3236303130313030303030305a170d3237303130313030303030305a"
    "3035310b300906035504060c0255533110300e060355040a0c074578616d706c653114301206035504030c0b5348"
    "414b454e203730394a3059301306072a8648ce3d020106082a8648ce3d03010703420004c780238ed760b88ec9d6"
    "5b3e0225cf1e4217a36da42adf28ec6cf28551cb3002c4aa50b5ba864369f0f3ade7e46cfa833a2d01db60b6eb0b"
    "bc3075deaf4ceca4a381fc3081f9301d0603551d0e04160414f86a28d1fa082b98aefa646a2161d1e419d4393a30"
    "1f0603551d23041830168014ad87d729f27ddb9fdfef8d5eb70df3fdbc4171e2300c0603551d130101ff04023000"
    "300e0603551d0f0101ff04040302078030170603551d200410300e300c060a6086480186ff090101043068060355"
    "1d1f0461305f305da01aa018861668747470733a2f2f70612e6578616d706c652f63726ca23fa43d303b310b3009"
    "06035504061302555331173015060355040a0c0e4578616d706c65205354492d50413113301106035504030c0a53"
    "54492d50412043524c301606082b0601050507011a040a3008a00616043730394a300a06082a8648ce3d04030203"
    "4800304502200250367600c7e5c4c10532d8513d84959eec41f91f519fcb06f2ff2ab36673a2022100f0b4e41c3f"
    "d550ed03a600d5517c34198867c4e9821bfaa2b0f2d35c14b1f629",
    "3082028a3082022fa00302010202104b2233b9c29da21f35331abd8fd943de300a06082a8648ce3d040302303531"
    "0b300906035504060c0255533110300e060355040a0c074578616d706c653114301206035504030c0b5348414b45"
    "4e20524f4f54301e170d3236303130313030303030305a170d3237303130313030303030305a303d310b30090603"
    "5504060c0255533110300e060355040a0c074578616d706c65311c301a06035504030c135348414b454e20696e74"
    "65726d6564696174653059301306072a8648ce3d020106082a8648ce3d03010703420004d528312c9cf564587503"
    "8b84874a77f8f51a4936a87b9dca496c32c41f7e675c074fac89f7e23a124cd4fa433ff15fd5cae724468ffd5438"
    "243d9d6c075ce9bfa382011730820113301d0603551d0e04160414ad87d729f27ddb9fdfef8d5eb70df3fdbc4171"
    "e2301f0603551d230418301680143274ad2148616505bb52a504e80a1472f34197c930120603551d130101ff0408"
    "30060101ff020100300e0603551d0f0101ff04040302020430170603551d200410300e300c060a6086480186ff09"
    "01010430680603551d1f0461305f305da01aa018861668747470733a2f2f70612e6578616d706c652f63726ca23f"
    "a43d303b310b300906035504061302555331173015060355040a0c0e4578616d706c65205354492d504131133011"
    "06035504030c0a5354492d50412043524c302a06082b0601050507011a041e301ca00616043730394aa112301016"
    "0b3132313535353530313030020164300a06082a8648ce3d0403020349003046022100aac4e4fc2bc70bbe01a5d3"
    "8bfcdc08370932f49abbbae5b28b0e090c3032482f022100b4907d71b83e881156b3db4543dbff0462a3ef379ac5"
    "51f032d163f39b80e624",
    "3082025a30820200a00302010202104b2233b9c29da21f35331abd8fd943de300a06082a8648ce3d040302303531"
    "0b300906035504060c0255533110300e060355040a0c074578616d706c653114301206035504030c0b5348414b45"
    "4e20524f4f54301e170d3236303130313030303030305a170d3237303130313030303030305a3035310b30090603"
    "5504060c0255533110300e060355040a0c074578616d706c653114301206035504030c0b5348414b454e20524f4f"
    "543059301306072a8648ce3d020106082a8648ce3d03010703420004fbf3a228ac825fa17e4bb29812485d26fa07"
    "c092901bac354c0f0abbe2e1a350462350f58278d3b114c58b852f3e5ebdbfa3ead3961aebe12d48dfff7d9f4f85"
    "a381f13081ee301d0603551d0e041604143274ad2148616505bb52a504e80a1472f34197c9301f0603551d230418"
    "301680143274ad2148616505bb52a504e80a1472f34197c9300f0603551d130101ff040530030101ff300e060355"
    "1d0f0101ff040403020204303206082b0601050507010104263024302206082b0601050507300e86166874747073"
    "3a2f2f746e2e6578616d706c652f6c2f31302206082b0601050507012104163014a2123010160661747465737416"
    "066f7269676964303306082b0601050507011b0101ff04243022a00a30081606617474657374a114301230101606"
    "61747465737430060c01420c0143300a06082a8648ce3d0403020348003045022100bcefc2d677ae6556d6aecf15"
    "633cfc3dc455997d36361521554eabaae5812e3f02203c724fb4388c278ece3dae47f4b89a57c998b0bf7114b436"
    "f076c963b94fcfa3",
};

/* What the shipped profiles do not have: every way of the CONF reader, and what is refused. */
#define PROFILE_HEAD "[profile]\ntitle=t\nclause=c\nissuer=any\n[extensions]\n"
#define PROFILE_LEAF                                                                               \
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"                     \
    "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n"
static const char *const profile_texts[] = {
    "",
    PROFILE_HEAD,
    PROFILE_HEAD PROFILE_LEAF "TNAuthList=from-request\n",
    PROFILE_HEAD PROFILE_LEAF "TNAuthList=from-request\nEnhancedJWTClaimConstraints="
                              "exclude:origid\n",
    "# a comment\r\n[ profile ]\r\ntitle = \"a # b\" ' c' \\\r\n d\r\nclause = \\$c\r\n",
    "[profile]\ntitle=${clause}$clause\nclause=$(title)\n",
    "[profile]\ntitle=$ENV::HOME\n",
    ".include /etc/passwd\n",
    "title=outside\n[profile]\n",
    "title=two\ntitle=outside\n",
    "[profile]\ntitle=a\ntitle=b\n",
    "[profile]\nprofile::title=a\n",
    "[other]\n",
    PROFILE_HEAD "crlDistributionPoints=extensions\n",
    PROFILE_HEAD "crlDistributionPoints=p\n[p]\nfullname=URI:from-configuration\nreasons=1\n",
    PROFILE_HEAD
    "keyUsage=critical,,keyCertSign,keyCertSign\nbasicConstraints=CA:TRUE,pathlen:101\n",
};

/* Writes one seed; the program ends when that fails. */
static void write_seed(const char *folder, const char *kind, size_t index, const void *octets,
                       size_t length)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s/%02zu", folder, kind, index);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(octets, 1, length, file) != length || fclose(file) != 0) {
        fprintf(stderr, "make_seeds: %s cannot be written\n", path);
        exit(3);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    char stream[256];
    for (size_t i = 0; i < sizeof(ders) / sizeof(ders[0]); i++) {
        uint8_t der[sizeof(stream) - 1];
        size_t length = from_hex(ders[i], der, sizeof(der));
        write_seed(argv[1], "der", i, der, length);
        stream[0] = (char)(i % 4 * 2); /* even: DER, in portions of 1 to 4 octets */
        memcpy(stream + 1, der, length);
        write_seed(argv[1], "stream", i, stream, length + 1);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t length = strlen(texts[i]);
        write_seed(argv[1], "text", i, texts[i], length);
        stream[0] = (char)(i % 4 * 2 + 1);
        memcpy(stream + 1, texts[i], length);
        write_seed(argv[1], "stream", 100 + i, stream, length + 1);
    }
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        write_seed(argv[1], "set", i, sets[i], strlen(sets[i]));
    for (size_t i = 0; i < sizeof(claim_ders) / sizeof(claim_ders[0]); i++) {
        uint8_t der[128];
        write_seed(argv[1], "claims", i, der, from_hex(claim_ders[i], der, sizeof(der)));
    }
    for (size_t i = 0; i < sizeof(claim_texts) / sizeof(claim_texts[0]); i++)
        write_seed(argv[1], "claims", 100 + i, claim_texts[i], strlen(claim_texts[i]));
    for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++) {
        uint8_t octets[512];
        write_seed(argv[1], "bundle", i, octets, from_hex(bundles[i], octets, sizeof(octets)));
    }
    for (size_t i = 0; i < sizeof(certificates) / sizeof(certificates[0]); i++) {
        uint8_t octets[1024];
        write_seed(argv[1], "certificate", i, octets,
                   from_hex(certificates[i], octets, sizeof(octets)));
    }
    for (size_t i = 0; i < sizeof(profile_texts) / sizeof(profile_texts[0]); i++)
        write_seed(argv[1], "profile", i, profile_texts[i], strlen(profile_texts[i]));
    return 0;
}
