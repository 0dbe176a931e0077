/* placeholder */
typedef int journal_placeholder;
