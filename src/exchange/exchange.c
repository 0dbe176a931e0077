/* What every import and its command line share: the options, and how they are said. */
#include "exchange/exchange.h"

#include <string.h>

void exchange_options_init(struct exchange_options *options)
{
    memset(options, 0, sizeof *options);
    options->dates = DATES_DETECT;
    options->stock_thousandths = -1;
    options->vat_thousandths = -1;
    options->cost_thousandths = 50000;
}

bool exchange_dates_read(struct slice text, enum exchange_dates *dates)
{
    static const struct {
        const char *text;
        enum exchange_dates dates;
    } known[] = {{"iso", DATES_ISO}, {"mdy", DATES_MONTH_FIRST}, {"dmy", DATES_DAY_FIRST}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (slice_is(text, known[i].text)) {
            *dates = known[i].dates;
            return true;
        }
    }
    return false;
}
