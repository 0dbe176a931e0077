/* Every limit of Écluse, in one place. What the shop file sets besides is bounded by these.
 *
 * Units stand last in the names. A value over a limit is refused at the boundary with a sentence
 * that names the limit. */
#ifndef ECLUSE_BASE_LIMITS_H
#define ECLUSE_BASE_LIMITS_H

/* The shop file. */
#define LIMIT_SHOP_FILE_BYTES        (32 * 1024 * 1024)
#define LIMIT_NAME_BYTES             64  /* names of items, offers, ...: letters, digits, - and _ */
#define LIMIT_LABEL_BYTES            200 /* a text that a customer reads, UTF-8 */
#define LIMIT_ITEMS                  20000
#define LIMIT_OFFERS                 20000
#define LIMIT_WORK_CENTERS           64
#define LIMIT_CALENDARS              64
#define LIMIT_SUPPLIERS              1000
#define LIMIT_CARRIERS               32
#define LIMIT_ACTIVITIES             200
#define LIMIT_MOMENTS                64
#define LIMIT_SESSION_ENDS           32 /* paths of the shop behind */
#define LIMIT_INJECT_PAGES           16 /* patterns of its product pages */
#define LIMIT_INJECT_SKUS            8  /* ways in which they write the SKU */
#define LIMIT_SITE_RULES             64
#define LIMIT_RULE_BYTES             200 /* of a rule's path, or of its parameter */
#define LIMIT_RULE_STARS             3   /* times * or ** in a rule's path */
#define LIMIT_ADMIN_NETWORKS         32
#define LIMIT_RECEIPTS               20000
#define LIMIT_COMMITMENTS            100000
#define LIMIT_LIST_ENTRIES           20000 /* every other list: closed days, staffing, bills, ... */
#define LIMIT_ITEMS_PER_OFFER        32
#define LIMIT_OPERATIONS_PER_ROUTING 16
#define LIMIT_CHECKLIST_ENTRIES      32
#define LIMIT_PEOPLE                 250 /* of one work center, staffing included */
#define LIMIT_HORIZON_DAYS           730

/* Numbers. Quantities in thousandths of a unit, money in minor units, minutes in thousandths. */
#define LIMIT_QUANTITY_THOUSANDTHS      1000000000000LL /* a stock: 10^9 units */
#define LIMIT_LINE_QUANTITY_THOUSANDTHS 1000000000LL    /* one order line: 10^6 units */
#define LIMIT_MONEY_MINOR               1000000000000LL
#define LIMIT_MINUTES_THOUSANDTHS       100000000LL /* one operation: 100,000 minutes */
#define LIMIT_HOURS_THOUSANDTHS         100000000LL /* of a work center in a week: 100,000 hours */

/* An order. */
#define LIMIT_ORDER_LINES 100
#define LIMIT_PLAN_RUNS   16384   /* runs of slots that one order may take */
#define LIMIT_ORDERS      4000000 /* in the core's memory */

/* What is recorded while the shop runs. */
#define LIMIT_SUPPLY_ENTRIES     200000 /* receipts and lines of purchases, those of the past too */
#define LIMIT_BILLS              200000
#define LIMIT_SESSIONS           200000
#define LIMIT_WISHES             100000       /* those of the past too */
#define LIMIT_REQUESTS           20000        /* what customers ask for, in the database */
#define LIMIT_REQUEST_COUNT      1000000000LL /* how often one of them is asked for */
#define LIMIT_REQUEST_CHARACTERS 200          /* who asks, and what for, each */
#define LIMIT_REQUEST_BYTES      (4 * LIMIT_REQUEST_CHARACTERS)
#define LIMIT_DECISIONS          1000    /* in the database */
#define LIMIT_DECISION_BYTES     400     /* why, and what customers are told, each */
#define LIMIT_SEATS              1000000 /* of one session */

