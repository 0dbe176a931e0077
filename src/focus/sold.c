/* What was sold: its memory. */
#include "focus/sold.h"

#include <stdlib.h>

void sold_free(struct sold *sold)
{
    free(sold->offers);
    free(sold->units_per_line);
    free(sold->activities);
    free(sold->customers);
    free(sold->pairs);
    *sold = (struct sold){0};
}
