/* What a draft has changed, told one thing at a time. */
#ifndef ECLUSE_EXCHANGE_DRAFT_TELL_H
#define ECLUSE_EXCHANGE_DRAFT_TELL_H

#include "exchange/draft.h"

/* Calls sink->change, which is not NULL, for each. */
void draft_tell(const struct draft *draft, const struct exchange_sink *sink);

#endif
