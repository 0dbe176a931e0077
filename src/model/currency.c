/* The active codes of ISO 4217 (the list of 2024-06, without metals, funds and test codes), grouped
 * by their decimals.
 *
 * A string for each group instead of a table of structs: the list is looked at once in the life of
 * a program, and a reader compares it with the standard's more easily so. */
#include "model/currency.h"

static const struct {
    const char *codes;
    int decimals;
} groups[] = {
    {"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF", 0},
    {"BHD IQD JOD KWD LYD OMR TND", 3},
    {"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
     "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
     "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
     "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
     "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
     "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
     2},
};

bool currency_decimals(struct slice code, int *decimals)
{
    if (code.length != 3) {
        return false;
    }
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        const char *end = groups[g].codes + strlen(groups[g].codes);
        for (const char *at = groups[g].codes; at < end; at += 4) {
            if (memcmp(at, code.data, 3) == 0) {
                *decimals = groups[g].decimals;
                return true;
            }
        }
    }
    return false;
}
