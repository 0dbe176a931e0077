/* placeholder */
typedef int exchange_placeholder;