/* HTTP. */
#define LIMIT_REQUEST_HEAD_BYTES    16384
#define LIMIT_REQUEST_HEADERS       100
#define LIMIT_REQUEST_TARGET_BYTES  8192
#define LIMIT_REQUEST_BODY_BYTES    65536
#define LIMIT_SOLD_BODY_BYTES       1048576 /* a message of another shop about an order */
#define LIMIT_CONTROL_BODY_BYTES    LIMIT_SHOP_FILE_BYTES /* only on the local socket */
#define LIMIT_JSON_DEPTH            32
#define LIMIT_CONNECTIONS           20000
#define LIMIT_REQUEST_SECONDS       10 /* from its first byte to its last, then 408 */
#define LIMIT_IDLE_SECONDS          60 /* a kept connection without a request */
#define LIMIT_REPLY_SECONDS         30 /* a reply that the client does not read */
#define LIMIT_IDEMPOTENCY_KEY_BYTES 255
#define LIMIT_EMAIL_BYTES           254 /* RFC 5321 */
#define LIMIT_PERSON_FIELD_BYTES    200

/* Rate limits (docs/decisions/0035): requests a second, and so many at once. An address is one of
 * IPv4 or a /64 of IPv6; its network, a /24 or a /48, may ask LIMIT_NETWORK_TIMES as much. */
#define LIMIT_NETWORK_TIMES 4
#define LIMIT_ADDRESS_RATE  2000 /* requests without a ticket */
#define LIMIT_ADDRESS_BURST 10000
#define LIMIT_CHANGE_RATE   20 /* those among them that change something */
#define LIMIT_CHANGE_BURST  1000
#define LIMIT_PLACE_RATE    50 /* new places in the waiting room */
#define LIMIT_PLACE_BURST   5000
#define LIMIT_BEARERS_RATE  4000 /* requests with tickets, of all tickets at the address */
#define LIMIT_BEARERS_BURST 20000
#define LIMIT_SESSION_RATE  30 /* one visitor inside */
#define LIMIT_SESSION_BURST 600
#define LIMIT_SOLD_RATE     200 /* messages of a shop about its orders */
#define LIMIT_SOLD_BURST    5000
#define LIMIT_POLL_TIMES    4 /* as often as the page says, one ticket may ask for its place */
#define LIMIT_POLL_BURST    8

/* The existing shop behind the door (serve --upstream). */
#define LIMIT_UPSTREAM_CONNECTIONS  64
#define LIMIT_UPSTREAM_WAITING      1024 /* requests that wait for one of them; further ones: 503 */
#define LIMIT_UPSTREAM_HEAD_BYTES   32768 /* of its reply's head */
#define LIMIT_UPSTREAM_HEADERS      128
#define LIMIT_UPSTREAM_CONNECT_MS   3000
#define LIMIT_UPSTREAM_REPLY_MS     60000 /* until its reply's head, and waiting for a connection */
#define LIMIT_UPSTREAM_IDLE_MS      60000 /* between two pieces of its reply */
#define LIMIT_UPSTREAM_TUNNEL_MS    300000 /* a WebSocket on which nothing is said */
#define LIMIT_UPSTREAM_KEPT_SECONDS 30     /* a connection to it without a request */

/* The micro-cache in front of it. */
#define LIMIT_CACHE_MEGABYTES    4096
#define LIMIT_CACHE_SECONDS      86400 /* that the shop file can give to what says nothing itself */
#define LIMIT_CACHE_ANSWER_BYTES (2 * 1024 * 1024) /* larger answers are not kept */
#define LIMIT_CACHE_VARIANTS     32   /* answers of one address, by what the requests had in them */
#define LIMIT_CACHE_VARY_BYTES   256  /* the names in an answer's Vary; with more it is not kept */
#define LIMIT_CACHE_WAITERS      4096 /* requests that wait for the answer to another one */
#define LIMIT_CACHE_WAIT_MS      5000 /* so long; then they go on alone */
#define LIMIT_CACHE_REFRESHES    4    /* answers that are fetched anew at once, for nobody */

