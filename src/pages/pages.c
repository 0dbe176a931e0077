/* placeholder */
typedef int pages_placeholder;
