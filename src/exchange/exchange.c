/* What every import and its command line share: the options, and how they are said. */
#include "exchange/exchange.h"
#include "exchange/cells.h"
#include "exchange/options.h"

#include <string.h>

void exchange_options_init(struct exchange_options *options)
{
    memset(options, 0, sizeof *options);
    options->dates = DATES_DETECT;
    options->stock_thousandths = -1;
    options->lead_days = -1;
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

bool options_pair_next(struct slice *left, struct slice *key, struct slice *value)
{
    if (left->length == 0) {
        return false;
    }
    const char *comma = memchr(left->data, ',', left->length);
    size_t length = comma == NULL ? left->length : (size_t)(comma - left->data);
    const char *equals = memchr(left->data, '=', length);
    size_t key_length = equals == NULL ? length : (size_t)(equals - left->data);
    *key = cell_trim((struct slice){left->data, key_length});
    *value = (struct slice){"", 0};
    if (equals != NULL) {
        *value = cell_trim((struct slice){equals + 1, length - key_length - 1});
    }
    size_t step = comma == NULL ? length : length + 1;
    *left = (struct slice){left->data + step, left->length - step};
    return true;
}