#define LIMIT_WATCH_BYTES (64 * 1024 * 1024) /* of what --watch records: a year or two */
/* A crowd that we send (`ecluse crowd`). */
#define LIMIT_CROWD_VISITORS       1000000
#define LIMIT_CROWD_ENTRIES        8000000 /* "inside" answers that are kept, those of bots too */
#define LIMIT_CROWD_CONNECTIONS    50000
#define LIMIT_CROWD_SECONDS        86400   /* the length of a run */
#define LIMIT_CROWD_MINUTES        1000000 /* of a file of requests per minute: two years */
#define LIMIT_CROWD_URL_BYTES      1024
#define LIMIT_CROWD_ANSWER_SECONDS 30   /* then it is a timeout */
#define LIMIT_CROWD_LINE_BYTES     8192 /* of an answer's head */
#define LIMIT_CROWD_HEAD_BYTES     32768
#define LIMIT_CROWD_BODY_BYTES     67108864 /* of one answer; it is read and thrown away */
#define LIMIT_CROWD_KEPT_BYTES     4096     /* of a body that somebody wants to read */
#define LIMIT_CROWD_COOKIE_BYTES   2048     /* of one visitor, all cookies */
#define LIMIT_CROWD_TRIES          5        /* of one request in a row; then the visitor leaves */

/* `ecluse rehearse`: from a moment's first visitor to its last. */
#define LIMIT_REHEARSE_SURGE_SECONDS (14 * 86400)

/* Outgoing webhooks (docs/hooks.md). */
#define LIMIT_HOOK_ENDPOINTS      16
#define LIMIT_HOOK_URL_BYTES      1024
#define LIMIT_HOOK_BODY_BYTES     65536
#define LIMIT_HOOK_PARALLEL       8      /* requests at once to one endpoint */
#define LIMIT_HOOK_WAITING        1000   /* that failed, of one endpoint; then no new ones begin */
#define LIMIT_HOOK_BEHIND         200000 /* messages; an endpoint further behind is disabled */
#define LIMIT_HOOK_DEAD           10000  /* dead letters of one endpoint; the oldest give way */
#define LIMIT_HOOK_CONNECT_MS     5000
#define LIMIT_HOOK_ANSWER_MS      15000
#define LIMIT_HOOK_ANSWER_BYTES   65536 /* of an answer, which is thrown away; then it is cut */
#define LIMIT_HOOK_ROTATE_SECONDS 86400 /* how long an old secret signs beside a new one */
#define LIMIT_HOOK_FAILURES       5     /* in a row: the endpoint is down, one message probes it */
#define LIMIT_HOOK_PROBE_SECONDS  300

/* What the rehearsal learns from (docs/rehearsal.md): the newest orders, of so many days at most,
 * fewer where they have more lines than this. */
#define LIMIT_PAST_DAYS  1098
#define LIMIT_PAST_LINES 4000000

/* The engine. */
#define LIMIT_ENGINE_TASKS 8192 /* waiting; further ones are answered 503 */
#define LIMIT_BATCH_TASKS  512

/* Staff. */
#define LIMIT_STAFF                64 /* people who work with the shop's pages */
#define LIMIT_STAFF_NAME_BYTES     64
#define LIMIT_STAFF_PASSWORD_BYTES 256
#define LIMIT_STAFF_SESSIONS       16    /* of one person, at a time */
#define LIMIT_STAFF_LINK_SECONDS   86400 /* a sign-in link is good for so long */
#define LIMIT_STAFF_HASHES         16    /* passwords that wait to be hashed */
#define LIMIT_STAFF_TRY_SECONDS    12 /* one more try to sign in with a name, or from an address */
#define LIMIT_STAFF_TRIES          10 /* so many at once */

#endif
